//! What the pages of node and harvester share: the layout that every page extends, the stylesheet, the mark.
//!
//! A page's template says `{% extends "layout.html" %}` and has a field `site` of type [`Site`]; the crate that owns it
//! names `../web/templates` in its `askama.toml`. Nothing here or in the layout points to another host.

mod assets;
mod site;
pub mod words;

pub use assets::{MARK, STYLESHEET, stylesheet_digest, stylesheet_path};
pub use site::{Link, Site};
