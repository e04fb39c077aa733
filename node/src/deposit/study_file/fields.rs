//! Taking values out of the tree, and saying of each that cannot be taken where it stands and what it must be.

use crate::finding::Finding;
use crate::study::Property;

use super::yaml::{Entry, Node, Value};

/// A value with the place it stands at, `components[0].images[2]`.
#[derive(Debug, Clone)]
pub(super) struct Placed<'a> {
    pub node: &'a Node,
    pub place: String,
}

/// Collects findings. The line is in the message, the place is the finding's path.
#[derive(Debug, Default)]
pub(super) struct Report(pub Vec<Finding>);

impl Report {
    pub fn error(&mut self, place: &str, line: u64, message: impl AsRef<str>) {
        self.0.push(Finding::error(
            place,
            format!("{} (line {line})", message.as_ref()),
        ));
    }
}

/// A map whose keys are known.
pub(super) struct Fields<'a> {
    pub place: String,
    pub line: u64,
    entries: &'a [Entry],
}

/// What is personal and never published; the study file itself is.
const PERSONAL: [&str; 5] = ["email", "e-mail", "address", "telephone", "phone"];

impl<'a> Placed<'a> {
    /// Takes it as a map, and finds the keys that nobody knows.
    pub fn fields(&self, known: &[&str], report: &mut Report) -> Option<Fields<'a>> {
        let Value::Map(entries) = &self.node.value else {
            self.wrong(&format!("a map of {}", listed(known)), report);
            return None;
        };
        let fields = Fields {
            place: self.place.clone(),
            line: self.node.line,
            entries,
        };
        for Entry { key, line, .. } in entries
            .iter()
            .filter(|entry| !known.contains(&entry.key.as_str()))
        {
            report.error(&fields.at(key), *line, unknown(key, known));
        }
        Some(fields)
    }

    /// Takes it as a text; nothing and an empty text are none.
    pub fn text(&self, report: &mut Report) -> Option<&'a str> {
        match &self.node.value {
            Value::Nothing => None,
            Value::Text(text) => Some(text.trim()).filter(|text| !text.is_empty()),
            Value::List(_) | Value::Map(_) => {
                self.wrong("a text", report);
                None
            }
        }
    }

    /// Takes it as a list of `things`; nothing is an empty one.
    pub fn list(&self, things: &str, report: &mut Report) -> Vec<Placed<'a>> {
        match &self.node.value {
            Value::Nothing => Vec::new(),
            Value::List(items) => {
                let placed = |(index, node)| Placed {
                    node,
                    place: format!("{}[{index}]", self.place),
                };
                items.iter().enumerate().map(placed).collect()
            }
            Value::Text(_) | Value::Map(_) => {
                self.wrong(&format!("a list of {things}"), report);
                Vec::new()
            }
        }
    }

    /// Whether it is a text, where a text and a map mean different things.
    pub fn is_text(&self) -> bool {
        matches!(self.node.value, Value::Text(_))
    }

    /// Whether it is a list.
    pub fn is_list(&self) -> bool {
        matches!(self.node.value, Value::List(_))
    }

    /// Says what a text must be and what it is.
    pub fn wrong_text(&self, wanted: &str, said: &str, report: &mut Report) {
        report.error(
            &self.place,
            self.node.line,
            format!("{said:?} must be {wanted}"),
        );
    }

    /// Says what it must be and what it is.
    pub fn wrong(&self, wanted: &str, report: &mut Report) {
        let is = match &self.node.value {
            Value::Nothing => "empty",
            Value::Text(_) => "a text",
            Value::List(_) => "a list",
            Value::Map(_) => "a map",
        };
        report.error(
            &self.place,
            self.node.line,
            format!("it must be {wanted} and is {is}"),
        );
    }
}

impl<'a> Fields<'a> {
    /// The place of a key.
    pub fn at(&self, key: &str) -> String {
        if self.place.is_empty() {
            key.to_owned()
        } else {
            format!("{}.{key}", self.place)
        }
    }

