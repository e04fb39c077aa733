//! Writing: everything anew, or what has changed; always one commit, with the position in it.
//!
//! Documents, what is deleted and the position become durable and visible in one step, so that a crash at any moment leaves the
//! state before or the state after. When a commit fails, the writer and whatever it held is thrown away; the next
//! attempt opens another one over what was committed last.

use std::collections::HashSet;
use std::num::NonZero;
use std::path::Path;
use std::sync::{Arc, MutexGuard, PoisonError};

use ontologies::Terms;
use tantivy::directory::error::LockError;
use tantivy::indexer::{IndexWriter, LogMergePolicy, NoMergePolicy};
use tantivy::query::AllQuery;
use tantivy::schema::IndexRecordOption;
use tantivy::{DocSet, Index, Searcher, TERMINATED, TantivyError, Term};

use super::closure::Closures;
use super::document::document;
use super::error::TextError;
use super::filled::{Filled, Room};
use super::position::{Position, new_generation};
use super::record;
use super::{Text, View};
use crate::projection::{Change, Shown};

/// tantivy's least for one thread: 15 times a margin of a million bytes.
const LEAST_MEMORY: usize = 15_000_000;

/// A little under what tantivy lets one thread have.
const MOST_MEMORY: usize = 4_000_000_000;

/// As many threads write as have this much each, and no more than there are processors.
const MEMORY_OF_THREAD: usize = 30_000_000;

/// tantivy has no more threads than this.
const MOST_THREADS: usize = 8;

/// Documents that wait for these threads take at most this part of the memory on top of it.
const WAITING: usize = 8;

/// What documents are given to.
pub(super) struct Writer {
    index: IndexWriter<Filled>,
    room: Arc<Room>,
}

/// The one writer, and where it is.
pub(super) struct Writing {
    /// None after a failure, until the next attempt.
    writer: Option<Writer>,
    heap_bytes: usize,
}

impl Writing {
    pub(super) fn open(path: &Path, index: &Index, heap_bytes: usize) -> Result<Self, TextError> {
        Ok(Self {
            writer: Some(open_writer(path, index, heap_bytes)?),
            heap_bytes,
        })
    }
}

/// # Errors
/// [`TextError::Memory`] when it is too little or too much.
pub(super) fn check_memory(heap_bytes: usize) -> Result<(), TextError> {
    if (LEAST_MEMORY..=MOST_MEMORY).contains(&heap_bytes) {
        return Ok(());
    }
    Err(TextError::Memory {
        least: LEAST_MEMORY,
        most: MOST_MEMORY,
        given: heap_bytes,
    })
}

fn open_writer(path: &Path, index: &Index, heap_bytes: usize) -> Result<Writer, TextError> {
    let processors = std::thread::available_parallelism().map_or(1, NonZero::get);
    let threads = (heap_bytes / MEMORY_OF_THREAD).clamp(1, processors.min(MOST_THREADS));
    let writer = index.writer_with_num_threads(threads, heap_bytes);
    let writer = writer.map_err(|error| match error {
        TantivyError::LockFailure(LockError::LockBusy, _) => TextError::InUse(path.to_owned()),
        error => TextError::writing(error),
    })?;
    Ok(Writer {
        index: writer,
        room: Room::of(heap_bytes / WAITING),
    })
}

impl Text {
    /// Up to where the index is complete; none where it was never loaded.
    pub fn position(&self) -> Option<u64> {
        self.view().state.as_ref().map(|state| state.position)
    }

