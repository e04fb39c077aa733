//! Collects statements about a resource and its hash nodes.

use ontologies::schema::{rdf, schema_org, xsd};
use protocol::record::{Iri, Object, Statement};

use super::text;
use crate::study::Property;

/// The resource of a record, or a hash node of it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct Node {
    iri: Iri,
    is_hash: bool,
}

impl Node {
    /// A resource, by its IRI, which is a namespace with an accession or a path behind it.
    pub(super) fn resource(iri: String) -> Node {
        Node::named(iri, false)
    }

    /// A part: `…/DND-S42#biosample-1`, and of that `…/DND-S42#biosample-1-treatment-2`. Numbers count from 1; since a
    /// name is made of fixed words and numbers, two parts never have one name.
    pub(super) fn part(&self, kind: &str, number: usize) -> Node {
        Node::named(
            format!("{}{}{kind}-{number}", self.iri, self.separator()),
            true,
        )
    }

    /// A part of which there is one.
    pub(super) fn only_part(&self, kind: &str) -> Node {
        Node::named(format!("{}{}{kind}", self.iri, self.separator()), true)
    }

    fn separator(&self) -> char {
        if self.is_hash { '-' } else { '#' }
    }

    fn named(iri: String, is_hash: bool) -> Node {
        let iri = Iri::parse(iri)
            .expect("namespace, accession, encoded path and the words of hash nodes make an IRI");
        Node { iri, is_hash }
    }
}

/// The statements so far.
#[derive(Debug, Default)]
pub(super) struct Statements {
    all: Vec<Statement>,
}

impl Statements {
    /// All of them, in the order in which they were said.
    pub(super) fn into_all(self) -> Vec<Statement> {
        self.all
    }

    /// Says anything.
    pub(super) fn say(&mut self, node: &Node, predicate: &'static str, object: Object) {
        self.all.push(Statement::new(
            node.iri.clone(),
            constant(predicate),
            object,
        ));
    }

    /// Says that a node is of these classes.
    pub(super) fn classes(&mut self, node: &Node, classes: &[&'static str]) {
        for class in classes {
            self.iri(node, rdf::TYPE, class);
        }
    }

    /// Points to an IRI that is a constant.
    pub(super) fn iri(&mut self, node: &Node, predicate: &'static str, iri: &'static str) {
        self.say(node, predicate, Object::Iri(constant(iri)));
    }

    /// Points to another node.
    pub(super) fn node(&mut self, node: &Node, predicate: &'static str, to: &Node) {
        self.say(node, predicate, Object::Iri(to.iri.clone()));
    }

    /// Says a text, unless it is blank.
    pub(super) fn text(&mut self, node: &Node, predicate: &'static str, text: &str) {
        if !text.trim().is_empty() {
            self.say(node, predicate, Object::text(text));
        }
    }

    /// Says a text that may be absent.
    pub(super) fn optional(&mut self, node: &Node, predicate: &'static str, text: Option<&str>) {
        if let Some(text) = text {
            self.text(node, predicate, text);
        }
    }

    /// Points to an address that may be absent; what is no address is said as text.
    pub(super) fn link(&mut self, node: &Node, predicate: &'static str, address: Option<&str>) {
        if let Some(address) = address.filter(|address| !address.trim().is_empty()) {
            self.say(node, predicate, text::link_or_text(address));
        }
    }

    /// Says a date that may be absent.
    pub(super) fn date(&mut self, node: &Node, predicate: &'static str, date: Option<&str>) {
        if let Some(date) = date.filter(|date| !date.trim().is_empty()) {
            self.say(node, predicate, text::date(date));
        }
    }

    /// Says a whole number.
    pub(super) fn number(&mut self, node: &Node, predicate: &'static str, number: u64) {
        self.typed(node, predicate, &number.to_string(), xsd::INTEGER);
    }

    /// Says a place in an order, from 1.
    pub(super) fn position(&mut self, node: &Node, position: usize) {
        self.number(node, schema_org::POSITION, position as u64);
    }

    /// Says a value with its datatype.
    pub(super) fn typed(
        &mut self,
        node: &Node,
        predicate: &'static str,
        value: &str,
        datatype: &'static str,
    ) {
        let object =
            Object::typed(value, datatype).expect("every datatype of ontologies::schema is an IRI");
        self.say(node, predicate, object);
    }

    /// Says names and values that no other word is made for, in their order.
    pub(super) fn properties<'a>(
        &mut self,
        node: &Node,
        properties: impl IntoIterator<Item = (&'a str, &'a str)>,
    ) {
        for (index, (name, value)) in properties.into_iter().enumerate() {
            let property = node.part("property", index + 1);
            self.node(node, schema_org::ADDITIONAL_PROPERTY, &property);
            self.classes(&property, &[schema_org::PROPERTY_VALUE]);
            self.position(&property, index + 1);
            self.say(&property, schema_org::NAME, Object::text(name));
            self.say(&property, schema_org::VALUE, Object::text(value));
        }
    }
}

/// Properties as pairs.
pub(super) fn pairs(properties: &[Property]) -> impl Iterator<Item = (&str, &str)> {
    properties
        .iter()
        .map(|property| (property.name.as_str(), property.value.as_str()))
}

fn constant(iri: &'static str) -> Iri {
    Iri::parse(iri).expect("every constant of ontologies::schema is an absolute IRI")
}
