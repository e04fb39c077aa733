//! The files of a study as links, for the link set of its page (FAIR Signposting level 2).

use ::web::formats::{MOST_ITEMS, TypedLink, links_to_files};
use ::web::view::{self, Reading};
use protocol::record::Record;

use super::error::ServeError;
use super::find::Found;
use super::state::Shared;
use crate::ledger::shown;

/// Links to the files of the images of a study, out of their records. None for a study of more than [`MOST_ITEMS`] files, and
/// for an older version, of which the images of today are not the images. Files that belong to no image are in the list of
/// files alone, which is linked in any case.
///
/// # Errors
/// When ledger or mirror cannot be read.
pub(super) fn items(
    shared: &Shared,
    found: &Found,
    reading: &Reading,
) -> Result<Vec<TypedLink>, ServeError> {
    let is_small = reading.study().is_some_and(|study| {
        study.is_held() && study.files.is_some_and(|files| files <= MOST_ITEMS)
    });
    if !is_small || !found.version.is_current() {
        return Ok(Vec::new());
    }
    let study = &found.version.id;
    let connection = &mut *shared.harvester.desk().ledger.reader()?;
    let mut links: Vec<TypedLink> = Vec::new();
    for image in shown::images(connection, study, 0, MOST_ITEMS)? {
        // one that went since, or is damaged, which `check` finds, takes nothing from the others
        let bytes = shared.harvester.projections().record_of(&image)?;
        let record =
            bytes.and_then(|bytes| Record::parse(bytes, &image.id, &found.owner.namespace).ok());
        let Some(image) = record.and_then(|record| view::read_image(&record).ok()) else {
            continue;
        };
        for link in links_to_files(&image) {
            // a file may hold several images
            if !links.contains(&link) {
                links.push(link);
            }
        }
    }
    Ok(links)
}
