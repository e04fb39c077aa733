//! The files of a study as links, for the link set of its page (FAIR Signposting level 2).

use ::web::formats::{MOST_ITEMS, TypedLink};
use protocol::identifier::Kind;

use super::error::ServeError;
use super::files::refuse_withdrawn;
use super::resolve::Resolved;
use super::state::State;
use crate::database::{Connection, file};
use crate::describe::file_iri;
use crate::relative_path::RelPath;

/// Links to all files of a version of a study that can be had, by their paths. None for a study of more than
/// [`MOST_ITEMS`] files, whose list of files is linked in any case, and for what is no study. Out of the database: the
/// inventory of a large study is not opened for it.
///
/// # Errors
/// When the database cannot be asked, or has a path that is none.
pub(super) fn items(
    state: &State,
    connection: &mut Connection,
    resolved: &Resolved,
) -> Result<Vec<TypedLink>, ServeError> {
    if resolved.id.kind() != Kind::Study {
        return Ok(Vec::new());
    }
    let (study, version) = (&resolved.id, resolved.version());
    let rows = file::page(connection, study.as_str(), version, "", MOST_ITEMS + 1, 0)?;
    if rows.len() as u64 > MOST_ITEMS {
        return Ok(Vec::new());
    }
    let namespace = &state.archive.config().namespace;
    let mut items = Vec::with_capacity(rows.len());
    for row in rows.iter().filter(|row| row.content_key.is_some()) {
        match refuse_withdrawn(state, connection, row) {
            Err(ServeError::Gone { .. }) => continue,
            other => other?,
        }
        let path = RelPath::parse(&row.path).map_err(|error| {
            ServeError::Broken(format!(
                "the database has the path {:?} of {study}: {error}; run omma-node rebuild",
                row.path
            ))
        })?;
        let address = file_iri(namespace, study, version, &path);
        let bytes = row.bytes.unsigned_abs();
        items.push(TypedLink::to_file(
            &address,
            Some(&row.media_type),
            Some(bytes),
        ));
    }
    Ok(items)
}
