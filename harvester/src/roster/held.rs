//! The roster that holds, with every version before it.

use std::fs;
use std::path::PathBuf;

use anyhow::Context;
use protocol::digest::Digest;
use protocol::note::VerifierKey;
use protocol::roster::{Document, Followed, RosterError, TrustedRoster};
use time::OffsetDateTime;

use crate::data_folder::{DataFolder, write_durably};

/// The roster that a harvester goes by.
#[derive(Debug, Clone)]
pub struct HeldRoster {
    folder: DataFolder,
    trusted: TrustedRoster,
}

/// What became of a roster that was offered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Offered {
    /// It is the one that holds.
    Same,
    /// It follows, is stored and holds now.
    Newer,
    /// The roots changed in between: this version has to be offered first.
    Needs(u64),
}

impl HeldRoster {
    /// Keeps a first roster, signed by enough of the given keys.
    ///
    /// # Errors
    /// [`RosterError`] as a sentence; when it cannot be written.
    pub fn first(
        folder: &DataFolder,
        note: &[u8],
        roots: &[VerifierKey],
        threshold: u64,
    ) -> anyhow::Result<Self> {
        let held = Self {
            folder: folder.clone(),
            trusted: TrustedRoster::first(note, roots, threshold)?,
        };
        held.store()?;
        Ok(held)
    }

    /// The roster that is stored. It was checked when it was stored, and its signatures by its own roots are checked again.
    ///
    /// # Errors
    /// When it is missing or damaged.
    pub fn open(folder: &DataFolder) -> anyhow::Result<Self> {
        let path = folder.roster();
        let note = fs::read(&path).with_context(|| format!("{} cannot be read", path.display()))?;
        let damaged = || {
            format!(
                "{} is damaged; every version is in {}, put the newest in its place",
                path.display(),
                folder.rosters().display()
            )
        };
        let text = protocol::note::Note::parse(&note).with_context(damaged)?;
        let own = protocol::roster::Roster::parse(text.text()).with_context(damaged)?;
        let roots = &own.document().roots;
        let trusted =
            TrustedRoster::first(&note, &roots.keys, roots.threshold).with_context(damaged)?;
        Ok(Self {
            folder: folder.clone(),
            trusted,
        })
    }

    /// What it says.
    pub fn document(&self) -> &Document {
        self.trusted.roster().document()
    }

    /// The signed note of a version, for whoever asks for it.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn note(&self, version: u64) -> anyhow::Result<Option<Vec<u8>>> {
        let path = self.path_of(version);
        match fs::read(&path) {
            Ok(note) => Ok(Some(note)),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error).with_context(|| format!("{} cannot be read", path.display())),
        }
    }

    /// Takes a roster that follows the one that holds. Two of one version with other texts are kept as evidence, and the one that holds
    /// stays.
    ///
    /// # Errors
    /// [`RosterError`] says which rule it breaks; the one that holds stays.
    pub fn offer(&mut self, note: &[u8]) -> anyhow::Result<Offered> {
        match self.trusted.follow(note) {
            Ok(Followed::Same) => Ok(Offered::Same),
            Ok(Followed::Newer(newer)) => {
                let next = Self {
                    folder: self.folder.clone(),
                    trusted: *newer,
                };
                next.store()?;
                *self = next;
                Ok(Offered::Newer)
            }
            Err(RosterError::Gap { held }) => Ok(Offered::Needs(held + 1)),
            // where roots were replaced since, those held signed nothing of it: its number is believed just enough to ask for the next
            // version, which is checked like any
            Err(error @ RosterError::Threshold { .. }) => {
                let next = self.document().version + 1;
                match stated_version(note) {
                    Some(version) if version > next => Ok(Offered::Needs(next)),
                    _ => Err(error.into()),
                }
            }
            Err(error @ RosterError::Conflict(version)) => {
                let name = format!(
                    "roster-{version}-{}.note",
                    &Digest::of(note).to_string()[..16]
                );
                write_durably(&self.folder.evidence().join(name), note)?;
                Err(error.into())
            }
            Err(error) => Err(error.into()),
        }
    }

    /// Whether it has expired: then nothing new is judged.
    pub fn is_expired(&self, now: OffsetDateTime) -> bool {
        now.unix_timestamp() >= self.document().expires.unix_seconds()
    }

    /// Days until it expires, rounded down; negative when it has.
    pub fn days_left(&self, now: OffsetDateTime) -> i64 {
        (self.document().expires.unix_seconds() - now.unix_timestamp()).div_euclid(86_400)
    }

    /// The version first, then what says that it holds.
    fn store(&self) -> anyhow::Result<()> {
        let note = self.trusted.note().to_bytes();
        write_durably(&self.path_of(self.document().version), &note)?;
        write_durably(&self.folder.roster(), &note)
    }

    fn path_of(&self, version: u64) -> PathBuf {
        self.folder.rosters().join(version.to_string())
    }
}

/// The version that a note says it is, whoever signed it.
fn stated_version(note: &[u8]) -> Option<u64> {
    let note = protocol::note::Note::parse(note).ok()?;
    let roster = protocol::roster::Roster::parse(note.text()).ok()?;
    Some(roster.version())
}
