//! `/api/v1/records/<id>`: a record with who vouches for it.

use ::web::formats;
use actix_web::{HttpResponse, web};
use serde_json::{Value, json};

use super::cosigned::cosigned_by;
use super::error::ServeError;
use super::find::{Found, find};
use super::name::{Form, Name};
use super::represent::record_of;
use super::state::{Shared, State, blocking};
use crate::ledger::log;

/// `/api/v1/records/<id>` and `/api/v1/records/<id>.<version>`.
pub(super) async fn record(
    state: web::Data<State>,
    text: web::Path<String>,
) -> Result<HttpResponse, ServeError> {
    let name = Name::parse(&text)?;
    if name.form != Form::Negotiated {
        return Err(ServeError::NotFound(format!(
            "a record is asked for as {}, without the form; other forms are at /id/{}",
            name.stem(),
            name.as_str()
        )));
    }
    let value = blocking(&state, move |shared| {
        describe(shared, &find(&shared.harvester, &name)?)
    })
    .await?;
    Ok(HttpResponse::Ok().json(value))
}

fn describe(shared: &Shared, found: &Found) -> Result<Value, ServeError> {
    let (version, member) = (&found.version, &found.owner.member);
    let record = formats::json_ld(&record_of(found)?);
    let record: Value =
        serde_json::from_str(&record).map_err(|error| ServeError::Broken(error.into()))?;
    let harvester = &shared.harvester;
    let kept = log::by_id(&mut *harvester.desk().ledger.reader()?, version.log)?;
    let cosigned = cosigned_by(
        kept.head.as_ref(),
        &harvester.roster().witnesses,
        harvester.desk().clock.now(),
    );
    Ok(json!({
        "id": version.id.as_str(),
        "version": version.version,
        "iri": found.owner.namespace.iri(&version.id),
        "record": record,
        "member": {
            "id": member.id,
            "name": member.name,
            "status": member.status,
            "copy": found.owner.why_copy().map(|why| why.word()),
        },
        "trust": member.trust,
        "origin": version.origin,
        "index": version.index,
        "digest": version.digest,
        "verified_at": version.verified_at,
        "state": found.mark.state(),
        "versions": versions(found),
        "cosigned_by": cosigned,
        "federation_state": harvester.state().map(|state| state.id),
    }))
}

fn versions(found: &Found) -> Vec<Value> {
    found
        .versions
        .iter()
        .map(|version| {
            json!({
                "version": version.version,
                "origin": version.origin,
                "index": version.index,
                "digest": version.digest,
                "class": version.class_name(),
                "verified_at": version.verified_at,
            })
        })
        .collect()
}
