//! From what a record says to a document of the index.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use tantivy::TantivyDocument;

use super::bundle::{Bundle, Value};
use super::closure::Closures;
use super::facet::Facet;
use super::record::{Author, Described, NamedTerm, words_of_name};
use super::schema::Fields;
use super::words;

/// As much of a description as a snippet is cut from, in bytes.
const LONGEST_STORED: usize = 8_000;

/// A title is ordered by its first so many bytes.
const LONGEST_TITLE_KEY: usize = 200;

/// The most words of one name that any subset of is found; a name with more is found by all of them and by each.
const MOST_NAME_WORDS: usize = 5;

/// What is kept of a document to show it as a hit.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct StoredHit {
    pub id: String,
    pub iri: String,
    pub kind: String,
    pub title: String,
    pub description: Option<String>,
    pub member: String,
    pub published: Option<String>,
    pub thumbnail: Option<String>,
    /// (IRI, label as submitted)
    pub organism: Vec<(String, Option<String>)>,
    /// (IRI, label as submitted)
    pub method: Vec<(String, Option<String>)>,
}

/// Makes the document; `sequence` is its place in the order of coming in.
pub(super) fn document(
    described: &Described,
    closures: &mut Closures<'_>,
    fields: &Fields,
    sequence: u64,
) -> Result<TantivyDocument, serde_json::Error> {
    let mut making = Making {
        described,
        fields,
        document: TantivyDocument::default(),
        tokens: BTreeSet::new(),
    };
    making.identity(sequence);
    making.terms(closures);
    making.credit();
    making.plain_facets();
    making.text(fields.description, described.description.as_deref());
    for text in &described.other_text {
        making.text(fields.other, Some(text));
    }
    making.finish()
}

struct Making<'a> {
    described: &'a Described,
    fields: &'a Fields,
    document: TantivyDocument,
    tokens: BTreeSet<String>,
}

impl Making<'_> {
    fn identity(&mut self, sequence: u64) {
        let (described, fields) = (self.described, self.fields);
        self.document.add_text(fields.id, &described.id);
        self.document.add_u64(fields.sequence, sequence);
        let day = day(described.published.as_deref());
        self.document.add_u64(fields.day, day);
        self.document.add_u64(fields.year, day / 10_000);
        let title_key = words::folded(&described.title);
        self.document
            .add_text(fields.title_key, cut(&title_key, LONGEST_TITLE_KEY));
        self.text(fields.title, Some(&described.title));
        // an accession in a query of several words; that of a study is the beginning of those of its images
        self.text(fields.other, Some(&described.id));
        self.document.add_text(fields.title_words, &described.title);
        for key in &described.identifiers {
            self.tokens.insert(format!("ident={key}"));
        }
    }

    /// Terms by facet with all that is broader; then those without facet.
    fn terms(&mut self, closures: &mut Closures<'_>) {
        let (described, fields) = (self.described, self.fields);
        let mut names = described.submitted.clone();
        let mut broader_names = BTreeSet::new();
        let mut written = BTreeSet::new();
        for facet in Facet::OF_TERMS {
            let of_facet = described
                .terms
                .get(&facet)
                .map(Vec::as_slice)
                .unwrap_or_default();
            let mut bundle = Bundle::default();
            for term in of_facet {
                let closure = closures.get(facet, &term.iri);
                names.extend(closure.names.iter().cloned());
                broader_names.extend(closure.broader_names.iter().cloned());
                bundle.push(Value {
                    key: &term.iri,
                    label: label_unless_known(term, closures),
                    broader: closure
                        .written
                        .as_ref()
                        .map(|written| written.digest.as_str()),
                });
                written.extend(closure.written.as_ref().map(|written| written.text.clone()));
                let keys = std::iter::once(&term.iri).chain(&closure.broader);
                self.tokens.extend(keys.map(|key| facet.token(key)));
            }
            self.facet(facet, bundle);
        }
        for text in &written {
            self.document.add_text(fields.broader, text);
        }
        for iri in &described.other_terms {
            broader_names.extend(closures.names(iri));
            self.tokens.insert(format!("term={iri}"));
        }
        for name in &names {
            self.text(fields.terms, Some(name));
        }
        // not among the words for beginnings: there are far more of them than of all others
        for name in broader_names.difference(&names) {
            self.document.add_text(fields.other, name);
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
            self.tokens.extend(author_tokens(author));
            self.text(fields.credit, Some(&author.name));
        }
        self.facet(Facet::Author, bundle);
        for keyword in &described.keywords {
            self.text(fields.credit, Some(keyword));
        }
        let mut genes = Bundle::default();
        for (key, spelling) in described.genes.iter() {
            genes.push(labelled(key, Some(spelling)));
            self.tokens.insert(Facet::Gene.token(key));
            // as it is written, without stems: "FUS" is not "fused"
            self.document.add_text(fields.words, spelling);
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
                self.tokens.insert(facet.token(key));
            }
            self.facet(facet, bundle);
        }
    }

    /// Every document has a value in every column, so that columns need no list of who has none.
    fn facet(&mut self, facet: Facet, bundle: Bundle) {
        self.document
            .add_text(self.fields.facets[facet.place()], bundle.into_text());
    }

    fn text(&mut self, field: tantivy::schema::Field, text: Option<&str>) {
        if let Some(text) = text {
            self.document.add_text(field, text);
            self.document.add_text(self.fields.words, text);
        }
    }

    fn finish(mut self) -> Result<TantivyDocument, serde_json::Error> {
        for token in &self.tokens {
            self.document.add_text(self.fields.is, token);
        }
        let hit = stored(self.described);
        self.document
            .add_text(self.fields.hit, serde_json::to_string(&hit)?);
        Ok(self.document)
    }
}

