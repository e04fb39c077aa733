//! Cuts a text into words, and joins what hyphens tie together.

use tantivy::tokenizer::{Token, TokenStream, Tokenizer};

use super::fold::{is_combining, is_hyphen, possessive, push_folded};
use super::unspaced::is_unspaced;

/// A longer word is cut: no word of a language is, and a base sequence or a key is found by its beginning.
const LONGEST_WORD: usize = 100;

/// The most parts that are joined to one word; a chain of more hyphens is a list.
const MOST_PARTS: usize = 5;

/// Of each byte, whether it is a letter or digit of ASCII.
const IS_PLAIN: [bool; 256] = {
    let mut is_plain = [false; 256];
    let mut byte = 0;
    while byte < 128 {
        is_plain[byte] = (byte as u8).is_ascii_alphanumeric();
        byte += 1;
    }
    is_plain
};

/// The tokenizer below both analysers. It keeps its buffers from one text to the next.
#[derive(Clone, Default)]
pub(super) struct Words {
    letters: String,
    spans: Vec<Span>,
    token: Token,
}

impl Tokenizer for Words {
    type TokenStream<'a> = WordStream<'a>;

    fn token_stream<'a>(&'a mut self, text: &'a str) -> WordStream<'a> {
        self.cut(text);
        WordStream {
            words: self,
            next: 0,
        }
    }
}

/// Where a word stands, in the text and in the buffer of lower-case letters. The buffer begins with the whole text, so that words of
/// ASCII stand at the same place in both.
#[derive(Clone, Copy)]
struct Span {
    begin: usize,
    end: usize,
    from: usize,
    to: usize,
    position: usize,
    parts: usize,
}

impl Words {
    fn cut(&mut self, text: &str) {
        self.letters.clear();
        self.letters.push_str(text);
        self.letters.make_ascii_lowercase();
        self.spans.clear();
        let mut scan = Scan::new(text, &mut self.letters);
        // where the parts begin that hyphens tie together
        let (mut group, mut position) = (0, 0);
        while let Some(mut span) = scan.word() {
            span.position = position;
            position += 1;
            self.spans.push(span);
            if scan.is_tied_to_next() {
                continue;
            }
            if (2..=MOST_PARTS).contains(&(self.spans.len() - group)) {
                let joined = scan.join(&self.spans[group..]);
                self.spans.insert(group + 1, joined);
            }
            group = self.spans.len();
        }
    }
}

/// The words of one text.
pub(super) struct WordStream<'w> {
    words: &'w mut Words,
    next: usize,
}

impl TokenStream for WordStream<'_> {
    fn advance(&mut self) -> bool {
        let Words {
            letters,
            spans,
            token,
        } = &mut *self.words;
        let Some(span) = spans.get(self.next) else {
            return false;
        };
        self.next += 1;
        token.text.clear();
        token.text.push_str(&letters[span.begin..span.end]);
        token.offset_from = span.from;
        token.offset_to = span.to;
        token.position = span.position;
        token.position_length = span.parts;
        true
    }

    fn token(&self) -> &Token {
        &self.words.token
    }

    fn token_mut(&mut self) -> &mut Token {
        &mut self.words.token
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

    /// The next word.
    fn word(&mut self) -> Option<Span> {
        let from = self.begin_of_word()?;
        let bytes = &self.text.as_bytes()[from..];
        let plain = bytes
            .iter()
            .position(|byte| !IS_PLAIN[*byte as usize])
            .unwrap_or(bytes.len());
        let is_plain = bytes.get(plain).is_none_or(u8::is_ascii);
        let (begin, end, to) = if is_plain {
            (from, from + plain.min(LONGEST_WORD), from + plain)
        } else {
            self.fold(from)
        };
        self.at = to + possessive(&self.text[to..]);
        Some(Span {
            begin,
            end,
            from,
            to,
            position: 0,
            parts: 1,
        })
    }

    /// Writes a word that is not of ASCII alone behind all other letters: where it begins and ends there, and where in the text it ends.
    fn fold(&mut self, from: usize) -> (usize, usize, usize) {
        let (begin, mut to) = (self.letters.len(), from);
        for character in self.text[from..].chars() {
            let is_of_word = character.is_alphanumeric() || is_combining(character);
            if !is_of_word || to > from && is_unspaced(character) {
                break;
            }
            to += character.len_utf8();
            if self.letters.len() - begin < LONGEST_WORD {
                push_folded(character, self.letters);
            }
            if is_unspaced(character) {
                break;
            }
        }
        (begin, self.letters.len(), to)
    }

    /// Where the first letter or digit stands from here on.
    fn begin_of_word(&self) -> Option<usize> {
        let bytes = self.text.as_bytes();
        let first = bytes[self.at..]
            .iter()
            .position(|byte| IS_PLAIN[*byte as usize] || !byte.is_ascii())?;
        let from = self.at + first;
        if bytes[from].is_ascii() {
            return Some(from);
        }
        let rest = &self.text[from..];
        rest.find(char::is_alphanumeric).map(|behind| from + behind)
    }

    /// Whether a hyphen and a further word follow at once.
    fn is_tied_to_next(&self) -> bool {
        if self.text.as_bytes().get(self.at) == Some(&b' ') {
            return false;
        }
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
