//! Statements of a catalogue, and the forms in which it is served.

use std::collections::HashSet;
use std::io;

use ontologies::schema::rdf;
use oxjsonld::JsonLdSerializer;
use oxrdf::{BlankNode, GraphNameRef, Literal, NamedNode, NamedOrBlankNode, Term, Triple};
use oxrdfxml::RdfXmlSerializer;
use oxttl::{NQuadsSerializer, TurtleSerializer};

use super::vocabulary::PREFIXES;
use crate::formats::FormatError;
use crate::formats::xml::storable;
use crate::http::Format;

/// Statements in the order in which they are to be read, each once.
#[derive(Debug, Default)]
pub(super) struct Triples {
    all: Vec<Triple>,
    known: HashSet<Triple>,
    blanks: usize,
}

impl Triples {
    /// A node for an IRI; none where the text is no IRI.
    pub(super) fn node(iri: &str) -> Option<NamedOrBlankNode> {
        NamedNode::new(iri).ok().map(NamedOrBlankNode::from)
    }

    /// A node without a name.
    pub(super) fn blank(&mut self) -> NamedOrBlankNode {
        self.blanks += 1;
        BlankNode::new_unchecked(format!("n{}", self.blanks)).into()
    }

    pub(super) fn class(&mut self, node: &NamedOrBlankNode, class: &str) {
        self.iri(node, rdf::TYPE, class);
    }

    /// Points to an IRI; says nothing where the text is none.
    pub(super) fn iri(&mut self, node: &NamedOrBlankNode, predicate: &str, iri: &str) {
        if let Ok(iri) = NamedNode::new(iri) {
            self.say(node, predicate, iri.into());
        }
    }

    pub(super) fn to(&mut self, node: &NamedOrBlankNode, predicate: &str, to: &NamedOrBlankNode) {
        self.say(node, predicate, to.clone().into());
    }

    /// Says a text, unless it is blank.
    pub(super) fn text(&mut self, node: &NamedOrBlankNode, predicate: &str, text: &str) {
        if !text.trim().is_empty() {
            self.say(node, predicate, Literal::new_simple_literal(text).into());
        }
    }

    pub(super) fn typed(
        &mut self,
        node: &NamedOrBlankNode,
        predicate: &str,
        value: &str,
        datatype: &str,
    ) {
        let datatype = NamedNode::new_unchecked(datatype);
        self.say(
            node,
            predicate,
            Literal::new_typed_literal(value, datatype).into(),
        );
    }

    fn say(&mut self, node: &NamedOrBlankNode, predicate: &str, object: Term) {
        let predicate = NamedNode::new_unchecked(predicate);
        let triple = Triple::new(node.clone(), predicate, object);
        if self.known.insert(triple.clone()) {
            self.all.push(triple);
        }
    }

    /// Writes them as JSON-LD, N-Quads, RDF/XML or, for any other form, Turtle.
    ///
    /// In RDF/XML, characters that XML cannot hold become U+FFFD.
    pub(super) fn written(self, format: Format) -> Result<String, FormatError> {
        let (name, written) = match format {
            Format::JsonLd => ("JSON-LD", self.json_ld()),
            Format::NQuads => ("N-Quads", self.n_quads()),
            Format::RdfXml => ("RDF/XML", self.rdf_xml()),
            _ => ("Turtle", self.turtle()),
        };
        let failed = |source| FormatError {
            format: name,
            source,
        };
        let bytes = written.map_err(failed)?;
        String::from_utf8(bytes).map_err(|error| failed(io::Error::other(error)))
    }

    fn turtle(self) -> io::Result<Vec<u8>> {
        let mut serializer = TurtleSerializer::new();
        for (prefix, namespace) in PREFIXES {
            serializer = serializer
                .with_prefix(prefix, namespace)
                .map_err(io::Error::other)?;
        }
        let mut writer = serializer.for_writer(Vec::new());
        for triple in &self.all {
            writer.serialize_triple(triple)?;
        }
        let bytes = writer.finish()?;
        // the serialiser writes its prefixes in an order that changes from run to run
        let text = String::from_utf8_lossy(&bytes);
        let mut lines: Vec<&str> = text.split_inclusive('\n').collect();
        let prefixes = lines.len().min(PREFIXES.len());
        lines[..prefixes].sort_unstable();
        Ok(lines.concat().into_bytes())
    }

    fn json_ld(self) -> io::Result<Vec<u8>> {
        let mut serializer = JsonLdSerializer::new();
        for (prefix, namespace) in PREFIXES {
            serializer = serializer
                .with_prefix(prefix, namespace)
                .map_err(io::Error::other)?;
        }
        let mut writer = serializer.for_writer(Vec::new());
        for triple in &self.all {
            writer.serialize_quad(triple.as_ref().in_graph(GraphNameRef::DefaultGraph))?;
        }
        writer.finish()
    }

    fn n_quads(self) -> io::Result<Vec<u8>> {
        let mut writer = NQuadsSerializer::new().for_writer(Vec::new());
        for triple in &self.all {
            writer.serialize_quad(triple.as_ref().in_graph(GraphNameRef::DefaultGraph))?;
        }
        Ok(writer.finish())
    }

    fn rdf_xml(self) -> io::Result<Vec<u8>> {
        let mut serializer = RdfXmlSerializer::new();
        for (prefix, namespace) in PREFIXES {
            serializer = serializer
                .with_prefix(prefix, namespace)
                .map_err(io::Error::other)?;
        }
        let mut writer = serializer.for_writer(Vec::new());
        for mut triple in self.all {
            if let Term::Literal(literal) = &triple.object {
                let value = storable(literal.value()).into_owned();
                triple.object = match literal.language() {
                    Some(tag) => Literal::new_language_tagged_literal_unchecked(value, tag).into(),
                    None => Literal::new_typed_literal(value, literal.datatype()).into(),
                };
            }
            writer.serialize_triple(&triple)?;
        }
        // a reader of XML drops carriage returns that are not escaped
        let text = String::from_utf8_lossy(&writer.finish()?).replace('\r', "&#13;");
        Ok(text.into_bytes())
    }
}

/// The datatype of a date by its form; text where it has none of the known ones.
pub(super) fn date_type(text: &str) -> &'static str {
    use ontologies::schema::xsd;
    match (crate::view::Date::parse(text), text.contains('T')) {
        (Some(date), false) => match (date.month, date.day) {
            (Some(_), Some(_)) => xsd::DATE,
            (Some(_), None) => xsd::YEAR_MONTH,
            _ => xsd::YEAR,
        },
        (Some(_), true) => xsd::DATE_TIME,
        (None, _) => xsd::STRING,
    }
}
