//! A search from request to answer.

use std::collections::{BTreeSet, HashMap};
use std::time::Instant;

use ontologies::Terms;
use protocol::identifier::Accession;
use tantivy::schema::Field;
use tantivy::schema::Value as _;
use tantivy::{DocAddress, Searcher, TantivyDocument};

use super::answer::{Hit, LabelledTerm, SearchAnswer};
use super::collect::{Candidate, Counting, Order};
use super::counts::{counts, label};
use super::cursor::Cursor;
use super::document::StoredHit;
use super::error::{SearchError, TextError};
use super::filter::short;
use super::merge::merge;
use super::query::Making;
use super::request::{Part, SearchRequest, Sort};
use super::snippet::Snippets;
use super::words_of_query::parse_query;
use super::{Text, View};

impl Text {
    /// Answers a search.
    ///
    /// # Errors
    /// A fault of the request that only the index or the ontologies show (a term that nobody knows, a cursor that has outlived
    /// its index), or [`SearchError::Index`].
    pub fn search(
        &self,
        request: &SearchRequest,
        terms: &Terms,
    ) -> Result<SearchAnswer, SearchError> {
        let started = Instant::now();
        let view = self.view();
        let generation = view
            .state
            .as_ref()
            .map_or("0000000000000000", |state| state.generation.as_str());
        let plan = Plan::of(request, generation)?;
        let making = Making {
            fields: &self.fields,
            searcher: &view.searcher,
            terms,
            columns: &self.columns,
            called: &self.called(terms),
        };
        let query = making.query(request)?;
        let counting = Counting {
            columns: &self.columns,
            facets: &request.facets,
            order: plan.order,
            first: plan.skip + plan.take,
        };
        let found = view
            .searcher
            .search(query.as_ref(), &counting)
            .map_err(TextError::reading)?;
        let total = found.iter().map(|segment| segment.total).sum();
        let facets = request
            .facets
            .iter()
            .map(|facet| (*facet, counts(&self.columns, *facet, &found, terms)))
            .collect::<Vec<_>>();
        let first = merge(found, &view.searcher, plan.order).map_err(TextError::reading)?;
        let page: Vec<Candidate> = first.into_iter().skip(plan.skip).take(plan.take).collect();
        let mut answer = SearchAnswer {
            total,
            took_ms: 0,
            page: plan.page,
            size: request.size,
            cursor: next_cursor(&plan, &page, generation, &request.digest),
            hits: self.hits(&view, &page, request, terms)?,
            facets: Vec::new(),
            more: Vec::new(),
            state: None,
            format: request.format,
        };
        for (facet, (values, more)) in facets {
            answer.facets.push((facet.name(), values));
            if more > 0 {
                answer.more.push((facet.name(), more));
            }
        }
        answer.took_ms = u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX);
        Ok(answer)
    }

    /// The documents that fit words, the best first: their IRIs with scores. For `omma:search` inside SPARQL.
    ///
    /// # Errors
    /// As [`Text::search`].
    pub fn matches(
        &self,
        words: &str,
        most: usize,
        terms: &Terms,
    ) -> Result<Vec<(String, f64)>, SearchError> {
        let view = self.view();
        let clauses = parse_query(words)?;
        if clauses.is_empty() {
            return Ok(Vec::new());
        }
        let making = Making {
            fields: &self.fields,
            searcher: &view.searcher,
            terms,
            columns: &self.columns,
            called: &self.called(terms),
        };
        let query = making.words_or_identifier(words, &clauses, true);
        let counting = Counting {
            columns: &self.columns,
            facets: &[],
            order: Order::Relevance,
            first: most,
        };
        let found = view
            .searcher
            .search(query.as_ref(), &counting)
            .map_err(TextError::reading)?;
        let mut first =
            merge(found, &view.searcher, Order::Relevance).map_err(TextError::reading)?;
        first.truncate(most);
        first
            .iter()
            .map(|candidate| {
                let hit = self.stored(&view.searcher, candidate)?;
                Ok((hit.iri, f64::from(candidate.score)))
            })
            .collect()
    }

    fn hits(
        &self,
        view: &View,
        page: &[Candidate],
        request: &SearchRequest,
        terms: &Terms,
    ) -> Result<Vec<Hit>, SearchError> {
        let mut snippets = Snippets::of(&request.clauses);
        page.iter()
            .map(|candidate| {
                let stored = self.stored(&view.searcher, candidate)?;
                let is_scored = request.sort == Sort::Relevance
                    && matches!(request.part, Part::Page(_))
                    && !request.clauses.is_empty();
                let snippet = snippets.snippet(&stored.title, stored.description.as_deref());
                let score = is_scored.then_some(candidate.score);
                Ok(hit(stored, snippet, score, terms))
            })
            .collect()
    }

    /// What has these accessions, as hits without words, by accession; what is not in the index is left out.
    ///
    /// # Errors
    /// When the index cannot be read.
    pub fn hits_of(
        &self,
        ids: &BTreeSet<&str>,
        terms: &Terms,
    ) -> Result<HashMap<String, Hit>, TextError> {
        let stored = self.stored_of(ids)?.into_iter();
        Ok(stored
            .map(|stored| (stored.id.clone(), hit(stored, String::new(), None, terms)))
            .collect())
    }

    pub(super) fn stored(
        &self,
        searcher: &Searcher,
        candidate: &Candidate,
    ) -> Result<StoredHit, TextError> {
        let address = DocAddress::new(candidate.segment, candidate.doc);
        read_stored(searcher, address, self.fields.hit)
    }
}

