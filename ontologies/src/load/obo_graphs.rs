//! OBO Graphs JSON: <https://github.com/geneontology/obographs>

use std::collections::HashMap;

use serde::Deserialize;

use super::LoadError;
use crate::curie::expand;
use crate::term::{Ontology, Source, Term};

#[derive(Deserialize)]
struct Document {
    graphs: Vec<Graph>,
}

#[derive(Deserialize)]
struct Graph {
    id: Option<String>,
    #[serde(default)]
    meta: Meta,
    #[serde(default)]
    nodes: Vec<Node>,
    #[serde(default)]
    edges: Vec<Edge>,
}

#[derive(Deserialize)]
struct Node {
    id: String,
    lbl: Option<String>,
    #[serde(rename = "type")]
    kind: Option<String>,
    #[serde(default)]
    meta: Meta,
}

#[derive(Deserialize)]
struct Edge {
    sub: String,
    pred: String,
    obj: String,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase")]
struct Meta {
    definition: Option<Property>,
    #[serde(default)]
    synonyms: Vec<Property>,
    #[serde(default)]
    basic_property_values: Vec<Property>,
    #[serde(default)]
    deprecated: bool,
    version: Option<String>,
}

#[derive(Deserialize)]
struct Property {
    #[serde(default)]
    pred: String,
    #[serde(default)]
    val: String,
}

impl Meta {
    fn value(&self, ends_with: &str) -> Option<&str> {
        self.basic_property_values
            .iter()
            .find(|property| property.pred.ends_with(ends_with))
            .map(|property| property.val.as_str())
    }
}

pub(super) fn read(text: &str) -> Result<Ontology, LoadError> {
    let document: Document = serde_json::from_str(text).map_err(|error| LoadError::Syntax {
        format: "OBO Graphs JSON",
        problem: error.to_string(),
    })?;
    let mut source = Source::default();
    let mut terms: Vec<Term> = Vec::new();
    let mut places: HashMap<String, usize> = HashMap::new();
    for graph in document.graphs {
        describe(&graph, &mut source);
        for node in graph.nodes {
            let Some(term) = class(node) else { continue };
            places.entry(term.iri.clone()).or_insert_with(|| {
                terms.push(term);
                terms.len() - 1
            });
        }
        for edge in graph.edges {
            let (Some(child), Some(parent)) = (expand(&edge.sub), expand(&edge.obj)) else {
                continue;
            };
            let Some(term) = places.get(&child).map(|place| &mut terms[*place]) else {
                continue;
            };
            match edge.pred.as_str() {
                "is_a" | "http://www.w3.org/2000/01/rdf-schema#subClassOf" => {
                    push_new(&mut term.parents, parent)
                }
                "part_of" | "BFO:0000050" | "http://purl.obolibrary.org/obo/BFO_0000050" => {
                    push_new(&mut term.part_of, parent)
                }
                _ => {}
            }
        }
    }
    Ok(Ontology { source, terms })
}

/// The first graph that says something is believed; further ones are imports.
fn describe(graph: &Graph, source: &mut Source) {
    let version = graph
        .meta
        .version
        .as_deref()
        .or_else(|| graph.meta.value("versionInfo"));
    source.origin = source.origin.take().or_else(|| graph.id.clone());
    source.version = source.version.take().or_else(|| version.map(str::to_owned));
    source.licence = source
        .licence
        .take()
        .or_else(|| graph.meta.value("license").map(str::to_owned));
}

fn class(node: Node) -> Option<Term> {
    // a node without type is only mentioned; properties and individuals are not terms
    if node.kind.as_deref() != Some("CLASS") {
        return None;
    }
    let replaced_by = node.meta.value("IAO_0100001").and_then(expand);
    let exact = node
        .meta
        .synonyms
        .into_iter()
        .filter(|synonym| synonym.pred.ends_with("hasExactSynonym"));
    Some(Term {
        iri: expand(&node.id)?,
        label: node.lbl.unwrap_or_default(),
        synonyms: exact.map(|synonym| synonym.val).collect(),
        definition: node.meta.definition.map(|definition| definition.val),
        obsolete: node.meta.deprecated,
        replaced_by,
        ..Term::default()
    })
}

fn push_new(list: &mut Vec<String>, iri: String) {
    if !list.contains(&iri) {
        list.push(iri);
    }
}
