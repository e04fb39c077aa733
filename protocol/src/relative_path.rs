//! Paths of files inside a study: parsed once, safe to join ever after.

use std::fmt;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

/// A path inside a study: UTF-8, `/` between its parts, at most 1,000 bytes and 255 a part; no part is empty, `.`
/// or `..`, none holds a backslash or a control character, and none is a name that Windows cannot hold as a drive.
///
/// It can be joined to a folder without leaving it, as long as the folder holds no symbolic links: readers of
/// folders refuse those.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct RelPath(String);

/// Why a text is not a path inside a study.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{path:?} cannot be a file of a study: {reason}")]
pub struct RelPathError {
    path: String,
    reason: &'static str,
}

impl RelPath {
    /// Parses a path; a leading `./` is dropped.
    ///
    /// # Errors
    /// Says which rule the path breaks.
    pub fn parse(path: &str) -> Result<RelPath, RelPathError> {
        let refuse = |reason| {
            Err(RelPathError {
                path: path.chars().take(200).collect(),
                reason,
            })
        };
        let trimmed = path.strip_prefix("./").unwrap_or(path);
        if trimmed.is_empty() {
            return refuse("it is empty");
        }
        if trimmed.len() > 1000 {
            return refuse("it is longer than 1,000 bytes");
        }
        if trimmed.starts_with('/') {
            return refuse("it is absolute; give it relative to the study's folder");
        }
        if trimmed.contains('\\') {
            return refuse("it has a backslash; use / between folders");
        }
        if trimmed.chars().any(char::is_control) {
            return refuse("it has a control character");
        }
        for part in trimmed.split('/') {
            match part {
                "" => return refuse("it has an empty part (// or a / at its end)"),
                "." | ".." => {
                    return refuse("it has a part . or .., which would leave the study's folder");
                }
                _ if part.len() > 255 => return refuse("a part of it is longer than 255 bytes"),
                _ => {}
            }
        }
        if trimmed.as_bytes().get(1) == Some(&b':') && trimmed.as_bytes()[0].is_ascii_alphabetic() {
            return refuse("it begins with a drive letter");
        }
        Ok(RelPath(trimmed.to_owned()))
    }

    /// The path as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The last part.
    pub fn file_name(&self) -> &str {
        self.0.rsplit('/').next().unwrap_or(&self.0)
    }

    /// Below a folder.
    pub fn below(&self, folder: &Path) -> PathBuf {
        folder.join(&self.0)
    }
}

impl fmt::Display for RelPath {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl TryFrom<String> for RelPath {
    type Error = RelPathError;

    fn try_from(path: String) -> Result<RelPath, RelPathError> {
        RelPath::parse(&path)
    }
}

impl From<RelPath> for String {
    fn from(path: RelPath) -> String {
        path.0
    }
}

#[cfg(test)]
mod tests {
    use super::RelPath;

    #[test]
    fn a_path_that_stays_inside_is_kept() {
        for path in ["a", "a/b.tif", "ä/日本 x.tif", "..a/b..", "a.b"] {
            assert_eq!(RelPath::parse(path).as_ref().map(RelPath::as_str), Ok(path));
        }
        assert_eq!(RelPath::parse("./a").as_ref().map(RelPath::as_str), Ok("a"));
    }

    #[test]
    fn a_path_that_could_leave_is_refused() {
        for path in [
            "", "/a", "../a", "a/../b", "a//b", "a/", "a\\b", "a\nb", "a\0", "C:/x", ".", "./",
            "a/./b",
        ] {
            assert!(RelPath::parse(path).is_err(), "{path:?}");
        }
        assert!(RelPath::parse(&"x".repeat(256)).is_err());
    }
}
