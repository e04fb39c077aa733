//! Cuts a text into words, and joins what hyphens tie together.

use tantivy::tokenizer::{Token, TokenStream, Tokenizer};

use super::fold::{is_combining, is_hyphen, possessive, push_folded};

/// A longer word is cut: no word of a language is, and a base sequence or a key is found by its beginning.
const LONGEST_WORD: usize = 100;

/// The most parts that are joined to one word; a chain of more hyphens is a list.
const MOST_PARTS: usize = 5;

/// The tokenizer below both analysers.
#[derive(Clone, Copy, Default)]
pub(super) struct Words;

impl Tokenizer for Words {
    type TokenStream<'a> = WordStream;

    fn token_stream<'a>(&'a mut self, text: &'a str) -> WordStream {
        WordStream::of(text)
    }
}

/// Where a word stands, in the text and in the buffer of lower-case letters.
#[derive(Clone, Copy)]
struct Span {
    begin: usize,
    end: usize,
    from: usize,
    to: usize,
    position: usize,
    parts: usize,
}

/// The words of one text.
pub(super) struct WordStream {
    letters: String,
    spans: Vec<Span>,
    next: usize,
    token: Token,
}

impl WordStream {
    fn of(text: &str) -> Self {
        let mut stream = Self {
            letters: String::with_capacity(text.len()),
            spans: Vec::with_capacity(text.len() / 6),
            next: 0,
            token: Token::default(),
        };
        let mut scan = Scan::new(text, &mut stream.letters);
        let mut group: Vec<Span> = Vec::new();
        let mut position = 0;
        while let Some((mut span, is_tied)) = scan.word() {
            if !is_tied {
                stream.spans.append(&mut group);
            }
            span.position = position;
            position += 1;
            group.push(span);
            if !scan.is_tied_to_next() && (2..=MOST_PARTS).contains(&group.len()) {
                let joined = scan.join(&group);
                group.insert(1, joined);
            }
        }
        stream.spans.append(&mut group);
        stream
    }
}

impl TokenStream for WordStream {
    fn advance(&mut self) -> bool {
        let Some(span) = self.spans.get(self.next).copied() else {
            return false;
        };
        self.next += 1;
        self.token.text.clear();
        self.token
            .text
            .push_str(&self.letters[span.begin..span.end]);
        self.token.offset_from = span.from;
        self.token.offset_to = span.to;
        self.token.position = span.position;
        self.token.position_length = span.parts;
        true
    }

    fn token(&self) -> &Token {
        &self.token
    }

    fn token_mut(&mut self) -> &mut Token {
        &mut self.token
    }
}

/// Reads words from left to right.
struct Scan<'t> {
    text: &'t str,
    at: usize,
    letters: &'t mut String,
}

impl<'t> Scan<'t> {
    fn new(text: &'t str, letters: &'t mut String) -> Self {
        Self {
            text,
            at: 0,
            letters,
        }
    }

    /// The next word, and whether only a hyphen stands between it and the one before.
    fn word(&mut self) -> Option<(Span, bool)> {
        let is_tied = self.at > 0 && self.is_tied_to_next();
        let rest = &self.text[self.at..];
        let from = self.at + rest.find(char::is_alphanumeric)?;
        let mut to = from;
        let begin = self.letters.len();
        for character in self.text[from..].chars() {
            if !character.is_alphanumeric() && !is_combining(character) {
                break;
            }
            to += character.len_utf8();
            if self.letters.len() - begin < LONGEST_WORD {
                push_folded(character, self.letters);
            }
        }
        let end = self.letters.len();
        self.at = to + possessive(&self.text[to..]);
        let span = Span {
            begin,
            end,
            from,
            to,
            position: 0,
            parts: 1,
        };
        Some((span, is_tied))
    }

    /// Whether a hyphen and a further word follow at once.
    fn is_tied_to_next(&self) -> bool {
        let mut following = self.text[self.at..].chars();
        following.next().is_some_and(is_hyphen)
            && following.next().is_some_and(char::is_alphanumeric)
    }

    /// The parts as one word, at the place of the first.
    fn join(&mut self, parts: &[Span]) -> Span {
        let begin = self.letters.len();
        for part in parts {
            let room = LONGEST_WORD.saturating_sub(self.letters.len() - begin);
            let letters = self.letters[part.begin..part.end].to_owned();
            self.letters.extend(letters.chars().take(room));
        }
        Span {
            begin,
            end: self.letters.len(),
            from: parts[0].from,
            to: parts[parts.len() - 1].to,
            position: parts[0].position,
            parts: parts.len(),
        }
    }
}
