//! Cosignatures: a witness says that it saw one history, and when (C2SP tlog-cosignature, Ed25519; `docs/PROTOCOL.md` section 7).

use ed25519_dalek::Signer as _;

use crate::checkpoint::Checkpoint;
use crate::note::{Algorithm, KeyError, Note, NoteError, NoteSignature, VerifierKey};

/// A secret key of type 0x04: a witness's or a mirror's. Its bytes are wiped when it goes, and are never shown.
pub struct Cosigner {
    secret: ed25519_dalek::SigningKey,
    vkey: VerifierKey,
}

/// Why a checkpoint was not cosigned.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("time {0} is above 2^63-1 seconds, which no cosignature may carry")]
pub struct TimeError(u64);

impl Cosigner {
    /// The key of this name that grows from 32 random bytes. Two cosigners never share a key: the signature does not name its signer.
    ///
    /// # Errors
    /// [`KeyError`] for a name that no key may have.
    pub fn from_seed(name: &str, seed: &[u8; 32]) -> Result<Self, KeyError> {
        let secret = ed25519_dalek::SigningKey::from_bytes(seed);
        let vkey = VerifierKey::of(name, Algorithm::CosignatureV1, &secret.verifying_key())?;
        Ok(Self { secret, vkey })
    }

    /// The public half.
    pub fn vkey(&self) -> &VerifierKey {
        &self.vkey
    }

    /// Says that at `time` (POSIX seconds, given by the caller) this was the largest consistent tree of its log that the witness had seen.
    ///
    /// # Errors
    /// [`TimeError`] for a time above 2⁶³−1.
    pub fn cosign(&self, checkpoint: &Checkpoint, time: u64) -> Result<NoteSignature, TimeError> {
        if i64::try_from(time).is_err() {
            return Err(TimeError(time));
        }
        let signature = self
            .secret
            .sign(&message(time, &checkpoint.to_string()))
            .to_bytes();
        let bytes = [&time.to_be_bytes()[..], &signature].concat();
        Ok(NoteSignature::by(&self.vkey, bytes).expect("a cosignature has 72 bytes"))
    }
}

impl std::fmt::Debug for Cosigner {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "Cosigner({})", self.vkey)
    }
}

/// When this witness last cosigned the checkpoint in this note, in POSIX seconds; none when it did not.
///
/// # Errors
/// [`NoteError::BadSignature`] when a signature names the witness and is not its own, or its key is not of type 0x04.
pub fn verify(note: &Note, witness: &VerifierKey) -> Result<Option<u64>, NoteError> {
    if witness.algorithm() != Algorithm::CosignatureV1 {
        return Err(NoteError::BadSignature(witness.name().to_owned()));
    }
    match note.verify(std::slice::from_ref(witness)) {
        Ok(_) => Ok(note
            .signatures()
            .iter()
            .filter(|signature| signature.is_by(witness))
            .filter_map(|signature| split(signature.bytes()).map(|(time, _)| time))
            .max()),
        Err(NoteError::NoKnownKey) => Ok(None),
        Err(error) => Err(error),
    }
}

/// What a cosignature covers: a line that sets it apart, the time, and the note's whole text.
pub(crate) fn message(time: u64, text: &str) -> Vec<u8> {
    format!("cosignature/v1\ntime {time}\n{text}").into_bytes()
}

/// The time and the Ed25519 signature of a cosignature's bytes; none when it is not one, or its time is above 2⁶³−1.
pub(crate) fn split(bytes: &[u8]) -> Option<(u64, &[u8])> {
    let (time, signature) = bytes.split_first_chunk::<8>()?;
    let time = u64::from_be_bytes(*time);
    (signature.len() == 64 && i64::try_from(time).is_ok()).then_some((time, signature))
}
