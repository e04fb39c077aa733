//! What is answered of something that is gone: 410, and what remains of it (docs/PROTOCOL.md section 3).

use ::web::http::Tombstone;
use ::web::page::reason_in_words;
use protocol::entry::Reason;
use protocol::history::State as Shown;
use protocol::identifier::{Accession, Namespace, ResourceId};

use crate::harvest::round::namespace_of;
use crate::ledger::Connection;
use crate::ledger::shown::{self, Version};
use crate::operate::Harvester;
use crate::serve::error::ServeError;
use crate::serve::name::Name;

/// How often a tombstone's successor is itself followed to its successor (section 10).
const MOST_FOLLOWED: usize = 8;

/// The answer for a version whose bytes were taken out.
pub(super) fn removed(
    connection: &mut Connection,
    name: &Name,
    versions: &[Version],
    index: u64,
) -> Result<ServeError, ServeError> {
    Ok(ServeError::Gone {
        detail: format!(
            "the description of {} was removed for legal cause; its digest stays in the log at index {index}",
            name.stem()
        ),
        tombstone: Box::new(Tombstone {
            id: name.stem(),
            versions: still_there(connection, versions)?,
            ..Tombstone::default()
        }),
    })
}

/// The versions that go on answering.
pub(super) fn still_there(
    connection: &mut Connection,
    versions: &[Version],
) -> Result<Vec<String>, ServeError> {
    let mut there = Vec::new();
    for version in versions {
        if shown::has_good_bytes(connection, version)? {
            there.push(format!("{}.{}", version.id, version.version));
        }
    }
    Ok(there)
}

/// The answer for something that was withdrawn or replaced.
pub(super) fn gone(
    harvester: &Harvester,
    connection: &mut Connection,
    name: &Name,
    part: &str,
    (reason, by): (Reason, Option<&ResourceId>),
    versions: Vec<String>,
) -> Result<ServeError, ServeError> {
    let why = reason_in_words(reason).means;
    let detail = match by {
        Some(by) => format!("{} was replaced{part} by {by}: {why}", name.id),
        None => format!("{} was withdrawn{part}: {why}", name.id),
    };
    let last = match by {
        Some(by) => Some(last_successor(connection, by)?),
        None => None,
    };
    Ok(ServeError::Gone {
        detail,
        tombstone: Box::new(Tombstone {
            id: name.stem(),
            reason: Some(reason.to_string()),
            successor: by.map(ToString::to_string),
            successor_url: last.and_then(|last| iri_of(harvester, &last)),
            versions,
            ..Tombstone::default()
        }),
    })
}

/// The end of a chain of replacements, or where it was left.
fn last_successor(
    connection: &mut Connection,
    first: &ResourceId,
) -> Result<ResourceId, ServeError> {
    let mut last = first.clone();
    for _ in 1..MOST_FOLLOWED {
        let Ok(id) = Accession::parse(last.as_str()) else {
            break;
        };
        match shown::own_state_of(connection, &id)? {
            Some(Shown::Gone { by: Some(by), .. }) => last = by,
            _ => break,
        }
    }
    Ok(last)
}

/// The IRI of something that a member named, where its prefix is known.
fn iri_of(harvester: &Harvester, id: &ResourceId) -> Option<String> {
    let roster = harvester.roster();
    let (prefix, _) = id.as_str().split_once('-')?;
    let mut members = roster.members.iter();
    let member = members.find(|member| member.prefix.as_str() == prefix)?;
    let namespace: Namespace = namespace_of(&roster, member);
    Some(format!("{}{id}", namespace.as_str()))
}
