//! The root dataset as a study: each property of the profile in its place, everything else kept beside it.

use std::collections::HashSet;

use super::graph::Item;
use super::parts::relative;
use super::people::{authors, organisation};
use super::protocols::methods;
use super::subjects::subjects;
use super::taking::{Reader, Taking, Target};
use super::{articles, sizes};
use crate::deposit::DepositedFile;
use crate::relative_path::RelPath;
use crate::study::{Funding, Organisation, Property, Study};

/// Words of `accessRights` and `conditionsOfAccess` that are a level of access and not a remark.
const ACCESS_WORDS: &[&str] = &[
    "open",
    "public",
    "registered",
    "controlled",
    "restricted",
    "closed",
    "embargoed",
    "private",
    "non_public",
    "non-public",
    "sensitive",
    "confidential",
];

/// By what a crate names pictures of itself.
const THUMBNAIL_KEYS: [&str; 3] = ["thumbnailUrl", "thumbnail", "image"];

/// Characters of a picture's name that a finding repeats: it may be a whole picture, as a `data:` address.
const LONGEST_SHOWN: usize = 100;

/// Fills everything but files, images and components.
pub(super) fn read<'g>(reader: &mut Reader<'g>, dataset: &mut Taking<'g>, study: &mut Study) {
    study.title = dataset.text("name");
    study.description = dataset.text("description");
    study.release_date = dataset.text("datePublished");
    study.authors = authors(reader, dataset);
    study.licence = licence(reader, dataset);
    study.publisher = publisher(reader, dataset);
    study.keywords = keywords(reader, dataset);
    study.funding = funding(reader, dataset);
    (study.publications, study.related) = articles::articles(reader, dataset);
    study.thumbnails = thumbnails(reader, dataset);
    study.access_level = access_level(dataset);
    sizes::read(reader, dataset, study);
    let about = subjects(reader, dataset);
    (study.subjects, study.biosamples) = (about.terms, about.biosamples);
    let methods = methods(reader, dataset);
    (study.imaging_methods, study.acquisitions) = (methods.terms, methods.protocols);
}

/// The first licence that is an address, else the first; the others are kept, with a warning.
fn licence<'g>(reader: &mut Reader<'g>, dataset: &mut Taking<'g>) -> Option<String> {
    let mut candidates: Vec<String> = Vec::new();
    let mut seen = HashSet::new();
    for item in dataset.take("license") {
        let found = match reader.target(item) {
            Target::Text(text) => text.to_owned(),
            Target::Unknown(id) => reader.graph.expanded(id),
            Target::Entity(index, entity) => {
                let mut taking = reader.open(index);
                let id = reader.graph.expanded(&entity.id);
                let found = if id.contains("://") {
                    id
                } else {
                    taking
                        .text("url")
                        .or_else(|| taking.text("name"))
                        .unwrap_or(id)
                };
                let called = reader.call(entity);
                reader.leftovers_of(&taking, &called);
                found
            }
        };
        if seen.insert(found.clone()) {
            candidates.push(found);
        }
    }
    let chosen = candidates
        .iter()
        .position(|licence| licence.contains("://"))
        .unwrap_or(0);
    let licence = (!candidates.is_empty()).then(|| candidates.remove(chosen))?;
    for other in candidates {
        reader.warn(dataset.entity, "license", format!("several licences; {licence} is taken as the licence of the study and {other} kept as a further value"));
        reader.additional.push(Property {
            name: "license".to_owned(),
            value: other,
        });
    }
    Some(licence)
}

fn publisher<'g>(reader: &mut Reader<'g>, dataset: &mut Taking<'g>) -> Option<Organisation> {
    let item = dataset.one("publisher")?;
    organisation(reader, item)
}

/// One keyword each. Where the only keyword is a text with separators in it, it is several, and that is a warning.
fn keywords<'g>(reader: &mut Reader<'g>, dataset: &mut Taking<'g>) -> Vec<String> {
    let mut keywords: Vec<String> = Vec::new();
    for item in dataset.take("keywords") {
        match reader.target(item) {
            Target::Text(text) => keywords.push(text.to_owned()),
            Target::Unknown(id) => keywords.push(reader.graph.expanded(id)),
            Target::Entity(index, entity) => {
                let mut taking = reader.open(index);
                let keyword = taking
                    .text("name")
                    .unwrap_or_else(|| reader.graph.expanded(&entity.id));
                reader.leftovers_of(&taking, &keyword);
                keywords.push(keyword);
            }
        }
    }
    if let [only] = &keywords[..] {
        let parts = split(only);
        if parts.len() > 1 {
            reader.warn(dataset.entity, "keywords", format!("one keyword with separators in it was read as {} keywords; write them as a list", parts.len()));
            keywords = parts;
        }
    }
    for keyword in &mut keywords {
        let trimmed = keyword.trim_matches(|character: char| {
            character.is_whitespace() || matches!(character, ',' | ';')
        });
        if trimmed.len() < keyword.len() {
            *keyword = trimmed.to_owned();
        }
    }
    keywords.retain(|keyword| !keyword.is_empty());
    keywords
}

/// Splits at semicolons where there are any, else at commas; a comma between digits or before a prime belongs to a name.
fn split(text: &str) -> Vec<String> {
    let mut parts = vec![String::new()];
    let by_semicolon = text.contains(';');
    let mut before = ' ';
    let mut characters = text.chars().peekable();
    while let Some(character) = characters.next() {
        let within_name = (before.is_ascii_digit() || before == '\'')
            && characters.peek().is_some_and(char::is_ascii_digit);
        let separates = if by_semicolon {
            character == ';'
        } else {
            character == ',' && !within_name
        };
        match parts.last_mut() {
            Some(last) if !separates => last.push(character),
            _ => parts.push(String::new()),
        }
        before = character;
    }
    parts
        .into_iter()
        .map(|part| part.trim().to_owned())
        .filter(|part| !part.is_empty())
        .collect()
}

