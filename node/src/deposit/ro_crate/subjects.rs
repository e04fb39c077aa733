//! What the study is about: organisms, cells, tissues, processes, and the biosamples.

use ontologies::Curie;

use super::graph::{Entity, Item};
use super::taking::{Reader, Taking, Target};
use crate::study::{Biosample, TermRole, TermUse};

/// Properties of a term's entity that may hold the identifier that its own id does not.
const IDENTIFYING: &[&str] = &[
    "termCode",
    "identifier",
    "sameAs",
    "url",
    "inDefinedTermSet",
];

/// What `about` names, told apart by type and vocabulary.
#[derive(Debug, Default)]
pub(super) struct Subjects {
    /// Terms.
    pub terms: Vec<TermUse>,
    /// Biosamples, in order.
    pub biosamples: Vec<Biosample>,
}

/// Reads `about` and `taxonomicRange` of the dataset.
pub(super) fn subjects<'g>(reader: &mut Reader<'g>, dataset: &mut Taking<'g>) -> Subjects {
    let mut subjects = Subjects::default();
    for item in dataset.take("taxonomicRange") {
        subjects
            .terms
            .extend(terms(reader, item, Some(TermRole::Organism)));
    }
    for item in dataset.take("about") {
        match reader.target(item) {
            Target::Entity(index, entity) if entity.is("BioSample") => {
                if reader.listed.insert(index) {
                    let sample = biosample(reader, index);
                    subjects.biosamples.push(sample);
                }
            }
            _ => subjects.terms.extend(terms(reader, item, None)),
        }
    }
    subjects
}

/// Reads a biosample.
pub(super) fn biosample(reader: &mut Reader<'_>, index: usize) -> Biosample {
    let mut taking = reader.open(index);
    let mut sample = Biosample {
        id: taking.entity.id.clone(),
        title: taking.text("name"),
        description: taking.text("description"),
        sex: taking.text("sex").or_else(|| taking.text("gender")),
        ..Biosample::default()
    };
    for (name, role) in [
        ("taxonomicRange", TermRole::Organism),
        ("hasCellLine", TermRole::CellLine),
    ] {
        for item in taking.take(name) {
            sample.terms.extend(terms(reader, item, Some(role)));
        }
    }
    reader.leftovers(&taking, None, &mut sample.additional);
    sample
}

/// The term behind a value: one use for each label that the crate gives it. Without a role, type and vocabulary decide.
pub(super) fn terms<'g>(
    reader: &mut Reader<'g>,
    item: &'g Item,
    role: Option<TermRole>,
) -> Vec<TermUse> {
    match reader.target(item) {
        Target::Text(text) => vec![TermUse::new(
            role.unwrap_or_else(|| role_of(text)),
            text,
            None,
        )],
        Target::Unknown(id) => {
            let given = reader.graph.expanded(id);
            vec![TermUse::new(
                role.unwrap_or_else(|| role_of(&given)),
                given,
                None,
            )]
        }
        Target::Entity(index, entity) => {
            let mut taking = reader.open(index);
            let given = identifier(reader, entity, &mut taking);
            let role = role.unwrap_or_else(|| {
                if entity.is("Taxon") {
                    TermRole::Organism
                } else {
                    role_of(&given)
                }
            });
            let labels = labels(&mut taking);
            let called = labels.first().cloned().unwrap_or_else(|| given.clone());
            reader.leftovers_of(&taking, &called);
            if given.starts_with("_:") {
                return labels
                    .into_iter()
                    .map(|label| TermUse::new(role, label, None))
                    .collect();
            }
            if labels.is_empty() {
                return vec![TermUse::new(role, given, None)];
            }
            labels
                .into_iter()
                .map(|label| TermUse::new(role, given.clone(), Some(label)))
                .collect()
        }
    }
}

/// The id of the term: its entity's, or where that is only a name inside the crate, one that a property gives.
fn identifier(reader: &Reader<'_>, entity: &Entity, taking: &mut Taking<'_>) -> String {
    let own = reader.graph.expanded(&entity.id);
    if Curie::parse(&own).is_ok() || own.contains("://") {
        return own;
    }
    let behind = IDENTIFYING.iter().find_map(|key| {
        let expanded = |item: &Item| reader.graph.expanded(item.raw());
        taking
            .take_if(key, |item| Curie::parse(&expanded(item)).is_ok())
            .first()
            .map(|item| expanded(item))
    });
    behind.unwrap_or(own)
}

/// Scientific name before name; several where two entities with different labels were merged.
fn labels(taking: &mut Taking<'_>) -> Vec<String> {
    let mut labels: Vec<String> = Vec::new();
    for key in ["scientificName", "name"] {
        if !labels.is_empty() {
            break;
        }
        let untagged = taking.take_if(key, |item| {
            matches!(item, Item::Text { language: None, .. })
        });
        labels.extend(untagged.into_iter().map(|item| item.raw().to_owned()));
        if labels.is_empty() {
            labels.extend(taking.text(key));
        }
    }
    labels
}

/// What a term of a vocabulary is about.
fn role_of(given: &str) -> TermRole {
    match Curie::parse(given).as_ref().map(Curie::prefix) {
        Ok("NCBITaxon") => TermRole::Organism,
        Ok("CL") => TermRole::CellType,
        Ok("CLO") => TermRole::CellLine,
        Ok("UBERON") => TermRole::Tissue,
        Ok("MONDO" | "DOID") => TermRole::Disease,
        Ok("GO") => TermRole::Process,
        _ => TermRole::Subject,
    }
}
