//! Thumbnails on pages: the addresses of the small pictures that stand for studies and images, in a cache of this harvester's.
//!
//! A page asks for one only where a record names a picture that would be fetched, so that no request is made in vain. The
//! template part is `picture.html`.

use std::collections::HashMap;

use protocol::identifier::{Accession, Namespace, VersionedId};

use crate::harvest::round::namespace_of;
use crate::ledger::shown;
use crate::serve::error::ServeError;
use crate::serve::find::{Found, Mark};
use crate::serve::state::Shared;
use crate::serve::thumbnails::{may_be_fetched, picture_of};
use crate::text::Hit;
use crate::thumbnails::Size;

/// A thumbnail in two sizes, by their addresses here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::serve) struct Picture {
    /// 128 pixels
    pub small: String,
    /// 256 pixels
    pub large: String,
}

impl Picture {
    /// The thumbnail of a version of a resource whose record names this as its picture; none where it is not fetched.
    pub fn of(
        shared: &Shared,
        named: &str,
        namespace: &Namespace,
        version: &VersionedId,
    ) -> Option<Self> {
        let elsewhere = shared.harvester.config().thumbnails.elsewhere;
        if !may_be_fetched(named, namespace, version.id(), elsewhere) {
            return None;
        }
        let at = |size: Size| {
            format!(
                "{}thumbnails/{version}/{}",
                shared.site.base_path,
                size.side()
            )
        };
        Some(Self {
            small: at(Size::Small),
            large: at(Size::Large),
        })
    }

    /// The thumbnail of what is shown on a page of its own; what is out of lists has none.
    ///
    /// # Errors
    /// When the mirror cannot be read.
    pub fn of_found(shared: &Shared, found: &Found) -> Result<Option<Self>, ServeError> {
        if found.mark != Mark::Public {
            return Ok(None);
        }
        let version = VersionedId::new(found.version.id.clone(), found.version.version);
        let (Some(named), Ok(version)) = (picture_of(found)?, version) else {
            return Ok(None);
        };
        Ok(Self::of(shared, &named, &found.owner.namespace, &version))
    }

    /// The thumbnails of hits, by id.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    pub fn of_hits(shared: &Shared, hits: &[Hit]) -> Result<HashMap<String, Self>, ServeError> {
        let named: HashMap<&str, &Hit> = hits
            .iter()
            .filter(|hit| hit.thumbnail.is_some())
            .map(|hit| (hit.id.as_str(), hit))
            .collect();
        if named.is_empty() {
            return Ok(HashMap::new());
        }
        let roster = shared.harvester.roster();
        let ids: Vec<&str> = named.keys().copied().collect();
        let connection = &mut *shared.harvester.desk().ledger.reader()?;
        let mut pictures = HashMap::new();
        for (id, number) in shown::newest_numbers(connection, &ids)? {
            let Some(hit) = named.get(id.as_str()) else {
                continue;
            };
            let mut members = roster.members.iter();
            let member = members.find(|member| member.id == hit.member);
            let version = Accession::parse(&id).and_then(|id| VersionedId::new(id, number));
            let (Some(member), Ok(version), Some(named)) = (member, version, &hit.thumbnail) else {
                continue;
            };
            let namespace = namespace_of(&roster, member);
            if let Some(picture) = Self::of(shared, named, &namespace, &version) {
                pictures.insert(id, picture);
            }
        }
        Ok(pictures)
    }
}
