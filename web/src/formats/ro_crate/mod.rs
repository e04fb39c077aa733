//! A study as a detached RO-Crate 1.2 in the GIDE profile: what the BioImage Archive, IDR and SSBD exchange.
//!
//! The crate says what the record says about the study, in the profile's words; what the profile has no word for becomes a
//! name with a value (`additionalProperty`). How this archive keeps the study (its versions, its profile, what it misses)
//! is not the study's, and stands in the other forms. A text that the profile requires and nobody gave is the empty text:
//! it is valid, and invents nothing.
//!
//! Whoever reads the crate gets the study back: the ids of its parts are those of the source, where they can be ids.

mod entities;
mod parts;
mod people;
mod subjects;

use std::collections::HashMap;

use ontologies::schema::ACCESS_PUBLIC;
use serde_json::{Value, json};

use super::Archive;
use super::archive::web_address;
use crate::view::StudyView;
use entities::{Entities, Entity, reference};

/// What the context of RO-Crate does not define and the profile uses.
fn context() -> Value {
    json!([
        "https://w3id.org/ro/crate/1.2/context",
        {
            "bao": "http://www.bioassayontology.org/bao#",
            "dwc": "http://rs.tdwg.org/dwc/terms/",
            "dwciri": "http://rs.tdwg.org/dwc/iri/",
            "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
            "BioSample": "http://schema.org/BioSample",
            "LabProtocol": "http://schema.org/LabProtocol",
            "Taxon": "dwc:Taxon",
            "hasCellLine": "bao:BAO_0002004",
            "labEquipment": "http://schema.org/labEquipment",
            "measurementMethod": "dwciri:measurementMethod",
            "scientificName": "dwc:scientificName",
            "seeAlso": "rdfs:seeAlso",
            "sex": "dwc:sex",
        }
    ])
}

/// A study as the metadata document of a detached crate.
///
/// The root is the study's IRI, or where the data of a catalogued study are. A study that says neither what it is about
/// nor how it was imaged makes a crate without these, which the shapes of the profile find incomplete, and rightly.
pub fn ro_crate(study: &StudyView, archive: &Archive) -> String {
    let root = root_id(study);
    let mut crated = Crated {
        study,
        archive,
        entities: Entities::default(),
        root: Entity::of(root, "Dataset"),
        parts: HashMap::new(),
        terms: HashMap::new(),
        organisations: HashMap::new(),
    };
    crated.entities.reserve(root);
    crated.identity();
    crated.credit();
    crated.subjects();
    crated.amounts();
    crated.parts();
    crated.further();
    let descriptor = json!({
        "@id": "ro-crate-metadata.json",
        "@type": "CreativeWork",
        "conformsTo": reference("https://w3id.org/ro/crate/1.2"),
        "about": reference(root),
    });
    let mut graph = vec![descriptor, crated.root.into_value()];
    graph.extend(crated.entities.into_values());
    format!("{:#}\n", json!({ "@context": context(), "@graph": graph }))
}

/// A study while its crate is written.
struct Crated<'a> {
    study: &'a StudyView,
    archive: &'a Archive,
    entities: Entities,
    root: Entity,
    /// Ids of biosamples and protocols by their nodes in the record.
    parts: HashMap<String, String>,
    /// Ids of terms by identifier and label.
    terms: HashMap<(Option<String>, String), String>,
    /// Ids of institutions by their nodes in the record.
    organisations: HashMap<String, String>,
}

/// Where the data are: of a study whose files are elsewhere, there.
fn root_id(study: &StudyView) -> &str {
    let elsewhere = study.data_at.as_deref().filter(|_| !study.is_held());
    elsewhere.and_then(web_address).unwrap_or(&study.iri)
}

impl Crated<'_> {
    fn identity(&mut self) {
        let study = self.study;
        let text = |text: &Option<String>| json!(text.as_deref().unwrap_or_default());
        self.root.set("name", text(&study.title));
        self.root.set("description", text(&study.description));
        self.root.set("datePublished", text(&study.date_published));
        let licence = study.licence.as_deref().unwrap_or_default();
        let licence = web_address(licence).map_or_else(|| json!(licence), reference);
        self.root.set("license", licence);
        let identifier = study
            .source_ids
            .first()
            .map_or(study.id.as_str(), String::as_str);
        self.root.set("identifier", json!(identifier));
        let root = root_id(study);
        for iri in study.same_as.iter().chain([&study.iri]) {
            if web_address(iri).is_some() && iri != root {
                self.root.add("sameAs", json!(iri));
            }
        }
        for (name, values) in [
            ("keywords", &study.keywords),
            ("thumbnailUrl", &study.thumbnails),
            ("usageInfo", &study.data_use),
        ] {
            for value in values {
                self.root.add(name, json!(value));
            }
        }
        match study.access.as_deref() {
            Some(ACCESS_PUBLIC) => self.root.set("conditionsOfAccess", json!("open")),
            Some(level) => self.root.set("conditionsOfAccess", json!(level)),
            None => {}
        }
    }

    /// How much data there is.
    fn amounts(&mut self) {
        let amounts = [
            (
                "#total-dataset-size",
                self.study.bytes,
                "UO_0000233",
                "bytes",
            ),
            ("#file-count", self.study.files, "UO_0000189", "file count"),
        ];
        for (id, amount, unit, text) in amounts {
            let Some(amount) = amount else { continue };
            let id = self.entities.free_id(id, id);
            let mut quantity = Entity::of(&id, "QuantitativeValue");
            quantity.set("value", json!(amount));
            let unit = format!("http://purl.obolibrary.org/obo/{unit}");
            quantity.set("unitCode", json!(unit));
            quantity.set("unitText", json!(text));
            self.entities.put(quantity);
            self.root.add("size", reference(&id));
        }
    }

    /// Ties, and what the profile has no word for.
    fn further(&mut self) {
        let study = self.study;
        for iri in &study.see_also {
            self.root.add("seeAlso", reference(iri));
        }
        for iri in &study.derived_from {
            self.root.add("isBasedOn", reference(iri));
        }
        let mut named: Vec<(String, String)> = Vec::new();
        for tie in &study.relations {
            match (tie.name.as_str(), web_address(&tie.target)) {
                ("part-of", Some(whole)) => self.root.add("isPartOf", reference(whole)),
                _ => named.push((tie.name.clone(), tie.target.clone())),
            }
        }
        let further_ids = study.source_ids.iter().skip(1);
        named.extend(further_ids.map(|id| ("identifier".to_owned(), id.clone())));
        named.extend(
            study
                .specimens
                .iter()
                .map(|one| ("specimen".to_owned(), parts::specimen(study, one))),
        );
        named.extend(
            study
                .annotations
                .iter()
                .map(|set| ("annotation".to_owned(), parts::annotation(set))),
        );
        named.extend(
            study
                .figures
                .iter()
                .map(|one| ("figure".to_owned(), parts::figure(one))),
        );
        named.extend(
            study
                .properties
                .iter()
                .map(|one| (one.name.clone(), one.value.clone())),
        );
        for (name, value) in &named {
            self.entities.property(&mut self.root, "study", name, value);
        }
    }
}
