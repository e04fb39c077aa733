//! Taking an entity apart: what the profile has a place for is taken, and what is not taken is kept as further names
//! and values. So a key that nobody here has heard of cannot be lost.

use std::collections::HashSet;

use super::graph::{Entity, Graph, Item};
use crate::finding::Finding;
use crate::study::Property;

/// Keys about reaching a person. They are never read into a study, whatever entity they stand in.
const PRIVATE_KEYS: &[&str] = &[
    "email",
    "address",
    "telephone",
    "faxNumber",
    "streetAddress",
    "postalCode",
    "postOfficeBoxNumber",
    "addressLocality",
    "addressRegion",
    "addressCountry",
];

/// Types of entities that hold nothing else.
const PRIVATE_TYPES: &[&str] = &["PostalAddress"];

/// How deep descriptions of unknown entities are followed.
const DEPTH: usize = 4;

/// The crate as it is being read: what was looked at, what was odd, what has no place of its own.
#[derive(Debug)]
pub(super) struct Reader<'g> {
    /// The entities.
    pub graph: &'g Graph,
    /// What was odd.
    pub findings: Vec<Finding>,
    /// Names and values of the study that have no place of their own.
    pub additional: Vec<Property>,
    /// Biosamples and protocols that the study has already.
    pub listed: HashSet<usize>,
    opened: Vec<bool>,
}

/// An entity of which some values have been taken.
#[derive(Debug)]
pub(super) struct Taking<'g> {
    /// The entity.
    pub entity: &'g Entity,
    /// True the first time that this entity is read; only then are its leftovers kept.
    first: bool,
    /// Fields of which every value is taken.
    whole: HashSet<usize>,
    /// Single values taken, as (field, value).
    taken: HashSet<(usize, usize)>,
}

