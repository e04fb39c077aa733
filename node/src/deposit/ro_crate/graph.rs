//! The entities of a crate by their ids, whatever way they were written: flat or nested, once or twice, a single value
//! or a list, a text, a reference or an object around either.

use std::collections::{HashMap, HashSet};

use serde_json::{Map, Value};

use super::context::Context;
use crate::finding::Finding;

/// A value of a property.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) enum Item {
    /// Text, a number or a truth value; with a language where the crate gives one.
    Text {
        /// As written.
        text: String,
        /// BCP 47 tag.
        language: Option<String>,
    },
    /// Another entity, by its id as written; it need not be in the crate.
    Reference(String),
}

impl Item {
    /// The text, or the id.
    pub fn raw(&self) -> &str {
        match self {
            Item::Text { text, .. } | Item::Reference(text) => text.trim(),
        }
    }
}

/// A property of an entity with all its values.
#[derive(Debug)]
pub(super) struct Field {
    /// The name by which the profile knows it.
    pub name: String,
    /// The key as the crate spells it.
    pub key: String,
    /// In the order of the crate.
    pub values: Vec<Item>,
}

/// An entity.
#[derive(Debug)]
pub(super) struct Entity {
    /// Its `@id` as written; one that starts with `_:` says nothing outside the crate.
    pub id: String,
    /// The names by which the profile knows its types.
    pub types: Vec<String>,
    /// Its properties.
    pub fields: Vec<Field>,
}

impl Entity {
    /// Whether it has a type.
    pub fn is(&self, type_name: &str) -> bool {
        self.types.iter().any(|own| own == type_name)
    }

    /// All values of a property, under whatever keys the crate gives it.
    pub fn values<'e>(&'e self, name: &str) -> impl Iterator<Item = &'e Item> {
        self.fields
            .iter()
            .filter(move |field| field.name == name)
            .flat_map(|field| &field.values)
    }

    /// The first text among the values of a property.
    pub fn text(&self, name: &str) -> Option<&str> {
        self.values(name).find_map(|value| match value {
            Item::Text { text, .. } if !text.trim().is_empty() => Some(text.trim()),
            _ => None,
        })
    }
}

/// The entities of a crate.
#[derive(Debug)]
pub(super) struct Graph {
    /// What the crate's names mean.
    pub context: Context,
    /// In the order of the crate; nested ones stand behind what they are nested in.
    pub entities: Vec<Entity>,
    by_id: HashMap<String, usize>,
    unnamed: usize,
}

impl Graph {
    /// Takes the entities out of a document that [`super::document::parse`] let pass.
    pub fn read(mut document: Value, findings: &mut Vec<Finding>) -> Graph {
        let context = Context::read(&document["@context"], findings);
        let mut graph = Graph {
            context,
            entities: Vec::new(),
            by_id: HashMap::new(),
            unnamed: 0,
        };
        let Value::Array(members) = document["@graph"].take() else {
            return graph;
        };
        for (position, member) in members.into_iter().enumerate() {
            match member {
                Value::Object(members) => graph.add_listed(members, findings),
                _ => findings.push(Finding::warning(
                    format!("@graph[{position}]"),
                    "not an entity, that is an object with @id; it was left out",
                )),
            }
        }
        graph
    }

    /// The entity with an id.
    pub fn find(&self, id: &str) -> Option<usize> {
        self.by_id.get(id).copied()
    }

    /// An id with its prefix written out.
    pub fn expanded(&self, id: &str) -> String {
        self.context.expand(id).into_owned()
    }

    fn add_listed(&mut self, members: Map<String, Value>, findings: &mut Vec<Finding>) {
        let known = self.entities.len();
        let id = self.add(members, findings);
        if self.by_id.get(&id).is_some_and(|index| *index < known) {
            findings.push(Finding::warning(
                id,
                "two entities have this id; they were read as one, with the values of both",
            ));
        }
    }

