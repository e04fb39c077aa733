//! Step 1: the member's newest checkpoint, and what it is beside the one that is kept (section 6).

use protocol::checkpoint::{self, Checkpoint};
use protocol::note::Note;
use protocol::roster::Log as RosterLog;

use super::files::LogFiles;
use super::stop::Stop;
use crate::fetch::{Outcome, Request};
use crate::ledger::log::Head;

/// The longest note: 128 KiB of signatures (section 10), and its text.
const MOST_CHECKPOINT: u64 = 160 << 10;

/// The most entries of a log: entries and rosters name indices, and no number in them is larger (section 3).
const MOST_ENTRIES: u64 = (1 << 53) - 1;

/// What the member's checkpoint is beside the kept head.
#[derive(Debug)]
pub enum Newest {
    /// The same tree. The note may carry new cosignatures.
    Same(Head),
    /// A larger tree: it has to be shown to contain the kept one.
    Larger(Head),
    /// A smaller tree, or another of the same size: stale, or a fork.
    NotLarger(Head),
}

/// Fetches and checks the newest checkpoint: origin, then a signature by a key that is valid at its size.
///
/// # Errors
/// [`Stop::Unreachable`] when nobody could be asked, [`Stop::Rejected`] when what was served is no checkpoint of this log.
pub async fn newest(
    files: &LogFiles,
    log: &RosterLog,
    kept: Option<&Head>,
) -> Result<Newest, Stop> {
    let head = fetch(files, log).await?;
    Ok(match kept {
        None => Newest::Larger(head),
        Some(kept) if kept.size == head.size && kept.root == head.root => Newest::Same(head),
        Some(kept) if kept.size < head.size => Newest::Larger(head),
        Some(_) => Newest::NotLarger(head),
    })
}

/// The checkpoint of the first place that serves a good one.
async fn fetch(files: &LogFiles, log: &RosterLog) -> Result<Head, Stop> {
    let mut stop = Stop::Unreachable("the roster gives no address for its log".to_owned());
    for prefix in files.prefixes() {
        let url = prefix
            .join("checkpoint")
            .map_err(|error| Stop::Rejected(format!("{prefix} is no log prefix: {error}")))?;
        let failed = match files
            .fetcher()
            .fetch(Request::new(&url, MOST_CHECKPOINT))
            .await
        {
            Ok(Outcome::Body(found)) => match read(&found.body, log) {
                Ok(head) => return Ok(head),
                Err(sentence) => Stop::Rejected(format!("{url}: {sentence}")),
            },
            Ok(Outcome::Absent | Outcome::NotModified) => {
                Stop::Unreachable(format!("{url} does not exist"))
            }
            Err(error) if error.is_about_reaching() => Stop::Unreachable(error.to_string()),
            Err(error) => Stop::Rejected(error.to_string()),
        };
        if !matches!(stop, Stop::Rejected(_)) {
            stop = failed;
        }
    }
    Err(stop)
}

/// Reads a note as a checkpoint of this log.
///
/// # Errors
/// A sentence that says what it is instead.
pub fn read(bytes: &[u8], log: &RosterLog) -> Result<Head, String> {
    let note = Note::parse(bytes).map_err(|error| format!("this is no checkpoint: {error}"))?;
    let claimed = Checkpoint::parse(note.text())
        .map_err(|error| format!("this is no checkpoint: {error}"))?;
    if *claimed.origin() != log.origin {
        return Err(format!(
            "the checkpoint is of the log {}, and the roster's is {}",
            claimed.origin(),
            log.origin
        ));
    }
    let size = claimed.size();
    // a few hashes of a high level give a root for any size
    if size > MOST_ENTRIES {
        return Err(format!(
            "the checkpoint is of {size} entries, and a log has at most {MOST_ENTRIES}"
        ));
    }
    let keys = log.keys_at(size);
    checkpoint::open(bytes, &keys).map_err(|error| {
        if checkpoint::open(bytes, &log.all_keys()).is_ok() {
            format!("the checkpoint of size {size} is signed by a key that the roster does not give for that size")
        } else {
            format!("the checkpoint of size {size} is not signed by the member's key: {error}")
        }
    })?;
    Ok(Head {
        size,
        root: *claimed.root(),
        note: bytes.to_vec(),
    })
}
