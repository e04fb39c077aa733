//! What a record says, read once into values: the one reading from which citations, catalogues and other people's forms
//! of a study are written ([`crate::formats`]).
//!
//! A record is a stranger's until somebody has read it, so nothing is taken for granted: what is absent is `None` or an
//! empty list, what stands where it should not is kept as a text, and no length is promised. A statement that has no place
//! here is kept in [`StudyView::others`], so nothing that a record says is lost on the way.

mod credit;
mod date;
mod facts;
mod image;
mod parts;
mod sample;
mod study;
mod terms;

pub use credit::{Article, Grant, Organisation, Person};
pub use date::Date;
pub use image::{ChannelView, FileView, ImageView, Step, read_image};
pub use parts::{Annotation, AnnotationFile, Component, Figure};
pub use sample::{Biosample, Preparation, Protocol, Specimen, Treatment};
pub use study::{Relation, StudyView, read_study};
pub use terms::Term;

use protocol::identifier::{Accession, Kind};
use protocol::record::Record;

/// A record that is not about what was to be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the record is about {found} and not about {expected}; ask for another form of it")]
pub struct ViewError {
    found: String,
    expected: &'static str,
}

/// The reading of any record, as far as there is one for its kind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reading {
    /// Of a study.
    Study(Box<StudyView>),
    /// Of an image.
    Image(Box<ImageView>),
    /// A record of another kind, or one that is not about what its name says.
    Other,
}

impl Reading {
    /// The study, where it is one.
    pub fn study(&self) -> Option<&StudyView> {
        match self {
            Reading::Study(study) => Some(study),
            _ => None,
        }
    }
}

/// Reads the record of a resource of a kind in a version, which the log counts: what the record itself says of it does not.
/// `label` gives the label of a term by its IRI, for terms that were submitted without one.
pub fn read(
    record: &Record,
    kind: Kind,
    version: u64,
    label: impl Fn(&str) -> Option<String>,
) -> Reading {
    match kind {
        Kind::Study => read_study(record).map_or(Reading::Other, |mut study| {
            study.version = Some(version.to_string());
            study.name_terms(label);
            Reading::Study(Box::new(study))
        }),
        Kind::Image => {
            read_image(record).map_or(Reading::Other, |image| Reading::Image(Box::new(image)))
        }
        _ => Reading::Other,
    }
}

/// A name with a value that no other word is made for.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Property {
    /// The name, as the source spells it.
    pub name: String,
    /// The value.
    pub value: String,
}

/// A statement that has no place of its own in the reading.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OtherStatement {
    /// The IRI of the resource, or of the hash node.
    pub subject: String,
    /// The IRI of the predicate.
    pub predicate: String,
    /// The object: an IRI, or the text of a literal.
    pub object: String,
}

/// The accession behind the last slash of a resource's IRI, where it is one of the kind that is wanted.
fn accession_of(iri: &str, kind: Kind, expected: &'static str) -> Result<Accession, ViewError> {
    let last = iri.rsplit('/').next().unwrap_or_default();
    let found = || ViewError {
        found: if iri.is_empty() { "nothing" } else { iri }.to_owned(),
        expected,
    };
    match Accession::parse(last) {
        Ok(accession) if accession.kind() == kind => Ok(accession),
        _ => Err(found()),
    }
}
