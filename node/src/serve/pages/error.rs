//! Error pages and tombstones.

use ::web::http::Problem;
use ::web::page::Linked;
use ::web::words::sentence;
use ::web::{Site, words};
use askama::Template;

use super::about;
use crate::serve::error::ServeError;
use crate::serve::state::State;

#[derive(Template)]
#[template(path = "problem.html")]
struct ProblemPage<'a> {
    site: &'a Site,
    problem: &'a Problem,
    /// The detail as a sentence of its own.
    sentence: String,
    tombstone: Option<Stone>,
}

/// What remains, in words.
struct Stone {
    id: String,
    reason: Option<String>,
    time: Option<String>,
    log_index: Option<String>,
    successor: Option<Linked>,
    versions: Vec<Linked>,
}

/// The page that says why a request is not answered as it hoped.
///
/// # Errors
/// When it cannot be written.
pub(in crate::serve) fn problem(state: &State, problem: &Problem) -> Result<String, ServeError> {
    let tombstone = problem.tombstone.as_ref().map(|stone| Stone {
        id: stone.id.clone(),
        reason: stone
            .reason
            .as_deref()
            .map(|code| about::reason(code).to_owned()),
        time: stone.time.as_deref().map(words::date),
        log_index: stone.log_index.map(words::number),
        successor: stone
            .successor
            .as_deref()
            .map(|by| successor(state, by, stone.successor_url.as_deref())),
        versions: stone
            .versions
            .iter()
            .map(|version| Linked::to(version, state.path(&format!("id/{version}"))))
            .collect(),
    });
    Ok(ProblemPage {
        site: &state.site,
        problem,
        sentence: sentence(&problem.detail),
        tombstone,
    }
    .render()?)
}

/// A successor of this archive is here; any other is where the federation's namespace resolves.
fn successor(state: &State, by: &str, url: Option<&str>) -> Linked {
    let is_ours = by
        .split_once('-')
        .is_some_and(|(prefix, _)| prefix == state.archive.config().prefix.as_str());
    if is_ours {
        Linked::to(by, state.path(&format!("id/{by}")))
    } else {
        Linked::out(by, url)
    }
}
