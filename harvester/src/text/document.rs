//! From what a record says to a document of the index.

use std::collections::BTreeSet;
use std::sync::Arc;

use protocol::identifier::Kind;
use serde::{Deserialize, Serialize};

use super::broader::key_of_list;
use super::bundle::{Bundle, Value};
use super::closure::{Closure, Closures};
use super::facet::Facet;
use super::filled::Filled;
use super::keys::Keys;
use super::record::{Described, Pixels};
use super::same_title::key_of_title;
use super::schema::Fields;
use super::words::{self, END};

/// As much of a description as a snippet is cut from, in bytes.
const LONGEST_STORED: usize = 8_000;

/// A title is ordered by its first so many bytes.
const LONGEST_TITLE_KEY: usize = 200;

/// What is kept of a document to show it as a hit.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct StoredHit<T = String> {
    pub id: T,
    pub iri: T,
    pub kind: T,
    pub title: T,
    pub description: Option<T>,
    pub member: T,
    pub published: Option<T>,
    pub thumbnail: Option<T>,
    /// (IRI, label as submitted)
    pub organism: Vec<(T, Option<T>)>,
    /// (IRI, label as submitted)
    pub method: Vec<(T, Option<T>)>,
    /// What is said of an image's pixels
    pub pixels: Option<Pixels>,
    /// Of a study, the digest of what its images are found by
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub for_images: Option<T>,
}

/// Makes the document; `sequence` is its place in the order of coming in.
pub(super) fn document(
    described: &Described,
    closures: &mut Closures<'_>,
    fields: &Fields,
    sequence: u64,
) -> Result<Filled, serde_json::Error> {
    closures.keep_small();
    let mut making = Making {
        described,
        fields,
        document: Filled::with_room(bytes(described)),
        keys: Keys::new(),
    };
    making.identity(sequence);
    making.terms(closures);
    making.credit();
    making.plain_facets();
    making.pixels();
    if let Some(text) = &described.description {
        making.words(fields.description, text);
    }
    for text in &described.other_text {
        making.words(fields.other, text);
    }
    // what is said of the study is said of its images, but everything of their own comes before
    for text in described.of_study.iter().flat_map(|words| words.lines()) {
        making.words(fields.other, text);
    }
    making.finish()
}

/// About how many bytes of text the document has: what the record says once for words and once for hits, and keys.
fn bytes(described: &Described) -> usize {
    let said = described.title.len() + described.description.as_deref().map_or(0, str::len);
    let other: usize = described.other_text.iter().map(String::len).sum();
    6_000 + 2 * said + other
}

pub(super) struct Making<'a> {
    pub(super) described: &'a Described,
    pub(super) fields: &'a Fields,
    pub(super) document: Filled,
    pub(super) keys: Keys,
}

