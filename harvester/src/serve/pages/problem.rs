//! Error pages and tombstones.

use ::web::Site;
use ::web::http::Problem;
use ::web::words::sentence;
use askama::Template;

use super::web_link;
use crate::serve::error::ServeError;
use crate::serve::state::Shared;

#[derive(Template)]
#[template(path = "problem.html")]
struct ProblemPage<'a> {
    site: &'a Site,
    problem: &'a Problem,
    /// the detail as a sentence of its own
    sentence: String,
    /// where what took its place is
    successor_href: Option<String>,
}

/// The page that says why a request is not answered as it hoped.
///
/// # Errors
/// When it cannot be written.
pub(in crate::serve) fn problem(shared: &Shared, problem: &Problem) -> Result<String, ServeError> {
    let stone = problem.tombstone.as_ref();
    Ok(ProblemPage {
        site: &shared.site,
        problem,
        sentence: sentence(&problem.detail),
        successor_href: stone
            .and_then(|stone| stone.successor_url.as_deref())
            .and_then(web_link),
    }
    .render()?)
}
