//! The values of facets in memory: each different value once, and for each segment which bundle holds which.
//!
//! A segment never changes, so what is read of it is kept for as long as it is searched. Values are numbered once for the whole
//! index, so that counts of several segments are added without comparing strings. The numbers grow with the number of
//! different values that were ever seen since the index was opened, never with documents or with searches.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock, RwLockReadGuard};

use tantivy::index::SegmentId;
use tantivy::{Searcher, SegmentReader};

use super::broader::{Lists, key_of_list};
use super::bundle;
use super::error::TextError;
use super::facet::Facet;
use super::schema::column;

/// The bit that marks a value as the document's own.
const DIRECT: u32 = 1 << 31;

/// Every value of a facet, numbered.
#[derive(Debug, Default)]
pub(super) struct Values {
    numbers: HashMap<Arc<str>, u32>,
    keys: Vec<Arc<str>>,
    labels: Vec<Option<Arc<str>>>,
}

impl Values {
    pub(super) fn len(&self) -> usize {
        self.keys.len()
    }

    pub(super) fn key(&self, number: usize) -> &str {
        &self.keys[number]
    }

    /// What records call it. Of several spellings the longest, then the first by alphabet: "Jane Doe" before "J. Doe".
    pub(super) fn label(&self, number: usize) -> Option<&str> {
        self.labels[number].as_deref()
    }

    fn number(&mut self, key: &str, label: Option<&str>) -> u32 {
        let number = match self.numbers.get(key) {
            Some(number) => *number,
            None => {
                let number = u32::try_from(self.keys.len()).unwrap_or(u32::MAX) & !DIRECT;
                let key: Arc<str> = key.into();
                self.numbers.insert(Arc::clone(&key), number);
                self.keys.push(key);
                self.labels.push(None);
                number
            }
        };
        if let (Some(label), Some(slot)) = (label, self.labels.get_mut(number as usize)) {
            let order = |label: &str| (std::cmp::Reverse(label.len()), label.to_owned());
            if slot
                .as_deref()
                .is_none_or(|known| order(label) < order(known))
            {
                *slot = Some(label.into());
            }
        }
        number
    }
}

/// The values of each bundle of one segment, by the bundle's ordinal.
#[derive(Debug)]
pub(super) struct Bundles {
    starts: Vec<u32>,
    numbers: Vec<u32>,
}

impl Bundles {
    /// How many different bundles there are.
    pub(super) fn len(&self) -> usize {
        self.starts.len() - 1
    }

    /// The numbers of the values in a bundle, each with whether documents have it themselves.
    pub(super) fn values(&self, ordinal: usize) -> impl Iterator<Item = (usize, bool)> {
        let range = self.starts[ordinal] as usize..self.starts[ordinal + 1] as usize;
        self.numbers[range]
            .iter()
            .map(|number| ((number & !DIRECT) as usize, number & DIRECT != 0))
    }
}

type OfSegment = HashMap<Facet, Arc<Bundles>>;

/// All that is kept in memory of facets.
#[derive(Debug, Default)]
pub(super) struct Columns {
    values: [RwLock<Values>; Facet::ALL.len()],
    lists: [RwLock<Lists>; Facet::OF_TERMS.len()],
    segments: Mutex<HashMap<SegmentId, OfSegment>>,
}

