//! `/oai`: OAI-PMH 2.0, out of the ledger and the mirror (docs/PROTOCOL.md section 9).
//!
//! Positions are windows of the apply sequence and entries in them; the datestamp of an announcement is the time at which
//! its window became visible here (`ledger::announcement`), which never falls along the sequence. The time of an answer is
//! taken with its snapshot, at a moment at which no window is on its way: what the snapshot does not have gets a datestamp
//! that is not earlier.
//!
//! A version is given as it was verified, out of the mirror, where that may still be: the study is public and the version's
//! bytes are kept. Everything else is `deleted`.

use ::web::formats::Archive;
use ::web::oai::{self, Asking, Described, Item, Position, Repository, Set, Setting, Window};
use ::web::view;
use actix_web::{HttpRequest, web};
use protocol::identifier::{Accession, Kind, Origin};
use protocol::record::Record;
use protocol::roster::{Document, Member};

use super::error::ServeError;
use super::state::{State, blocking};
use crate::harvest::round::namespace_of;
use crate::ledger::announcement::{self, Announced, Range};
use crate::ledger::shown::{self, Version};
use crate::ledger::{Connection, Ledger, log};
use crate::mirror::OpenedRecords;

/// Answers `/oai`.
pub(super) async fn answer(request: HttpRequest, asking: Asking) -> Result<String, ServeError> {
    let state = request.app_data::<web::Data<State>>();
    let state =
        state.ok_or_else(|| ServeError::Broken(anyhow::anyhow!("the server has no harvester")))?;
    let home = state.base(&request);
    blocking(state, move |shared| {
        let desk = shared.harvester.desk();
        let roster = shared.harvester.roster();
        let now = || desk.clock.timestamp();
        desk.ledger.at_a_moment(now, |connection, response_date| {
            let setting = Setting {
                name: roster.name.clone(),
                base_url: format!("{home}oai"),
                email: shared.harvester.config().serve.contact.clone(),
                licence: shared.metadata_licence.clone(),
                identity: announcement::identity_of(connection)?,
            };
            let mut held = Held {
                ledger: &desk.ledger,
                roster: &roster,
                connection,
                setting,
                home,
                response_date,
                opened: OpenedRecords::new(&desk.mirror),
            };
            oai::answer(&mut held, asking)
        })
    })
    .await
}

/// What the harvester has, in one snapshot.
struct Held<'a> {
    ledger: &'a Ledger,
    roster: &'a Document,
    connection: &'a mut Connection,
    setting: Setting,
    home: String,
    response_date: String,
    /// a page has a run of records, which lie together
    opened: OpenedRecords,
}

impl Held<'_> {
    fn member(&self, prefix: &str) -> Option<&Member> {
        let mut members = self.roster.members.iter();
        members.find(|member| member.prefix.as_str() == prefix)
    }

    fn owner(&self, id: &Accession) -> Result<&Member, ServeError> {
        self.member(id.prefix()).ok_or_else(|| {
            ServeError::Broken(anyhow::anyhow!("the roster does not know whose {id} is"))
        })
    }

    /// The version of an item, where it may be shown now.
    fn version(
        &mut self,
        id: &Accession,
        version: Option<u64>,
    ) -> Result<Option<Version>, ServeError> {
        Ok(match version {
            Some(version) => shown::shown_version(self.connection, id, version)?,
            None => None,
        })
    }

    /// Whether a version went out of sight after the snapshot was taken: the mirror loses its bytes when the ledger has said so.
    fn has_gone_since(&self, version: &Version) -> Result<bool, ServeError> {
        let connection = &mut *self.ledger.reader()?;
        let found = shown::shown_version(connection, &version.id, version.version)?;
        Ok(found.is_none())
    }

    fn read(&mut self, announced: Announced) -> Result<Item, ServeError> {
        let id = Accession::parse(&announced.study).map_err(|error| {
            ServeError::Broken(anyhow::anyhow!(
                "{:?} is announced as a study: {error}",
                announced.study
            ))
        })?;
        let iri = namespace_of(self.roster, self.owner(&id)?).iri(&id);
        let version = self.version(&id, announced.version)?;
        Ok(Item {
            position: Position(announced.sequence, announced.place),
            iri,
            id,
            datestamp: announced.visible_at,
            version: version.map(|version| version.version),
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
        let members = self.roster.members.iter();
        Ok(members
            .map(|member| Set {
                spec: member.prefix.to_string(),
                name: member.name.clone(),
            })
            .collect())
    }

    fn earliest(&mut self) -> Result<Option<String>, ServeError> {
        Ok(announcement::earliest(self.connection)?)
    }

    fn edge(&mut self) -> Result<u64, ServeError> {
        Ok(log::sequence(self.connection)?.unsigned_abs() + 1)
    }

    fn first_from(&mut self, datestamp: &str, is_later: bool) -> Result<u64, ServeError> {
        match announcement::first_from(self.connection, datestamp, is_later)? {
            Some(sequence) => Ok(sequence),
            None => self.edge(),
        }
    }

    fn window(&mut self, window: &Window, most: usize) -> Result<Vec<Item>, ServeError> {
        let member = match &window.set {
            None => None,
            Some(set) => match self.member(set) {
                Some(member) => Some(member.id.clone()),
                None => return Ok(Vec::new()),
            },
        };
        let range = Range {
            from: (window.at.0, window.at.1),
            behind: window.behind,
            edge: window.edge,
            member: member.as_deref(),
        };
        announcement::newest_below(self.connection, range, most)?
            .into_iter()
            .map(|announced| self.read(announced))
            .collect()
    }

    fn item(&mut self, iri: &str) -> Result<Option<Item>, ServeError> {
        let last = iri.rsplit('/').next().unwrap_or_default();
        let Some(id) = Accession::parse(last)
            .ok()
            .filter(|id| id.kind() == Kind::Study)
        else {
            return Ok(None);
        };
        let owner = self.member(id.prefix());
        if owner.is_none_or(|owner| namespace_of(self.roster, owner).iri(&id) != iri) {
            return Ok(None);
        }
        announcement::newest(self.connection, id.as_str())?
            .map(|announced| self.read(announced))
            .transpose()
    }

    fn describe(&mut self, item: &Item) -> Result<Option<Described>, ServeError> {
        let broken = |detail: String| {
            ServeError::Broken(anyhow::anyhow!(
                "the record of {} {detail}; `omma-harvester check` says what is damaged",
                item.id
            ))
        };
        let version = self.version(&item.id, item.version)?;
        let version = version.ok_or_else(|| broken("is not kept".to_owned()))?;
        let origin = Origin::parse(&version.origin)
            .map_err(|error| broken(format!("is of a log without a name: {error}")))?;
        let found = self
            .opened
            .record(&origin, version.index, &version.digest)
            .map_err(|error| ServeError::Broken(error.into()))?;
        let bytes = match found {
            Some(bytes) => bytes,
            None if self.has_gone_since(&version)? => return Ok(None),
            None => return Err(broken("is not in the mirror".to_owned())),
        };
        let owner = self.owner(&item.id)?;
        let namespace = namespace_of(self.roster, owner);
        let record = Record::parse(bytes, &item.id, &namespace)
            .map_err(|error| broken(format!("cannot be read: {error}")))?;
        let study = view::read_study(&record)
            .map_err(|error| broken(format!("cannot be read: {error}")))?;
        let archive = Archive {
            name: owner.name.clone(),
            ror: owner.ror.clone(),
            home: self.home.clone(),
        };
        Ok(Some(Described { study, archive }))
    }
}
