//! Error pages and tombstones.

use ::web::Site;
use ::web::http::{Problem, Tombstone};
use ::web::page::{Linked, Remains};
use ::web::words::sentence;
use askama::Template;

use crate::serve::error::ServeError;
use crate::serve::state::State;

#[derive(Template)]
#[template(path = "problem.html")]
struct ProblemPage<'a> {
    site: &'a Site,
    problem: &'a Problem,
    /// The detail as a sentence of its own.
    sentence: String,
    remains: Option<Remains>,
}

/// The page that says why a request is not answered as it hoped.
///
/// # Errors
/// When it cannot be written.
pub(in crate::serve) fn problem(state: &State, problem: &Problem) -> Result<String, ServeError> {
    let stone = problem.tombstone.as_ref();
    Ok(ProblemPage {
        site: &state.site,
        problem,
        sentence: sentence(&problem.detail),
        remains: stone.map(|stone| remains(state, stone)),
    }
    .render()?)
}

fn remains(state: &State, stone: &Tombstone) -> Remains {
    let config = state.archive.config();
    let institution = Linked::out(config.name.as_str(), config.ror.as_deref());
    let page = |id: &str| state.path(&format!("id/{id}"));
    let mut remains = Remains::of(stone, institution, page);
    // a successor of this archive is here; any other is where the federation's namespace resolves
    let is_ours = |by: &&String| {
        let prefix = by.split_once('-').map(|(prefix, _)| prefix);
        prefix == Some(config.prefix.as_str())
    };
    if let Some(by) = stone.successor.as_ref().filter(is_ours) {
        remains.successor = Some(Linked::to(by, page(by)));
    }
    let contact = config.contact.as_ref();
    remains.contact = contact.map(|contact| Linked::to(contact, format!("mailto:{contact}")));
    remains
}
