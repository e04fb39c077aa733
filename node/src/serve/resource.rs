//! `/id/<id>`: a resource in the form that the client wants.

use ::web::formats::{LINKSET_MEDIA_TYPE, of_study};
use ::web::http::{Accept, Document, EDITOR_POLICY, Format, Keep, ROBOTS_TAG, STATE, Suffix};
use actix_web::http::StatusCode;
use actix_web::http::header::{
    CACHE_CONTROL, CONTENT_LOCATION, CONTENT_SECURITY_POLICY, LINK, LOCATION, VARY,
};
use actix_web::{HttpRequest, HttpResponse, web};
use protocol::identifier::Kind;
use url::form_urlencoded;

use super::blocking::blocking;
use super::described::{archive_of, bytes_of, label, reading_of, record_of, signposts};
use super::error::ServeError;
use super::iiif::{self, Looked};
use super::items::items;
use super::name::Name;
use super::pages::{self, Turned};
use super::resolve::{Resolved, resolve};
use super::state::State;
use crate::database::Connection;

/// Answers `/id/<id>[.<version>][.<suffix>]`.
pub(super) async fn resource(
    state: web::Data<State>,
    request: HttpRequest,
    name: web::Path<String>,
    turned: web::Query<Turned>,
) -> Result<HttpResponse, ServeError> {
    let name = Name::parse(&name, &state.archive.config().prefix)?;
    let wanted = match name.suffix {
        Some(suffix) => Some(suffix),
        None => Accept::of(request.headers())
            .choose_for(name.id.kind())
            .map(Suffix::Form),
    };
    let query: Vec<(String, String)> = form_urlencoded::parse(request.query_string().as_bytes())
        .into_owned()
        .collect();
    let is_page_of_image =
        wanted == Some(Suffix::Form(Format::Html)) && name.id.kind() == Kind::Image;
    let looked = match is_page_of_image {
        true => iiif::look(&state, &name.stem(), &query).await?,
        false => None,
    };
    if let Some(Looked::Sent(query)) = &looked {
        return Ok(HttpResponse::build(StatusCode::SEE_OTHER)
            .insert_header((LOCATION, format!("?{query}#look")))
            .insert_header((CACHE_CONTROL, Keep::Revalidate.cache_control()))
            .finish());
    }
    let answer = move |state: &State| document(state, &name, wanted, &turned, looked);
    let document = blocking(&state, answer).await?;
    Ok(document.respond(&request))
}

fn document(
    state: &State,
    name: &Name,
    wanted: Option<Suffix>,
    turned: &Turned,
    looked: Option<Looked>,
) -> Result<Document, ServeError> {
    let mut connection = state.archive.database().connection()?;
    let resolved = resolve(state, &mut connection, name)?.with_record()?;
    let document = match wanted.ok_or_else(|| not_acceptable(state, name))? {
        Suffix::LinkSet => linkset(state, &mut connection, &resolved)?,
        Suffix::Form(Format::Html) => {
            let archive = archive_of(state);
            let reading = reading_of(state, &resolved)?;
            let has_viewer = looked.is_some();
            let page =
                pages::of_resource(state, &mut connection, &resolved, &reading, turned, looked)?;
            let links = signposts(state, &resolved, &archive).of_page(&reading);
            let page = kept_from_search(&resolved, Document::page(page).with(LINK, links));
            match has_viewer {
                true => page.with(CONTENT_SECURITY_POLICY, EDITOR_POLICY),
                false => page,
            }
        }
        Suffix::Form(format) => representation(state, &resolved, name, format)?,
    };
    let document = match name.suffix {
        None => document.with(VARY, "Accept"),
        Some(_) => document,
    };
    Ok(match &resolved.mark {
        Some(mark) => document.with(STATE, mark.header()),
        None => document,
    })
}

/// What is suppressed, superseded or older than the newest is nothing that a search engine should show.
fn kept_from_search(resolved: &Resolved, page: Document) -> Document {
    match pages::is_for_search(resolved) {
        true => page,
        false => page.with(ROBOTS_TAG, "noindex"),
    }
}

/// The links of the page as a document of their own.
fn linkset(
    state: &State,
    connection: &mut Connection,
    resolved: &Resolved,
) -> Result<Document, ServeError> {
    let archive = archive_of(state);
    let reading = reading_of(state, resolved)?;
    let contents = items(state, connection, resolved)?;
    let text = signposts(state, resolved, &archive).linkset(&reading, contents);
    Ok(Document::written(text, LINKSET_MEDIA_TYPE, keep(resolved)))
}

/// The record in a form for programs.
fn representation(
    state: &State,
    resolved: &Resolved,
    name: &Name,
    format: Format,
) -> Result<Document, ServeError> {
    let archive = archive_of(state);
    let links = signposts(state, resolved, &archive).of_form(format);
    let media_type = format.media_type();
    let keep = keep(resolved);
    let document = if format == Format::NQuads {
        let (digest, bytes) = bytes_of(state, &resolved.row)?;
        Document::exact(bytes, digest, media_type, keep)
    } else {
        let record = record_of(state, resolved)?;
        let text = of_study(&record, resolved.version(), format, &archive, label)?;
        // its tag is not the record's: the archive's name and address go into some forms
        Document::written(text, media_type, keep)
    };
    let document = document.with(LINK, links);
    Ok(match name.suffix {
        Some(_) => document,
        None => {
            let own = state.path(&format!("id/{}.{}", name.stem(), format.suffix()));
            document.with(CONTENT_LOCATION, own)
        }
    })
}

/// A version never changes, but may be redacted.
fn keep(resolved: &Resolved) -> Keep {
    match resolved.is_versioned {
        true => Keep::Briefly,
        false => Keep::Revalidate,
    }
}

fn not_acceptable(state: &State, name: &Name) -> ServeError {
    let forms: Vec<String> = Format::of(name.id.kind())
        .iter()
        .skip(1)
        .map(|format| {
            format!(
                "{} at {}",
                format.media_type(),
                state.path(&format!("id/{}.{}", name.stem(), format.suffix()))
            )
        })
        .collect();
    ServeError::NotAcceptable(format!(
        "{} has none of the forms that you accept; it has text/html, {}",
        name.stem(),
        forms.join(", ")
    ))
}
