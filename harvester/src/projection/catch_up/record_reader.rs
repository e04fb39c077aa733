//! Reading records out of the mirror, one after the other.

use std::sync::Arc;

use anyhow::Context;
use protocol::identifier::Origin;
use protocol::record::Record;
use protocol::tile::WIDTH;

use super::Namespaces;
use crate::ledger::shown::Version;
use crate::mirror::{BundledRecord, Mirror};
use crate::projection::Shown;

/// Reads records out of the mirror; remembers the bundle that it read last, since neighbours are asked for one after the other.
pub(super) struct RecordReader {
    pub(super) mirror: Mirror,
    pub(super) namespaces: Arc<Namespaces>,
    pub(super) last: Option<(String, u64, Vec<BundledRecord>)>,
}

impl RecordReader {
    pub(super) fn new(mirror: &Mirror, namespaces: Arc<Namespaces>) -> Self {
        Self {
            mirror: mirror.clone(),
            namespaces,
            last: None,
        }
    }

    pub(super) fn shown(&mut self, version: Version) -> anyhow::Result<Shown> {
        let bytes = self.bytes(&version)?.with_context(|| {
            format!(
                "the mirror does not have the record {} of {}.{}; `omma-harvester check` tells more",
                version.digest, version.id, version.version
            )
        })?;
        let namespace = self.namespaces.get(&version.member)?.clone();
        let record = Record::parse(bytes, &version.id, &namespace)
            .with_context(|| format!("the record of {}.{}", version.id, version.version))?;
        Ok(Shown {
            id: version.id,
            version: version.version,
            namespace,
            member: version.member,
            index: version.index,
            verified_at: version.verified_at,
            record,
        })
    }

    fn bytes(&mut self, version: &Version) -> anyhow::Result<Option<Vec<u8>>> {
        let bundle = version.index / WIDTH;
        let is_last =
            |last: &(String, u64, Vec<BundledRecord>)| last.0 == version.origin && last.1 == bundle;
        let mirror = self.mirror.log(&Origin::parse(&version.origin)?);
        if !self.last.as_ref().is_some_and(is_last) {
            self.last = mirror
                .records_of_bundle(bundle)?
                .map(|records| (version.origin.clone(), bundle, records));
        }
        let bundled = self
            .last
            .as_ref()
            .filter(|last| is_last(last))
            .and_then(|last| {
                last.2
                    .iter()
                    .filter(|record| record.digest == version.digest)
                    .find_map(|record| record.bytes.clone())
            });
        match bundled {
            Some(bytes) => Ok(Some(bytes)),
            None => Ok(mirror.record(version.index, &version.digest)?),
        }
    }
}
