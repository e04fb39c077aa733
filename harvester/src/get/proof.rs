//! Makes of a log, as a portal mirrors it, the proof that one entry is in it.
//!
//! The portal is trusted for nothing here: the proof is checked against the keys of the roster like one that came as a file.

use std::collections::HashMap;

use anyhow::{Context, bail, ensure};
use protocol::bundle::decode_entries;
use protocol::checkpoint::Checkpoint;
use protocol::entry::{self, Entry};
use protocol::identifier::Origin;
use protocol::merkle::{ProofError, inclusion_proof};
use protocol::note::Note;
use protocol::proof::TlogProof;
use protocol::tile::{EntryBundleAddress, TileAddress, TileHashes, TileReadError, WIDTH};

use super::Untrue;
use super::portal::Asked;
use crate::mirror::name_of;

/// A checkpoint with all its signatures (docs/PROTOCOL.md section 10).
const MOST_NOTE: u64 = 128 << 10;
/// A tile of 256 hashes of 32 bytes.
const MOST_TILE: u64 = 8 << 10;
/// A bundle of 256 entries, each with its length.
const MOST_BUNDLE: u64 = WIDTH * (entry::MAX_BYTES as u64 + 2);
/// How often the proof is begun again because the log grew in the meantime.
const ATTEMPTS: usize = 3;

/// The proof that the log has the entry at this index.
///
/// # Errors
/// When the portal does not have what belongs to it, or has another log in its place. Whether the proof is worth anything is for the
/// roster to say.
pub(super) async fn of_entry(
    portal: &Asked<'_>,
    origin: &Origin,
    index: u64,
) -> anyhow::Result<TlogProof> {
    let prefix = format!("mirror/{}/", name_of(origin));
    for _ in 0..ATTEMPTS {
        let note = portal
            .needed(&format!("{prefix}checkpoint"), MOST_NOTE)
            .await?;
        let note = Note::parse(&note).context("the checkpoint that the portal mirrors is none")?;
        let size = head_of(note.text(), origin)?.size();
        if let Some(proof) = on_checkpoint(portal, &prefix, note, size, index).await? {
            return Ok(proof);
        }
    }
    bail!("the log {origin} grew while its proof was fetched, again and again; try once more")
}

/// The checkpoint of this log. Which log announced a study is only the portal's word, and people are told it; a proof holds for the
/// log of its checkpoint alone, and so the two have to be one.
fn head_of(text: &str, origin: &Origin) -> anyhow::Result<Checkpoint> {
    let head = Checkpoint::parse(text).context("the checkpoint that the portal mirrors is none")?;
    ensure!(
        head.origin() == origin,
        Untrue(format!(
            "the portal says that the log is {origin}, and what it mirrors for it is a checkpoint of {}; tell whoever runs the portal",
            head.origin()
        ))
    );
    Ok(head)
}

/// The proof on this checkpoint, of a log of this size; none where its tiles have made way for those of a larger one.
async fn on_checkpoint(
    portal: &Asked<'_>,
    prefix: &str,
    note: Note,
    size: u64,
    index: u64,
) -> anyhow::Result<Option<TlogProof>> {
    let Some(entry) = entry_at(portal, prefix, size, index).await? else {
        return Ok(None);
    };
    // a tile that is missing is named, fetched, and the proof made again: each is fetched once
    let mut tiles: HashMap<TileAddress, Vec<u8>> = HashMap::new();
    let hashes = loop {
        let known = |tile: TileAddress| tiles.get(&tile).cloned().ok_or(Missing(tile));
        let made = inclusion_proof(index, size, &mut TileHashes::new(size, known));
        match made {
            Ok(hashes) => break hashes,
            Err(ProofError::Source(TileReadError::Reader(Missing(tile)))) => {
                let Some(bytes) = portal
                    .bytes(&format!("{prefix}{}", tile.path()), MOST_TILE)
                    .await?
                else {
                    return Ok(None);
                };
                tiles.insert(tile, bytes);
            }
            Err(error) => return Err(error).context("the log that the portal mirrors is damaged"),
        }
    };
    let proof = TlogProof::new(&entry, index, hashes, note);
    Ok(Some(
        proof.context("the log that the portal mirrors is damaged")?,
    ))
}

async fn entry_at(
    portal: &Asked<'_>,
    prefix: &str,
    size: u64,
    index: u64,
) -> anyhow::Result<Option<Entry>> {
    let bundle = index / WIDTH;
    let width = size.saturating_sub(bundle * WIDTH).min(WIDTH) as u16;
    let address = EntryBundleAddress::new(bundle, width)
        .filter(|_| index < size)
        .with_context(|| format!("the log that the portal mirrors has {size} entries, and number {index} is needed; try again later"))?;
    let Some(bytes) = portal
        .bytes(&format!("{prefix}{}", address.path()), MOST_BUNDLE)
        .await?
    else {
        return Ok(None);
    };
    let entries =
        decode_entries(&bytes, width).context("the log that the portal mirrors is damaged")?;
    let bytes = entries
        .get((index % WIDTH) as usize)
        .context("the log that the portal mirrors is damaged")?;
    Ok(Some(
        Entry::parse(bytes).context("the entry that the portal names is none")?,
    ))
}

/// A tile that was not fetched yet.
#[derive(Debug, thiserror::Error)]
#[error("tile {} is missing", .0.path())]
struct Missing(TileAddress);

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

    use super::*;

    #[test]
    fn a_checkpoint_of_another_log_than_the_portal_names_is_refused() {
        let origin = |name: &str| Origin::parse(name).unwrap();
        let (named, other) = (
            origin("example.org/one/log"),
            origin("example.org/other/log"),
        );
        let text = Checkpoint::new(named.clone(), 7, [1; 32]).to_string();
        assert_eq!(head_of(&text, &named).unwrap().size(), 7);
        let refused = head_of(&text, &other).unwrap_err();
        assert!(refused.is::<Untrue>());
        let said = refused.to_string();
        assert!(
            said.contains(named.as_str()) && said.contains(other.as_str()),
            "{said}"
        );
        assert!(head_of("none", &named).is_err());
    }
}
