//! What has a picture, for whoever fetches small pictures before somebody asks for them.

use protocol::identifier::Accession;
use tantivy::Term;

use super::collect::{Counting, Order};
use super::error::TextError;
use super::facet::Facet;
use super::merge::merge;
use super::query::exact;
use super::{Text, keys};

/// The newest of a member's documents.
#[derive(Debug, Default)]
pub struct Newest {
    /// What has a picture among them, the latest first.
    pub pictured: Vec<Accession>,
    /// How many documents were gone through.
    pub passed: usize,
}

impl Text {
    /// What has a picture among the newest so many documents of a member, by date of publication: the order in which lists show them.
    ///
    /// # Errors
    /// When the index cannot be read.
    pub fn newest_with_pictures(&self, member: &str, most: usize) -> Result<Newest, TextError> {
        let view = self.view();
        let counting = Counting {
            columns: &self.columns,
            facets: &[],
            order: Order::Newest,
            first: most,
        };
        let token = keys::key(&Facet::Member.token(member));
        let of_member = exact(Term::from_field_text(self.fields.is, &token));
        let found = view
            .searcher
            .search(&of_member, &counting)
            .map_err(TextError::reading)?;
        let mut newest = merge(found, &view.searcher, Order::Newest).map_err(TextError::reading)?;
        newest.truncate(most);
        let mut found = Newest {
            passed: newest.len(),
            ..Newest::default()
        };
        for candidate in &newest {
            let stored = self.stored(&view.searcher, candidate)?;
            if stored.thumbnail.is_some() {
                let id = Accession::parse(&stored.id).map_err(TextError::reading)?;
                found.pictured.push(id);
            }
        }
        Ok(found)
    }
}
