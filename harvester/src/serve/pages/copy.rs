//! A record of a kind that has no page of its own, of a member that cannot be sent to: the copy that was verified here, as it is.

use ::web::Site;
use ::web::http::{Document, Format};
use ::web::page::Title;
use askama::Template;
use protocol::record::{ObjectRef, Record};

use super::Visit;
use super::about::{About, document};
use crate::serve::error::ServeError;
use crate::serve::find::Found;
use crate::serve::represent::{archive_of, record_of, text};
use crate::serve::state::Shared;

/// What a thing is called.
const NAME: &str = "http://schema.org/name";
/// The same in records of strangers whose context says https.
const NAME_HTTPS: &str = "https://schema.org/name";

#[derive(Template)]
#[template(path = "copy.html")]
struct CopyPage<'a> {
    site: &'a Site,
    about: About,
    title: Title,
    turtle: String,
}

/// The page.
///
/// # Errors
/// When the record or the page cannot be written.
pub(super) fn copy(shared: &Shared, found: &Found, visit: &Visit) -> Result<Document, ServeError> {
    let about = About::of(shared, found, &visit.home)?;
    let archive = archive_of(&found.owner, &visit.home);
    let page = CopyPage {
        site: &shared.site,
        title: Title::of(title(&record_of(found)?, &about.iri).unwrap_or_else(|| about.id.clone())),
        turtle: text(shared, found, Format::Turtle, &archive)?,
        about,
    }
    .render()?;
    document(shared, page, found, visit)
}

/// What the record calls its resource.
fn title(record: &Record, iri: &str) -> Option<String> {
    record.statements().find_map(|statement| {
        let is_name = matches!(statement.predicate(), NAME | NAME_HTTPS);
        match statement.object() {
            ObjectRef::Literal(literal) if is_name && statement.subject() == iri => {
                Some(literal.value().to_owned())
            }
            _ => None,
        }
    })
}
