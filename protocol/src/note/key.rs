use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ed25519_dalek::{Signature, VerifyingKey};
use sha2::{Digest as _, Sha256};

use crate::cosignature;
use crate::text_form::text_form;

/// How a key signs: the signature type byte of C2SP signed-note.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Algorithm {
    /// 0x01: Ed25519 over the note's text. Logs and roots.
    Ed25519,
    /// 0x04: Ed25519 over a time and a checkpoint (C2SP tlog-cosignature). Witnesses and mirrors.
    CosignatureV1,
    /// Any other: carried, never verified.
    Unknown(u8),
}

impl Algorithm {
    fn from_byte(byte: u8) -> Self {
        match byte {
            0x01 => Self::Ed25519,
            0x04 => Self::CosignatureV1,
            other => Self::Unknown(other),
        }
    }

    /// The signature type byte.
    pub fn byte(self) -> u8 {
        match self {
            Self::Ed25519 => 0x01,
            Self::CosignatureV1 => 0x04,
            Self::Unknown(byte) => byte,
        }
    }
}

/// A text that is no verifier key.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{vkey:?} is not a verifier key (name+key id+base64): {detail}")]
pub struct KeyError {
    vkey: String,
    detail: &'static str,
}

/// A public key with its name, written as a C2SP vkey: `<name>+<8 hexadecimal digits>+<base64 of type and key>`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct VerifierKey {
    text: String,
    name: String,
    key_id: u32,
    algorithm: Algorithm,
    key: Vec<u8>,
}

impl VerifierKey {
    /// Reads a vkey.
    ///
    /// # Errors
    /// [`KeyError`] for another form; for types 0x01 and 0x04 also for a key id that is not that of the key, and a public key that is
    /// not 32 bytes of a point on the curve, or a weak one.
    pub fn parse(vkey: &str) -> Result<Self, KeyError> {
        Self::read(vkey).map_err(|detail| KeyError {
            vkey: vkey.to_owned(),
            detail,
        })
    }

    fn read(vkey: &str) -> Result<Self, &'static str> {
        let parts: Vec<_> = vkey.splitn(3, '+').collect();
        let [name, id, blob] = parts[..] else {
            return Err("it has not three parts");
        };
        if !is_key_name(name) {
            return Err("its name is empty or holds a space or control character");
        }
        let key_id =
            read_key_id(id).ok_or("its key id is not eight lower-case hexadecimal digits")?;
        let blob = STANDARD.decode(blob).map_err(|_| "its key is not base64")?;
        let (algorithm, key) = blob.split_first().ok_or("its key is empty")?;
        let read = Self {
            text: vkey.to_owned(),
            name: name.to_owned(),
            key_id,
            algorithm: Algorithm::from_byte(*algorithm),
            key: key.to_vec(),
        };
        read.check_ed25519()?;
        Ok(read)
    }

    fn check_ed25519(&self) -> Result<(), &'static str> {
        if matches!(self.algorithm, Algorithm::Unknown(_)) {
            return Ok(());
        }
        if self.key_id != key_id(&self.name, self.algorithm, &self.key) {
            return Err("its key id is not that of its name and key");
        }
        match self.ed25519() {
            Some(key) if !key.is_weak() => Ok(()),
            _ => Err("its key is not an Ed25519 public key"),
        }
    }

    /// The vkey of an Ed25519 public key of type 0x01 or 0x04.
    pub(crate) fn of(
        name: &str,
        algorithm: Algorithm,
        key: &VerifyingKey,
    ) -> Result<Self, KeyError> {
        let key = key.as_bytes();
        let blob = [&[algorithm.byte()][..], key].concat();
        let key_id = key_id(name, algorithm, key);
        Self::parse(&format!("{name}+{key_id:08x}+{}", STANDARD.encode(blob)))
    }

    fn ed25519(&self) -> Option<VerifyingKey> {
        let key: &[u8; 32] = self.key.as_slice().try_into().ok()?;
        VerifyingKey::from_bytes(key).ok()
    }

    /// The name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The short number that tells keys of one name apart.
    pub fn key_id(&self) -> u32 {
        self.key_id
    }

    /// How the key signs.
    pub fn algorithm(&self) -> Algorithm {
        self.algorithm
    }

    /// The public key alone: 32 bytes for the known types.
    pub fn public_key(&self) -> &[u8] {
        &self.key
    }

    /// The vkey as text.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Whether `signature` (without key id) is this key's over a note's `text`. Never so for unknown types.
    pub fn verify(&self, text: &str, signature: &[u8]) -> bool {
        match self.algorithm {
            Algorithm::Ed25519 => self.verify_bytes(text.as_bytes(), signature),
            Algorithm::CosignatureV1 => {
                cosignature::split(signature).is_some_and(|(time, signature)| {
                    self.verify_bytes(&cosignature::message(time, text), signature)
                })
            }
            Algorithm::Unknown(_) => false,
        }
    }

    fn verify_bytes(&self, message: &[u8], signature: &[u8]) -> bool {
        match (self.ed25519(), Signature::from_slice(signature)) {
            // strict: no key or signature part of small order, so that nobody can make one signature fit two texts
            (Some(key), Ok(signature)) => key.verify_strict(message, &signature).is_ok(),
            _ => false,
        }
    }
}

text_form!(VerifierKey, KeyError);

/// Not empty, no Unicode spaces, no plus; and no control characters, as none may stand in a note.
pub(super) fn is_key_name(name: &str) -> bool {
    !name.is_empty()
        && !name
            .chars()
            .any(|c| c.is_whitespace() || c.is_control() || c == '+')
}

fn read_key_id(digits: &str) -> Option<u32> {
    let well_formed = digits.len() == 8
        && digits
            .bytes()
            .all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
    if well_formed {
        u32::from_str_radix(digits, 16).ok()
    } else {
        None
    }
}

/// The first four bytes of SHA-256 over name, line feed, type byte and public key.
fn key_id(name: &str, algorithm: Algorithm, key: &[u8]) -> u32 {
    let hash = Sha256::new()
        .chain_update(name)
        .chain_update([b'\n', algorithm.byte()])
        .chain_update(key)
        .finalize();
    u32::from_be_bytes([hash[0], hash[1], hash[2], hash[3]])
}
