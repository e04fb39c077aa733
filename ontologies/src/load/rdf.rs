//! OWL as RDF: RDF/XML and Turtle, read triple by triple; no graph of the whole file is built.

use std::collections::HashMap;

use oxrdf::vocab::{rdf, rdfs};
use oxrdf::{BlankNode, Literal, NamedOrBlankNode, Term as Object, Triple};

use super::LoadError;
use crate::curie::expand;
use crate::term::{Ontology, Source, Term};

const OWL: &str = "http://www.w3.org/2002/07/owl#";
const OWL_CLASS: &str = "http://www.w3.org/2002/07/owl#Class";
const OWL_ONTOLOGY: &str = "http://www.w3.org/2002/07/owl#Ontology";
const DEPRECATED: &str = "http://www.w3.org/2002/07/owl#deprecated";
const OBO: &str = "http://purl.obolibrary.org/obo/";
const EXACT_SYNONYM: &str = "http://www.geneontology.org/formats/oboInOwl#hasExactSynonym";
const DEFINITIONS: [&str; 3] = [
    "http://purl.obolibrary.org/obo/IAO_0000115",
    "http://www.w3.org/2004/02/skos/core#definition",
    "http://www.geneontology.org/formats/oboInOwl#hasDefinition",
];
const LICENCES: [&str; 3] = [
    "http://purl.org/dc/terms/license",
    "http://purl.org/dc/elements/1.1/rights",
    "http://creativecommons.org/ns#license",
];

/// What relative IRIs are resolved against in a file that does not say; an ontology with this IRI has none.
const NO_BASE: &str = "urn:ommatidia:no-base";

pub(super) fn read_xml(text: &str) -> Result<Ontology, LoadError> {
    let syntax = |problem: String| LoadError::Syntax {
        format: "RDF/XML",
        problem,
    };
    let parser = oxrdfxml::RdfXmlParser::new()
        .with_base_iri(NO_BASE)
        .map_err(|error| syntax(error.to_string()))?;
    read(
        parser
            .for_slice(text.as_bytes())
            .map(|triple| triple.map_err(|error| syntax(error.to_string()))),
    )
}

pub(super) fn read_turtle(text: &str) -> Result<Ontology, LoadError> {
    let syntax = |problem: String| LoadError::Syntax {
        format: "Turtle",
        problem,
    };
    let parser = oxttl::TurtleParser::new()
        .with_base_iri(NO_BASE)
        .map_err(|error| syntax(error.to_string()))?;
    read(
        parser
            .for_slice(text.as_bytes())
            .map(|triple| triple.map_err(|error| syntax(error.to_string()))),
    )
}

fn read(triples: impl Iterator<Item = Result<Triple, LoadError>>) -> Result<Ontology, LoadError> {
    let mut gathered = Gathered::default();
    for triple in triples {
        gathered.add(triple?);
    }
    Ok(gathered.finish())
}

/// `[ owl:onProperty …; owl:someValuesFrom … ]`, as far as it has been seen.
#[derive(Default)]
struct Restriction {
    on_part_of: bool,
    some_values_from: Option<String>,
}

/// What a subject has said so far; only at the end is it known whether it is a class.
#[derive(Default)]
struct Subject {
    is_class: bool,
    term: Term,
    /// Whether the label is in English or without a language: such a one is not replaced.
    label_is_english: bool,
    restrictions: Vec<BlankNode>,
}

impl Subject {
    fn add_superclass(&mut self, class: Object) {
        match class {
            Object::NamedNode(parent) if !parent.as_str().starts_with(OWL) => {
                let parent = expand(parent.as_str()).unwrap_or_else(|| parent.into_string());
                push_new(&mut self.term.parents, parent);
            }
            Object::BlankNode(restriction) => self.restrictions.push(restriction),
            _ => {}
        }
    }

    fn add_text(&mut self, predicate: &str, literal: &Literal) {
        let value = || literal.value().to_owned();
        if predicate == rdfs::LABEL.as_str() {
            let is_english = literal
                .language()
                .is_none_or(|language| language.starts_with("en"));
            if self.term.label.is_empty() || is_english && !self.label_is_english {
                self.term.label = value();
                self.label_is_english = is_english;
            }
        } else if predicate == EXACT_SYNONYM {
            push_new(&mut self.term.synonyms, value());
        } else if predicate == DEPRECATED {
            self.term.obsolete = matches!(literal.value(), "true" | "1");
        } else {
            self.term.definition.get_or_insert_with(value);
        }
    }
}

/// The properties whose text is taken; whatever else a file says costs no memory.
fn is_about_terms(predicate: &str) -> bool {
    predicate == rdfs::LABEL.as_str()
        || predicate == EXACT_SYNONYM
        || predicate == DEPRECATED
        || DEFINITIONS.contains(&predicate)
}

