use super::log::PinError;
use super::{Member, Roster};
use crate::checkpoint::{Checkpoint, CheckpointError};
use crate::cosignature;
use crate::proof::{ProvenEntry, TlogProof, TlogProofError};

/// What a roster and a proof file establish together.
#[derive(Debug, Clone)]
pub struct Verdict<'a> {
    /// who published the entry
    pub member: &'a Member,
    /// the entry, its index and the checkpoint
    pub proven: ProvenEntry,
    /// names of the roster's witnesses that cosigned the checkpoint, with the time of each in POSIX seconds
    pub witnesses: Vec<(&'a str, u64)>,
}

/// Why a roster and a proof file do not establish an entry.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum OfflineError {
    /// No member has this log.
    #[error("no member of the roster has the log {0}")]
    UnknownLog(String),
    /// No key is valid at the checkpoint's size.
    #[error("no key of log {origin} may sign a checkpoint of size {size}")]
    NoKey {
        /// the log
        origin: String,
        /// the checkpoint's size
        size: u64,
    },
    /// The proof does not hold.
    #[error(transparent)]
    Proof(#[from] TlogProofError),
    /// The proof holds, on a checkpoint that the roster does not establish.
    #[error("not established: {0}")]
    Pin(#[from] PinError),
    /// The entry speaks of what belongs to another prefix.
    #[error("{id} does not begin with the prefix of {member}, whose log has the entry")]
    ForeignId {
        /// the entry's id
        id: String,
        /// the member's id
        member: String,
    },
    /// A false cosignature in the name of a witness of the roster.
    #[error("the checkpoint's cosignatures: {0}")]
    Cosignature(#[from] crate::note::NoteError),
}

impl From<CheckpointError> for OfflineError {
    fn from(error: CheckpointError) -> Self {
        Self::Proof(error.into())
    }
}

impl Roster {
    /// Checks a proof file with nothing but this roster: the log is a member's, a key that is valid at that size signed, the tree holds
    /// the entry, the pins agree, and the id is the member's. It proves publication, not that the record is still current.
    ///
    /// # Errors
    /// [`OfflineError`] says what is not established.
    pub fn verify_proof(&self, proof: &TlogProof) -> Result<Verdict<'_>, OfflineError> {
        let checkpoint = Checkpoint::parse(proof.checkpoint().text())?;
        let (origin, size) = (checkpoint.origin(), checkpoint.size());
        let Some((member, log)) = self.log(origin) else {
            return Err(OfflineError::UnknownLog(origin.to_string()));
        };
        let keys = log.keys_at(size);
        if keys.is_empty() {
            let origin = origin.to_string();
            return Err(OfflineError::NoKey { origin, size });
        }
        let proven = proof.verify(&keys)?;
        log.check_pins(&checkpoint)?;
        if proven.entry().prefix() != member.prefix.as_str() {
            return Err(OfflineError::ForeignId {
                id: proven.entry().id().to_owned(),
                member: member.id.clone(),
            });
        }
        let witnesses = self.cosigners(proof)?;
        Ok(Verdict {
            member,
            proven,
            witnesses,
        })
    }

    fn cosigners(&self, proof: &TlogProof) -> Result<Vec<(&str, u64)>, OfflineError> {
        let mut found = Vec::new();
        for witness in &self.document().witnesses {
            if let Some(time) = cosignature::verify(proof.checkpoint(), &witness.vkey)? {
                found.push((witness.name.as_str(), time));
            }
        }
        Ok(found)
    }
}
