//! Which documents have terms.

use std::collections::HashSet;

use protocol::identifier::Accession;
use tantivy::collector::DocSetCollector;
use tantivy::query::{AllQuery, Query, TermSetQuery};
use tantivy::{DocAddress, Term};

use super::Text;
use super::error::TextError;
use super::facet::Facet;
use super::keys;
use super::search::read_stored;

impl Text {
    /// The documents that have one of these terms, or a term below it, in any role: those that must be made again when the ontology
    /// changes what it says of these terms (their names or what is directly above them). In the order of accessions.
    ///
    /// # Errors
    /// [`TextError::Read`].
    pub fn ids_with_terms(&self, iris: &HashSet<String>) -> Result<Vec<Accession>, TextError> {
        let terms: Vec<Term> = iris
            .iter()
            .flat_map(|iri| {
                let own = Facet::OF_TERMS.map(|facet| facet.token(iri));
                let broader = Facet::OF_TERMS.map(|facet| self.columns.lists_with(facet, iri));
                let broader = broader.into_iter().flatten();
                own.into_iter()
                    .chain(broader)
                    .chain([format!("term={iri}")])
            })
            .map(|token| Term::from_field_text(self.fields.is, &keys::key(&token)))
            .collect();
        self.ids_of(&TermSetQuery::new(terms))
    }

    /// All documents, in the order of accessions.
    pub(super) fn ids(&self) -> Result<Vec<Accession>, TextError> {
        self.ids_of(&AllQuery)
    }

    fn ids_of(&self, query: &dyn Query) -> Result<Vec<Accession>, TextError> {
        let view = self.view();
        let found = view
            .searcher
            .search(query, &DocSetCollector)
            .map_err(TextError::reading)?;
        let found = in_order(found);
        let mut ids = Vec::with_capacity(found.len());
        for address in found {
            let stored = read_stored(&view.searcher, address, self.fields.hit)?;
            ids.push(Accession::parse(&stored.id).map_err(TextError::reading)?);
        }
        ids.sort_unstable();
        Ok(ids)
    }

    /// Every document as one line: its accession and what is kept of it for hits. In the order of accessions, so that two indexes over the
    /// same records give the same lines.
    ///
    /// # Errors
    /// [`TextError::Read`].
    pub fn lines(&self) -> Result<Vec<String>, TextError> {
        let view = self.view();
        let found = view
            .searcher
            .search(&AllQuery, &DocSetCollector)
            .map_err(TextError::reading)?;
        let found = in_order(found);
        let mut lines = Vec::with_capacity(found.len());
        for address in found {
            let stored = read_stored(&view.searcher, address, self.fields.hit)?;
            let kept = serde_json::to_string(&stored).map_err(TextError::reading)?;
            lines.push(format!("{} {kept}", stored.id));
        }
        lines.sort_unstable();
        Ok(lines)
    }
}

/// As they are stored: neighbours are compressed together, and out of order each would be inflated with all of its neighbours.
fn in_order(found: HashSet<DocAddress>) -> Vec<DocAddress> {
    let mut found: Vec<DocAddress> = found.into_iter().collect();
    found.sort_unstable();
    found
}
