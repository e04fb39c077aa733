//! The page of a member: how it stands, and what of it stands aside and why.

use ::web::page::{Linked, Pair};
use ::web::words::sentence;
use ::web::{Site, words};
use askama::Template;
use diesel::Connection as _;
use protocol::digest::Digest;
use protocol::identifier::Accession;
use protocol::roster::{Status, Trust};

use super::about::path_of;
use super::evidence::trouble;
use super::members::{Counted, changed, in_words, lag, looked, share, shown};
use super::web_link;
use crate::ledger::Connection;
use crate::ledger::judge::Counts;
use crate::ledger::log::Log;
use crate::ledger::quarantine::{self, Quarantined};
use crate::serve::error::ServeError;
use crate::serve::report::cut::cut;
use crate::serve::standing::{self, Standing};
use crate::serve::state::Shared;

/// Problems, and remarks, on a page.
const ON_PAGE: usize = 50;
/// Kinds of remarks that are summed up.
const MOST_OFTEN: i64 = 12;
/// Warnings that one entry has at most, and more: so that a page never ends between two of one entry.
const OF_ONE: usize = crate::verify::MOST_WARNINGS;

/// What the reader turned to: the first index of problems, and of remarks.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(in crate::serve) struct MemberTurned {
    /// `problems=`
    pub problems: u64,
    /// `remarks=`
    pub remarks: u64,
}

#[derive(Template)]
#[template(path = "member.html")]
struct MemberPage<'a> {
    site: &'a Site,
    id: String,
    name: String,
    state: &'static str,
    is_well: bool,
    is_frozen: bool,
    is_signed: bool,
    trouble: Option<String>,
    /// what the last run said, as a sentence
    detail: Option<String>,
    pairs: Vec<Pair>,
    counted: Counted,
    share: String,
    problems: Vec<Problem>,
    more_problems: Option<String>,
    often: Vec<Often>,
    remarks: Vec<Remark>,
    more_remarks: Option<String>,
    is_later: bool,
    broken: Vec<String>,
    search_href: String,
}

/// An entry that stands aside.
struct Problem {
    index: String,
    class: &'static str,
    code: String,
    sentence: String,
    /// the bytes of the entry, and of its record where it announced one
    entry: String,
    record: Option<String>,
}

/// What a record that is shown could do better.
struct Remark {
    index: u64,
    /// the record, with its page
    record: Option<Linked>,
    sentences: Vec<String>,
}

/// Something that records could do better, and how many.
struct Often {
    sentence: String,
    records: String,
}

/// The page.
///
/// # Errors
/// 404 when the roster does not have it; when ledger or page cannot be had.
pub(in crate::serve) fn member(
    shared: &Shared,
    id: &str,
    turned: MemberTurned,
) -> Result<String, ServeError> {
    let harvester = &shared.harvester;
    let total = standing::of_all(harvester)?
        .iter()
        .fold(Counts::default(), |sum, one| sum + one.report.counts);
    let connection = &mut *harvester.desk().ledger.reader()?;
    // one snapshot: counts and lists are of the same moment
    let page = connection.transaction(|connection| {
        let standing = standing::of_one(harvester, connection, id)?;
        page(shared, connection, &standing, &total, turned)
    })?;
    Ok(page.render()?)
}

