//! Names of things: prefix, namespace, origin, accession, version (`docs/PROTOCOL.md` section 2).
//!
//! Every type here is made by its `parse` (or by a constructor that keeps the same grammar) and never changes afterwards.

mod accession;
mod names;
mod resource;

pub use accession::{Accession, Kind, VersionedId};
pub use names::{Namespace, Origin, Prefix};
pub use resource::ResourceId;

/// The largest serial or version number: fifteen digits, which every JSON reader holds exactly.
pub const MAX_NUMBER: u64 = 999_999_999_999_999;

/// A name that does not follow its grammar.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum IdentifierError {
    /// Not two to six capital letters.
    #[error("prefix {0:?} is not two to six capital letters; choose one such as \"DND\"")]
    Prefix(String),
    /// Not an absolute http(s) IRI that ends in `/id/`.
    #[error(
        "namespace {0:?} is not an http or https IRI that ends in \"/id/\", without query and fragment"
    )]
    Namespace(String),
    /// Not usable as the key name of a signed note.
    #[error(
        "origin {0:?} must be 1 to 255 bytes without scheme, spaces, plus signs and control characters, such as \"images.example.org/log\""
    )]
    Origin(String),
    /// Not a study, image, annotation, observations or statement.
    #[error(
        "accession {0:?} is not of the form DND-S42, DND-S42-I7, DND-S42-A1, DND-S42-O3 or DND-N9"
    )]
    Accession(String),
    /// Not an accession with a version behind a full stop.
    #[error(
        "versioned id {0:?} is not an accession, a full stop and a version from 1, such as DND-S42.2"
    )]
    VersionedId(String),
    /// Not even of the general form that later kinds will have.
    #[error("id {0:?} is not a prefix, a hyphen, and letters, digits or hyphens")]
    ResourceId(String),
    /// A serial or version outside 1 … 10¹⁵−1.
    #[error("number {0} is not between 1 and 999999999999999")]
    Number(u64),
    /// A part was asked for of something that is no study.
    #[error("{0} is no study, and only studies have images, annotations and observations")]
    NotAStudy(String),
}

/// Reads a decimal number from 1 to [`MAX_NUMBER`] without leading zeros.
pub(crate) fn parse_number(digits: &str) -> Option<u64> {
    let well_formed = (1..=15).contains(&digits.len())
        && !digits.starts_with('0')
        && digits.bytes().all(|byte| byte.is_ascii_digit());
    if well_formed {
        digits.parse().ok()
    } else {
        None
    }
}
