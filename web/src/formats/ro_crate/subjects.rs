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

    /// A term as a value: an entity where it has an identifier, or is told apart by its class; else its text.
    fn term(&mut self, term: &Term) -> Value {
        let is_taxon = term.role == "organism";
        let id = match (&term.iri, &term.submitted) {
            (Some(iri), _) if self.entities.is_free_for_term(iri) => iri.clone(),
            (Some(given), _) | (None, Some(given)) => self.entities.term_id(given),
            (None, None) if is_taxon => self.entities.blank_id(),
            (None, None) => return json!(term.text()),
        };
        let (class, name) = match is_taxon {
            true => ("Taxon", "scientificName"),
            false => ("DefinedTerm", "name"),
        };
        let label = term.label.as_deref().unwrap_or_default();
        if let Some(entity) = self.entities.get_mut(&id) {
            let known = entity.values(name);
            // of two labels for one term the profile has room for the first
            if known.iter().all(|known| known == "") {
                entity.set(name, json!(label));
            } else if !label.is_empty() && known.iter().all(|known| known != label) {
                entity.add("alternateName", json!(label));
            }
        } else {
            let mut entity = Entity::of(&id, class);
            entity.set(name, json!(label));
            let identifier = term.iri.as_deref().or(term.submitted.as_deref());
            entity.optional(
                "termCode",
                identifier.filter(|identifier| *identifier != id),
            );
            self.entities.put(entity);
        }
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