impl Making<'_> {
    fn identity(&mut self, sequence: u64) {
        let (described, fields) = (self.described, self.fields);
        let day = day(described.published.as_deref());
        self.document.number(fields.sequence, sequence);
        self.document.number(fields.day, day);
        self.document.number(fields.year, day / 10_000);
        // an accession in a query of several words; that of a study is the beginning of those of its images
        let of_id = [fields.id, fields.other, fields.words];
        self.document.text(&of_id, &described.id);
        let of_title = [fields.title, fields.title_words, fields.words];
        self.document.text(&of_title, &described.title);
        let title_key = words::folded(&described.title);
        let title_key = cut(&title_key, LONGEST_TITLE_KEY);
        self.document.text(&[fields.title_key], title_key);
        if described.kind == Kind::Study
            && let Some(key) = key_of_title(&described.title)
        {
            self.keys.push(&[&key]);
        }
        for key in &described.identifiers {
            self.keys.push(&["ident=", key]);
        }
    }

    /// Terms by facet, each with the list of what is broader; then those without facet.
    fn terms(&mut self, closures: &mut Closures<'_>) {
        let (described, fields) = (self.described, self.fields);
        let (mut named, mut lists) = (Vec::new(), Vec::new());
        for facet in Facet::OF_TERMS {
            let mut bundle = Bundle::default();
            for term in described.terms.get(&facet).into_iter().flatten() {
                let closure = closures.get(facet, &term.iri);
                let is_labelled = closures.term(closure.term).is_labelled;
                bundle.push(value(
                    &term.iri,
                    term.label.as_deref(),
                    is_labelled,
                    &closure,
                ));
                named.push(closure.term);
                self.keys.push(&[facet.name(), "=", &term.iri]);
                if let Some(broader) = &closure.broader {
                    self.keys.push(&[&key_of_list(facet, &broader.digest)]);
                    lists.push(Arc::clone(&broader.text));
                }
            }
            self.facet(facet, bundle);
        }
        lists.sort_unstable();
        lists.dedup();
        for list in lists {
            self.document.shared(fields.broader, list);
        }
        let mut others = Vec::new();
        for iri in &described.other_terms {
            others.push(closures.number(iri));
            self.keys.push(&["term=", iri]);
        }
        self.names(named, others, closures);
    }

    /// What terms are called, each name once; of those without facet only where it is no name of the others.
    fn names(&mut self, named: Vec<usize>, others: Vec<usize>, closures: &Closures<'_>) {
        let (described, fields) = (self.described, self.fields);
        let mut list = String::new();
        let mut names = closures.names_of_terms(named);
        for name in &described.submitted {
            match closures.number_of_name(name) {
                Some(number) => names.push(number),
                None => push_item(name, &mut list),
            }
        }
        names.sort_unstable();
        names.dedup();
        for name in &names {
            push_item(closures.name(*name), &mut list);
        }
        self.document.text(&[fields.terms, fields.words], &list);
        let mut of_others = closures.names_of_terms(others);
        of_others.sort_unstable();
        of_others.dedup();
        let mut list = String::new();
        for name in of_others {
            if names.binary_search(&name).is_err() {
                push_item(closures.name(name), &mut list);
            }
        }
        if !list.is_empty() {
            // not among the words for beginnings
            self.document.text(&[fields.other], &list);
        }
    }

    fn credit(&mut self) {
        let (described, fields) = (self.described, self.fields);
        let mut bundle = Bundle::default();
        let mut seen = BTreeSet::new();
        for author in &described.authors {
            let key = author.orcid.as_deref().unwrap_or(&author.name);
            if seen.insert(key) {
                bundle.push(labelled(key, Some(&author.name)));
            }
            self.keys.author(author);
            self.words(fields.credit, &author.name);
        }
        self.facet(Facet::Author, bundle);
        for keyword in &described.keywords {
            self.words(fields.credit, keyword);
        }
        let mut genes = Bundle::default();
        for (key, spelling) in described.genes.iter() {
            genes.push(labelled(key, Some(spelling)));
            self.keys.push(&[Facet::Gene.name(), "=", key]);
            // as it is written, without stems: "FUS" is not "fused"
            self.document.text(&[fields.words], spelling);
        }
        self.facet(Facet::Gene, genes);
    }

    /// Facets with at most one value.
    fn plain_facets(&mut self) {
        let described = self.described;
        let year = day(described.published.as_deref()) / 10_000;
        let year = (year > 0).then(|| year.to_string());
        let licence = described.licence.as_ref();
        let values = [
            (Facet::Kind, Some(described.kind.as_str()), None),
            (Facet::Member, Some(described.member.as_str()), None),
            (
                Facet::Licence,
                licence.map(|licence| licence.key.as_str()),
                licence.map(|licence| licence.label.as_str()),
            ),
            (Facet::Access, described.access.as_deref(), None),
            (Facet::Holding, described.holding, None),
            (Facet::Year, year.as_deref(), None),
        ];
        for (facet, key, label) in values {
            let mut bundle = Bundle::default();
            if let Some(key) = key {
                bundle.push(labelled(key, label));
                self.keys.push(&[facet.name(), "=", key]);
            }
            self.facet(facet, bundle);
        }
    }

    /// Every document has a value in every column, so that columns need no list of who has none.
    pub(super) fn facet(&mut self, facet: Facet, bundle: Bundle) {
        let column = self.fields.facets[facet.place()];
        self.document.text(&[column], &bundle.into_text());
    }

    /// A text that is searched by its words, also as beginnings.
    fn words(&mut self, field: tantivy::schema::Field, text: &str) {
        self.document.text(&[field, self.fields.words], text);
    }

    fn finish(mut self) -> Result<Filled, serde_json::Error> {
        self.document
            .text(&[self.fields.is], &self.keys.into_text());
        self.document
            .text(&[self.fields.hit], &json(self.described)?);
        Ok(self.document)
    }
}

