//! One pass over the hits: how many there are, how often each value, and the first of them in the order that is asked for.
//!
//! In each segment the hits are first listed, then each facet's column is read for all of them at once, then the sort
//! key. Everything is a number: ordinals of bundles are counted in an array, and only the candidates for the page are compared
//! by what their ordinals stand for.

use std::sync::Arc;

use tantivy::collector::{Collector, SegmentCollector};
use tantivy::columnar::ColumnValues;
use tantivy::{DocId, Score, SegmentOrdinal, SegmentReader};

use super::columns::{Bundles, Columns};
use super::facet::Facet;
use super::schema::column;

/// How many documents' values are read from a column at a time.
const BLOCK: usize = 1_024;

/// In which order the first hits are kept; the smallest key is the first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Order {
    Relevance,
    Newest,
    Oldest,
    Title,
    /// By the number of the document, behind this one.
    Behind(u64),
}

/// What is asked of the hits.
pub(super) struct Counting<'c> {
    pub columns: &'c Columns,
    pub facets: &'c [Facet],
    pub order: Order,
    /// How many of the first are kept of each segment.
    pub first: usize,
}

/// A hit that may be on the page.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Candidate {
    /// What it is ordered by: of two the smaller is the first. An ordinal of its segment when the order is by title.
    pub key: u64,
    /// The ordinal of its accession in its segment, which decides between equal keys.
    pub id: u64,
    pub segment: SegmentOrdinal,
    pub doc: DocId,
    pub score: Score,
}

/// How often each bundle of a segment's facet is among the hits.
pub(super) struct Counted {
    pub facet: Facet,
    pub bundles: Arc<Bundles>,
    pub counts: Vec<u32>,
}

/// What is known of the hits in one segment.
pub(super) struct Found {
    pub total: u64,
    pub counted: Vec<Counted>,
    pub first: Vec<Candidate>,
}

impl Collector for Counting<'_> {
    type Fruit = Vec<Found>;
    type Child = Listing;

    fn for_segment(
        &self,
        segment: SegmentOrdinal,
        reader: &SegmentReader,
    ) -> tantivy::Result<Listing> {
        let fast = reader.fast_fields();
        let ordinals = |name: &str| -> tantivy::Result<Option<Values>> {
            Ok(fast
                .str(name)?
                .map(|column| column.ords().clone().first_or_default_col(0)))
        };
        let mut facets = Vec::with_capacity(self.facets.len());
        for facet in self.facets {
            if let Some(values) = ordinals(&column(*facet))? {
                let bundles = self.columns.bundles(reader, *facet)?;
                facets.push((*facet, bundles, values));
            }
        }
        let keys = match self.order {
            Order::Relevance => None,
            Order::Newest | Order::Oldest => Some(fast.u64("day")?.first_or_default_col(0)),
            Order::Title => ordinals("title_key")?,
            Order::Behind(_) => Some(fast.u64("sequence")?.first_or_default_col(0)),
        };
        Ok(Listing {
            segment,
            order: self.order,
            first: self.first,
            facets,
            keys,
            ids: ordinals("id")?,
            docs: Vec::new(),
            scores: Vec::new(),
        })
    }

    fn requires_scoring(&self) -> bool {
        self.order == Order::Relevance
    }

    fn merge_fruits(&self, fruits: Vec<Found>) -> tantivy::Result<Vec<Found>> {
        Ok(fruits)
    }
}

type Values = Arc<dyn ColumnValues<u64>>;

/// The hits of one segment, listed.
pub(super) struct Listing {
    segment: SegmentOrdinal,
    order: Order,
    first: usize,
    facets: Vec<(Facet, Arc<Bundles>, Values)>,
    keys: Option<Values>,
    ids: Option<Values>,
    docs: Vec<DocId>,
    /// One for each document where the order is by relevance.
    scores: Vec<Score>,
}

impl SegmentCollector for Listing {
    type Fruit = Found;

    fn collect(&mut self, doc: DocId, score: Score) {
        self.docs.push(doc);
        if self.order == Order::Relevance {
            self.scores.push(score);
        }
    }

    fn collect_block(&mut self, docs: &[DocId]) {
        self.docs.extend_from_slice(docs);
        if self.order == Order::Relevance {
            self.scores.resize(self.docs.len(), 0.0);
        }
    }

    fn harvest(self) -> Found {
        Found {
            total: self.docs.len() as u64,
            counted: self.count(),
            first: self.select(),
        }
    }
}

impl Listing {
    fn count(&self) -> Vec<Counted> {
        let mut ordinals = vec![0; BLOCK];
        let mut counted = Vec::with_capacity(self.facets.len());
        for (facet, bundles, values) in &self.facets {
            let mut counts = vec![0_u32; bundles.len()];
            for block in self.docs.chunks(BLOCK) {
                let ordinals = &mut ordinals[..block.len()];
                values.get_vals(block, ordinals);
                for ordinal in ordinals.iter() {
                    counts[*ordinal as usize] += 1;
                }
            }
            counted.push(Counted {
                facet: *facet,
                bundles: Arc::clone(bundles),
                counts,
            });
        }
        counted
    }

    /// The first candidates, in order. Between blocks those that cannot be among the first are dropped, so that memory does not
    /// grow with the hits.
    fn select(&self) -> Vec<Candidate> {
        if self.first == 0 {
            return Vec::new();
        }
        let most = (4 * self.first).max(4 * BLOCK);
        let mut kept: Vec<Candidate> = Vec::with_capacity(most.min(self.docs.len()));
        let (mut keys, mut ids) = (vec![0; BLOCK], vec![0; BLOCK]);
        for (place, block) in self.docs.chunks(BLOCK).enumerate() {
            let scores = self.scores.get(place * BLOCK..).unwrap_or_default();
            read(self.keys.as_ref(), block, &mut keys);
            read(self.ids.as_ref(), block, &mut ids);
            for (index, doc) in block.iter().enumerate() {
                let score = scores.get(index).copied().unwrap_or(0.0);
                if let Some(key) = self.order.key(keys[index], score) {
                    kept.push(Candidate {
                        key,
                        id: ids[index],
                        segment: self.segment,
                        doc: *doc,
                        score,
                    });
                }
            }
            if kept.len() > most {
                kept.select_nth_unstable_by_key(self.first, Candidate::rank);
                kept.truncate(self.first);
            }
        }
        kept.sort_unstable_by_key(Candidate::rank);
        kept.truncate(self.first);
        kept
    }
}

fn read(values: Option<&Values>, docs: &[DocId], output: &mut [u64]) {
    if let Some(values) = values {
        values.get_vals(docs, &mut output[..docs.len()]);
    }
}

impl Candidate {
    fn rank(&self) -> (u64, u64) {
        (self.key, self.id)
    }
}

impl Order {
    /// The key of a document; none where it is before what is asked for.
    fn key(self, value: u64, score: Score) -> Option<u64> {
        match self {
            // scores are not negative, so that their bits have the order of their values
            Self::Relevance => Some(u64::from(!score.max(0.0).to_bits())),
            Self::Newest => Some(u64::MAX - value),
            Self::Oldest => Some(if value == 0 { u64::MAX } else { value }),
            Self::Title => Some(value),
            Self::Behind(last) => (value > last).then_some(value),
        }
    }
}
