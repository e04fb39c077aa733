//! `/studies/<id>` and `/images/<id>`: the portal's own pages, whoever the member is and whether it answers or not.

use ::web::http::Document;
use actix_web::http::StatusCode;
use actix_web::http::header::LOCATION;
use actix_web::{HttpRequest, HttpResponse, web};
use protocol::identifier::Kind;

use super::error::ServeError;
use super::find::{Known, look_up};
use super::name::{Form, Name};
use super::pages::{self, Visit};
use super::search::pairs;
use super::state::{State, blocking};

/// What a name comes to.
enum Landing {
    Page(Document),
    Absent(String),
}

/// `/studies/<id>[.<version>]?images=`.
pub(super) async fn study(
    state: web::Data<State>,
    text: web::Path<String>,
    request: HttpRequest,
) -> Result<HttpResponse, ServeError> {
    land(state, &text, request, Kind::Study).await
}

/// `/images/<id>[.<version>]`.
pub(super) async fn image(
    state: web::Data<State>,
    text: web::Path<String>,
    request: HttpRequest,
) -> Result<HttpResponse, ServeError> {
    land(state, &text, request, Kind::Image).await
}

async fn land(
    state: web::Data<State>,
    text: &str,
    request: HttpRequest,
    kind: Kind,
) -> Result<HttpResponse, ServeError> {
    let name = Name::parse(text)?;
    if name.form != Form::Negotiated {
        return Err(ServeError::NotFound(format!(
            "this is the address of pages; other forms of {} are at /id/{}",
            name.stem(),
            name.as_str()
        )));
    }
    if name.id.kind() != kind {
        let base_path = &state.shared().site.base_path;
        let mut location = pages::path_of(base_path, &name.id, name.version);
        if !request.query_string().is_empty() {
            location = format!("{location}?{}", request.query_string());
        }
        return Ok(HttpResponse::PermanentRedirect()
            .insert_header((LOCATION, location))
            .finish());
    }
    let visit = Visit {
        images: turned(&request, "images", 1)?,
        is_versioned: name.is_versioned(),
        home: state.home(&request)?,
        query: request.query_string().to_owned(),
    };
    let landing = blocking(&state, move |shared| {
        let absent = |owner: &_, is_announced| {
            pages::absent(shared, &name, owner, is_announced).map(Landing::Absent)
        };
        match look_up(&shared.harvester, &name)? {
            Known::Record(found) => pages::resource(shared, &found, &visit).map(Landing::Page),
            Known::Nothing(owner) => absent(&owner, false),
            Known::Aside(owner) => absent(&owner, true),
        }
    })
    .await?;
    Ok(match landing {
        Landing::Page(document) => document.respond(&request),
        Landing::Absent(page) => HttpResponse::build(StatusCode::NOT_FOUND)
            .content_type("text/html; charset=utf-8")
            .body(page),
    })
}

/// The number that a parameter turns a list to.
///
/// # Errors
/// 400 for what is no number. Parameters of other names are somebody else's and change nothing.
pub(super) fn turned(request: &HttpRequest, name: &str, usual: u64) -> Result<u64, ServeError> {
    let pairs = pairs(request)?;
    let Some((_, value)) = pairs.into_iter().find(|(other, _)| other == name) else {
        return Ok(usual);
    };
    let number = value.parse::<u64>().ok();
    number
        .filter(|number| i64::try_from(*number).is_ok())
        .ok_or_else(|| {
            let value: String = value.chars().take(40).collect();
            ServeError::Malformed(format!(
                "parameter {name} is {value:?} and has to be a whole number"
            ))
        })
}
