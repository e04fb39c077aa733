//! `/api/v1/members` and `/members`, and below: how members stand, and why something stands aside.

use std::collections::BTreeMap;

use ::web::http::{Document, Keep};
use actix_web::http::header::CONTENT_DISPOSITION;
use actix_web::{HttpRequest, HttpResponse, web};
use serde_json::json;

use super::error::ServeError;
use super::landing::turned;
use super::pages::{self, MemberTurned};
use super::report::{self, Page, Part};
use super::standing;
use super::state::{State, blocking};

/// `/api/v1/members`.
pub(super) async fn list(state: web::Data<State>) -> Result<HttpResponse, ServeError> {
    let (members, roster) = blocking(&state, |shared| {
        let all = standing::of_all(&shared.harvester)?;
        let members = all.iter().map(standing::Standing::to_json);
        let members = members.collect::<Result<Vec<_>, _>>()?;
        Ok((members, shared.harvester.roster_standing()?))
    })
    .await?;
    Ok(HttpResponse::Ok().json(json!({ "members": members, "roster": roster })))
}

/// `/api/v1/members/<id>`.
pub(super) async fn one(
    state: web::Data<State>,
    id: web::Path<String>,
) -> Result<HttpResponse, ServeError> {
    let value = blocking(&state, move |shared| {
        let connection = &mut *shared.harvester.desk().ledger.reader()?;
        standing::of_one(&shared.harvester, connection, &id)?.to_json()
    })
    .await?;
    Ok(HttpResponse::Ok().json(value))
}

/// `/api/v1/members/<id>/report?from=&size=`.
pub(super) async fn report(
    state: web::Data<State>,
    id: web::Path<String>,
    asked: web::Query<BTreeMap<String, String>>,
) -> Result<HttpResponse, ServeError> {
    let page = Page::parse(&asked)?;
    let value = blocking(&state, move |shared| report::report(shared, &id, page)).await?;
    Ok(HttpResponse::Ok().json(value))
}

/// `/members/<id>/evidence`: proof of a fork, byte for byte (docs/PROTOCOL.md section 8).
pub(super) async fn evidence(
    state: web::Data<State>,
    id: web::Path<String>,
    request: HttpRequest,
) -> Result<HttpResponse, ServeError> {
    let bytes = blocking(&state, move |shared| {
        let member = standing::member(&shared.harvester, &id)?;
        for log in &member.logs {
            let path = shared.harvester.desk().evidence_of(log.origin.as_str());
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

/// `/members`.
pub(super) async fn all(
    state: web::Data<State>,
    request: HttpRequest,
) -> Result<HttpResponse, ServeError> {
    let page = blocking(&state, pages::members).await?;
    Ok(Document::page(page).respond(&request))
}

/// `/members/<id>?problems=&remarks=`.
pub(super) async fn member(
    state: web::Data<State>,
    id: web::Path<String>,
    request: HttpRequest,
) -> Result<HttpResponse, ServeError> {
    let turned = MemberTurned {
        problems: turned(&request, "problems", 0)?,
        remarks: turned(&request, "remarks", 0)?,
    };
    let page = blocking(&state, move |shared| pages::member(shared, &id, turned)).await?;
    Ok(Document::page(page).respond(&request))
}

/// `/members/<id>/aside/<origin hash>/<index>/{entry,record}`: the bytes of what stands aside, to be saved and looked into.
pub(super) async fn aside(
    state: web::Data<State>,
    path: web::Path<(String, String, String, String)>,
    request: HttpRequest,
) -> Result<HttpResponse, ServeError> {
    let (id, log, index, part) = path.into_inner();
    let absent = ServeError::NotFound(format!("there is nothing at {}", request.path()));
    let index = index.parse::<u64>().ok();
    let index = index.filter(|index| i64::try_from(*index).is_ok());
    let (part, index) = match (part.as_str(), index) {
        ("entry", Some(index)) => (Part::Entry, index),
        ("record", Some(index)) => (Part::Record, index),
        _ => return Err(absent),
    };
    let name = match part {
        Part::Entry => format!("{id}-{index}.json"),
        Part::Record => format!("{id}-{index}.nq"),
    };
    let bytes = blocking(&state, move |shared| {
        report::bytes_aside(shared, &id, &log, index, part)
    })
    .await?;
    let document = Document::hashed(
        bytes.ok_or(absent)?,
        "application/octet-stream",
        Keep::Revalidate,
    );
    // an id of a member is letters, digits and hyphens
    Ok(document
        .with(
            CONTENT_DISPOSITION,
            format!("attachment; filename=\"{name}\""),
        )
        .respond(&request))
}
