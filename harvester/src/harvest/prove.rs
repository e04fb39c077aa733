//! Step 2: does the newest head give one history with the kept one, and with what the roster pins? (section 6 and 8)

use std::sync::Arc;

use protocol::fork::Evidence;
use protocol::merkle::{Hash, peaks, subtrees_between};
use protocol::note::{Note, NoteSignature};
use protocol::roster::Log as RosterLog;

use super::desk::Desk;
use super::files::LogFiles;
use super::head::Newest;
use super::stop::Stop;
use crate::crash;
use crate::ledger::log::{self, Head, Log};
use crate::ledger::run;
use crate::tree::Tree;

/// A head whose history is proven to be that of all heads before it.
#[derive(Debug)]
pub struct Proved {
    /// the head; durable
    pub head: Head,
    /// its tree
    pub tree: Tree<LogFiles>,
}

/// Proves the newest head, or says what it is instead. When this returns, (size, root) and the tiles that prove it are durable.
///
/// # Errors
/// [`Stop::Stale`], [`Stop::Frozen`] with evidence stored, [`Stop::Rejected`].
pub async fn prove(
    desk: &Desk,
    files: &LogFiles,
    kept: &Log,
    roster: &RosterLog,
    newest: Newest,
) -> Result<Proved, Stop> {
    check_kept(desk, files, kept, roster).await?;
    match newest {
        Newest::Same(head) => same(desk, files, kept, roster, head).await,
        Newest::Larger(head) => larger(desk, files, kept, roster, head).await,
        Newest::NotLarger(head) => Err(not_larger(desk, files, kept, roster, &head).await?),
    }
}

async fn same(
    desk: &Desk,
    files: &LogFiles,
    kept: &Log,
    roster: &RosterLog,
    mut head: Head,
) -> Result<Proved, Stop> {
    if let Some(behind) = behind_a_pin(roster, &head) {
        return Err(behind);
    }
    if let Some(known) = &kept.head {
        head.note = with_cosignatures_of(&known.note, head.note);
    }
    let tree = Tree::open(head.size, head.root, Arc::new(files.clone())).await?;
    if tree.is_edge_fresh() || kept.head.as_ref() != Some(&head) {
        store(desk, files, kept.id, &tree, &head)?;
    }
    Ok(Proved { head, tree })
}

async fn larger(
    desk: &Desk,
    files: &LogFiles,
    kept: &Log,
    roster: &RosterLog,
    head: Head,
) -> Result<Proved, Stop> {
    let mut tree = Tree::open(head.size, head.root, Arc::new(files.clone())).await?;
    check_pins(desk, kept, roster, &head, &mut tree).await?;
    if let Some(known) = &kept.head
        && tree.root_at(known.size).await? != known.root
    {
        return Err(freeze(desk, kept, known, &head, &mut tree).await?);
    }
    store(desk, files, kept.id, &tree, &head)?;
    Ok(Proved { head, tree })
}

/// A head that is smaller than the kept one, or of its size with another root.
async fn not_larger(
    desk: &Desk,
    files: &LogFiles,
    kept: &Log,
    roster: &RosterLog,
    head: &Head,
) -> Result<Stop, Stop> {
    let Some(known) = &kept.head else {
        return Ok(Stop::Rejected(
            "there is no head to compare with".to_owned(),
        ));
    };
    let mut tree = Tree::open(known.size, known.root, Arc::new(files.clone())).await?;
    let fits = head.size < known.size && tree.root_at(head.size).await? == head.root;
    if fits {
        return Ok(Stop::Stale(format!(
            "its checkpoint has {} entries and {} are kept, which contain them: it was put back, perhaps from a backup; nothing is taken from it until it has the missing entries again",
            head.size, known.size
        )));
    }
    // at the pin itself the old key still counts, and may have signed something else
    let contradicts_a_pin =
        |(pin, root): &(u64, Hash)| head.size < *pin || (head.size == *pin && head.root != *root);
    if roster.pins().iter().any(contradicts_a_pin) {
        desk.keep_note(&kept.origin, &head.note)?;
        return Ok(Stop::Rejected(format!(
            "its checkpoint of size {} contradicts the history that the roster pins; it is kept as evidence",
            head.size
        )));
    }
    freeze(desk, kept, known, head, &mut tree).await
}

/// What was harvested has to give what the roster pins, which it may have learnt since. If it does not, the kept head is what contradicts
/// the pin: that of an old key, or one that was stolen. It is evidence, and no fork of the member's.
async fn check_kept(
    desk: &Desk,
    files: &LogFiles,
    kept: &Log,
    roster: &RosterLog,
) -> Result<(), Stop> {
    let Some(known) = &kept.head else {
        return Ok(());
    };
    let mut within = roster.pins();
    within.retain(|(size, _)| *size <= known.size);
    if within.is_empty() {
        return Ok(());
    }
    let mut tree = Tree::open(known.size, known.root, Arc::new(files.clone())).await?;
    for (size, root) in within {
        if tree.root_at(size).await? != root {
            desk.keep_note(&kept.origin, &known.note)?;
            return Err(Stop::Rejected(format!(
                "what was harvested of it, by its checkpoint of size {}, has another root at {size} than the roster pins; that checkpoint is kept as evidence, and only a roster that closes the log ends this",
                known.size
            )));
        }
    }
    Ok(())
}