fn page<'a>(
    shared: &'a Shared,
    connection: &mut Connection,
    standing: &Standing,
    total: &Counts,
    turned: MemberTurned,
) -> Result<MemberPage<'a>, ServeError> {
    let (member, report) = (&standing.member, &standing.report);
    let mut page = MemberPage {
        site: &shared.site,
        id: member.id.clone(),
        name: member.name.clone(),
        state: in_words(&report.state),
        is_well: report.is_current(),
        is_frozen: report.state == "frozen",
        is_signed: member.trust == Trust::Signed,
        trouble: trouble(standing),
        detail: (!report.detail.is_empty()).then(|| sentence(&report.detail)),
        pairs: pairs(connection, standing)?,
        counted: Counted::of(&report.counts),
        share: share(shown(&report.counts), shown(total)),
        problems: Vec::new(),
        more_problems: None,
        often: Vec::new(),
        remarks: Vec::new(),
        more_remarks: None,
        is_later: turned != MemberTurned::default(),
        broken: Vec::new(),
        search_href: format!("{}search?member={}", shared.site.base_path, member.id),
    };
    let at = |problems: u64, remarks: u64, anchor: &str| {
        let here = format!("{}members/{}", shared.site.base_path, member.id);
        format!("{here}?problems={problems}&remarks={remarks}#{anchor}")
    };
    let (problems, next) = problems(shared, connection, standing, turned.problems)?;
    page.problems = problems;
    page.more_problems = next.map(|next| at(next, turned.remarks, "problems"));
    let (remarks, next) = remarks(shared, connection, &standing.logs, turned.remarks)?;
    page.remarks = remarks;
    page.more_remarks = next.map(|next| at(turned.problems, next, "remarks"));
    for log in &standing.logs {
        if !page.is_later {
            page.often.extend(often(connection, log)?);
        }
        let broken = quarantine::broken_bundles(connection, log.id)?;
        let broken = broken.iter().take(ON_PAGE);
        page.broken
            .extend(broken.map(|bundle| sentence(&bundle.sentence)));
    }
    Ok(page)
}

/// A page of what stands aside in all logs, from an index on, and the index at which the next begins.
fn problems(
    shared: &Shared,
    connection: &mut Connection,
    standing: &Standing,
    from: u64,
) -> Result<(Vec<Problem>, Option<u64>), ServeError> {
    let mut lists = Vec::with_capacity(standing.logs.len());
    for log in &standing.logs {
        lists.push(quarantine::list(
            connection,
            log.id,
            from,
            ON_PAGE as i64 + 1,
        )?);
    }
    let next = cut(&mut lists, ON_PAGE, |entry| entry.index);
    let mut shown = Vec::new();
    for (log, entries) in standing.logs.iter().zip(lists) {
        let name = Digest::of(log.origin.as_bytes());
        let (base_path, id) = (&shared.site.base_path, &standing.member.id);
        let folder = format!("{base_path}members/{id}/aside/{name}");
        shown.extend(entries.into_iter().map(|entry| problem(&folder, entry)));
    }
    Ok((shown, next))
}

fn problem(folder: &str, entry: Quarantined) -> Problem {
    Problem {
        index: words::number(entry.index),
        class: match entry.class {
            "unavailable" => "still missing",
            "deferred" => "for a later version of this program",
            _ => "against the rules",
        },
        sentence: sentence(&entry.sentence),
        code: entry.code,
        entry: format!("{folder}/{}/entry", entry.index),
        record: entry
            .record
            .map(|_| format!("{folder}/{}/record", entry.index)),
    }
}

/// A page of what records of all logs could do better, from an index on, and the index at which the next begins.
fn remarks(
    shared: &Shared,
    connection: &mut Connection,
    logs: &[Log],
    from: u64,
) -> Result<(Vec<Remark>, Option<u64>), ServeError> {
    let most = (ON_PAGE + OF_ONE + 1) as i64;
    let mut lists = Vec::with_capacity(logs.len());
    for log in logs {
        lists.push(quarantine::warnings(connection, log.id, from, most)?);
    }
    let next = cut(&mut lists, ON_PAGE, |(index, _)| *index);
    let mut shown = Vec::new();
    for (log, warnings) in logs.iter().zip(lists) {
        shown.extend(remarks_of(shared, connection, log, &warnings)?);
    }
    Ok((shown, next))
}

