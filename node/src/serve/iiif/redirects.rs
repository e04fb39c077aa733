//! `/id/<image>/thumbnail` and `/id/<image>/iiif/…`: the ways to pictures that do not depend on how these are served.

use ::web::http::Keep;
use actix_web::http::StatusCode;
use actix_web::http::header::{CACHE_CONTROL, LOCATION};
use actix_web::{HttpRequest, HttpResponse, web};
use protocol::identifier::Kind;
use serde::Deserialize;

use super::answers::fitted;
use super::{IiifError, rest_of};
use crate::database::{derivation, image as images};
use crate::iiif::{Identifier, Refusal};
use crate::image::render::PictureFormat;
use crate::image::thumbnail::{FORMATS, SIDES};
use crate::serve::blocking::blocking;
use crate::serve::error::ServeError;
use crate::serve::name::Name;
use crate::serve::resolve::resolve;
use crate::serve::state::State;

/// What of a thumbnail can be chosen.
#[derive(Debug, Deserialize)]
pub(crate) struct Chosen {
    size: Option<u32>,
    format: Option<String>,
}

/// Answers `/id/<image>[.<version>]/iiif/…`.
pub(crate) async fn service(state: web::Data<State>, request: HttpRequest) -> HttpResponse {
    let rest = rest_of(&state, &request, "id/");
    // the name is looked up where this leads
    let (name, rest) = rest.split_once('/').unwrap_or((rest, ""));
    let rest = rest.strip_prefix("iiif").unwrap_or_default();
    let path = match rest {
        "/manifest" => format!("iiif/presentation/3/{name}/manifest"),
        _ => format!("iiif/3/{name}{rest}"),
    };
    redirect(&state.path(&path))
}

/// Answers `/id/<image or study>[.<version>]/thumbnail?size=256&format=jpg`; that of a study is of its first image.
pub(crate) async fn thumbnail(
    state: web::Data<State>,
    request: HttpRequest,
    name: web::Path<String>,
    chosen: web::Query<Chosen>,
) -> HttpResponse {
    match thumbnail_of(&state, &name, &chosen).await {
        Ok(path) => redirect(&state.path(&path)),
        Err(error) => error.respond(&request),
    }
}

async fn thumbnail_of(
    state: &web::Data<State>,
    name: &str,
    chosen: &Chosen,
) -> Result<String, IiifError> {
    let side = chosen.size.unwrap_or(SIDES[1]);
    if !SIDES.contains(&side) {
        return Err(Refusal::malformed(format!(
            "there is no thumbnail of {side} pixels; there are 128, 256 and 512"
        ))
        .into());
    }
    let wanted = chosen
        .format
        .as_deref()
        .unwrap_or(PictureFormat::Jpeg.extension());
    let format = FORMATS
        .into_iter()
        .find(|format| format.extension() == wanted);
    let format = format.ok_or_else(|| {
        Refusal::malformed(format!(
            "there is no thumbnail as {wanted:?}; there are jpg and webp"
        ))
    })?;
    let asked = Identifier::parse(name)?;
    let resource = asked.resource.clone();
    let resource = blocking(state, move |state| shown(state, &resource)).await?;
    fitted(state, &Identifier { resource, ..asked }, side, format).await
}

/// The image that stands for what a name means: itself, or of a study the first that can be looked at, else the first.
fn shown(state: &State, text: &str) -> Result<String, ServeError> {
    let name = Name::parse(text, &state.archive.config().prefix)?;
    if name.id.kind() != Kind::Study || name.suffix.is_some() {
        return Ok(text.to_owned());
    }
    let mut connection = state.archive.database().connection()?;
    let resolved = resolve(state, &mut connection, &name)?;
    if let Some((image, _)) = derivation::first_ready(&mut connection, resolved.id.as_str())? {
        return Ok(image);
    }
    let images = images::of_study(&mut connection, resolved.id.as_str())?;
    let first = images.into_iter().find(|image| image.present);
    first
        .map(|image| image.id)
        .ok_or_else(|| ServeError::NotFound(format!("{} has no image", resolved.versioned())))
}

fn redirect(location: &str) -> HttpResponse {
    HttpResponse::build(StatusCode::FOUND)
        .insert_header((LOCATION, location))
        .insert_header((CACHE_CONTROL, Keep::Briefly.cache_control()))
        .finish()
}
