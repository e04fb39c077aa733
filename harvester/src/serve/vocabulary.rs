//! `/api/v1/vocabulary`: the words of the graph, for whoever writes queries: prefixes, classes and predicates.
//!
//! Named is what the profile, the harvester and the ontologies can say; given is what of that is in the graph now. Each name costs
//! one look into the index of the graph, so that the answer is of this moment and nothing has to be kept.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use ::web::http::{Document, Keep};
use actix_web::{HttpRequest, HttpResponse, web};
use ontologies::schema::{
    VOCABULARY, bao, dcat, dct, dwc, dwciri, oa, obo, odrl, omma, prov, rdf, rdfs, schema_org, spdx,
};
use oxigraph::model::NamedNodeRef;
use oxigraph::store::{StorageError, Store};
use oxrdf::Term;
use oxttl::TurtleParser;
use serde::Serialize;

use super::error::ServeError;
use super::state::{State, blocking};
use crate::graph::names;

/// What the harvester says of records, and ontologies of terms, beside the namespaces of records.
const FURTHER: [&str; 7] = [
    "http://www.w3.org/ns/dcat#CatalogRecord",
    "http://xmlns.com/foaf/0.1/primaryTopic",
    "http://www.w3.org/2002/07/owl#Class",
    "http://www.w3.org/2002/07/owl#deprecated",
    "http://www.geneontology.org/formats/oboInOwl#hasExactSynonym",
    "http://purl.obolibrary.org/obo/IAO_0000115",
    "http://purl.obolibrary.org/obo/IAO_0100001",
];

/// Further predicates of ontologies that the graph holds.
const OF_ONTOLOGIES: [&str; 3] = [
    "http://www.w3.org/2000/01/rdf-schema#label",
    "http://www.w3.org/2000/01/rdf-schema#subClassOf",
    "http://purl.obolibrary.org/obo/BFO_0000050",
];

/// The answer.
#[derive(Debug, Serialize)]
struct Words {
    prefixes: BTreeMap<&'static str, &'static str>,
    classes: Vec<Word>,
    predicates: Vec<Word>,
}

/// A class or a predicate.
#[derive(Debug, Serialize)]
struct Word {
    iri: &'static str,
    /// with its prefix, as it stands in a query
    name: String,
    /// what it means, in a sentence, where the project's own vocabulary says so
    meaning: Option<&'static str>,
}

/// `/api/v1/vocabulary`.
pub(super) async fn vocabulary(
    state: web::Data<State>,
    request: HttpRequest,
) -> Result<HttpResponse, ServeError> {
    let body = blocking(&state, |shared| {
        let stores = shared.harvester.projections().stores();
        let words = words(stores.graph.store()).map_err(anyhow::Error::from)?;
        serde_json::to_vec(&words).map_err(|error| ServeError::Broken(error.into()))
    })
    .await?;
    Ok(Document::hashed(body, "application/json", Keep::Revalidate).respond(&request))
}

fn words(store: &Store) -> Result<Words, StorageError> {
    let (mut classes, mut predicates) = (Vec::new(), Vec::new());
    for iri in named() {
        let Some(name) = names::short(iri) else {
            continue;
        };
        let node = NamedNodeRef::new_unchecked(iri);
        let word = Word {
            iri,
            name,
            meaning: MEANINGS.get(iri).map(String::as_str),
        };
        let r#type = NamedNodeRef::new_unchecked(rdf::TYPE);
        let mut instances = store.quads_for_pattern(None, Some(r#type), Some(node.into()), None);
        let mut uses = store.quads_for_pattern(None, Some(node), None, None);
        if instances.next().transpose()?.is_some() {
            classes.push(word);
        } else if uses.next().transpose()?.is_some() {
            predicates.push(word);
        }
    }
    Ok(Words {
        prefixes: names::prefixes().collect(),
        classes,
        predicates,
    })
}

/// Everything that can be said.
fn named() -> impl Iterator<Item = &'static str> {
    [
        schema_org::ALL,
        dcat::ALL,
        dct::ALL,
        omma::ALL,
        obo::ALL,
        dwciri::ALL,
        dwc::ALL,
        bao::ALL,
        prov::ALL,
        oa::ALL,
        odrl::ALL,
        spdx::ALL,
        rdf::ALL,
        rdfs::ALL,
        &FURTHER,
        &OF_ONTOLOGIES,
    ]
    .into_iter()
    .flatten()
    .copied()
}

/// What the project's vocabulary says of its own words.
static MEANINGS: LazyLock<BTreeMap<String, String>> = LazyLock::new(|| {
    let mut meanings = BTreeMap::new();
    // the file is compiled in, and a test reads it to the end
    for triple in TurtleParser::new().for_slice(VOCABULARY).flatten() {
        if triple.predicate.as_str() == "http://www.w3.org/2004/02/skos/core#definition"
            && let (oxrdf::NamedOrBlankNode::NamedNode(subject), Term::Literal(comment)) =
                (triple.subject, triple.object)
        {
            meanings.insert(subject.into_string(), comment.value().to_owned());
        }
    }
    meanings
});

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

    use std::collections::BTreeSet;

    use ontologies::schema::omma;
    use oxigraph::io::RdfFormat;
    use oxigraph::store::Store;

    use super::{MEANINGS, named, words};

    #[test]
    fn given_is_what_the_graph_has() {
        let store = Store::new().unwrap();
        let data = "<urn:s> a <http://www.w3.org/ns/dcat#Dataset> ; <https://w3id.org/ommatidia/ns#tissue> <urn:t> ; <urn:own> 1 .";
        store
            .load_from_slice(RdfFormat::Turtle, data.as_bytes())
            .unwrap();
        let words = words(&store).unwrap();
        let names = |words: &[super::Word]| -> Vec<String> {
            words.iter().map(|word| word.name.clone()).collect()
        };
        assert_eq!(names(&words.classes), ["dcat:Dataset"]);
        assert_eq!(names(&words.predicates), ["omma:tissue", "rdf:type"]);
        assert!(words.predicates[0].meaning.is_some());
        assert_eq!(words.prefixes["schema"], "http://schema.org/");
    }

    #[test]
    fn each_word_is_named_once_and_ours_have_a_meaning() {
        let all: Vec<&str> = named().collect();
        let once: BTreeSet<&str> = all.iter().copied().collect();
        assert_eq!(all.len(), once.len());
        let reserved = [omma::MATCHES, omma::SCORE];
        for word in omma::ALL.iter().filter(|word| !reserved.contains(word)) {
            assert!(
                MEANINGS.contains_key(*word),
                "{word} has no skos:definition"
            );
        }
    }
}
