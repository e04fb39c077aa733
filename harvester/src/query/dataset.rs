//! What a query may see: the default graph, and nothing else.
//!
//! SPARQL 1.1 Query section 13: a query that names graphs (`FROM`, `FROM NAMED`, or `default-graph-uri` and
//! `named-graph-uri` of the protocol, which go before those of the query) replaces the whole dataset by them. The service
//! has no graph by that name, so each is empty, and so is a default graph made of them: such a query is answered, with
//! what is true of empty graphs. It is no error, as the specification would allow: a client that always sends a graph's
//! name learns at once that it gets nothing, and one that only tests whether a graph exists gets a plain no.
//!
//! The store keeps a statement of its own about its position in a named graph. It is not among the graphs that are
//! offered, so no query can reach it: neither `GRAPH ?g` nor `FROM`, and `DESCRIBE` looks into the default graph alone.

use oxigraph::model::{GraphName, NamedNode};
use oxigraph::sparql::QueryDataset;

use super::error::QueryError;

/// The dataset that a request names beside its query (SPARQL 1.1 Protocol section 2.1.4).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Dataset {
    /// `default-graph-uri`.
    pub default: Vec<NamedNode>,
    /// `named-graph-uri`.
    pub named: Vec<NamedNode>,
}

impl Dataset {
    /// The dataset of these parameters.
    ///
    /// # Errors
    /// [`QueryError::Iri`] for what is no absolute IRI.
    pub fn parse<'a>(
        default: impl IntoIterator<Item = &'a str>,
        named: impl IntoIterator<Item = &'a str>,
    ) -> Result<Dataset, QueryError> {
        let read = |name, value: &str| {
            NamedNode::new(value).map_err(|_| QueryError::Iri {
                name,
                value: value.to_owned(),
            })
        };
        Ok(Dataset {
            default: default
                .into_iter()
                .map(|value| read("default-graph-uri", value))
                .collect::<Result<_, _>>()?,
            named: named
                .into_iter()
                .map(|value| read("named-graph-uri", value))
                .collect::<Result<_, _>>()?,
        })
    }

    fn is_named(&self) -> bool {
        !self.default.is_empty() || !self.named.is_empty()
    }
}

/// The dataset on which a query runs: that of the request, else that of the query, else the default graph; of the named
/// graphs only those that are `offered`.
pub(super) fn specification(
    of_request: &Dataset,
    of_query: Option<&spargebra::algebra::QueryDataset>,
    offered: &[NamedNode],
) -> QueryDataset {
    let (default, named) = match of_query {
        _ if of_request.is_named() => (of_request.default.as_slice(), of_request.named.as_slice()),
        Some(dataset) => (
            dataset.default.as_slice(),
            dataset.named.as_deref().unwrap_or_default(),
        ),
        None => return dataset(vec![GraphName::DefaultGraph], offered.to_vec()),
    };
    let known = |graphs: &[NamedNode]| -> Vec<NamedNode> {
        graphs
            .iter()
            .filter(|graph| offered.contains(graph))
            .cloned()
            .collect()
    };
    let default = known(default).into_iter().map(GraphName::from).collect();
    dataset(default, known(named))
}

fn dataset(default: Vec<GraphName>, named: Vec<NamedNode>) -> QueryDataset {
    let mut dataset = QueryDataset::new();
    dataset.set_default_graph(default);
    dataset.set_available_named_graphs(named.into_iter().map(Into::into).collect());
    dataset
}
