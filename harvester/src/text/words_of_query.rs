//! What a person types, as clauses: words that must all match, "phrases", -not, prefix*. Nothing that can be typed is an error but
//! too much of it.

use super::error::SearchError;
use super::words::{PLAIN, STEMMED, Word, analysers, words};

/// The longest query, in characters.
const LONGEST: usize = 1_000;

/// The most clauses.
const MOST_CLAUSES: usize = 64;

/// The most beginnings of words: each is looked for among all words of the index.
const MOST_PREFIXES: usize = 8;

/// Words of English that say nothing alone: they are looked for in phrases, and where there is nothing else.
const STOP_WORDS: &[&str] = &[
    "a", "an", "and", "are", "as", "at", "be", "by", "for", "from", "in", "is", "it", "of", "on",
    "or", "that", "the", "this", "to", "was", "were", "with",
];

/// Words for what is looked for itself, as in "pictures of neurons": few titles and descriptions of images have them. They are looked
/// for in phrases, between quotes, with a minus, and where there is nothing else.
const WORDS_FOR_IMAGES: &[&str] = &[
    "image",
    "images",
    "picture",
    "pictures",
    "micrograph",
    "micrographs",
    "photomicrograph",
    "photomicrographs",
    "photo",
    "photos",
    "photograph",
    "photographs",
];

/// Whether words begin as those of somebody who wants to see single images: "images of neurons".
pub fn asks_for_images(text: &str) -> bool {
    let mut words = text.split_whitespace().map(str::to_lowercase);
    let is_image = words
        .next()
        .is_some_and(|first| WORDS_FOR_IMAGES.contains(&first.as_str()));
    let joins = words.next();
    is_image
        && matches!(joins.as_deref(), Some("of" | "with" | "showing"))
        && words.next().is_some()
}

/// Whether a query has no other words than those for images, which nobody insists on by quotes.
pub(super) fn are_words_for_images(query: &str, clauses: &[Clause]) -> bool {
    clauses.iter().all(Clause::is_word_for_images) && !query.contains(is_quote)
}

/// One thing that a document must match, or may not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Clause {
    /// Whether a document that matches is no hit.
    pub excluded: bool,
    /// What is looked for.
    pub sought: Sought,
}

impl Clause {
    /// Whether it is no more than a word for images.
    pub fn is_word_for_images(&self) -> bool {
        match &self.sought {
            Sought::Word { plain, .. } => {
                !self.excluded && WORDS_FOR_IMAGES.contains(&plain.as_str())
            }
            _ => false,
        }
    }
}

/// What a clause looks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Sought {
    /// A word: its stem, and how it was written, without case and accents.
    Word { stem: String, plain: String },
    /// Stems one behind the other. `joined` is the whole as one word, where hyphens tied it together; `name` the whole as it was
    /// written, which may be the name of a gene (HLA-A).
    Phrase {
        stems: Vec<String>,
        joined: Option<String>,
        name: String,
    },
    /// The beginning of a word.
    Prefix(String),
    /// No letter or digit at all: nothing has it.
    Nothing,
}

/// Reads a query.
///
/// # Errors
/// [`SearchError::TooLong`] for more than 1,000 characters, 64 clauses, or 8 beginnings of words.
pub(super) fn parse_query(text: &str) -> Result<Vec<Clause>, SearchError> {
    let characters = text.chars().count();
    if characters > LONGEST {
        return Err(SearchError::TooLong {
            found: characters,
            unit: "characters",
            most: LONGEST,
        });
    }
    let mut reading = Reading::new();
    for piece in pieces(text) {
        reading.piece(&piece);
    }
    let clauses = reading.finish();
    if clauses.len() > MOST_CLAUSES {
        return Err(SearchError::TooLong {
            found: clauses.len(),
            unit: "words and phrases",
            most: MOST_CLAUSES,
        });
    }
    let prefixes = clauses
        .iter()
        .filter(|clause| matches!(clause.sought, Sought::Prefix(_)))
        .count();
    if prefixes > MOST_PREFIXES {
        return Err(SearchError::TooLong {
            found: prefixes,
            unit: "beginnings of words (word*)",
            most: MOST_PREFIXES,
        });
    }
    Ok(clauses)
}

