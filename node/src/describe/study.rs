//! The study itself.

use ontologies::schema::{
    ACCESS_PUBLIC, dcat, dct, dwciri, odrl, omma, prov, rdfs, schema_org, xsd,
};
use protocol::identifier::Accession;
use protocol::record::{Object, Statement};

use super::describing::Describing;
use super::statements::{Node, pairs};
use super::{Holdings, Naming, text};
use crate::study::{Related, Study, TermRole};

pub(super) fn describe(
    study: &Study,
    naming: &Naming<'_>,
    holdings: Option<&Holdings>,
) -> Vec<Statement> {
    let mut describing = Describing::new(study, naming);
    describing.identity();
    describing.publication();
    describing.access(holdings);
    describing.subjects();
    describing.credit();
    describing.biosamples();
    describing.specimens();
    describing.acquisitions();
    describing.components();
    describing.annotations();
    describing.figures();
    describing.relations();
    let home = describing.home.clone();
    describing
        .statements
        .properties(&home, pairs(&study.additional));
    describing.into_statements()
}

impl<'a> Describing<'a> {
    /// What it is called, here and at its source.
    fn identity(&mut self) {
        let (study, home) = (self.study, &self.home);
        let said = &mut self.statements;
        said.classes(home, &[dcat::DATASET, schema_org::DATASET]);
        said.text(home, dct::IDENTIFIER, self.naming.study.as_str());
        if study.source.identifier_is_given {
            said.text(home, schema_org::IDENTIFIER, &study.source.identifier);
        }
        said.link(home, schema_org::SAME_AS, study.source.iri.as_deref());
        for other in &study.source.same_as {
            said.link(home, schema_org::SAME_AS, Some(other));
        }
        said.optional(home, schema_org::NAME, study.title.as_deref());
        said.optional(home, schema_org::DESCRIPTION, study.description.as_deref());
        for keyword in &study.keywords {
            said.text(home, schema_org::KEYWORDS, keyword);
        }
        for picture in &study.thumbnails {
            said.link(home, schema_org::THUMBNAIL_URL, Some(picture));
        }
        if let Some(file) = &study.thumbnail {
            let naming = self.naming;
            let address = text::file_iri(naming.namespace, naming.study, naming.version, file);
            said.node(home, schema_org::THUMBNAIL_URL, &Node::resource(address));
        } else if study.thumbnails.is_empty() && shows_something(study) {
            let naming = self.naming;
            let version = format!("{}.{}", naming.study, naming.version);
            let address = format!("{}{version}/thumbnail", naming.namespace.as_str());
            said.node(home, schema_org::THUMBNAIL_URL, &Node::resource(address));
        }
    }

    /// When and under what it is published.
    fn publication(&mut self) {
        let (study, home) = (self.study, &self.home);
        let said = &mut self.statements;
        said.date(
            home,
            schema_org::DATE_PUBLISHED,
            study.release_date.as_deref(),
        );
        said.typed(home, dct::ISSUED, self.naming.issued, xsd::DATE_TIME);
        if let Some(modified) = self.naming.modified {
            said.typed(home, dct::MODIFIED, modified, xsd::DATE_TIME);
        }
        said.text(home, dcat::VERSION, &self.naming.version.to_string());
        said.link(home, dct::LICENSE, study.licence.as_deref());
        said.link(home, schema_org::LICENSE, study.licence.as_deref());
        said.iri(home, dct::CONFORMS_TO, study.profile.iri());
        for missing in &study.missing {
            said.text(home, omma::MISSING, missing);
        }
    }

    /// Where the data are, how much they are, who may have them. What the node holds is open, since nothing else can be
    /// published yet; of a catalogued study only what the source says is said.
    fn access(&mut self, holdings: Option<&Holdings>) {
        let (study, home) = (self.study, &self.home);
        let said = &mut self.statements;
        said.link(home, omma::DATA_AT, study.data_at.as_deref());
        if let Some(held) = holdings {
            said.text(home, omma::MANIFEST, &held.manifest.to_string());
        }
        match study.access_level.as_deref() {
            Some("open") => said.iri(home, dct::ACCESS_RIGHTS, ACCESS_PUBLIC),
            None if holdings.is_some() => said.iri(home, dct::ACCESS_RIGHTS, ACCESS_PUBLIC),
            level => said.optional(home, dct::ACCESS_RIGHTS, level),
        }
        if let Some(bytes) = holdings.map(|held| held.bytes).or(study.stated_bytes) {
            said.number(home, dcat::BYTE_SIZE, bytes);
        }
        if let Some(files) = holdings.map(|held| held.files).or(study.stated_files) {
            said.number(home, omma::FILE_COUNT, files);
        }
        for term in &study.data_use {
            said.say(home, odrl::HAS_POLICY, text::data_use(term));
        }
    }

    /// What it is about, and how it was imaged.
    fn subjects(&mut self) {
        let (study, home) = (self.study, self.home.clone());
        self.statements
            .optional(&home, omma::SAMPLE_KIND, study.sample_kind.as_deref());
        for subject in &study.subjects {
            if subject.role == TermRole::Method {
                self.method(&home, dwciri::MEASUREMENT_METHOD, subject);
            } else {
                self.term(&home, &[schema_org::ABOUT], subject);
            }
        }
        for method in &study.imaging_methods {
            self.method(&home, dwciri::MEASUREMENT_METHOD, method);
        }
    }

    /// Ties to other studies and resources.
    fn relations(&mut self) {
        let home = self.home.clone();
        for (index, related) in self.study.related.iter().enumerate() {
            let target = self.target(&related.id);
            let predicate = match (&target, related.relation.as_str()) {
                (Object::Iri(_), "derived-from") => Some(prov::WAS_DERIVED_FROM),
                (Object::Iri(_), "see-also") => Some(rdfs::SEE_ALSO),
                _ => None,
            };
            match predicate {
                Some(predicate) => self.statements.say(&home, predicate, target),
                None => self.named_relation(index + 1, related, target),
            }
        }
    }

    /// A tie that no predicate is made for keeps its name on a node of its own (DCAT 3, qualified relations).
    fn named_relation(&mut self, number: usize, related: &Related, target: Object) {
        let node = self.home.part("related", number);
        self.statements
            .node(&self.home, dcat::QUALIFIED_RELATION, &node);
        self.statements.classes(&node, &[dcat::RELATIONSHIP]);
        self.statements
            .text(&node, schema_org::ROLE_NAME, &related.relation);
        let predicate = match target {
            Object::Iri(_) => dct::RELATION,
            Object::Literal(_) => schema_org::IDENTIFIER,
        };
        self.statements.say(&node, predicate, target);
    }

    /// Another resource: an accession under the namespace, an address, else the text.
    fn target(&self, id: &str) -> Object {
        match Accession::parse(id) {
            Ok(accession) => Object::iri(self.naming.namespace.iri(&accession))
                .unwrap_or_else(|_| Object::text(id)),
            Err(_) => text::link_or_text(id),
        }
    }
}

/// Whether the node has images of the study of which it makes pictures: the first of them stands for a study that names none.
fn shows_something(study: &Study) -> bool {
    study.images.iter().any(|image| image.pixels.is_some())
}
