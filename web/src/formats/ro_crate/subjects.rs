//! What the study is about and how it was imaged: terms, biosamples, protocols.

use serde_json::{Value, json};

use super::Crated;
use super::entities::{Entity, reference};
use crate::view::{Biosample, Protocol, Term};

impl Crated<'_> {
    pub(super) fn subjects(&mut self) {
        let study = self.study;
        for sample in &study.biosamples {
            let id = self.biosample(sample);
            self.root.add("about", reference(&id));
        }
        for protocol in &study.protocols {
            let id = self.protocol(protocol);
            self.root.add("measurementMethod", reference(&id));
        }
        let terms: Vec<&Term> = study.subjects().collect();
        for term in terms {
            let value = self.term(term);
            self.root.add("about", value);
        }
        // a sample that is no organism is what the study is about
        for kind in &study.sample_kinds {
            self.root.add("about", json!(kind));
        }
        let methods: Vec<&Term> = study.methods().collect();
        for method in methods {
            let value = self.term(method);
            self.root.add("measurementMethod", value);
        }
    }

    /// A term as a value: an entity where it has an identifier, or is told apart by its class; else its text. A term that
    /// was submitted under two labels is two entities, because the profile has room for one label in each.
    fn term(&mut self, term: &Term) -> Value {
        let is_taxon = term.role == "organism";
        let identifier = term.iri.as_deref().or(term.submitted.as_deref());
        if identifier.is_none() && !is_taxon {
            return json!(term.text());
        }
        let (class, name) = match is_taxon {
            true => ("Taxon", "scientificName"),
            false => ("DefinedTerm", "name"),
        };
        let label = term.label.as_deref().unwrap_or_default();
        let key = (identifier.map(str::to_owned), label.to_owned());
        if let Some(id) = self.terms.get(&key) {
            return reference(id);
        }
        let number = self.terms.len() + 1;
        let id = match identifier {
            Some(identifier) => {
                let is_id = identifier.starts_with('#') || identifier.contains("://");
                let wanted = if is_id { identifier } else { "" };
                self.entities.free_id(wanted, &format!("#term-{number}"))
            }
            // a label alone needs no name by which others could point to it
            None => format!("_:term-{number}"),
        };
        let mut entity = Entity::of(&id, class);
        entity.set(name, json!(label));
        entity.optional(
            "termCode",
            identifier.filter(|identifier| *identifier != id),
        );
        self.entities.put(entity);
        self.terms.insert(key, id.clone());
        reference(&id)
    }

    fn biosample(&mut self, sample: &Biosample) -> String {
        let wanted = sample.id.as_deref().unwrap_or_default();
        let id = self.entities.free_id(wanted, &format!("#{}", sample.node));
        let mut entity = Entity::of(&id, "BioSample");
        entity.set("name", json!(sample.title.as_deref().unwrap_or_default()));
        entity.set(
            "description",
            json!(sample.description.as_deref().unwrap_or_default()),
        );
        entity.optional("sex", sample.sex.as_deref());
        let mut named: Vec<(String, String)> = Vec::new();
        for term in &sample.terms {
            match term.role.as_str() {
                "organism" => entity.add("taxonomicRange", self.term(term)),
                "cell-line" => entity.add("hasCellLine", self.term(term)),
                role => named.push((role.replace('-', " "), with_iri(term))),
            }
        }
        for (name, value) in [
            ("strain", &sample.strain),
            ("genotype", &sample.genotype),
            ("age", &sample.age),
            ("developmental stage", &sample.stage),
            ("role", &sample.role),
        ] {
            named.extend(value.iter().map(|value| (name.to_owned(), value.clone())));
        }
        let treatments = sample.treatments.iter();
        named.extend(treatments.map(|treatment| ("treatment".to_owned(), treatment.text())));
        let properties = sample.properties.iter();
        named.extend(properties.map(|property| (property.name.clone(), property.value.clone())));
        for (name, value) in &named {
            self.entities
                .property(&mut entity, &sample.node, name, value);
        }
        self.entities.put(entity);
        self.parts.insert(sample.node.clone(), id.clone());
        id
    }

    fn protocol(&mut self, protocol: &Protocol) -> String {
        let wanted = protocol.id.as_deref().unwrap_or_default();
        let id = self
            .entities
            .free_id(wanted, &format!("#{}", protocol.node));
        let mut entity = Entity::of(&id, "LabProtocol");
        entity.set("name", json!(protocol.title.as_deref().unwrap_or_default()));
        entity.set(
            "description",
            json!(protocol.description.as_deref().unwrap_or_default()),
        );
        entity.optional("labEquipment", protocol.instrument.as_deref());
        for method in &protocol.methods {
            let value = self.term(method);
            entity.add("measurementTechnique", value);
        }
        for property in &protocol.properties {
            self.entities
                .property(&mut entity, &protocol.node, &property.name, &property.value);
        }
        self.entities.put(entity);
        self.parts.insert(protocol.node.clone(), id.clone());
        id
    }
}

/// A term in text: its label, and its IRI where it has one.
pub(super) fn with_iri(term: &Term) -> String {
    match &term.iri {
        Some(iri) => format!("{} ({iri})", term.text()),
        None => term.text(),
    }
}