    /// Adds an entity or, where its id is known, its values; returns its id.
    fn add(&mut self, members: Map<String, Value>, findings: &mut Vec<Finding>) -> String {
        let mut id = None;
        let mut types = Vec::new();
        let mut fields: Vec<(String, String, Value)> = Vec::new();
        for (key, value) in members {
            match self.context.property(&key).into_owned() {
                name if name == "@id" => id = value.as_str().map(str::to_owned),
                name if name == "@type" => types = self.type_names(value),
                name if name.starts_with('@') => {
                    findings.push(Finding::warning(
                        id.as_deref().unwrap_or(""),
                        format!("the keyword {name} is not read here; its value was left out"),
                    ));
                }
                name => fields.push((name, key, value)),
            }
        }
        let id = id.filter(|id| !id.is_empty()).unwrap_or_else(|| {
            self.unnamed += 1;
            format!("_:unnamed-{}", self.unnamed)
        });
        let index = self.entry(&id);
        let is_new = self.entities[index].fields.is_empty();
        for name in types {
            if !self.entities[index].is(&name) {
                self.entities[index].types.push(name);
            }
        }
        for (name, key, value) in fields {
            if let Some(prefix) = self.context.undefined_prefix(&key) {
                findings.push(Finding::warning(format!("{id} {key}"), format!("the prefix {prefix} is not defined in @context; the value is kept under the name as it is written")));
            }
            let mut values = Vec::new();
            self.flatten(value, &mut values, findings);
            if is_new {
                self.entities[index]
                    .fields
                    .push(Field { name, key, values });
            } else {
                self.merge(index, name, key, values);
            }
        }
        id
    }

    fn entry(&mut self, id: &str) -> usize {
        if let Some(index) = self.by_id.get(id) {
            return *index;
        }
        let index = self.entities.len();
        self.entities.push(Entity {
            id: id.to_owned(),
            types: Vec::new(),
            fields: Vec::new(),
        });
        self.by_id.insert(id.to_owned(), index);
        index
    }

    fn merge(&mut self, index: usize, name: String, key: String, values: Vec<Item>) {
        let fields = &mut self.entities[index].fields;
        match fields.iter_mut().find(|field| field.key == key) {
            Some(field) => {
                let known: HashSet<Item> = field.values.iter().cloned().collect();
                field
                    .values
                    .extend(values.into_iter().filter(|value| !known.contains(value)));
            }
            None => fields.push(Field { name, key, values }),
        }
    }

    fn type_names(&self, value: Value) -> Vec<String> {
        match value {
            Value::String(name) => vec![self.context.type_name(&name)],
            Value::Array(names) => names
                .iter()
                .filter_map(Value::as_str)
                .map(|name| self.context.type_name(name))
                .collect(),
            _ => Vec::new(),
        }
    }

    /// A value of JSON-LD as items, in order. The depth is that of the parser, which is bounded.
    fn flatten(&mut self, value: Value, items: &mut Vec<Item>, findings: &mut Vec<Finding>) {
        let plain = |text: String| Item::Text {
            text,
            language: None,
        };
        match value {
            Value::Null => {}
            Value::String(text) if text.trim().is_empty() => {}
            Value::String(text) => items.push(plain(text)),
            Value::Bool(truth) => items.push(plain(truth.to_string())),
            Value::Number(number) => items.push(plain(number.to_string())),
            Value::Array(values) => values
                .into_iter()
                .for_each(|value| self.flatten(value, items, findings)),
            Value::Object(members) => self.flatten_object(members, items, findings),
        }
    }

    fn flatten_object(
        &mut self,
        mut members: Map<String, Value>,
        items: &mut Vec<Item>,
        findings: &mut Vec<Finding>,
    ) {
        if let Some(value) = members.remove("@value") {
            let language = members
                .remove("@language")
                .and_then(|tag| tag.as_str().map(str::to_owned));
            let start = items.len();
            self.flatten(value, items, findings);
            for item in &mut items[start..] {
                if let Item::Text { language: own, .. } = item {
                    own.clone_from(&language);
                }
            }
        } else if let Some(values) = members.remove("@list").or_else(|| members.remove("@set")) {
            self.flatten(values, items, findings);
        } else if let Some(id) = self.only_id(&members) {
            items.push(Item::Reference(id));
        } else if is_language_map(&members) {
            for (tag, value) in members {
                let start = items.len();
                self.flatten(value, items, findings);
                for item in &mut items[start..] {
                    if let Item::Text { language, .. } = item {
                        *language = Some(tag.clone()).filter(|tag| tag != "@none");
                    }
                }
            }
        } else if !members.is_empty() {
            let id = self.add(members, findings);
            items.push(Item::Reference(id));
        }
    }

