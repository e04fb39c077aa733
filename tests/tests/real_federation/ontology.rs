//! The ontologies that the programs carry, read from their tables and followed term by term: slow, and simple enough to judge by.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

const TABLES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../ontologies/data");

/// Terms by CURIE.
#[derive(Debug, Default)]
pub(crate) struct Ontology {
    parents: BTreeMap<String, BTreeSet<String>>,
    labels: BTreeMap<String, String>,
    /// what a name may mean, case and punctuation aside
    named: BTreeMap<String, BTreeSet<String>>,
}

impl Ontology {
    /// Reads all tables.
    pub(crate) fn read() -> Ontology {
        let mut ontology = Ontology::default();
        for entry in fs::read_dir(Path::new(TABLES).join("slims")).unwrap() {
            // identifier, label, synonyms, what it is a kind of, what it is a part of, state
            for row in rows(&entry.unwrap().path()) {
                let cell = |place: usize| row.get(place).map_or("", String::as_str);
                let id = cell(0);
                ontology.labels.insert(id.to_owned(), cell(1).to_owned());
                for name in [cell(1)].into_iter().chain(cell(2).split('|')) {
                    ontology.name(name, id);
                }
                for parent in cell(3).split('|').chain(cell(4).split('|')) {
                    ontology.parent(id, parent);
                }
            }
        }
        let methods = Path::new(TABLES).join("methods");
        for row in rows(&methods.join("synonyms.tsv")) {
            ontology.name(&row[0], &row[1]);
        }
        for row in rows(&methods.join("leaves.tsv")) {
            ontology.parent(&row[1], &row[0]);
        }
        for row in rows(&methods.join("facets.tsv")) {
            for parent in row[2].split('|') {
                ontology.parent(&row[0], parent);
            }
        }
        ontology
    }

    fn name(&mut self, name: &str, id: &str) {
        if !name.is_empty() {
            let of_name = self.named.entry(plain(name)).or_default();
            of_name.insert(id.to_owned());
        }
    }

    fn parent(&mut self, id: &str, parent: &str) {
        if !parent.is_empty() {
            let of_id = self.parents.entry(id.to_owned()).or_default();
            of_id.insert(parent.to_owned());
        }
    }

    /// The term and everything above it.
    pub(crate) fn broader(&self, id: &str) -> BTreeSet<String> {
        let mut found = BTreeSet::new();
        let mut ahead = vec![id.to_owned()];
        while let Some(next) = ahead.pop() {
            ahead.extend(self.parents.get(&next).into_iter().flatten().cloned());
            if !found.insert(next.clone()) {
                ahead.retain(|term| !found.contains(term));
            }
        }
        found
    }

    /// What the ontologies call a term.
    pub(crate) fn label(&self, id: &str) -> Option<&str> {
        self.labels.get(id).map(String::as_str)
    }

    /// The one term that has a name, with or without what stands in brackets behind it, in the first of these vocabularies
    /// that has one.
    pub(crate) fn called(&self, name: &str, vocabularies: &[&str]) -> Option<String> {
        let bare = name.split_once('(').map_or(name, |(bare, _)| bare);
        [name, bare].into_iter().find_map(|name| {
            let all = self.named.get(&plain(name))?;
            vocabularies.iter().find_map(|vocabulary| {
                let is_of_it = |id: &&String| id.split(':').next() == Some(*vocabulary);
                match all.iter().filter(is_of_it).collect::<Vec<_>>()[..] {
                    [only] => Some(only.clone()),
                    _ => None,
                }
            })
        })
    }
}

/// The rows of a table, but for its head.
fn rows(path: &Path) -> Vec<Vec<String>> {
    let text = fs::read_to_string(path).unwrap();
    text.lines()
        .filter(|line| !line.starts_with('#') && !line.trim().is_empty())
        .map(|line| line.split('\t').map(str::to_owned).collect())
        .collect()
}

/// Letters and digits in lower case, with one space where there was anything else.
pub(crate) fn plain(text: &str) -> String {
    let lower = text.to_lowercase();
    let words: Vec<&str> = lower
        .split(|character: char| !character.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .collect();
    words.join(" ")
}