fn hit(stored: StoredHit, snippet: String, score: Option<f32>, terms: &Terms) -> Hit {
    let study = study_of(&stored.id).filter(|study| *study != stored.id);
    Hit {
        snippet,
        id: stored.id,
        iri: stored.iri,
        kind: stored.kind,
        title: stored.title,
        member: stored.member,
        published: stored.published,
        organism: labelled(stored.organism, terms),
        method: labelled(stored.method, terms),
        thumbnail: stored.thumbnail,
        pixels: stored.pixels,
        study,
        score,
    }
}

/// The accession of the study of which an accession is, or is a part.
fn study_of(id: &str) -> Option<String> {
    let id = Accession::parse(id).ok()?;
    id.study_id().map(|study| study.to_string())
}

/// What is kept of a document.
pub(super) fn read_stored(
    searcher: &Searcher,
    address: DocAddress,
    field: Field,
) -> Result<StoredHit, TextError> {
    let document: TantivyDocument = searcher.doc(address).map_err(TextError::reading)?;
    let json = document
        .get_first(field)
        .and_then(|value| value.as_str())
        .ok_or_else(|| TextError::reading("a document without its stored part"))?;
    serde_json::from_str(json).map_err(TextError::reading)
}

/// Which hits are given, in which order.
struct Plan {
    order: Order,
    skip: usize,
    take: usize,
    page: Option<u64>,
}

impl Plan {
    fn of(request: &SearchRequest, generation: &str) -> Result<Self, SearchError> {
        let by_cursor = |after| Self {
            order: Order::Behind(after),
            skip: 0,
            take: request.size,
            page: None,
        };
        Ok(match &request.part {
            Part::Start => by_cursor(0),
            Part::After(cursor) if cursor.generation != generation => {
                return Err(SearchError::CursorOutlived);
            }
            Part::After(cursor) if cursor.search != request.digest => {
                return Err(SearchError::CursorElsewhere);
            }
            Part::After(cursor) => by_cursor(cursor.after),
            Part::Page(page) => Self {
                order: match request.sort {
                    Sort::Relevance => Order::Relevance,
                    Sort::Newest => Order::Newest,
                    Sort::Oldest => Order::Oldest,
                    Sort::Title => Order::Title,
                },
                skip: usize::try_from(page - 1).unwrap_or(usize::MAX) * request.size,
                take: request.size,
                page: Some(*page),
            },
        })
    }
}

/// Where the next answer begins; none when this one was not full and so reached the end.
fn next_cursor(plan: &Plan, page: &[Candidate], generation: &str, search: &str) -> Option<String> {
    if !matches!(plan.order, Order::Behind(_)) || page.len() < plan.take {
        return None;
    }
    page.last().map(|last| {
        let cursor = Cursor {
            generation: generation.to_owned(),
            after: last.key,
            search: search.to_owned(),
        };
        cursor.write()
    })
}

fn labelled(stored: Vec<(String, Option<String>)>, terms: &Terms) -> Vec<LabelledTerm> {
    stored
        .into_iter()
        .map(|(iri, submitted)| LabelledTerm {
            id: short(&iri),
            label: label(&iri, submitted.as_deref(), terms).into_owned(),
        })
        .collect()
}
