//! What has a picture, for whoever fetches small pictures before somebody asks for them.

use protocol::identifier::Accession;
use tantivy::query::AllQuery;

use super::Text;
use super::collect::{Counting, Order};
use super::error::TextError;
use super::merge::merge;

impl Text {
    /// The accessions of what has a picture among the newest so many documents, by date of publication, the latest first: the order
    /// in which lists show them.
    ///
    /// # Errors
    /// When the index cannot be read.
    pub fn newest_with_pictures(&self, most: usize) -> Result<Vec<Accession>, TextError> {
        let view = self.view();
        let counting = Counting {
            columns: &self.columns,
            facets: &[],
            order: Order::Newest,
            first: most,
        };
        let found = view
            .searcher
            .search(&AllQuery, &counting)
            .map_err(TextError::reading)?;
        let mut newest = merge(found, &view.searcher, Order::Newest).map_err(TextError::reading)?;
        newest.truncate(most);
        let mut pictured = Vec::new();
        for candidate in &newest {
            let stored = self.stored(&view.searcher, candidate)?;
            if stored.thumbnail.is_some() {
                pictured.push(Accession::parse(&stored.id).map_err(TextError::reading)?);
            }
        }
        Ok(pictured)
    }
}
