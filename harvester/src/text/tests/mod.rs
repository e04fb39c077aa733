//! The index as its users see it.

#![expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

mod answers;
mod broader;
mod changes;
mod counting;
mod cursors;
mod disk;
mod filters;
mod finding;
mod footprints;
mod images;
mod opening;
mod records;
mod suggesting;
mod terms_counted;

use std::path::Path;

use ontologies::Terms;
use ontologies::schema::{dct, dwciri, omma, rdf, schema_org};
use protocol::identifier::{Accession, Namespace};
use protocol::record::{Object, Record, Statement};

use super::{SearchAnswer, SearchError, SearchRequest, Text};
use crate::projection::{Change, Shown};

const HEAP: usize = 20_000_000;
const NAMESPACE: &str = "https://images.example.org/id/";
pub(super) const MOUSE: &str = "http://purl.obolibrary.org/obo/NCBITaxon_10090";
pub(super) const HUMAN: &str = "http://purl.obolibrary.org/obo/NCBITaxon_9606";
pub(super) const YEAST: &str = "http://purl.obolibrary.org/obo/NCBITaxon_4896";
pub(super) const SPIM: &str = "http://purl.obolibrary.org/obo/FBbi_00000369";
pub(super) const CONFOCAL: &str = "http://purl.obolibrary.org/obo/FBbi_00000251";
pub(super) const SPINNING_DISK: &str = "http://purl.obolibrary.org/obo/FBbi_00000253";

/// An index in a folder of its own.
pub(super) struct Scene {
    pub folder: tempfile::TempDir,
    pub text: Text,
    position: std::cell::Cell<u64>,
}

impl Scene {
    pub fn empty() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let text = open(folder.path()).unwrap();
        Self {
            folder,
            text,
            position: std::cell::Cell::new(0),
        }
    }

    pub fn with(things: &[Thing]) -> Self {
        let scene = Self::empty();
        scene.load(things);
        scene
    }

    pub fn load(&self, things: &[Thing]) {
        let shown = things.iter().map(|thing| Ok(thing.shown()));
        let loaded = self
            .text
            .load(shown, Terms::builtin(), self.next_position())
            .unwrap();
        assert_eq!(loaded, things.len() as u64);
    }

    pub fn apply(&self, changes: &[Change]) {
        self.text
            .apply(changes, Terms::builtin(), self.next_position())
            .unwrap();
    }

    pub fn search(&self, parameters: &[(&str, &str)]) -> Result<SearchAnswer, SearchError> {
        self.text.search(&request(parameters)?, Terms::builtin())
    }

    /// Accessions of the hits.
    pub fn found(&self, parameters: &[(&str, &str)]) -> Vec<String> {
        let answer = self.search(parameters).unwrap();
        answer.hits.into_iter().map(|hit| hit.id).collect()
    }

    /// Accessions of the hits for words.
    pub fn find(&self, words: &str) -> Vec<String> {
        self.found(&[("q", words)])
    }

    fn next_position(&self) -> u64 {
        self.position.set(self.position.get() + 1);
        self.position.get()
    }
}

pub(super) fn open(folder: &Path) -> Result<Text, super::TextError> {
    Text::open(&folder.join("text"), HEAP)
}

pub(super) fn request(parameters: &[(&str, &str)]) -> Result<SearchRequest, SearchError> {
    let pairs: Vec<(String, String)> = parameters
        .iter()
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
        .collect();
    SearchRequest::from_query(&pairs)
}

/// A study or image that a test makes up.
#[derive(Debug, Clone)]
pub(super) struct Thing {
    pub id: Accession,
    pub member: String,
    statements: Vec<(String, String, Object)>,
    parts: usize,
    of_study: Option<&'static str>,
}

impl Thing {
    /// With this title.
    pub fn new(id: &str, title: &str) -> Self {
        let id = Accession::parse(id).unwrap();
        let thing = Self {
            id,
            member: "dundee".to_owned(),
            statements: Vec::new(),
            parts: 0,
            of_study: None,
        };
        thing.says(schema_org::NAME, Object::text(title))
    }

    pub fn iri(&self) -> String {
        format!("{NAMESPACE}{}", self.id)
    }

    pub fn says(mut self, predicate: &str, object: Object) -> Self {
        self.statements
            .push((self.iri(), predicate.to_owned(), object));
        self
    }

    pub fn text(self, predicate: &str, text: &str) -> Self {
        self.says(predicate, Object::text(text))
    }

