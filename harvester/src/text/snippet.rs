//! A part of the description with the matched words marked.
//!
//! The result is HTML: the words in `<mark>`, everything else escaped, so that it can be put into a page as it is.

use std::cmp::Reverse;
use std::collections::HashSet;

use tantivy::tokenizer::TextAnalyzer;

use super::words::{self, Word, is_unspaced};
use super::words_of_query::{Clause, Sought};

/// About how long a snippet is, in bytes of the text.
const LENGTH: usize = 240;

/// How far a cut may move to fall between words, in bytes.
const MOST_MOVED: usize = 40;

/// Makes snippets for one query.
pub(super) struct Snippets {
    stems: HashSet<String>,
    /// what stands without spaces, to be marked where all of it stands
    runs: Vec<String>,
    prefixes: Vec<String>,
    stemmed: TextAnalyzer,
    plain: TextAnalyzer,
}

/// A matched word in a text, in bytes.
#[derive(Debug, Clone)]
struct Match {
    from: usize,
    to: usize,
    word: String,
}

impl Snippets {
    pub(super) fn of(clauses: &[Clause]) -> Self {
        let mut snippets = Self {
            stems: HashSet::new(),
            runs: Vec::new(),
            prefixes: Vec::new(),
            stemmed: words::stemmed(),
            plain: words::plain(),
        };
        for clause in clauses.iter().filter(|clause| !clause.excluded) {
            match &clause.sought {
                Sought::Word { stem, .. } => {
                    snippets.stems.insert(stem.clone());
                }
                Sought::Phrase { stems, joined, .. } => {
                    let is_alone = |stem: &String| stem.chars().all(is_unspaced);
                    for run in stems.chunk_by(|one, next| is_alone(one) && is_alone(next)) {
                        if run.len() > 1 {
                            snippets.runs.push(run.concat());
                        } else {
                            snippets.stems.extend(run.iter().cloned());
                        }
                    }
                    snippets.stems.extend(joined.clone());
                }
                Sought::Prefix(prefix) => snippets.prefixes.push(prefix.clone()),
                Sought::Nothing => {}
            }
        }
        snippets
    }

    /// The part of the description with the most different matched words; its beginning where none matches; the title where there
    /// is no description.
    pub(super) fn snippet(&mut self, title: &str, description: Option<&str>) -> String {
        let text = description
            .filter(|description| !description.trim().is_empty())
            .unwrap_or(title);
        let matches = self.matches(text);
        let (from, to) = best_part(text, &matches);
        marked(text, from, to, &matches)
    }

    fn matches(&mut self, text: &str) -> Vec<Match> {
        let mut matches: Vec<Match> = self.runs_in(text);
        if self.stems.is_empty() && self.prefixes.is_empty() {
            return matches;
        }
        let runs = matches.len();
        let stems = words::words(&mut self.stemmed, text);
        // words as they are written are needed for beginnings only
        let plain = if self.prefixes.is_empty() {
            Vec::new()
        } else {
            words::words(&mut self.plain, text)
        };
        for (place, stem) in stems.iter().enumerate() {
            if self.is_match(stem, plain.get(place)) {
                // of a joined word and its first part the longer is marked
                while matches.len() > runs && matches[matches.len() - 1].from == stem.from {
                    matches.pop();
                }
                if matches[runs..]
                    .last()
                    .is_none_or(|last| last.to <= stem.from)
                {
                    matches.push(Match {
                        from: stem.from,
                        to: stem.to,
                        word: stem.text.clone(),
                    });
                }
            }
        }
        apart(matches)
    }

    /// Where all of what was asked without spaces stands.
    fn runs_in(&self, text: &str) -> Vec<Match> {
        let found = self.runs.iter().flat_map(|run| {
            text.match_indices(run.as_str()).map(|(from, run)| Match {
                from,
                to: from + run.len(),
                word: run.to_owned(),
            })
        });
        apart(found.collect())
    }

    fn is_match(&self, stem: &Word, plain: Option<&Word>) -> bool {
        let begins = |plain: &Word| {
            self.prefixes
                .iter()
                .any(|prefix| plain.text.starts_with(prefix))
        };
        self.stems.contains(&stem.text) || plain.is_some_and(begins)
    }
}

/// Matches in the order of the text, none within another: of two that overlap the first stays.
fn apart(mut matches: Vec<Match>) -> Vec<Match> {
    matches.sort_by_key(|found| (found.from, Reverse(found.to)));
    let mut end = 0;
    matches.retain(|found| {
        let is_apart = found.from >= end;
        if is_apart {
            end = found.to;
        }
        is_apart
    });
    matches
}

