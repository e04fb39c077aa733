//! From text to words, the same for what is indexed, what is asked and what is marked in a snippet.
//!
//! A word is a run of letters and digits, in lower case, without accents, Greek letters spelled out (`TGF-β` is `tgf`, `beta`).
//! What hyphens tie together is its parts and, at the place of the first, the whole without hyphens, so that `time-lapse`,
//! `time lapse` and `timelapse` find each other. Two analysers are made of this: [`PLAIN`], and [`STEMMED`], which reduces
//! words of English to their stems and leaves alone what holds a digit, because that is a name (`cdc20`).

use std::collections::HashMap;

use tantivy::tokenizer::{
    AsciiFoldingFilter, Language, RawTokenizer, Stemmer, TextAnalyzer, Token, TokenFilter,
    TokenStream, Tokenizer, TokenizerManager,
};

/// Name of the analyser that keeps words as they are written, but for case and accents.
pub(super) const PLAIN: &str = "omma-plain";

/// Name of the analyser that reduces words to stems.
pub(super) const STEMMED: &str = "omma-stemmed";

/// A longer word is cut: no word of a language is, and a base sequence or a key is found by its beginning.
const LONGEST_WORD: usize = 100;

/// The most parts that are joined to one word; a chain of more hyphens is a list.
const MOST_PARTS: usize = 5;

/// Both analysers, for tantivy to find by their names.
pub(super) fn analysers() -> TokenizerManager {
    let manager = TokenizerManager::default();
    manager.register(PLAIN, plain());
    manager.register(STEMMED, stemmed());
    manager
}

/// The analyser [`PLAIN`].
pub(super) fn plain() -> TextAnalyzer {
    TextAnalyzer::builder(Words)
        .filter(AsciiFoldingFilter)
        .build()
}

/// The analyser [`STEMMED`].
pub(super) fn stemmed() -> TextAnalyzer {
    TextAnalyzer::builder(Words)
        .filter(AsciiFoldingFilter)
        .filter(StemWords)
        .build()
}

/// One word of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Word {
    /// The word, as the analyser makes it.
    pub text: String,
    /// Its place among the words of the text, from 0; a joined word has the place of its first part.
    pub position: usize,
    /// Where it begins in the text, in bytes.
    pub from: usize,
    /// Where it ends in the text, in bytes.
    pub to: usize,
    /// How many words it stands for: 1, or the parts of a joined word.
    pub parts: usize,
}

/// All words of a text, joined words included.
pub(super) fn words(analyser: &mut TextAnalyzer, text: &str) -> Vec<Word> {
    let mut found = Vec::new();
    analyser.token_stream(text).process(&mut |token| {
        found.push(Word {
            text: token.text.clone(),
            position: token.position,
            from: token.offset_from,
            to: token.offset_to,
            parts: token.position_length,
        });
    });
    found
}

/// A text as one key: its words without stems, with one space between them.
pub(super) fn folded(text: &str) -> String {
    let mut analyser = plain();
    let mut key = String::with_capacity(text.len());
    analyser.token_stream(text).process(&mut |token| {
        if token.position_length == 1 {
            if !key.is_empty() {
                key.push(' ');
            }
            key.push_str(&token.text);
        }
    });
    key
}

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

/// Hyphen-minus and its kin, U+2010 hyphen to U+2015 horizontal bar, U+2212 minus.
fn is_hyphen(character: char) -> bool {
    matches!(character, '-' | '\u{2010}'..='\u{2015}' | '\u{2212}')
}

/// An accent that stands behind its letter, as in texts that were decomposed.
fn is_combining(character: char) -> bool {
    matches!(character, '\u{300}'..='\u{36f}')
}

/// The bytes of an English possessive at the beginning of what follows a word: "Parkinson's" is "Parkinson".
fn possessive(following: &str) -> usize {
    let mut characters = following.chars();
    let (Some(apostrophe), Some(letter)) = (characters.next(), characters.next()) else {
        return 0;
    };
    let ends = characters
        .next()
        .is_none_or(|character| !character.is_alphanumeric());
    if matches!(apostrophe, '\'' | '’') && matches!(letter, 's' | 'S') && ends {
        apostrophe.len_utf8() + letter.len_utf8()
    } else {
        0
    }
}

