//! All members at once, each by itself, and how each of them stands.

use std::time::{Duration, Instant};

use futures_util::stream::{self, StreamExt};
use protocol::identifier::Namespace;
use protocol::roster::{Document, Member, Status, Trust};
use serde::Serialize;
use url::Url;

use super::desk::Desk;
use super::stop::{MemberState, Stop};
use super::{Task, harvest};
use crate::ledger::judge::{self, Counts};
use crate::ledger::log::{self, Log};
use crate::ledger::run::{self, Run};
use crate::ledger::{Connection, LedgerError};
use crate::verify::Rules;

/// How a member stands: what `sync` and `status` print (CONTRACT).
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct MemberReport {
    /// the member's id in the roster
    pub id: String,
    /// a state of section 6
    pub state: String,
    /// entries of its newest verified checkpoint
    pub size: u64,
    /// entries that the last run judged
    pub new: u64,
    /// the classes, which add up
    #[serde(flatten)]
    pub counts: Counts,
    /// how long the last run took
    pub seconds: f64,
    /// a sentence wherever the state is not `current`
    pub detail: String,
}

impl MemberReport {
    /// Whether an operator has to look: an active member that is not at its newest checkpoint.
    pub fn is_current(&self) -> bool {
        self.state == MemberState::Current.as_str()
    }
}

/// What a round is about.
#[derive(Debug, Clone)]
pub struct Round {
    /// the roster
    pub roster: Document,
    /// whether it has expired: then nothing new is judged
    pub is_expired: bool,
    /// members harvested at the same time
    pub at_once: usize,
    /// the longest run of one member; the next goes on
    pub longest: Duration,
    /// log prefixes of other harvesters' mirrors: `<portal>/mirror/`
    pub mirrors: Vec<Url>,
    /// whether the mirrors alone are asked
    pub only_mirrors: bool,
}

impl Round {
    /// Harvests members, several at the same time; `done` hears of each when it has ended.
    ///
    /// `alone` waits until nobody else harvests a member, and keeps it so. It is asked for each by itself, so that one whose other run
    /// hangs holds up none of the others.
    pub async fn run<Alone: Future>(
        &self,
        desk: &Desk,
        members: &[&Member],
        alone: impl Fn(&Member) -> Alone,
        done: impl Fn(&MemberReport),
    ) -> Result<Vec<MemberReport>, LedgerError> {
        let alone = &alone;
        let mut reports: Vec<Option<MemberReport>> = members.iter().map(|_| None).collect();
        let mut running = stream::iter(members.iter().enumerate())
            .map(|(place, member)| async move {
                let _alone = alone(member).await;
                (place, self.member(desk, member).await)
            })
            .buffer_unordered(self.at_once.max(1));
        while let Some((place, report)) = running.next().await {
            let report = report?;
            done(&report);
            reports[place] = Some(report);
        }
        Ok(reports.into_iter().flatten().collect())
    }

    /// Harvests one member and stores how it ended.
    ///
    /// # Errors
    /// When that cannot be stored.
    pub async fn member(&self, desk: &Desk, member: &Member) -> Result<MemberReport, LedgerError> {
        let started_at = desk.clock.timestamp();
        let start = Instant::now();
        let before = applied(desk, member)?;
        let (state, detail) = self.attempt(desk, member).await;
        let fetched = applied(desk, member)?.saturating_sub(before);
        let seconds = start.elapsed().as_secs_f64();
        if state == MemberState::Current {
            tracing::info!(member.id = %member.id, entries = fetched, elapsed_ms = (seconds * 1e3) as u64, "harvested");
        } else {
            tracing::warn!(member.id = %member.id, entries = fetched, state = state.as_str(), elapsed_ms = (seconds * 1e3) as u64, "harvest ended: {detail}");
        }
        desk.ledger.write(|connection| {
            let last = run::last(connection, &member.id)?;
            let now = desk.clock.timestamp();
            let is_current = state == MemberState::Current;
            let stale_since = (state == MemberState::Stale).then(|| {
                last.as_ref()
                    .and_then(|last| last.stale_since.clone())
                    .unwrap_or_else(|| now.clone())
            });
            let ended = Run {
                member: member.id.clone(),
                state: state.as_str().to_owned(),
                detail,
                started_at,
                seconds,
                fetched: fetched.cast_signed(),
                current_at: is_current
                    .then(|| now.clone())
                    .or_else(|| last.as_ref().and_then(|last| last.current_at.clone())),
                stale_since,
                failures: if is_current {
                    0
                } else {
                    last.map_or(1, |last| last.failures.saturating_add(1))
                },
            };
            run::set(connection, &ended)?;
            report(connection, member)
        })
    }

