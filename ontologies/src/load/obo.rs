//! OBO 1.2 and 1.4: <https://owlcollab.github.io/oboformat/doc/obo-syntax.html>

use std::collections::HashMap;

use super::LoadError;
use crate::curie::expand;
use crate::term::{Ontology, Source, Term};

/// Relations that mean part_of (BFO_0000050), as OBO files name it.
const PART_OF: [&str; 3] = [
    "part_of",
    "BFO:0000050",
    "http://purl.obolibrary.org/obo/BFO_0000050",
];

/// Relations that mean "term replaced by", as a property value instead of the tag.
const REPLACED_BY: [&str; 2] = ["IAO:0100001", "http://purl.obolibrary.org/obo/IAO_0100001"];

pub(super) fn read(text: &str) -> Result<Ontology, LoadError> {
    let mut reader = Reader::default();
    for (index, line) in text.lines().enumerate() {
        reader
            .line(line.trim_end())
            .map_err(|problem| LoadError::Syntax {
                format: "OBO",
                problem: format!("line {}: {problem}", index + 1),
            })?;
    }
    reader.finish_frame();
    Ok(Ontology {
        source: reader.source,
        terms: reader.terms,
    })
}

/// What the current lines belong to.
#[derive(Default, PartialEq, Eq)]
enum Frame {
    #[default]
    Header,
    Term,
    Other,
}

#[derive(Default)]
struct Reader {
    frame: Frame,
    source: Source,
    /// Prefixes that the file declares itself.
    id_spaces: HashMap<String, String>,
    term: Term,
    alternative_ids: Vec<String>,
    terms: Vec<Term>,
    places: HashMap<String, usize>,
}

impl Reader {
    fn line(&mut self, line: &str) -> Result<(), &'static str> {
        if line.is_empty() || line.starts_with('!') {
            return Ok(());
        }
        if line.starts_with('[') {
            self.finish_frame();
            self.frame = if line == "[Term]" {
                Frame::Term
            } else {
                Frame::Other
            };
            return Ok(());
        }
        let (tag, value) = line.split_once(':').ok_or("a line is \"tag: value\"")?;
        let value = value.trim();
        match self.frame {
            Frame::Header => self.header(tag, value),
            Frame::Term => self.clause(tag, value)?,
            Frame::Other => {}
        }
        Ok(())
    }

    fn header(&mut self, tag: &str, value: &str) {
        match tag {
            "data-version" => self.source.version = Some(value.to_owned()),
            "ontology" => self.source.origin = Some(value.to_owned()),
            "idspace" => {
                if let Some((prefix, base)) = value.split_once(' ') {
                    let base = base.split_whitespace().next().unwrap_or_default();
                    self.id_spaces.insert(prefix.to_owned(), base.to_owned());
                }
            }
            "property_value" => {
                let (property, object) = value.split_once(' ').unwrap_or((value, ""));
                let object = unquoted(object).unwrap_or_else(|| reference(object).to_owned());
                if property.ends_with("license") {
                    self.source.licence = Some(object);
                } else if property.ends_with("versionInfo") && self.source.version.is_none() {
                    self.source.version = Some(object);
                }
            }
            _ => {}
        }
    }

    fn clause(&mut self, tag: &str, value: &str) -> Result<(), &'static str> {
        match tag {
            "id" => self.term.iri = self.iri(value).ok_or("an id is PREFIX:LOCAL or an IRI")?,
            "name" => self.term.label = unescaped(value),
            "def" => {
                self.term.definition =
                    Some(unquoted(value).ok_or("a definition is in quotation marks")?)
            }
            "synonym" => {
                let (text, scope) = quoted(value).ok_or("a synonym is in quotation marks")?;
                if scope.trim_start().starts_with("EXACT") {
                    self.term.synonyms.push(text);
                }
            }
            "is_a" if !is_general_inclusion(value) => self.term.parents.extend(self.iri(value)),
            "relationship" => {
                let (relation, target) = value
                    .split_once(' ')
                    .ok_or("a relationship has a relation and a target")?;
                // "all_only" says what the wholes may be, not that there is one
                if PART_OF.contains(&relation)
                    && !is_general_inclusion(value)
                    && !value.contains("all_only=\"true\"")
                {
                    self.term.part_of.extend(self.iri(target));
                }
            }
            "is_obsolete" => self.term.obsolete = value.starts_with("true"),
            "replaced_by" => self.term.replaced_by = self.iri(value),
            "alt_id" => self.alternative_ids.extend(self.iri(value)),
            "property_value" => {
                let (property, object) = value.split_once(' ').unwrap_or((value, ""));
                if REPLACED_BY.contains(&property) {
                    let object = unquoted(object).unwrap_or_else(|| object.to_owned());
                    self.term.replaced_by = self.iri(&object);
                }
            }
            _ => {}
        }
        Ok(())
    }

    /// Two frames of one id are one term (OBO 1.4, section 4.1.1). An alternative id is a term that was merged into this one.
    fn finish_frame(&mut self) {
        let mut term = std::mem::take(&mut self.term);
        // where an OWL file says "part of nothing but continuants", its OBO form says "a continuant is part of a continuant"
        let own = term.iri.clone();
        term.part_of.retain(|whole| *whole != own);
        let merged = std::mem::take(&mut self.alternative_ids);
        if self.frame != Frame::Term || term.iri.is_empty() {
            return;
        }
        for iri in merged {
            let replaced_by = Some(term.iri.clone());
            self.add(Term {
                iri,
                obsolete: true,
                replaced_by,
                ..Term::default()
            });
        }
        self.add(term);
    }

    fn add(&mut self, term: Term) {
        match self
            .places
            .get(&term.iri)
            .map(|place| &mut self.terms[*place])
        {
            Some(known) if known.label.is_empty() => *known = term,
            Some(_) => {}
            None => {
                self.places.insert(term.iri.clone(), self.terms.len());
                self.terms.push(term);
            }
        }
    }

    fn iri(&self, value: &str) -> Option<String> {
        let id = reference(value);
        if let Some((prefix, local)) = id.split_once(':')
            && !id.contains("://")
            && let Some(base) = self.id_spaces.get(prefix)
        {
            return Some(format!("{base}{local}"));
        }
        expand(id)
    }
}

/// The first word: after it may come a qualifier in braces and a comment after an exclamation mark.
fn reference(value: &str) -> &str {
    value.split([' ', '\t', '{']).next().unwrap_or_default()
}

/// A general class inclusion holds only for the members that its qualifiers describe, so it is no property of the class.
fn is_general_inclusion(value: &str) -> bool {
    value.contains("gci_relation") || value.contains("gci_filler")
}

/// The text between the first two quotation marks, unescaped, and what follows.
fn quoted(value: &str) -> Option<(String, &str)> {
    let inside = value.strip_prefix('"')?;
    let mut escaped = false;
    for (index, character) in inside.char_indices() {
        match character {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '"' => return Some((unescaped(&inside[..index]), &inside[index + 1..])),
            _ => {}
        }
    }
    None
}

fn unquoted(value: &str) -> Option<String> {
    quoted(value).map(|(text, _)| text)
}

fn unescaped(value: &str) -> String {
    if !value.contains('\\') {
        return value.to_owned();
    }
    let mut text = String::with_capacity(value.len());
    let mut characters = value.chars();
    while let Some(character) = characters.next() {
        match character {
            '\\' => text.extend(characters.next().map(|escape| match escape {
                'n' => '\n',
                't' => '\t',
                'W' => ' ',
                other => other,
            })),
            other => text.push(other),
        }
    }
    text
}