/// The bounds of the part that is shown: from a little before the match whose surroundings hold the most different words.
fn best_part(text: &str, matches: &[Match]) -> (usize, usize) {
    let mut best = (0, 0);
    for (place, first) in matches.iter().enumerate() {
        let within = matches[place..]
            .iter()
            .take_while(|other| other.to <= first.from + LENGTH);
        let different: HashSet<&str> = within.map(|other| other.word.as_str()).collect();
        if different.len() > best.1 {
            best = (place, different.len());
        }
    }
    let start = matches
        .get(best.0)
        .map_or(0, |first| first.from.saturating_sub(LENGTH / 4));
    let start = if start <= LENGTH / 8 { 0 } else { start };
    let from = word_boundary_behind(text, start);
    let to = word_boundary_before(text, (from + LENGTH).min(text.len()), from);
    (from, to)
}

fn word_boundary_behind(text: &str, at: usize) -> usize {
    if at == 0 {
        return 0;
    }
    let at = next_boundary(text, at);
    let near = next_boundary(text, (at + MOST_MOVED).min(text.len()));
    text[at..near]
        .find(char::is_whitespace)
        .map_or(at, |space| next_boundary(text, at + space + 1))
}

fn word_boundary_before(text: &str, at: usize, least: usize) -> usize {
    let at = next_boundary(text, at);
    if at == text.len() {
        return at;
    }
    let near = next_boundary(text, at.saturating_sub(MOST_MOVED).max(least));
    text[near..at]
        .rfind(char::is_whitespace)
        .map_or(at, |space| near + space)
}

fn next_boundary(text: &str, mut at: usize) -> usize {
    while at < text.len() && !text.is_char_boundary(at) {
        at += 1;
    }
    at.min(text.len())
}

fn marked(text: &str, from: usize, to: usize, matches: &[Match]) -> String {
    let mut html = String::with_capacity(to - from + 64);
    if from > 0 {
        html.push('…');
    }
    let mut at = from;
    for found in matches
        .iter()
        .filter(|found| found.from >= from && found.to <= to)
    {
        escape(&text[at..found.from], &mut html);
        html.push_str("<mark>");
        escape(&text[found.from..found.to], &mut html);
        html.push_str("</mark>");
        at = found.to;
    }
    escape(&text[at..to], &mut html);
    if to < text.len() {
        html.push('…');
    }
    html
}

fn escape(text: &str, html: &mut String) {
    for character in text.chars() {
        match character {
            '&' => html.push_str("&amp;"),
            '<' => html.push_str("&lt;"),
            '>' => html.push_str("&gt;"),
            '"' => html.push_str("&quot;"),
            '\'' => html.push_str("&#39;"),
            _ if character.is_control() => html.push(' '),
            _ => html.push(character),
        }
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

    use super::Snippets;
    use crate::text::words_of_query::parse_query;

    fn snippet(query: &str, description: Option<&str>) -> String {
        Snippets::of(&parse_query(query).unwrap()).snippet("A title", description)
    }

    #[test]
    fn matched_words_are_marked_in_whatever_form_they_stand() {
        let text = "Dividing cells <b>divide</b> in time-lapse & TGF-β.";
        assert_eq!(
            snippet("division divides timelapse tgfβ", Some(text)),
            "<mark>Dividing</mark> cells &lt;b&gt;<mark>divide</mark>&lt;/b&gt; in \
             <mark>time-lapse</mark> &amp; <mark>TGF-β</mark>."
        );
        assert_eq!(snippet("title", None), "A <mark>title</mark>");
        assert_eq!(snippet("-cells", Some("cells")), "cells");
    }

    #[test]
    fn a_long_text_is_cut_between_words_around_the_matches() {
        let text = format!("{} spindle pole {}", "äbc ".repeat(300), "xyz ".repeat(300));
        let found = snippet("pole spin*", Some(&text));
        assert!(
            found.contains("<mark>spindle</mark> <mark>pole</mark>"),
            "{found}"
        );
        assert!(
            found.starts_with("…äbc") && found.ends_with("xyz…"),
            "{found}"
        );
        assert!(found.len() < 350, "{found}");
        let nothing = snippet("absent", Some(&text));
        assert!(
            nothing.starts_with("äbc") && nothing.ends_with('…'),
            "{nothing}"
        );
    }
}
