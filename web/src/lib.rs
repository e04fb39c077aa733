//! What node and harvester do alike towards whoever asks: the forms of a record, the manners over HTTP, and the layout,
//! the stylesheet and the mark of all pages.
//!
//! [`view`] reads a record into values; [`formats`] writes it as JSON-LD, Turtle or RDF/XML, the same at every node and
//! every mirror, and a study as others read it: citations, DataCite, Bioschemas, RO-Crate, catalogues; [`page`] as pages show it; [`oai`] gives studies
//! to who harvests by OAI-PMH; [`http`] is
//! negotiation, caching, ranges, problem documents and headers. A page's template says `{% extends "layout.html" %}` and has a field `site` of type [`Site`]; the crate that owns it names
//! `../web/templates` in its `askama.toml`. [`operating`] is logs, settings and figures, for whoever operates. Nothing here or in the layout points to another host.

mod assets;
pub mod formats;
pub mod http;
mod licence;
pub mod oai;
pub mod operating;
pub mod page;
mod site;
pub mod view;
pub mod words;

pub use assets::{
    MARK, STYLESHEET, Script, sparql_editor, stylesheet_digest, stylesheet_path, viewer,
};
pub use licence::{METADATA_LICENCE, metadata_licence};
pub use site::{Link, Site};
