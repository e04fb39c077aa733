//! `/api/v1/records/<id>`: a record with who vouches for it.

use ::web::formats;
use actix_web::{HttpResponse, web};
use protocol::history::State as Shown;
use protocol::record::Record;
use serde_json::{Value, json};

use super::error::ServeError;
use super::resolve::{Asked, Found, find};
use super::state::{State, blocking};

/// `/api/v1/records/<id>` and `/api/v1/records/<id>.<version>`.
pub(super) async fn record(
    state: web::Data<State>,
    name: web::Path<String>,
) -> Result<HttpResponse, ServeError> {
    let asked = Asked::parse(&name)?;
    let value = blocking(&state, move |harvester| {
        let Found {
            version,
            versions,
            state,
            bytes,
            namespace,
            member,
        } = find(harvester, &asked)?;
        let iri = namespace.iri(&version.id);
        let record = Record::parse(bytes, &version.id, &namespace)
            .map_err(|error| ServeError::Broken(error.into()))?;
        let json_ld: Value = serde_json::from_str(&formats::json_ld(&record))
            .map_err(|error| ServeError::Broken(error.into()))?;
        let versions: Vec<Value> = versions
            .iter()
            .map(|version| {
                json!({
                    "version": version.version,
                    "index": version.index,
                    "digest": version.digest,
                    "class": version.class_name(),
                    "verified_at": version.verified_at,
                })
            })
            .collect();
        Ok(json!({
            "id": version.id.as_str(),
            "version": version.version,
            "iri": iri,
            "state": if state == Shown::Suppressed { "suppressed" } else { "public" },
            "member": {"id": member.id, "name": member.name, "trust": member.trust},
            "origin": version.origin,
            "index": version.index,
            "digest": version.digest,
            "verified_at": version.verified_at,
            "versions": versions,
            "federation_state": harvester.state().map(|state| state.id),
            "record": json_ld,
        }))
    })
    .await?;
    Ok(HttpResponse::Ok().json(value))
}
