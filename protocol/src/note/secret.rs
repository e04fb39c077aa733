//! Secret keys as text, in the form in which Go's `note` package writes them: `PRIVATE+KEY+<name>+<key id>+<base64 of type and seed>`.
//!
//! Pure: where the text is kept, and who may read it, is for the programs to say.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::key::{Algorithm, KeyError};
use super::signing::SigningKey;

const PREFIX: &str = "PRIVATE+KEY+";

/// A secret key as one line of text, without its line feed. Only [`SecretText::reveal`] shows it.
pub struct SecretText(String);

/// Why a text is no secret key. Nothing of the text is repeated, as it may be one that is only a little damaged.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SecretError {
    /// Something else altogether.
    #[error("it does not begin with PRIVATE+KEY+")]
    Prefix,
    /// A part is missing.
    #[error("it has no name, key id and key")]
    Parts,
    /// The last part.
    #[error("its key is not base64")]
    Encoding,
    /// A key of another type than 0x01.
    #[error("its key is not of type Ed25519")]
    Algorithm,
    /// Too short or too long.
    #[error("its key is not 32 bytes long")]
    Length,
    /// The key id is that of another key or name.
    #[error("its key id does not fit its key")]
    KeyId,
    /// The name is one that no key may have.
    #[error(transparent)]
    Name(#[from] KeyError),
}

impl SecretText {
    /// The text of the key of this name that grows from 32 random bytes.
    ///
    /// # Errors
    /// [`KeyError`] for a name that no key may have.
    pub fn new(name: &str, seed: &[u8; 32]) -> Result<Self, KeyError> {
        let key = SigningKey::from_seed(name, seed)?;
        let secret = [&[Algorithm::Ed25519.byte()][..], seed].concat();
        let id = key.vkey().key_id();
        Ok(Self(format!(
            "{PREFIX}{name}+{id:08x}+{}",
            STANDARD.encode(secret)
        )))
    }

    /// The text itself, to be written where nobody else reads it.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for SecretText {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("SecretText(not shown)")
    }
}

/// Reads a secret key strictly: [`SecretText::new`] gives the same text again.
///
/// # Errors
/// [`SecretError`] says what is wrong, and shows nothing of it.
pub fn parse(text: &str) -> Result<SigningKey, SecretError> {
    let rest = text.strip_prefix(PREFIX).ok_or(SecretError::Prefix)?;
    // a name has no +, base64 may have one
    let parts: Vec<_> = rest.splitn(3, '+').collect();
    let [name, key_id, secret] = parts[..] else {
        return Err(SecretError::Parts);
    };
    let secret = STANDARD.decode(secret).map_err(|_| SecretError::Encoding)?;
    let (algorithm, seed) = secret.split_first().ok_or(SecretError::Length)?;
    if *algorithm != Algorithm::Ed25519.byte() {
        return Err(SecretError::Algorithm);
    }
    let seed = seed.try_into().map_err(|_| SecretError::Length)?;
    let key = SigningKey::from_seed(name, seed)?;
    if format!("{:08x}", key.vkey().key_id()) != key_id {
        return Err(SecretError::KeyId);
    }
    Ok(key)
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

    use super::*;

    /// The secret key in the documentation of Go's package `note`, and the public key that belongs to it.
    const SECRET: &str =
        "PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz";
    const PUBLIC: &str = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";

    fn seed_of(text: &str) -> [u8; 32] {
        let secret = STANDARD.decode(text.rsplit("a3+").next().unwrap()).unwrap();
        secret[1..].try_into().unwrap()
    }

    #[test]
    fn the_key_that_others_wrote_is_read_and_written_the_same() {
        assert_eq!(parse(SECRET).unwrap().vkey().as_str(), PUBLIC);
        let text = SecretText::new("PeterNeumann", &seed_of(SECRET)).unwrap();
        assert_eq!(text.reveal(), SECRET);
        assert_eq!(format!("{text:?}"), "SecretText(not shown)");
    }

    #[test]
    fn every_seed_and_name_comes_back() {
        for (name, seed) in [
            ("x.org/log", 0),
            ("open-images/root", 0xfb),
            ("bilder-für-alle", 255),
        ] {
            let text = SecretText::new(name, &[seed; 32]).unwrap();
            let key = SigningKey::from_seed(name, &[seed; 32]).unwrap();
            assert_eq!(parse(text.reveal()).unwrap().vkey(), key.vkey());
        }
        assert!(SecretText::new("two words", &[1; 32]).is_err());
        assert!(SecretText::new("a+b", &[1; 32]).is_err());
    }

    #[test]
    fn a_damaged_key_is_refused_with_the_reason_and_never_shown() {
        let secret = |bytes: &[u8]| format!("PRIVATE+KEY+n+00000000+{}", STANDARD.encode(bytes));
        let cases = [
            (PUBLIC.to_owned(), SecretError::Prefix),
            (String::new(), SecretError::Prefix),
            (
                "PRIVATE+KEY+PeterNeumann+c74f20a3".to_owned(),
                SecretError::Parts,
            ),
            (format!("{SECRET}!"), SecretError::Encoding),
            (format!("{SECRET}\n"), SecretError::Encoding),
            (secret(&[]), SecretError::Length),
            (
                secret(&[[1].as_slice(), &[7; 31]].concat()),
                SecretError::Length,
            ),
            (
                secret(&[[1].as_slice(), &[7; 33]].concat()),
                SecretError::Length,
            ),
            (
                secret(&[[4].as_slice(), &[7; 32]].concat()),
                SecretError::Algorithm,
            ),
            (SECRET.replace("c74f20a3", "c74f20a4"), SecretError::KeyId),
            (SECRET.replace("c74f20a3", "C74F20A3"), SecretError::KeyId),
            (
                SECRET.replace("PeterNeumann", "Peterneumann"),
                SecretError::KeyId,
            ),
        ];
        for (text, expected) in cases {
            let error = parse(&text).unwrap_err();
            assert_eq!(error, expected, "{text}");
            assert!(!error.to_string().contains("AYEKFALV"));
        }
        let unnamed = SECRET.replace("PeterNeumann", "Peter Neumann");
        assert!(matches!(parse(&unnamed), Err(SecretError::Name(_))));
        assert!(!format!("{:?}", parse(&unnamed)).contains("AYEKFALV"));
    }
}
