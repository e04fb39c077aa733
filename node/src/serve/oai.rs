//! `/oai`: OAI-PMH 2.0, out of the database and the log (PROTOCOL.md section 9).
//!
//! Positions are indices of the log, and the datestamp of an announcement is its entry's time (or that of an entry before
//! it, should the clock have been put back). An entry gets its time before others can see it: while its act is being made,
//! and, should the process die, until somebody completes it. So an answer says as its time that at which such an act began,
//! where there is one: whoever asks from there next time is given all of it. That is looked up before the snapshot is
//! taken, so that an act which is seen in neither cannot have entries with a time before the answer's. An act whose process
//! died before it was decided has no entries and never will; the server clears it away (`serve::recovery`).

use ::web::oai::{self, Asking, Described, Item, Position, Repository, Set, Setting, Window};
use ::web::view;
use actix_web::{HttpRequest, web};
use diesel::Connection as _;
use protocol::identifier::{Accession, Kind};
use protocol::record::Record;

use super::blocking::blocking;
use super::described::{archive_of, bytes_of};
use super::error::ServeError;
use super::state::State;
use crate::archive::Archive;
use crate::database::announcement::{self, AnnouncementRow};
use crate::database::{Connection, position, record};
use crate::log::journal;

/// Answers `/oai`.
pub(super) async fn answer(request: HttpRequest, asking: Asking) -> Result<String, ServeError> {
    let state = request.app_data::<web::Data<State>>();
    let state = state.ok_or_else(|| ServeError::Broken("the server has no archive".to_owned()))?;
    blocking(state, move |state| {
        let response_date = response_date(&state.archive)?;
        let connection = &mut *state.archive.database().connection()?;
        // one snapshot, so that all parts of an answer are of one moment
        connection.transaction(|connection| {
            let mut held = Held {
                state,
                connection,
                setting: setting(&state.archive),
                response_date,
            };
            oai::answer(&mut held, asking)
        })
    })
    .await
}

fn response_date(archive: &Archive) -> Result<String, ServeError> {
    let now = archive.clock().timestamp();
    let begun =
        journal::begun(archive.store()).map_err(|error| ServeError::Broken(error.to_string()))?;
    Ok(match begun {
        Some(begun) => begun.min(now),
        None => now,
    })
}

fn setting(archive: &Archive) -> Setting {
    let config = archive.config();
    Setting {
        name: config.name.clone(),
        base_url: format!("{}oai", config.base),
        email: config.contact.clone(),
        licence: config.metadata_licence.clone(),
        // an index means the same for as long as the log has its name
        identity: config.origin.to_string(),
    }
}

/// What the node has, in one snapshot.
struct Held<'a> {
    state: &'a State,
    connection: &'a mut Connection,
    setting: Setting,
    response_date: String,
}

impl Held<'_> {
    fn read(&mut self, row: AnnouncementRow) -> Result<Item, ServeError> {
        let id = Accession::parse(&row.study).map_err(|error| {
            let study = &row.study;
            ServeError::Broken(format!(
                "{study} in the database is no study: {error}; run omma-node rebuild"
            ))
        })?;
        let version = match row.version {
            Some(version) if announcement::may_be_shown(self.connection, &row.study, version)? => {
                Some(version.unsigned_abs())
            }
            _ => None,
        };
        Ok(Item {
            position: Position(row.log_index.unsigned_abs(), 0),
            iri: self.state.archive.config().namespace.iri(&id),
            id,
            datestamp: row.datestamp,
            version,
        })
    }
}

