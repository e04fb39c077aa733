//! Lists: several texts in one, which are indexed as if each stood by itself.
//!
//! One text is cheaper to hand over than fifty. The names of terms come again and again, so that their words are kept.

use tantivy::tokenizer::{Token, TokenStream, Tokenizer};

use super::kept::Kept;

/// Stands behind each text of a list.
pub(in crate::text) const END: char = '\u{1f}';

/// Between the texts of a list is the gap that tantivy leaves between values, so that no phrase reaches from one into the next.
const GAP: usize = 1;

/// A longer text is not kept: it is no name.
const LONGEST_KEPT: usize = 200;

/// The most texts whose words are kept: at most about three megabytes.
const MOST_KEPT: usize = 8_192;

/// A tokenizer that reads lists, over one that reads single texts.
#[derive(Clone)]
pub(super) struct Lists<T> {
    inner: T,
    kept: Kept<Vec<Token>>,
    token: Token,
}

impl<T> Lists<T> {
    pub(super) fn of(inner: T) -> Self {
        Self {
            inner,
            kept: Kept::up_to(MOST_KEPT),
            token: Token::default(),
        }
    }
}

impl<T: Tokenizer> Tokenizer for Lists<T> {
    type TokenStream<'a> = ListStream<'a, T>;

    fn token_stream<'a>(&'a mut self, text: &'a str) -> ListStream<'a, T> {
        if !text.contains(END) {
            return ListStream::Single(self.inner.token_stream(text));
        }
        ListStream::List(List {
            lists: self,
            list: text,
            from: 0,
            to: 0,
            position: 0,
            behind: 0,
            words: Found::None,
            next: 0,
        })
    }
}

/// The words of one text or of one list.
pub(super) enum ListStream<'a, T: Tokenizer> {
    Single(T::TokenStream<'a>),
    List(List<'a, T>),
}

/// The words of one list.
pub(super) struct List<'a, T> {
    lists: &'a mut Lists<T>,
    list: &'a str,
    /// Where the text that is read begins in the list, in bytes.
    from: usize,
    /// Where the next one begins.
    to: usize,
    /// The position of its first word.
    position: usize,
    /// The first position behind its words.
    behind: usize,
    words: Found,
    next: usize,
}

/// Where the words of the text are that is read.
enum Found {
    None,
    /// At this place among those that are kept.
    Kept(usize),
    Long(Vec<Token>),
}

impl<T: Tokenizer> List<'_, T> {
    fn advance(&mut self) -> bool {
        while !self.next_word() {
            if self.to == self.list.len() {
                return false;
            }
            self.next_text();
        }
        true
    }

    fn next_word(&mut self) -> bool {
        let Lists { kept, token, .. } = &mut *self.lists;
        let words = match &self.words {
            Found::None => return false,
            Found::Kept(place) => kept.at(*place),
            Found::Long(words) => words,
        };
        let Some(word) = words.get(self.next) else {
            return false;
        };
        self.next += 1;
        token.text.clone_from(&word.text);
        token.offset_from = self.from + word.offset_from;
        token.offset_to = self.from + word.offset_to;
        token.position = self.position + word.position;
        token.position_length = word.position_length;
        self.behind = self.behind.max(token.position + token.position_length);
        true
    }

    fn next_text(&mut self) {
        let rest = &self.list[self.to..];
        let length = rest.find(END).unwrap_or(rest.len());
        let text = &rest[..length];
        self.from = self.to;
        self.to = (self.from + length + END.len_utf8()).min(self.list.len());
        if !matches!(self.words, Found::None) {
            self.position = self.behind + GAP;
            self.behind = self.position;
        }
        let Lists { inner, kept, .. } = &mut *self.lists;
        let mut work_out = |text: &str, words: &mut Vec<Token>| {
            words.clear();
            inner
                .token_stream(text)
                .process(&mut |token| words.push(token.clone()));
        };
        self.words = if text.len() <= LONGEST_KEPT {
            Found::Kept(kept.find(text, work_out))
        } else {
            let mut words = Vec::new();
            work_out(text, &mut words);
            Found::Long(words)
        };
        self.next = 0;
    }
}

impl<T: Tokenizer> TokenStream for ListStream<'_, T> {
    fn advance(&mut self) -> bool {
        match self {
            Self::Single(words) => words.advance(),
            Self::List(words) => words.advance(),
        }
    }

    fn token(&self) -> &Token {
        match self {
            Self::Single(words) => words.token(),
            Self::List(words) => &words.lists.token,
        }
    }

    fn token_mut(&mut self) -> &mut Token {
        match self {
            Self::Single(words) => words.token_mut(),
            Self::List(words) => &mut words.lists.token,
        }
    }
}

/// A tokenizer whose words are the texts of a list as they are.
#[derive(Clone, Default)]
pub(super) struct Keys {
    token: Token,
}

impl Tokenizer for Keys {
    type TokenStream<'a> = KeyStream<'a>;

    fn token_stream<'a>(&'a mut self, text: &'a str) -> KeyStream<'a> {
        KeyStream {
            keys: text.split_terminator(END),
            token: &mut self.token,
        }
    }
}

/// The keys of one list.
pub(super) struct KeyStream<'a> {
    keys: std::str::SplitTerminator<'a, char>,
    token: &'a mut Token,
}

impl TokenStream for KeyStream<'_> {
    fn advance(&mut self) -> bool {
        let Some(key) = self.keys.next() else {
            return false;
        };
        self.token.text.clear();
        self.token.text.push_str(key);
        // a key has no place, and a token that was never filled has an impossible one
        self.token.position = 0;
        true
    }

    fn token(&self) -> &Token {
        self.token
    }

    fn token_mut(&mut self) -> &mut Token {
        self.token
    }
}

#[cfg(test)]
mod tests {
    use super::super::{plain, stemmed, words};
    use super::END;

    #[test]
    fn a_list_has_the_words_of_its_texts_at_places_of_their_own() {
        let long = "a long description of dividing cells ".repeat(20);
        let texts = ["House-mouse cells", "", "α-tubulin", long.as_str(), "cells"];
        for mut analyser in [plain(), stemmed()] {
            // the second time all words are kept that are kept at all
            for _ in 0..2 {
                let list: String = texts.iter().map(|text| format!("{text}{END}")).collect();
                let of_list = words(&mut analyser, &list);
                let mut expected = Vec::new();
                let (mut from, mut position) = (0, 0);
                for text in texts {
                    let of_text = words(&mut analyser, text);
                    let mut behind = position;
                    for mut word in of_text {
                        word.from += from;
                        word.to += from;
                        word.position += position;
                        behind = behind.max(word.position + word.parts);
                        expected.push(word);
                    }
                    from += text.len() + END.len_utf8();
                    position = behind + 1;
                }
                assert_eq!(of_list, expected);
            }
        }
    }

    #[test]
    fn a_text_with_a_separator_in_it_loses_no_word() {
        let found = words(&mut plain(), "one\u{1f}two\u{1f}\u{1f}three");
        let found: Vec<&str> = found.iter().map(|word| word.text.as_str()).collect();
        assert_eq!(found, ["one", "two", "three"]);
    }
}