    async fn attempt(&self, desk: &Desk, member: &Member) -> (MemberState, String) {
        let (may_judge, state) = match (member.status, self.is_expired) {
            (Status::Retired, _) => {
                let sentence = "the roster says that it has ended; what it published stays";
                return (MemberState::Retired, sentence.to_owned());
            }
            (Status::Suspended, _) => (false, Some(MemberState::Suspended)),
            (Status::Active, true) => (false, Some(MemberState::RosterExpired)),
            (Status::Active, false) => (true, None),
        };
        let stop = match self.task(member, may_judge) {
            Err(stop) => Some(stop),
            Ok(task) => match tokio::time::timeout(self.longest, harvest(desk, &task)).await {
                Ok(ended) => ended.err(),
                Err(_) => Some(Stop::Partial(format!(
                    "its run was ended after {} minutes; the next goes on where it stopped",
                    self.longest.as_secs() / 60
                ))),
            },
        };
        match (state, stop) {
            (None, None) => (MemberState::Current, String::new()),
            (None, Some(stop)) => stop.state(),
            (Some(state), stop) => {
                let why = match state {
                    MemberState::Suspended => {
                        "the roster suspends it: it is mirrored, and nothing new is shown"
                    }
                    _ => "the roster has expired: it is mirrored, and nothing new is shown",
                };
                let and = stop.map(|stop| format!("; {}", stop.state().1));
                (state, format!("{why}{}", and.unwrap_or_default()))
            }
        }
    }

    /// What there is to harvest of a member. Nothing new is judged once the roster has expired.
    ///
    /// # Errors
    /// [`Stop`] for members that this version cannot harvest.
    pub fn task(&self, member: &Member, may_judge: bool) -> Result<Task, Stop> {
        if member.trust == Trust::Unsigned {
            return Err(Stop::Partial(
                "it does not sign, and this version reads signed logs only".to_owned(),
            ));
        }
        let [log] = &member.logs[..] else {
            return Err(Stop::Partial(format!(
                "the roster gives it {} logs, and this version reads members with one",
                member.logs.len()
            )));
        };
        if log.closed.is_some() {
            return Err(Stop::Partial(
                "the roster closes its log, which this version does not follow yet".to_owned(),
            ));
        }
        let own = Url::parse(&log.url).map_err(|error| {
            Stop::Unreachable(format!("the roster's log address {:?}: {error}", log.url))
        })?;
        let hash = crate::mirror::name_of(&log.origin);
        let mirrors = self
            .mirrors
            .iter()
            .filter_map(|mirror| mirror.join(&format!("{hash}/")).ok());
        let prefixes = Some(own)
            .filter(|_| !self.only_mirrors)
            .into_iter()
            .chain(mirrors)
            .collect();
        Ok(Task {
            member: member.id.clone(),
            log: log.clone(),
            prefixes,
            rules: Rules {
                prefix: member.prefix.clone(),
                namespace: namespace_of(&self.roster, member),
            },
            may_judge: may_judge && !self.is_expired,
        })
    }
}

/// The namespace of a member's records: its own, or the federation's.
pub fn namespace_of(roster: &Document, member: &Member) -> Namespace {
    member
        .namespace
        .clone()
        .unwrap_or_else(|| roster.namespace.clone())
}

/// How a member stands, without asking it.
///
/// # Errors
/// When a query fails, or the counts do not add up.
pub fn report(connection: &mut Connection, member: &Member) -> Result<MemberReport, LedgerError> {
    let logs = logs_of(connection, member)?;
    report_on(connection, member, &logs)
}

/// The same, where the member's logs are known already: for whoever asks about all members.
///
/// # Errors
/// As [`report`].
pub fn report_on(
    connection: &mut Connection,
    member: &Member,
    logs: &[Log],
) -> Result<MemberReport, LedgerError> {
    let mut counts = Counts::default();
    let mut size = 0;
    for log in logs {
        counts = counts + judge::counts(connection, log.id)?;
        size += log.head.as_ref().map_or(0, |head| head.size);
    }
    let last = run::last(connection, &member.id)?;
    let (state, detail) = match &last {
        Some(last) => (last.state.clone(), last.detail.clone()),
        None => (
            MemberState::Partial.as_str().to_owned(),
            "it was never harvested".to_owned(),
        ),
    };
    Ok(MemberReport {
        id: member.id.clone(),
        state,
        size,
        new: last.as_ref().map_or(0, |last| last.fetched.unsigned_abs()),
        counts,
        seconds: last.map_or(0.0, |last| last.seconds),
        detail,
    })
}

/// The logs of a member that are known here.
///
/// # Errors
/// When a query fails.
pub fn logs_of(connection: &mut Connection, member: &Member) -> Result<Vec<Log>, LedgerError> {
    Ok(log::all(connection)?
        .into_iter()
        .filter(|log| log.member == member.id)
        .collect())
}

fn applied(desk: &Desk, member: &Member) -> Result<u64, LedgerError> {
    let connection = &mut *desk.ledger.reader()?;
    Ok(logs_of(connection, member)?
        .iter()
        .map(|log| log.applied)
        .sum())
}
