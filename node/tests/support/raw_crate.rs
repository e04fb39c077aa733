//! What a crate says, counted over its bare JSON: written a second time and simply, so that it can judge the reader.
//!
//! It knows the form that the crates of the corpus have (flat, names of RO-Crate) and nothing of the program's code.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use serde_json::Value;

/// A crate as bare JSON, by entity.
pub struct RawCrate {
    /// Its file.
    pub path: PathBuf,
    entities: BTreeMap<String, Value>,
    root: Value,
}

/// The folder of real crates, if it is there. Where it has to be (`CI` is set) its absence is a failure.
pub fn corpus() -> Option<Vec<PathBuf>> {
    let folder = Path::new(concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../shared/data/gide"
    ));
    if !folder.is_dir() {
        assert!(
            std::env::var_os("CI").is_none(),
            "the real crates are not at {}",
            folder.display()
        );
        eprintln!("skipped: the real crates are not at {}", folder.display());
        return None;
    }
    let mut paths = Vec::new();
    for member in std::fs::read_dir(folder)
        .unwrap()
        .map(Result::unwrap)
        .filter(|entry| entry.path().is_dir())
    {
        paths.extend(
            std::fs::read_dir(member.path())
                .unwrap()
                .map(|entry| entry.unwrap().path()),
        );
    }
    paths.retain(|path| path.extension().is_some_and(|ending| ending == "json"));
    paths.sort();
    Some(paths)
}

impl RawCrate {
    /// Reads a file.
    pub fn read(path: &Path) -> RawCrate {
        let document: Value = serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap();
        let mut entities: BTreeMap<String, Value> = BTreeMap::new();
        let mut root_id = String::new();
        for entity in document["@graph"].as_array().unwrap() {
            let id = entity["@id"].as_str().unwrap().to_owned();
            if id == "ro-crate-metadata.json" {
                root_id = entity["about"]["@id"].as_str().unwrap().to_owned();
            }
            match entities.get_mut(&id) {
                None => drop(entities.insert(id, entity.clone())),
                Some(Value::Object(known)) => {
                    // two entities with one id: the values of both
                    for (name, value) in entity.as_object().unwrap() {
                        let mut both = list(known.get(name).unwrap_or(&Value::Null));
                        both.extend(list(value).into_iter().filter(|value| {
                            name != "@id"
                                && !list(known.get(name).unwrap_or(&Value::Null)).contains(value)
                        }));
                        known.insert(
                            name.clone(),
                            if name == "@id" {
                                value.clone()
                            } else {
                                Value::Array(both)
                            },
                        );
                    }
                }
                Some(_) => unreachable!("an entity is an object"),
            }
        }
        let root = entities[&root_id].clone();
        RawCrate {
            path: path.to_owned(),
            entities,
            root,
        }
    }

    /// Canonical IRIs of the taxa that the study or one of its biosamples names.
    pub fn taxa(&self) -> BTreeSet<String> {
        let about = self.named(&self.root, "about");
        let of_samples = about
            .iter()
            .filter(|(_, entity)| has_type(entity, "BioSample"))
            .flat_map(|(_, sample)| self.named(sample, "taxonomicRange"));
        let all = about
            .iter()
            .filter(|(_, entity)| has_type(entity, "Taxon"))
            .cloned()
            .chain(of_samples);
        all.map(|(id, _)| canonical(&id)).collect()
    }

    /// Canonical IRIs of the other terms that the study is about.
    pub fn subjects(&self) -> BTreeSet<String> {
        let about = self.named(&self.root, "about");
        about
            .iter()
            .filter(|(_, entity)| has_type(entity, "DefinedTerm"))
            .map(|(id, _)| canonical(id))
            .collect()
    }

    /// Ids of the method terms that the study names, those of local nodes as they are.
    pub fn methods(&self) -> BTreeSet<String> {
        let methods = self.named(&self.root, "measurementMethod");
        methods
            .iter()
            .filter(|(_, entity)| has_type(entity, "DefinedTerm"))
            .map(|(id, _)| canonical(id))
            .collect()
    }

    /// Names of the method terms that have no identifier but a local one.
    pub fn local_methods(&self) -> BTreeSet<String> {
        let methods = self.named(&self.root, "measurementMethod");
        methods
            .iter()
            .filter(|(id, entity)| has_type(entity, "DefinedTerm") && id.starts_with('#'))
            .filter_map(|(_, entity)| text(entity, "name"))
            .collect()
    }

    /// Ids of protocols.
    pub fn protocols(&self) -> BTreeSet<String> {
        self.named(&self.root, "measurementMethod")
            .into_iter()
            .filter(|(_, entity)| has_type(entity, "LabProtocol"))
            .map(|(id, _)| id)
            .collect()
    }

