//! The parameters of a search, read strictly: what is not known is an error that names it and says what is possible.

use std::collections::BTreeMap;

use ontologies::Terms;

use super::as_sparql;
use super::cursor::{Cursor, digest_of_search};
use super::error::SearchError;
use super::facet::Facet;
use super::filter::Chosen;
use super::span::Spans;
use super::words_of_query::{Clause, are_words_for_images, parse_query};

/// Hits on a page where nothing is said.
const SIZE: usize = 20;

/// The most hits on a page.
pub(super) const MOST_SIZE: usize = 100;

/// The furthest hit that pages reach; beyond, a cursor costs less for everybody.
pub(super) const MOST_PAGED: u64 = 10_000;

/// The most values of one parameter.
const MOST_VALUES: usize = 100;

/// The longest value of a filter, in bytes: an IRI of a term or a name, with much room.
const LONGEST_VALUE: usize = 500;

/// In which order hits are given.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sort {
    /// The best match first; without words, by accession.
    Relevance,
    /// By date of publication, the latest first; what has none at the end.
    Newest,
    /// By date of publication, the earliest first; what has none at the end.
    Oldest,
    /// By title without case and accents.
    Title,
}

/// In which form the answer is given.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// One object with hits and facets.
    Json,
    /// A hit a line.
    JsonLines,
    /// A hit a row, with a header.
    Csv,
}

/// Which part of the hits is given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Part {
    /// A page, from 1.
    Page(u64),
    /// From the beginning, in the order in which documents came in.
    Start,
    /// Behind the last document of an answer before.
    After(Cursor),
}

/// A search, parsed.
#[derive(Debug, Clone, PartialEq)]
pub struct SearchRequest {
    /// The words as they were given.
    pub(super) query: String,
    pub(super) clauses: Vec<Clause>,
    pub(super) filters: BTreeMap<Facet, Chosen>,
    pub(super) spans: BTreeMap<Facet, Spans>,
    pub(super) sort: Sort,
    pub(super) part: Part,
    pub(super) size: usize,
    pub(super) format: Format,
    pub(super) facets: Vec<Facet>,
    pub(super) digest: String,
}

/// Parameters beside the facets.
const OTHERS: [&str; 7] = ["q", "sort", "page", "cursor", "size", "format", "facets"];

impl SearchRequest {
    /// Reads the parameters of `/api/v1/search`, names and values percent-decoded.
    ///
    /// # Errors
    /// The first parameter that is not known, or value that it cannot have.
    pub fn from_query(pairs: &[(String, String)]) -> Result<Self, SearchError> {
        for (name, _) in pairs {
            if !OTHERS.contains(&name.as_str()) && Facet::from_name(name).is_none() {
                return Err(SearchError::UnknownParameter {
                    name: name.chars().take(50).collect(),
                    possible: possible_parameters(),
                });
            }
        }
        let parameters = Parameters { pairs };
        let query = parameters.once("q")?.unwrap_or_default().to_owned();
        let size = parameters.size()?;
        let filters = parameters.filters()?;
        let mut clauses = parse_query(&query)?;
        if is_of_images_alone(&filters) && are_words_for_images(&query, &clauses) {
            // "images", of images: all of them
            clauses.clear();
        }
        let request = Self {
            clauses,
            query,
            filters,
            spans: parameters.spans()?,
            sort: parameters.sort()?,
            part: parameters.part(size)?,
            size,
            format: parameters.format()?,
            facets: parameters.facets()?,
            digest: digest_of_search(pairs),
        };
        if !matches!(request.part, Part::Page(_)) && parameters.once("sort")?.is_some() {
            return Err(SearchError::Both("cursor", "sort"));
        }
        Ok(request)
    }

    /// In which form the answer is wanted.
    pub fn format(&self) -> Format {
        self.format
    }

    /// The SPARQL query that finds the same, in the same order.
    ///
    /// # Errors
    /// As a search: a term that nobody knows, a label that several terms have.
    pub fn as_sparql(&self, terms: &Terms) -> Result<String, SearchError> {
        as_sparql::query(self, terms)
    }

    /// The words, as they were given.
    pub fn query(&self) -> &str {
        &self.query
    }
}

/// Whether the kind of what is looked for can only be an image.
fn is_of_images_alone(filters: &BTreeMap<Facet, Chosen>) -> bool {
    let kinds = filters.get(&Facet::Kind);
    kinds.is_some_and(|chosen| chosen.any == ["image"])
}

fn possible_parameters() -> String {
    let facets = Facet::ALL.into_iter().map(Facet::name);
    let names: Vec<&str> = OTHERS[..1]
        .iter()
        .copied()
        .chain(facets)
        .chain(OTHERS[1..].iter().copied())
        .collect();
    names.join(", ")
}

struct Parameters<'p> {
    pairs: &'p [(String, String)],
}

