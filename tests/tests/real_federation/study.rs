//! A study as its crate describes it, read from the bare JSON: what a person would count who had nothing but the files.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use serde_json::Value;

use super::ontology::Ontology;

/// Facets whose values have broader ones.
pub(crate) const OF_TERMS: [&str; 7] = [
    "organism",
    "method",
    "cell",
    "tissue",
    "disease",
    "process",
    "phenotype",
];

/// Facets whose values have not.
pub(crate) const PLAIN: [&str; 8] = [
    "gene", "author", "licence", "member", "kind", "access", "holding", "year",
];

/// What a person who reads the crate knows of a study.
#[derive(Debug)]
pub(crate) struct Study {
    pub(crate) member: &'static str,
    /// The archive's own identifier.
    pub(crate) identifier: String,
    pub(crate) title: String,
    pub(crate) description: String,
    /// Values by facet: CURIEs of terms, else what the answer has as `id`.
    stated: BTreeMap<&'static str, BTreeSet<String>>,
    /// The same with everything broader.
    broadened: BTreeMap<&'static str, BTreeSet<String>>,
    /// DOI in lower case, and title.
    pub(crate) articles: Vec<(String, String)>,
}

impl Study {
    /// Reads a crate.
    pub(crate) fn read(path: &Path, member: &'static str, ontology: &Ontology) -> Study {
        let reading = Reading::of(path);
        let text = |name: &str| text(&reading.root, name).unwrap_or_default();
        let one = |value: String| BTreeSet::from([value]);
        let about = reading.named(&reading.root, "about");
        let subjects = |prefixes: &[&str]| -> BTreeSet<String> {
            let terms = about.iter().filter(|it| has_type(it, "DefinedTerm"));
            terms
                .map(|term| curie(id(term)))
                .filter(|curie| prefixes.contains(&curie.split(':').next().unwrap()))
                .collect()
        };
        let mut cells = subjects(&["CL", "CLO"]);
        cells.extend(reading.cell_lines(&about, ontology));
        let stated = BTreeMap::from([
            ("organism", reading.organisms(&about)),
            ("method", reading.methods(ontology)),
            ("cell", cells),
            ("tissue", subjects(&["UBERON"])),
            ("disease", subjects(&["MONDO", "DOID"])),
            ("process", subjects(&["GO"])),
            ("phenotype", subjects(&["CMPO", "PATO"])),
            ("author", reading.authors()),
            ("licence", one(text("license"))),
            ("member", one(member.to_owned())),
            ("kind", one("study".to_owned())),
            ("holding", one("catalogued".to_owned())),
            ("year", one(text("datePublished")[..4].to_owned())),
        ]);
        Study {
            member,
            identifier: text("identifier"),
            title: text("name"),
            description: text("description"),
            broadened: broadened(&stated, ontology),
            stated,
            articles: reading.articles(),
        }
    }

    /// The values of a facet that are stated.
    pub(crate) fn stated(&self, facet: &str) -> impl Iterator<Item = &String> {
        self.stated.get(facet).into_iter().flatten()
    }

    /// The same with everything broader.
    pub(crate) fn broadened(&self, facet: &str) -> impl Iterator<Item = &String> {
        self.broadened.get(facet).into_iter().flatten()
    }

    /// Whether it has a value or something narrower.
    pub(crate) fn has(&self, facet: &str, value: &str) -> bool {
        self.broadened(facet).any(|own| own == value)
    }
}

fn broadened(
    stated: &BTreeMap<&'static str, BTreeSet<String>>,
    ontology: &Ontology,
) -> BTreeMap<&'static str, BTreeSet<String>> {
    let mut all = stated.clone();
    for facet in OF_TERMS {
        let own = stated[facet].iter();
        all.insert(
            facet,
            own.flat_map(|value| ontology.broader(value)).collect(),
        );
    }
    all
}

/// The entities of a crate.
struct Reading {
    entities: BTreeMap<String, Value>,
    root: Value,
}

impl Reading {
    fn of(path: &Path) -> Reading {
        let document: Value = serde_json::from_slice(&fs::read(path).unwrap()).unwrap();
        let mut entities: BTreeMap<String, Value> = BTreeMap::new();
        for entity in document["@graph"].as_array().unwrap() {
            let known = entities
                .entry(id(entity).to_owned())
                .or_insert_with(|| Value::Object(serde_json::Map::new()));
            // some crates describe one thing in two places
            for (name, value) in entity.as_object().unwrap() {
                let mut values = list(&known[name]);
                values.extend(list(value));
                known[name] = match name.as_str() {
                    "@id" => value.clone(),
                    _ => Value::Array(values),
                };
            }
        }
        let about = &list(&entities["ro-crate-metadata.json"]["about"])[0];
        let root = entities[id(about)].clone();
        Reading { entities, root }
    }

