//! The roster that holds, with every version before it.

use std::fs;
use std::path::PathBuf;

use anyhow::Context;
use protocol::digest::Digest;
use protocol::note::{Note, VerifierKey};
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
        let text = Note::parse(&note).with_context(damaged)?;
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
                self.keep_evidence(version, note)?;
                Err(error.into())
            }
            Err(error) => Err(error.into()),
        }
    }

    /// Evidence that the roots signed another roster of the version that holds.
    ///
    /// # Errors
    /// When the folder of the evidence cannot be read.
    pub fn contradiction(&self) -> anyhow::Result<Option<PathBuf>> {
        let folder = self.folder.evidence();
        let unreadable = || format!("{} cannot be read", folder.display());
        let prefix = format!("roster-{}-", self.document().version);
        let mut found = None;
        for file in fs::read_dir(&folder).with_context(unreadable)? {
            let file = file.with_context(unreadable)?;
            let name = file.file_name();
            let name = name.to_string_lossy();
            if name.starts_with(&prefix) && name.ends_with(".note") {
                // always the same of several
                found = found.into_iter().chain([file.path()]).min();
            }
        }
        Ok(found)
    }

    /// Once for each text: whoever serves it can add signatures of keys that nobody knows, as many as they like, and each would be another
    /// note of some MiB.
    fn keep_evidence(&self, version: u64, note: &[u8]) -> anyhow::Result<()> {
        let text = Digest::of(Note::parse(note)?.text().as_bytes()).to_string();
        let name = format!("roster-{version}-{}.note", &text[..16]);
        let place = self.folder.evidence().join(name);
        if place.exists() {
            return Ok(());
        }
        write_durably(&place, note)
    }

    /// Whether it has expired: then nothing new is judged.
    pub fn is_expired(&self, now: OffsetDateTime) -> bool {
        self.trusted.roster().is_expired(now.unix_timestamp())
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
    let note = Note::parse(note).ok()?;
    let roster = protocol::roster::Roster::parse(note.text()).ok()?;
    Some(roster.version())
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

    use protocol::note::SigningKey;
    use protocol::roster::Roster;

    use super::*;

    const LAST_SECOND: &str = "2026-12-01T00:00:00Z";

    /// Version 1 of a federation of one root, under this name.
    fn named(name: &str, root: &SigningKey) -> Note {
        let text = format!(
            "ommatidia-roster/v1\n{{\"expires\":\"{LAST_SECOND}\",\"issued\":\"2026-11-21T09:30:00Z\",\"members\":[],\"name\":\"{name}\",\"namespace\":\"https://i.example.org/id/\",\"quorum\":0,\"roots\":{{\"keys\":[\"{}\"],\"threshold\":1}},\"version\":1,\"witnesses\":[]}}\n",
            root.vkey()
        );
        Roster::parse(&text).unwrap().sign(root).unwrap()
    }

    #[test]
    fn a_contradiction_is_kept_once_however_it_is_dressed_up() {
        let place = tempfile::tempdir().unwrap();
        let root = SigningKey::from_seed("i/root", &[1; 32]).unwrap();
        let roots = [root.vkey().clone()];
        let first = named("One", &root).to_bytes();
        let folder = DataFolder::create(&place.path().join("data"), |folder| {
            HeldRoster::first(folder, &first, &roots, 1).map(drop)
        })
        .unwrap();
        let mut held = HeldRoster::open(&folder).unwrap();
        let mut contradiction = named("Two", &root);
        let plain = contradiction.to_bytes();
        // whoever serves the roster can add signatures of keys that nobody knows, as many as they like
        for seed in 2..7 {
            assert!(held.offer(&contradiction.to_bytes()).is_err());
            let stranger = SigningKey::from_seed("stranger", &[seed; 32]).unwrap();
            let signature = stranger.sign(contradiction.text());
            contradiction.add(signature).unwrap();
        }
        let kept: Vec<_> = fs::read_dir(folder.evidence()).unwrap().collect();
        assert_eq!(kept.len(), 1);
        assert_eq!(fs::read(kept[0].as_ref().unwrap().path()).unwrap(), plain);
        // another text is other evidence
        assert!(held.offer(&named("Three", &root).to_bytes()).is_err());
        assert_eq!(fs::read_dir(folder.evidence()).unwrap().count(), 2);
        assert_eq!(held.note(1).unwrap(), Some(first));
    }

    #[test]
    fn it_holds_to_its_last_second_as_everywhere_else() {
        let place = tempfile::tempdir().unwrap();
        let root = SigningKey::from_seed("i/root", &[1; 32]).unwrap();
        let note = named("One", &root).to_bytes();
        let roots = [root.vkey().clone()];
        let folder = DataFolder::create(&place.path().join("data"), |folder| {
            HeldRoster::first(folder, &note, &roots, 1).map(drop)
        })
        .unwrap();
        let held = HeldRoster::open(&folder).unwrap();
        let last = held.document().expires.unix_seconds();
        for (second, is_expired) in [(last, false), (last + 1, true)] {
            let now = OffsetDateTime::from_unix_timestamp(second).unwrap();
            assert_eq!(held.is_expired(now), is_expired);
            assert_eq!(held.trusted.roster().is_expired(second), is_expired);
        }
    }
}
