//! What the pages of a node need beside what all pages share ([`::web::page`]).

use ::web::page::{Linked, Paging, ShownTerm};
use ::web::view::Term;
use ontologies::Terms;
use protocol::identifier::ResourceId;

use crate::database::{Connection, derivation};
use crate::derive::{self, Made, Progress};
use crate::image::thumbnail::fit;
use crate::serve::error::ServeError;
use crate::serve::state::State;

/// How a term is shown: by its name, leading to its IRI.
pub(super) fn show(term: &Term) -> ShownTerm {
    let known = term.iri.as_deref();
    let known = known.and_then(|iri| Terms::builtin().by_iri(iri));
    ::web::page::shown(term, known.map(|known| known.label.as_str()), None)
}

/// The address of the picture of a version of an image in a square of this side, of what was made of it.
pub(super) fn picture_of(
    state: &State,
    image: &str,
    version: u64,
    made: &Made,
    side: u32,
) -> String {
    let (width, height) = fit(made.width, made.height, side);
    state.path(&format!(
        "iiif/3/{image}.{version}/full/{width},{height}/0/default.jpg"
    ))
}

/// The address of the picture of the first image of a study that can be looked at.
///
/// # Errors
/// When the database or the disk cannot be read.
pub(super) fn first_picture(
    state: &State,
    connection: &mut Connection,
    study: &str,
    side: u32,
) -> Result<Option<String>, ServeError> {
    let Some((image, version)) = derivation::first_ready(connection, study)? else {
        return Ok(None);
    };
    let version = version.unsigned_abs();
    Ok(
        match derive::progress(&state.archive, connection, &image, version)? {
            Progress::Ready(_, made) => Some(picture_of(state, &image, version, &made, side)),
            Progress::Waiting | Progress::NotMade | Progress::Unreadable(_) => None,
        },
    )
}

/// Another study or resource that a record names: of this archive by its id, else by its address.
pub(super) fn other(state: &State, text: &str) -> Linked {
    let config = state.archive.config();
    let id = text.strip_prefix(config.namespace.as_str()).unwrap_or(text);
    let prefix = config.prefix.as_str();
    let is_ours = ResourceId::parse(id).is_ok()
        && id.split_once('-').is_some_and(|(found, _)| found == prefix);
    if is_ours {
        Linked::to(id, state.path(&format!("id/{id}")))
    } else {
        Linked::out(text, Some(text))
    }
}

/// A page of a list, the first where none is asked for; `href` gives the address of another page.
///
/// # Errors
/// [`ServeError::NotFound`] for a page that the list does not have.
pub(super) fn turned_to(
    page: Option<u64>,
    total: u64,
    size: u64,
    href: impl Fn(u64) -> String,
) -> Result<Paging, ServeError> {
    let page = page.unwrap_or(1);
    Paging::new(total, size, page, href).ok_or_else(|| {
        let pages = total.div_ceil(size).max(1);
        ServeError::NotFound(format!(
            "there is no page {page} of this list; it has {pages}"
        ))
    })
}
