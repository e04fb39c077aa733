use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::key::{VerifierKey, is_key_name};
use super::{MAX_SIGNATURE_BYTES, MAX_SIGNATURES, MAX_TEXT_BYTES, Note, NoteError};

/// One signature line: who signed, with which key, and what came out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NoteSignature {
    name: String,
    key_id: u32,
    bytes: Vec<u8>,
}

impl NoteSignature {
    /// A signature in the name of a key, for instance one that a hardware module made. Whether it fits a text is for [`Note::verify`].
    ///
    /// # Errors
    /// [`NoteError::Malformed`] when there are no bytes.
    pub fn by(key: &VerifierKey, bytes: Vec<u8>) -> Result<Self, NoteError> {
        if bytes.is_empty() {
            return Err(NoteError::Malformed("a signature is empty"));
        }
        Ok(Self {
            name: key.name().to_owned(),
            key_id: key.key_id(),
            bytes,
        })
    }

    /// Reads a signature line, without its line feed.
    ///
    /// # Errors
    /// [`NoteError::Malformed`] for every text that is not written back the same.
    pub fn parse(line: &str) -> Result<Self, NoteError> {
        Self::read(line).ok_or(NoteError::Malformed(
            "a signature line is not a dash, a key name, and base64 of a key id and a signature",
        ))
    }

    fn read(line: &str) -> Option<Self> {
        let (name, encoded) = line.strip_prefix("— ")?.split_once(' ')?;
        if !is_key_name(name) {
            return None;
        }
        let decoded = STANDARD.decode(encoded).ok()?;
        let (key_id, bytes) = decoded.split_first_chunk::<4>()?;
        if bytes.is_empty() {
            return None;
        }
        Some(Self {
            name: name.to_owned(),
            key_id: u32::from_be_bytes(*key_id),
            bytes: bytes.to_vec(),
        })
    }

    /// The key's name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The short number that tells keys of one name apart.
    pub fn key_id(&self) -> u32 {
        self.key_id
    }

    /// The signature without the key id: 64 bytes for type 0x01, 72 for type 0x04.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Whether this names that key, by name and key id.
    pub fn is_by(&self, key: &VerifierKey) -> bool {
        self.name == key.name() && self.key_id == key.key_id()
    }
}

impl std::fmt::Display for NoteSignature {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let blob = [&self.key_id.to_be_bytes()[..], &self.bytes].concat();
        write!(formatter, "— {} {}", self.name, STANDARD.encode(blob))
    }
}

pub(super) fn parse(bytes: &[u8]) -> Result<Note, NoteError> {
    if bytes.len() > MAX_TEXT_BYTES + 1 + MAX_SIGNATURE_BYTES {
        return Err(NoteError::TooLarge(
            "more than 4 MiB of text and 128 KiB of signatures",
        ));
    }
    let whole = std::str::from_utf8(bytes).map_err(|_| NoteError::Malformed("not UTF-8"))?;
    // the last empty line parts text and signatures
    let (text, lines) = whole
        .rfind("\n\n")
        .map(|end| (&whole[..=end], &whole[end + 2..]))
        .ok_or(NoteError::Malformed(
            "no empty line between text and signatures",
        ))?;
    let lines = lines.strip_suffix('\n').ok_or(NoteError::Malformed(
        "the last line has no line feed, or there is no signature",
    ))?;
    if lines.len() > MAX_SIGNATURE_BYTES {
        return Err(NoteError::TooLarge("more than 128 KiB of signatures"));
    }
    let signatures: Vec<_> = lines
        .split('\n')
        .take(MAX_SIGNATURES + 1)
        .map(NoteSignature::parse)
        .collect::<Result<_, _>>()?;
    Note::new(text, signatures)
}

pub(super) fn check_text(text: &str) -> Result<(), NoteError> {
    if text.len() > MAX_TEXT_BYTES {
        return Err(NoteError::TooLarge("more than 4 MiB of text"));
    }
    if !text.ends_with('\n') {
        return Err(NoteError::Malformed("the text does not end in a line feed"));
    }
    if text.bytes().any(|byte| byte < b' ' && byte != b'\n') {
        return Err(NoteError::Malformed(
            "a control character other than line feed",
        ));
    }
    Ok(())
}

pub(super) fn check_signatures(signatures: &[NoteSignature]) -> Result<(), NoteError> {
    if signatures.is_empty() {
        return Err(NoteError::Malformed("no signature"));
    }
    if signatures.len() > MAX_SIGNATURES {
        return Err(NoteError::TooLarge("more than 32 signatures"));
    }
    let length: usize = signatures
        .iter()
        .map(|signature| signature.to_string().len() + 1)
        .sum();
    if length > MAX_SIGNATURE_BYTES {
        return Err(NoteError::TooLarge("more than 128 KiB of signatures"));
    }
    Ok(())
}