/// A value without broader ones.
fn labelled<'v>(key: &'v str, label: Option<&'v str>) -> Value<'v> {
    Value {
        key,
        label,
        broader: None,
    }
}

fn stored(described: &Described) -> StoredHit {
    let terms = |facet| {
        let of_facet = described.terms.get(&facet).into_iter().flatten();
        of_facet
            .map(|term: &NamedTerm| (term.iri.clone(), term.label.clone()))
            .collect()
    };
    StoredHit {
        id: described.id.clone(),
        iri: described.iri.clone(),
        kind: described.kind.as_str().to_owned(),
        title: described.title.clone(),
        description: described
            .description
            .as_deref()
            .map(|text| cut(text, LONGEST_STORED).to_owned()),
        member: described.member.clone(),
        published: described.published.clone(),
        thumbnail: described.thumbnail.clone(),
        organism: terms(Facet::Organism),
        method: terms(Facet::Method),
    }
}

/// A term that an ontology knows is called what the ontology calls it.
fn label_unless_known<'d>(term: &'d NamedTerm, closures: &Closures<'_>) -> Option<&'d str> {
    match closures.terms().by_iri(&term.iri) {
        Some(known) if !known.label.is_empty() => None,
        _ => term.label.as_deref(),
    }
}

/// Under what an author is found: the ORCID, and every selection of the words of the name, also with initials for the other
/// words, whatever the order ("Doe, Jane", "Jane Doe", "J. Doe", "Doe").
pub(super) fn author_tokens(author: &Author) -> BTreeSet<String> {
    let mut tokens = BTreeSet::new();
    if let Some(orcid) = &author.orcid {
        tokens.insert(Facet::Author.token(&orcid.to_lowercase()));
    }
    let words = words_of_name(&author.name);
    tokens.insert(Facet::Author.token(&words.join(" ")));
    tokens.extend(words.iter().map(|word| Facet::Author.token(word)));
    if words.len() <= MOST_NAME_WORDS {
        for selection in 1_u32..1 << words.len() {
            let selected: Vec<String> = words
                .iter()
                .enumerate()
                .filter(|(place, _)| selection & (1 << place) != 0)
                .map(|(_, word)| word.clone())
                .collect();
            tokens.extend(with_initials(&selected));
        }
    }
    tokens
}

/// The words as they are, and each word in full with the others as initials.
fn with_initials(words: &[String]) -> Vec<String> {
    let mut tokens = vec![Facet::Author.token(&words.join(" "))];
    if words.len() > 1 {
        for full in 0..words.len() {
            let mut mixed: Vec<String> = words
                .iter()
                .enumerate()
                .map(|(place, word)| {
                    let initial = word.chars().take(1).collect();
                    if place == full { word.clone() } else { initial }
                })
                .collect();
            mixed.sort_unstable();
            mixed.dedup();
            tokens.push(Facet::Author.token(&mixed.join(" ")));
        }
    }
    tokens
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
    use super::{Author, author_tokens, day};

    #[test]
    fn a_date_is_a_number_as_far_as_it_is_known() {
        assert_eq!(day(Some("2019-05-01T10:00:00Z")), 20_190_501);
        assert_eq!(day(Some("2019-05")), 20_190_500);
        assert_eq!(day(Some("2019")), 20_190_000);
        assert_eq!(day(Some("20190501")), 0);
        assert_eq!(day(Some("May 2019")), 0);
        assert_eq!(day(None), 0);
    }

    #[test]
    fn an_author_is_found_by_any_part_of_the_name() {
        let tokens = author_tokens(&Author {
            name: "Doe, Jané M.".to_owned(),
            orcid: Some("0000-0001-2345-678X".to_owned()),
        });
        for expected in [
            "doe",
            "doe jane",
            "doe j",
            "doe jane m",
            "doe j m",
            "0000-0001-2345-678x",
        ] {
            assert!(
                tokens.contains(&format!("author={expected}")),
                "{expected}: {tokens:?}"
            );
        }
    }
}
