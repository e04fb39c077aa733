//! Titles by accession, and studies of one title: an archive may hold a study twice, and two archives may hold the same.

use std::collections::{BTreeSet, HashMap};

use protocol::digest::Digest;
use protocol::identifier::{Accession, Kind};
use tantivy::Term;
use tantivy::collector::{Count, TopDocs};

use super::Text;
use super::document::StoredHit;
use super::error::TextError;
use super::record::for_images;
use super::search::read_stored;
use super::{keys, query, words};
use crate::projection::Change;

/// A study that has a title.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Titled {
    /// Its accession.
    pub id: String,
    /// Its member, by the id in the roster.
    pub member: String,
}

/// The key of a title: case, accents and punctuation do not count; none where it has no letter or digit.
pub(super) fn key_of_title(title: &str) -> Option<String> {
    let folded = words::folded(title);
    (!folded.is_empty()).then(|| format!("title={}", Digest::of(folded.as_bytes())))
}

impl Text {
    /// The titles of what has these accessions; what is not in the index is left out.
    ///
    /// # Errors
    /// When the index cannot be read.
    pub fn titles(&self, ids: &BTreeSet<&str>) -> Result<HashMap<String, String>, TextError> {
        let stored = self.stored_of(ids)?.into_iter();
        Ok(stored.map(|stored| (stored.id, stored.title)).collect())
    }

    /// The studies among these changes whose images are to be found by other words of theirs than the index has.
    ///
    /// # Errors
    /// When the index cannot be read.
    pub fn called_otherwise(&self, changes: &[Change]) -> Result<Vec<Accession>, TextError> {
        let of_studies = changes.iter();
        let studies: Vec<&Change> = of_studies
            .filter(|change| change.id.kind() == Kind::Study)
            .collect();
        let ids = studies.iter().map(|change| change.id.as_str()).collect();
        let stored = self.stored_of(&ids)?.into_iter();
        let before: HashMap<String, Option<String>> = stored
            .map(|stored| (stored.id, stored.for_images))
            .collect();
        let is_other = |change: &&&Change| {
            let now = change.shown.as_ref().and_then(for_images);
            before.get(change.id.as_str()).cloned().flatten() != now
        };
        let others = studies.iter().filter(is_other);
        Ok(others.map(|change| change.id.clone()).collect())
    }

    /// What is kept of what has these accessions.
    pub(super) fn stored_of(&self, ids: &BTreeSet<&str>) -> Result<Vec<StoredHit>, TextError> {
        let view = self.view();
        let mut stored = Vec::with_capacity(ids.len());
        for id in ids {
            let term = Term::from_field_text(self.fields.id, id);
            let first = TopDocs::with_limit(1).order_by_score();
            let found = view.searcher.search(query::exact(term).as_ref(), &first);
            for (_, address) in found.map_err(TextError::reading)? {
                stored.push(read_stored(&view.searcher, address, self.fields.hit)?);
            }
        }
        Ok(stored)
    }

    /// The studies of a title, by their accessions, at most so many; and how many there are. Where there is one alone, which is what
    /// nearly every title has, nothing is read but a number.
    ///
    /// # Errors
    /// When the index cannot be read.
    pub fn titled(&self, title: &str, most: usize) -> Result<(Vec<Titled>, usize), TextError> {
        let view = self.view();
        let searcher = &view.searcher;
        let Some(key) = key_of_title(title) else {
            return Ok((Vec::new(), 0));
        };
        let term = Term::from_field_text(self.fields.is, &keys::key(&key));
        // documents that are replaced count here until their segment is merged, so this is no less than there are
        if searcher.doc_freq(&term).map_err(TextError::reading)? < 2 {
            return Ok((Vec::new(), 0));
        }
        let first = TopDocs::with_limit(most).order_by_score();
        let (found, total) = searcher
            .search(query::exact(term).as_ref(), &(first, Count))
            .map_err(TextError::reading)?;
        let mut titled = Vec::with_capacity(found.len());
        for (_, address) in found {
            let stored = read_stored(searcher, address, self.fields.hit)?;
            titled.push(Titled {
                id: stored.id,
                member: stored.member,
            });
        }
        titled.sort_by(|one, other| one.id.cmp(&other.id));
        Ok((titled, total))
    }
}
