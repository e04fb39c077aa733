//! `/api/v1/members` and below, `/members/<id>/evidence`: how members stand, and why something stands aside.

use std::collections::BTreeMap;

use ::web::http::{Document, Keep};
use actix_web::{HttpRequest, HttpResponse, web};
use serde_json::json;

use super::error::ServeError;
use super::report::{self, Page};
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
