//! What a word that nothing has was perhaps meant to be: the nearest word among the names of what documents have.

use std::sync::PoisonError;

use ontologies::Terms;
use strsim::damerau_levenshtein;

use super::{MOST_NAMES, Names};
use crate::text::Text;
use crate::text::error::TextError;
use crate::text::words::folded;

/// Words of fewer letters are near to too many others, and what is longer is no word.
const LETTERS: std::ops::RangeInclusive<usize> = 4..=40;

/// From so many letters on a word may differ by two, below by one.
const LONG: usize = 6;

impl Text {
    /// The word of a name that is spelled nearly so: one letter more, less, other or exchanged with its neighbour, of a long word two. Of
    /// several that are as near the one that most documents have; none where nothing is near, and for a word that is in a name itself.
    ///
    /// # Errors
    /// When the index cannot be read.
    pub fn spelled(&self, word: &str, terms: &Terms) -> Result<Option<String>, TextError> {
        let word = folded(word);
        let letters = word.chars().count();
        if !LETTERS.contains(&letters) || word.contains(' ') {
            return Ok(None);
        }
        let view = self.view();
        let mut names = self.names.lock().unwrap_or_else(PoisonError::into_inner);
        self.complete(&mut names, terms);
        self.count_again(&mut names, &view.searcher)?;
        Ok(nearest(&names, &word, letters))
    }
}

fn nearest(names: &Names, word: &str, letters: usize) -> Option<String> {
    let most = if letters < LONG { 1 } else { 2 };
    let mut best: Option<(usize, u64, &str)> = None;
    for (name, values) in names.sorted.iter().take(MOST_NAMES) {
        for other in name.split(' ') {
            // cheap questions first: most words are of another length
            if other.chars().count().abs_diff(letters) > most {
                continue;
            }
            let distance = damerau_levenshtein(word, other);
            if distance > most || best.is_some_and(|(nearest, ..)| distance > nearest) {
                continue;
            }
            let count = values.iter().map(|value| names.count(value)).max();
            let count = count.unwrap_or(0);
            let is_better = |(nearest, most, _): (usize, u64, &str)| {
                distance < nearest || distance == nearest && count > most
            };
            if count > 0 && best.is_none_or(is_better) {
                best = Some((distance, count, other));
            }
        }
    }
    best.filter(|(distance, ..)| *distance > 0)
        .map(|(.., other)| other.to_owned())
}
