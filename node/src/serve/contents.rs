//! Studies as the storage holds them, kept for a while: reading one of a hundred thousand images takes a second.
//!
//! A version of a study never changes, so what was read stays true. What may happen is that it is redacted; so whoever
//! asks says first that the database does not know of that.

use std::sync::{Arc, Mutex, PoisonError};

use super::error::ServeError;
use super::state::State;
use crate::database::record::RecordRow;
use crate::finding::Finding;
use crate::study::Study;
use crate::study_object::StudyObject;

/// JSON of at most so many bytes is kept, which is about three times as much in memory.
const KEPT_BYTES: usize = 32 << 20;

/// What the storage holds of a version of a study.
#[derive(Debug)]
pub(super) struct Content {
    /// The study as it was validated.
    pub study: Study,
    /// The warnings that it was published with.
    pub findings: Vec<Finding>,
}

/// What was read lately, the latest last.
#[derive(Default)]
pub(super) struct Contents(Mutex<Vec<Kept>>);

struct Kept {
    id: String,
    version: i64,
    bytes: usize,
    content: Arc<Content>,
}

impl Contents {
    fn find(&self, row: &RecordRow) -> Option<Arc<Content>> {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let place = kept
            .iter()
            .position(|one| one.id == row.id && one.version == row.version)?;
        let found = kept.remove(place);
        let content = Arc::clone(&found.content);
        kept.push(found);
        Some(content)
    }

    fn keep(&self, row: &RecordRow, bytes: usize, content: &Arc<Content>) {
        if bytes > KEPT_BYTES {
            return;
        }
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.push(Kept {
            id: row.id.clone(),
            version: row.version,
            bytes,
            content: Arc::clone(content),
        });
        while kept.iter().map(|one| one.bytes).sum::<usize>() > KEPT_BYTES {
            kept.remove(0);
        }
    }
}

/// What the storage holds of the version of a study that a row of the database names; nothing once that was redacted.
///
/// # Errors
/// When the storage cannot be read.
pub(super) fn content(state: &State, row: &RecordRow) -> Result<Option<Arc<Content>>, ServeError> {
    if row.redacted {
        return Ok(None);
    }
    if let Some(content) = state.contents.find(row) {
        return Ok(Some(content));
    }
    let iri = format!("{}{}", state.archive.config().namespace, row.id);
    let object = StudyObject::open(&state.archive, &iri, row.version.unsigned_abs())?;
    let Some((study, json)) = object.study()? else {
        return Ok(None);
    };
    let content = Arc::new(Content {
        study,
        findings: object.findings()?,
    });
    state.contents.keep(row, json.len(), &content);
    Ok(Some(content))
}