/// Warnings of a log, those of one entry together, with the record that it announced.
fn remarks_of(
    shared: &Shared,
    connection: &mut Connection,
    log: &Log,
    warnings: &[(u64, String)],
) -> Result<Vec<Remark>, ServeError> {
    let indexes: Vec<u64> = warnings.iter().map(|(index, _)| *index).collect();
    let mut named = quarantine::named(connection, log.id, &indexes)?;
    let of_one = warnings.chunk_by(|(one, _), (next, _)| one == next);
    let remarks = of_one.map(|of_one| {
        let index = of_one[0].0;
        let record = named.remove(&index).map(|(id, version)| {
            let href = Accession::parse(&id)
                .ok()
                .map(|id| path_of(&shared.site.base_path, &id, Some(version)));
            match href {
                Some(href) => Linked::to(id, href),
                None => Linked::text(id),
            }
        });
        Remark {
            index,
            record,
            sentences: of_one.iter().map(|(_, text)| sentence(text)).collect(),
        }
    });
    Ok(remarks.collect())
}

/// What records of a log could do better, over all of it.
fn often(connection: &mut Connection, log: &Log) -> Result<Vec<Often>, ServeError> {
    let counted = quarantine::warnings_counted(connection, log.id, MOST_OFTEN)?;
    let counted = counted.into_iter();
    Ok(counted
        .map(|(text, number)| Often {
            sentence: sentence(&text),
            records: words::count(number, "record", "records"),
        })
        .collect())
}

/// Whom to write to: an address by e-mail, a page, or words.
fn contact(text: &str) -> Pair {
    let contact = match ::web::oai::is_email(text) {
        true => Linked::to(text, format!("mailto:{text}")),
        false => Linked::out(text, Some(text)),
    };
    Pair::linked("Contact", contact)
}

/// What the roster says of it, and when it was asked.
fn pairs(connection: &mut Connection, standing: &Standing) -> Result<Vec<Pair>, ServeError> {
    let member = &standing.member;
    let mut pairs = Vec::new();
    let base = member
        .base
        .as_deref()
        .map(|base| Linked::out(base, web_link(base).as_deref()));
    pairs.extend(base.map(|base| Pair::linked("Address", base)));
    let ror = member.ror.as_deref().map(|ror| Linked::out(ror, Some(ror)));
    pairs.extend(ror.map(|ror| Pair::linked("Organisation", ror)));
    pairs.extend(member.contact.as_deref().map(contact));
    pairs.push(Pair::new("Identifiers", format!("{}-…", member.prefix)));
    let status = match member.status {
        Status::Active => "member",
        Status::Suspended => "suspended",
        Status::Retired => "has ended",
    };
    pairs.push(Pair::new("Standing in the federation", status));
    let successor = member.successor.as_deref();
    pairs.extend(successor.map(|text| Pair::linked("Successor", Linked::out(text, Some(text)))));
    pairs.push(Pair::new("Last asked", looked(standing)));
    let current_at = standing
        .last
        .as_ref()
        .and_then(|last| last.current_at.as_deref());
    let confirmed = current_at.map_or_else(|| "never".to_owned(), words::moment);
    pairs.push(Pair::new("Last found up to date", confirmed));
    pairs.push(Pair::new("Last change", changed(connection, standing)?));
    pairs.extend(lag(standing).map(|lag| Pair::new("Behind", lag)));
    for log in &member.logs {
        pairs.push(Pair::new("Log", log.origin.as_str()));
        let keys = log.keys.iter();
        pairs.extend(keys.map(|key| Pair::new("Key of the log", key.vkey.to_string())));
    }
    pairs.extend(standing.cosigned.iter().map(|witness| {
        let seen = format!("{}, {}", witness.name, words::moment(&witness.time));
        Pair::new("Seen by a witness", seen)
    }));
    Ok(pairs)
}

#[cfg(test)]
mod tests {
    use super::contact;

    #[test]
    fn whom_to_write_to_is_a_link_only_where_it_can_be_one() {
        for (text, href) in [
            ("images@example.org", Some("mailto:images@example.org")),
            ("https://example.org/help", Some("https://example.org/help")),
            (
                "javascript:alert(1)@x.y",
                Some("mailto:javascript:alert(1)@x.y"),
            ),
            ("javascript:alert(1)", None),
            ("the front desk", None),
        ] {
            assert_eq!(contact(text).value.href.as_deref(), href, "{text}");
        }
    }
}
