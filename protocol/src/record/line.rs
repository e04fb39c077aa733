//! Canonical N-Quads, one line at a time (RDFC-1.0 section 4.2 and appendix A; RDF 1.1 N-Quads). Default graph only, no blank nodes.

use std::borrow::Cow;
use std::fmt::Write as _;

use super::error::{Fault, RecordError};
use super::term::{
    LiteralRef, ObjectRef, RDF_LANG_STRING, StatementRef, XSD_STRING, check_datatype, check_iri,
    check_language,
};

/// Reads one canonical line, its line feed included.
///
/// # Errors
/// [`RecordError`] for line 1, when the line is not canonical or holds what records do not hold.
pub fn parse_line(line: &str) -> Result<StatementRef<'_>, RecordError> {
    read_canonical(line, &mut String::new()).map_err(|fault| fault.at(1))
}

/// Reads a line, checks its terms, writes it again into `written` (a buffer for re-use) and compares.
pub(super) fn read_canonical<'a>(
    line: &'a str,
    written: &mut String,
) -> Result<StatementRef<'a>, Fault> {
    let statement = split_line(line)?;
    check_iri(statement.subject)?;
    check_iri(statement.predicate)?;
    match &statement.object {
        ObjectRef::Iri(iri) => check_iri(iri)?,
        ObjectRef::Literal(literal) => match literal.language {
            Some(language) => check_language(language)?,
            None => check_datatype(literal.datatype)?,
        },
    }
    written.clear();
    write_line(&statement, written);
    if written == line {
        Ok(statement)
    } else {
        Err(Fault::NotCanonical("written again it is another line"))
    }
}

/// Takes a line apart: `<subject> <predicate> <object or literal> .` and a line feed, with exactly these spaces.
pub(super) fn split_line(line: &str) -> Result<StatementRef<'_>, Fault> {
    let (subject, rest) = split_iri(line)?;
    let (predicate, rest) = split_iri(expect(rest, " ", "no single space behind the subject")?)?;
    let rest = expect(rest, " ", "no single space behind the predicate")?;
    let (object, rest) = if rest.starts_with('"') {
        split_literal(rest)?
    } else {
        let (iri, rest) = split_iri(rest)?;
        (ObjectRef::Iri(iri), rest)
    };
    match rest {
        " .\n" => Ok(StatementRef {
            subject,
            predicate,
            object,
        }),
        " ." => Err(Fault::NotCanonical("no line feed at the end")),
        _ if rest.starts_with(" <") || rest.starts_with(" _:") => Err(Fault::NamedGraph),
        _ => Err(Fault::NotCanonical(
            "no \" .\" and line feed behind the object",
        )),
    }
}

fn expect<'a>(text: &'a str, start: &str, detail: &'static str) -> Result<&'a str, Fault> {
    text.strip_prefix(start).ok_or(Fault::NotCanonical(detail))
}

fn split_iri(text: &str) -> Result<(&str, &str), Fault> {
    if text.starts_with("_:") {
        return Err(Fault::BlankNode);
    }
    if text.starts_with("<<") {
        return Err(Fault::NotCanonical("a triple term of RDF 1.2"));
    }
    let text = expect(
        text,
        "<",
        "a term does not begin with \"<\" or a quotation mark",
    )?;
    text.split_once('>')
        .ok_or(Fault::NotCanonical("an IRI has no end"))
}

fn split_literal(text: &str) -> Result<(ObjectRef<'_>, &str), Fault> {
    let quoted = expect(text, "\"", "a literal does not begin with a quotation mark")?;
    let end = end_of_string(quoted).ok_or(Fault::NotCanonical("a literal has no end"))?;
    let value = unescape(&quoted[..end])?;
    let rest = &quoted[end + 1..];
    let (datatype, language, rest) = if let Some(tagged) = rest.strip_prefix('@') {
        let end = tagged.find(' ').unwrap_or(tagged.len());
        (RDF_LANG_STRING, Some(&tagged[..end]), &tagged[end..])
    } else if let Some(typed) = rest.strip_prefix("^^") {
        let (datatype, rest) = split_iri(typed)?;
        (datatype, None, rest)
    } else {
        (XSD_STRING, None, rest)
    };
    let literal = LiteralRef {
        value,
        datatype,
        language,
    };
    Ok((ObjectRef::Literal(literal), rest))
}

