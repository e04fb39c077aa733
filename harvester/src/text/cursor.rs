//! Where somebody is who goes through everything: an opaque text, strictly read.

use sha2::{Digest as _, Sha256};

use super::error::SearchError;

/// Behind which document to go on, in which numbering, of which search.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Cursor {
    /// The numbering of documents, as in the commit.
    pub generation: String,
    /// The number of the last document that was given.
    pub after: u64,
    /// A digest of the search's parameters.
    pub search: String,
}

impl Cursor {
    /// `1-<generation>-<number>-<digest>`: the first figure is the form of the cursor.
    pub(super) fn write(&self) -> String {
        format!("1-{}-{}-{}", self.generation, self.after, self.search)
    }

    pub(super) fn parse(text: &str) -> Result<Self, SearchError> {
        let parts: Vec<&str> = text.split('-').collect();
        let ["1", generation, after, search] = parts.as_slice() else {
            return Err(SearchError::Cursor);
        };
        let is_hex = |text: &str| {
            text.len() == 16
                && text
                    .bytes()
                    .all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
        };
        let number: u64 = after.parse().map_err(|_| SearchError::Cursor)?;
        if !is_hex(generation) || !is_hex(search) || number.to_string() != *after {
            return Err(SearchError::Cursor);
        }
        Ok(Self {
            generation: (*generation).to_owned(),
            after: number,
            search: (*search).to_owned(),
        })
    }
}

/// Eight bytes of the digest of all parameters that decide which documents are hits, whatever their order.
pub(super) fn digest_of_search(pairs: &[(String, String)]) -> String {
    let mut deciding: Vec<&(String, String)> = pairs
        .iter()
        .filter(|(name, _)| !matches!(name.as_str(), "cursor" | "size" | "format" | "facets"))
        .collect();
    deciding.sort_unstable();
    let mut hash = Sha256::new();
    for (name, value) in deciding {
        for text in [name, value] {
            hash.update((text.len() as u64).to_be_bytes());
            hash.update(text.as_bytes());
        }
    }
    let digest = hash.finalize();
    digest[..8]
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

    use super::{Cursor, digest_of_search};

    #[test]
    fn only_a_cursor_as_it_was_given_is_read() {
        let cursor = Cursor {
            generation: "0123456789abcdef".to_owned(),
            after: 17,
            search: digest_of_search(&[]),
        };
        let text = cursor.write();
        assert_eq!(Cursor::parse(&text).unwrap(), cursor);
        for bad in [
            "",
            "*",
            "17",
            &text.to_uppercase(),
            &text.replacen("-17-", "-017-", 1),
            &text.replacen("-17-", "-+17-", 1),
            &format!("{text}-"),
            &text[1..],
        ] {
            assert!(Cursor::parse(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn the_order_of_parameters_does_not_count_and_their_values_do() {
        let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        let one = [pair("q", "a"), pair("kind", "study"), pair("size", "5")];
        let other = [pair("kind", "study"), pair("q", "a"), pair("cursor", "*")];
        assert_eq!(digest_of_search(&one), digest_of_search(&other));
        assert_ne!(
            digest_of_search(&one),
            digest_of_search(&[pair("q", "b"), pair("kind", "study")])
        );
    }
}
