//! What a record says, sorted by what a search needs it for; nothing is indexed yet.

mod pixels;
mod statements;
mod subject;
mod terms;
mod text;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use ontologies::Terms;
use ontologies::schema::schema_org;
use protocol::digest::Digest;
use protocol::identifier::Kind;
use protocol::record::StatementRef;

use super::facet::Facet;
use super::gene::Genes;
use super::licence::Licence;
use super::words;
use crate::projection::{Shown, words_for_images};
pub(super) use pixels::{LARGEST_PIXEL, MOST_PLACES, Stated};
pub use pixels::{Pixels, own_thumbnail};
use statements::Statements;

/// A term that a record names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct NamedTerm {
    /// Its IRI.
    pub iri: String,
    /// The label that it was submitted with.
    pub label: Option<String>,
}

/// Somebody who made a study.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Author {
    /// The name, as the record has it.
    pub name: String,
    /// The ORCID, without address: `0000-0001-2345-6789`.
    pub orcid: Option<String>,
}

/// A study or an image as its record describes it.
#[derive(Debug)]
pub(super) struct Described {
    /// Accession.
    pub id: String,
    /// IRI.
    pub iri: String,
    /// Study or image.
    pub kind: Kind,
    /// The member's id.
    pub member: String,
    /// `schema:name`, else the accession.
    pub title: String,
    /// `schema:description`.
    pub description: Option<String>,
    /// `schema:datePublished`, else the day of `dct:issued`: `2019`, `2019-05` or `2019-05-01`.
    pub published: Option<String>,
    /// `schema:thumbnailUrl`, the first; where an image names none, the one that its node makes of it.
    pub thumbnail: Option<String>,
    /// `dct:license`, else `schema:license`.
    pub licence: Option<Licence>,
    /// `open`, `registered`, … ([`super::filter::ACCESS`])
    pub access: Option<String>,
    /// `held` or `catalogued`.
    pub holding: Option<&'static str>,
    /// In the order of the record.
    pub authors: Vec<Author>,
    /// Terms by what they say of the thing; each term once.
    pub terms: BTreeMap<Facet, Vec<NamedTerm>>,
    /// Terms that say something for which there is no facet.
    pub other_terms: BTreeSet<String>,
    /// Genes that are named.
    pub genes: Genes,
    /// What is said of an image's pixels.
    pub pixels: Stated,
    /// Keys under which the thing is known ([`identifier::key`]).
    pub identifiers: BTreeSet<String>,
    /// Labels of terms as they were submitted, and methods that are text.
    pub submitted: BTreeSet<String>,
    /// Keywords.
    pub keywords: Vec<String>,
    /// Of an image, what its study is called, a line for each name.
    pub of_study: Option<Arc<str>>,
    /// Of a study, the digest of what its images are told that it is called.
    pub for_images: Option<String>,
    /// All other text: names of components, samples, channels, articles, institutions …
    pub other_text: Vec<String>,
}

/// Reads a record of a study or an image; `None` for a record of another kind.
pub(super) fn read(shown: &Shown, terms: &Terms) -> Option<Described> {
    if !matches!(shown.id.kind(), Kind::Study | Kind::Image) {
        return None;
    }
    let mut statements: Vec<StatementRef<'_>> = Vec::with_capacity(shown.record.len());
    statements.extend(shown.record.statements());
    let iri = shown.namespace.iri(&shown.id);
    let record = Statements::of(&iri, &statements);
    let mut described = Described {
        id: shown.id.to_string(),
        kind: shown.id.kind(),
        member: shown.member.clone(),
        title: record
            .text(&iri, schema_org::NAME)
            .unwrap_or_else(|| shown.id.as_str())
            .to_owned(),
        description: record
            .text(&iri, schema_org::DESCRIPTION)
            .map(str::to_owned),
        published: record.published(),
        thumbnail: record
            .values(&iri, schema_org::THUMBNAIL_URL)
            .next()
            .map(str::to_owned)
            .or_else(|| record.own_thumbnail(&shown.id, shown.version)),
        licence: record.licence(),
        access: record.access(),
        holding: record.holding(shown.id.kind()),
        authors: record.authors(),
        terms: BTreeMap::new(),
        other_terms: BTreeSet::new(),
        genes: Genes::default(),
        pixels: record.pixels(),
        identifiers: BTreeSet::new(),
        submitted: BTreeSet::new(),
        keywords: record
            .values(&iri, schema_org::KEYWORDS)
            .map(str::to_owned)
            .collect(),
        of_study: shown.of_study.clone(),
        for_images: for_images(shown),
        other_text: Vec::new(),
        iri: iri.clone(),
    };
    described.identifiers = record.identifiers(&described.id);
    record.read_terms(&mut described, terms);
    record.read_genes(&mut described.genes);
    record.read_texts(&mut described);
    Some(described)
}

/// The digest of what the images of a study are told that it is called; none for what is no study.
pub(super) fn for_images(shown: &Shown) -> Option<String> {
    let iri = shown.namespace.iri(&shown.id);
    let is_study = shown.id.kind() == Kind::Study;
    is_study.then(|| {
        let words = words_for_images(&shown.record, &iri);
        Digest::of(words.as_bytes()).to_string()[..16].to_owned()
    })
}

/// The ORCID in an address or on its own: `0000-0001-2345-678X`.
pub(super) fn orcid(text: &str) -> Option<&str> {
    let last = text.trim().trim_end_matches('/').rsplit('/').next()?;
    let has_shape = last.len() == 19
        && last.bytes().enumerate().all(|(place, byte)| match place {
            4 | 9 | 14 => byte == b'-',
            18 => byte.is_ascii_digit() || byte.eq_ignore_ascii_case(&b'x'),
            _ => byte.is_ascii_digit(),
        });
    has_shape.then_some(last)
}

/// The words of a name, each once, in the order of the alphabet.
pub(super) fn words_of_name(name: &str) -> Vec<String> {
    let words: BTreeSet<String> = words::folded(name).split(' ').map(str::to_owned).collect();
    words.into_iter().filter(|word| !word.is_empty()).collect()
}