/// A part of the query between spaces, or between quotes.
#[derive(Debug, PartialEq, Eq)]
struct Piece<'q> {
    excluded: bool,
    quoted: bool,
    text: &'q str,
}

fn is_quote(character: char) -> bool {
    matches!(character, '"' | '“' | '”' | '„' | '«' | '»')
}

fn pieces(query: &str) -> Vec<Piece<'_>> {
    let mut pieces = Vec::new();
    let mut rest = query.trim_start();
    while !rest.is_empty() {
        let after_minus = rest.strip_prefix('-').filter(|after| {
            after
                .chars()
                .next()
                .is_some_and(|next| next.is_alphanumeric() || is_quote(next))
        });
        let excluded = after_minus.is_some();
        let body = after_minus.unwrap_or(rest);
        let (quoted, text, after) = match body.strip_prefix(is_quote) {
            // a quote that is never closed goes on to the end, as it does while it is being typed
            Some(inside) => {
                let end = inside.find(is_quote).unwrap_or(inside.len());
                let after = inside[end..].strip_prefix(is_quote).unwrap_or("");
                (true, &inside[..end], after)
            }
            None => {
                let end = body
                    .find(|character: char| character.is_whitespace() || is_quote(character))
                    .unwrap_or(body.len());
                (false, &body[..end], &body[end..])
            }
        };
        pieces.push(Piece {
            excluded,
            quoted,
            text,
        });
        rest = after.trim_start();
    }
    pieces
}

struct Reading {
    clauses: Vec<Clause>,
    stop_words: Vec<Clause>,
    words_for_images: Vec<Clause>,
    /// Whether there was a piece without letter or digit, as the dash between two parts of a title that somebody pasted.
    has_signs: bool,
    plain: tantivy::tokenizer::TextAnalyzer,
    stemmed: tantivy::tokenizer::TextAnalyzer,
}

impl Reading {
    fn new() -> Self {
        let analysers = analysers();
        let get = |name| analysers.get(name).unwrap_or_default();
        Self {
            clauses: Vec::new(),
            stop_words: Vec::new(),
            words_for_images: Vec::new(),
            has_signs: false,
            plain: get(PLAIN),
            stemmed: get(STEMMED),
        }
    }

    fn piece(&mut self, piece: &Piece<'_>) {
        let text = piece.text;
        let plain = words(&mut self.plain, text);
        let stems = words(&mut self.stemmed, text);
        if plain.is_empty() {
            self.has_signs |= !text.is_empty() || piece.quoted;
            return;
        }
        if let Some(before) = text.strip_suffix('*').filter(|_| !piece.quoted) {
            self.prefix(piece.excluded, before, &plain, &stems);
            return;
        }
        if piece.quoted || is_one_name(text) {
            let sought = phrase(text, &plain, &stems, piece.quoted);
            let clause = Clause {
                excluded: piece.excluded,
                sought,
            };
            if piece.quoted && clause.is_word_for_images() {
                self.push(clause.excluded, clause.sought);
            } else {
                self.one(clause.excluded, text, clause.sought);
            }
            return;
        }
        let singles: Vec<(&Word, &Word)> = plain
            .iter()
            .zip(&stems)
            .filter(|(word, _)| word.parts == 1)
            .collect();
        // words that touch are of a script without spaces: they are looked for as they stand
        for run in singles.chunk_by(|(one, _), (next, _)| one.to == next.from) {
            let sought = match run {
                [(plain, stem)] => Sought::Word {
                    stem: stem.text.clone(),
                    plain: plain.text.clone(),
                },
                _ => Sought::Phrase {
                    stems: run.iter().map(|(_, stem)| stem.text.clone()).collect(),
                    joined: None,
                    name: run.iter().map(|(plain, _)| plain.text.as_str()).collect(),
                },
            };
            self.one(piece.excluded, text, sought);
        }
    }

    /// `mito*`; of `time-lap*` the last part is a beginning and those before it are words.
    fn prefix(&mut self, excluded: bool, before: &str, plain: &[Word], stems: &[Word]) {
        let singles: Vec<_> = plain
            .iter()
            .zip(stems)
            .filter(|(word, _)| word.parts == 1)
            .collect();
        let ends_in_word = before.ends_with(char::is_alphanumeric);
        for (place, (plain, stem)) in singles.iter().enumerate() {
            let is_last = place + 1 == singles.len();
            let sought = if is_last && ends_in_word {
                Sought::Prefix(plain.text.clone())
            } else {
                Sought::Word {
                    stem: stem.text.clone(),
                    plain: plain.text.clone(),
                }
            };
            self.push(excluded, sought);
        }
    }

