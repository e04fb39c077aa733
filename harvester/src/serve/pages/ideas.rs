//! What to try where nothing was found: questions that differ by one thing from the one that was asked, and that find something.

use ::web::words;

use super::called::{label_of_filter, title};
use super::question::Asked;
use crate::serve::error::ServeError;
use crate::serve::state::Shared;
use crate::text::{SearchRequest, SuggestionKind};

/// Questions that are offered.
const MOST: usize = 8;
/// Words of the question, and filters, that are looked at one by one.
const MOST_PARTS: usize = 8;
/// Words whose spelling is looked at: each is compared with all names.
const MOST_SPELLED: usize = 4;
/// Completions of one word.
const MOST_COMPLETIONS: usize = 3;

/// A question that finds something.
pub(super) struct Idea {
    /// in words
    pub label: String,
    /// `12 studies`; empty where it leads elsewhere
    pub found: String,
    pub href: String,
}

/// The ideas, those that keep most of the question first, and all studies behind them.
///
/// # Errors
/// When the index cannot be read.
pub(super) fn ideas(shared: &Shared, asked: &Asked) -> Result<Vec<Idea>, ServeError> {
    let mut ideas = Ideas {
        shared,
        found: Vec::new(),
    };
    let terms: Vec<&str> = asked
        .value("q")
        .unwrap_or_default()
        .split_whitespace()
        .collect();
    let words: Vec<&str> = terms
        .iter()
        .filter(|word| word.chars().any(char::is_alphanumeric) && word.len() < 100)
        .copied()
        .take(MOST_PARTS)
        .collect();
    ideas.spelled(asked, &terms, &words)?;
    ideas.without_a_filter(asked)?;
    ideas.without_a_word(asked, &terms, &words)?;
    ideas.of_the_other_kind(asked)?;
    ideas.completed(&words)?;
    ideas.found.truncate(MOST);
    ideas.found.push(Idea {
        label: "All studies".to_owned(),
        found: String::new(),
        href: format!("{}search", shared.site.base_path),
    });
    Ok(ideas.found)
}

struct Ideas<'a> {
    shared: &'a Shared,
    found: Vec<Idea>,
}

impl Ideas<'_> {
    /// Offers a question where it finds something.
    fn offer(&mut self, label: String, asked: &Asked) -> Result<(), ServeError> {
        let Some(total) = total(self.shared, asked)?.filter(|total| *total > 0) else {
            return Ok(());
        };
        let (one, many) = match asked.is_kind("image") {
            true => ("image", "images"),
            false => ("study", "studies"),
        };
        let href = asked.href(&self.shared.site.base_path);
        if self.found.iter().all(|other| other.href != href) {
            self.found.push(Idea {
                label,
                found: words::count(total, one, many),
                href,
            });
        }
        Ok(())
    }

    /// The same; where that finds nothing, without any filter.
    fn offer_or_bare(&mut self, label: String, asked: &Asked) -> Result<(), ServeError> {
        let before = self.found.len();
        self.offer(label.clone(), asked)?;
        let (Some(query), true) = (asked.value("q"), asked.filters().next().is_some()) else {
            return Ok(());
        };
        if self.found.len() > before {
            return Ok(());
        }
        let bare = Asked::new(vec![("q".to_owned(), query.to_owned())]);
        self.offer(format!("{label}, without any filter"), &bare)
    }

    fn spelled(&mut self, asked: &Asked, all: &[&str], words: &[&str]) -> Result<(), ServeError> {
        let projections = self.shared.harvester.projections();
        for word in words.iter().take(MOST_SPELLED) {
            let text = &projections.stores().text;
            let spelled = text
                .spelled(word, &projections.terms())
                .map_err(anyhow::Error::from)?;
            if let Some(other) = spelled {
                let better = replaced(all, word, Some(&other));
                let better = asked.having("q", &better);
                self.offer_or_bare(format!("“{other}” instead of “{word}”"), &better)?;
            }
        }
        Ok(())
    }

    fn without_a_filter(&mut self, asked: &Asked) -> Result<(), ServeError> {
        let filters: Vec<_> = asked.filters().collect();
        for (facet, value) in filters.iter().take(MOST_PARTS) {
            let called = label_of_filter(self.shared, *facet, value);
            let label = format!("Without {}: {called}", title(*facet).to_lowercase());
            self.offer(label, &asked.without(facet.name(), value))?;
        }
        if let (Some(query), 2..) = (asked.value("q"), filters.len()) {
            let bare = Asked::new(vec![("q".to_owned(), query.to_owned())]);
            self.offer(format!("“{query}” without any filter"), &bare)?;
        }
        Ok(())
    }

    fn without_a_word(
        &mut self,
        asked: &Asked,
        all: &[&str],
        words: &[&str],
    ) -> Result<(), ServeError> {
        if asked.filters().next().is_some() && !all.is_empty() {
            let bare = Asked::new(asked.others_than(&["q", "page"]));
            self.offer("The same filters, without words".to_owned(), &bare)?;
        }
        if all.len() < 2 {
            return Ok(());
        }
        for word in words {
            let fewer = replaced(all, word, None);
            let label = format!("“{fewer}”, without “{word}”");
            self.offer_or_bare(label, &asked.having("q", &fewer))?;
        }
        Ok(())
    }

    fn of_the_other_kind(&mut self, asked: &Asked) -> Result<(), ServeError> {
        match asked.is_kind("image") {
            true => self.offer("The same among studies".to_owned(), &asked.about("study")),
            false => self.offer(
                "The same among single images".to_owned(),
                &asked.having("kind", "image"),
            ),
        }
    }

    /// Names that begin as a word does.
    fn completed(&mut self, words: &[&str]) -> Result<(), ServeError> {
        let projections = self.shared.harvester.projections();
        for word in words.iter().filter(|word| word.len() > 2) {
            let text = &projections.stores().text;
            for suggestion in text.suggest(word, MOST_COMPLETIONS, &projections.terms())? {
                if let (SuggestionKind::Term | SuggestionKind::Gene, Some(facet)) =
                    (suggestion.kind, suggestion.facet)
                {
                    let only = Asked::new(vec![(facet.to_owned(), suggestion.id)]);
                    self.offer(suggestion.label, &only)?;
                }
            }
        }
        Ok(())
    }
}

/// How much a question finds; none where the index refuses it.
///
/// # Errors
/// When the index cannot be read.
pub(super) fn total(shared: &Shared, asked: &Asked) -> Result<Option<u64>, ServeError> {
    // in an order for which nothing has to be weighed
    let pairs = asked.having("size", "1").having("sort", "newest");
    let pairs = pairs.others_than(&[]);
    let answer =
        SearchRequest::from_query(&pairs).and_then(|request| shared.harvester.search(&request));
    match answer {
        Ok(answer) => Ok(Some(answer.total)),
        Err(error) if error.is_of_request() => Ok(None),
        Err(error) => Err(error.into()),
    }
}

/// The words with another in the place of one, or without it.
fn replaced(all: &[&str], word: &str, by: Option<&str>) -> String {
    let words = all.iter().filter_map(|other| match *other == word {
        true => by,
        false => Some(*other),
    });
    words.collect::<Vec<_>>().join(" ")
}
