//! From text to words, the same for what is indexed, what is asked and what is marked in a snippet.
//!
//! A word is a run of letters and digits, in lower case, without accents, Greek letters spelled out (`TGF-β` is `tgf`, `beta`).
//! What hyphens tie together is its parts and, at the place of the first, the whole without hyphens, so that `time-lapse`,
//! `time lapse` and `timelapse` find each other. Where a script leaves no spaces between words, each character is a word (`unspaced.rs`). Two analysers are made of this: [`PLAIN`], and [`STEMMED`], which reduces
//! words of English to their stems and leaves alone what holds a digit, because that is a name (`cdc20`). Both read lists of texts
//! as well, with [`END`] behind each.

mod fold;
mod kept;
mod list;
mod scan;
mod stem;
mod unspaced;

use tantivy::tokenizer::{AsciiFoldingFilter, TextAnalyzer, TokenFilter as _, TokenizerManager};

pub(super) use list::END;
use list::{Keys, Lists};
use scan::Words;
use stem::StemWords;
pub(super) use unspaced::is_unspaced;

/// Name of the analyser that keeps words as they are written, but for case and accents.
pub(super) const PLAIN: &str = "omma-plain";

/// Name of the analyser that reduces words to stems.
pub(super) const STEMMED: &str = "omma-stemmed";

/// Name of the analyser whose words are the entries of a list as they are.
pub(super) const KEYS: &str = "omma-keys";

/// The analysers, for tantivy to find by their names.
pub(super) fn analysers() -> TokenizerManager {
    let manager = TokenizerManager::default();
    manager.register(PLAIN, plain());
    manager.register(STEMMED, stemmed());
    manager.register(KEYS, TextAnalyzer::from(Keys::default()));
    manager
}

/// The analyser [`PLAIN`].
pub(super) fn plain() -> TextAnalyzer {
    let words = AsciiFoldingFilter.transform(Words::default());
    TextAnalyzer::from(Lists::of(words))
}

/// The analyser [`STEMMED`].
pub(super) fn stemmed() -> TextAnalyzer {
    let words = AsciiFoldingFilter.transform(Words::default());
    TextAnalyzer::from(Lists::of(StemWords.transform(words)))
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
