//! A study as it is cited: for reference managers, and as a line of text.

mod bibtex;
mod cite;
mod csl_json;
mod ris;
mod text;

pub use bibtex::bibtex;
pub use cite::{Cite, CiteForm, cite};
pub use csl_json::csl_json;
pub use ris::ris;
pub use text::citation;

/// A text in one line: control characters and line breaks become spaces, and several of these one. Everything else,
/// whatever its script and direction, stays.
pub(crate) fn one_line(text: &str) -> String {
    let is_gap = |character: char| character.is_whitespace() || character.is_control();
    text.split(is_gap)
        .filter(|word| !word.is_empty())
        .collect::<Vec<_>>()
        .join(" ")
}
