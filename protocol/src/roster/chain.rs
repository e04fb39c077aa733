//! How one roster follows another: by the signatures of the roots, and only by adding (section 5).

use std::collections::{HashMap, HashSet};

use super::document::{Document, Log, Member, Roots};
use super::{Roster, RosterError};
use crate::note::{Note, NoteError, VerifierKey};

/// A roster that those signed who had to. Made by [`TrustedRoster::first`] and [`TrustedRoster::follow`] only.
#[derive(Debug, Clone, PartialEq)]
pub struct TrustedRoster {
    roster: Roster,
    note: Note,
}

/// What a note was, compared with the roster held.
#[derive(Debug, Clone, PartialEq)]
pub enum Followed {
    /// The roster held, perhaps with other signatures.
    Same,
    /// A later one, to be held from now on.
    Newer(Box<TrustedRoster>),
}

impl TrustedRoster {
    /// The first roster, checked against the root keys and the threshold that an operator was told.
    ///
    /// # Errors
    /// [`RosterError::Note`], [`RosterError::Threshold`] when too few signed, and what [`Roster::parse`] refuses. A threshold below 1 or
    /// above the number of distinct keys is [`RosterError::Invalid`].
    pub fn first(note: &[u8], keys: &[VerifierKey], threshold: u64) -> Result<Self, RosterError> {
        let distinct: HashSet<_> = keys.iter().map(VerifierKey::public_key).collect();
        if !(1..=distinct.len() as u64).contains(&threshold) {
            let detail = format!(
                "threshold {threshold} does not fit {} root keys",
                distinct.len()
            );
            return Err(RosterError::Invalid(detail));
        }
        let note = Note::parse(note)?;
        check_threshold(&note, keys, threshold, "known")?;
        let roster = Roster::parse(note.text())?;
        Ok(Self { roster, note })
    }

    /// Compares a note with this roster. A later version must be signed by the threshold of this one's roots; where its roots are others,
    /// it must be the very next version and signed by the threshold of its own too; and it may only add to what this one says.
    ///
    /// # Errors
    /// Any [`RosterError`]; [`RosterError::Gap`] says which version to fetch first, [`RosterError::Conflict`] what to keep.
    pub fn follow(&self, note: &[u8]) -> Result<Followed, RosterError> {
        let note = Note::parse(note)?;
        let (held, roots) = (self.roster.version(), &self.roster.document().roots);
        check_threshold(&note, &roots.keys, roots.threshold, "known")?;
        if note.text() == self.roster.text() {
            return Ok(Followed::Same);
        }
        let next = Roster::parse(note.text())?;
        let found = next.version();
        if found < held {
            return Err(RosterError::Older { found, held });
        }
        if found == held {
            return Err(RosterError::Conflict(held));
        }
        let new_roots = &next.document().roots;
        if !same_roots(roots, new_roots) {
            if found != held + 1 {
                return Err(RosterError::Gap { held });
            }
            check_threshold(&note, &new_roots.keys, new_roots.threshold, "new")?;
        }
        check_appended(self.roster.document(), next.document())?;
        Ok(Followed::Newer(Box::new(Self { roster: next, note })))
    }

    /// The roster.
    pub fn roster(&self) -> &Roster {
        &self.roster
    }

    /// The note that it came in.
    pub fn note(&self) -> &Note {
        &self.note
    }
}

/// Signatures count by distinct public key.
fn check_threshold(
    note: &Note,
    keys: &[VerifierKey],
    threshold: u64,
    whose: &'static str,
) -> Result<(), RosterError> {
    let signers = match note.verify(keys) {
        Ok(signers) => signers,
        Err(NoteError::NoKnownKey) => Vec::new(),
        Err(error) => return Err(error.into()),
    };
    let distinct: HashSet<_> = signers
        .into_iter()
        .map(|place| keys[place].public_key())
        .collect();
    if distinct.len() as u64 >= threshold {
        return Ok(());
    }
    Err(RosterError::Threshold {
        whose,
        found: distinct.len(),
        needed: threshold as usize,
    })
}

fn same_roots(held: &Roots, next: &Roots) -> bool {
    let keys = |roots: &Roots| roots.keys.iter().cloned().collect::<HashSet<_>>();
    held.threshold == next.threshold && keys(held) == keys(next)
}

fn check_appended(held: &Document, next: &Document) -> Result<(), RosterError> {
    if held.namespace != next.namespace {
        return changed(format!("the namespace {}", held.namespace));
    }
    let found: HashMap<_, _> = next
        .members
        .iter()
        .map(|member| (&member.id, member))
        .collect();
    for member in &held.members {
        match found.get(&member.id) {
            Some(next) => check_member_appended(member, next)?,
            None => return changed(format!("member {}, which is missing", member.id)),
        }
    }
    Ok(())
}

fn check_member_appended(held: &Member, next: &Member) -> Result<(), RosterError> {
    let id = &held.id;
    if held.prefix != next.prefix {
        return changed(format!("the prefix of {id}"));
    }
    if held.namespace != next.namespace {
        return changed(format!("the namespace of {id}"));
    }
    if held.logs.len() > next.logs.len() {
        return changed(format!("the logs of {id}, of which one is missing"));
    }
    held.logs
        .iter()
        .zip(&next.logs)
        .try_for_each(|(held, next)| check_log_appended(held, next))
}

/// A log keeps its name and its past keys; what closed stays closed, at the same head. Its address may change.
fn check_log_appended(held: &Log, next: &Log) -> Result<(), RosterError> {
    let origin = &held.origin;
    if held.origin != next.origin {
        return changed(format!("log {origin}, which has another origin"));
    }
    let key = |key: &super::LogKey| (key.vkey.clone(), key.from, key.root);
    let past_keys_stay = next.keys.len() >= held.keys.len()
        && held
            .keys
            .iter()
            .zip(&next.keys)
            .all(|(held, next)| key(held) == key(next));
    if !past_keys_stay {
        return changed(format!("the keys of log {origin}"));
    }
    if let Some(closed) = &held.closed {
        let head = |closed: &super::Closed| (closed.size, closed.root);
        let stays = next.closed.as_ref().map(head) == Some(head(closed));
        if !stays || next.keys.len() != held.keys.len() {
            return changed(format!("log {origin}, which is closed"));
        }
    }
    Ok(())
}

fn changed<T>(what: String) -> Result<T, RosterError> {
    Err(RosterError::NotAppended(what))
}
