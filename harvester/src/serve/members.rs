//! Who belongs, how they stand, and why something stands aside.

use std::collections::BTreeMap;

use ::web::http::{Document, Keep};
use actix_web::{HttpRequest, HttpResponse, web};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use protocol::bundle;
use protocol::roster::Member;
use protocol::tile::{EntryBundleAddress, WIDTH};
use serde_json::{Value, json};

use super::error::ServeError;
use super::state::{State, blocking};
use crate::harvest::round;
use crate::ledger::log::Log;
use crate::ledger::quarantine::{self, Quarantined};
use crate::ledger::run;
use crate::mirror::LogMirror;
use crate::operate::Harvester;

/// Entries of a report on one page, unless it is asked for otherwise, and at most.
const PAGE: (i64, i64) = (100, 1_000);

/// The longest record whose bytes stand in a report.
const LONGEST_RECORD: usize = 64 << 10;

/// `/api/v1/members`.
pub(super) async fn list(state: web::Data<State>) -> Result<HttpResponse, ServeError> {
    let (members, roster) = blocking(&state, |harvester| {
        let roster = harvester.roster();
        let members = roster
            .members
            .iter()
            .map(|member| standing(harvester, member))
            .collect::<Result<Vec<Value>, ServeError>>()?;
        Ok((members, harvester.roster_standing()?))
    })
    .await?;
    Ok(HttpResponse::Ok().json(json!({ "members": members, "roster": roster })))
}

fn standing(harvester: &Harvester, member: &Member) -> Result<Value, ServeError> {
    let connection = &mut *harvester.desk().ledger.reader()?;
    let report = round::report(connection, member)?;
    let last = run::last(connection, &member.id)?;
    let behind = report.size.saturating_sub(report.counts.entries);
    let mut value =
        serde_json::to_value(&report).map_err(|error| ServeError::Broken(error.into()))?;
    let more = json!({
        "name": member.name,
        "ror": member.ror,
        "prefix": member.prefix,
        "base": member.base,
        "status": member.status,
        "trust": member.trust,
        "lag": {
            "entries": behind,
            "current_at": last.as_ref().and_then(|last| last.current_at.clone()),
        },
        "last_run": last.as_ref().map(|last| last.started_at.clone()),
        "stale_since": last.and_then(|last| last.stale_since),
    });
    if let (Value::Object(value), Value::Object(more)) = (&mut value, more) {
        value.extend(more);
    }
    Ok(value)
}

/// `/api/v1/members/<id>/report`.
pub(super) async fn report(
    state: web::Data<State>,
    id: web::Path<String>,
    page: web::Query<BTreeMap<String, String>>,
) -> Result<HttpResponse, ServeError> {
    let number = |name: &str, default: i64| match page.get(name) {
        None => Ok(default),
        Some(text) => text
            .parse::<i64>()
            .ok()
            .filter(|number| *number >= 0)
            .ok_or_else(|| {
                ServeError::Malformed(format!(
                    "parameter {name} is {text:?} and has to be a whole number"
                ))
            }),
    };
    let (from, size) = (number("from", 0)?, number("size", PAGE.0)?.min(PAGE.1));
    let value = blocking(&state, move |harvester| {
        let member = member(harvester, &id)?;
        let mut value = standing(harvester, &member)?;
        let connection = &mut *harvester.desk().ledger.reader()?;
        let mut quarantined = Vec::new();
        let mut warnings = Vec::new();
        let mut broken = Vec::new();
        for log in round::logs_of(connection, &member)? {
            let from = from.unsigned_abs();
            let mirror = mirror_of(harvester, &log)?;
            for entry in quarantine::list(connection, log.id, from, size)? {
                quarantined.push(in_quarantine(&mirror, &log, &entry)?);
            }
            for (index, sentence) in quarantine::warnings(connection, log.id, from, size)? {
                warnings.push(json!({"origin": log.origin, "index": index, "sentence": sentence}));
            }
            for bundle in quarantine::broken_bundles(connection, log.id)? {
                broken.push(json!({"origin": log.origin, "bundle": bundle.index, "sentence": bundle.sentence}));
            }
        }
        if let Value::Object(value) = &mut value {
            value.insert("quarantine".to_owned(), quarantined.into());
            value.insert("warnings".to_owned(), warnings.into());
            value.insert("broken_bundles".to_owned(), broken.into());
        }
        Ok(value)
    })
    .await?;
    Ok(HttpResponse::Ok().json(value))
}