#[derive(Default)]
struct Gathered {
    subjects: Vec<Subject>,
    places: HashMap<String, usize>,
    restrictions: HashMap<BlankNode, Restriction>,
    ontology: Option<String>,
    versions: HashMap<String, Source>,
}

impl Gathered {
    fn add(&mut self, triple: Triple) {
        match triple.subject {
            NamedOrBlankNode::BlankNode(node) => {
                self.add_to_restriction(node, triple.predicate.as_str(), triple.object)
            }
            NamedOrBlankNode::NamedNode(subject) => {
                let subject = subject.into_string();
                self.add_to_source(&subject, triple.predicate.as_str(), &triple.object);
                self.add_to_subject(subject, triple.predicate.as_str(), triple.object);
            }
        }
    }

    fn add_to_restriction(&mut self, node: BlankNode, predicate: &str, object: Object) {
        let Object::NamedNode(object) = object else {
            return;
        };
        match predicate.strip_prefix(OWL) {
            Some("onProperty") if is_part_of(object.as_str()) => {
                self.restrictions.entry(node).or_default().on_part_of = true
            }
            Some("someValuesFrom") => {
                self.restrictions.entry(node).or_default().some_values_from =
                    expand(object.as_str());
            }
            _ => {}
        }
    }

    /// The header of the file: the resource that is typed `owl:Ontology`, whose other triples may stand before its type.
    fn add_to_source(&mut self, subject: &str, predicate: &str, object: &Object) {
        let value = match object {
            Object::NamedNode(node) => node.as_str(),
            Object::Literal(literal) => literal.value(),
            _ => return,
        };
        if predicate == rdf::TYPE.as_str() && value == OWL_ONTOLOGY {
            self.ontology.get_or_insert_with(|| subject.to_owned());
            return;
        }
        let is_version_iri = predicate.strip_prefix(OWL) == Some("versionIRI");
        let is_version = is_version_iri || predicate.strip_prefix(OWL) == Some("versionInfo");
        let is_licence = LICENCES.contains(&predicate);
        if !is_version && !is_licence {
            return;
        }
        let source = self.versions.entry(subject.to_owned()).or_default();
        if is_version && (is_version_iri || source.version.is_none()) {
            source.version = Some(value.to_owned());
        } else if is_licence && source.licence.is_none() {
            source.licence = Some(value.to_owned());
        }
    }

    fn add_to_subject(&mut self, iri: String, predicate: &str, object: Object) {
        if predicate == rdf::TYPE.as_str() {
            if matches!(&object, Object::NamedNode(class) if class.as_str() == OWL_CLASS || class.as_ref() == rdfs::CLASS)
            {
                self.subject(iri).is_class = true;
            }
        } else if predicate == rdfs::SUB_CLASS_OF.as_str() {
            self.subject(iri).add_superclass(object);
        } else if predicate.strip_prefix(OBO) == Some("IAO_0100001") {
            // some files give an IRI, some a CURIE in a literal
            self.subject(iri).term.replaced_by = match &object {
                Object::NamedNode(node) => expand(node.as_str()),
                Object::Literal(literal) => expand(literal.value()),
                _ => None,
            };
        } else if let Object::Literal(literal) = object
            && is_about_terms(predicate)
        {
            self.subject(iri).add_text(predicate, &literal);
        }
    }

    fn subject(&mut self, iri: String) -> &mut Subject {
        let iri = expand(&iri).unwrap_or(iri);
        let next = self.subjects.len();
        let place = *self.places.entry(iri.clone()).or_insert(next);
        if place == next {
            self.subjects.push(Subject {
                term: Term {
                    iri,
                    ..Term::default()
                },
                ..Subject::default()
            });
        }
        &mut self.subjects[place]
    }

    fn finish(mut self) -> Ontology {
        let mut source = self
            .ontology
            .as_ref()
            .and_then(|iri| self.versions.remove(iri))
            .unwrap_or_default();
        source.origin = self.ontology.filter(|iri| !iri.starts_with(NO_BASE));
        let restrictions = self.restrictions;
        let classes = self
            .subjects
            .into_iter()
            .filter(|subject| subject.is_class && !subject.term.iri.starts_with(OWL));
        let terms = classes.map(|subject| {
            let mut term = subject.term;
            for restriction in subject
                .restrictions
                .iter()
                .filter_map(|node| restrictions.get(node))
            {
                if let (true, Some(whole)) = (restriction.on_part_of, &restriction.some_values_from)
                {
                    push_new(&mut term.part_of, whole.clone());
                }
            }
            term
        });
        Ontology {
            source,
            terms: terms.collect(),
        }
    }
}

fn is_part_of(property: &str) -> bool {
    property.strip_prefix(OBO) == Some("BFO_0000050")
}

fn push_new(list: &mut Vec<String>, item: String) {
    if !list.contains(&item) {
        list.push(item);
    }
}
