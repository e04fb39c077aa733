//! The record of a study.

use ontologies::Term;
use ontologies::schema::{ACCESS_PUBLIC, dcat, dct, dwciri, omma, rdf, schema_org, xsd};

use super::Made;
use super::lines::Lines;
use super::vocabulary::Vocabulary;
use super::words;
use crate::federation::chance::Chance;

const LICENCES: &[&str] = &[
    "https://creativecommons.org/licenses/by/4.0/",
    "https://creativecommons.org/publicdomain/zero/1.0/",
    "https://creativecommons.org/licenses/by-nc/4.0/",
];

/// What a study is about, which its images repeat.
pub(super) struct Study {
    pub(super) id: String,
    pub(super) images: u64,
    pub(super) organism: &'static Term,
    pub(super) cell: &'static Term,
    pub(super) process: &'static Term,
    pub(super) tissue: Option<&'static Term>,
    pub(super) method: &'static Term,
}

impl Study {
    /// Draws a study of 6 to 20 images.
    pub(super) fn draw(id: String, vocabulary: &Vocabulary, chance: &mut Chance) -> Study {
        let mut draw = |terms: &[&'static Term]| terms[chance.often_low(terms.len())];
        let tissue = draw(&vocabulary.tissues);
        Study {
            id,
            organism: draw(&vocabulary.organisms),
            cell: draw(&vocabulary.cells),
            process: draw(&vocabulary.processes),
            method: draw(&vocabulary.methods),
            tissue: (chance.below(2) == 0).then_some(tissue),
            images: chance.between(6, 20),
        }
    }

    /// The terms of its subject.
    pub(super) fn subjects(&self) -> impl Iterator<Item = (&'static str, &'static Term)> {
        [
            ("organism", self.organism),
            ("cell-type", self.cell),
            ("process", self.process),
        ]
        .into_iter()
        .chain(self.tissue.map(|tissue| ("tissue", tissue)))
    }

    pub(super) fn record(&self, namespace: &str, chance: &mut Chance) -> Made {
        let mut said = Lines::about(format!("{namespace}{}", self.id), &chance.salt());
        self.identity(&mut said, chance);
        self.publication(&mut said, chance);
        for (number, (role, term)) in (1..).zip(self.subjects()) {
            said.iri("", schema_org::ABOUT, &term.iri);
            // what a process was called by its submitter is seldom recorded
            if role != "process" {
                term_use(&mut said, number, role, term);
            }
        }
        said.iri("", dwciri::MEASUREMENT_METHOD, &self.method.iri);
        term_use(&mut said, 9, "method", self.method);
        for number in 1..=chance.between(1, 2) {
            author(&mut said, number, chance);
        }
        (self.id.clone(), said.into_bytes())
    }

    fn identity(&self, said: &mut Lines, chance: &mut Chance) {
        said.iri("", rdf::TYPE, dcat::DATASET);
        said.iri("", rdf::TYPE, schema_org::DATASET);
        said.text("", dct::IDENTIFIER, &self.id);
        let source = format!("S-BIAD{}", chance.between(1, 99_999));
        said.text("", schema_org::IDENTIFIER, &source);
        said.iri(
            "",
            schema_org::SAME_AS,
            &format!("https://archive.example.net/{source}"),
        );
        said.text(
            "",
            schema_org::NAME,
            &words::title(&self.organism.label, chance),
        );
        let description = words::description(
            &self.cell.label,
            &self.process.label,
            &self.method.label,
            chance,
        );
        said.text("", schema_org::DESCRIPTION, &description);
        for _ in 0..chance.between(1, 4) {
            said.text("", schema_org::KEYWORDS, words::keyword(chance));
        }
    }

    fn publication(&self, said: &mut Lines, chance: &mut Chance) {
        let date = format!(
            "{}-{:02}-{:02}",
            chance.between(2012, 2025),
            chance.between(1, 12),
            chance.between(1, 28)
        );
        said.typed("", schema_org::DATE_PUBLISHED, &date, xsd::DATE);
        said.typed("", dct::ISSUED, "2026-01-05T08:00:00Z", xsd::DATE_TIME);
        said.text("", dcat::VERSION, "1");
        let licence = LICENCES[chance.often_low(LICENCES.len())];
        said.iri("", dct::LICENSE, licence);
        said.iri("", schema_org::LICENSE, licence);
        said.iri("", dct::CONFORMS_TO, omma::PROFILE_1);
        said.iri("", dct::ACCESS_RIGHTS, ACCESS_PUBLIC);
        let bytes = chance.between(1 << 20, 1 << 38).to_string();
        said.typed("", dcat::BYTE_SIZE, &bytes, xsd::INTEGER);
        said.typed("", omma::FILE_COUNT, &self.images.to_string(), xsd::INTEGER);
        said.part("", schema_org::PUBLISHER, "#organisation-1");
        said.iri("#organisation-1", rdf::TYPE, schema_org::ORGANIZATION);
        said.text(
            "#organisation-1",
            schema_org::NAME,
            &words::institute(chance),
        );
    }
}

/// A term as it was submitted (METADATA.md, "term as submitted").
fn term_use(said: &mut Lines, number: u64, role: &str, term: &Term) {
    let part = format!("#term-{number}");
    said.part("", omma::HAS_TERM_USE, &part);
    said.iri(&part, rdf::TYPE, omma::TERM_USE);
    said.text(&part, omma::ROLE, role);
    said.text(&part, omma::SUBMITTED_LABEL, &term.label);
    said.iri(&part, omma::TERM, &term.iri);
}

fn author(said: &mut Lines, number: u64, chance: &mut Chance) {
    let part = format!("#author-{number}");
    let (given, family) = words::person(chance);
    said.part("", schema_org::AUTHOR, &part);
    said.iri(&part, rdf::TYPE, schema_org::PERSON);
    said.typed(
        &part,
        schema_org::POSITION,
        &number.to_string(),
        xsd::INTEGER,
    );
    said.text(&part, schema_org::NAME, &format!("{given} {family}"));
    said.iri(&part, schema_org::SAME_AS, &words::orcid(chance));
}