    pub fn link(self, predicate: &str, iri: &str) -> Self {
        self.says(predicate, Object::iri(iri).unwrap())
    }

    pub fn of(mut self, member: &str) -> Self {
        self.member = member.to_owned();
        self
    }

    /// An image of a study that is called so.
    pub fn of_study(mut self, words: &'static str) -> Self {
        self.of_study = Some(words);
        self
    }

    pub fn description(self, text: &str) -> Self {
        self.text(schema_org::DESCRIPTION, text)
    }

    pub fn about(self, iri: &str) -> Self {
        self.link(schema_org::ABOUT, iri)
    }

    pub fn method(self, iri: &str) -> Self {
        self.link(dwciri::MEASUREMENT_METHOD, iri)
    }

    pub fn year(self, year: u64) -> Self {
        let date =
            Object::typed(year.to_string(), "http://www.w3.org/2001/XMLSchema#gYear").unwrap();
        self.says(schema_org::DATE_PUBLISHED, date)
    }

    pub fn licence(self, iri: &str) -> Self {
        self.link(dct::LICENSE, iri)
    }

    /// A hash node that the thing points to, with what it says.
    pub fn part(mut self, predicate: &str, says: &[(&str, Object)]) -> Self {
        self.parts += 1;
        let part = format!("{}#part-{}", self.iri(), self.parts);
        for (predicate, object) in says {
            self.statements
                .push((part.clone(), (*predicate).to_owned(), object.clone()));
        }
        self.link(predicate, &part)
    }

    pub fn author(self, name: &str, orcid: Option<&str>) -> Self {
        let number = self.parts + 1;
        let position = Object::typed(
            number.to_string(),
            "http://www.w3.org/2001/XMLSchema#integer",
        );
        let mut says = vec![
            (schema_org::NAME, Object::text(name)),
            (schema_org::POSITION, position.unwrap()),
        ];
        if let Some(orcid) = orcid {
            let iri = Object::iri(format!("https://orcid.org/{orcid}")).unwrap();
            says.push((schema_org::SAME_AS, iri));
        }
        self.part(schema_org::AUTHOR, &says)
    }

    /// A term with what was submitted for it.
    pub fn term_use(self, role: &str, label: &str, iri: Option<&str>) -> Self {
        let mut says = vec![
            (omma::ROLE, Object::text(role)),
            (omma::SUBMITTED_LABEL, Object::text(label)),
        ];
        says.extend(iri.map(|iri| (omma::TERM, Object::iri(iri).unwrap())));
        self.part(omma::HAS_TERM_USE, &says)
    }

    pub fn record(&self) -> Record {
        let namespace = Namespace::parse(NAMESPACE).unwrap();
        let mut statements: Vec<Statement> = self
            .statements
            .iter()
            .map(|(subject, predicate, object)| {
                Statement::parse(subject.as_str(), predicate.as_str(), object.clone()).unwrap()
            })
            .collect();
        let fixed = [
            (dct::IDENTIFIER, self.id.as_str()),
            (omma::SALT, "BwcHBwcHBwcHBwcHBwcHBw"),
        ];
        for (predicate, text) in fixed {
            statements.push(Statement::parse(self.iri(), predicate, Object::text(text)).unwrap());
        }
        let class = Object::iri(schema_org::DATASET).unwrap();
        statements.push(Statement::parse(self.iri(), rdf::TYPE, class).unwrap());
        if let Some(study) = self
            .id
            .study_part()
            .filter(|study| *study != self.id.as_str())
        {
            let study = Object::iri(format!("{NAMESPACE}{study}")).unwrap();
            statements.push(Statement::parse(self.iri(), schema_org::IS_PART_OF, study).unwrap());
        }
        Record::from_statements(&self.id, &namespace, statements).unwrap()
    }

    pub fn shown(&self) -> Shown {
        Shown {
            id: self.id.clone(),
            version: 1,
            namespace: Namespace::parse(NAMESPACE).unwrap(),
            member: self.member.clone(),
            index: 0,
            verified_at: "2026-03-01T12:00:00Z".to_owned(),
            record: self.record(),
            of_study: self.of_study.map(std::sync::Arc::from),
        }
    }

    /// It is shown from now on.
    pub fn comes(&self) -> Change {
        Change {
            id: self.id.clone(),
            namespace: Namespace::parse(NAMESPACE).unwrap(),
            shown: Some(self.shown()),
        }
    }

    /// It is shown no more.
    pub fn goes(&self) -> Change {
        Change {
            shown: None,
            ..self.comes()
        }
    }
}
