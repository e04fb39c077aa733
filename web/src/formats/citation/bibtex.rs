//! BibTeX, for LaTeX and for reference managers.

use std::fmt::Write as _;

use super::one_line;
use crate::formats::Archive;
use crate::formats::archive::licence_name;
use crate::formats::uri::ascii;
use crate::view::{Person, StudyView};

/// A study as an entry `@misc`, the type that every style knows, under its id and version as key.
///
/// Letters of all scripts stay as they are (the file is UTF-8); what LaTeX gives a meaning is written by its command, and
/// braces by theirs, because BibTeX counts braces even behind a backslash. A title keeps its capitals. Line breaks and
/// other control characters become spaces.
pub fn bibtex(study: &StudyView, archive: &Archive) -> String {
    let mut fields: Vec<(&str, String)> = Vec::new();
    let authors: Vec<String> = study.authors.iter().filter_map(name).collect();
    if !authors.is_empty() {
        fields.push(("author", authors.join(" and ")));
    }
    fields.push(("title", format!("{{{}}}", escaped(study.title()))));
    if let Some(date) = study.date() {
        fields.push(("year", format!("{:04}", date.year)));
        fields.extend(date.month.map(|month| ("month", month.to_string())));
    }
    fields.push(("publisher", escaped(archive.publisher(study).0)));
    fields.extend(
        study
            .version
            .as_ref()
            .map(|text| ("version", escaped(text))),
    );
    // names of files and resources are not typeset but followed, so they are not escaped
    fields.push(("url", ascii(&study.iri)));
    if let Some(doi) = study
        .doi()
        .and_then(|iri| iri.strip_prefix("https://doi.org/"))
    {
        fields.push(("doi", ascii(doi)));
    }
    if !study.keywords.is_empty() {
        let keyword = |text: &String| match text.contains(',') {
            true => format!("{{{}}}", escaped(text)),
            false => escaped(text),
        };
        let keywords: Vec<String> = study.keywords.iter().map(keyword).collect();
        fields.push(("keywords", keywords.join(", ")));
    }
    if let Some(licence) = &study.licence {
        fields.push(("copyright", escaped(&licence_name(licence))));
    }
    fields.extend(
        study
            .description
            .as_ref()
            .map(|text| ("abstract", escaped(text))),
    );
    fields.push(("note", "Dataset".to_owned()));
    entry(&study.versioned(), &fields)
}

fn entry(key: &str, fields: &[(&str, String)]) -> String {
    let mut entry = format!("@misc{{{key}");
    for (name, value) in fields {
        // writing into a string does not fail
        let _ = write!(entry, ",\n  {name} = {{{value}}}");
    }
    entry.push_str("\n}\n");
    entry
}

/// A name as BibTeX takes it apart: `Family, Given` where the parts are known; in braces, which keep it whole, where it is
/// an institution's or has a word in it that BibTeX would cut at.
fn name(person: &Person) -> Option<String> {
    let whole = |name: &str| format!("{{{}}}", escaped(name));
    let is_cut = |name: &str| {
        name.contains(',')
            || one_line(name)
                .split(' ')
                .any(|word| matches!(word.to_ascii_lowercase().as_str(), "and" | "others"))
    };
    if let Some((family, given)) = person.parted_name().filter(|_| !person.is_organisation()) {
        let part = |text: &str| match is_cut(text) {
            true => whole(text),
            false => escaped(text),
        };
        return Some(format!("{}, {}", part(family), part(given)));
    }
    let name = person.display_name()?;
    Some(match person.is_organisation() || is_cut(&name) {
        true => whole(&name),
        false => escaped(&name),
    })
}

/// A text that LaTeX sets as it is written, in one line.
fn escaped(text: &str) -> String {
    let text = one_line(text);
    let mut escaped = String::with_capacity(text.len());
    let mut before = None;
    for character in text.chars() {
        // two of these are one dash or one quotation mark for LaTeX
        if matches!(character, '-' | '\'' | '`') && before == Some(character) {
            escaped.push_str("{}");
        }
        before = Some(character);
        match character {
            '\\' => escaped.push_str("\\textbackslash{}"),
            '{' => escaped.push_str("\\textbraceleft{}"),
            '}' => escaped.push_str("\\textbraceright{}"),
            '~' => escaped.push_str("\\textasciitilde{}"),
            '^' => escaped.push_str("\\textasciicircum{}"),
            '$' | '&' | '%' | '#' | '_' => escaped.extend(['\\', character]),
            other => escaped.push(other),
        }
    }
    escaped
}