    /// What searches see now.
    pub(super) fn view(&self) -> Arc<View> {
        Arc::clone(&self.view.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Replaces everything. Studies and images are taken, other kinds are passed over. Gives how many documents there are now.
    ///
    /// Searches see what was there before until all is there.
    ///
    /// # Errors
    /// [`TextError::Records`] when one of `shown` is an error, [`TextError::Write`]; the index is as it was then.
    pub fn load(
        &self,
        shown: impl Iterator<Item = anyhow::Result<Shown>>,
        terms: &Terms,
        position: u64,
    ) -> Result<u64, TextError> {
        let state = Position {
            position,
            generation: new_generation().map_err(TextError::writing)?,
            next: 1,
            made_with: vec![self.keep_footprint(terms)?],
        };
        let before = self.view().state.clone();
        let (before, now) = (before.map(|state| state.made_with), state.made_with.clone());
        let (mut documents, mut passed_over) = (0_u64, 0_u64);
        self.write(|writer, _| {
            // one query instead of `delete_all_documents`, which would take segments away before the commit
            writer
                .index
                .delete_query(Box::new(AllQuery))
                .map_err(TextError::writing)?;
            // what is merged while more comes is merged again; after the commit it is done once, beside searches
            writer.index.set_merge_policy(Box::new(NoMergePolicy));
            let mut state = state;
            let mut closures = Closures::of(terms);
            for shown in shown {
                let shown = shown.map_err(TextError::Records)?;
                if self.add(writer, &shown, &mut closures, state.next)? {
                    state.next += 1;
                    documents += 1;
                } else {
                    passed_over += 1;
                }
            }
            writer
                .index
                .set_merge_policy(Box::new(LogMergePolicy::default()));
            Ok(state)
        })?;
        self.forget_footprints(&before.unwrap_or_default(), &now);
        self.called(terms);
        tracing::info!(
            documents,
            passed_over,
            position,
            "loaded the text index; records of other kinds than study and image are passed over"
        );
        Ok(documents)
    }

    /// Makes the changes: of each resource the old document goes and the new one, if any, comes. They are visible, and what is gone
    /// cannot be found, when this returns. Of several changes of one resource the last counts.
    ///
    /// The terms are those that everything was loaded with, or that [`Text::begin_terms`] was last told of.
    ///
    /// # Errors
    /// [`TextError::Write`]; the index is as it was then, and the same changes can be applied again.
    pub fn apply(&self, changes: &[Change], terms: &Terms, position: u64) -> Result<(), TextError> {
        self.write(|writer, view| {
            let mut state = match view.state.clone() {
                Some(state) => state,
                None => Position {
                    position,
                    generation: new_generation().map_err(TextError::writing)?,
                    next: 1,
                    made_with: Vec::new(),
                },
            };
            state.position = position;
            let mut closures = Closures::of(terms);
            let mut seen = HashSet::new();
            // from the end, so that the last change of a resource is the one that counts
            let mut last: Vec<&Change> = changes
                .iter()
                .rev()
                .filter(|change| seen.insert(change.id.as_str()))
                .collect();
            last.reverse();
            for change in last {
                let sequence = self.sequence_of(&view.searcher, change.id.as_str())?;
                let accession = Term::from_field_text(self.fields.id, change.id.as_str());
                writer.index.delete_term(accession);
                let Some(shown) = &change.shown else { continue };
                if self.add(writer, shown, &mut closures, sequence.unwrap_or(state.next))?
                    && sequence.is_none()
                {
                    state.next += 1;
                }
            }
            Ok(state)
        })?;
        // so that no search has to wait for what is new
        self.called(terms);
        Ok(())
    }

    /// Whether the record is of a kind that is indexed, and was added.
    fn add(
        &self,
        writer: &Writer,
        shown: &Shown,
        closures: &mut Closures<'_>,
        sequence: u64,
    ) -> Result<bool, TextError> {
        let Some(described) = record::read(shown, closures.terms()) else {
            return Ok(false);
        };
        let document =
            document(&described, closures, &self.fields, sequence).map_err(TextError::writing)?;
        let document = document.wait_for_room(&writer.room);
        writer
            .index
            .add_document(document)
            .map_err(TextError::writing)?;
        Ok(true)
    }

    /// The number of the document that a resource has now.
    fn sequence_of(&self, searcher: &Searcher, id: &str) -> Result<Option<u64>, TextError> {
        let term = Term::from_field_text(self.fields.id, id);
        let find = || -> tantivy::Result<Option<u64>> {
            for reader in searcher.segment_readers() {
                let postings = reader
                    .inverted_index(self.fields.id)?
                    .read_postings(&term, IndexRecordOption::Basic)?;
                let Some(mut postings) = postings else {
                    continue;
                };
                while postings.doc() != TERMINATED {
                    if !reader.is_deleted(postings.doc()) {
                        let sequences = reader.fast_fields().u64("sequence")?;
                        return Ok(sequences.first(postings.doc()));
                    }
                    postings.advance();
                }
            }
            Ok(None)
        };
        find().map_err(TextError::reading)
    }

    /// One commit: `act` fills the writer and says what state that makes.
    pub(super) fn write(
        &self,
        act: impl FnOnce(&Writer, &View) -> Result<Position, TextError>,
    ) -> Result<(), TextError> {
        self.write_somewhere(act).map_err(|error| match error {
            TextError::Write(detail) => self.unwritten(detail),
            error => error,
        })
    }

    /// The same error with where it was.
    pub(super) fn unwritten(&self, detail: impl std::fmt::Display) -> TextError {
        TextError::Write(format!("{}: {detail}", self.path.display()))
    }

    fn write_somewhere(
        &self,
        act: impl FnOnce(&Writer, &View) -> Result<Position, TextError>,
    ) -> Result<(), TextError> {
        let mut writing = self.writing();
        let before = self.view();
        let mut writer = match writing.writer.take() {
            Some(writer) => writer,
            None => open_writer(&self.path, &self.index, writing.heap_bytes)?,
        };
        // an error from here on drops the writer, and with it all that it has not committed
        let state = act(&writer, &before)?;
        commit(&mut writer.index, &state)?;
        writing.writer = Some(writer);
        self.reader.reload().map_err(TextError::reading)?;
        let searcher = self.reader.searcher();
        self.columns.follow(&searcher)?;
        *self.view.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(View {
            searcher,
            state: Some(state),
        });
        Ok(())
    }

    fn writing(&self) -> MutexGuard<'_, Writing> {
        self.writing.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn commit(writer: &mut IndexWriter<Filled>, state: &Position) -> Result<(), TextError> {
    let payload = state.write().map_err(TextError::writing)?;
    let mut prepared = writer.prepare_commit().map_err(TextError::writing)?;
    prepared.set_payload(&payload);
    prepared.commit().map_err(TextError::writing)?;
    Ok(())
}