    /// A value, if the key is there.
    pub fn get(&self, key: &str) -> Option<Placed<'a>> {
        let entry = self.entries.iter().find(|entry| entry.key == key)?;
        Some(Placed {
            node: &entry.value,
            place: self.at(key),
        })
    }

    /// A text, if there is one.
    pub fn text(&self, key: &str, report: &mut Report) -> Option<String> {
        self.get(key)?.text(report).map(str::to_owned)
    }

    /// A text that must be there.
    pub fn required(&self, key: &str, report: &mut Report) -> Option<String> {
        let before = report.0.len();
        let text = self.text(key, report);
        if text.is_none() && report.0.len() == before {
            report.error(&self.at(key), self.line, format!("`{key}` is missing"));
        }
        text
    }

    /// A list; an absent one is empty.
    pub fn list(&self, key: &str, things: &str, report: &mut Report) -> Vec<Placed<'a>> {
        self.get(key)
            .map(|value| value.list(things, report))
            .unwrap_or_default()
    }

    /// A list of texts.
    pub fn texts(&self, key: &str, things: &str, report: &mut Report) -> Vec<String> {
        let items = self.list(key, things, report);
        items
            .iter()
            .filter_map(|item| item.text(report).map(str::to_owned))
            .collect()
    }

    /// One thing or a list of them: `publication: {…}` or `publication: [{…}, {…}]`.
    pub fn one_or_many(&self, key: &str, things: &str, report: &mut Report) -> Vec<Placed<'a>> {
        match self.get(key) {
            Some(value) if value.is_list() => value.list(things, report),
            Some(value) if value.node.value != Value::Nothing => vec![value],
            _ => Vec::new(),
        }
    }

    /// A map of free names and values; a list as value gives its name once for each.
    pub fn properties(&self, key: &str, report: &mut Report) -> Vec<Property> {
        let Some(value) = self.get(key) else {
            return Vec::new();
        };
        let entries = match &value.node.value {
            Value::Nothing => return Vec::new(),
            Value::Map(entries) => entries,
            Value::Text(_) | Value::List(_) => {
                value.wrong("a map of names and values", report);
                return Vec::new();
            }
        };
        let mut properties = Vec::new();
        for Entry {
            key: name,
            value: node,
            ..
        } in entries
        {
            let placed = Placed {
                node,
                place: format!("{}.{name}", value.place),
            };
            let values = if placed.is_list() {
                placed.list("texts", report)
            } else {
                vec![placed]
            };
            let texts = values.iter().filter_map(|value| value.text(report));
            properties.extend(texts.map(|text| Property {
                name: name.clone(),
                value: text.to_owned(),
            }));
        }
        properties
    }
}

fn listed(keys: &[&str]) -> String {
    keys.iter()
        .map(|key| format!("`{key}`"))
        .collect::<Vec<_>>()
        .join(", ")
}

/// What to say of an unknown key: the nearest known one, or all of them.
fn unknown(key: &str, known: &[&str]) -> String {
    if PERSONAL.contains(&key.to_lowercase().as_str()) {
        return format!("`{key}` is personal and the study file is published whole; take it out");
    }
    match nearest(key, known.iter().copied()) {
        Some(near) => format!("unknown key `{key}`; did you mean `{near}`?"),
        None => format!("unknown key `{key}`; here may be {}", listed(known)),
    }
}

/// The name most like one that is not known, if any is like it at all.
pub(crate) fn nearest<'a>(name: &str, known: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let likeness = |other: &str| strsim::jaro_winkler(&name.to_lowercase(), &other.to_lowercase());
    let (likeness, nearest) = known
        .map(|other| (likeness(other), other))
        .max_by(|(left, _), (right, _)| left.total_cmp(right))?;
    (likeness > 0.75).then_some(nearest)
}
