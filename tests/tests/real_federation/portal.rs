//! The harvester as whoever asks sees it: over HTTP.

use std::collections::{BTreeMap, BTreeSet};

use reqwest::Url;
use serde_json::Value;
use tests::http::{self, Answer};
use tests::node::NAMESPACE;
use tests::served::Served;

/// The rows of an answer to SPARQL: variables and what they are bound to.
pub(crate) type Rows = Vec<BTreeMap<String, String>>;

/// Where to ask.
pub(crate) struct Portal<'s> {
    served: &'s Served,
}

impl<'s> Portal<'s> {
    /// Of a harvester that serves.
    pub(crate) fn of(served: &'s Served) -> Portal<'s> {
        Portal { served }
    }

    /// Asks for a path with parameters; it is answered.
    #[track_caller]
    pub(crate) fn get(&self, path: &str, parameters: &[(&str, &str)], accept: &str) -> Answer {
        let address = format!("{}{path}", self.served.url());
        let url = Url::parse_with_params(&address, parameters).unwrap();
        let answer = http::get_as(url.as_str(), accept);
        assert_eq!(answer.status, 200, "{url}: {}", answer.text());
        answer
    }

    /// Asks for JSON.
    #[track_caller]
    pub(crate) fn json(&self, path: &str, parameters: &[(&str, &str)]) -> Value {
        let answer = self.get(path, parameters, "application/json");
        serde_json::from_str(answer.text()).unwrap()
    }

    /// Searches.
    #[track_caller]
    pub(crate) fn search(&self, parameters: &[(&str, &str)]) -> Value {
        self.json("api/v1/search", parameters)
    }

    /// The ids of the hits on the first page.
    #[track_caller]
    pub(crate) fn found(&self, parameters: &[(&str, &str)]) -> Vec<String> {
        ids(&self.search(parameters))
    }

    /// The ids of all hits, by the cursor; each comes once, and there are as many as the answer says.
    #[track_caller]
    pub(crate) fn all(&self, parameters: &[(&str, &str)], size: usize) -> BTreeSet<String> {
        let (mut cursor, size) = ("*".to_owned(), size.to_string());
        let mut found = BTreeSet::new();
        loop {
            let own = [("cursor", cursor.as_str()), ("size", size.as_str())];
            let answer = self.search(&[parameters, &own].concat());
            for id in ids(&answer) {
                assert!(found.insert(id.clone()), "{id} comes twice");
            }
            match answer["cursor"].as_str() {
                Some(next) => cursor = next.to_owned(),
                None => {
                    assert_eq!(found.len() as u64, answer["total"], "{parameters:?}");
                    return found;
                }
            }
        }
    }

    /// Asks a SELECT query.
    #[track_caller]
    pub(crate) fn select(&self, query: &str) -> Rows {
        let accept = "application/sparql-results+json";
        let answer = self.get("sparql", &[("query", query)], accept);
        let document: Value = serde_json::from_str(answer.text()).unwrap();
        let rows = document["results"]["bindings"].as_array().unwrap();
        let row = |row: &Value| {
            let bound = row.as_object().unwrap().iter();
            bound
                .map(|(name, term)| (name.clone(), term["value"].as_str().unwrap().to_owned()))
                .collect()
        };
        rows.iter().map(row).collect()
    }
}

/// The ids of hits.
pub(crate) fn ids(answer: &Value) -> Vec<String> {
    let hits = answer["hits"].as_array().unwrap();
    hits.iter()
        .map(|hit| hit["id"].as_str().unwrap().to_owned())
        .collect()
}

/// The accession in a resource's IRI.
#[track_caller]
pub(crate) fn accession(iri: &str) -> String {
    iri.strip_prefix(NAMESPACE).unwrap().to_owned()
}