    /// The entities that a property names, each once.
    fn named(&self, entity: &Value, name: &str) -> Vec<&Value> {
        let links = list(&entity[name]);
        let ids: BTreeSet<&str> = links
            .iter()
            .filter_map(|link| link["@id"].as_str())
            .collect();
        ids.into_iter()
            .filter_map(|id| self.entities.get(id))
            .collect()
    }

    fn organisms(&self, about: &[&Value]) -> BTreeSet<String> {
        let samples = about.iter().filter(|it| has_type(it, "BioSample"));
        let of_samples = samples.flat_map(|sample| self.named(sample, "taxonomicRange"));
        about
            .iter()
            .copied()
            .filter(|it| has_type(it, "Taxon"))
            .chain(of_samples)
            .map(|taxon| curie(id(taxon)))
            .collect()
    }

    fn methods(&self, ontology: &Ontology) -> BTreeSet<String> {
        let methods = self.named(&self.root, "measurementMethod");
        let terms = methods.into_iter().filter(|it| has_type(it, "DefinedTerm"));
        terms
            .filter_map(|term| match id(term).strip_prefix('#') {
                None => Some(curie(id(term))),
                Some(local) => {
                    let by_name = text(term, "name").and_then(|name| {
                        ontology.called(&name, &["FBbi", "CHMO", "MI", "EDAM", "OBI"])
                    });
                    by_name.or_else(|| local.starts_with("NCIT_").then(|| curie(local)))
                }
            })
            .collect()
    }

    /// Cell lines of samples; in these crates they are names.
    fn cell_lines(&self, about: &[&Value], ontology: &Ontology) -> BTreeSet<String> {
        let samples = about.iter().filter(|it| has_type(it, "BioSample"));
        let lines = samples.flat_map(|sample| list(&sample["hasCellLine"]));
        lines
            .filter_map(|line| ontology.called(line.as_str()?, &["CLO"]))
            .collect()
    }

    /// Authors by ORCID, else by name.
    fn authors(&self) -> BTreeSet<String> {
        let people = self.named(&self.root, "author");
        people
            .into_iter()
            .filter_map(|person| {
                let name = text(person, "name").unwrap_or_default();
                let key = orcid(id(person), &name).unwrap_or(name);
                (!key.is_empty()).then_some(key)
            })
            .collect()
    }

    fn articles(&self) -> Vec<(String, String)> {
        let cited = ["citation", "seeAlso"]
            .into_iter()
            .flat_map(|name| self.named(&self.root, name));
        cited
            .filter(|it| has_type(it, "ScholarlyArticle"))
            .map(|article| {
                let title = text(article, "name").unwrap_or_default();
                (id(article).to_lowercase(), title)
            })
            .collect()
    }
}

fn id(entity: &Value) -> &str {
    entity["@id"].as_str().unwrap()
}

fn list(value: &Value) -> Vec<Value> {
    match value {
        Value::Array(values) => values.clone(),
        Value::Null => Vec::new(),
        value => vec![value.clone()],
    }
}

fn text(entity: &Value, name: &str) -> Option<String> {
    let values = list(&entity[name]);
    let text = values.iter().find_map(Value::as_str)?.trim();
    (!text.is_empty()).then(|| text.to_owned())
}

fn has_type(entity: &Value, name: &str) -> bool {
    list(&entity["@type"]).iter().any(|own| own == name)
}

/// `…/obo/FBbi_00000251` and `obo:FBbi_00000251` as `FBbi:00000251`; of a taxon without the zeros before its number.
fn curie(id: &str) -> String {
    let last = id.rsplit(['/', ':']).next().unwrap();
    match last.split_once('_') {
        Some(("NCBITaxon", number)) => format!("NCBITaxon:{}", number.trim_start_matches('0')),
        Some((prefix, local)) => format!("{prefix}:{local}"),
        None => id.to_owned(),
    }
}

/// The ORCID in the id of a person. Some have a name in brackets behind it, which has to be that of the person.
fn orcid(id: &str, name: &str) -> Option<String> {
    let (_, rest) = id.split_once("orcid.org/")?;
    let (orcid, remark) = rest.split_at_checked(19)?;
    let is_orcid = orcid
        .bytes()
        .all(|byte| byte.is_ascii_digit() || matches!(byte, b'-' | b'X'));
    let is_of_person = remark
        .split(|character: char| !character.is_alphanumeric())
        .all(|word| name.contains(word));
    (is_orcid && is_of_person).then(|| orcid.to_owned())
}
