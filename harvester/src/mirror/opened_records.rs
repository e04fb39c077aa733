//! Records that are asked for together, out of the mirror.

use protocol::digest::Digest;
use protocol::identifier::Origin;
use protocol::tile::{WIDTH, record_path};

use super::record_bundle::RecordBundle;
use super::{Mirror, MirrorError};

/// As many inflated bundles as are kept: a page of records of several members has runs of each.
const KEPT: usize = 8;

/// Reads records, and keeps the bundles that it inflated last, since what is asked for together mostly lies together.
#[derive(Debug)]
pub struct OpenedRecords {
    mirror: Mirror,
    /// the last used stands last
    bundles: Vec<(Place, RecordBundle)>,
}

type Place = (Origin, u64);

impl OpenedRecords {
    /// Nothing is read yet.
    pub fn new(mirror: &Mirror) -> Self {
        Self {
            mirror: mirror.clone(),
            bundles: Vec::new(),
        }
    }

    /// The bytes of a record that the `put` at an index of a log announced. None where the mirror does not have them.
    ///
    /// # Errors
    /// [`MirrorError`], also when what is kept has another digest.
    pub fn record(
        &mut self,
        origin: &Origin,
        index: u64,
        digest: &Digest,
    ) -> Result<Option<Vec<u8>>, MirrorError> {
        let place = (origin.clone(), index / WIDTH);
        let mirror = self.mirror.log(origin);
        let known = self.bundles.iter().position(|(of, _)| *of == place);
        let opened = match known {
            Some(known) => self.bundles.remove(known).1,
            // a single file comes first: a bundle is there once all 256 entries are
            None if mirror.has(&record_path(digest)) => return mirror.record(index, digest),
            None => match mirror.record_bundle(place.1)? {
                Some(opened) => opened,
                None => return Ok(None),
            },
        };
        let found = mirror.record_in(&opened, place.1, digest);
        if self.bundles.len() == KEPT {
            self.bundles.remove(0);
        }
        self.bundles.push((place, opened));
        match found? {
            Some(bytes) => Ok(Some(bytes)),
            None => mirror.single_record(digest),
        }
    }
}
