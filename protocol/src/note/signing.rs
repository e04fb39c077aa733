use std::fmt;

use ed25519_dalek::Signer as _;

use super::key::{Algorithm, KeyError, VerifierKey};
use super::{Note, NoteError, NoteSignature};

/// A secret key of type 0x01: a log's or a root's. Its bytes are wiped when it goes, and are never shown.
pub struct SigningKey {
    secret: ed25519_dalek::SigningKey,
    vkey: VerifierKey,
}

impl SigningKey {
    /// The key of this name that grows from 32 random bytes.
    ///
    /// # Errors
    /// [`KeyError`] for a name that no key may have.
    pub fn from_seed(name: &str, seed: &[u8; 32]) -> Result<Self, KeyError> {
        let secret = ed25519_dalek::SigningKey::from_bytes(seed);
        let vkey = VerifierKey::of(name, Algorithm::Ed25519, &secret.verifying_key())?;
        Ok(Self { secret, vkey })
    }

    /// The name.
    pub fn name(&self) -> &str {
        self.vkey.name()
    }

    /// The public half.
    pub fn vkey(&self) -> &VerifierKey {
        &self.vkey
    }

    /// Signs a note's text.
    pub fn sign(&self, text: &str) -> NoteSignature {
        let signature = self.secret.sign(text.as_bytes()).to_bytes().to_vec();
        NoteSignature::by(&self.vkey, signature).expect("an Ed25519 signature has 64 bytes")
    }

    /// A note of this text with this one signature.
    ///
    /// # Errors
    /// As [`Note::new`].
    pub fn sign_note(&self, text: impl Into<String>) -> Result<Note, NoteError> {
        let text = text.into();
        let signature = self.sign(&text);
        Note::new(text, vec![signature])
    }
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "SigningKey({})", self.vkey)
    }
}
