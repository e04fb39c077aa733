//! Reading records out of the mirror, one after the other.

use std::collections::HashMap;
use std::sync::Arc;

use anyhow::Context;
use protocol::identifier::{Accession, Kind, Origin};
use protocol::record::Record;
use protocol::tile::WIDTH;

use super::Namespaces;
use crate::ledger::Connection;
use crate::ledger::shown::{self, Version};
use crate::mirror::{BundledRecord, Mirror};
use crate::projection::{Shown, words_for_images};

/// What this many studies are called is remembered: images of one study stand together in logs, and hardly ever apart from it.
const MOST_STUDIES: usize = 1_000;

/// Reads records out of the mirror; remembers the bundle that it read last, since neighbours are asked for one after the other.
pub(super) struct RecordReader {
    pub(super) mirror: Mirror,
    pub(super) namespaces: Arc<Namespaces>,
    pub(super) last: Option<(String, u64, Vec<BundledRecord>)>,
    /// what studies are called, for their images
    studies: HashMap<Accession, Option<Arc<str>>>,
}

impl RecordReader {
    pub(super) fn new(mirror: &Mirror, namespaces: Arc<Namespaces>) -> Self {
        Self {
            mirror: mirror.clone(),
            namespaces,
            last: None,
            studies: HashMap::new(),
        }
    }

    pub(super) fn shown(
        &mut self,
        connection: &mut Connection,
        version: Version,
    ) -> anyhow::Result<Shown> {
        let bytes = self.bytes(&version)?;
        let record = self.parsed(&version, bytes)?;
        let of_study = self.of_study(connection, &version.id)?;
        let namespace = self.namespaces.get(&version.member)?.clone();
        Ok(Shown {
            of_study,
            id: version.id,
            version: version.version,
            namespace,
            member: version.member,
            index: version.index,
            verified_at: version.verified_at,
            record,
        })
    }

    fn parsed(&self, version: &Version, bytes: Option<Vec<u8>>) -> anyhow::Result<Record> {
        let bytes = bytes.with_context(|| {
            format!(
                "the mirror does not have the record {} of {}.{}; `omma-harvester check` tells more",
                version.digest, version.id, version.version
            )
        })?;
        Record::parse(bytes, &version.id, self.namespaces.get(&version.member)?)
            .with_context(|| format!("the record of {}.{}", version.id, version.version))
    }

    /// What the study of an image is called; none for what is no image, and where no study is shown.
    fn of_study(
        &mut self,
        connection: &mut Connection,
        image: &Accession,
    ) -> anyhow::Result<Option<Arc<str>>> {
        let Some(study) = image.study_id().filter(|_| image.kind() == Kind::Image) else {
            return Ok(None);
        };
        if let Some(known) = self.studies.get(&study) {
            return Ok(known.clone());
        }
        let words = match shown::shown(connection, &study)? {
            Some(version) => {
                // beside the bundle that is read on, which holds the image
                let log = self.mirror.log(&Origin::parse(&version.origin)?);
                let bytes = log.record(version.index, &version.digest)?;
                let record = self.parsed(&version, bytes)?;
                let iri = self.namespaces.get(&version.member)?.iri(&study);
                Some(Arc::from(words_for_images(&record, &iri)))
            }
            None => None,
        };
        if self.studies.len() >= MOST_STUDIES {
            self.studies.clear();
        }
        self.studies.insert(study, words.clone());
        Ok(words)
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
