//! Error pages and tombstones.

use ::web::Site;
use ::web::http::{Problem, Tombstone};
use ::web::page::{Linked, Remains};
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

/// Messages are lower case without a full stop; a page has sentences.
fn sentence(message: &str) -> String {
    let mut characters = message.chars();
    match characters.next() {
        // an id or a path at the beginning stays as it is written
        Some(first)
            if message
                .chars()
                .take_while(|character| !character.is_whitespace())
                .all(|character| character.is_ascii_lowercase()) =>
        {
            format!("{}{}.", first.to_uppercase(), characters.as_str())
        }
        _ => format!("{message}."),
    }
}

#[cfg(test)]
mod tests {
    use super::sentence;

    #[test]
    fn a_message_becomes_a_sentence() {
        assert_eq!(
            sentence("there is nothing at /x"),
            "There is nothing at /x."
        );
        assert_eq!(sentence("DND-S1 was withdrawn"), "DND-S1 was withdrawn.");
        assert_eq!(sentence("log/tile is no path"), "log/tile is no path.");
    }
}
