//! The first hits of each segment become the first hits of all.

use std::cmp::Ordering;
use std::collections::HashMap;

use tantivy::Searcher;

use super::collect::{Candidate, Found, Order};

/// The first hits of all segments in one order. Ordinals mean something only in their segment, so that what they stand for is
/// looked up where documents of several segments have to be compared by it.
pub(super) fn merge(
    found: Vec<Found>,
    searcher: &Searcher,
    order: Order,
) -> tantivy::Result<Vec<Candidate>> {
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