impl<'p> Parameters<'p> {
    fn values(&self, name: &str) -> impl Iterator<Item = &'p str> {
        let name = name.to_owned();
        self.pairs
            .iter()
            .filter(move |(other, _)| *other == name)
            .map(|(_, value)| value.as_str())
    }

    fn once(&self, name: &'static str) -> Result<Option<&'p str>, SearchError> {
        let mut values = self.values(name);
        let first = values.next();
        if values.next().is_some() {
            return Err(SearchError::Repeated(name));
        }
        Ok(first)
    }

    /// Values that are not blank, so that a form may send fields that nobody filled in.
    fn all(&self, name: &'static str) -> Result<Vec<&'p str>, SearchError> {
        let values: Vec<&str> = self
            .values(name)
            .map(str::trim)
            .filter(|value| !value.is_empty())
            .collect();
        if values.len() > MOST_VALUES {
            return Err(SearchError::TooManyValues {
                name,
                most: MOST_VALUES,
            });
        }
        match values.iter().find(|value| value.len() > LONGEST_VALUE) {
            Some(long) => Err(SearchError::Value {
                name,
                value: format!("{}…", long.chars().take(50).collect::<String>()),
                possible: format!("a value of at most {LONGEST_VALUE} bytes"),
            }),
            None => Ok(values),
        }
    }

    fn filters(&self) -> Result<BTreeMap<Facet, Chosen>, SearchError> {
        let mut filters = BTreeMap::new();
        let facets = Facet::ALL.into_iter();
        for facet in facets.filter(|facet| !facet.is_of_numbers()) {
            let values = self.all(facet.name())?;
            if !values.is_empty() {
                filters.insert(facet, Chosen::parse(facet, &values)?);
            }
        }
        Ok(filters)
    }

    fn spans(&self) -> Result<BTreeMap<Facet, Spans>, SearchError> {
        let mut spans = BTreeMap::new();
        for facet in Facet::OF_NUMBERS {
            let values = self.all(facet.name())?;
            if !values.is_empty() {
                spans.insert(facet, Spans::parse(facet, &values)?);
            }
        }
        Ok(spans)
    }

    fn sort(&self) -> Result<Sort, SearchError> {
        match self.once("sort")? {
            None | Some("" | "relevance") => Ok(Sort::Relevance),
            Some("newest") => Ok(Sort::Newest),
            Some("oldest") => Ok(Sort::Oldest),
            Some("title") => Ok(Sort::Title),
            Some(other) => Err(impossible(
                "sort",
                other,
                "relevance, newest, oldest, title",
            )),
        }
    }

    fn format(&self) -> Result<Format, SearchError> {
        match self.once("format")? {
            None | Some("" | "json") => Ok(Format::Json),
            Some("jsonl") => Ok(Format::JsonLines),
            Some("csv") => Ok(Format::Csv),
            Some(other) => Err(impossible("format", other, "json, jsonl, csv")),
        }
    }

    fn size(&self) -> Result<usize, SearchError> {
        let Some(text) = self.once("size")?.filter(|text| !text.is_empty()) else {
            return Ok(SIZE);
        };
        number(text)
            .and_then(|size| usize::try_from(size).ok())
            .filter(|size| (1..=MOST_SIZE).contains(size))
            .ok_or_else(|| impossible("size", text, "a number from 1 to 100"))
    }

    fn part(&self, size: usize) -> Result<Part, SearchError> {
        let page = self.once("page")?.filter(|text| !text.is_empty());
        let cursor = self.once("cursor")?.filter(|text| !text.is_empty());
        match (page, cursor) {
            (Some(_), Some(_)) => Err(SearchError::Both("page", "cursor")),
            (None, Some("*")) => Ok(Part::Start),
            (None, Some(text)) => Cursor::parse(text).map(Part::After),
            (None, None) => Ok(Part::Page(1)),
            (Some(text), None) => {
                let page = number(text)
                    .filter(|page| *page >= 1)
                    .ok_or_else(|| impossible("page", text, "a number from 1"))?;
                if page.saturating_mul(size as u64) > MOST_PAGED {
                    return Err(SearchError::TooFar {
                        page,
                        size,
                        most: MOST_PAGED,
                    });
                }
                Ok(Part::Page(page))
            }
        }
    }

    /// Names with commas between them, or the parameter several times; each facet once.
    fn facets(&self) -> Result<Vec<Facet>, SearchError> {
        let mut facets = Vec::new();
        for name in self
            .values("facets")
            .flat_map(|names| names.split(','))
            .map(str::trim)
            .filter(|name| !name.is_empty())
        {
            let facet = Facet::from_name(name).ok_or_else(|| {
                let all: Vec<&str> = Facet::ALL.into_iter().map(Facet::name).collect();
                impossible("facets", name, &all.join(", "))
            })?;
            if !facets.contains(&facet) {
                facets.push(facet);
            }
        }
        Ok(facets)
    }
}

fn number(text: &str) -> Option<u64> {
    let is_number = text.bytes().all(|byte| byte.is_ascii_digit());
    if is_number { text.parse().ok() } else { None }
}

pub(super) fn impossible(name: &'static str, value: &str, possible: &str) -> SearchError {
    SearchError::Value {
        name,
        value: value.chars().take(100).collect(),
        possible: possible.to_owned(),
    }
}