impl Columns {
    /// The lists of broader terms of a facet of terms that were seen so far.
    pub(super) fn lists(&self, facet: Facet) -> RwLockReadGuard<'_, Lists> {
        self.lists[facet.place()]
            .read()
            .unwrap_or_else(PoisonError::into_inner)
    }

    /// The keys under which documents have something narrower than a value.
    pub(super) fn lists_with(&self, facet: Facet, key: &str) -> Vec<String> {
        if !facet.is_of_terms() {
            return Vec::new();
        }
        let number = self.values(facet).numbers.get(key).copied();
        let lists = self.lists(facet);
        let digests = number.map_or(&[][..], |number| lists.with(number));
        digests
            .iter()
            .map(|digest| key_of_list(facet, digest))
            .collect()
    }

    /// The values of a facet that were seen so far.
    pub(super) fn values(&self, facet: Facet) -> RwLockReadGuard<'_, Values> {
        self.values[facet.place()]
            .read()
            .unwrap_or_else(PoisonError::into_inner)
    }

    /// The bundles of a segment; read from it the first time.
    pub(super) fn bundles(
        &self,
        reader: &SegmentReader,
        facet: Facet,
    ) -> tantivy::Result<Arc<Bundles>> {
        let id = reader.segment_id();
        let known = self
            .segments()
            .get(&id)
            .and_then(|of_segment| of_segment.get(&facet))
            .cloned();
        if let Some(bundles) = known {
            return Ok(bundles);
        }
        let bundles = Arc::new(self.read(reader, facet)?);
        self.segments()
            .entry(id)
            .or_default()
            .insert(facet, Arc::clone(&bundles));
        Ok(bundles)
    }

    /// Reads what a new state of the index has of segments that are not known, so that no search has to wait for it, and forgets
    /// segments that are searched no more.
    pub(super) fn follow(&self, searcher: &Searcher) -> Result<(), TextError> {
        let current: HashSet<SegmentId> = searcher
            .segment_readers()
            .iter()
            .map(SegmentReader::segment_id)
            .collect();
        self.segments().retain(|id, _| current.contains(id));
        for reader in searcher.segment_readers() {
            for facet in Facet::ALL {
                self.bundles(reader, facet).map_err(TextError::reading)?;
            }
        }
        Ok(())
    }

    fn read(&self, reader: &SegmentReader, facet: Facet) -> tantivy::Result<Bundles> {
        let mut bundles = Bundles {
            starts: vec![0],
            numbers: Vec::new(),
        };
        let Some(column) = reader.fast_fields().str(&column(facet))? else {
            bundles.starts.push(0);
            return Ok(bundles);
        };
        let mut values = self.values[facet.place()]
            .write()
            .unwrap_or_else(PoisonError::into_inner);
        let broader = read_broader(reader, facet, &mut values)?;
        if facet.is_of_terms() {
            let mut lists = self.lists[facet.place()]
                .write()
                .unwrap_or_else(PoisonError::into_inner);
            for (digest, values) in &broader {
                lists.add(digest, values);
            }
        }
        let mut of_bundle: BTreeSet<u32> = BTreeSet::new();
        let mut stream = column.dictionary().stream()?;
        while stream.advance() {
            let mut own = Vec::new();
            for value in bundle::values(text(stream.key())?) {
                own.push(values.number(value.key, value.label));
                let above = value.broader.and_then(|digest| broader.get(digest));
                of_bundle.extend(above.into_iter().flatten());
            }
            for number in &own {
                of_bundle.remove(number);
            }
            own.sort_unstable();
            own.dedup();
            bundles
                .numbers
                .extend(own.iter().map(|number| number | DIRECT));
            bundles.numbers.extend(std::mem::take(&mut of_bundle));
            let end = u32::try_from(bundles.numbers.len())
                .map_err(|_| damaged("a segment has more than four billion values of a facet"))?;
            bundles.starts.push(end);
        }
        Ok(bundles)
    }

    fn segments(&self) -> MutexGuard<'_, HashMap<SegmentId, OfSegment>> {
        self.segments.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What is broader than the terms of a segment, as numbers, by digest.
fn read_broader(
    reader: &SegmentReader,
    facet: Facet,
    values: &mut Values,
) -> tantivy::Result<HashMap<String, Vec<u32>>> {
    let mut broader = HashMap::new();
    if !facet.is_of_terms() {
        return Ok(broader);
    }
    let Some(column) = reader.fast_fields().str("broader")? else {
        return Ok(broader);
    };
    let prefix = bundle::broader_of(facet.name());
    let mut stream = column.dictionary().prefix_range(&prefix).into_stream()?;
    while stream.advance() {
        let text = text(stream.key())?;
        let listed = text.strip_prefix(&prefix).and_then(bundle::broader_keys);
        let (digest, keys) = listed.ok_or_else(|| damaged("a list of broader terms is broken"))?;
        let numbers = keys.map(|key| values.number(key, None)).collect();
        broader.insert(digest.to_owned(), numbers);
    }
    Ok(broader)
}

fn text(bytes: &[u8]) -> tantivy::Result<&str> {
    std::str::from_utf8(bytes).map_err(|_| damaged("a facet's value is not UTF-8"))
}

fn damaged(what: &str) -> tantivy::TantivyError {
    tantivy::TantivyError::InternalError(what.to_owned())
}
