//! The statements of a record by their subject, and which of them have been read.

use std::cell::Cell;
use std::collections::BTreeMap;

use ontologies::schema::{omma, rdf, schema_org};
use protocol::record::{ObjectRef, Record, StatementRef};

use super::{OtherStatement, Property};
use crate::formats::by_numbers;

/// A statement of which it is known whether somebody has read it.
struct Fact<'r> {
    statement: StatementRef<'r>,
    is_read: Cell<bool>,
}

/// The statements of a record.
pub(super) struct Facts<'r> {
    by_subject: BTreeMap<&'r str, Vec<Fact<'r>>>,
    resource: &'r str,
}

impl<'r> Facts<'r> {
    pub(super) fn of(record: &'r Record) -> Facts<'r> {
        let mut by_subject: BTreeMap<&'r str, Vec<Fact<'r>>> = BTreeMap::new();
        let mut resource = "";
        for statement in record.statements() {
            if statement.predicate() == omma::SALT {
                resource = statement.subject();
            }
            let fact = Fact {
                statement,
                is_read: Cell::new(false),
            };
            by_subject
                .entry(fact.statement.subject())
                .or_default()
                .push(fact);
        }
        Facts {
            by_subject,
            resource,
        }
    }

    /// The node that the record is about.
    pub(super) fn resource(&self) -> Node<'_, 'r> {
        Node {
            facts: self,
            iri: self.resource,
        }
    }

    /// All hash nodes of a class, in the order of reading.
    pub(super) fn of_class<'f>(&'f self, class: &str) -> Vec<Node<'f, 'r>> {
        let is_one = |facts: &Vec<Fact<'r>>| {
            facts.iter().any(|fact| {
                fact.statement.predicate() == rdf::TYPE
                    && matches!(fact.statement.object(), ObjectRef::Iri(iri) if *iri == class)
            })
        };
        let found = self
            .by_subject
            .iter()
            .filter(|(subject, facts)| **subject != self.resource && is_one(facts))
            .map(|(subject, _)| Node {
                facts: self,
                iri: subject,
            });
        in_order(found.collect())
    }

    /// What nobody has read. Classes, positions and the salt are how a record is built and say nothing more.
    pub(super) fn others(&self) -> Vec<OtherStatement> {
        let of_form = [rdf::TYPE, schema_org::POSITION, omma::SALT];
        self.by_subject
            .values()
            .flatten()
            .filter(|fact| !fact.is_read.get() && !of_form.contains(&fact.statement.predicate()))
            .map(|fact| OtherStatement {
                subject: fact.statement.subject().to_owned(),
                predicate: fact.statement.predicate().to_owned(),
                object: text_of(fact.statement.object()),
            })
            .collect()
    }
}

/// The resource or one of its hash nodes.
#[derive(Clone, Copy)]
pub(super) struct Node<'f, 'r> {
    facts: &'f Facts<'r>,
    pub(super) iri: &'r str,
}

impl<'f, 'r> Node<'f, 'r> {
    fn all(&self) -> impl Iterator<Item = &'f Fact<'r>> + use<'f, 'r> {
        self.facts.by_subject.get(self.iri).into_iter().flatten()
    }

    /// The objects of a predicate that a test lets through, which counts as reading them.
    fn take(
        &self,
        predicate: &str,
        is_wanted: impl Fn(&ObjectRef<'r>) -> bool,
    ) -> Vec<&'f ObjectRef<'r>> {
        let mut objects = Vec::new();
        for fact in self
            .all()
            .filter(|fact| fact.statement.predicate() == predicate)
        {
            let object = fact.statement.object();
            if is_wanted(object) {
                fact.is_read.set(true);
                objects.push(object);
            }
        }
        objects
    }

    /// Every value of a predicate as text, IRIs among them.
    pub(super) fn texts(&self, predicate: &str) -> Vec<String> {
        self.take(predicate, |_| true)
            .into_iter()
            .map(text_of)
            .collect()
    }

    /// One value of a predicate as text: the one without a language or in English before others. Further ones stay unread.
    pub(super) fn text(&self, predicate: &str) -> Option<String> {
        let is_preferred = |object: &ObjectRef<'r>| match object {
            ObjectRef::Literal(literal) => literal
                .language()
                .is_none_or(|tag| tag == "en" || tag.starts_with("en-")),
            ObjectRef::Iri(_) => true,
        };
        let of_predicate = || {
            self.all()
                .filter(|fact| fact.statement.predicate() == predicate)
        };
        let fact = of_predicate()
            .find(|fact| is_preferred(fact.statement.object()))
            .or_else(|| of_predicate().next())?;
        fact.is_read.set(true);
        Some(text_of(fact.statement.object()))
    }

