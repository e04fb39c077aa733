//! The entities of a crate: flat, each under an id of its own.

use std::collections::HashSet;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Map, Value, json};

use crate::formats::archive::is_iri;

/// What a fragment keeps as it is.
const IN_FRAGMENT: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

/// `{"@id": …}`.
pub(super) fn reference(id: &str) -> Value {
    json!({ "@id": id })
}

/// An entity that is being written.
#[derive(Debug, Clone)]
pub(super) struct Entity(Map<String, Value>);

impl Entity {
    pub(super) fn of(id: &str, class: &str) -> Entity {
        let mut members = Map::new();
        members.insert("@id".to_owned(), json!(id));
        members.insert("@type".to_owned(), json!(class));
        Entity(members)
    }

    pub(super) fn id(&self) -> &str {
        self.0
            .get("@id")
            .and_then(Value::as_str)
            .unwrap_or_default()
    }

    pub(super) fn set(&mut self, name: &str, value: Value) {
        self.0.insert(name.to_owned(), value);
    }

    /// A text that may be absent.
    pub(super) fn optional(&mut self, name: &str, text: Option<&str>) {
        if let Some(text) = text {
            self.set(name, json!(text));
        }
    }

    /// One more value of a property; a second makes it a list. A value that is there already is not added again.
    pub(super) fn add(&mut self, name: &str, value: Value) {
        match self.0.get_mut(name) {
            None => self.set(name, value),
            Some(Value::Array(values)) if values.contains(&value) => {}
            Some(Value::Array(values)) => values.push(value),
            Some(one) if *one == value => {}
            Some(one) => {
                let first = one.take();
                *one = json!([first, value]);
            }
        }
    }

    /// The values of a property.
    pub(super) fn values(&self, name: &str) -> Vec<Value> {
        match self.0.get(name) {
            None => Vec::new(),
            Some(Value::Array(values)) => values.clone(),
            Some(one) => vec![one.clone()],
        }
    }

    pub(super) fn into_value(self) -> Value {
        Value::Object(self.0)
    }
}

/// All of them, in the order in which they were first put.
#[derive(Debug, Default)]
pub(super) struct Entities {
    all: Vec<Entity>,
    taken: HashSet<String>,
    properties: usize,
}

impl Entities {
    /// Keeps an id for one entity.
    pub(super) fn reserve(&mut self, id: &str) {
        self.taken.insert(id.to_owned());
    }

    /// An id that no other entity has: `wanted` where it is an id or can be made one, else `fallback`, a fragment of our
    /// own, with a number behind it where somebody has that, too.
    pub(super) fn free_id(&mut self, wanted: &str, fallback: &str) -> String {
        let candidates = [as_id(wanted), Some(fallback.to_owned())];
        let mut numbered = (2_u64..).map(|number| format!("{fallback}-{number}"));
        let free = candidates
            .into_iter()
            .flatten()
            .find(|id| !self.taken.contains(id))
            .or_else(|| numbered.find(|id| !self.taken.contains(id)))
            .unwrap_or_else(|| fallback.to_owned());
        self.reserve(&free);
        free
    }

    pub(super) fn put(&mut self, entity: Entity) {
        self.reserve(entity.id());
        self.all.push(entity);
    }

    /// A name and value of an owner. One without a name or value says nothing and is left out.
    pub(super) fn property(&mut self, owner: &mut Entity, of: &str, name: &str, value: &str) {
        if name.trim().is_empty() || value.trim().is_empty() {
            return;
        }
        self.properties += 1;
        let fallback = format!("#{of}-property-{}", self.properties);
        let id = self.free_id(&fallback, &fallback);
        let mut property = Entity::of(&id, "PropertyValue");
        property.set("name", json!(name));
        property.set("value", json!(value));
        self.put(property);
        owner.add("additionalProperty", reference(&id));
    }

    pub(super) fn into_values(self) -> impl Iterator<Item = Value> {
        self.all.into_iter().map(Entity::into_value)
    }
}

/// The name of a thing in its source as an id in the crate: an absolute IRI and a fragment as they are, a word as a
/// fragment; none for what is blank.
fn as_id(name: &str) -> Option<String> {
    let name = name.trim();
    let is_fragment =
        |id: &str| id.len() > 1 && id.starts_with('#') && is_iri(&format!("http://x/{id}"));
    if name.is_empty() {
        None
    } else if is_fragment(name) || (name.contains("://") && is_iri(name)) {
        Some(name.to_owned())
    } else {
        Some(format!(
            "#{}",
            utf8_percent_encode(name.trim_start_matches('#'), IN_FRAGMENT)
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::{Entities, as_id};

    #[test]
    fn names_of_the_source_are_ids_where_they_can_be() {
        for (name, id) in [
            ("#sample", Some("#sample")),
            ("https://a.example/x", Some("https://a.example/x")),
            ("wild type", Some("#wild%20type")),
            ("#wild type", Some("#wild%20type")),
            (
                "https://a.example/x y",
                Some("#https%3A%2F%2Fa.example%2Fx%20y"),
            ),
            (" ", None),
        ] {
            assert_eq!(as_id(name).as_deref(), id, "{name}");
        }
    }

    #[test]
    fn no_two_entities_have_one_id() {
        let mut entities = Entities::default();
        assert_eq!(entities.free_id("wild", "#biosample-1"), "#wild");
        assert_eq!(entities.free_id("wild", "#biosample-2"), "#biosample-2");
        assert_eq!(entities.free_id("wild", "#biosample-2"), "#biosample-2-2");
    }
}
