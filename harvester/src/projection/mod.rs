//! What is to be seen, as the ledger decides it: the input of graph and text index, which are made of nothing else.
//!
//! A projection does not replay moves. It is told which resources changed, and for each what is to be shown of it *now*; it
//! compares that with what it holds and makes the difference. So applying a change twice is applying it once, a crash at any
//! moment is mended by applying again everything since the position that the projection itself keeps, and making it anew is
//! the same as catching up from nothing.

pub mod catch_up;
pub mod stores;

use std::sync::Arc;

use ontologies::schema::schema_org;
use protocol::identifier::{Accession, Namespace};
use protocol::record::{ObjectRef, Record};

/// A record that everybody may find: the newest accepted version of a resource that is neither suppressed nor gone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shown {
    /// the resource
    pub id: Accession,
    /// its version, from 1
    pub version: u64,
    /// the namespace of the member's records
    pub namespace: Namespace,
    /// the member's id in the roster
    pub member: String,
    /// the index of the entry in the member's log
    pub index: u64,
    /// when the record was verified here: RFC 3339, UTC, to the second
    pub verified_at: String,
    /// what the member says
    pub record: Record,
    /// of an image, what its study is called: title and keywords, a line each ([`words_for_images`]); none where no study is shown
    pub of_study: Option<Arc<str>>,
}

/// As much of a study's title and keywords as its images are found by, in bytes: a study may have a hundred thousand of them.
const MOST_FOR_IMAGES: usize = 2_000;

/// What the images of a study are found by beside their own words: its title and its keywords, a line each.
pub fn words_for_images(study: &Record, iri: &str) -> String {
    let said = |predicate: &str| -> Vec<String> {
        let of_it = study
            .statements()
            .filter(|statement| statement.subject() == iri && statement.predicate() == predicate);
        of_it
            .filter_map(|statement| match statement.object() {
                ObjectRef::Literal(literal) => Some(literal.value().replace('\n', " ")),
                ObjectRef::Iri(_) => None,
            })
            .collect()
    };
    let mut lines = said(schema_org::NAME);
    lines.truncate(1);
    lines.extend(said(schema_org::KEYWORDS));
    let mut words = lines.join("\n");
    words.truncate(words.floor_char_boundary(MOST_FOR_IMAGES));
    words
}

/// What is to be shown of one resource from now on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// the resource
    pub id: Accession,
    /// the namespace of the member's records
    pub namespace: Namespace,
    /// its record; none when there is nothing to show (any more)
    pub shown: Option<Shown>,
}

/// Where a projection finds the bytes of what it shows and is to take back.
pub trait RecordBytes {
    /// The canonical N-Quads of one version; none where they are not kept any more.
    ///
    /// # Errors
    /// When the mirror or the ledger cannot be read.
    fn bytes(&self, id: &Accession, version: u64) -> anyhow::Result<Option<Vec<u8>>>;
}
