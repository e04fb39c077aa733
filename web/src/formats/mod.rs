//! The forms in which a record is served beside its own canonical N-Quads.
//!
//! JSON-LD, Turtle and RDF/XML are functions of the record's bytes alone, so that each is the same at every node and every
//! mirror, and says exactly the record's statements (RDF/XML with one exception that XML itself makes; it is written in
//! the document).
//!
//! All others are a study in somebody else's form, made from one reading of its record ([`crate::view`]) and from who
//! publishes it ([`Archive`]): [`citation`], [`bibtex`], [`ris`] and [`csl_json`] to cite it, [`datacite_xml`] and
//! [`oai_dc`] for libraries, [`dataset`] and [`data_catalogue`] for search engines, [`ro_crate`] for other image archives,
//! [`dcat`](dcat()) and [`void`](void()) for catalogues, [`sitemap`](sitemap()) for crawlers, and [`Signposts`] for
//! programs that start at a page. [`of_study`](of_study()) gives any of those that have an address of their own. What
//! depositors wrote is hostile until it is escaped, and every form escapes it.

mod archive;
mod bioschemas;
mod catalogue;
mod citation;
mod context;
mod datacite;
mod embedded;
mod json_ld;
mod oai_dc;
mod of_study;
mod rdf_xml;
mod ro_crate;
mod signposting;
mod sitemap;
mod turtle;
mod uri;
pub(crate) mod xml;

use ontologies::schema::{PREFIXES, omma, rdf};
use oxrdf::{LiteralRef, NamedNodeRef, TermRef, TripleRef};
use protocol::record::{ObjectRef, Record, StatementRef};

pub use archive::Archive;
pub(crate) use archive::is_iri;
pub use bioschemas::{CatalogueView, ListedStudy, data_catalogue, dataset};
pub use catalogue::{After, CATALOGUE_PAGE, Paging, VoidView, dcat, links_of_home, void};
pub use citation::{Cite, CiteForm, bibtex, citation, cite, csl_json, ris};
pub use datacite::datacite_xml;
pub use json_ld::json_ld;
pub use oai_dc::oai_dc;
pub use of_study::{OfStudyError, of_study};
pub use rdf_xml::rdf_xml;
pub use ro_crate::ro_crate;
pub use signposting::{
    LINKSET_MEDIA_TYPE, MOST_ITEMS, Signposts, TypedLink, link_header, links_of_image,
    links_of_study, links_to_files, linkset,
};
pub use sitemap::{
    LARGEST_SITEMAP, Located, MOST_ADDRESSES, SitemapError, SitemapPart, index_of_sitemaps, robots,
    sitemap, sitemap_index,
};
pub use turtle::turtle;

/// A record that a format cannot say: one of a stranger, with predicates that the format has no way to write.
#[derive(Debug, thiserror::Error)]
#[error("the record cannot be written as {format}: {source}; ask for N-Quads")]
pub struct FormatError {
    format: &'static str,
    source: std::io::Error,
}

/// The resource that a record is about: what bears the salt, which every record has once.
fn resource_of<'a>(statements: &[StatementRef<'a>]) -> &'a str {
    statements
        .iter()
        .find(|statement| statement.predicate() == omma::SALT)
        .map_or("", StatementRef::subject)
}

/// The prefixes whose namespaces a record uses.
fn prefixes_of(record: &Record) -> Vec<(&'static str, &'static str)> {
    let text = String::from_utf8_lossy(record.bytes());
    PREFIXES
        .iter()
        .copied()
        .filter(|(_, namespace)| text.contains(&format!("<{namespace}")))
        .collect()
}

/// The statements in the order of reading: the resource first, then its hash nodes, numbers in their order
/// (`#author-2` before `#author-10`); of each, its classes first.
fn in_reading_order(record: &Record) -> Vec<StatementRef<'_>> {
    let mut statements: Vec<StatementRef<'_>> = record.statements().collect();
    let resource = resource_of(&statements);
    statements.sort_by_cached_key(|statement| {
        let subject = statement.subject();
        (
            subject != resource,
            by_numbers(subject),
            statement.predicate() != rdf::TYPE,
        )
    });
    statements
}

/// A key that orders texts by their letters and by the value of the numbers in them.
pub(crate) fn by_numbers(text: &str) -> Vec<(&str, u64)> {
    let mut parts = Vec::new();
    let mut rest = text;
    while !rest.is_empty() {
        let letters = rest
            .find(|character: char| character.is_ascii_digit())
            .unwrap_or(rest.len());
        let behind = &rest[letters..];
        let digits = behind
            .find(|character: char| !character.is_ascii_digit())
            .unwrap_or(behind.len());
        parts.push((
            &rest[..letters],
            behind[..digits].parse().unwrap_or(u64::MAX),
        ));
        rest = &behind[digits..];
    }
    parts
}

/// A statement as the serialisers of the oxigraph family take it. Its terms were checked when the record was read.
fn triple<'a>(statement: &'a StatementRef<'a>) -> TripleRef<'a> {
    let object = match statement.object() {
        ObjectRef::Iri(iri) => TermRef::NamedNode(NamedNodeRef::new_unchecked(iri)),
        ObjectRef::Literal(literal) => TermRef::Literal(match literal.language() {
            Some(language) => {
                LiteralRef::new_language_tagged_literal_unchecked(literal.value(), language)
            }
            None => LiteralRef::new_typed_literal(
                literal.value(),
                NamedNodeRef::new_unchecked(literal.datatype()),
            ),
        }),
    };
    TripleRef::new(
        NamedNodeRef::new_unchecked(statement.subject()),
        NamedNodeRef::new_unchecked(statement.predicate()),
        object,
    )
}
