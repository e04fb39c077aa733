//! What stands behind an id: the state machine's word on it (PROTOCOL.md section 3), as the database remembers it.

use ::web::http::Tombstone;
use ::web::page::ReasonInWords;
use protocol::entry::Reason;
use protocol::identifier::{Accession, Kind};

use super::error::ServeError;
use super::name::Name;
use super::state::State;
use crate::database::Connection;
use crate::database::record::{self, RecordRow};
use crate::database::standing::{self, StandingRow};

/// An id that answers, and the version of it that was asked for.
#[derive(Debug, Clone)]
pub(super) struct Resolved {
    /// The id.
    pub id: Accession,
    /// Whether the version was named, so that the answer never changes.
    pub is_versioned: bool,
    /// The version.
    pub row: RecordRow,
    /// All versions, oldest first.
    pub versions: Vec<RecordRow>,
    /// How it stands, where it is not simply public.
    pub mark: Option<Mark>,
}

/// A resource that answers but is not simply public.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Mark {
    /// Out of lists and search for a reason.
    Suppressed(StandingRow),
    /// An image that the newest version of its study no longer has.
    Superseded(StandingRow),
}

impl Mark {
    /// The value of the header `Ommatidia-State`.
    pub fn header(&self) -> String {
        match self {
            Mark::Suppressed(row) => format!("suppressed;reason={}", row.reason),
            Mark::Superseded(_) => "superseded".to_owned(),
        }
    }
}

impl Resolved {
    /// Id and version, as they stand in addresses.
    pub fn versioned(&self) -> String {
        format!("{}.{}", self.id, self.version())
    }

    /// The version.
    pub fn version(&self) -> u64 {
        self.row.version.unsigned_abs()
    }

    /// The newest version.
    pub fn latest(&self) -> u64 {
        self.versions
            .last()
            .map_or(0, |row| row.version.unsigned_abs())
    }

    /// The version of the study of an image that is shown with it: of a version that was named the one with which it was
    /// announced, which never changes; else the newest, as an image that stays as it was may be annotated and described anew.
    ///
    /// # Errors
    /// When the query fails.
    pub fn study(&self, connection: &mut Connection) -> Result<Option<RecordRow>, ServeError> {
        let Some(study) = self.id.study_part() else {
            return Ok(None);
        };
        if !self.is_versioned {
            let newest = record::latest(connection, study)?;
            if let Some(newest) = newest.filter(|newest| !newest.redacted) {
                return Ok(Some(newest));
            }
        }
        Ok(record::announced_with(connection, study, &self.row)?)
    }

    /// Id, and version where it was named: the address of what is shown.
    pub fn as_asked(&self) -> String {
        if self.is_versioned {
            self.versioned()
        } else {
            self.id.to_string()
        }
    }

    /// The record of this version is there.
    ///
    /// # Errors
    /// [`ServeError::Gone`] where it was redacted.
    pub fn with_record(self) -> Result<Resolved, ServeError> {
        if !self.row.redacted {
            return Ok(self);
        }
        let others = self
            .versions
            .iter()
            .filter(|row| !row.redacted)
            .map(|row| format!("{}.{}", row.id, row.version));
        let tombstone = Tombstone {
            id: self.versioned(),
            versions: others.collect(),
            ..Tombstone::default()
        };
        let detail = format!(
            "the description of version {} of {} was removed for legal cause; its digest stays in the log at index {}",
            self.version(),
            self.id,
            self.row.log_index
        );
        Err(ServeError::Gone {
            detail,
            tombstone: Box::new(tombstone),
        })
    }
}

/// Looks an id up.
///
/// # Errors
/// [`ServeError::NotFound`] for an id or a version that was never given, [`ServeError::Gone`] for what was withdrawn.
pub(super) fn resolve(
    state: &State,
    connection: &mut Connection,
    name: &Name,
) -> Result<Resolved, ServeError> {
    let versions = record::versions(connection, name.id.as_str())?;
    let Some(latest) = versions.last() else {
        return Err(ServeError::NotFound(format!(
            "there is no {} in this archive",
            name.id
        )));
    };
    let mark = standing_of(state, connection, name, &versions)?;
    let row = match name.version {
        None => latest.clone(),
        Some(version) => versions
            .iter()
            .find(|row| row.version.unsigned_abs() == version)
            .cloned()
            .ok_or_else(|| {
                ServeError::NotFound(format!(
                    "there is no version {version} of {}; the newest is {}",
                    name.id, latest.version
                ))
            })?,
    };
    Ok(Resolved {
        id: name.id.clone(),
        is_versioned: name.version.is_some(),
        row,
        versions,
        mark,
    })
}

/// How an id stands: an operation on its study holds for it as well, and what is gone is gone, but for the versions of an
/// image that only a newer version of its study no longer has.
fn standing_of(
    state: &State,
    connection: &mut Connection,
    name: &Name,
    versions: &[RecordRow],
) -> Result<Option<Mark>, ServeError> {
    let of_study = match name.id.study_part() {
        Some(study) if study != name.id.as_str() => standing::of(connection, study)?,
        _ => None,
    };
    let own = standing::of(connection, name.id.as_str())?;
    if let Some(row) = of_study.as_ref().filter(|row| row.is_gone()) {
        return Err(gone(state, name, row, Vec::new()));
    }
    match own.filter(StandingRow::is_gone) {
        Some(row) if is_superseded(&name.id, &row) => match name.version {
            Some(_) => return Ok(Some(Mark::Superseded(row))),
            None => {
                let still = versions
                    .iter()
                    .filter(|row| !row.redacted)
                    .map(|row| format!("{}.{}", row.id, row.version))
                    .collect();
                return Err(gone(state, name, &row, still));
            }
        },
        Some(row) => return Err(gone(state, name, &row, Vec::new())),
        None => {}
    }
    let suppressed = standing::effective(connection, name.id.as_str(), name.id.study_part())?;
    Ok(suppressed.map(Mark::Suppressed))
}

/// Whether an image went because a newer version of its study came without it.
pub(super) fn is_superseded(id: &Accession, row: &StandingRow) -> bool {
    id.kind() == Kind::Image
        && row.operation == "withdraw"
        && row.reason == Reason::Superseded.as_str()
}

/// The answer for something that was withdrawn or replaced.
pub(super) fn gone(
    state: &State,
    name: &Name,
    row: &StandingRow,
    versions: Vec<String>,
) -> ServeError {
    let done = if row.operation == "replace" {
        "replaced"
    } else {
        "withdrawn"
    };
    let part = if row.id == name.id.as_str() {
        String::new()
    } else {
        format!(", with all of {}", row.id)
    };
    let detail = format!(
        "{} was {done}{part} on {}: {}",
        name.id,
        ::web::words::date(&row.time),
        ReasonInWords::of(&row.reason).map_or(row.reason.as_str(), |reason| reason.means)
    );
    let tombstone = Tombstone {
        id: name.stem(),
        reason: Some(row.reason.clone()),
        time: Some(row.time.clone()),
        log_index: Some(row.log_index.unsigned_abs()),
        successor: row.replaced_by.clone(),
        successor_url: row
            .replaced_by
            .as_ref()
            .map(|by| format!("{}{by}", state.archive.config().namespace)),
        versions,
    };
    ServeError::Gone {
        detail,
        tombstone: Box::new(tombstone),
    }
}
