//! The text index: words, filters and counts over studies and images, in tantivy.
//!
//! A record is read (`record`), made a document (`document`, with the terms above its terms from `closure`) and written
//! (`write`). A request is parsed strictly (`request`, `words_of_query`), becomes a query (`query`, `filter`), its hits are
//! counted and the best of them kept in one pass (`collect`, `columns`), and the answer is put together (`search`, `answer`).
//!
//! The index is a projection: what is in it is decided by the changes it was told of, up to the position that is kept
//! with every commit. Applying a change again changes nothing that can be seen. When [`Text::apply`] returns, what is to be seen no
//! more cannot be found any more.
//!
//! **Order of a cursor.** Each document has a number from the time when its resource first came in; a later version of the
//! resource keeps the number. A cursor goes by these numbers, so that what comes in meanwhile stands at the end, what changes
//! meanwhile keeps its place (and is given in the form it has when its page is asked for), and what goes is left out. Nothing
//! is given twice or left out; only a resource that was suppressed and restored meanwhile has a new number, at the end. A load
//! numbers anew, and a cursor from before it is refused.

mod answer;
mod as_sparql;
mod broader;
mod bundle;
mod closure;
mod collect;
mod columns;
mod counts;
mod cursor;
mod document;
mod document_of_pixels;
mod error;
mod facet;
mod filled;
mod filter;
mod footprints;
mod gene;
mod identifier;
mod keys;
mod licence;
mod merge;
mod open;
mod pictured;
mod pixel_words;
mod position;
mod query;
mod query_of_words;
mod record;
mod request;
mod same_title;
mod schema;
mod search;
mod snippet;
mod span;
mod suggest;
mod terms_counted;
mod terms_of_index;
mod words;
mod words_of_query;
mod write;

#[cfg(test)]
mod tests;

pub use answer::{FacetValue, Hit, LabelledTerm, SearchAnswer};
pub use error::{SearchError, TextError};
pub use facet::Facet;
pub use footprints::Outdated;
pub use pixel_words::{annotation_in_words, pixel_type_in_words, place_of_value, span_in_words};
pub use record::{Pixels, own_thumbnail};
pub use request::{Format, SearchRequest, Sort};
pub use same_title::Titled;
pub use suggest::{Suggestion, SuggestionKind};
pub use terms_counted::OfKinds;
pub use words_of_query::asks_for_images;

use std::path::PathBuf;
use std::sync::{Arc, Mutex, RwLock};

use tantivy::directory::Directory;
use tantivy::{Index, IndexReader, Searcher};

use broader::Called;
use columns::Columns;
use position::Position;
use schema::Fields;
use suggest::Names;
use write::Writing;

/// The text index.
///
/// Synchronous; share it in an `Arc`. Searches run side by side with each other and with one writer.
pub struct Text {
    /// Where it is, for messages.
    path: PathBuf,
    /// Where the index is and what stands beside it.
    directory: Box<dyn Directory>,
    index: Index,
    fields: Fields,
    reader: IndexReader,
    columns: Columns,
    writing: Mutex<Writing>,
    /// What searches see: changed in one step when a commit is complete.
    view: RwLock<Arc<View>>,
    names: Mutex<Names>,
    called: Mutex<Arc<Called>>,
}

/// One state of the index.
struct View {
    searcher: Searcher,
    state: Option<Position>,
}

impl std::fmt::Debug for Text {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("Text")
            .field("path", &self.path)
            .finish_non_exhaustive()
    }
}
