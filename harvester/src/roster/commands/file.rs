//! FILE, the roster that a federation's roots work on, and how a next version takes its place.
//!
//! The order, and what a crash in each gap leaves:
//!
//! 1. The lock of the folder is taken: two commands at once would make two versions of one number, which is what a harvester keeps as
//!    evidence against the roots.
//! 2. FILE and the version before it are read, and FILE has to be a version that a harvester would accept. A version that was never
//!    complete cannot be followed, as it would be a gap for ever.
//! 3. The next version is made and checked in memory. An error up to here has changed nothing.
//! 4. FILE is kept as `FILE.<version>`. A crash after this: FILE stands twice, which the next command finds and takes for done.
//! 5. The new version takes FILE's place, in one step.

use std::fs;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use anyhow::{Context, anyhow, bail, ensure};
use protocol::note::{MAX_SIGNATURE_BYTES, Note, NoteError, SigningKey, VerifierKey};
use protocol::roster::{Document, MAX_BYTES, Roster, RosterError, TrustedRoster};
use protocol::timestamp::Timestamp;
use time::OffsetDateTime;

use super::console::Console;
use super::standing::{Standing, say_what_lacks, standing_of, trust_itself};
use crate::clock::rfc3339;
use crate::data_folder::write_durably;

/// A roster's text and its signatures, with some room for the blank line between.
const MOST_BYTES: u64 = (MAX_BYTES + MAX_SIGNATURE_BYTES + 64) as u64;

/// A roster in a file, as it stands: valid by itself, none of its signatures false; whether there are enough is [`RosterFile::standing`].
#[derive(Debug)]
pub(super) struct RosterFile {
    path: PathBuf,
    note: Note,
    roster: Roster,
}

impl RosterFile {
    /// Reads a file. None of the signatures of its roots, or of the roots before, may be false.
    pub(super) fn read(path: &Path) -> anyhow::Result<Self> {
        let path = absolute(path)?;
        let bytes = read_bounded(&path).map_err(|error| match error.kind() {
            io::ErrorKind::NotFound => anyhow!(
                "there is no roster {}; `omma-harvester roster new` makes one",
                path.display()
            ),
            _ => anyhow!("the roster {} cannot be read: {error}", path.display()),
        })?;
        let what = || format!("{} is refused", path.display());
        let note = Note::parse(&bytes).with_context(what)?;
        let roster = Roster::parse(note.text()).with_context(what)?;
        let read = Self { path, note, roster };
        read.signers(&read.roster.document().roots.keys)
            .with_context(|| format!("{} is refused", read.path.display()))?;
        Ok(read)
    }

    /// Which of these keys signed.
    pub(super) fn signers(&self, keys: &[VerifierKey]) -> Result<Vec<VerifierKey>, NoteError> {
        match self.note.verify(keys) {
            Ok(places) => Ok(places
                .into_iter()
                .map(|place| keys[place].clone())
                .collect()),
            Err(NoteError::NoKnownKey) => Ok(Vec::new()),
            Err(error) => Err(error),
        }
    }

    /// What it says.
    pub(super) fn roster(&self) -> &Roster {
        &self.roster
    }

    /// Where it is.
    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// The version before this one, which is kept beside it; none of the first.
    ///
    /// # Errors
    /// When it is missing, damaged, or not signed by its own roots.
    pub(super) fn before(&self) -> anyhow::Result<Option<TrustedRoster>> {
        let version = self.roster.version();
        if version == 1 {
            return Ok(None);
        }
        let path = beside(&self.path, version - 1);
        let bytes = read_bounded(&path).map_err(|error| {
            anyhow!(
                "{}, the version before, cannot be read: {error}; put it back, as without it nobody can tell whether version {version} follows",
                path.display()
            )
        })?;
        let trusted =
            trust_itself(&bytes).with_context(|| format!("{} is refused", path.display()))?;
        let found = trusted.roster().version();
        ensure!(
            found == version - 1,
            "{} is version {found} and should be version {}; put the right one there",
            path.display(),
            version - 1
        );
        Ok(Some(trusted))
    }

    /// Whether those signed who have to: its own roots, and those of the version before.
    ///
    /// # Errors
    /// When it does not follow the version before, whoever signs.
    pub(super) fn standing(&self) -> anyhow::Result<Standing> {
        let before = self.before()?;
        standing_of(before.as_ref(), &self.note)
            .with_context(|| format!("{} is refused", self.path.display()))
    }

    /// The keys whose signatures count: its own roots, and those of the version before.
    pub(super) fn eligible(&self) -> anyhow::Result<Vec<VerifierKey>> {
        let mut keys = self.roster.document().roots.keys.clone();
        if let Some(before) = self.before()? {
            for key in &before.roster().document().roots.keys {
                if !keys.contains(key) {
                    keys.push(key.clone());
                }
            }
        }
        Ok(keys)
    }

