//! All values that a document has in one facet, as one text.
//!
//! Each facet is one column with one text for each document, which the index keeps as a number (the ordinal of the text in the
//! segment's dictionary). Many documents have the same text, so that counting is adding one at that number for each hit, and only
//! then for each different text adding its count to the values in it: no work on strings for a hit, however many broader
//! terms its terms have.

/// Between values.
const NEXT: char = '\u{1f}';
/// Between a value and its label.
const LABEL: char = '\u{1e}';
/// Before a value that the document has itself.
const DIRECT: char = '=';
/// Before a value that it has because of a narrower one.
const BROADER: char = '<';

/// The most bytes of a bundle; a study with more authors or genes is still found by each of them, but not counted under the last.
const MOST_BYTES: usize = 48_000;

/// One value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Value<'b> {
    /// What it is filtered by: an IRI, a name …
    pub key: &'b str,
    /// What it is called, where the key does not say and no ontology does.
    pub label: Option<&'b str>,
    /// Whether the document has it itself.
    pub is_direct: bool,
}

/// Collects the values of a document.
#[derive(Debug, Default)]
pub(super) struct Bundle {
    text: String,
}

impl Bundle {
    /// A value that the document has.
    pub(super) fn direct(&mut self, key: &str, label: Option<&str>) {
        self.push(DIRECT, key, label);
    }

    /// A value that is broader than one of its own, and not one of its own.
    pub(super) fn broader(&mut self, key: &str) {
        self.push(BROADER, key, None);
    }

    fn push(&mut self, mark: char, key: &str, label: Option<&str>) {
        let is_plain = |text: &str| !text.contains([NEXT, LABEL]);
        let label = label.filter(|label| is_plain(label) && *label != key);
        let bytes = key.len() + label.map_or(0, str::len) + 3;
        if key.is_empty() || !is_plain(key) || self.text.len() + bytes > MOST_BYTES {
            return;
        }
        if !self.text.is_empty() {
            self.text.push(NEXT);
        }
        self.text.push(mark);
        self.text.push_str(key);
        if let Some(label) = label {
            self.text.push(LABEL);
            self.text.push_str(label);
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
        let mut characters = value.chars();
        let is_direct = characters.next()? == DIRECT;
        let rest = characters.as_str();
        let (key, label) = match rest.split_once(LABEL) {
            Some((key, label)) => (key, Some(label)),
            None => (rest, None),
        };
        Some(Value {
            key,
            label,
            is_direct,
        })
    })
}

#[cfg(test)]
mod tests {
    use super::{Bundle, Value, values};

    #[test]
    fn what_is_put_in_comes_out() {
        let mut bundle = Bundle::default();
        bundle.direct("a", Some("A = <b>"));
        bundle.broader("http://example.org/x");
        bundle.direct("", None);
        bundle.direct("bad\u{1f}key", None);
        let text = bundle.into_text();
        let found: Vec<_> = values(&text).collect();
        let value = |key, label, is_direct| Value {
            key,
            label,
            is_direct,
        };
        assert_eq!(
            found,
            [
                value("a", Some("A = <b>"), true),
                value("http://example.org/x", None, false)
            ]
        );
        assert_eq!(values("").count(), 0);
    }
}
