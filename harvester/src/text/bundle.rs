//! All values that a document has in one facet, as one text; and what is broader than a term, as another.
//!
//! Each facet is one column with one text for each document, the bundle, which the index keeps as a number (the ordinal of the text
//! in the segment's dictionary). Many documents have the same bundle, so that counting is adding one at that number for each hit,
//! and only then for each different bundle adding its count to the values in it: no work on strings for a hit.
//!
//! A bundle names only what the document has itself. What is broader stands in one further column, once for all
//! terms that have the same above them, under a digest that the bundle repeats. So a document of a taxon with thirty ancestors costs a few
//! bytes, and yet is counted by what was above its terms when it was indexed, which is also what filters find it by.

use std::sync::Arc;

use sha2::{Digest as _, Sha256};

/// Between values.
const NEXT: char = '\u{1f}';
/// Between the parts of a value.
const PART: char = '\u{1e}';

/// The most bytes of a bundle; a study with more authors or genes is still found by each of them, but not counted under the last.
const MOST_BYTES: usize = 48_000;

/// One value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Value<'b> {
    /// What it is filtered by: an IRI, a name …
    pub key: &'b str,
    /// What it is called, where the key does not say and no ontology does.
    pub label: Option<&'b str>,
    /// The digest of what is broader; none where nothing is.
    pub broader: Option<&'b str>,
}

/// Collects the values of a document.
#[derive(Debug, Default)]
pub(super) struct Bundle {
    text: String,
}

impl Bundle {
    /// Adds a value that the document has. What cannot be written (an empty key, a separator within) is left out.
    pub(super) fn push(&mut self, value: Value<'_>) {
        let is_plain = |text: &str| !text.contains([NEXT, PART]);
        let label = value
            .label
            .filter(|label| is_plain(label) && *label != value.key)
            .unwrap_or_default();
        let broader = value.broader.unwrap_or_default();
        let bytes = value.key.len() + label.len() + broader.len() + 3;
        if value.key.is_empty() || !is_plain(value.key) || self.text.len() + bytes > MOST_BYTES {
            return;
        }
        if !self.text.is_empty() {
            self.text.push(NEXT);
        }
        for (place, part) in [value.key, label, broader].into_iter().enumerate() {
            if place > 0 {
                self.text.push(PART);
            }
            self.text.push_str(part);
        }
    }

    /// The text; empty where there is no value.
    pub(super) fn into_text(self) -> String {
        self.text
    }
}

/// The values in a bundle's text.
pub(super) fn values(text: &str) -> impl Iterator<Item = Value<'_>> {
    text.split(NEXT).filter_map(|value| {
        let mut parts = value.split(PART);
        let key = parts.next().filter(|key| !key.is_empty())?;
        let mut stated = || parts.next().filter(|part| !part.is_empty());
        Some(Value {
            key,
            label: stated(),
            broader: stated(),
        })
    })
}

/// What is broader than a term, as it is written into the index.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub(super) struct Broader {
    /// Under what bundles name it: 16 bytes of the digest, in hex.
    pub digest: String,
    /// Facet, digest, keys; every document of such a term has it.
    pub text: Arc<str>,
}

impl Broader {
    /// None where there is nothing broader.
    pub(super) fn of(facet: &str, keys: &[String]) -> Option<Self> {
        if keys.is_empty() {
            return None;
        }
        let mut sorted: Vec<&str> = keys.iter().map(String::as_str).collect();
        sorted.sort_unstable();
        let list = sorted.join(&NEXT.to_string());
        let digest: String = Sha256::digest(list.as_bytes())[..16]
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect();
        let text = format!("{}{digest}{NEXT}{list}", broader_of(facet));
        Some(Self {
            digest,
            text: text.into(),
        })
    }
}

/// With what the texts of a facet begin.
pub(super) fn broader_of(facet: &str) -> String {
    format!("{facet}{PART}")
}

/// The digest and the keys of a text, without the facet before them.
pub(super) fn broader_keys(text: &str) -> Option<(&str, impl Iterator<Item = &str>)> {
    let (digest, list) = text.split_once(NEXT)?;
    Some((digest, list.split(NEXT)))
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

    use super::{Broader, Bundle, Value, broader_keys, broader_of, values};

    #[test]
    fn what_is_put_in_comes_out() {
        let value = |key, label, broader| Value {
            key,
            label,
            broader,
        };
        let good = [
            value("a", Some("A = <b>"), None),
            value("http://example.org/x", None, Some("00ff")),
            value("b", Some("B"), Some("00ff")),
        ];
        let mut bundle = Bundle::default();
        for value in good {
            bundle.push(value);
        }
        bundle.push(value("", None, None));
        bundle.push(value("bad\u{1f}key", None, None));
        let text = bundle.into_text();
        assert_eq!(values(&text).collect::<Vec<_>>(), good);
        assert_eq!(values("").count(), 0);
    }

    #[test]
    fn what_is_broader_is_the_same_whatever_the_order() {
        let keys = ["y".to_owned(), "x".to_owned()];
        let broader = Broader::of("organism", &keys).unwrap();
        let reversed = [keys[1].clone(), keys[0].clone()];
        assert_eq!(Broader::of("organism", &reversed), Some(broader.clone()));
        assert_eq!(Broader::of("organism", &[]), None);
        let text = broader.text.strip_prefix(&broader_of("organism")).unwrap();
        let (digest, found) = broader_keys(text).unwrap();
        assert_eq!(digest, broader.digest);
        assert_eq!(found.collect::<Vec<_>>(), ["x", "y"]);
    }
}
