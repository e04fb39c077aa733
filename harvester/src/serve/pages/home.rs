//! The start page: what this is, who belongs, and where to ask.

use ::web::{Site, words};
use askama::Template;
use protocol::roster::Trust;

use super::web_link;
use crate::serve::error::ServeError;
use crate::serve::standing::{self, Standing};
use crate::serve::state::Shared;

#[derive(Template)]
#[template(path = "home.html")]
struct HomePage<'a> {
    site: &'a Site,
    federation: String,
    members: Vec<Line>,
    records: String,
    roster_version: u64,
    state: Option<String>,
}

/// A member in the table.
struct Line {
    id: String,
    name: String,
    href: Option<String>,
    prefix: String,
    state: String,
    is_well: bool,
    is_signed: bool,
    detail: String,
    shown: String,
    quarantined: u64,
    current_at: Option<String>,
}

/// The start page.
///
/// # Errors
/// When the ledger cannot be read or the page cannot be written.
pub(in crate::serve) fn home(shared: &Shared) -> Result<String, ServeError> {
    let roster = shared.harvester.roster();
    let standings = standing::of_all(&shared.harvester)?;
    let shown: u64 = standings.iter().map(shown).sum();
    Ok(HomePage {
        site: &shared.site,
        federation: roster.name,
        members: standings.iter().map(line).collect(),
        records: words::count(shown, "record", "records"),
        roster_version: roster.version,
        state: shared.harvester.state().map(|state| state.id),
    }
    .render()?)
}

/// Records that everybody may find.
fn shown(standing: &Standing) -> u64 {
    let counts = &standing.report.counts;
    counts.current.saturating_sub(counts.suppressed)
}

fn line(standing: &Standing) -> Line {
    let (member, report) = (&standing.member, &standing.report);
    let last = standing.last.as_ref();
    Line {
        id: member.id.clone(),
        name: member.name.clone(),
        href: member.base.as_deref().and_then(web_link),
        prefix: member.prefix.to_string(),
        state: report.state.clone(),
        is_well: report.is_current(),
        is_signed: member.trust == Trust::Signed,
        detail: report.detail.clone(),
        shown: words::number(shown(standing)),
        quarantined: report.counts.quarantined,
        current_at: last
            .and_then(|last| last.current_at.as_deref())
            .map(|time| time.replace('T', " ").replace('Z', " UTC")),
    }
}