    /// A whole number that is not negative.
    pub(super) fn number(&self, predicate: &str) -> Option<u64> {
        let is_number = |object: &ObjectRef<'r>| match object {
            ObjectRef::Literal(literal) => literal.value().parse::<u64>().is_ok(),
            ObjectRef::Iri(_) => false,
        };
        let found = self.take(predicate, is_number);
        found
            .first()
            .and_then(|object| text_of(object).parse().ok())
    }

    /// A measured number that is above 0, as it is written.
    pub(super) fn decimal(&self, predicate: &str) -> Option<String> {
        let is_measured = |number: f64| number.is_finite() && number > 0.0;
        let is_number = |object: &ObjectRef<'r>| match object {
            ObjectRef::Literal(literal) => literal.value().parse().is_ok_and(is_measured),
            ObjectRef::Iri(_) => false,
        };
        let found = self.take(predicate, is_number);
        found.first().map(|object| text_of(object))
    }

    /// The IRIs that are no hash node of this record.
    pub(super) fn iris(&self, predicate: &str) -> Vec<String> {
        let facts = self.facts;
        self.take(
            predicate,
            |object| matches!(object, ObjectRef::Iri(iri) if !facts.by_subject.contains_key(iri)),
        )
        .into_iter()
        .map(text_of)
        .collect()
    }

    /// The literals.
    pub(super) fn literals(&self, predicate: &str) -> Vec<String> {
        self.take(predicate, |object| matches!(object, ObjectRef::Literal(_)))
            .into_iter()
            .map(text_of)
            .collect()
    }

    /// The hash nodes that a predicate points to, in the order of reading.
    pub(super) fn nodes(&self, predicate: &str) -> Vec<Node<'f, 'r>> {
        let (facts, own) = (self.facts, self.iri);
        let is_node = |object: &ObjectRef<'r>| matches!(object, ObjectRef::Iri(iri) if *iri != own && facts.by_subject.contains_key(iri));
        let found = self.take(predicate, is_node);
        let nodes = found.into_iter().filter_map(|object| match object {
            ObjectRef::Iri(iri) => Some(Node { facts, iri }),
            ObjectRef::Literal(_) => None,
        });
        in_order(nodes.collect())
    }

    /// Whether it is of a class.
    pub(super) fn is_of(&self, class: &str) -> bool {
        self.all().any(|fact| {
            fact.statement.predicate() == rdf::TYPE
                && matches!(fact.statement.object(), ObjectRef::Iri(iri) if *iri == class)
        })
    }

    /// Its further names and values, in their order.
    pub(super) fn properties(&self) -> Vec<Property> {
        self.nodes(schema_org::ADDITIONAL_PROPERTY)
            .into_iter()
            .map(|node| Property {
                name: node.text(schema_org::NAME).unwrap_or_default(),
                value: node.text(schema_org::VALUE).unwrap_or_default(),
            })
            .collect()
    }

    /// What stands behind the hash of its IRI; the whole IRI where there is none.
    pub(super) fn fragment(&self) -> String {
        self.iri
            .split_once('#')
            .map_or(self.iri, |(_, fragment)| fragment)
            .to_owned()
    }
}

/// By position where nodes have one, then by the numbers in their names.
fn in_order<'f, 'r>(mut nodes: Vec<Node<'f, 'r>>) -> Vec<Node<'f, 'r>> {
    nodes.sort_by_cached_key(|node| {
        let position = node
            .all()
            .find(|fact| fact.statement.predicate() == schema_org::POSITION)
            .and_then(|fact| text_of(fact.statement.object()).parse::<u64>().ok());
        (position.unwrap_or(0), by_numbers(node.iri))
    });
    nodes.dedup_by_key(|node| node.iri);
    nodes
}

fn text_of(object: &ObjectRef<'_>) -> String {
    match object {
        ObjectRef::Iri(iri) => (*iri).to_owned(),
        ObjectRef::Literal(literal) => literal.value().to_owned(),
    }
}