    /// Adds a signature, and writes it when the version is one that may yet be followed.
    ///
    /// # Errors
    /// When it is not, or FILE cannot be written; FILE is then as it was.
    pub(super) fn add_signature(&mut self, key: &SigningKey) -> anyhow::Result<Standing> {
        let mut note = self.note.clone();
        note.add(key.sign(self.roster.text()))?;
        let standing = standing_of(self.before()?.as_ref(), &note)
            .with_context(|| format!("{} is not signed, as it is refused", self.path.display()))?;
        write_durably(&self.path, &note.to_bytes())?;
        self.note = note;
        Ok(standing)
    }

    /// Makes the next version, signed by one root, and puts it in FILE's place. It is valid from now for as long as this one was, unless
    /// the change says otherwise.
    ///
    /// # Errors
    /// When FILE is not complete, the key is no root's, the change is not allowed, or a file cannot be written; FILE is then as it was.
    pub(super) fn replace(
        &self,
        key: &SigningKey,
        console: &mut Console<'_>,
        change: impl FnOnce(&mut Document) -> anyhow::Result<()>,
    ) -> anyhow::Result<()> {
        let held = match self.standing()? {
            Standing::Complete(held) => held,
            Standing::Lacks(error) => return Err(self.cannot_be_followed(&error)),
        };
        check_is_root(key, &self.roster.document().roots.keys, &self.path)?;
        let mut document = self.roster.document().clone();
        document.version += 1;
        let lifetime = document.expires.unix_seconds() - document.issued.unix_seconds();
        set_times(&mut document, console.clock.now(), lifetime)?;
        change(&mut document)?;
        let roster = Roster::new(document)?;
        let note = roster.sign(key)?;
        let standing = standing_of(Some(&held), &note)?;
        let kept = self.keep()?;
        write_durably(&self.path, &note.to_bytes())?;
        console.say(format_args!(
            "{} is version {} now; version {} is kept as {}. Every version is served for ever: keep them together",
            self.path.display(),
            roster.version(),
            self.roster.version(),
            kept.display()
        ))?;
        say_what_lacks(&standing, &self.path, console)
    }

    fn cannot_be_followed(&self, error: &RosterError) -> anyhow::Error {
        let version = self.roster.version();
        let back = match version {
            1 => String::new(),
            _ => format!(
                ", or put {} back in its place",
                beside(&self.path, version - 1).display()
            ),
        };
        anyhow!(
            "version {version} in {} is not complete ({error}), so nothing can follow it; have it signed first (`omma-harvester roster sign`){back}",
            self.path.display()
        )
    }

    /// Keeps this version under its number. One that is there already has to say the same; it may lack signatures.
    fn keep(&self) -> anyhow::Result<PathBuf> {
        let path = beside(&self.path, self.roster.version());
        match read_bounded(&path) {
            Ok(bytes) => {
                let same = Note::parse(&bytes).is_ok_and(|note| note.text() == self.note.text());
                ensure!(
                    same,
                    "{} is there and says something else than {}; there must never be two rosters of one version, so find out which one was given away, and move the other",
                    path.display(),
                    self.path.display()
                );
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => {
                return Err(error).with_context(|| format!("{} cannot be read", path.display()));
            }
        }
        write_durably(&path, &self.note.to_bytes())?;
        Ok(path)
    }
}

/// Refuses a key whose signature would not count.
pub(super) fn check_is_root(
    key: &SigningKey,
    roots: &[VerifierKey],
    path: &Path,
) -> anyhow::Result<()> {
    if roots.contains(key.vkey()) {
        return Ok(());
    }
    let known: Vec<_> = roots.iter().map(VerifierKey::as_str).collect();
    bail!(
        "{} is no root of {}, so its signature would not count; its roots are {}",
        key.vkey(),
        path.display(),
        known.join(", ")
    )
}

/// Sets the time of issue, to the second, and the end.
pub(super) fn set_times(
    document: &mut Document,
    now: OffsetDateTime,
    lifetime: i64,
) -> anyhow::Result<()> {
    let issued =
        Timestamp::parse(&rfc3339(now)).context("the clock shows no time that can be written")?;
    ensure!(
        document.version == 1 || issued.unix_seconds() >= document.issued.unix_seconds(),
        "the clock shows {issued}, and the version before was issued at {}; set the clock",
        document.issued
    );
    let end = OffsetDateTime::from_unix_timestamp(issued.unix_seconds().saturating_add(lifetime))
        .context("the roster would end at a time that cannot be written")?;
    document.expires = Timestamp::parse(&rfc3339(end))?;
    document.issued = issued;
    Ok(())
}

/// Where a version is kept: `roster.note.3`.
pub(super) fn beside(path: &Path, version: u64) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(format!(".{version}"));
    PathBuf::from(name)
}

/// The same path however the folder changes; the folder of a bare file name is then not the empty path.
pub(super) fn absolute(path: &Path) -> anyhow::Result<PathBuf> {
    std::path::absolute(path).with_context(|| format!("{} is no path", path.display()))
}

fn read_bounded(path: &Path) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    fs::File::open(path)?
        .take(MOST_BYTES + 1)
        .read_to_end(&mut bytes)?;
    if bytes.len() as u64 > MOST_BYTES {
        return Err(io::Error::other("it is larger than a roster can be"));
    }
    Ok(bytes)
}