/// Adds a text to a list of texts.
fn push_item(text: &str, list: &mut String) {
    list.push_str(text);
    list.push(END);
}

/// A term that an ontology knows is called what the ontology calls it, so that its label as submitted is not kept.
fn value<'v>(
    iri: &'v str,
    submitted: Option<&'v str>,
    is_labelled: bool,
    closure: &'v Closure,
) -> Value<'v> {
    let broader = closure.broader.as_ref();
    Value {
        key: iri,
        label: submitted.filter(|_| !is_labelled),
        broader: broader.map(|broader| broader.digest.as_str()),
    }
}

/// A value without broader ones.
pub(super) fn labelled<'v>(key: &'v str, label: Option<&'v str>) -> Value<'v> {
    Value {
        key,
        label,
        broader: None,
    }
}

/// What is kept for a hit; escapes and terms may take more than there is room for at first.
fn json(described: &Described) -> Result<String, serde_json::Error> {
    let description = described.description.as_deref().unwrap_or_default();
    let room = 768 + described.title.len() + description.len().min(LONGEST_STORED);
    let mut json = Vec::with_capacity(room);
    serde_json::to_writer(&mut json, &stored(described))?;
    String::from_utf8(json).map_err(serde::ser::Error::custom)
}

fn stored(described: &Described) -> StoredHit<&str> {
    let terms = |facet| {
        let of_facet = described.terms.get(&facet).into_iter().flatten();
        of_facet
            .map(|term| (term.iri.as_str(), term.label.as_deref()))
            .collect()
    };
    StoredHit {
        id: &described.id,
        iri: &described.iri,
        kind: described.kind.as_str(),
        title: &described.title,
        description: described
            .description
            .as_deref()
            .map(|text| cut(text, LONGEST_STORED)),
        member: &described.member,
        published: described.published.as_deref(),
        thumbnail: described.thumbnail.as_deref(),
        organism: terms(Facet::Organism),
        method: terms(Facet::Method),
        pixels: described.pixels.shown(),
        for_images: described.for_images.as_deref(),
    }
}

/// `2019-05-01…`, `2019-05`, `2019` as 20190501, 20190500, 20190000; 0 for what is no date.
pub(super) fn day(date: Option<&str>) -> u64 {
    let Some(date) = date.map(str::trim) else {
        return 0;
    };
    let number = |range: std::ops::Range<usize>| {
        date.get(range)
            .filter(|digits| digits.bytes().all(|byte| byte.is_ascii_digit()))
            .and_then(|digits| digits.parse::<u64>().ok())
    };
    let follows = |place: usize| date.as_bytes().get(place).is_none_or(|byte| *byte == b'-');
    let Some(year) = number(0..4).filter(|_| follows(4)) else {
        return 0;
    };
    let month = number(5..7).filter(|month| (1..=12).contains(month));
    let day = month
        .and(number(8..10))
        .filter(|day| (1..=31).contains(day));
    year * 10_000 + month.unwrap_or(0) * 100 + day.unwrap_or(0)
}

/// The beginning of a text, at most so many bytes, whole characters.
fn cut(text: &str, bytes: usize) -> &str {
    let mut end = text.len().min(bytes);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    &text[..end]
}

#[cfg(test)]
mod tests {
    use super::day;

    #[test]
    fn a_date_is_a_number_as_far_as_it_is_known() {
        assert_eq!(day(Some("2019-05-01T10:00:00Z")), 20_190_501);
        assert_eq!(day(Some("2019-05")), 20_190_500);
        assert_eq!(day(Some("2019")), 20_190_000);
        assert_eq!(day(Some("20190501")), 0);
        assert_eq!(day(Some("May 2019")), 0);
        assert_eq!(day(None), 0);
    }
}
