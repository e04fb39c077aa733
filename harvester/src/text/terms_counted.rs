//! How many studies and images have a term.

use ontologies::Terms;
use tantivy::collector::Count;
use tantivy::query::{BooleanQuery, Occur, TermQuery, TermSetQuery};
use tantivy::schema::IndexRecordOption;
use tantivy::{Searcher, Term};

use super::Text;
use super::error::TextError;
use super::facet::Facet;
use super::keys;

/// What the key of a term begins with that a document has in no facet, and what follows all of those.
const WITHOUT_FACET: &str = "term=";
const BEHIND: &str = "term>";

/// How many documents there are of each kind.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct OfKinds {
    /// Studies.
    pub studies: u64,
    /// Images.
    pub images: u64,
}

impl Text {
    /// Studies and images whose records name a term in any role; `or_narrower`: this term or one below it.
    ///
    /// It costs about what a search for the term costs, however many documents have it and however much is below it.
    ///
    /// # Errors
    /// [`TextError::Read`].
    pub fn count_with_term(
        &self,
        iri: &str,
        or_narrower: bool,
        terms: &Terms,
    ) -> Result<OfKinds, TextError> {
        let view = self.view();
        let mut having: Vec<String> = Facet::OF_TERMS.map(|facet| facet.token(iri)).into();
        having.push(format!("{WITHOUT_FACET}{iri}"));
        if or_narrower {
            let lists = Facet::OF_TERMS.map(|facet| self.columns.lists_with(facet, iri));
            having.extend(lists.into_iter().flatten());
            let narrower = self.narrower_without_facet(&view.searcher, iri, terms);
            having.extend(narrower.map_err(TextError::reading)?);
        }
        let key = |token: &str| Term::from_field_text(self.fields.is, &keys::key(token));
        let having = TermSetQuery::new(having.iter().map(|token| key(token)));
        let count = |kind: &str| {
            let kind = TermQuery::new(key(&Facet::Kind.token(kind)), IndexRecordOption::Basic);
            let both = BooleanQuery::new(vec![
                (Occur::Must, Box::new(having.clone())),
                (Occur::Must, Box::new(kind)),
            ]);
            let found = view.searcher.search(&both, &Count);
            found
                .map(|number| number as u64)
                .map_err(TextError::reading)
        };
        Ok(OfKinds {
            studies: count("study")?,
            images: count("image")?,
        })
    }

    /// The keys of terms below a term that documents have in no facet. Lists of what is broader are kept for facets alone, so each
    /// term that is used so is asked what is above it; there are few.
    fn narrower_without_facet(
        &self,
        searcher: &Searcher,
        iri: &str,
        terms: &Terms,
    ) -> tantivy::Result<Vec<String>> {
        let mut narrower = Vec::new();
        for reader in searcher.segment_readers() {
            let index = reader.inverted_index(self.fields.is)?;
            let keys = index.terms().range().ge(WITHOUT_FACET).lt(BEHIND);
            let mut used = keys.into_stream()?;
            while used.advance() {
                let Ok(key) = std::str::from_utf8(used.key()) else {
                    continue;
                };
                let used = key.strip_prefix(WITHOUT_FACET).unwrap_or_default();
                let mut above = terms.ancestors(used);
                above.extend(terms.facets(used));
                if above.iter().any(|term| term.iri == iri) {
                    narrower.push(key.to_owned());
                }
            }
        }
        Ok(narrower)
    }
}
