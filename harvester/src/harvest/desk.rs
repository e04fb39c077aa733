//! What every harvest works with.

use std::fs;
use std::path::PathBuf;
use std::sync::Arc;

use anyhow::Context;
use protocol::digest::Digest;
use tokio::sync::Semaphore;

use super::stop::Stop;
use crate::clock::Clock;
use crate::data_folder::write_durably;
use crate::fetch::Fetch;
use crate::ledger::Ledger;
use crate::mirror::Mirror;

/// Notes that are kept as evidence of one log, besides a fork: no member fills the disk with them.
const MOST_NOTES: usize = 32;

/// What every harvest works with.
#[derive(Clone)]
pub struct Desk {
    /// asks the network
    pub fetch: Arc<dyn Fetch>,
    /// keeps bytes
    pub mirror: Mirror,
    /// keeps verdicts
    pub ledger: Arc<Ledger>,
    /// says the time
    pub clock: Arc<dyn Clock>,
    /// KiB that each member has for itself; what all of those at once may have together is not in `budget`
    pub own_kib: u32,
    /// KiB of larger record bundles that all members together may have in memory
    pub budget: Arc<Semaphore>,
    /// its size
    pub budget_kib: u32,
    /// where evidence is kept
    pub evidence: PathBuf,
}

impl Desk {
    /// The file of a log's fork evidence.
    pub fn evidence_of(&self, origin: &str) -> PathBuf {
        self.evidence
            .join(format!("{}.fork.json", Digest::of(origin.as_bytes())))
    }

    /// Keeps the evidence of a fork, durably. The first is kept.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn keep_evidence(&self, origin: &str, bytes: &[u8]) -> Result<(), Stop> {
        let place = self.evidence_of(origin);
        if place.exists() {
            return Ok(());
        }
        self.keep(&place, bytes)
    }

    /// The evidence of a log's fork, where there is any.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn evidence_at_hand(&self, origin: &str) -> Result<Option<Vec<u8>>, Stop> {
        match fs::read(self.evidence_of(origin)) {
            Ok(bytes) => Ok(Some(bytes)),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(Stop::Ours(error.into())),
        }
    }

    /// Keeps a signed note that contradicts a pin.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn keep_note(&self, origin: &str, note: &[u8]) -> Result<(), Stop> {
        let log = Digest::of(origin.as_bytes());
        // by its text: whoever serves it can dress it up with signatures of strangers
        let text = note
            .windows(2)
            .position(|pair| pair == b"\n\n")
            .map_or(note, |end| &note[..=end]);
        let kept = fs::read_dir(&self.evidence)
            .into_iter()
            .flatten()
            .flatten()
            .filter(|file| {
                let name = file.file_name();
                let name = name.to_string_lossy();
                name.starts_with(&log.to_string()) && name.ends_with(".note")
            })
            .count();
        let place = self.evidence.join(format!(
            "{log}.{}.note",
            &Digest::of(text).to_string()[..16]
        ));
        if place.exists() || kept >= MOST_NOTES {
            return Ok(());
        }
        self.keep(&place, note)
    }

    fn keep(&self, place: &std::path::Path, bytes: &[u8]) -> Result<(), Stop> {
        fs::create_dir_all(&self.evidence)
            .with_context(|| format!("{} cannot be made", self.evidence.display()))
            .map_err(Stop::Ours)?;
        write_durably(place, bytes).map_err(Stop::Ours)
    }
}