/// Where the first quotation mark stands that no backslash escapes.
fn end_of_string(text: &str) -> Option<usize> {
    let mut escaped = false;
    text.bytes().position(|byte| {
        let ends = byte == b'"' && !escaped;
        escaped = byte == b'\\' && !escaped;
        ends
    })
}

fn unescape(text: &str) -> Result<Cow<'_, str>, Fault> {
    if !text.contains('\\') {
        return Ok(Cow::Borrowed(text));
    }
    let mut value = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, behind)) = rest.split_once('\\') {
        value.push_str(before);
        let (character, length) = read_escape(behind)?;
        value.push(character);
        rest = &behind[length..];
    }
    value.push_str(rest);
    Ok(Cow::Owned(value))
}

/// The character that stands for what follows a backslash, and how many bytes that is. Only `\uXXXX` can be canonical, never `\U`.
fn read_escape(behind: &str) -> Result<(char, usize), Fault> {
    let character = match behind.as_bytes().first() {
        Some(b'b') => '\u{8}',
        Some(b't') => '\t',
        Some(b'n') => '\n',
        Some(b'f') => '\u{c}',
        Some(b'r') => '\r',
        Some(b'"') => '"',
        Some(b'\\') => '\\',
        Some(b'u') => {
            let character = behind
                .get(1..5)
                .filter(|digits| digits.bytes().all(|byte| byte.is_ascii_hexdigit()))
                .and_then(|digits| u32::from_str_radix(digits, 16).ok())
                .and_then(char::from_u32)
                .ok_or(Fault::NotCanonical("\\u without a character's four digits"))?;
            return Ok((character, 5));
        }
        _ => {
            return Err(Fault::NotCanonical(
                "an escape that canonical N-Quads do not use",
            ));
        }
    };
    Ok((character, 1))
}

/// Writes a statement's canonical line, with its line feed, behind what `out` holds.
pub fn write_line(statement: &StatementRef<'_>, out: &mut String) {
    write_iri(statement.subject, out);
    out.push(' ');
    write_iri(statement.predicate, out);
    out.push(' ');
    match &statement.object {
        ObjectRef::Iri(iri) => write_iri(iri, out),
        ObjectRef::Literal(literal) => write_literal(literal, out),
    }
    out.push_str(" .\n");
}

fn write_iri(iri: &str, out: &mut String) {
    out.push('<');
    out.push_str(iri);
    out.push('>');
}

fn write_literal(literal: &LiteralRef<'_>, out: &mut String) {
    out.push('"');
    for character in literal.value.chars() {
        write_character(character, out);
    }
    out.push('"');
    if let Some(language) = literal.language {
        out.push('@');
        out.push_str(language);
    } else if literal.datatype != XSD_STRING {
        out.push_str("^^");
        write_iri(literal.datatype, out);
    }
}

/// Seven characters have an escape of two characters; other control characters, DEL, and what XML 1.1 does not count as a character
/// are written `\uXXXX` with capital digits; everything else is written as it is (RDFC-1.0 appendix A).
fn write_character(character: char, out: &mut String) {
    match character {
        '\u{8}' => out.push_str("\\b"),
        '\t' => out.push_str("\\t"),
        '\n' => out.push_str("\\n"),
        '\u{c}' => out.push_str("\\f"),
        '\r' => out.push_str("\\r"),
        '"' => out.push_str("\\\""),
        '\\' => out.push_str("\\\\"),
        '\0'..='\u{1f}' | '\u{7f}' | '\u{fffe}' | '\u{ffff}' => {
            write!(out, "\\u{:04X}", u32::from(character))
                .expect("a String takes all that is written");
        }
        _ => out.push(character),
    }
}
