//! RDF/XML (W3C RDF 1.1 XML Syntax), for tools that read nothing younger.

use std::borrow::Cow;

use oxrdf::{LiteralRef, TermRef, TripleRef};
use oxrdfxml::RdfXmlSerializer;
use protocol::record::Record;

use super::xml::{is_xml_character, storable};
use super::{FormatError, in_reading_order, prefixes_of, triple};

/// A record as RDF/XML.
///
/// XML 1.0 cannot hold most control characters, not even escaped, and literals may: each is replaced by U+FFFD, and a
/// comment at the top says so. Carriage returns, which a reader of XML would drop, are escaped and arrive.
///
/// # Errors
/// A predicate that cannot be an XML name, which no record of a node has.
pub fn rdf_xml(record: &Record) -> Result<String, FormatError> {
    let mut serializer = RdfXmlSerializer::new();
    for (prefix, namespace) in prefixes_of(record) {
        serializer = serializer
            .with_prefix(prefix, namespace)
            .expect("namespaces of ontologies::schema are IRIs");
    }
    let mut writer = serializer.for_writer(Vec::new());
    let failed = |source| FormatError {
        format: "RDF/XML",
        source,
    };
    let mut replaced = 0;
    for statement in in_reading_order(record) {
        let triple = triple(&statement);
        if !can_be_name(triple.predicate.as_str()) {
            return Err(failed(std::io::Error::other(format!(
                "the predicate {} does not end in a name",
                triple.predicate
            ))));
        }
        let value = for_xml(triple.object, &mut replaced);
        writer
            .serialize_triple(with_value(triple, value.as_deref()))
            .map_err(failed)?;
    }
    let bytes = writer.finish().map_err(failed)?;
    let text = String::from_utf8(bytes).map_err(|error| failed(std::io::Error::other(error)))?;
    Ok(with_remark(text.replace('\r', "&#13;"), replaced))
}

/// An element is named by the end of its IRI, so there must be one that XML takes for a name: characters of names, and
/// among them one that may begin a name.
fn can_be_name(predicate: &str) -> bool {
    let in_name = |character: char| {
        !character.is_ascii() || character.is_ascii_alphanumeric() || "_-.".contains(character)
    };
    let end = predicate
        .rsplit(|character: char| !in_name(character))
        .next()
        .unwrap_or_default();
    end.contains(|character: char| character.is_ascii_alphabetic() || character == '_')
}

/// The text that XML can hold in the place of a literal's own, where it cannot hold that; counts what was replaced.
fn for_xml(object: TermRef<'_>, replaced: &mut usize) -> Option<String> {
    let TermRef::Literal(literal) = object else {
        return None;
    };
    let found = literal
        .value()
        .chars()
        .filter(|character| !is_xml_character(*character))
        .count();
    *replaced += found;
    (found > 0).then(|| storable(literal.value()).into_owned())
}

fn with_value<'a>(triple: TripleRef<'a>, value: Option<&'a str>) -> TripleRef<'a> {
    match (triple.object, value) {
        (TermRef::Literal(literal), Some(value)) => {
            let literal = match literal.language() {
                Some(language) => {
                    LiteralRef::new_language_tagged_literal_unchecked(value, language)
                }
                None => LiteralRef::new_typed_literal(value, literal.datatype()),
            };
            TripleRef::new(triple.subject, triple.predicate, literal)
        }
        _ => triple,
    }
}

/// Says, behind the XML declaration, that characters were replaced.
fn with_remark(text: String, replaced: usize) -> String {
    if replaced == 0 {
        return text;
    }
    let remark: Cow<'_, str> = match replaced {
        1 => "1 character that XML cannot hold is".into(),
        many => format!("{many} characters that XML cannot hold are").into(),
    };
    match text.split_once('\n') {
        Some((declaration, rest)) => {
            format!(
                "{declaration}\n<!-- {remark} shown here as U+FFFD; the N-Quads form is exact -->\n{rest}"
            )
        }
        None => text,
    }
}
