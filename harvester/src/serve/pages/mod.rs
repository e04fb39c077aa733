//! Pages for people: what a handler has found, in words that a biologist uses.
//!
//! A page is a struct that says what stands on it and a template in `harvester/templates` that says how. Everything from a member is text
//! to a template, which escapes it, and a link only where [`web_link`] says that it may be one.

mod about;
mod absent;
mod called;
mod commands;
mod copy;
mod evidence;
mod gallery;
mod help;
mod holdings;
mod home;
mod ideas;
mod image;
mod member;
mod members;
mod narrowing;
mod picture;
mod problem;
mod question;
mod results;
mod similar;
mod study;
mod term;
mod tiles;

use ::web::http::Document;
use protocol::identifier::Kind;

use super::error::ServeError;
use super::find::Found;
use super::state::Shared;

pub(super) use about::path_of;
pub(super) use absent::absent;
pub(super) use help::{HelpPage, help};
pub(super) use home::home;
pub(super) use member::{MemberTurned, member};
pub(super) use members::members;
pub(super) use picture::Picture;
pub(super) use problem::problem;
pub(super) use question::Asked;
pub(super) use results::results;
pub(super) use similar::clusters;
pub(super) use term::term;

/// By which address the page of a record is read.
pub(super) struct Visit {
    /// the page of a study's images that the reader turned to
    pub images: u64,
    /// whether one version of it was asked for
    pub is_versioned: bool,
    /// this harvester's address
    pub home: String,
    /// what stands behind the question mark: the spot of an image to look at, as its link says it
    pub query: String,
}

impl Visit {
    /// The address of another page of the same, with the spot that this visit looks at.
    pub fn with_spot(&self, address: &str) -> String {
        if self.query.is_empty() {
            address.to_owned()
        } else {
            format!("{address}?{}", self.query)
        }
    }
}

/// The page of a record.
///
/// # Errors
/// 404 for a page of images that there is not; when ledger, mirror or page cannot be had.
pub(super) fn resource(
    shared: &Shared,
    found: &Found,
    visit: &Visit,
) -> Result<Document, ServeError> {
    match found.version.id.kind() {
        Kind::Study => study::study(shared, found, visit),
        Kind::Image => image::image(shared, found, visit),
        _ => copy::copy(shared, found, visit),
    }
}

/// An address that a page may link to: http or https.
pub(super) fn web_link(text: &str) -> Option<String> {
    ::web::page::web_link(text).map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::web_link;

    #[test]
    fn only_addresses_of_the_web_are_links() {
        assert!(web_link("https://ror.org/03h2bxq36").is_some());
        for text in [
            "javascript:alert(1)",
            "data:text/html,x",
            "/id/x",
            "",
            "mailto:x",
        ] {
            assert_eq!(web_link(text), None, "{text}");
        }
    }
}
