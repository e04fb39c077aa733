//! Which format a file is in, from its first lines.

use serde::Deserialize;
use serde::de::IgnoredAny;

use super::LoadError;

/// The formats that are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Format {
    Obo,
    OboGraphs,
    AncestorTable,
    RdfXml,
    Turtle,
}

impl Format {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Obo => "OBO",
            Self::OboGraphs => "OBO Graphs JSON",
            Self::AncestorTable => "a JSON table of ancestors",
            Self::RdfXml => "RDF/XML",
            Self::Turtle => "Turtle",
        }
    }
}

pub(super) fn format(text: &str) -> Result<Format, LoadError> {
    let start = text.trim_start();
    match start.chars().next() {
        None => Err(LoadError::Empty),
        Some('{') => json(start),
        Some('<') if !is_iri(start) => xml(start),
        Some(_) => lines(start),
    }
}

/// The top-level keys of the JSON formats.
#[derive(Deserialize)]
struct Keys {
    graphs: Option<IgnoredAny>,
    #[serde(rename = "@context")]
    context: Option<IgnoredAny>,
    #[serde(rename = "@graph")]
    graph: Option<IgnoredAny>,
}

fn json(text: &str) -> Result<Format, LoadError> {
    let keys: Keys = serde_json::from_str(text).map_err(|error| LoadError::Syntax {
        format: "JSON",
        problem: error.to_string(),
    })?;
    if keys.graphs.is_some() {
        return Ok(Format::OboGraphs);
    }
    if keys.context.is_some() || keys.graph.is_some() {
        return Err(LoadError::NotRead("JSON-LD"));
    }
    // {"CL:0000000": {"ancestors": …}, …}: the second string of the file is a key of the first entry
    let is_table = text
        .trim_start_matches('{')
        .split('"')
        .nth(1)
        .is_some_and(|key| key.contains(':'));
    if is_table {
        Ok(Format::AncestorTable)
    } else {
        Err(LoadError::UnknownFormat)
    }
}

/// N-Triples and some Turtle begin with an IRI in angle brackets, which no XML does.
fn is_iri(text: &str) -> bool {
    let inside = text[1..]
        .split(['>', ' ', '\n', '\t'])
        .next()
        .unwrap_or_default();
    inside.is_empty()
        || inside.contains("://")
        || inside.starts_with("urn:")
        || inside.starts_with('#')
}

fn xml(text: &str) -> Result<Format, LoadError> {
    match root_element(text) {
        Some(root) if root.ends_with("RDF") => Ok(Format::RdfXml),
        Some("Ontology") => Err(LoadError::NotRead("OWL/XML")),
        Some(root) if root.eq_ignore_ascii_case("html") => Err(LoadError::NotRead(
            "HTML (a web page that was saved instead of the file?)",
        )),
        _ => Err(LoadError::UnknownFormat),
    }
}

/// The name of the root element: declarations, comments and a document type with its entities stand before it.
fn root_element(mut text: &str) -> Option<&str> {
    loop {
        let start = text.find('<')?;
        text = &text[start..];
        let skip = if text.starts_with("<!--") {
            text.find("-->")? + 3
        } else if text.starts_with("<!") {
            let entities = text
                .find('[')
                .filter(|open| *open < text.find('>').unwrap_or(0));
            match entities {
                Some(_) => text.find("]>").or_else(|| text.find("]\n>"))? + 2,
                None => text.find('>')? + 1,
            }
        } else if text.starts_with("<?") {
            text.find("?>")? + 2
        } else {
            return text[1..]
                .split(|c: char| c.is_whitespace() || matches!(c, '>' | '/'))
                .next();
        };
        text = &text[skip..];
    }
}

fn lines(text: &str) -> Result<Format, LoadError> {
    for line in text
        .lines()
        .map(str::trim_start)
        .filter(|line| !line.is_empty())
    {
        if line.starts_with("Prefix(") || line.starts_with("Ontology(") {
            return Err(LoadError::NotRead("OWL functional syntax"));
        }
        if line.starts_with("Prefix:") || line.starts_with("Ontology:") {
            return Err(LoadError::NotRead("OWL Manchester syntax"));
        }
        if line.starts_with("format-version:") || line.starts_with("[Term]") {
            return Ok(Format::Obo);
        }
        let is_directive = line.starts_with('@')
            || starts_with_word(line, "prefix")
            || starts_with_word(line, "base");
        if is_directive || line.starts_with('<') || line.starts_with("_:") {
            return Ok(Format::Turtle);
        }
        // comments (# in Turtle and functional syntax, ! in OBO) and OBO headers in unusual order say nothing yet
        if !line.starts_with(['#', '!']) && !is_obo_header(line) {
            return Err(LoadError::UnknownFormat);
        }
    }
    Err(LoadError::UnknownFormat)
}

fn starts_with_word(line: &str, word: &str) -> bool {
    line.get(..word.len())
        .is_some_and(|head| head.eq_ignore_ascii_case(word))
        && line[word.len()..].starts_with([' ', '\t'])
}

fn is_obo_header(line: &str) -> bool {
    line.split_once(": ").is_some_and(|(tag, _)| {
        !tag.is_empty()
            && tag
                .bytes()
                .all(|byte| byte.is_ascii_lowercase() || byte == b'-' || byte == b'_')
    })
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]
    use super::*;

    #[test]
    fn the_content_tells_the_format() {
        for (text, expected) in [
            ("format-version: 1.2\n[Term]\n", Format::Obo),
            (
                "! a comment\nontology: x\nformat-version: 1.4\n",
                Format::Obo,
            ),
            ("[Term]\nid: X:1\n", Format::Obo),
            ("{\"graphs\": []}", Format::OboGraphs),
            ("{\"CL:0000000\":{\"ancestors\":{}}}", Format::AncestorTable),
            (
                "<?xml version=\"1.0\"?>\n<!-- <x> -->\n<rdf:RDF xmlns=\"\">",
                Format::RdfXml,
            ),
            (
                "<?xml version=\"1.0\"?>\n<!DOCTYPE rdf:RDF [\n <!ENTITY owl \"http://x\" >\n]>\n<rdf:RDF>",
                Format::RdfXml,
            ),
            ("# comment\n@prefix a: <b> .", Format::Turtle),
            ("PREFIX a: <b>\n", Format::Turtle),
            (
                "<http://x.org/a> <http://x.org/b> <http://x.org/c> .",
                Format::Turtle,
            ),
        ] {
            assert_eq!(format(text).unwrap(), expected, "{text}");
        }
    }

    #[test]
    fn what_is_not_read_is_named() {
        for (text, words) in [
            ("", "empty"),
            ("Prefix(:=<http://x>)\nOntology(", "functional syntax"),
            ("# c\nOntology(<http://x>", "functional syntax"),
            ("Prefix: : <http://x>", "Manchester"),
            ("<?xml version=\"1.0\"?><Ontology xmlns=\"\">", "OWL/XML"),
            ("<!DOCTYPE html>\n<html><body>", "HTML"),
            ("{\"@context\": {}}", "JSON-LD"),
            ("{\"name\": 1}", "none of the formats"),
            ("{\"graphs\": [", "breaks its rules"),
            ("id,label\nx,y\n", "none of the formats"),
        ] {
            let message = format(text).unwrap_err().to_string();
            assert!(message.contains(words), "{text}: {message}");
        }
    }
}
