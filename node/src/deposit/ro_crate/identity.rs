//! By what a crate's study is known again, and where its data are.

use std::collections::HashSet;
use std::path::Path;

use oxiri::Iri;

use super::graph::Item;
use super::taking::{Reader, Taking, Target};
use crate::deposit::identifier_file::{fresh_identifier, remembered_identifier};
use crate::deposit::persistent_identifier;
use crate::finding::Finding;
use crate::study::{PackageFormat, Source};

/// Reads `identifier`, the root's `@id`, `sameAs` and `url`. The second is where the data are, for a crate without files.
///
/// # Errors
/// A finding, when the crate has no identifier and the one that an earlier import wrote beside it cannot be read.
pub(super) fn identify<'g>(
    reader: &mut Reader<'g>,
    dataset: &mut Taking<'g>,
    source: &Path,
) -> Result<(Source, Option<String>), Finding> {
    let root = address(reader, &dataset.entity.id);
    let mut identifiers: Vec<String> = Vec::new();
    for item in dataset.take("identifier") {
        identifiers.extend(identifier(reader, item));
    }
    let mut same_as: Vec<String> = Vec::new();
    for item in dataset.take_if("sameAs", |item| is_address(item.raw())) {
        same_as.push(item.raw().to_owned());
    }
    let page = root.clone().or_else(|| {
        dataset
            .take_if("url", |item| is_address(item.raw()))
            .first()
            .map(|item| item.raw().to_owned())
    });
    if let Some(page) = &page {
        dataset.take_if("url", |item| item.raw() == page);
    }
    let data_at = page
        .or_else(|| same_as.first().cloned())
        .or_else(|| identifiers.iter().find_map(|text| iri_of(text)));
    let mut further = identifiers.iter();
    let (identifier, identifier_is_given) = match (further.next().cloned(), &root) {
        (Some(identifier), _) => (identifier, true),
        (None, Some(root)) => (root.clone(), true),
        (None, None) => (remembered(source)?, false),
    };
    for other in further.chain([&identifier]) {
        match iri_of(other) {
            Some(iri) => same_as.push(iri),
            None if *other != identifier => reader.additional.push(crate::study::Property {
                name: "identifier".to_owned(),
                value: other.clone(),
            }),
            None => {}
        }
    }
    let mut seen = HashSet::new();
    same_as.retain(|iri| Some(iri) != root.as_ref() && seen.insert(iri.clone()));
    Ok((
        Source {
            identifier,
            identifier_is_given,
            iri: root,
            same_as,
            format: PackageFormat::AttachedCrate,
        },
        data_at,
    ))
}

/// An identifier as text, or as the value of a PropertyValue.
fn identifier<'g>(reader: &mut Reader<'g>, item: &'g Item) -> Option<String> {
    match reader.target(item) {
        Target::Text(text) | Target::Unknown(text) => Some(text.to_owned()),
        Target::Entity(index, entity) => {
            let mut taking = reader.open(index);
            let value = taking
                .text("value")
                .or_else(|| taking.text("url"))
                .unwrap_or_else(|| entity.id.clone());
            for key in ["name", "propertyID"] {
                taking.take(key);
            }
            reader.leftovers_of(&taking, &value);
            Some(value)
        }
    }
}

/// The address that an id is, or becomes by the crate's `@base`.
fn address(reader: &Reader<'_>, id: &str) -> Option<String> {
    let expanded = reader.graph.expanded(id);
    if is_address(&expanded) {
        return Some(expanded);
    }
    let base = reader
        .graph
        .context
        .base
        .as_deref()
        .filter(|base| is_address(base))?;
    Iri::parse(base)
        .ok()?
        .resolve(&expanded)
        .ok()
        .map(Iri::into_inner)
}

fn is_address(text: &str) -> bool {
    (text.starts_with("http://") || text.starts_with("https://")) && Iri::parse(text).is_ok()
}

/// An identifier that is an address or a DOI, as an IRI.
fn iri_of(text: &str) -> Option<String> {
    persistent_identifier::doi(text).or_else(|| is_address(text).then(|| text.to_owned()))
}

fn remembered(source: &Path) -> Result<String, Finding> {
    remembered_identifier(source)
        .and_then(|found| found.map_or_else(fresh_identifier, Ok))
        .map_err(|error| Finding::error("identifier", format!("the crate has no identifier, and the one that an earlier import wrote beside it cannot be read: {error}")))
}