/// An entry that stands aside, with its bytes: as text where they are, else in base64.
fn in_quarantine(mirror: &LogMirror, log: &Log, entry: &Quarantined) -> Result<Value, ServeError> {
    let bytes = entry_bytes(mirror, log, entry.index)?;
    let text = bytes
        .as_deref()
        .and_then(|bytes| std::str::from_utf8(bytes).ok());
    let record = match &entry.record {
        Some(digest) => mirror
            .record(entry.index, digest)
            .ok()
            .flatten()
            .filter(|bytes| bytes.len() <= LONGEST_RECORD),
        None => None,
    };
    Ok(json!({
        "origin": log.origin,
        "index": entry.index,
        "class": entry.class,
        "code": entry.code,
        "sentence": entry.sentence,
        "entry": text,
        "entry_base64": bytes.as_ref().filter(|_| text.is_none()).map(|bytes| STANDARD.encode(bytes)),
        "record": entry.record,
        "record_base64": record.map(|bytes| STANDARD.encode(bytes)),
    }))
}

/// The bytes of an entry, out of the mirror; none where its bundle is not there.
fn entry_bytes(mirror: &LogMirror, log: &Log, index: u64) -> Result<Option<Vec<u8>>, ServeError> {
    let bundle_index = index / WIDTH;
    let whole = EntryBundleAddress::new(bundle_index, WIDTH as u16);
    let head = log.head.as_ref().map_or(0, |head| head.size);
    let partial = EntryBundleAddress::new(bundle_index, (head % WIDTH) as u16);
    for address in [whole, partial].into_iter().flatten() {
        let found = mirror
            .read(&address.path())
            .map_err(|error| ServeError::Broken(error.into()))?;
        if let Some(bytes) = found
            && let Ok(entries) = bundle::decode_entries(&bytes, address.width())
        {
            return Ok(entries
                .get((index % WIDTH) as usize)
                .map(|entry| entry.to_vec()));
        }
    }
    Ok(None)
}

/// `/members/<id>/evidence`: proof of a fork, byte for byte.
pub(super) async fn evidence(
    state: web::Data<State>,
    id: web::Path<String>,
    request: HttpRequest,
) -> Result<HttpResponse, ServeError> {
    let bytes = blocking(&state, move |harvester| {
        let member = member(harvester, &id)?;
        for log in &member.logs {
            let path = harvester.desk().evidence_of(log.origin.as_str());
            match std::fs::read(&path) {
                Ok(bytes) => return Ok(bytes),
                Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
                Err(error) => return Err(ServeError::Broken(error.into())),
            }
        }
        Err(ServeError::NotFound(format!(
            "nothing proves that {} signed two histories",
            member.id
        )))
    })
    .await?;
    Ok(Document::hashed(bytes, "application/json", Keep::Revalidate).respond(&request))
}

/// `/roster`: the one that holds.
pub(super) async fn roster(
    state: web::Data<State>,
    request: HttpRequest,
) -> Result<HttpResponse, ServeError> {
    let version = state.harvester().roster().version;
    note(&state, version, Keep::Revalidate, &request).await
}

/// `/roster/<version>`.
pub(super) async fn roster_version(
    state: web::Data<State>,
    version: web::Path<String>,
    request: HttpRequest,
) -> Result<HttpResponse, ServeError> {
    let version = version
        .parse::<u64>()
        .map_err(|_| ServeError::NotFound(format!("{version} is no version of a roster")))?;
    note(&state, version, Keep::Immutable, &request).await
}

async fn note(
    state: &web::Data<State>,
    version: u64,
    keep: Keep,
    request: &HttpRequest,
) -> Result<HttpResponse, ServeError> {
    let note = blocking(state, move |harvester| {
        harvester.roster_note(version)?.ok_or_else(|| {
            ServeError::NotFound(format!("version {version} of the roster was not seen here"))
        })
    })
    .await?;
    Ok(Document::hashed(note, "text/plain; charset=utf-8", keep).respond(request))
}

/// A member by its id.
pub(super) fn member(harvester: &Harvester, id: &str) -> Result<Member, ServeError> {
    let roster = harvester.roster();
    let found = roster.members.into_iter().find(|member| member.id == id);
    found.ok_or_else(|| ServeError::NotFound(format!("the roster has no member {id:?}")))
}

fn mirror_of(harvester: &Harvester, log: &Log) -> Result<LogMirror, ServeError> {
    let origin = protocol::identifier::Origin::parse(&log.origin)
        .map_err(|error| ServeError::Broken(error.into()))?;
    Ok(harvester.desk().mirror.log(&origin))
}
