//! Names as regular expressions: in any case, with or without accents.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use super::text;
use crate::text::record::{orcid, words_of_name};
use crate::text::words::folded;

/// Letters with accents and strokes: Latin-1 Supplement, Latin Extended-A and -B.
const ACCENTED: std::ops::RangeInclusive<char> = '\u{c0}'..='\u{24f}';

/// What a word is surrounded by.
const BEFORE: &str = r"(^|[^\p{L}\p{N}\p{M}])";
const BEHIND: &str = r"($|[^\p{L}\p{N}\p{M}])";

/// Plain letter to the letters that the index takes for it.
static LETTERS: LazyLock<BTreeMap<char, String>> = LazyLock::new(|| {
    let mut letters: BTreeMap<char, String> = BTreeMap::new();
    for letter in ACCENTED {
        let plain = folded(&letter.to_string());
        let mut characters = plain.chars();
        if let (Some(plain), None) = (characters.next(), characters.next()) {
            // in any case: the small letter stands for both
            if letter.is_lowercase() {
                letters.entry(plain).or_default().push(letter);
            }
        }
    }
    letters
});

/// A condition: the text of a variable has a place that matches, in any case.
pub(super) fn any_case(variable: &str, pattern: &str) -> String {
    format!("REGEX(STR({variable}), {}, \"i\")", text(pattern))
}

/// A text as a pattern of itself.
pub(super) fn as_written(value: &str) -> String {
    let mut pattern = String::with_capacity(value.len());
    for character in value.chars() {
        // "\<" is the beginning of a word, and "<" itself
        if character.is_ascii_punctuation() && !matches!(character, '<' | '>') {
            pattern.push('\\');
        }
        pattern.push(character);
    }
    pattern
}

/// The condition that an author is meant: the ORCID, or the words of the name in any order. As in the index, one word in full
/// lets the others be initials.
pub(super) fn author(value: &str) -> String {
    if let Some(orcid) = orcid(value) {
        return any_case("?orcid", &format!("{}/?$", as_written(orcid)));
    }
    let words = words_of_name(value);
    let in_full = |word: &String| any_case("?name", &format!("{BEFORE}{}{BEHIND}", letters(word)));
    let initial = |word: &String| any_case("?name", &format!("{BEFORE}{}", letters(word)));
    let long: Vec<&String> = words
        .iter()
        .filter(|word| word.chars().count() > 1)
        .collect();
    let conditions: Vec<String> = if let [only] = long.as_slice() {
        let short = words.iter().filter(|word| word != only);
        std::iter::once(in_full(only))
            .chain(short.map(initial))
            .collect()
    } else {
        words.iter().map(in_full).collect()
    };
    format!("({})", conditions.join(" && "))
}

/// A folded word as a pattern of all its spellings.
fn letters(word: &str) -> String {
    let mut pattern = String::new();
    for character in word.chars() {
        match LETTERS.get(&character) {
            Some(others) => pattern += &format!("[{character}{others}]"),
            None => pattern += &as_written(&character.to_string()),
        }
        if character.is_alphabetic() {
            // an accent may be a character of its own
            pattern += r"\p{M}*";
        }
    }
    pattern
}

#[cfg(test)]
mod tests {
    use super::{LETTERS, as_written, author};

    #[test]
    fn a_letter_stands_for_all_that_the_index_takes_for_it() {
        let of = |letter: char| LETTERS.get(&letter).map_or("", String::as_str);
        assert!(of('u').contains('ü') && of('o').contains('ø') && of('n').contains('ñ'));
        assert!(!of('u').contains('Ü') && !of('o').contains('ü'));
    }

    #[test]
    fn signs_mean_themselves() {
        assert_eq!(as_written("a.b-c (d)"), r"a\.b\-c \(d\)");
    }

    #[test]
    fn an_orcid_is_no_name() {
        assert!(author("https://orcid.org/0000-0001-2345-678X").starts_with("REGEX(STR(?orcid)"));
        assert!(author("Doe, J.").starts_with("(REGEX(STR(?name)"));
    }
}