/// What a value refers to.
#[derive(Debug, Clone, Copy)]
pub(super) enum Target<'g> {
    /// Text.
    Text(&'g str),
    /// An entity that the crate describes.
    Entity(usize, &'g Entity),
    /// An id that the crate does not describe.
    Unknown(&'g str),
}

impl<'g> Reader<'g> {
    pub fn new(graph: &'g Graph, findings: Vec<Finding>) -> Reader<'g> {
        Reader {
            graph,
            findings,
            additional: Vec::new(),
            listed: HashSet::new(),
            opened: vec![false; graph.entities.len()],
        }
    }

    /// Notes something odd about a property of an entity.
    pub fn warn(&mut self, entity: &Entity, name: &str, message: impl Into<String>) {
        self.findings
            .push(Finding::warning(format!("{} {name}", entity.id), message));
    }

    /// Begins to take an entity apart.
    pub fn open(&mut self, index: usize) -> Taking<'g> {
        let first = !std::mem::replace(&mut self.opened[index], true);
        Taking {
            entity: &self.graph.entities[index],
            first,
            whole: HashSet::new(),
            taken: HashSet::new(),
        }
    }

    /// Whether something has looked at an entity.
    pub fn is_opened(&self, index: usize) -> bool {
        self.opened[index]
    }

    /// What a value is about. An id that is written as plain text, but is that of an entity, is that entity.
    pub fn target(&self, item: &'g Item) -> Target<'g> {
        let graph = self.graph;
        let id = item.raw();
        match (graph.find(id), item) {
            (Some(index), Item::Reference(_)) => Target::Entity(index, &graph.entities[index]),
            (Some(index), Item::Text { .. }) if id.starts_with('#') || id.contains("://") => {
                Target::Entity(index, &graph.entities[index])
            }
            (None, Item::Reference(id)) => Target::Unknown(id),
            (_, Item::Text { text, .. }) => Target::Text(text.trim()),
        }
    }

    /// Keeps what was not taken, as names and values in `into`; `of` is what to call the entity where it is not the
    /// owner of `into`.
    pub fn leftovers(&mut self, taking: &Taking<'g>, of: Option<&str>, into: &mut Vec<Property>) {
        self.leftovers_at(taking, of, into, 0);
    }

    /// Keeps what was not taken of an entity that the model has no list for, with the study.
    pub fn leftovers_of(&mut self, taking: &Taking<'g>, of: &str) {
        let mut kept = Vec::new();
        self.leftovers_at(taking, Some(of), &mut kept, 0);
        self.additional.append(&mut kept);
    }

    fn leftovers_at(
        &mut self,
        taking: &Taking<'g>,
        of: Option<&str>,
        into: &mut Vec<Property>,
        depth: usize,
    ) {
        if !taking.first
            || taking
                .entity
                .types
                .iter()
                .any(|own| PRIVATE_TYPES.contains(&own.as_str()))
        {
            return;
        }
        for (place, field) in taking.entity.fields.iter().enumerate() {
            if PRIVATE_KEYS.contains(&field.name.as_str()) {
                continue;
            }
            for (position, item) in field.values.iter().enumerate() {
                if !taking.is_taken(place, position) {
                    self.keep(&field.key, item, of, into, depth);
                }
            }
        }
    }

    /// Keeps one value under a name, and what the crate says about the entity that it refers to.
    fn keep(
        &mut self,
        key: &str,
        item: &'g Item,
        of: Option<&str>,
        into: &mut Vec<Property>,
        depth: usize,
    ) {
        let name = |key: &str| of.map_or_else(|| key.to_owned(), |of| format!("{key} of {of}"));
        match (item, self.target(item)) {
            (
                Item::Text {
                    language: Some(tag),
                    ..
                },
                Target::Text(text),
            ) => {
                into.push(Property {
                    name: name(&format!("{key} ({tag})")),
                    value: text.to_owned(),
                });
            }
            (_, Target::Text(text)) => into.push(Property {
                name: name(key),
                value: text.to_owned(),
            }),
            (_, Target::Unknown(id)) => into.push(Property {
                name: name(key),
                value: self.graph.expanded(id),
            }),
            (_, Target::Entity(_, entity))
                if entity
                    .types
                    .iter()
                    .any(|own| PRIVATE_TYPES.contains(&own.as_str())) => {}
            (_, Target::Entity(index, entity)) => {
                let mut taking = self.open(index);
                // a PropertyValue is a name and a value already
                let named = named_value(&mut taking);
                let called = named
                    .as_ref()
                    .map_or_else(|| self.call(entity), |property| property.name.clone());
                taking.take("name");
                into.push(match named {
                    Some(property) => Property {
                        name: name(&property.name),
                        ..property
                    },
                    None => Property {
                        name: name(key),
                        value: called.clone(),
                    },
                });
                if depth < DEPTH {
                    self.leftovers_at(&taking, Some(&called), into, depth + 1);
                } else if taking.first {
                    self.warn(
                        entity,
                        "",
                        "described too far from the dataset; only its name is kept",
                    );
                }
            }
        }
    }

    /// What to call an entity in text: its name, with its id where that is an address; else its id.
    pub fn call(&self, entity: &Entity) -> String {
        let id = self.graph.expanded(&entity.id);
        let is_address = id.contains("://");
        match entity.text("name") {
            Some(name) if is_address && name != id => format!("{name} ({id})"),
            Some(name) => name.to_owned(),
            None if id.starts_with("_:") => entity
                .types
                .first()
                .cloned()
                .unwrap_or_else(|| "entity without a name".to_owned()),
            None => id,
        }
    }
}

/// Name, and value with its unit, of a PropertyValue.
fn named_value(taking: &mut Taking<'_>) -> Option<Property> {
    if !taking.entity.is("PropertyValue") {
        return None;
    }
    let (name, value) = (taking.entity.text("name")?, taking.entity.text("value")?);
    let unit = taking.entity.text("unitText");
    for key in ["value", "unitText"] {
        taking.text(key);
    }
    let value = unit.map_or_else(|| value.to_owned(), |unit| format!("{value} {unit}"));
    Some(Property {
        name: name.to_owned(),
        value,
    })
}

impl<'g> Taking<'g> {
    /// Takes all values of a property.
    pub fn take(&mut self, name: &str) -> Vec<&'g Item> {
        let entity = self.entity;
        let mut items = Vec::new();
        for (place, field) in entity.fields.iter().enumerate() {
            if field.name == name {
                items.extend(
                    field
                        .values
                        .iter()
                        .enumerate()
                        .filter(|(position, _)| !self.is_taken(place, *position))
                        .map(|(_, item)| item),
                );
                self.whole.insert(place);
            }
        }
        items
    }

    /// Takes one text of a property: the English one where there are several languages, else the first. Further ones stay.
    pub fn text(&mut self, name: &str) -> Option<String> {
        let mut best: Option<(usize, usize, &'g str, bool)> = None;
        for (place, field) in self
            .entity
            .fields
            .iter()
            .enumerate()
            .filter(|(_, field)| field.name == name)
        {
            for (position, item) in field.values.iter().enumerate() {
                let Item::Text { text, language } = item else {
                    continue;
                };
                if text.trim().is_empty() || self.is_taken(place, position) {
                    continue;
                }
                let preferred = language
                    .as_deref()
                    .is_none_or(|tag| tag == "en" || tag.starts_with("en-"));
                if best.is_none_or(|(.., already)| preferred && !already) {
                    best = Some((place, position, text.trim(), preferred));
                }
            }
        }
        let (place, position, text, _) = best?;
        self.taken.insert((place, position));
        Some(text.to_owned())
    }

    /// Takes one value of a property, of any kind. Further ones stay.
    pub fn one(&mut self, name: &str) -> Option<&'g Item> {
        for (place, field) in self
            .entity
            .fields
            .iter()
            .enumerate()
            .filter(|(_, field)| field.name == name)
        {
            for (position, item) in field.values.iter().enumerate() {
                if !self.is_taken(place, position) {
                    self.taken.insert((place, position));
                    return Some(item);
                }
            }
        }
        None
    }

    /// Takes the values of a property that a test lets through; the others stay.
    pub fn take_if(&mut self, name: &str, test: impl Fn(&'g Item) -> bool) -> Vec<&'g Item> {
        let mut items = Vec::new();
        for (place, field) in self
            .entity
            .fields
            .iter()
            .enumerate()
            .filter(|(_, field)| field.name == name)
        {
            for (position, item) in field.values.iter().enumerate() {
                if !self.is_taken(place, position) && test(item) {
                    items.push((place, position, item));
                }
            }
        }
        self.taken
            .extend(items.iter().map(|(place, position, _)| (*place, *position)));
        items.into_iter().map(|(_, _, item)| item).collect()
    }

    /// Whether the entity was read before.
    pub fn is_again(&self) -> bool {
        !self.first
    }

    fn is_taken(&self, place: usize, position: usize) -> bool {
        self.whole.contains(&place) || self.taken.contains(&(place, position))
    }
}