    /// One clause, unless it is an initial ("C. elegans"), a word that says nothing alone, or one for images.
    fn one(&mut self, excluded: bool, text: &str, sought: Sought) {
        let clause = Clause { excluded, sought };
        if clause.is_word_for_images() {
            self.words_for_images.push(clause);
            return;
        }
        let Clause { excluded, sought } = clause;
        let Sought::Word { plain, .. } = &sought else {
            self.push(excluded, sought);
            return;
        };
        let is_initial = plain.chars().count() == 1 && text.ends_with('.');
        if is_initial || (STOP_WORDS.contains(&plain.as_str()) && !excluded) {
            self.stop_words.push(Clause { excluded, sought });
        } else {
            self.push(excluded, sought);
        }
    }

    fn push(&mut self, excluded: bool, sought: Sought) {
        let clause = Clause { excluded, sought };
        if !self.clauses.contains(&clause) {
            self.clauses.push(clause);
        }
    }

    fn finish(self) -> Vec<Clause> {
        let mut clauses = self.clauses;
        if clauses.iter().all(|clause| clause.excluded) {
            let all = match self.words_for_images.is_empty() {
                true => self.stop_words,
                false => self.words_for_images,
            };
            for clause in all {
                if !clauses.contains(&clause) {
                    clauses.push(clause);
                }
            }
        }
        if clauses.is_empty() && self.has_signs {
            clauses.push(Clause {
                excluded: false,
                sought: Sought::Nothing,
            });
        }
        clauses
    }
}

/// Whether a piece with marks in it is one name: `TGF-β`, `SPAC1006.03c`, `FBbi:00000251`. With a slash or a comma it is several words.
fn is_one_name(text: &str) -> bool {
    let inner = text.trim_matches(|character: char| !character.is_alphanumeric());
    !inner.chars().any(|character| {
        // and what Chinese and Japanese have for these
        let is_for_ascii = matches!(character, '/' | ',' | ';' | '|' | '+' | '&' | '(' | ')');
        is_for_ascii || matches!(character, '、' | '。' | '，' | '；' | '／' | '（' | '）')
    })
}

