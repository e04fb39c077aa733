//! Names of stored objects: checked once, safe to join to a folder ever after.

use std::fmt;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::relative_path::RelPath;

/// The name of a stored object or of a folder of them, relative to the node's data: `log/tile/0/000`.
///
/// UTF-8, `/` between its parts, at most 3,000 bytes and 255 a part. No part is empty, `.` or `..`, none holds a
/// backslash or a control character, and the first does not begin with a dot: such names are a store's own.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Key(String);

/// Why a text is not a key.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{text:?} cannot be the name of a stored object: {reason}")]
pub struct KeyError {
    text: String,
    reason: &'static str,
}

const LONGEST_KEY: usize = 3000;
const LONGEST_PART: usize = 255;

impl Key {
    /// Parses a key.
    ///
    /// # Errors
    /// Says which rule the text breaks.
    pub fn parse(text: &str) -> Result<Key, KeyError> {
        match flaw(text) {
            None => Ok(Key(text.to_owned())),
            Some(reason) => Err(KeyError {
                text: text.chars().take(200).collect(),
                reason,
            }),
        }
    }

    /// The key of `rest` inside this folder.
    ///
    /// # Errors
    /// Says which rule the joined text breaks.
    pub fn join(&self, rest: &str) -> Result<Key, KeyError> {
        Key::parse(&format!("{}/{rest}", self.0))
    }

    /// The key of a study's path inside this folder. A [`RelPath`] keeps every rule of a key, so this cannot fail; a
    /// result longer than the disk allows is refused by the disk.
    pub fn below(&self, path: &RelPath) -> Key {
        Key(format!("{}/{path}", self.0))
    }

    /// The key of a part that the program itself makes (a literal, a number, a digest) inside this folder.
    pub(crate) fn part(&self, part: impl fmt::Display) -> Key {
        let joined = format!("{}/{part}", self.0);
        debug_assert_eq!(flaw(&joined), None, "{joined:?}");
        Key(joined)
    }

    /// The key as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The last part.
    pub fn name(&self) -> &str {
        self.0.rsplit('/').next().unwrap_or(&self.0)
    }

    /// The folder this is in, if it is in one.
    pub fn parent(&self) -> Option<Key> {
        self.0
            .rsplit_once('/')
            .map(|(folder, _)| Key(folder.to_owned()))
    }

    /// What follows `folder/` in this key, if it is inside that folder.
    pub fn inside(&self, folder: &Key) -> Option<&str> {
        self.0.strip_prefix(&folder.0)?.strip_prefix('/')
    }

    /// The path of this key below a folder of the disk.
    pub fn path_in(&self, folder: &Path) -> PathBuf {
        folder.join(&self.0)
    }
}

fn flaw(text: &str) -> Option<&'static str> {
    if text.len() > LONGEST_KEY {
        return Some("it is longer than 3,000 bytes");
    }
    if text.starts_with('.') {
        return Some("it begins with a dot; such names are the store's own");
    }
    if text.contains('\\') {
        return Some("it has a backslash; use / between folders");
    }
    if text.chars().any(char::is_control) {
        return Some("it has a control character");
    }
    text.split('/').find_map(|part| match part {
        "" => Some("it has an empty part (// or a / at an end)"),
        "." | ".." => Some("it has a part . or .., which would leave the folder"),
        _ if part.len() > LONGEST_PART => Some("a part of it is longer than 255 bytes"),
        _ => None,
    })
}

impl fmt::Display for Key {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl TryFrom<String> for Key {
    type Error = KeyError;

    fn try_from(text: String) -> Result<Key, KeyError> {
        Key::parse(&text)
    }
}

impl From<Key> for String {
    fn from(key: Key) -> String {
        key.0
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

    use super::Key;

    #[test]
    fn a_key_that_stays_inside_is_kept() {
        for text in [
            "a",
            "log/tile/0/x001/234",
            "ocfl/0=ocfl_1.1",
            "a/.b",
            "ä/日本 x.tif",
        ] {
            assert_eq!(Key::parse(text).as_ref().map(Key::as_str), Ok(text));
        }
    }

    #[test]
    fn a_key_that_could_leave_or_hide_is_refused() {
        for text in [
            "",
            "/a",
            "../a",
            "a/../b",
            "a//b",
            "a/",
            "a\\b",
            "a\nb",
            "a\0",
            ".writing/x",
            "./a",
            "a/./b",
        ] {
            assert!(Key::parse(text).is_err(), "{text:?}");
        }
        assert!(Key::parse(&"x/".repeat(2000)).is_err());
        assert!(Key::parse(&"x".repeat(256)).is_err());
    }

    #[test]
    fn a_key_knows_its_folder() {
        let key = Key::parse("a/b/c").unwrap();
        assert_eq!(key.name(), "c");
        assert_eq!(key.parent().unwrap().as_str(), "a/b");
        assert_eq!(Key::parse("a").unwrap().parent(), None);
        assert_eq!(key.inside(&Key::parse("a").unwrap()), Some("b/c"));
        assert_eq!(key.inside(&Key::parse("a/b/c").unwrap()), None);
        assert_eq!(key.inside(&Key::parse("a/bb").unwrap()), None);
    }
}
