//! A search from request to answer.

use std::cmp::Ordering;
use std::collections::HashMap;
use std::time::Instant;

use ontologies::Terms;
use tantivy::schema::Field;
use tantivy::schema::Value as _;
use tantivy::{DocAddress, Searcher, TantivyDocument};

use super::answer::{FacetValue, Hit, LabelledTerm, SearchAnswer};
use super::collect::{Candidate, Counting, Found, Order};
use super::columns::Columns;
use super::cursor::Cursor;
use super::document::StoredHit;
use super::error::{SearchError, TextError};
use super::facet::Facet;
use super::filter::short;
use super::query::Making;
use super::request::{Part, SearchRequest, Sort};
use super::snippet::Snippets;
use super::words_of_query::parse_query;
use super::{Text, View};

/// The most values of a facet in an answer.
const MOST_VALUES: usize = 100;

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
                Ok(Hit {
                    snippet: snippets.snippet(&stored.title, stored.description.as_deref()),
                    id: stored.id,
                    iri: stored.iri,
                    kind: stored.kind,
                    title: stored.title,
                    member: stored.member,
                    published: stored.published,
                    organism: labelled(stored.organism, terms),
                    method: labelled(stored.method, terms),
                    thumbnail: stored.thumbnail,
                    score: is_scored.then_some(candidate.score),
                })
            })
            .collect()
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
            // one more tells whether there is anything behind this answer
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
            label: label(&iri, submitted.as_deref(), terms),
        })
        .collect()
}

/// What the ontologies call a term, else what the record calls it, else its identifier.
fn label(iri: &str, submitted: Option<&str>, terms: &Terms) -> String {
    let known = terms
        .by_iri(iri)
        .map(|term| term.label.as_str())
        .filter(|label| !label.is_empty());
    known
        .or(submitted)
        .map_or_else(|| short(iri), str::to_owned)
}

/// Counts of a facet's values over all hits: values that a hit has itself, each with the hits that have it or something
/// narrower. The most frequent first, then by label; and how many more there are than are listed.
fn counts(
    columns: &Columns,
    facet: Facet,
    found: &[Found],
    terms: &Terms,
) -> (Vec<FacetValue>, usize) {
    let values = columns.values(facet);
    let mut totals = vec![0_u64; values.len()];
    let mut is_direct = vec![false; values.len()];
    let of_facet = found
        .iter()
        .flat_map(|segment| &segment.counted)
        .filter(|counted| counted.facet == facet);
    for counted in of_facet {
        for (ordinal, count) in counted.counts.iter().enumerate().filter(|(_, n)| **n > 0) {
            for (number, direct) in counted.bundles.values(ordinal) {
                totals[number] += u64::from(*count);
                is_direct[number] |= direct;
            }
        }
    }
    let mut listed: Vec<usize> = (0..totals.len()).filter(|n| is_direct[*n]).collect();
    let all = listed.len();
    // labels are looked up only for values that can be among those that are given
    if all > MOST_VALUES {
        let (_, nth, _) =
            listed.select_nth_unstable_by_key(MOST_VALUES - 1, |n| std::cmp::Reverse(totals[*n]));
        let least = totals[*nth];
        listed.retain(|n| totals[*n] >= least);
    }
    let mut given: Vec<FacetValue> = listed
        .into_iter()
        .map(|number| {
            let key = values.key(number);
            let own = values.label(number);
            FacetValue {
                id: if facet.is_of_terms() {
                    short(key)
                } else {
                    key.to_owned()
                },
                label: if facet.is_of_terms() {
                    label(key, own, terms)
                } else {
                    own.unwrap_or(key).to_owned()
                },
                count: totals[number],
            }
        })
        .collect();
    given.sort_by(|left, right| {
        right
            .count
            .cmp(&left.count)
            .then_with(|| left.label.cmp(&right.label))
            .then_with(|| left.id.cmp(&right.id))
    });
    given.truncate(MOST_VALUES);
    let more = all - given.len();
    (given, more)
}

/// The first hits of all segments in one order. Ordinals mean something only in their segment, so that what they stand for is
/// looked up where documents of several segments have to be compared by it.
fn merge(found: Vec<Found>, searcher: &Searcher, order: Order) -> tantivy::Result<Vec<Candidate>> {
    let with_hits = found.iter().filter(|found| !found.first.is_empty()).count();
    let mut candidates: Vec<Candidate> = found.into_iter().flat_map(|found| found.first).collect();
    if with_hits < 2 {
        return Ok(candidates);
    }
    let titles = if order == Order::Title {
        texts(searcher, &candidates, "title_key", |candidate| {
            candidate.key
        })?
    } else {
        candidates.sort_by_key(|candidate| candidate.key);
        candidates_that_tie(&mut candidates, searcher)?;
        return Ok(candidates);
    };
    let ids = texts(searcher, &candidates, "id", |candidate| candidate.id)?;
    candidates.sort_by(|left, right| {
        let title = |candidate: &Candidate| titles.get(&(candidate.segment, candidate.key));
        title(left)
            .cmp(&title(right))
            .then_with(|| by_id(&ids, left, right))
    });
    Ok(candidates)
}

type Texts = HashMap<(u32, u64), String>;

/// Puts candidates with equal keys in the order of their accessions.
fn candidates_that_tie(candidates: &mut [Candidate], searcher: &Searcher) -> tantivy::Result<()> {
    let tied: Vec<Candidate> = candidates
        .chunk_by(|left, right| left.key == right.key)
        .filter(|group| group.len() > 1)
        .flatten()
        .copied()
        .collect();
    let ids = texts(searcher, &tied, "id", |candidate| candidate.id)?;
    for group in candidates.chunk_by_mut(|left, right| left.key == right.key) {
        if group.len() > 1 {
            group.sort_by(|left, right| by_id(&ids, left, right));
        }
    }
    Ok(())
}

fn by_id(ids: &Texts, left: &Candidate, right: &Candidate) -> Ordering {
    let id = |candidate: &Candidate| ids.get(&(candidate.segment, candidate.id));
    id(left).cmp(&id(right))
}

/// What ordinals of a column stand for, by segment and ordinal.
fn texts(
    searcher: &Searcher,
    candidates: &[Candidate],
    column: &str,
    ordinal: impl Fn(&Candidate) -> u64,
) -> tantivy::Result<Texts> {
    let mut wanted: Vec<(u32, u64)> = candidates
        .iter()
        .map(|candidate| (candidate.segment, ordinal(candidate)))
        .collect();
    wanted.sort_unstable();
    wanted.dedup();
    let mut texts = HashMap::with_capacity(wanted.len());
    for of_segment in wanted.chunk_by(|left, right| left.0 == right.0) {
        let segment = of_segment[0].0;
        let ordinals: Vec<u64> = of_segment.iter().map(|(_, ordinal)| *ordinal).collect();
        let reader = searcher.segment_reader(segment);
        let Some(column) = reader.fast_fields().str(column)? else {
            continue;
        };
        let mut next = ordinals.iter();
        column
            .dictionary()
            .sorted_ords_to_term_cb(&ordinals, |bytes| {
                if let Some(ordinal) = next.next() {
                    let text = String::from_utf8_lossy(bytes).into_owned();
                    texts.insert((segment, *ordinal), text);
                }
            })?;
    }
    Ok(texts)
}