/// Writes a character in lower case; Greek letters by their names, the micro sign as u, accents that stand alone not at all.
fn push_folded(character: char, letters: &mut String) {
    if character.is_ascii() {
        letters.push(character.to_ascii_lowercase());
        return;
    }
    for lower in character.to_lowercase() {
        match greek(lower) {
            Some(name) => letters.push_str(name),
            None if lower == 'µ' => letters.push('u'),
            None if is_combining(lower) => {}
            None => letters.push(lower),
        }
    }
}

fn greek(lower: char) -> Option<&'static str> {
    Some(match lower {
        'α' | 'ά' => "alpha",
        'β' | 'ϐ' => "beta",
        'γ' => "gamma",
        'δ' => "delta",
        'ε' | 'έ' | 'ϵ' => "epsilon",
        'ζ' => "zeta",
        'η' | 'ή' => "eta",
        'θ' | 'ϑ' => "theta",
        'ι' | 'ί' => "iota",
        'κ' => "kappa",
        'λ' => "lambda",
        'μ' => "mu",
        'ν' => "nu",
        'ξ' => "xi",
        'ο' | 'ό' => "omicron",
        'π' => "pi",
        'ρ' => "rho",
        'σ' | 'ς' => "sigma",
        'τ' => "tau",
        'υ' | 'ύ' => "upsilon",
        'φ' | 'ϕ' => "phi",
        'χ' => "chi",
        'ψ' => "psi",
        'ω' | 'ώ' => "omega",
        _ => return None,
    })
}

/// Stems words that hold no digit.
#[derive(Clone, Copy)]
struct StemWords;

impl TokenFilter for StemWords {
    type Tokenizer<T: Tokenizer> = StemmingWords<T>;

    fn transform<T: Tokenizer>(self, tokenizer: T) -> StemmingWords<T> {
        let stemmer = TextAnalyzer::builder(RawTokenizer::default())
            .filter(Stemmer::new(Language::English))
            .build();
        StemmingWords {
            inner: tokenizer,
            stems: Stems {
                stemmer,
                known: HashMap::new(),
            },
        }
    }
}

#[derive(Clone)]
struct StemmingWords<T> {
    inner: T,
    stems: Stems,
}

impl<T: Tokenizer> Tokenizer for StemmingWords<T> {
    type TokenStream<'a> = StemStream<'a, T::TokenStream<'a>>;

    fn token_stream<'a>(&'a mut self, text: &'a str) -> Self::TokenStream<'a> {
        StemStream {
            words: self.inner.token_stream(text),
            stems: &mut self.stems,
        }
    }
}

struct StemStream<'a, S> {
    words: S,
    stems: &'a mut Stems,
}

impl<S: TokenStream> TokenStream for StemStream<'_, S> {
    fn advance(&mut self) -> bool {
        if !self.words.advance() {
            return false;
        }
        let token = self.words.token_mut();
        if token.text.bytes().all(|byte| byte.is_ascii_lowercase()) {
            self.stems.replace(&mut token.text);
        }
        true
    }

    fn token(&self) -> &Token {
        self.words.token()
    }

    fn token_mut(&mut self) -> &mut Token {
        self.words.token_mut()
    }
}

/// Stems that were worked out before: the words of a language repeat, and stemming one costs more than looking it up.
#[derive(Clone)]
struct Stems {
    stemmer: TextAnalyzer,
    known: HashMap<String, String>,
}

impl Stems {
    /// The table is emptied when it has this many words, so that it takes a few megabytes at most.
    const MOST_KNOWN: usize = 20_000;

    fn replace(&mut self, word: &mut String) {
        if let Some(stem) = self.known.get(word.as_str()) {
            word.clone_from(stem);
            return;
        }
        let mut stem = String::new();
        self.stemmer
            .token_stream(word)
            .process(&mut |token| stem.push_str(&token.text));
        if self.known.len() >= Self::MOST_KNOWN {
            self.known.clear();
        }
        self.known.insert(std::mem::take(word), stem.clone());
        *word = stem;
    }
}
