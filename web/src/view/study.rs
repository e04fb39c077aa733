//! A study.

use ontologies::schema::{dcat, dct, dwciri, odrl, omma, prov, rdfs, schema_org};
use protocol::identifier::{Accession, Kind};
use protocol::record::Record;

use super::accession_of;
use super::credit::is_doi;
use super::facts::{Facts, Node};
use super::parts::{Annotation, Component, Figure, Parts};
use super::sample::{Biosample, Protocol, Specimen};
use super::terms::{Term, terms};
use super::{Article, Date, Grant, Organisation, OtherStatement, Person, Property, ViewError};

/// What the record of a study says (docs/METADATA.md, "In the record of a study").
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StudyView {
    /// Its IRI, which is what to cite.
    pub iri: String,
    /// Its accession.
    pub id: Accession,
    /// The version, as text.
    pub version: Option<String>,
    /// Title.
    pub title: Option<String>,
    /// Description, as text or Markdown.
    pub description: Option<String>,
    /// Keywords.
    pub keywords: Vec<String>,
    /// What the source calls it.
    pub source_ids: Vec<String>,
    /// Other IRIs of the same study: the source's page, a DOI.
    pub same_as: Vec<String>,
    /// The date of publication, as the source gives it.
    pub date_published: Option<String>,
    /// When it was first published here, RFC 3339.
    pub issued: Option<String>,
    /// When this version was published here, RFC 3339; absent in the first.
    pub modified: Option<String>,
    /// Licence: an IRI, or the text that should have been one.
    pub licence: Option<String>,
    /// The IRIs of the profiles that it was checked against.
    pub conforms_to: Vec<String>,
    /// Who may have it: an IRI or a word.
    pub access: Option<String>,
    /// Terms of use: IRIs or texts.
    pub data_use: Vec<String>,
    /// Addresses of pictures that stand for the whole.
    pub thumbnails: Vec<String>,
    /// Bytes of all files.
    pub bytes: Option<u64>,
    /// Number of files.
    pub files: Option<u64>,
    /// SHA-256 of `files.tsv`, in hex; only a held study has one.
    pub manifest: Option<String>,
    /// Where the data of a catalogued study are.
    pub data_at: Option<String>,
    /// What the profile asks for and the study does not have.
    pub missing: Vec<String>,
    /// What kind of sample stands in the place of an organism.
    pub sample_kinds: Vec<String>,
    /// Authors, in order.
    pub authors: Vec<Person>,
    /// The publisher that the source names.
    pub publisher: Option<Organisation>,
    /// Articles, in order.
    pub articles: Vec<Article>,
    /// Funding.
    pub grants: Vec<Grant>,
    /// What it is about, and how it was imaged: see [`StudyView::subjects`] and [`StudyView::methods`].
    pub terms: Vec<Term>,
    /// What it was derived from: IRIs.
    pub derived_from: Vec<String>,
    /// Where there is more: IRIs.
    pub see_also: Vec<String>,
    /// Ties with a name of their own.
    pub relations: Vec<Relation>,
    /// Biosamples, in order.
    pub biosamples: Vec<Biosample>,
    /// Specimens, in order.
    pub specimens: Vec<Specimen>,
    /// Protocols, in order.
    pub protocols: Vec<Protocol>,
    /// Study components, in order.
    pub components: Vec<Component>,
    /// Annotations, in order.
    pub annotations: Vec<Annotation>,
    /// Figures that the data stand behind.
    pub figures: Vec<Figure>,
    /// Further names and values, in order.
    pub properties: Vec<Property>,
    /// Statements that have no place above.
    pub others: Vec<OtherStatement>,
}

/// A tie to another resource that has a name of its own.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Relation {
    /// How: `same-experiment` …
    pub name: String,
    /// To what: an IRI, or a text.
    pub target: String,
}