    /// Ids of biosamples.
    pub fn biosamples(&self) -> BTreeSet<String> {
        self.named(&self.root, "about")
            .into_iter()
            .filter(|(_, entity)| has_type(entity, "BioSample"))
            .map(|(id, _)| id)
            .collect()
    }

    /// Names of the authors, in order.
    pub fn authors(&self) -> Vec<Option<String>> {
        self.named(&self.root, "author")
            .iter()
            .map(|(_, entity)| text(entity, "name"))
            .collect()
    }

    /// Well-formed ORCIDs among the authors' ids.
    pub fn orcids(&self) -> BTreeSet<String> {
        let ids = self
            .named(&self.root, "author")
            .into_iter()
            .map(|(id, _)| id);
        ids.filter(|id| id.starts_with("https://orcid.org/") && id.len() == 37)
            .collect()
    }

    /// The licence.
    pub fn licence(&self) -> Option<String> {
        text(&self.root, "license")
    }

    /// The date of publication.
    pub fn date(&self) -> Option<String> {
        text(&self.root, "datePublished")
    }

    /// The name of the publisher.
    pub fn publisher(&self) -> Option<String> {
        self.named(&self.root, "publisher")
            .first()
            .and_then(|(_, entity)| text(entity, "name"))
    }

    /// Ids of the articles.
    pub fn articles(&self) -> BTreeSet<String> {
        let cited = ["citation", "seeAlso"]
            .into_iter()
            .flat_map(|name| self.named(&self.root, name));
        cited
            .filter(|(_, entity)| has_type(entity, "ScholarlyArticle"))
            .map(|(id, _)| id.to_lowercase())
            .collect()
    }

    /// Texts of the study itself that must arrive whole: title and description.
    pub fn texts(&self) -> Vec<String> {
        ["name", "description"]
            .into_iter()
            .filter_map(|name| text(&self.root, name))
            .collect()
    }

    /// Bytes and files that the source states.
    pub fn sizes(&self) -> (Option<u64>, Option<u64>) {
        let stated = |code: &str| {
            let sizes = self.named(&self.root, "size");
            sizes
                .iter()
                .find(|(_, entity)| {
                    entity["unitCode"]
                        .as_str()
                        .is_some_and(|own| own.ends_with(code))
                })
                .and_then(|(_, entity)| entity["value"].as_u64())
        };
        (stated("UO_0000233"), stated("UO_0000189"))
    }

    /// E-mail and postal addresses in keys that hold nothing else.
    pub fn addresses(&self) -> BTreeSet<String> {
        let of_entities = self.entities.values().flat_map(|entity| {
            ["email", "address", "telephone"]
                .into_iter()
                .flat_map(|key| list(&entity[key]))
        });
        of_entities
            .filter_map(|value| value.as_str().map(str::to_owned))
            .filter(|text| !text.is_empty())
            .collect()
    }

    /// Names and values that the profile has no place for, of the study and of its people: they must be kept.
    pub fn further(&self) -> Vec<(String, String)> {
        let copyright =
            text(&self.root, "copyrightNotice").map(|value| ("copyrightNotice".to_owned(), value));
        let authors = self.named(&self.root, "author");
        let described = authors
            .iter()
            .filter_map(|(_, person)| text(person, "description"))
            .map(|value| ("description".to_owned(), value));
        copyright.into_iter().chain(described).collect()
    }

    /// The entities that a property names, each once.
    fn named(&self, entity: &Value, name: &str) -> Vec<(String, Value)> {
        let mut found: Vec<(String, Value)> = Vec::new();
        for value in list(&entity[name]) {
            if let Some(id) = value["@id"].as_str()
                && !found.iter().any(|(known, _)| known == id)
            {
                found.push((id.to_owned(), self.entities[id].clone()));
            }
        }
        found
    }
}

fn list(value: &Value) -> Vec<Value> {
    match value {
        Value::Array(values) => values.clone(),
        Value::Null => Vec::new(),
        value => vec![value.clone()],
    }
}

fn text(entity: &Value, name: &str) -> Option<String> {
    list(&entity[name])
        .first()
        .and_then(Value::as_str)
        .map(str::trim)
        .filter(|text| !text.is_empty())
        .map(str::to_owned)
}

fn has_type(entity: &Value, name: &str) -> bool {
    list(&entity["@type"]).iter().any(|own| own == name)
}

/// `obo:` written out, and a taxon without the zeros before its number.
fn canonical(id: &str) -> String {
    let id = id.replace("obo:", "http://purl.obolibrary.org/obo/");
    match id.split_once("NCBITaxon_") {
        Some((base, number)) => format!("{base}NCBITaxon_{}", number.trim_start_matches('0')),
        None => id,
    }
}
