//! RIS, the tagged lines that reference managers read.

use super::one_line;
use crate::formats::Archive;
use crate::formats::archive::licence_name;
use crate::formats::uri::ascii;
use crate::view::{Date, StudyView};

/// A study as one RIS record of type DATA: a tag of two characters, two spaces, a hyphen and a space before each value,
/// lines that end in CR LF, `ER` at the end. A value is one line, so line breaks and control characters become spaces.
pub fn ris(study: &StudyView, archive: &Archive) -> String {
    let mut record = Lines(String::new());
    record.add("TY", "DATA");
    for author in study
        .authors
        .iter()
        .filter_map(|author| author.sorting_name())
    {
        record.add("AU", &author);
    }
    record.add("TI", study.title());
    if let Some(date) = study.date() {
        record.add("PY", &format!("{:04}", date.year));
        record.add("DA", &slashed(date));
    }
    record.add("PB", archive.publisher(study).0);
    if let Some(version) = &study.version {
        record.add("ET", version);
    }
    record.add("UR", &ascii(&study.iri));
    if let Some(doi) = study
        .doi()
        .and_then(|iri| iri.strip_prefix("https://doi.org/"))
    {
        record.add("DO", &ascii(doi));
    }
    record.add("AN", study.id.as_str());
    for keyword in &study.keywords {
        record.add("KW", keyword);
    }
    if let Some(description) = &study.description {
        record.add("AB", description);
    }
    if let Some(licence) = &study.licence {
        record.add("C1", &licence_name(licence));
    }
    record.0.push_str("ER  - \r\n");
    record.0
}

struct Lines(String);

impl Lines {
    /// Adds a value; one that is blank says nothing.
    fn add(&mut self, tag: &str, value: &str) {
        let value = one_line(value);
        if !value.is_empty() {
            self.0.push_str(tag);
            self.0.push_str("  - ");
            self.0.push_str(&value);
            self.0.push_str("\r\n");
        }
    }
}

/// `2026/03/01/`, with nothing between the slashes for what is not known.
fn slashed(date: Date) -> String {
    let two = |part: Option<u8>| part.map(|part| format!("{part:02}")).unwrap_or_default();
    format!("{:04}/{}/{}/", date.year, two(date.month), two(date.day))
}
