//! What catalogues of catalogues read: DCAT 3 of all studies, page by page, and VoID of the whole as a body of linked data.

mod dcat;
mod paging;
mod triples;
mod vocabulary;
mod void;

pub use dcat::dcat;
pub use paging::{After, CATALOGUE_PAGE, Paging, links_of_home};
pub use void::{VoidView, void};
