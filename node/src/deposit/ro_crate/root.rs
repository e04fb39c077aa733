//! Which entity is the study: the one that the metadata descriptor is about.

use std::collections::BTreeSet;

use super::graph::{Entity, Graph, Item};
use crate::finding::Finding;

/// Names that the descriptor has had.
const DESCRIPTORS: &[&str] = &["ro-crate-metadata.json", "ro-crate-metadata.jsonld"];

/// The descriptors and the root dataset of a crate.
#[derive(Debug)]
pub(super) struct Root {
    /// Index of the dataset.
    pub dataset: usize,
    /// Indices of what describes it: the entities for the metadata file itself.
    pub descriptors: Vec<usize>,
}

/// Finds the one root dataset.
///
/// # Errors
/// One finding: no descriptor, no dataset behind it, or two of them; it names what is there.
pub(super) fn find(graph: &Graph) -> Result<Root, Finding> {
    let descriptors = descriptors(graph);
    if descriptors.is_empty() {
        return Err(Finding::error(
            "@graph",
            "no RO-Crate: there is no metadata descriptor; add an entity with @id ro-crate-metadata.json whose about names the dataset",
        ));
    }
    let about = descriptors
        .iter()
        .flat_map(|index| graph.entities[*index].values("about"));
    let targets: Vec<&str> = about
        .map(Item::raw)
        .collect::<BTreeSet<_>>()
        .into_iter()
        .collect();
    let path = format!("{} about", graph.entities[descriptors[0]].id);
    match targets[..] {
        [] => Err(Finding::error(
            path,
            "the metadata descriptor names no dataset; let its about be the @id of the Dataset",
        )),
        [target] => match graph.find(target) {
            None => Err(Finding::error(
                path,
                format!(
                    "the dataset {target} is not in @graph; add it, or correct the about of the metadata descriptor"
                ),
            )),
            Some(dataset) if !graph.entities[dataset].is("Dataset") => Err(Finding::error(
                format!("{target} @type"),
                "what the metadata descriptor is about is not a Dataset",
            )),
            Some(dataset) => Ok(Root {
                dataset,
                descriptors,
            }),
        },
        _ => Err(Finding::error(
            path,
            format!(
                "{} root datasets ({}); a crate has one, write one crate for each study",
                targets.len(),
                targets[..targets.len().min(3)].join(", ")
            ),
        )),
    }
}

/// The entity under the descriptor's own name; else those whose names or conformance say that they are one.
fn descriptors(graph: &Graph) -> Vec<usize> {
    let own: Vec<usize> = DESCRIPTORS
        .iter()
        .filter_map(|name| {
            graph
                .find(name)
                .or_else(|| graph.find(&format!("./{name}")))
        })
        .collect();
    if !own.is_empty() {
        return own;
    }
    (0..graph.entities.len())
        .filter(|index| is_descriptor(&graph.entities[*index]))
        .collect()
}

fn is_descriptor(entity: &Entity) -> bool {
    let named = DESCRIPTORS.iter().any(|name| entity.id.ends_with(name));
    let conforms = || {
        entity.values("conformsTo").any(|item| {
            let iri = item.raw();
            iri.strip_prefix("https")
                .or_else(|| iri.strip_prefix("http"))
                .is_some_and(|rest| rest.starts_with("://w3id.org/ro/crate"))
        })
    };
    !entity.is("Dataset") && entity.values("about").next().is_some() && (named || conforms())
}
