//! SHA-512 digests, by which an OCFL object addresses its content.

use std::fmt;

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha512};

/// The SHA-512 of some bytes, written as 128 hexadecimal digits, in lower case by us and in either case by others.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Sha512Digest([u8; 64]);

/// A text that is not a SHA-512 digest.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is not a sha512 digest of 128 hexadecimal digits")]
pub struct Sha512DigestError(String);

impl Sha512Digest {
    /// The digest of some bytes.
    pub fn of(bytes: &[u8]) -> Sha512Digest {
        Sha512Digest(Sha512::digest(bytes).into())
    }

    /// The digest whose 64 bytes these are.
    pub fn from_bytes(bytes: [u8; 64]) -> Sha512Digest {
        Sha512Digest(bytes)
    }

    /// Parses 128 hexadecimal digits.
    ///
    /// # Errors
    /// For any other text.
    pub fn parse(text: &str) -> Result<Sha512Digest, Sha512DigestError> {
        let refuse = || Sha512DigestError(text.chars().take(140).collect());
        let mut bytes = [0; 64];
        if text.len() != 128 {
            return Err(refuse());
        }
        for (byte, pair) in bytes.iter_mut().zip(text.as_bytes().chunks_exact(2)) {
            let value = |digit: u8| char::from(digit).to_digit(16).ok_or_else(refuse);
            *byte = u8::try_from(value(pair[0])? * 16 + value(pair[1])?).map_err(|_| refuse())?;
        }
        Ok(Sha512Digest(bytes))
    }
}

impl fmt::Display for Sha512Digest {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0
            .iter()
            .try_for_each(|byte| write!(formatter, "{byte:02x}"))
    }
}

impl fmt::Debug for Sha512Digest {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Sha512Digest({self})")
    }
}

impl TryFrom<String> for Sha512Digest {
    type Error = Sha512DigestError;

    fn try_from(text: String) -> Result<Sha512Digest, Sha512DigestError> {
        Sha512Digest::parse(&text)
    }
}

impl From<Sha512Digest> for String {
    fn from(digest: Sha512Digest) -> String {
        digest.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::Sha512Digest;

    #[test]
    fn the_empty_bytes_have_the_digest_that_the_specification_shows() {
        let text = Sha512Digest::of(b"").to_string();
        assert!(
            text.starts_with("cf83e1357eefb8bdf1542850d66d8007d620e405"),
            "OCFL 1.1, section 3.4"
        );
        assert_eq!(Sha512Digest::parse(&text), Ok(Sha512Digest::of(b"")));
        assert_eq!(
            Sha512Digest::parse(&text.to_uppercase()),
            Ok(Sha512Digest::of(b""))
        );
        for wrong in [
            "",
            "cf83",
            &text[1..],
            &format!("{}g", &text[1..]),
            &format!("{}é", &text[2..]),
        ] {
            assert!(Sha512Digest::parse(wrong).is_err(), "{wrong}");
        }
    }
}