    fn only_id(&self, members: &Map<String, Value>) -> Option<String> {
        let (key, value) = members.iter().next()?;
        (members.len() == 1 && self.context.property(key) == "@id")
            .then(|| value.as_str().map(str::to_owned))
            .flatten()
    }
}

/// `{"en": "..", "ja-Latn": ".."}`: every key a tag of a language of two letters, every value text.
fn is_language_map(members: &Map<String, Value>) -> bool {
    let is_tag = |key: &String| {
        let primary = key.split('-').next().unwrap_or(key);
        key == "@none"
            || (primary.len() == 2
                && key
                    .bytes()
                    .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-'))
    };
    let is_text = |value: &Value| match value {
        Value::Array(values) => values.iter().all(Value::is_string),
        value => value.is_string(),
    };
    !members.is_empty() && members.keys().all(is_tag) && members.values().all(is_text)
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

    use super::*;

    fn graph(entities: &str) -> (Graph, Vec<Finding>) {
        let mut findings = Vec::new();
        let document = format!(
            r#"{{"@context": "https://w3id.org/ro/crate/1.2/context", "@graph": {entities}}}"#
        );
        let graph = Graph::read(serde_json::from_str(&document).unwrap(), &mut findings);
        (graph, findings)
    }

    fn text(text: &str) -> Item {
        Item::Text {
            text: text.to_owned(),
            language: None,
        }
    }

    #[test]
    fn every_way_to_write_a_value_is_read() {
        let (graph, findings) = graph(
            r##"[{"@id": "#a", "@type": "Thing", "single": "x", "list": ["x", 3, true, null, ""], "typed": {"@value": "x", "@type": "xsd:date"},
                  "ordered": {"@list": ["y", "x"]}, "reference": {"@id": "#b"}, "spoken": {"en": "cell", "ja": "細胞"}}]"##,
        );
        assert_eq!(findings, []);
        let values = |name: &str| graph.entities[0].values(name).cloned().collect::<Vec<_>>();
        assert_eq!(values("single"), [text("x")]);
        assert_eq!(values("list"), [text("x"), text("3"), text("true")]);
        assert_eq!(values("typed"), [text("x")]);
        assert_eq!(values("ordered"), [text("y"), text("x")]);
        assert_eq!(values("reference"), [Item::Reference("#b".to_owned())]);
        assert_eq!(
            values("spoken")[1],
            Item::Text {
                text: "細胞".to_owned(),
                language: Some("ja".to_owned())
            }
        );
    }

    #[test]
    fn nested_entities_are_entities() {
        let (graph, findings) = graph(
            r##"[{"@id": "#a", "author": [{"@type": "Person", "name": "A", "affiliation": {"@id": "#o", "name": "Institute"}}]}, {"@id": "#o", "@type": "Organisation"}]"##,
        );
        assert_eq!(
            findings.len(),
            1,
            "the organisation is described twice: {findings:?}"
        );
        let organisation = &graph.entities[graph.find("#o").unwrap()];
        assert_eq!(organisation.text("name"), Some("Institute"));
        assert!(organisation.is("Organization"));
        assert!(
            graph
                .entities
                .iter()
                .any(|entity| entity.is("Person") && entity.id.starts_with("_:"))
        );
    }

    #[test]
    fn two_entities_with_one_id_are_merged_with_a_warning() {
        let (graph, findings) =
            graph(r##"[{"@id": "#a", "name": "one"}, {"@id": "#a", "name": ["one", "two"]}, 3]"##);
        assert_eq!(graph.entities.len(), 1);
        assert_eq!(graph.entities[0].values("name").count(), 2);
        assert_eq!(findings.len(), 2);
        assert_eq!(findings[0].path, "#a");
        assert_eq!(findings[1].path, "@graph[2]");
    }
}
