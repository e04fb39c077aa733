//! What stands behind an id: the record that answers, or what became of it (docs/PROTOCOL.md section 3).

mod gone;

use diesel::Connection as _;
use protocol::entry::Reason;
use protocol::history::State as Shown;
use protocol::identifier::Kind;

use super::error::ServeError;
use super::name::Name;
use super::owner::Owner;
use crate::ledger::Connection;
use crate::ledger::shown::{self, Version};
use crate::operate::Harvester;
use gone::{gone, removed, still_there};

/// A record that answers.
pub(super) struct Found {
    /// its member
    pub owner: Owner,
    /// which version
    pub version: Version,
    /// all of them
    pub versions: Vec<Version>,
    /// how it stands
    pub mark: Mark,
    /// canonical N-Quads
    pub bytes: Vec<u8>,
}

/// How something that answers stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mark {
    /// For everybody to find.
    Public,
    /// Out of lists and search.
    Suppressed,
    /// A version of an image that the newest version of its study no longer has.
    Superseded,
}

impl Mark {
    /// The word in answers of the API: `gone` is the resource, of which this version goes on answering.
    pub fn state(self) -> &'static str {
        match self {
            Self::Public => "public",
            Self::Suppressed => "suppressed",
            Self::Superseded => "gone",
        }
    }

    /// The value of the header `Ommatidia-State`, where it is not simply public.
    pub fn header(self) -> Option<&'static str> {
        match self {
            Self::Public => None,
            Self::Suppressed => Some("suppressed"),
            Self::Superseded => Some("superseded"),
        }
    }
}

/// What is known of a name.
pub(super) enum Known {
    /// A record.
    Record(Box<Found>),
    /// Nothing: the member may have published it since.
    Nothing(Owner),
    /// It was announced, and nothing that can be shown came with it.
    Aside(Owner),
}

/// Looks a name up.
///
/// # Errors
/// 404 for a prefix that nobody has, 410 for what is gone.
pub(super) fn look_up(harvester: &Harvester, name: &Name) -> Result<Known, ServeError> {
    let look = || {
        let connection = &mut *harvester.desk().ledger.reader()?;
        // one snapshot: state and versions are of the same moment
        connection.transaction(|connection| known(harvester, connection, name))
    };
    match look() {
        // bytes may be erased between the snapshot and their reading: what is known a moment later says that they are gone
        Err(ServeError::Broken(_)) => look(),
        found => found,
    }
}

/// The record that a name means.
///
/// # Errors
/// 404 where nothing can be shown, 410 for what is gone.
pub(super) fn find(harvester: &Harvester, name: &Name) -> Result<Found, ServeError> {
    record(look_up(harvester, name)?, name)
}

/// The record, where what is known of a name is one.
///
/// # Errors
/// 404 where nothing can be shown.
pub(super) fn record(known: Known, name: &Name) -> Result<Found, ServeError> {
    match known {
        Known::Record(found) => Ok(*found),
        Known::Nothing(owner) => Err(ServeError::NotFound(format!(
            "{} is not known here; {} may have it already",
            name.stem(),
            owner.member.name
        ))),
        Known::Aside(owner) => Err(aside(name, &owner)),
    }
}

/// What was announced and cannot be shown.
fn aside(name: &Name, owner: &Owner) -> ServeError {
    ServeError::NotFound(format!(
        "{} was announced and stands aside; /api/v1/members/{}/report says why",
        name.stem(),
        owner.member.id
    ))
}

fn known(
    harvester: &Harvester,
    connection: &mut Connection,
    name: &Name,
) -> Result<Known, ServeError> {
    let owner = Owner::of(harvester, connection, &name.id)?;
    let versions = shown::versions(connection, &name.id)?;
    let Some(mark) = standing(harvester, connection, name, &versions)? else {
        return Ok(Known::Nothing(owner));
    };
    let wanted = versions.iter().find(|version| match name.version {
        Some(number) => version.version == number,
        None => version.is_current(),
    });
    let Some(version) = wanted.cloned() else {
        return Ok(match name.version {
            Some(_) => Known::Nothing(owner),
            None => without_current(connection, name, &versions, owner)?,
        });
    };
    if version.is_removed() && !shown::has_good_bytes(connection, &version)? {
        return Err(removed(connection, name, &versions, version.index)?);
    }
    if !version.is_kept() && !version.is_removed() {
        return Ok(Known::Aside(owner));
    }
    let bytes = harvester.projections().record_of(&version)?;
    let bytes = bytes.ok_or_else(|| {
        ServeError::Broken(anyhow::anyhow!(
            "the record {} of {} is not in the mirror; `omma-harvester check` says what is damaged",
            version.digest,
            name.stem()
        ))
    })?;
    Ok(Known::Record(Box::new(Found {
        owner,
        version,
        versions,
        mark,
        bytes,
    })))
}

/// No version is the newest good one: all were redacted, or nothing good came yet.
fn without_current(
    connection: &mut Connection,
    name: &Name,
    versions: &[Version],
    owner: Owner,
) -> Result<Known, ServeError> {
    match versions.iter().rev().find(|version| version.is_removed()) {
        Some(version) => Err(removed(connection, name, versions, version.index)?),
        None => Ok(Known::Aside(owner)),
    }
}

/// How a name stands: an operation on its study holds for it as well, and what is gone is gone, but for the versions of an
/// image that only a newer version of its study no longer has. None for what was never accepted.
fn standing(
    harvester: &Harvester,
    connection: &mut Connection,
    name: &Name,
    versions: &[Version],
) -> Result<Option<Mark>, ServeError> {
    let Some(own) = shown::own_state_of(connection, &name.id)? else {
        return Ok(None);
    };
    let study = name.id.study_id().filter(|study| *study != name.id);
    let of_study = match &study {
        Some(study) => shown::own_state_of(connection, study)?,
        None => None,
    };
    // asked before the image itself: who withdrew a study takes every version of its images with it
    if let (Some(study), Some(Shown::Gone { reason, by })) = (&study, &of_study) {
        let part = format!(", with all of {study}");
        return Err(gone(
            harvester,
            connection,
            name,
            &part,
            (*reason, by.as_ref()),
            Vec::new(),
        )?);
    }
    if let Shown::Gone { reason, by } = &own {
        let is_superseded =
            name.id.kind() == Kind::Image && *reason == Reason::Superseded && by.is_none();
        if is_superseded && name.version.is_some() {
            return Ok(Some(Mark::Superseded));
        }
        let there = if is_superseded {
            still_there(connection, versions)?
        } else {
            Vec::new()
        };
        return Err(gone(
            harvester,
            connection,
            name,
            "",
            (*reason, by.as_ref()),
            there,
        )?);
    }
    let is_suppressed = own == Shown::Suppressed || of_study == Some(Shown::Suppressed);
    Ok(Some(if is_suppressed {
        Mark::Suppressed
    } else {
        Mark::Public
    }))
}
