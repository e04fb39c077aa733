//! Signed notes: a text and the signatures of those who stand by it (C2SP signed-note).
//!
//! `key` holds names and public keys, `signing` the one secret key of a log, `secret` that key as text, `wire` how a note is written and
//! read.

mod key;
pub mod secret;
mod signing;
mod wire;

pub use key::{Algorithm, KeyError, VerifierKey};
pub use signing::SigningKey;
pub use wire::NoteSignature;

/// The most signatures on a note (`docs/PROTOCOL.md` section 10).
pub const MAX_SIGNATURES: usize = 32;

/// The most bytes of a note's signature lines together (section 10).
pub const MAX_SIGNATURE_BYTES: usize = 128 << 10;

/// The most bytes of a note's text: the roster's limit, the longest text there is (section 10).
pub const MAX_TEXT_BYTES: usize = 4 << 20;

/// A note: a text that ends in a line feed, and at least one signature. Having one says nothing about its signatures: see [`Note::verify`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note {
    text: String,
    signatures: Vec<NoteSignature>,
}

/// Why bytes are no note, or a note is not signed by those who should.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NoteError {
    /// Not a note.
    #[error("not a signed note: {0}")]
    Malformed(&'static str),
    /// Too many signatures, or too many bytes of them or of text.
    #[error("note is too large: {0}")]
    TooLarge(&'static str),
    /// A signature that names a key we know and was not made by it. The whole note is refused.
    #[error("the signature in the name of {0} was not made by its key")]
    BadSignature(String),
    /// No signature of a key we know.
    #[error("no signature of a known key")]
    NoKnownKey,
}

impl Note {
    /// A text with its signatures.
    ///
    /// # Errors
    /// [`NoteError::Malformed`] for a text that does not end in a line feed or holds other control characters, or for no signature;
    /// [`NoteError::TooLarge`].
    pub fn new(text: impl Into<String>, signatures: Vec<NoteSignature>) -> Result<Self, NoteError> {
        let text = text.into();
        wire::check_text(&text)?;
        wire::check_signatures(&signatures)?;
        Ok(Self { text, signatures })
    }

    /// Reads a note strictly: [`Note::to_bytes`] gives the same bytes again.
    ///
    /// # Errors
    /// [`NoteError::Malformed`] and [`NoteError::TooLarge`].
    pub fn parse(bytes: &[u8]) -> Result<Self, NoteError> {
        wire::parse(bytes)
    }

    /// The text, with its last line feed.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The signatures, in their order.
    pub fn signatures(&self) -> &[NoteSignature] {
        &self.signatures
    }

    /// Adds a signature, unless the same one is there.
    ///
    /// # Errors
    /// [`NoteError::TooLarge`] when the note would pass its limits; it is then as before.
    pub fn add(&mut self, signature: NoteSignature) -> Result<(), NoteError> {
        if self.signatures.contains(&signature) {
            return Ok(());
        }
        self.signatures.push(signature);
        wire::check_signatures(&self.signatures).inspect_err(|_| {
            self.signatures.pop();
        })
    }

    /// Which of these keys signed the text, as positions in `keys`, each once, in their order. Signatures of other keys are ignored.
    ///
    /// # Errors
    /// [`NoteError::BadSignature`] when a signature names one of these keys and was not made by it; [`NoteError::NoKnownKey`] when
    /// none signed.
    pub fn verify(&self, keys: &[VerifierKey]) -> Result<Vec<usize>, NoteError> {
        let mut signers = Vec::new();
        for (place, key) in keys.iter().enumerate() {
            let mut named = self
                .signatures
                .iter()
                .filter(|signature| signature.is_by(key))
                .peekable();
            if named.peek().is_none() {
                continue;
            }
            if !named.all(|signature| key.verify(&self.text, signature.bytes())) {
                return Err(NoteError::BadSignature(key.name().to_owned()));
            }
            signers.push(place);
        }
        if signers.is_empty() {
            return Err(NoteError::NoKnownKey);
        }
        Ok(signers)
    }

    /// The note as it is served and stored.
    pub fn to_bytes(&self) -> Vec<u8> {
        self.to_string().into_bytes()
    }
}

impl std::fmt::Display for Note {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        writeln!(formatter, "{}", self.text)?;
        self.signatures
            .iter()
            .try_for_each(|signature| writeln!(formatter, "{signature}"))
    }
}
