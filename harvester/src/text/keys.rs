//! Keys: what a document is found under as a whole, without words: `organism=http://…`, `ident=doi:10.1/x`.

use super::facet::Facet;
use super::record::{Author, words_of_name};
use super::words::END;

/// The most words of one name that any subset of is found; a name with more is found by all of them and by each.
const MOST_NAME_WORDS: usize = 5;

/// The keys of a document, as one list.
#[derive(Debug)]
pub(super) struct Keys {
    list: String,
}

impl Keys {
    /// No keys, and room for those of a common study.
    pub(super) fn new() -> Self {
        Self {
            list: String::with_capacity(2_048),
        }
    }

    /// Adds a key that is made of these parts.
    pub(super) fn push(&mut self, parts: &[&str]) {
        for part in parts {
            push_key(part, &mut self.list);
        }
        self.list.push(END);
    }

    /// The list.
    pub(super) fn into_text(self) -> String {
        self.list
    }

    /// Under what an author is found: the ORCID, and every selection of the words of the name, also with initials for the other
    /// words, whatever the order ("Doe, Jane", "Jane Doe", "J. Doe", "Doe").
    pub(super) fn author(&mut self, author: &Author) {
        if let Some(orcid) = &author.orcid {
            self.of_author([orcid.to_lowercase().as_str()]);
        }
        let words = words_of_name(&author.name);
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        if words.len() > MOST_NAME_WORDS || words.is_empty() {
            self.of_author(words.iter().copied());
            for word in &words {
                self.of_author([*word]);
            }
            return;
        }
        let mut selected = Vec::with_capacity(words.len());
        for selection in 1_u32..1 << words.len() {
            selected.clear();
            let chosen = words.iter().enumerate();
            let chosen = chosen.filter(|(place, _)| selection & (1 << place) != 0);
            selected.extend(chosen.map(|(_, word)| *word));
            self.with_initials(&selected);
        }
    }

    /// The words as they are, and each word in full with the others as initials.
    fn with_initials(&mut self, words: &[&str]) {
        self.of_author(words.iter().copied());
        if words.len() < 2 {
            return;
        }
        let mut mixed = Vec::with_capacity(words.len());
        for full in 0..words.len() {
            mixed.clear();
            mixed.extend(words.iter().enumerate().map(|(place, word)| {
                let end = word.chars().next().map_or(0, char::len_utf8);
                if place == full { *word } else { &word[..end] }
            }));
            mixed.sort_unstable();
            mixed.dedup();
            self.of_author(mixed.iter().copied());
        }
    }

    /// An author's key of words with a space between them.
    fn of_author<'w>(&mut self, words: impl IntoIterator<Item = &'w str>) {
        self.list.push_str(Facet::Author.name());
        self.list.push('=');
        for (place, word) in words.into_iter().enumerate() {
            if place > 0 {
                self.list.push(' ');
            }
            push_key(word, &mut self.list);
        }
        self.list.push(END);
    }
}

/// A key as it stands in the index: what ends a key cannot stand within one.
pub(super) fn key(text: &str) -> String {
    let mut key = String::with_capacity(text.len());
    push_key(text, &mut key);
    key
}

fn push_key(text: &str, list: &mut String) {
    let mut parts = text.split(END);
    list.extend(parts.next());
    for part in parts {
        list.push(' ');
        list.push_str(part);
    }
}

#[cfg(test)]
mod tests {
    use super::{END, Keys, key};
    use crate::text::record::Author;

    #[test]
    fn an_author_is_found_by_any_part_of_the_name() {
        let mut keys = Keys::new();
        keys.author(&Author {
            name: "Doe, Jané M.".to_owned(),
            orcid: Some("0000-0001-2345-678X".to_owned()),
        });
        let list = keys.into_text();
        let keys: Vec<&str> = list.split_terminator(END).collect();
        for expected in [
            "doe",
            "doe jane",
            "doe j",
            "doe jane m",
            "doe j m",
            "0000-0001-2345-678x",
        ] {
            assert!(
                keys.contains(&format!("author={expected}").as_str()),
                "{expected}: {keys:?}"
            );
        }
    }

    #[test]
    fn no_value_makes_two_keys() {
        let mut keys = Keys::new();
        keys.push(&["ident=", "a\u{1f}ident=b"]);
        let list = keys.into_text();
        let keys: Vec<&str> = list.split_terminator(END).collect();
        assert_eq!(keys, [key("ident=a\u{1f}ident=b")]);
    }
}
