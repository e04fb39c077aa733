//! Which key of a log counts at which size, and which heads its past is pinned to (section 5).

use super::document::Log;
use crate::checkpoint::Checkpoint;
use crate::merkle::Hash;
use crate::note::VerifierKey;

/// Why the roster does not establish a checkpoint offline, without the tiles between it and the pins.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PinError {
    /// Below the last pin: only the tree between them could tell.
    #[error(
        "the checkpoint of size {size} is below the roster's last pin at {pin}, so the roster does not establish it"
    )]
    BelowPin {
        /// of the checkpoint
        size: u64,
        /// of the last pin
        pin: u64,
    },
    /// At a pin, with another root.
    #[error("the checkpoint has another root than the roster pins at size {0}")]
    OtherRoot(
        /// of the pin
        u64,
    ),
    /// Another size than the one that the log was closed at.
    #[error("the log was closed at size {closed}, so the checkpoint of size {size} does not count")]
    Closed {
        /// of the checkpoint
        size: u64,
        /// at which the log was closed
        closed: u64,
    },
}

impl Log {
    /// The keys that may sign a checkpoint of this size: those whose `from` is at most the size, up to the next one's `from`. At the
    /// boundary both may; above the size of a closed log none.
    pub fn keys_at(&self, size: u64) -> Vec<VerifierKey> {
        if self
            .closed
            .as_ref()
            .is_some_and(|closed| size > closed.size)
        {
            return Vec::new();
        }
        let end = |place: usize| self.keys.get(place + 1).map_or(u64::MAX, |next| next.from);
        (0..)
            .zip(&self.keys)
            .filter(|(place, key)| (key.from..=end(*place)).contains(&size))
            .map(|(_, key)| key.vkey.clone())
            .collect()
    }

    /// All keys that ever signed for this log.
    pub fn all_keys(&self) -> Vec<VerifierKey> {
        self.keys.iter().map(|key| key.vkey.clone()).collect()
    }

    /// The sizes at which the tree is known, with their roots, from small to large: where keys changed, and where the log was closed.
    pub fn pins(&self) -> Vec<(u64, Hash)> {
        let changes = self
            .keys
            .iter()
            .filter_map(|key| Some((key.from, key.root?)));
        let closing = self.closed.iter().map(|closed| (closed.size, closed.root));
        let mut pins: Vec<_> = changes.chain(closing).collect();
        pins.dedup();
        pins
    }

    /// Whether a checkpoint stands by the roster alone: it is not below the last pin, has the pinned root where it is at one, and is the
    /// last of a closed log.
    ///
    /// # Errors
    /// [`PinError`]: then nothing is established, which is not to say that it is false.
    pub fn check_pins(&self, checkpoint: &Checkpoint) -> Result<(), PinError> {
        let size = checkpoint.size();
        if let Some(closed) = &self.closed
            && closed.size != size
        {
            let closed = closed.size;
            return Err(PinError::Closed { size, closed });
        }
        let Some((pin, root)) = self.pins().pop() else {
            return Ok(());
        };
        if size < pin {
            return Err(PinError::BelowPin { size, pin });
        }
        if size == pin && *checkpoint.root() != root {
            return Err(PinError::OtherRoot(pin));
        }
        Ok(())
    }
}
