//! The page of all members: how each stands, and how much there is of it.

use ::web::{Site, words};
use askama::Template;
use protocol::roster::Trust;

use crate::ledger::judge::Counts;
use crate::ledger::{Connection, log};
use crate::serve::error::ServeError;
use crate::serve::standing::{self, Standing};
use crate::serve::state::Shared;

#[derive(Template)]
#[template(path = "members.html")]
struct MembersPage<'a> {
    site: &'a Site,
    members: Vec<Line>,
    number: String,
    roster_version: u64,
    total: Counted,
}

/// A member in the table.
struct Line {
    name: String,
    href: String,
    prefix: String,
    state: &'static str,
    is_well: bool,
    is_signed: bool,
    /// `3 entries to read`; none where all are read
    lag: Option<String>,
    looked: String,
    changed: String,
    counted: Counted,
    share: String,
}

/// The classes of a log's entries, which add up.
pub(super) struct Counted {
    pub entries: String,
    pub newest: String,
    pub suppressed: String,
    pub older: String,
    pub removed: String,
    pub events: String,
    pub aside: String,
}

impl Counted {
    pub(super) fn of(counts: &Counts) -> Self {
        Self {
            entries: words::number(counts.entries),
            newest: words::number(counts.current),
            suppressed: words::number(counts.suppressed),
            older: words::number(counts.superseded),
            removed: words::number(counts.removed),
            events: words::number(counts.event),
            aside: words::number(counts.quarantined),
        }
    }
}

/// The page.
///
/// # Errors
/// When ledger or page cannot be had.
pub(in crate::serve) fn members(shared: &Shared) -> Result<String, ServeError> {
    let standings = standing::of_all(&shared.harvester)?;
    let total = standings
        .iter()
        .fold(Counts::default(), |sum, one| sum + one.report.counts);
    let connection = &mut *shared.harvester.desk().ledger.reader()?;
    let base_path = &shared.site.base_path;
    let members = standings
        .iter()
        .map(|one| line(base_path, connection, one, &total));
    Ok(MembersPage {
        site: &shared.site,
        members: members.collect::<Result<_, _>>()?,
        number: words::count(standings.len() as u64, "member", "members"),
        roster_version: shared.harvester.roster().version,
        total: Counted::of(&total),
    }
    .render()?)
}

fn line(
    base_path: &str,
    connection: &mut Connection,
    standing: &Standing,
    total: &Counts,
) -> Result<Line, ServeError> {
    let (member, counts) = (&standing.member, &standing.report.counts);
    Ok(Line {
        name: member.name.clone(),
        href: format!("{base_path}members/{}", member.id),
        prefix: member.prefix.to_string(),
        state: in_words(&standing.report.state),
        is_well: standing.report.is_current(),
        is_signed: member.trust == Trust::Signed,
        lag: lag(standing),
        looked: looked(standing),
        changed: changed(connection, standing)?,
        counted: Counted::of(counts),
        share: share(shown(counts), shown(total)),
    })
}

/// A state of docs/PROTOCOL.md section 6 in words.
pub(super) fn in_words(state: &str) -> &'static str {
    match state {
        "current" => "up to date",
        "partial" => "not read to its end yet",
        "stale" => "shows an older list",
        "rejected" => "serves what cannot be verified",
        "unreachable" => "does not answer",
        "frozen" => "frozen: it signed two histories",
        "suspended" => "suspended by the federation",
        "retired" => "has ended",
        _ => "waits for a newer list of members",
    }
}

/// Entries that it has signed and that are not read yet.
pub(super) fn lag(standing: &Standing) -> Option<String> {
    let behind = standing.entries_behind();
    (behind > 0).then(|| words::count(behind, "entry to read", "entries to read"))
}

/// When it was last asked.
pub(super) fn looked(standing: &Standing) -> String {
    let last = standing.last.as_ref();
    last.map_or_else(
        || "never".to_owned(),
        |last| words::moment(&last.started_at),
    )
}

/// When it last had anything new.
///
/// # Errors
/// When the ledger cannot be read.
pub(super) fn changed(
    connection: &mut Connection,
    standing: &Standing,
) -> Result<String, ServeError> {
    let mut newest = None;
    for log in &standing.logs {
        newest = newest.max(log::last_change(connection, log.id)?);
    }
    Ok(newest.map_or_else(|| "never".to_owned(), |time| words::moment(&time)))
}

/// Records that everybody may find.
pub(super) fn shown(counts: &Counts) -> u64 {
    counts.current.saturating_sub(counts.suppressed)
}

/// A part of all in whole per cent: `42 %`, `under 1 %`.
pub(super) fn share(part: u64, all: u64) -> String {
    let hundredths = u128::from(part) * 100;
    match (part, all) {
        (0, _) | (_, 0) => "0 %".to_owned(),
        (_, all) if hundredths < u128::from(all) => "under 1 %".to_owned(),
        (_, all) => format!("{} %", (hundredths + u128::from(all) / 2) / u128::from(all)),
    }
}

#[cfg(test)]
mod tests {
    use super::share;

    #[test]
    fn a_share_is_in_whole_per_cent() {
        for (part, all, expected) in [
            (0, 0, "0 %"),
            (0, 9, "0 %"),
            (1, 3, "33 %"),
            (2, 3, "67 %"),
            (1, 1000, "under 1 %"),
            (u64::MAX, u64::MAX, "100 %"),
        ] {
            assert_eq!(share(part, all), expected);
        }
    }
}
