//! An act in the making: studies are added one by one, each with its report.

use std::collections::HashSet;

use protocol::entry::{Entry, Operation, Reason};
use time::OffsetDateTime;

use super::identify::{Identified, Identity};
use super::records::Described;
use super::report::{Outcome, PublishError, Report};
use crate::archive::Archive;
use crate::clock;
use crate::database::Connection;
use crate::finding::Finding;
use crate::staging::{Held, Place, StudyVersion};
use crate::store::ocfl::StagedVersion;

/// An act that is being put together.
pub(super) struct Making<'a> {
    pub(super) archive: &'a Archive,
    pub(super) entries: Vec<Vec<u8>>,
    /// The versions of objects so far, in the order of their entries.
    pub(super) objects: Vec<StagedVersion>,
    /// New studies so far, because the database does not know them yet.
    pub(super) new_studies: u64,
    /// Sources of the studies so far, new or not.
    sources: HashSet<String>,
    /// Where the objects wait: each place is kept until the act is complete.
    pub(super) places: Vec<Place>,
    now: OffsetDateTime,
    /// The same, as entries have it.
    pub(super) time: String,
}

impl<'a> Making<'a> {
    pub(super) fn new(archive: &'a Archive) -> Making<'a> {
        let now = archive.clock().now();
        Making {
            archive,
            entries: Vec::new(),
            objects: Vec::new(),
            new_studies: 0,
            sources: HashSet::new(),
            places: Vec::new(),
            now,
            time: clock::rfc3339(now),
        }
    }

    /// Adds a study to the act, or says why not.
    pub(super) fn add(
        &mut self,
        connection: &mut Connection,
        mut held: Held<'a>,
    ) -> Result<Report, PublishError> {
        let source = held.source().to_owned();
        let report = |id: Option<String>, version, outcome, mut findings: Vec<Finding>| {
            findings.sort();
            Report {
                source: source.clone(),
                id,
                version,
                outcome,
                findings,
            }
        };
        if !self.sources.insert(held.source_key().key.clone()) {
            let message = "a study before it in the same batch has the same identifier; import the two one after the other, or give one of them another";
            let findings = held
                .findings()
                .iter()
                .cloned()
                .chain([Finding::error("identifier", message)])
                .collect();
            return Ok(report(None, None, Outcome::Refused, findings));
        }
        let identity = match self.identify(connection, &held)? {
            Identified::Changed(identity) => identity,
            Identified::Settled {
                id,
                version,
                outcome,
                finding,
            } => {
                let findings = held.findings().iter().cloned().chain(finding).collect();
                return Ok(report(Some(id), version, outcome, findings));
            }
        };
        let object_id = self.archive.config().namespace.iri(&identity.study);
        let described = match held.settle(self.archive, &object_id, identity.version) {
            Ok(()) => self.describe(connection, &held, &identity)?,
            Err(error) if error.concerns_the_study() => {
                Err(vec![Finding::error("files", error.to_string())])
            }
            Err(error) => return Err(error.into()),
        };
        let described = match described {
            Ok(described) => described,
            Err(findings) => {
                let id = identity.before.as_ref().map(|row| row.id.clone());
                let version = identity
                    .before
                    .as_ref()
                    .map(|row| row.latest_version.unsigned_abs());
                let findings = held.findings().iter().cloned().chain(findings).collect();
                return Ok(report(id, version, Outcome::Refused, findings));
            }
        };
        let outcome = if identity.before.is_some() {
            Outcome::Revised
        } else {
            Outcome::Published
        };
        let report = report(
            Some(identity.study.to_string()),
            Some(identity.version),
            outcome,
            held.findings().to_vec(),
        );
        self.stage(held, &identity, described)?;
        Ok(report)
    }

    /// Puts the version of the object together in the staging, and writes its entries.
    fn stage(
        &mut self,
        held: Held<'a>,
        identity: &Identity,
        described: Described,
    ) -> Result<(), PublishError> {
        for (id, version, record) in &described.records {
            let operation = Operation::Put {
                record: record.digest(),
                size: record.size(),
                version: *version,
                opens: None,
                nonce: None,
            };
            self.entries
                .push(Entry::new(id, &operation, &self.time)?.to_bytes());
        }
        for id in &described.gone {
            let operation = Operation::Withdraw {
                reason: Reason::Superseded,
            };
            self.entries
                .push(Entry::new(id, &operation, &self.time)?.to_bytes());
        }
        let records = described
            .records
            .iter()
            .flat_map(|(_, _, record)| record.bytes())
            .copied()
            .collect();
        let version = StudyVersion {
            number: identity.version,
            manifest: described.manifest,
            records,
            created: self.now,
        };
        let staged = held.stage(self.archive, version)?;
        self.objects.push(staged.version);
        self.places.push(staged.place);
        self.new_studies += u64::from(identity.before.is_none());
        crate::crash::point("staged");
        Ok(())
    }
}
