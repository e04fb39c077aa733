//! What a list of studies is asked for, out of an address and back into one.

use serde::Deserialize;
use url::form_urlencoded::Serializer;

use crate::database::browse::{FacetKind, Order, Wanted};
use crate::serve::error::ServeError;

/// Words of a search that are looked for, and characters of each.
const MOST_WORDS: usize = 12;
const MOST_CHARACTERS: usize = 100;

/// The query of the list's address, as it came.
#[derive(Debug, Clone, Deserialize, Default)]
pub(in crate::serve) struct Asked {
    /// Words.
    #[serde(default)]
    q: String,
    #[serde(default)]
    organism: String,
    #[serde(default)]
    method: String,
    #[serde(default)]
    licence: String,
    #[serde(default)]
    year: String,
    #[serde(default)]
    holding: String,
    /// `newest`, `oldest`, `title` or `largest`.
    #[serde(default)]
    sort: String,
    /// The page, from 1.
    pub page: Option<u64>,
}

/// What is asked for, understood.
#[derive(Debug, Clone)]
pub(super) struct Question {
    /// The words as the box shows them again.
    pub query: String,
    /// What the database is asked.
    pub wanted: Wanted,
    /// What the reader should know of how it was understood.
    pub remark: Option<String>,
}

/// Understands what is asked for.
///
/// # Errors
/// [`ServeError::NotFound`] for an order that there is not.
pub(super) fn question(asked: &Asked) -> Result<Question, ServeError> {
    let (words, remark) = words(&asked.q);
    let facets = FacetKind::ALL
        .into_iter()
        .map(|kind| (kind, asked.value(kind)))
        .filter(|(_, value)| !value.is_empty())
        .map(|(kind, value)| (kind, value.to_owned()))
        .collect();
    Ok(Question {
        query: words.join(" "),
        wanted: Wanted {
            words: words.iter().map(|word| word.to_lowercase()).collect(),
            facets,
            order: order(&asked.sort)?,
        },
        remark,
    })
}

impl Asked {
    fn value(&self, kind: FacetKind) -> &str {
        match kind {
            FacetKind::Organism => &self.organism,
            FacetKind::Method => &self.method,
            FacetKind::Licence => &self.licence,
            FacetKind::Year => &self.year,
            FacetKind::Holding => &self.holding,
        }
    }
}

/// The words of a query. What is beyond the limits is left out, and the reader is told.
fn words(query: &str) -> (Vec<String>, Option<String>) {
    let parted = query.split(|sign: char| sign.is_whitespace() || sign.is_control());
    let all: Vec<&str> = parted.filter(|word| !word.is_empty()).collect();
    let is_long = |word: &&str| word.chars().count() > MOST_CHARACTERS;
    let is_cut = all.len() > MOST_WORDS || all.iter().take(MOST_WORDS).any(is_long);
    let words = all
        .iter()
        .take(MOST_WORDS)
        .map(|word| word.chars().take(MOST_CHARACTERS).collect())
        .collect();
    let remark = format!(
        "That was more than is looked for: the first {MOST_WORDS} words were taken, and the first {MOST_CHARACTERS} characters of each."
    );
    (words, is_cut.then_some(remark))
}

fn order(sort: &str) -> Result<Order, ServeError> {
    match sort {
        "" | "newest" => Ok(Order::Newest),
        "oldest" => Ok(Order::Oldest),
        "title" => Ok(Order::Title),
        "largest" => Ok(Order::Largest),
        other => Err(ServeError::NotFound(format!(
            "there is no order {other:?} of this list; sort can be newest, oldest, title or largest"
        ))),
    }
}

fn sort_of(order: Order) -> Option<&'static str> {
    match order {
        Order::Newest => None,
        Order::Oldest => Some("oldest"),
        Order::Title => Some("title"),
        Order::Largest => Some("largest"),
    }
}

impl Question {
    /// Whether anything but the order and the page was asked for.
    pub fn is_narrowed(&self) -> bool {
        !self.wanted.words.is_empty() || !self.wanted.facets.is_empty()
    }

    /// Whether the list is narrowed by this value.
    pub fn has(&self, kind: FacetKind, value: &str) -> bool {
        let is_it = |(held, of): &(FacetKind, String)| *held == kind && of == value;
        self.wanted.facets.iter().any(is_it)
    }

    /// The same without a value of this facet.
    pub fn without(&self, kind: FacetKind) -> Question {
        let mut other = self.clone();
        other.wanted.facets.retain(|(held, _)| *held != kind);
        other
    }

    /// The same with this value of a facet, and no other of it.
    pub fn with(&self, kind: FacetKind, value: &str) -> Question {
        let mut other = self.without(kind);
        other.wanted.facets.push((kind, value.to_owned()));
        other.wanted.facets.sort();
        other
    }

    /// The same in another order.
    pub fn sorted(&self, order: Order) -> Question {
        let mut other = self.clone();
        other.wanted.order = order;
        other
    }

    /// The same with other words.
    pub fn with_words(&self, words: &str) -> Question {
        let mut other = self.clone();
        other.query = words.to_owned();
        other
    }

    /// Names and values of what holds beside the words.
    pub fn kept(&self) -> Vec<(&'static str, String)> {
        let facets = self.wanted.facets.iter();
        let mut kept: Vec<(&'static str, String)> = facets
            .map(|(kind, value)| (kind.name(), value.clone()))
            .collect();
        kept.extend(sort_of(self.wanted.order).map(|sort| ("sort", sort.to_owned())));
        kept
    }

    /// The end of the address of a page of the list.
    pub fn address(&self, page: u64) -> String {
        let mut query = Serializer::new(String::new());
        if !self.query.is_empty() {
            query.append_pair("q", &self.query);
        }
        query.extend_pairs(self.kept());
        if page > 1 {
            query.append_pair("page", &page.to_string());
        }
        let query = query.finish();
        if query.is_empty() {
            query
        } else {
            format!("?{query}")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Asked, question};

    fn asked(q: &str) -> Asked {
        Asked {
            q: q.to_owned(),
            ..Asked::default()
        }
    }

    #[test]
    fn words_are_parted_by_blanks_and_control_characters_and_bounded() {
        let found = question(&asked(" Mitotic\tspindle\u{0}HeLa ")).expect("a question");
        assert_eq!(found.wanted.words, ["mitotic", "spindle", "hela"]);
        assert_eq!(
            (found.query.as_str(), found.remark),
            ("Mitotic spindle HeLa", None)
        );
        let long = question(&asked(&"a b ".repeat(2_500))).expect("a question");
        assert!(long.wanted.words.len() == 12 && long.remark.is_some());
        let one = question(&asked(&"x".repeat(10_000))).expect("a question");
        assert!(one.wanted.words[0].len() == 100 && one.remark.is_some());
    }

    #[test]
    fn an_address_asks_for_what_it_was_made_from() {
        let mut narrowed = asked("50% a&b");
        narrowed.organism = "http://purl.obolibrary.org/obo/NCBITaxon_9606".to_owned();
        narrowed.sort = "title".to_owned();
        let found = question(&narrowed).expect("a question");
        assert_eq!(
            found.address(2),
            "?q=50%25+a%26b&organism=http%3A%2F%2Fpurl.obolibrary.org%2Fobo%2FNCBITaxon_9606&sort=title&page=2"
        );
        assert_eq!(question(&asked("")).expect("a question").address(1), "");
        narrowed.sort = "best".to_owned();
        assert!(question(&narrowed).is_err());
    }
}