/// Grants, funders and sponsors: a grant is an award with a funder behind it, an organisation a funder alone.
fn funding<'g>(reader: &mut Reader<'g>, dataset: &mut Taking<'g>) -> Vec<Funding> {
    let mut funding: Vec<Funding> = Vec::new();
    for item in ["funding", "funder", "sponsor"]
        .into_iter()
        .flat_map(|key| dataset.take(key))
    {
        let found = match reader.target(item) {
            Target::Entity(index, entity) if entity.is("Grant") || entity.is("MonetaryGrant") => {
                Some(grant(reader, index))
            }
            _ => organisation(reader, item).map(|funder| Funding {
                funder,
                award: None,
            }),
        };
        funding.extend(found);
    }
    funding
}

fn grant(reader: &mut Reader<'_>, index: usize) -> Funding {
    let mut taking = reader.open(index);
    let award = taking.text("identifier").or_else(|| taking.text("name"));
    let funder = taking
        .one("funder")
        .or_else(|| taking.one("sponsor"))
        .and_then(|item| organisation(reader, item));
    let id = reader.graph.expanded(&taking.entity.id);
    let award = award.or_else(|| id.contains("://").then_some(id));
    reader.leftovers_of(&taking, award.as_deref().unwrap_or("grant"));
    Funding {
        funder: funder.unwrap_or_default(),
        award,
    }
}

/// Pictures of the study that have an address; others stay where they are.
fn thumbnails<'g>(reader: &mut Reader<'g>, dataset: &mut Taking<'g>) -> Vec<String> {
    let mut thumbnails: Vec<String> = Vec::new();
    for item in THUMBNAIL_KEYS
        .into_iter()
        .flat_map(|key| dataset.take_if(key, |item| item.raw().contains("://")))
    {
        let url = match reader.target(item) {
            Target::Text(url) | Target::Unknown(url) => url.to_owned(),
            Target::Entity(index, entity) => {
                let mut taking = reader.open(index);
                let url = taking
                    .text("contentUrl")
                    .unwrap_or_else(|| entity.id.clone());
                reader.leftovers_of(&taking, &url);
                url
            }
        };
        thumbnails.push(url);
    }
    thumbnails
}

/// The first picture that is a file of the crate. What is neither an address nor such a file is told and stays with the
/// further names and values.
pub(super) fn own_thumbnail<'g>(
    reader: &mut Reader<'g>,
    dataset: &mut Taking<'g>,
    files: &[DepositedFile],
) -> Option<RelPath> {
    let entity = dataset.entity;
    let mut found = None;
    for key in THUMBNAIL_KEYS {
        for item in entity
            .values(key)
            .filter(|item| !item.raw().contains("://"))
        {
            let path = file_of(reader, item).and_then(|id| RelPath::parse(&relative(&id)?).ok());
            let path = path.filter(|path| files.iter().any(|file| file.path == *path));
            match path {
                Some(path) if found.is_none() => {
                    dataset.take_if(key, |other| other == item);
                    if let Target::Entity(index, entity) = reader.target(item) {
                        let taking = reader.open(index);
                        let called = reader.call(entity);
                        reader.leftovers_of(&taking, &called);
                    }
                    found = Some(path);
                }
                None if key != "image" => {
                    let shown: String = item.raw().chars().take(LONGEST_SHOWN).collect();
                    reader.warn(entity, key, format!("{shown:?} is neither a web address nor a file of the crate, so it is not shown as a picture of the study"));
                }
                _ => {}
            }
        }
    }
    found
}

/// The id of the file that a picture is: its own, or that of the content of what describes it.
fn file_of(reader: &Reader<'_>, item: &Item) -> Option<String> {
    let content = match reader.target(item) {
        Target::Entity(_, entity) => entity.text("contentUrl"),
        _ => None,
    };
    Some(content.unwrap_or(item.raw()).to_owned())
}

/// A level of access, if the crate states one in a word or an IRI that ends in one. A remark about access stays a remark.
fn access_level(dataset: &mut Taking<'_>) -> Option<String> {
    let level = |item: &Item| {
        let word = item
            .raw()
            .trim_end_matches('/')
            .rsplit(['/', '#'])
            .next()
            .unwrap_or("")
            .to_ascii_lowercase();
        let word = word
            .trim_end_matches(" access")
            .trim_end_matches("access")
            .trim();
        ACCESS_WORDS.contains(&word).then(|| word.to_owned())
    };
    let mut levels = ["accessRights", "conditionsOfAccess", "accessLevel"]
        .into_iter()
        .flat_map(|key| dataset.take_if(key, |item| level(item).is_some()))
        .filter_map(level);
    let first = levels.next()?;
    // where two are stated, the one that is not open decides
    Some(
        levels
            .find(|level| !matches!(level.as_str(), "open" | "public"))
            .unwrap_or(first),
    )
}

#[cfg(test)]
mod tests {
    use super::split;

    #[test]
    fn keywords_in_one_text_are_told_apart() {
        assert_eq!(
            split("Ras, Erk,signal processing"),
            ["Ras", "Erk", "signal processing"]
        );
        assert_eq!(
            split("Atg8; Beclin-1, human; ER"),
            ["Atg8", "Beclin-1, human", "ER"]
        );
        assert_eq!(
            split("3,3'-dichloro-biphenyl-4-ol"),
            ["3,3'-dichloro-biphenyl-4-ol"]
        );
        assert_eq!(split("α-Synuclein,"), ["α-Synuclein"]);
    }
}
