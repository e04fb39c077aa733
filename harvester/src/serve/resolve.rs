//! `/id/<id>…`: every resource of the federation under one roof (docs/PROTOCOL.md section 2).
//!
//! ```text
//! gone                               410 with what remains, in whatever form
//! data (JSON-LD, Turtle, BibTeX, …)  from the mirror, never from the graph; 404 for what is not known here
//! page                               at the member; of one who cannot be sent to, the portal's own, marked as a copy
//! files, pictures, proofs            at the member
//! ```

use ::web::http::{Accept, Document, Format};
use actix_web::http::StatusCode;
use actix_web::http::header::{CACHE_CONTROL, CONTENT_LOCATION, LOCATION, VARY};
use actix_web::{HttpRequest, HttpResponse, web};

use super::error::ServeError;
use super::find::{self, Known, look_up};
use super::landing::turned;
use super::name::{Form, Name};
use super::owner::Owner;
use super::pages::{self, Visit};
use super::represent::{linkset, represent};
use super::state::{Shared, State, blocking};

/// What a name comes to.
enum Resolved {
    Document(Document),
    Elsewhere(String),
}

/// `/id/<id>[.<version>][.<suffix>]`.
pub(super) async fn resource(
    state: web::Data<State>,
    text: web::Path<String>,
    request: HttpRequest,
) -> Result<HttpResponse, ServeError> {
    let name = Name::parse(&text)?;
    let accept = Accept::of(request.headers());
    let is_negotiated = name.form == Form::Negotiated;
    let visit = Visit {
        images: turned(&request, "images", 1)?,
        is_versioned: name.is_versioned(),
        home: state.home(&request)?,
        query: request.query_string().to_owned(),
    };
    let resolved = blocking(&state, move |shared| {
        resolve(shared, &name, &accept, &visit)
    })
    .await?;
    Ok(match resolved {
        Resolved::Document(document) if is_negotiated => {
            document.with(VARY, "Accept").respond(&request)
        }
        Resolved::Document(document) => document.respond(&request),
        Resolved::Elsewhere(location) => redirect(StatusCode::SEE_OTHER, &location),
    })
}

fn resolve(
    shared: &Shared,
    name: &Name,
    accept: &Accept,
    visit: &Visit,
) -> Result<Resolved, ServeError> {
    let known = look_up(&shared.harvester, name)?;
    let kind = name.id.kind();
    let format = match name.form {
        Form::Fixed(format) => format,
        Form::Negotiated => accept.choose_for(kind).ok_or_else(|| {
            let forms = Format::of(kind).iter().map(|format| format.media_type());
            ServeError::NotAcceptable(forms.collect::<Vec<_>>().join(", "))
        })?,
        Form::LinkSet => {
            let found = find::record(known, name)?;
            return Ok(Resolved::Document(linkset(
                shared,
                &found,
                name,
                &visit.home,
            )?));
        }
        Form::OfMember => {
            let owner = owner_of(&known);
            return owner
                .page(name)
                .map(Resolved::Elsewhere)
                .ok_or_else(|| nobody(owner, name));
        }
    };
    match known {
        Known::Record(found) if format == Format::Html => match found.owner.page(name) {
            Some(location) => Ok(Resolved::Elsewhere(visit.with_spot(&location))),
            None => {
                let page = pages::resource(shared, &found, visit)?;
                Ok(Resolved::Document(page))
            }
        },
        // it may be newer than what is known here; the member's page says what it is
        Known::Nothing(owner) | Known::Aside(owner) if format == Format::Html => owner
            .page(name)
            .map(|location| Resolved::Elsewhere(visit.with_spot(&location)))
            .ok_or_else(|| nobody(&owner, name)),
        known => {
            let found = find::record(known, name)?;
            let document = represent(shared, found, name, format, &visit.home)?;
            let base_path = &shared.site.base_path;
            let own_address = format!("{base_path}id/{}.{}", name.stem(), format.suffix());
            Ok(Resolved::Document(match name.form {
                Form::Negotiated => document.with(CONTENT_LOCATION, own_address),
                _ => document,
            }))
        }
    }
}

/// `/id/<id>[.<version>]/…`: files, pictures and tiles of a resource.
pub(super) async fn below(
    state: web::Data<State>,
    path: web::Path<(String, String)>,
    request: HttpRequest,
) -> Result<HttpResponse, ServeError> {
    let name = Name::parse(&path.0)?;
    let rest = raw_rest(request.uri().path(), &state.shared().site.base_path);
    let rest = rest
        .ok_or_else(|| ServeError::NotFound(format!("there is nothing at {}", request.path())))?;
    let query = request.query_string().to_owned();
    let location = blocking(&state, move |shared| {
        let known = look_up(&shared.harvester, &name)?;
        let owner = owner_of(&known);
        owner
            .file(&name, &rest, &query)
            .ok_or_else(|| nobody(owner, &name))
    })
    .await?;
    Ok(redirect(StatusCode::TEMPORARY_REDIRECT, &location))
}

/// What follows `/id/<name>/`, as the client wrote it: a file's name with an escaped slash or question mark stays one.
fn raw_rest(path: &str, base_path: &str) -> Option<String> {
    let below = path
        .strip_prefix(&format!("{base_path}id/"))
        .or_else(|| path.strip_prefix("/id/"))?;
    below.split_once('/').map(|(_, rest)| rest.to_owned())
}

fn redirect(status: StatusCode, location: &str) -> HttpResponse {
    HttpResponse::build(status)
        .insert_header((LOCATION, location))
        .insert_header((CACHE_CONTROL, "no-cache"))
        .insert_header((VARY, "Accept"))
        .finish()
}

fn owner_of(known: &Known) -> &Owner {
    match known {
        Known::Record(found) => &found.owner,
        Known::Nothing(owner) | Known::Aside(owner) => owner,
    }
}

/// Nobody can be asked for what only its member has.
fn nobody(owner: &Owner, name: &Name) -> ServeError {
    ServeError::NotFound(format!(
        "only {} has this form or file of {}, and it cannot be asked; its records are kept here as /id/{}.jsonld, .ttl, .nq and .rdf",
        owner.member.name,
        name.stem(),
        name.stem()
    ))
}

#[cfg(test)]
mod tests {
    use super::raw_rest;

    #[test]
    fn what_follows_the_name_stays_as_it_was_written() {
        for (path, base, expected) in [
            (
                "/id/DND-S1/files/a%2Fb%3F.tif",
                "/",
                Some("files/a%2Fb%3F.tif"),
            ),
            ("/omma/id/DND-S1/files//x", "/omma/", Some("files//x")),
            (
                "/id/DND-S1/iiif/info.json",
                "/omma/",
                Some("iiif/info.json"),
            ),
            ("/id/DND-S1/", "/", Some("")),
            ("/id/DND-S1", "/", None),
        ] {
            assert_eq!(raw_rest(path, base).as_deref(), expected, "{path}");
        }
    }
}
