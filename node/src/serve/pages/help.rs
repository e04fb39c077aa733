//! The help page: what a visitor can do here, and every address that a program may want, with a study of this archive for
//! an example.

use ::web::Site;
use askama::Template;

use crate::database::file;
use crate::database::study;
use crate::serve::error::ServeError;
use crate::serve::state::State;

#[derive(Template)]
#[template(path = "help.html")]
struct HelpPage<'a> {
    site: &'a Site,
    /// The public address, ending in `/`.
    base: &'a str,
    prefix: String,
    namespace: String,
    /// The newest study that has files, else the newest.
    example: Option<Example>,
}

struct Example {
    id: String,
    has_files: bool,
}

/// Studies that are looked at for one with files.
const LOOKED_AT: u64 = 10;

/// The page.
///
/// # Errors
/// When the database cannot be read or the page not be written.
pub(in crate::serve) fn help(state: &State) -> Result<String, ServeError> {
    let config = state.archive.config();
    let page = HelpPage {
        site: &state.site,
        base: &config.base,
        prefix: config.prefix.to_string(),
        namespace: config.namespace.to_string(),
        example: example(state)?,
    };
    Ok(page.render()?)
}

fn example(state: &State) -> Result<Option<Example>, ServeError> {
    let connection = &mut *state.archive.database().connection()?;
    let mut newest = None;
    for row in study::newest(connection, LOOKED_AT, 0)? {
        let version = row.latest_version.unsigned_abs();
        let files = file::sums(connection, &row.id, version, "")?.files;
        let example = Example {
            id: row.id,
            has_files: files > 0,
        };
        if example.has_files {
            return Ok(Some(example));
        }
        newest.get_or_insert(example);
    }
    Ok(newest)
}
