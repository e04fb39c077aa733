//! `/oai`: OAI-PMH 2.0, out of the database and the log (PROTOCOL.md section 9).
//!
//! Positions are indices of the log, and the datestamp of an announcement is its entry's time (or that of an entry before
//! it, should the clock have been put back). An entry gets its time before others can see it: while its act is being made,
//! and, should the process die, until somebody completes it. So an answer says as its time that at which such an act began,
//! where there is one: whoever asks from there next time is given all of it. That is looked up before the snapshot is
//! taken, so that an act which is seen in neither cannot have entries with a time before the answer's.

use ::web::formats;
use ::web::oai::{self, Asking, Described, Item, Position, Repository, Set, Setting, Window};
use ::web::view;
use actix_web::{HttpRequest, web};
use diesel::Connection as _;
use protocol::digest::Digest;
use protocol::identifier::{Accession, Kind};
use protocol::record::Record;

use super::blocking::blocking;
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
                archive: &state.archive,
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
    archive: &'a Archive,
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
            iri: self.archive.config().namespace.iri(&id),
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
        let config = self.archive.config();
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
        let own = self.archive.config().prefix.as_str();
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
        let below = iri.strip_prefix(self.archive.config().namespace.as_str());
        let id = below.and_then(|name| Accession::parse(name).ok());
        let Some(id) = id.filter(|id| id.kind() == Kind::Study) else {
            return Ok(None);
        };
        announcement::newest(self.connection, id.as_str())?
            .map(|row| self.read(row))
            .transpose()
    }

    fn describe(&mut self, item: &Item) -> Result<Described, ServeError> {
        let version = item.version.unwrap_or_default();
        let row = record::version(self.connection, item.id.as_str(), version)?;
        let digest = row.map(|row| row.digest).unwrap_or_default();
        let broken = |detail: String| {
            let id = &item.id;
            ServeError::Broken(format!(
                "the record {digest} of {id}.{version} {detail}; run omma-node check"
            ))
        };
        let parsed = Digest::parse(&digest).map_err(|error| broken(error.to_string()))?;
        let bytes = self.archive.log().record(&parsed)?;
        let bytes = bytes.ok_or_else(|| broken("is not in the log".to_owned()))?;
        let config = self.archive.config();
        let record = Record::parse(bytes, &item.id, &config.namespace)
            .map_err(|error| broken(error.to_string()))?;
        let study = view::read_study(&record).map_err(|error| broken(error.to_string()))?;
        let archive = formats::Archive {
            name: config.name.clone(),
            ror: config.ror.clone(),
            home: config.base.clone(),
        };
        Ok(Described { study, archive })
    }
}
