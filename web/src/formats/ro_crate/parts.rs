//! Study components as datasets inside the dataset, and what the profile has no class for, in words.

use serde_json::{Value, json};

use super::Crated;
use super::entities::{Entity, reference};
use super::subjects::with_iri;
use crate::view::{Annotation, Component, Figure, Specimen, StudyView};

impl Crated<'_> {
    pub(super) fn parts(&mut self) {
        for component in &self.study.components {
            let id = self.entities.free_id("", &format!("#{}", component.node));
            let entity = self.component(component, &id);
            self.entities.put(entity);
            self.root.add("hasPart", reference(&id));
        }
    }

    /// The profile wants of every dataset what it wants of the whole, so a component says again what it shares with it.
    fn component(&mut self, component: &Component, id: &str) -> Entity {
        let mut entity = Entity::of(id, "Dataset");
        entity.set(
            "name",
            json!(component.title.as_deref().unwrap_or_default()),
        );
        entity.set(
            "description",
            json!(component.description.as_deref().unwrap_or_default()),
        );
        for shared in ["datePublished", "license", "author", "publisher"] {
            for value in self.root.values(shared) {
                entity.add(shared, value);
            }
        }
        for (name, nodes) in [
            ("about", &component.biosamples),
            ("measurementMethod", &component.protocols),
        ] {
            let own = nodes.iter().filter_map(|node| self.parts.get(node));
            let mut values: Vec<Value> = own.map(|id| reference(id)).collect();
            if values.is_empty() {
                values = self.shared(name);
            }
            for value in values {
                entity.add(name, value);
            }
        }
        for node in &component.specimens {
            let specimen = self.study.specimens.iter().find(|one| one.node == *node);
            let text = specimen.map_or(node.as_str(), Specimen::text);
            self.entities
                .property(&mut entity, &component.node, "specimen", text);
        }
        for property in &component.properties {
            self.entities.property(
                &mut entity,
                &component.node,
                &property.name,
                &property.value,
            );
        }
        entity
    }

    /// What the whole study says and a component does not: its terms, and its samples or protocols only where it has no
    /// terms, because of them a component may have its own.
    fn shared(&self, name: &str) -> Vec<Value> {
        let all = self.root.values(name);
        let is_part = |value: &Value| {
            let id = value.get("@id").and_then(Value::as_str);
            id.is_some_and(|id| self.parts.values().any(|part| part == id))
        };
        let terms: Vec<Value> = all
            .iter()
            .filter(|value| !is_part(value))
            .cloned()
            .collect();
        if terms.is_empty() { all } else { terms }
    }
}

/// A specimen in words: what it is of, and how it was prepared.
pub(super) fn specimen(study: &StudyView, specimen: &Specimen) -> String {
    let mut text = specimen.text().to_owned();
    let of: Vec<&str> = specimen
        .biosamples
        .iter()
        .map(|node| {
            let sample = study.biosamples.iter().find(|sample| sample.node == *node);
            sample.map_or(node.as_str(), |sample| sample.text())
        })
        .collect();
    if !of.is_empty() {
        text.push_str(&format!(" of {}", of.join(", ")));
    }
    for step in &specimen.preparation {
        let methods = step.methods.iter().map(with_iri);
        let words: Vec<String> = methods.chain(step.description.clone()).collect();
        text.push_str(&format!("; {}", words.join(": ")));
    }
    for property in &specimen.properties {
        text.push_str(&format!("; {}: {}", property.name, property.value));
    }
    text
}

/// A set of annotations in words, with its files and what they were made from.
pub(super) fn annotation(annotation: &Annotation) -> String {
    let files: Vec<String> = annotation
        .files
        .iter()
        .map(|file| {
            let name = [&file.path, &file.address]
                .into_iter()
                .find_map(Option::as_deref);
            let name = name.unwrap_or("a file without a name");
            match file.sources.is_empty() {
                true => name.to_owned(),
                false => format!("{name} (from {})", file.sources.join(", ")),
            }
        })
        .collect();
    match files.is_empty() {
        true => annotation.text(),
        false => format!("{}: {}", annotation.text(), files.join("; ")),
    }
}

/// A figure in words, with what stands behind it.
pub(super) fn figure(figure: &Figure) -> String {
    let behind = [figure.images.as_slice(), &figure.files].concat();
    let name = figure.figure.as_deref().unwrap_or(&figure.node);
    match behind.is_empty() {
        true => name.to_owned(),
        false => format!("{name}: {}", behind.join("; ")),
    }
}
