//! Under which heading a field of a study stands.

use super::saying::plain;

/// Fields with headings of their own, in the order of a study's page.
const HEADINGS: [(&str, &str); 16] = [
    ("title", "Title"),
    ("description", "Description"),
    ("authors", "Authors"),
    ("licence", "Licence"),
    ("release_date", "Date of release"),
    ("subjects", "What was imaged"),
    ("imaging_methods", "Imaging methods"),
    ("components", "Parts of the study"),
    ("specimens", "Preparation"),
    ("acquisitions", "Image acquisition and protocols"),
    ("supports", "Figures"),
    ("data_at", "Where the data are"),
    ("stated_files", "Number of files elsewhere"),
    ("stated_bytes", "Size of the data elsewhere"),
    ("missing", "What the source does not give"),
    ("additional", "Further information"),
];

pub(super) fn place(field: &str) -> usize {
    let found = HEADINGS.iter().position(|(name, _)| *name == field);
    found.unwrap_or(HEADINGS.len())
}

pub(super) fn heading(field: &str) -> String {
    if let Some((_, heading)) = HEADINGS.iter().find(|(name, _)| *name == field) {
        return (*heading).to_owned();
    }
    let plain = plain(field);
    let mut characters = plain.chars();
    characters.next().map_or_else(String::new, |first| {
        format!("{}{}", first.to_uppercase(), characters.as_str())
    })
}
