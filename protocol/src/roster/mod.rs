//! The roster: who belongs to the federation, with which keys and logs (`docs/PROTOCOL.md` section 5).
//!
//! `document` is its form, `check` what makes one valid by itself, `chain` how one follows another, `log` which key counts when,
//! `offline` what it says about a proof file.

mod base58;
mod chain;
mod check;
mod document;
mod log;
mod offline;

pub use chain::{Followed, TrustedRoster};
pub use document::{
    Closed, Document, Log, LogKey, Member, RecordKey, Roots, Source, Status, Trust, Witness,
};
pub use log::PinError;
pub use offline::{OfflineError, Verdict};

use crate::identifier::{Namespace, Origin, Prefix};
use crate::jcs::{self, JcsError};
use crate::note::{Note, NoteError, SigningKey};

/// The first line of a roster's text.
pub const FORMAT: &str = "ommatidia-roster/v1";

/// The longest roster text: 4 MiB (section 10).
pub const MAX_BYTES: usize = 4 << 20;

/// The most members (section 10).
pub const MAX_MEMBERS: usize = 10_000;

/// The longest time from `issued` to `expires`: 100 days, in seconds.
pub const MAX_LIFETIME: i64 = 100 * 86_400;

/// A roster that is valid by itself. Whether to trust it is decided by who signed it: see [`TrustedRoster`].
#[derive(Debug, Clone, PartialEq)]
pub struct Roster {
    document: Document,
    text: String,
}

/// Why a text is no roster, or a roster may not follow the one that is held.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RosterError {
    /// Not the form of a roster.
    #[error("not a roster: {0}")]
    Malformed(String),
    /// Not JSON in canonical form.
    #[error("not a roster: {0}")]
    Json(#[from] JcsError),
    /// A rule that the roster breaks by itself.
    #[error("roster is invalid: {0}")]
    Invalid(String),
    /// Not a note, or with a false signature.
    #[error("roster: {0}")]
    Note(#[from] NoteError),
    /// Signed by fewer of the roots than have to.
    #[error("roster is signed by {found} of the {whose} roots and needs {needed}")]
    Threshold {
        /// "known" for those of the roster held, "new" for its own
        whose: &'static str,
        /// distinct keys that signed
        found: usize,
        /// the threshold
        needed: usize,
    },
    /// The roots changed in between, so every version from here on is needed.
    #[error("the roots changed after version {held}: fetch version {} first", held + 1)]
    Gap {
        /// the version that is held
        held: u64,
    },
    /// A version that is older than the one held.
    #[error("roster version {found} is older than version {held}, which is held")]
    Older {
        /// of the roster read
        found: u64,
        /// of the roster held
        held: u64,
    },
    /// The same version with another text: keep it as evidence against the roots.
    #[error("there are two rosters of version {0} with different texts; keep both as evidence")]
    Conflict(u64),
    /// A change of what may only grow.
    #[error("roster changes what may only grow: {0}")]
    NotAppended(String),
}

impl Roster {
    /// Checks a document and writes it as a roster.
    ///
    /// # Errors
    /// [`RosterError::Invalid`] names the rule and the member; [`RosterError::Json`] for numbers that JSON cannot carry.
    pub fn new(document: Document) -> Result<Self, RosterError> {
        let value = serde_json::to_value(&document).map_err(malformed)?;
        let json = String::from_utf8(jcs::to_bytes(&value)?).map_err(malformed)?;
        Self::checked(document, format!("{FORMAT}\n{json}\n"))
    }

    /// Reads a note's text strictly: two lines, the second in canonical form. Members that are not known are kept.
    ///
    /// # Errors
    /// [`RosterError::Malformed`], [`RosterError::Json`] and [`RosterError::Invalid`].
    pub fn parse(text: &str) -> Result<Self, RosterError> {
        check_length(text)?;
        let json = text
            .strip_prefix(FORMAT)
            .and_then(|rest| rest.strip_prefix('\n')?.strip_suffix('\n'))
            .ok_or_else(|| malformed("it is not ommatidia-roster/v1, a line, and a line feed"))?;
        let value = jcs::parse_exact(json.as_bytes())?;
        let document = serde_json::from_value(value).map_err(malformed)?;
        Self::checked(document, text.to_owned())
    }

    fn checked(document: Document, text: String) -> Result<Self, RosterError> {
        check_length(&text)?;
        check::check(&document)?;
        Ok(Self { document, text })
    }

    /// What it says, to read, or to copy, change and give to [`Roster::new`].
    pub fn document(&self) -> &Document {
        &self.document
    }

    /// The text that roots sign.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The version, from 1.
    pub fn version(&self) -> u64 {
        self.document.version
    }

    /// The federation's namespace.
    pub fn namespace(&self) -> &Namespace {
        &self.document.namespace
    }

    /// The namespace that a member's records use: its own, or the federation's.
    pub fn namespace_of<'a>(&'a self, member: &'a Member) -> &'a Namespace {
        member
            .namespace
            .as_ref()
            .unwrap_or(&self.document.namespace)
    }

    /// All members, in the roster's order.
    pub fn members(&self) -> &[Member] {
        &self.document.members
    }

    /// The member that owns a prefix.
    pub fn member_of_prefix(&self, prefix: &Prefix) -> Option<&Member> {
        self.document
            .members
            .iter()
            .find(|member| member.prefix == *prefix)
    }

    /// The log of this origin, and the member that it belongs to.
    pub fn log(&self, origin: &Origin) -> Option<(&Member, &Log)> {
        let logs = |member: &'_ Member| member.logs.iter().position(|log| log.origin == *origin);
        self.document
            .members
            .iter()
            .find_map(|member| logs(member).map(|place| (member, &member.logs[place])))
    }

    /// Whether `now`, in POSIX seconds, is after its last moment.
    pub fn is_expired(&self, now: i64) -> bool {
        now > self.document.expires.unix_seconds()
    }

    /// The roster as a note with the first root's signature; more are added with [`Note::add`] and [`SigningKey::sign`].
    ///
    /// # Errors
    /// As [`Note::new`].
    pub fn sign(&self, root: &SigningKey) -> Result<Note, RosterError> {
        Ok(root.sign_note(self.text.clone())?)
    }
}

fn check_length(text: &str) -> Result<(), RosterError> {
    if text.len() > MAX_BYTES {
        return Err(malformed("it has more than 4 MiB"));
    }
    Ok(())
}

fn malformed(detail: impl std::fmt::Display) -> RosterError {
    RosterError::Malformed(detail.to_string())
}
