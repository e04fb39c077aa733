//! Error pages and tombstones.

use ::web::Site;
use ::web::http::{Problem, Tombstone};
use ::web::page::{Linked, Remains};
use ::web::words::sentence;
use askama::Template;

use crate::serve::error::ServeError;
use crate::serve::state::Shared;

#[derive(Template)]
#[template(path = "problem.html")]
struct ProblemPage<'a> {
    site: &'a Site,
    problem: &'a Problem,
    /// the detail as a sentence of its own
    sentence: String,
    remains: Option<Remains>,
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
        remains: stone.map(|stone| remains(shared, stone)),
    }
    .render()?)
}

fn remains(shared: &Shared, stone: &Tombstone) -> Remains {
    let base_path = &shared.site.base_path;
    Remains::of(stone, institution(shared, &stone.id), |id| {
        format!("{base_path}id/{id}")
    })
}

/// Whose an id is. Its page here says how to reach it.
fn institution(shared: &Shared, id: &str) -> Linked {
    let prefix = id.split_once('-').map(|(prefix, _)| prefix);
    let roster = shared.harvester.roster();
    let mut members = roster.members.iter();
    let member = members.find(|member| Some(member.prefix.as_str()) == prefix);
    member.map_or_else(
        || Linked::text("the institution that published it"),
        |member| {
            let page = format!("{}members/{}", shared.site.base_path, member.id);
            Linked::to(member.name.as_str(), page)
        },
    )
}