/// Words one behind the other; one word alone is a word.
fn phrase(text: &str, plain: &[Word], stems: &[Word], quoted: bool) -> Sought {
    let singles: Vec<&Word> = stems.iter().filter(|word| word.parts == 1).collect();
    if let [single] = singles.as_slice() {
        let written = plain
            .iter()
            .find(|word| word.parts == 1)
            .map_or_else(|| single.text.clone(), |word| word.text.clone());
        return Sought::Word {
            stem: single.text.clone(),
            plain: written,
        };
    }
    let joined = stems
        .iter()
        .find(|word| word.parts == singles.len())
        .filter(|_| !quoted)
        .map(|word| word.text.clone());
    Sought::Phrase {
        stems: singles.into_iter().map(|word| word.text.clone()).collect(),
        joined,
        name: text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

    use super::{Clause, Sought, asks_for_images, parse_query};

    fn word(stem: &str, plain: &str) -> Sought {
        Sought::Word {
            stem: stem.to_owned(),
            plain: plain.to_owned(),
        }
    }

    fn sought(query: &str) -> Vec<(bool, Sought)> {
        let clauses = parse_query(query).unwrap();
        clauses
            .into_iter()
            .map(|Clause { excluded, sought }| (excluded, sought))
            .collect()
    }

    #[test]
    fn words_phrases_exclusions_and_prefixes_are_told_apart() {
        assert_eq!(
            sought("Dividing “fission yeast” -septins mito*"),
            [
                (false, word("divid", "dividing")),
                (
                    false,
                    Sought::Phrase {
                        stems: vec!["fission".to_owned(), "yeast".to_owned()],
                        joined: None,
                        name: "fission yeast".to_owned()
                    }
                ),
                (true, word("septin", "septins")),
                (false, Sought::Prefix("mito".to_owned())),
            ]
        );
    }

    #[test]
    fn what_hyphens_tie_together_is_a_phrase_or_one_word() {
        assert_eq!(
            sought("time-lapse"),
            [(
                false,
                Sought::Phrase {
                    stems: vec!["time".to_owned(), "laps".to_owned()],
                    joined: Some("timelaps".to_owned()),
                    name: "time-lapse".to_owned()
                }
            )]
        );
        assert_eq!(
            sought("actin/tubulin"),
            [
                (false, word("actin", "actin")),
                (false, word("tubulin", "tubulin"))
            ]
        );
    }

    #[test]
    fn a_title_with_a_dash_in_it_can_be_pasted() {
        for title in [
            "Spindles - figure S2",
            "Spindles & figure S2",
            "“Spindles” : figure – S2",
        ] {
            assert_eq!(
                sought(title),
                [
                    (false, word("spindl", "spindles")),
                    (false, word("figur", "figure")),
                    (false, word("s2", "s2"))
                ],
                "{title}"
            );
        }
        assert_eq!(sought("-the -"), [(true, word("the", "the"))]);
    }

    #[test]
    fn small_words_and_initials_are_left_out_unless_there_is_nothing_else() {
        assert_eq!(
            sought("the role of C. elegans"),
            [
                (false, word("role", "role")),
                (false, word("elegan", "elegans"))
            ]
        );
        assert_eq!(sought("the"), [(false, word("the", "the"))]);
    }

    #[test]
    fn words_for_images_need_not_be_found_unless_there_is_nothing_else() {
        let neurons = [(false, word("neuron", "neurons"))];
        for query in [
            "neurons",
            "images of neurons",
            "Pictures of neurons",
            "micrographs: neurons",
            "neurons photo",
        ] {
            assert_eq!(sought(query), neurons, "{query}");
        }
        assert_eq!(sought("the images"), [(false, word("imag", "images"))]);
        // who insists on the word has it looked for, and imaging is another word
        let image = || word("imag", "image");
        assert_eq!(sought("\"image\" neurons")[0], (false, image()));
        assert_eq!(sought("neurons -image")[1], (true, image()));
        assert_eq!(sought("live imaging").len(), 2);
        assert_eq!(sought("\"image analysis\"").len(), 1);
    }

    #[test]
    fn whoever_asks_for_images_of_something_wants_to_see_images() {
        for query in [
            "images of neurons",
            " Pictures  of a growth cone",
            "image with spindles",
        ] {
            assert!(asks_for_images(query), "{query}");
        }
        for query in [
            "images",
            "image analysis",
            "images of",
            "neurons",
            "time of images",
        ] {
            assert!(!asks_for_images(query), "{query}");
        }
    }

    #[test]
    fn what_has_no_spaces_is_looked_for_as_it_stands() {
        let stands = |text: &str| {
            let stems = text.chars().map(String::from).collect();
            let (joined, name) = (None, text.to_owned());
            Sought::Phrase {
                stems,
                joined,
                name,
            }
        };
        assert_eq!(
            sought("顕微鏡 -酵母"),
            [(false, stands("顕微鏡")), (true, stands("酵母"))]
        );
        // as they are listed in Japanese, and with a space of its own width
        assert_eq!(
            sought("細胞、分裂　鏡"),
            [
                (false, stands("細胞")),
                (false, stands("分裂")),
                (false, word("鏡", "鏡"))
            ]
        );
    }

    #[test]
    fn odd_characters_are_no_error() {
        for odd in [
            "",
            "   ",
            "\"",
            "-",
            "--",
            "*",
            "***",
            "\"\"",
            "-\"",
            "(((",
            "a:b:c",
            "\u{0}",
            "\\",
            "🔬",
            "AND OR NOT",
            "“",
            "a\"b\"c",
        ] {
            parse_query(odd).unwrap();
        }
        assert!(sought("  ").is_empty());
        assert_eq!(sought("???"), [(false, Sought::Nothing)]);
        assert_eq!(sought("- \"\" ???"), [(false, Sought::Nothing)]);
        assert!(parse_query(&"x".repeat(1_000)).is_ok());
        assert!(parse_query(&"x".repeat(1_001)).is_err());
        let many: Vec<String> = (0..65).map(|number| format!("w{number}")).collect();
        assert!(parse_query(&many.join(" ")).is_err());
    }
}
