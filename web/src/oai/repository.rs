//! What a program has to say of what it holds.

use protocol::identifier::Accession;

use crate::formats::{Archive, FormatError};
use crate::view::StudyView;

/// Where an announcement stands in the order in which things became visible. The first number is that of the act that
/// made it visible, and what an [`Window::edge`] is compared with; the second orders what one act brought.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position(pub u64, pub u64);

/// What is asked of the announcements.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Window {
    /// The first position that is wanted.
    pub at: Position,
    /// The first number of the positions behind the last that is wanted (`until`).
    pub behind: u64,
    /// Nothing from this first number on is known to the list.
    pub edge: u64,
    /// The accession prefix that is wanted; all where there is none.
    pub set: Option<String>,
}

/// A study at one of its announcements.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    /// Where it was announced.
    pub position: Position,
    /// The study.
    pub id: Accession,
    /// Its IRI, under which it is listed.
    pub iri: String,
    /// When this became visible: `2026-11-21T09:30:00Z`.
    pub datestamp: String,
    /// The version that is to be shown; none where the study is or has gone out of sight, which is listed as deleted.
    pub version: Option<u64>,
}

/// A study to be written, and who publishes it.
#[derive(Debug, Clone)]
pub struct Described {
    /// What its record says.
    pub study: StudyView,
    /// Its archive.
    pub archive: Archive,
}

/// A set: the studies with one accession prefix.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Set {
    /// The accession prefix.
    pub spec: String,
    /// The name of the institution that has it.
    pub name: String,
}

/// What a repository says of itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Setting {
    /// Its name.
    pub name: String,
    /// The address that is harvested: `https://images.example.org/oai`.
    pub base_url: String,
    /// Whom to write to. Where none is configured the postmaster of the host, whom RFC 5321 wants there to be.
    pub email: Option<String>,
    /// The licence of the metadata, an IRI.
    pub licence: Option<String>,
    /// What tokens of this repository are told by from those of others: the same for as long as its positions mean what
    /// they do.
    pub identity: String,
}

/// What a program has to say of what it holds, at one moment: every answer of one value comes from one snapshot.
pub trait Repository {
    /// What can go wrong with it. It becomes no answer of the protocol, since it is no fault of whoever asks.
    type Error: From<FormatError>;

    /// What it says of itself.
    fn setting(&self) -> &Setting;

    /// The time of the answer, `2026-11-21T09:30:00Z`: now, or earlier where something is on its way that the snapshot
    /// does not have and whose datestamp is earlier than now.
    fn response_date(&self) -> &str;

    /// The sets.
    ///
    /// # Errors
    /// When it cannot be read.
    fn sets(&mut self) -> Result<Vec<Set>, Self::Error>;

    /// The earliest datestamp; none where nothing was announced.
    ///
    /// # Errors
    /// When it cannot be read.
    fn earliest(&mut self) -> Result<Option<String>, Self::Error>;

    /// The first number that no position has yet.
    ///
    /// # Errors
    /// When it cannot be read.
    fn edge(&mut self) -> Result<u64, Self::Error>;

    /// The first number of the first position whose datestamp is this one or later, or, if `is_later`, later; the edge
    /// where there is none.
    ///
    /// # Errors
    /// When it cannot be read.
    fn first_from(&mut self, datestamp: &str, is_later: bool) -> Result<u64, Self::Error>;

    /// The first of the studies of a window, each at its newest announcement below the edge, in the order of positions.
    ///
    /// # Errors
    /// When it cannot be read.
    fn window(&mut self, window: &Window, most: usize) -> Result<Vec<Item>, Self::Error>;

    /// A study at its newest announcement; none for what was never listed, and what is no IRI of a study here.
    ///
    /// # Errors
    /// When it cannot be read.
    fn item(&mut self, iri: &str) -> Result<Option<Item>, Self::Error>;

    /// What is to be written of an item that has a version. None where that went out of sight since the snapshot was taken
    /// and its bytes with it: then it is listed as deleted, at the place and with the datestamp that it has in the snapshot.
    ///
    /// # Errors
    /// When it cannot be read.
    fn describe(&mut self, item: &Item) -> Result<Option<Described>, Self::Error>;
}