impl Repository for Held<'_> {
    type Error = ServeError;

    fn setting(&self) -> &Setting {
        &self.setting
    }

    fn response_date(&self) -> &str {
        &self.response_date
    }

    fn sets(&mut self) -> Result<Vec<Set>, ServeError> {
        let config = self.state.archive.config();
        Ok(vec![Set {
            spec: config.prefix.to_string(),
            name: config.name.clone(),
        }])
    }

    fn earliest(&mut self) -> Result<Option<String>, ServeError> {
        Ok(announcement::earliest(self.connection)?)
    }

    fn edge(&mut self) -> Result<u64, ServeError> {
        let position = position::current(self.connection)?;
        Ok(position.map_or(0, |position| position.size))
    }

    fn first_from(&mut self, datestamp: &str, is_later: bool) -> Result<u64, ServeError> {
        match announcement::first_from(self.connection, datestamp, is_later)? {
            Some(index) => Ok(index),
            None => self.edge(),
        }
    }

    fn window(&mut self, window: &Window, most: usize) -> Result<Vec<Item>, ServeError> {
        let own = self.state.archive.config().prefix.as_str();
        if window.set.as_deref().is_some_and(|set| set != own) {
            return Ok(Vec::new());
        }
        let Window {
            at, behind, edge, ..
        } = window;
        announcement::newest_below(self.connection, *edge, at.0, *behind, most)?
            .into_iter()
            .map(|row| self.read(row))
            .collect()
    }

    fn item(&mut self, iri: &str) -> Result<Option<Item>, ServeError> {
        let below = iri.strip_prefix(self.state.archive.config().namespace.as_str());
        let id = below.and_then(|name| Accession::parse(name).ok());
        let Some(id) = id.filter(|id| id.kind() == Kind::Study) else {
            return Ok(None);
        };
        announcement::newest(self.connection, id.as_str())?
            .map(|row| self.read(row))
            .transpose()
    }

    fn describe(&mut self, item: &Item) -> Result<Option<Described>, ServeError> {
        let version = item.version.unwrap_or_default();
        let row = record::version(self.connection, item.id.as_str(), version)?;
        let row = row.ok_or_else(|| {
            let id = &item.id;
            ServeError::Broken(format!(
                "{id}.{version} is announced and has no record in the database; run omma-node rebuild"
            ))
        })?;
        let (digest, bytes) = match bytes_of(self.state, &row) {
            // since the snapshot was taken
            Err(ServeError::Gone { .. }) => return Ok(None),
            found => found?,
        };
        let namespace = &self.state.archive.config().namespace;
        let unreadable = |error: &dyn std::fmt::Display| {
            ServeError::Broken(format!(
                "the record {digest} of {}.{version} cannot be read: {error}; run omma-node check",
                item.id
            ))
        };
        let record =
            Record::parse(bytes, &item.id, namespace).map_err(|error| unreadable(&error))?;
        let study = view::read_study(&record).map_err(|error| unreadable(&error))?;
        let archive = archive_of(self.state);
        Ok(Some(Described { study, archive }))
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

    use std::path::Path;
    use std::sync::Arc;
    use std::time::{Duration, Instant};

    use ontologies::Terms;
    use protocol::entry::Reason;
    use protocol::identifier::VersionedId;

    use super::*;
    use crate::config::Identity;
    use crate::image::ByFormat;
    use crate::moves::{self, Move};
    use crate::{import, init};

    const STUDIES: [&str; 2] = ["one", "two"];

    /// A node with two studies.
    fn archive(data: &Path, deposits: &Path) -> Archive {
        let identity = Identity {
            name: "Example Institute".to_owned(),
            prefix: "DND".to_owned(),
            base_url: "http://127.45.67.89:9/".to_owned(),
            namespace: Some("https://images.example.org/id/".to_owned()),
            ror: None,
            origin: None,
        };
        let archive = init::init(data, &identity).unwrap();
        for name in STUDIES {
            let folder = deposits.join(name);
            std::fs::create_dir_all(&folder).unwrap();
            std::fs::write(folder.join("table.csv"), name).unwrap();
            let study = format!(
                "identifier: {name}\n\
                 title: Septin rings in dividing fission yeast\n\
                 description: Time series of tagged septins through two divisions, four fields of each strain.\n\
                 licence: https://creativecommons.org/licenses/by/4.0/\n\
                 release_date: 2026-03-01\n\
                 authors: [{{name: Ada Example}}]\n\
                 organisms: [NCBITaxon:4896]\n\
                 imaging_methods: [FBbi:00000253]\n\
                 components:\n  - title: Tables\n    files: [table.csv]\n"
            );
            std::fs::write(folder.join("study.yaml"), study).unwrap();
            let terms = Terms::builtin();
            let reports = import::import(&archive, terms, &[folder], &mut |_| {}).unwrap();
            assert_eq!(reports.len(), 1);
        }
        archive
    }

    /// The identifiers of an answer's records, each with whether it is deleted.
    fn listed(answer: &str) -> Vec<(String, bool)> {
        let records = answer.split("<record>").skip(1);
        let read = |record: &str| {
            let (_, rest) = record.split_once("<identifier>").unwrap();
            let (identifier, _) = rest.split_once('<').unwrap();
            let is_deleted = record.contains("status=\"deleted\"");
            assert_eq!(is_deleted, !record.contains("<metadata>"), "{record}");
            let (_, name) = identifier.rsplit_once('/').unwrap();
            (name.to_owned(), is_deleted)
        };
        records.map(read).collect()
    }

    #[test]
    fn what_goes_between_the_snapshot_and_the_reading_of_its_bytes_is_deleted() {
        let folder = tempfile::tempdir().unwrap();
        let data = folder.path().join("data");
        drop(archive(&data, &folder.path().join("deposits")));
        let state =
            State::new(Archive::open(&data).unwrap(), Arc::new(ByFormat::default())).unwrap();
        let connection = &mut *state.archive.database().connection().unwrap();
        let asking = |arguments: &[(&str, &str)]| -> Asking {
            let owned = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
            Ok(arguments.iter().map(owned).collect())
        };
        let mut redaction = None;
        let answers = connection.transaction(|connection| {
            // the first question begins the snapshot
            let row = record::version(connection, "DND-S1", 1)?.unwrap();
            // it ends when nobody reads any more what was there before, so it is made beside this one
            let path = data.clone();
            redaction = Some(std::thread::spawn(move || {
                let other = Archive::open(&path).unwrap();
                let version = VersionedId::parse("DND-S1.1").unwrap();
                let wanted = Move::Redact(version, Reason::Privacy);
                moves::make(&other, &mut other.lease().unwrap(), &wanted).unwrap();
            }));
            let digest = protocol::digest::Digest::parse(&row.digest).unwrap();
            let deadline = Instant::now() + Duration::from_secs(60);
            while state.archive.log().record(&digest)?.is_some() {
                assert!(Instant::now() < deadline, "the bytes do not go");
                std::thread::yield_now();
            }
            assert!(matches!(
                bytes_of(&state, &row),
                Err(ServeError::Gone { .. })
            ));
            let mut held = Held {
                state: &state,
                connection,
                setting: setting(&state.archive),
                response_date: "2026-11-21T09:30:00Z".to_owned(),
            };
            let iri = "https://images.example.org/id/DND-S1";
            let list = asking(&[("verb", "ListRecords"), ("metadataPrefix", "oai_dc")]);
            let one = asking(&[
                ("verb", "GetRecord"),
                ("metadataPrefix", "oai_datacite"),
                ("identifier", iri),
            ]);
            let list = oai::answer(&mut held, list)?;
            Ok::<_, ServeError>((list, oai::answer(&mut held, one)?))
        });
        let (list, one) = answers.unwrap();
        let (first, second) = ("DND-S1".to_owned(), "DND-S2".to_owned());
        assert_eq!(listed(&list), [(first.clone(), true), (second, false)]);
        assert_eq!(listed(&one), [(first, true)]);
        redaction.unwrap().join().unwrap();
    }
}
