//! The pinned JSON-LD context, read once: how an IRI is called in a document, and what its values are taken for.

use std::collections::HashMap;
use std::sync::OnceLock;

use ontologies::schema::CONTEXT;
use serde_json::Value;

/// What a plain string means as the value of a term.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Coercion {
    /// A text.
    Text,
    /// An IRI.
    Iri,
    /// A literal of this datatype.
    Datatype(String),
}

/// The context the other way round.
#[derive(Debug)]
pub(super) struct Context {
    terms: HashMap<String, (String, Coercion)>,
}

impl Context {
    /// The context that this build pins.
    pub(super) fn pinned() -> &'static Context {
        static PINNED: OnceLock<Context> = OnceLock::new();
        PINNED.get_or_init(|| Context::read(CONTEXT))
    }

    /// How a document calls an IRI: by its term, else in full, of which nothing is assumed.
    pub(super) fn name<'a>(&'a self, iri: &'a str) -> (&'a str, &'a Coercion) {
        match self.terms.get(iri) {
            Some((term, coercion)) => (term, coercion),
            None => (iri, &Coercion::Text),
        }
    }

    fn read(document: &str) -> Context {
        let document: Value =
            serde_json::from_str(document).expect("the context of ontologies::schema is JSON");
        let definitions = document["@context"]
            .as_object()
            .expect("the context of ontologies::schema is an object");
        let terms = definitions.iter().filter_map(|(term, definition)| {
            let iri = definition["@id"].as_str()?;
            let coercion = match definition["@type"].as_str() {
                None => Coercion::Text,
                Some("@id") => Coercion::Iri,
                Some(datatype) => Coercion::Datatype(datatype.to_owned()),
            };
            Some((iri.to_owned(), (term.clone(), coercion)))
        });
        Context {
            terms: terms.collect(),
        }
    }
}