/// Reads the record of a study.
///
/// # Errors
/// The record is about something else, such as an image.
pub fn read_study(record: &Record) -> Result<StudyView, ViewError> {
    let facts = Facts::of(record);
    let home = facts.resource();
    let id = accession_of(home.iri, Kind::Study, "a study")?;
    // the accession is the end of the IRI; said again under dct:identifier it says nothing new
    let said_again = home.texts(dct::IDENTIFIER);
    let parts = Parts::read(&facts);
    let mut view = StudyView {
        iri: home.iri.to_owned(),
        version: home.text(dcat::VERSION),
        title: home.text(schema_org::NAME),
        description: home.text(schema_org::DESCRIPTION),
        keywords: home.texts(schema_org::KEYWORDS),
        source_ids: home.texts(schema_org::IDENTIFIER),
        same_as: home.texts(schema_org::SAME_AS),
        date_published: home.text(schema_org::DATE_PUBLISHED),
        issued: home.text(dct::ISSUED),
        modified: home.text(dct::MODIFIED),
        licence: licence(&home),
        conforms_to: home.texts(dct::CONFORMS_TO),
        access: home.text(dct::ACCESS_RIGHTS),
        data_use: home.texts(odrl::HAS_POLICY),
        thumbnails: home.texts(schema_org::THUMBNAIL_URL),
        bytes: home.number(dcat::BYTE_SIZE),
        files: home.number(omma::FILE_COUNT),
        manifest: home.text(omma::MANIFEST),
        data_at: home.text(omma::DATA_AT),
        missing: home.texts(omma::MISSING),
        sample_kinds: home.texts(omma::SAMPLE_KIND),
        authors: read_all(&home, schema_org::AUTHOR, Person::read),
        publisher: home
            .nodes(schema_org::PUBLISHER)
            .first()
            .map(Organisation::read),
        articles: read_all(&home, schema_org::CITATION, Article::read),
        grants: read_all(&home, schema_org::FUNDING, Grant::read),
        terms: terms(
            &home,
            &[
                (dwciri::MEASUREMENT_METHOD, "method"),
                (schema_org::MEASUREMENT_TECHNIQUE, "method"),
                (schema_org::ABOUT, "subject"),
            ],
        ),
        derived_from: home.texts(prov::WAS_DERIVED_FROM),
        see_also: home.texts(rdfs::SEE_ALSO),
        relations: read_all(&home, dcat::QUALIFIED_RELATION, relation),
        biosamples: parts.biosamples,
        specimens: parts.specimens,
        protocols: parts.protocols,
        components: parts.components,
        annotations: parts.annotations,
        figures: parts.figures,
        properties: home.properties(),
        others: Vec::new(),
        id,
    };
    view.others = facts.others();
    let different = said_again
        .into_iter()
        .filter(|text| text != view.id.as_str());
    view.others.extend(different.map(|object| OtherStatement {
        subject: view.iri.clone(),
        predicate: dct::IDENTIFIER.to_owned(),
        object,
    }));
    Ok(view)
}

impl StudyView {
    /// The title, else the accession: something to call it there always is.
    pub fn title(&self) -> &str {
        let title = self.title.as_deref();
        title
            .filter(|title| !title.trim().is_empty())
            .unwrap_or(self.id.as_str())
    }

    /// Id and version, as they stand in addresses: `DND-S42.2`; the id alone where the version is no whole number.
    pub fn versioned(&self) -> String {
        match self.version_number() {
            Some(version) => format!("{}.{version}", self.id),
            None => self.id.to_string(),
        }
    }

    /// The version as a number from 1.
    pub fn version_number(&self) -> Option<u64> {
        self.version
            .as_deref()?
            .parse()
            .ok()
            .filter(|version| *version > 0)
    }

    /// The date to cite it by: the source's, else that of its publication here.
    pub fn date(&self) -> Option<Date> {
        [&self.date_published, &self.issued]
            .into_iter()
            .find_map(|date| Date::parse(date.as_deref()?))
    }

    /// A DOI of the same study, as an IRI.
    pub fn doi(&self) -> Option<&str> {
        self.same_as
            .iter()
            .map(String::as_str)
            .find(|iri| is_doi(iri))
    }

    /// Terms that it is about.
    pub fn subjects(&self) -> impl Iterator<Item = &Term> {
        self.terms.iter().filter(|term| term.role != "method")
    }

    /// Methods by which it was imaged.
    pub fn methods(&self) -> impl Iterator<Item = &Term> {
        self.terms.iter().filter(|term| term.role == "method")
    }

    /// Whether its files are with the member that published it; else they are elsewhere ([`StudyView::data_at`]).
    pub fn is_held(&self) -> bool {
        self.manifest.is_some()
    }

    /// Where the list of all files of a held study is: `<namespace>DND-S42.2/files.tsv`.
    pub fn file_list(&self) -> Option<String> {
        let version = self.version_number()?;
        self.is_held()
            .then(|| format!("{}.{version}/files.tsv", self.iri))
    }

    /// Gives a label to every term that has an IRI and none: `name` looks one up, such as in the loaded ontologies.
    pub fn name_terms(&mut self, name: impl Fn(&str) -> Option<String>) {
        let of_samples = self
            .biosamples
            .iter_mut()
            .flat_map(|sample| &mut sample.terms);
        let of_protocols = self.protocols.iter_mut().flat_map(|one| &mut one.methods);
        let of_specimens = self
            .specimens
            .iter_mut()
            .flat_map(|specimen| &mut specimen.preparation)
            .flat_map(|step| &mut step.methods);
        let all = self.terms.iter_mut();
        for term in all
            .chain(of_samples)
            .chain(of_protocols)
            .chain(of_specimens)
        {
            if let (Some(iri), None) = (&term.iri, &term.label) {
                term.label = name(iri);
            }
        }
    }
}

/// Said under two predicates, which agree in a record of a node.
fn licence(home: &Node<'_, '_>) -> Option<String> {
    let of_terms = home.text(dct::LICENSE);
    match of_terms {
        None => home.text(schema_org::LICENSE),
        Some(licence) => {
            home.texts(schema_org::LICENSE);
            Some(licence)
        }
    }
}

fn relation(node: &Node<'_, '_>) -> Relation {
    Relation {
        name: node.text(schema_org::ROLE_NAME).unwrap_or_default(),
        target: node
            .text(dct::RELATION)
            .or_else(|| node.text(schema_org::IDENTIFIER))
            .unwrap_or_default(),
    }
}

fn read_all<T>(home: &Node<'_, '_>, predicate: &str, read: fn(&Node<'_, '_>) -> T) -> Vec<T> {
    home.nodes(predicate).iter().map(read).collect()
}
