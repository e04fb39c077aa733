//! With which terms documents were made, so that it is known after a crash, an upgrade or a change of files by hand which of them
//! have to be made again.
//!
//! A commit names the footprints ([`Footprint`]) of all terms with which a document of the index may have been made. The
//! footprints are files beside the index, named by their digest and durable before the commit that names them. Usually there
//! is one; while documents are made again there are two, and both are compared with what is loaded, so that going back half
//! way changes everything back. An index that names none, or one whose file is not there, is made again whole.

use std::collections::HashSet;
use std::path::Path;

use ontologies::Terms;
use protocol::identifier::Accession;
use tantivy::directory::error::DeleteError;

use super::Text;
use super::error::TextError;
use super::facet::Facet;
use super::position::Position;
use crate::ontology::footprint::Footprint;

/// The most footprints that a commit names. Who loads ontologies faster than documents are made has them all made at the end.
const MOST: usize = 4;

/// What has to be made again because of other terms.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outdated {
    /// The resources, in the order of accessions.
    pub ids: Vec<Accession>,
    /// The footprint of the terms that they have to be made with.
    name: String,
}

impl Text {
    /// Compares these terms with those that the documents were made with, and notes that some will be made with these from now on.
    /// None where all were: also of an index that was never loaded.
    ///
    /// When the resources have been applied with these terms, [`Text::end_terms`] says so. Cut off before, it is begun again.
    ///
    /// # Errors
    /// [`TextError::Read`], [`TextError::Write`].
    pub fn begin_terms(&self, terms: &Terms) -> Result<Option<Outdated>, TextError> {
        let Some(state) = self.view().state.clone() else {
            return Ok(None);
        };
        let footprint = Footprint::of(terms);
        let bytes = footprint.to_bytes();
        let name = Footprint::name_of(&bytes);
        if state.made_with == [name.as_str()] {
            return Ok(None);
        }
        let ids = match self.changed_since(&state, &footprint, terms)? {
            Some(changed) => self.ids_with_terms(&changed)?,
            None => self.ids()?,
        };
        self.keep(&name, &bytes)?;
        let mut made_with = state.made_with;
        // an index that is unknown stays so until it was made again
        if !made_with.is_empty() && !made_with.contains(&name) {
            made_with.push(name.clone());
        }
        if made_with.len() > MOST {
            made_with.clear();
        }
        self.set_made_with(made_with)?;
        Ok(Some(Outdated { ids, name }))
    }

    /// All that [`Text::begin_terms`] gave was applied.
    ///
    /// # Errors
    /// [`TextError::Write`].
    pub fn end_terms(&self, outdated: &Outdated) -> Result<(), TextError> {
        self.set_made_with(vec![outdated.name.clone()])
    }

    /// Keeps the footprint of terms with which everything is about to be made; gives its name.
    pub(super) fn keep_footprint(&self, terms: &Terms) -> Result<String, TextError> {
        let bytes = Footprint::of(terms).to_bytes();
        let name = Footprint::name_of(&bytes);
        self.keep(&name, &bytes)?;
        Ok(name)
    }

    /// Removes the files of footprints that are named no more.
    pub(super) fn forget_footprints(&self, before: &[String], now: &[String]) {
        for name in before.iter().filter(|name| !now.contains(name)) {
            match self.directory.delete(Path::new(&file_of(name))) {
                Ok(()) | Err(DeleteError::FileDoesNotExist(_)) => {}
                // it is some megabytes at most, and goes with the index
                Err(error) => {
                    tracing::warn!("the text index keeps a file that it needs no more: {error}")
                }
            }
        }
    }

    fn set_made_with(&self, made_with: Vec<String>) -> Result<(), TextError> {
        let before = self.view().state.clone();
        let before = before.map(|state| state.made_with).unwrap_or_default();
        let now = made_with.clone();
        self.write(|_, view| match &view.state {
            Some(state) => Ok(Position {
                made_with,
                ..state.clone()
            }),
            None => Err(TextError::writing("it was never loaded")),
        })?;
        self.forget_footprints(&before, &now);
        Ok(())
    }

    /// The terms of documents that are not what they were when one of these was made; none where that is not known.
    fn changed_since(
        &self,
        state: &Position,
        footprint: &Footprint,
        terms: &Terms,
    ) -> Result<Option<HashSet<String>>, TextError> {
        let mut older = Vec::new();
        for name in &state.made_with {
            let read = self.directory.atomic_read(Path::new(&file_of(name))).ok();
            match read.and_then(|bytes| Footprint::read(&bytes, name)) {
                Some(footprint) => older.push(footprint),
                None => return Ok(None),
            }
        }
        let changes: Vec<_> = older
            .iter()
            .map(|older| older.change_to(footprint, terms))
            .collect();
        if changes.is_empty() || changes.iter().any(|change| change.is_of_everything()) {
            return Ok(None);
        }
        let mut changed = self.terms_of_documents()?;
        changed.retain(|iri| changes.iter().any(|change| change.is_of(iri)));
        Ok(Some(changed))
    }

    /// The IRIs of all terms that documents have, with those above them.
    fn terms_of_documents(&self) -> Result<HashSet<String>, TextError> {
        let mut iris = HashSet::new();
        let view = self.view();
        for reader in view.searcher.segment_readers() {
            let tokens = reader
                .inverted_index(self.fields.is)
                .map_err(TextError::reading)?;
            let mut tokens = tokens.terms().stream().map_err(TextError::reading)?;
            while tokens.advance() {
                let token = std::str::from_utf8(tokens.key()).unwrap_or_default();
                if let Some((role, iri)) = token.split_once('=')
                    && is_of_terms(role)
                    && !iris.contains(iri)
                {
                    iris.insert(iri.to_owned());
                }
            }
        }
        Ok(iris)
    }

    fn keep(&self, name: &str, bytes: &[u8]) -> Result<(), TextError> {
        self.directory
            .atomic_write(Path::new(&file_of(name)), bytes)
            .and_then(|()| self.directory.sync_directory())
            .map_err(|error| self.unwritten(error))
    }
}

fn is_of_terms(role: &str) -> bool {
    role == "term" || Facet::from_name(role).is_some_and(Facet::is_of_terms)
}

fn file_of(name: &str) -> String {
    format!("ommatidia-terms-{name}")
}
