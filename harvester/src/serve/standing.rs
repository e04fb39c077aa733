//! How members stand: what the list, the reports, the start page and the metrics say.

use std::collections::HashMap;

use diesel::Connection as _;
use protocol::roster::Member;
use serde_json::{Value, json};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use super::cosigned::{Cosigned, cosigned_by};
use super::error::ServeError;
use crate::harvest::round::{self, MemberReport};
use crate::ledger::log::{self, Log};
use crate::ledger::run::{self, Run};
use crate::ledger::{Connection, LedgerError};
use crate::operate::Harvester;

/// How a member stands.
pub(super) struct Standing {
    /// as the roster has it
    pub member: Member,
    /// its logs, as far as they are known here
    pub logs: Vec<Log>,
    /// state and counts
    pub report: MemberReport,
    /// how its last run ended
    pub last: Option<Run>,
    /// seconds since it was last found at its newest checkpoint
    pub seconds_behind: Option<i64>,
    /// the witnesses on the head of its last log
    pub cosigned: Vec<Cosigned>,
}

impl Standing {
    /// Records that everybody may find.
    pub fn shown(&self) -> u64 {
        let counts = &self.report.counts;
        counts.current.saturating_sub(counts.suppressed)
    }
}

impl Standing {
    /// Entries of its newest verified checkpoint that are not judged yet.
    pub fn entries_behind(&self) -> u64 {
        self.report.size.saturating_sub(self.report.counts.entries)
    }

    /// The object in answers: that of `sync` and `status`, and what the roster says beside it.
    ///
    /// # Errors
    /// When a report is no JSON, which it always is.
    pub fn to_json(&self) -> Result<Value, ServeError> {
        let mut value =
            serde_json::to_value(&self.report).map_err(|error| ServeError::Broken(error.into()))?;
        let (member, last) = (&self.member, self.last.as_ref());
        let more = json!({
            "name": member.name,
            "ror": member.ror,
            "prefix": member.prefix,
            "base": member.base,
            "status": member.status,
            "successor": member.successor,
            "trust": member.trust,
            "origins": self.logs.iter().map(|log| &log.origin).collect::<Vec<_>>(),
            "lag": {
                "entries": self.entries_behind(),
                "seconds": self.seconds_behind,
                "current_at": last.and_then(|last| last.current_at.as_ref()),
            },
            "last_run": last.map(|last| &last.started_at),
            "stale_since": last.and_then(|last| last.stale_since.as_ref()),
            "failures": last.map_or(0, |last| last.failures),
            "cosigned_by": self.cosigned,
        });
        if let (Value::Object(value), Value::Object(more)) = (&mut value, more) {
            value.extend(more);
        }
        Ok(value)
    }
}

/// How every member stands, in the order of the roster, at one moment.
///
/// # Errors
/// When the ledger cannot be read.
pub(super) fn of_all(harvester: &Harvester) -> Result<Vec<Standing>, ServeError> {
    let roster = harvester.roster();
    let connection = &mut *harvester.desk().ledger.reader()?;
    connection.transaction(|connection| {
        let mut logs: HashMap<String, Vec<Log>> = HashMap::new();
        for log in log::all(connection)? {
            logs.entry(log.member.clone()).or_default().push(log);
        }
        let standing = |member: Member| {
            let logs = logs.remove(&member.id).unwrap_or_default();
            of(harvester, connection, member, logs)
        };
        roster.members.into_iter().map(standing).collect()
    })
}

/// How one member stands.
///
/// # Errors
/// 404 when the roster does not have it.
pub(super) fn of_one(
    harvester: &Harvester,
    connection: &mut Connection,
    id: &str,
) -> Result<Standing, ServeError> {
    let member = member(harvester, id)?;
    let logs = round::logs_of(connection, &member)?;
    of(harvester, connection, member, logs)
}

/// A member by its id.
///
/// # Errors
/// 404 when the roster does not have it.
pub(super) fn member(harvester: &Harvester, id: &str) -> Result<Member, ServeError> {
    let mut members = harvester.roster().members.into_iter();
    let found = members.find(|member| member.id == id);
    found.ok_or_else(|| ServeError::NotFound(format!("the roster has no member {id:?}")))
}

fn of(
    harvester: &Harvester,
    connection: &mut Connection,
    member: Member,
    logs: Vec<Log>,
) -> Result<Standing, ServeError> {
    let now = harvester.desk().clock.now();
    let last = run::last(connection, &member.id)?;
    let current_at = last.as_ref().and_then(|last| last.current_at.as_deref());
    let seconds_behind = current_at
        .map(|time| seconds_since(time, now))
        .transpose()?;
    let head = logs.last().and_then(|log| log.head.as_ref());
    let cosigned = cosigned_by(head, &harvester.roster().witnesses, now);
    Ok(Standing {
        report: round::report_on(connection, &member, &logs)?,
        member,
        logs,
        last,
        seconds_behind,
        cosigned,
    })
}

fn seconds_since(time: &str, now: OffsetDateTime) -> Result<i64, LedgerError> {
    let time = OffsetDateTime::parse(time, &Rfc3339)
        .map_err(|_| LedgerError::Contradiction(format!("{time:?} is remembered as a time")))?;
    // a clock that was set back is no reason to be ahead of a member
    Ok((now - time).whole_seconds().max(0))
}