/// A newest checkpoint below the last pin is an old one.
fn behind_a_pin(roster: &RosterLog, head: &Head) -> Option<Stop> {
    let (pin, _) = roster
        .pins()
        .into_iter()
        .find(|(pin, _)| *pin > head.size)?;
    Some(Stop::Stale(format!(
        "its checkpoint has {} entries, and the roster knows of {pin}",
        head.size
    )))
}

/// A note with the cosignatures that another note of the same text has and it lacks, as far as there is room.
fn with_cosignatures_of(known: &[u8], note: Vec<u8>) -> Vec<u8> {
    let (Ok(known), Ok(mut together)) = (Note::parse(known), Note::parse(&note)) else {
        return note;
    };
    if known.text() != together.text() {
        return note;
    }
    for signature in known.signatures() {
        let is_by_same = |other: &NoteSignature| {
            (other.name(), other.key_id()) == (signature.name(), signature.key_id())
        };
        let is_there = together.signatures().iter().any(is_by_same);
        if !is_there && together.add(signature.clone()).is_err() {
            break;
        }
    }
    together.to_bytes()
}

/// What the roster pins has to be in the tree. An old key cannot freeze its member: what contradicts a pin is refused, and no fork.
async fn check_pins(
    desk: &Desk,
    kept: &Log,
    roster: &RosterLog,
    head: &Head,
    tree: &mut Tree<LogFiles>,
) -> Result<(), Stop> {
    for (size, root) in roster.pins() {
        if size > head.size {
            break;
        }
        if tree.root_at(size).await? != root {
            desk.keep_note(&kept.origin, &head.note)?;
            return Err(Stop::Rejected(format!(
                "its checkpoint of size {} has another root at {size} than the roster pins; it is kept as evidence",
                head.size
            )));
        }
    }
    behind_a_pin(roster, head).map_or(Ok(()), Err)
}

/// Two signed heads that cannot both be true: evidence is stored, then the log is frozen.
async fn freeze(
    desk: &Desk,
    kept: &Log,
    known: &Head,
    head: &Head,
    tree: &mut Tree<LogFiles>,
) -> Result<Stop, Stop> {
    let (small, large) = (known.size.min(head.size), known.size.max(head.size));
    let subtrees = [peaks(small), subtrees_between(small, large)].concat();
    let mut hashes = tree.hashes_of(&subtrees).await?;
    let note = |bytes: &[u8]| Note::parse(bytes).map_err(|error| Stop::Ours(error.into()));
    let evidence = Evidence::collect(note(&known.note)?, note(&head.note)?, &mut hashes)
        .map_err(|missing| Stop::Rejected(format!("the tree has no {missing:?}")))?
        .map_err(|error| Stop::Rejected(format!("two heads differ, and yet: {error}")))?;
    let bytes = evidence
        .to_bytes()
        .map_err(|error| Stop::Ours(error.into()))?;
    desk.keep_evidence(&kept.origin, &bytes)?;
    freeze_for(desk, kept, (known.size, head.size)).map(Stop::Frozen)
}

/// Freezes a log of whose fork there is evidence, and says so.
pub(super) fn freeze_for(desk: &Desk, kept: &Log, sizes: (u64, u64)) -> Result<String, Stop> {
    let sentence = format!(
        "it signed two histories: one of {} and one of {} entries that do not fit; the evidence is at /members/{}/evidence, and only a roster that closes the log or suspends the member ends this",
        sizes.0, sizes.1, kept.member
    );
    let now = desk.clock.timestamp();
    desk.ledger
        .write(|connection| run::freeze(connection, kept.id, &now, &sentence))?;
    tracing::error!(member.id = %kept.member, log.origin = %kept.origin, "a fork is proven: {sentence}");
    Ok(sentence)
}

/// The tiles of the edge first, then what speaks of them.
fn store(
    desk: &Desk,
    files: &LogFiles,
    log: i32,
    tree: &Tree<LogFiles>,
    head: &Head,
) -> Result<(), Stop> {
    tokio::task::block_in_place(|| {
        for (address, bytes) in tree.edge() {
            files.mirror().write(&address.path(), &bytes)?;
        }
        files.mirror().barrier()?;
        crash::point("tiles-mirrored");
        desk.ledger
            .write(|connection| log::set_head(connection, log, head))?;
        crash::point("head-stored");
        Ok(())
    })
}
