//! A citation as text, in the form that DataCite recommends.

use super::one_line;
use crate::formats::Archive;
use crate::view::StudyView;

/// Authors that are named before the rest are "et al."
const AUTHORS_NAMED: usize = 12;

/// `Author, Ada; Writer, Ben (2026): Septin rings. Version 2. An Institute. Dataset. https://…`: creators, year, title,
/// version, publisher, kind, identifier (DataCite 4.6, "Recommended citation format"). What a record does not say is left
/// out. One line of plain text: it has to be escaped like any other where it becomes HTML.
pub fn citation(study: &StudyView, archive: &Archive) -> String {
    let mut authors: Vec<String> = study
        .authors
        .iter()
        .filter_map(|author| author.sorting_name())
        .take(AUTHORS_NAMED)
        .collect();
    if study.authors.len() > AUTHORS_NAMED {
        authors.push("et al.".to_owned());
    }
    let year = study.date().map(|date| format!("({:04})", date.year));
    let head: Vec<String> = [Some(authors.join("; ")), year]
        .into_iter()
        .flatten()
        .filter(|part| !part.is_empty())
        .collect();
    let title = one_line(study.title());
    let title = title.trim_end_matches('.');
    let mut parts = Vec::new();
    parts.push(match head.is_empty() {
        true => title.to_owned(),
        false => format!("{}: {title}", one_line(&head.join(" "))),
    });
    parts.extend(
        study
            .version
            .as_ref()
            .map(|version| format!("Version {version}")),
    );
    parts.push(archive.publisher(study).0.trim_end_matches('.').to_owned());
    parts.push("Dataset".to_owned());
    parts.push(study.iri.clone());
    one_line(&parts.join(". "))
}
