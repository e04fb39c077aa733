//! `/iiif/3/<identifier>/…`: pictures, `info.json`, and the way there.

use std::sync::Arc;

use ::web::http::{Document, Keep, STATE, conditional};
use actix_web::http::StatusCode;
use actix_web::http::header::{ACCEPT, CACHE_CONTROL, EntityTag, HeaderMap, LINK, LOCATION, VARY};
use actix_web::web::{self, Bytes};
use actix_web::{HttpRequest, HttpResponse};
use protocol::digest::Digest;

use super::find::Found;
use super::kept::OpenImage;
use super::opening::{find, open};
use super::{IiifError, rest_of};
use crate::derive::Progress;
use crate::iiif::{Address, Asked, Identifier, ImageRequest, Info, Limits, Resolved};
use crate::image::Level;
use crate::image::render::PictureFormat;
use crate::image::thumbnail::{FORMATS, SIDES};
use crate::serve::blocking::blocking;
use crate::serve::error::ServeError;
use crate::serve::state::State;

/// Goes into the tags of pictures: raised when the same request would give other bytes than before.
const MAKING: u32 = 2;

/// The compliance level that every answer names.
const PROFILE: &str = "<http://iiif.io/api/image/3/level2.json>;rel=\"profile\"";

/// The two media types of `info.json` (Image API 3.0, section 5.1).
const LINKED: &str = "application/ld+json;profile=\"http://iiif.io/api/image/3/context.json\"";
const PLAIN: &str = "application/json";

/// Answers everything below `/iiif/3/`.
pub(crate) async fn image(state: web::Data<State>, request: HttpRequest) -> HttpResponse {
    match answer(&state, &request).await {
        Ok(response) => response,
        Err(error) => error.respond(&request),
    }
}

async fn answer(
    state: &web::Data<State>,
    request: &HttpRequest,
) -> Result<HttpResponse, IiifError> {
    let address = Address::parse(rest_of(state, request, "iiif/3/"))?;
    let found = find(state, &address.identifier.resource).await?;
    match &address.asked {
        Asked::Base => {
            let segment = address.identifier.segment();
            Ok(HttpResponse::build(StatusCode::SEE_OTHER)
                .insert_header((LOCATION, state.path(&format!("iiif/3/{segment}/info.json"))))
                .insert_header((CACHE_CONTROL, Keep::Briefly.cache_control()))
                .finish())
        }
        Asked::Information => information(state, request, &address.identifier, &found).await,
        Asked::Picture(asked) => picture(state, request, &address.identifier, asked, &found).await,
    }
}

async fn information(
    state: &web::Data<State>,
    request: &HttpRequest,
    identifier: &Identifier,
    found: &Found,
) -> Result<HttpResponse, IiifError> {
    let image = open(state, found).await?;
    let description = image.source.description();
    if !identifier.rendering.is_default() {
        // what is not there has no description
        let turn = state.pictures.gate.enter().await?;
        let (image, rendering) = (Arc::clone(&image), identifier.rendering.clone());
        blocking(state, move |_| {
            let view = view_of(&image, &rendering);
            drop(turn);
            Ok(view)
        })
        .await??;
    }
    let study = found.study.clone();
    let content = blocking(state, move |state| {
        crate::serve::contents::content(state, &study)
    })
    .await?;
    let resource = &identifier.resource;
    let document = Info {
        id: &state.address(&format!("iiif/3/{}", identifier.segment())),
        description,
        full: image.source.levels()[0],
        limits: &state.pictures.limits,
        rights: content
            .as_ref()
            .and_then(|content| content.study.licence.as_deref()),
        manifest: &state.address(&format!("iiif/presentation/3/{resource}/manifest")),
        record: &state.address(&format!("id/{resource}.jsonld")),
    };
    let text = format!("{:#}\n", document.to_json());
    let media_type = if wants_linked(request.headers()) {
        LINKED
    } else {
        PLAIN
    };
    let tag = conditional::weak(
        &Digest::of(text.as_bytes()),
        media_type.get(..19).unwrap_or_default(),
    );
    let document = Document::text(text, tag, media_type, found.keep())
        .with(LINK, PROFILE)
        .with(VARY, "Accept");
    Ok(marked(document, found).respond(request))
}

fn wants_linked(headers: &HeaderMap) -> bool {
    headers
        .get_all(ACCEPT)
        .filter_map(|value| value.to_str().ok())
        .any(|value| value.contains("application/ld+json"))
}

async fn picture(
    state: &web::Data<State>,
    request: &HttpRequest,
    identifier: &Identifier,
    asked: &ImageRequest,
    found: &Found,
) -> Result<HttpResponse, IiifError> {
    let image = open(state, found).await?;
    let full = image.source.levels()[0];
    let asked = asked.resolve(full.width, full.height, &state.pictures.limits)?;
    let name = format!(
        "{}{}/{}",
        found.pixels(),
        identifier.rendering,
        asked.path()
    );
    let tag = tag_of(&name);
    let bytes = if conditional::is_known(request, &tag) {
        // what has this tag is what would be made
        Bytes::new()
    } else {
        match thumbnail(state, found, identifier, &asked, full).await? {
            Some(bytes) => bytes,
            None => made(state, &image, identifier, &asked, name).await?,
        }
    };
    let canonical = state.address(&format!("iiif/3/{}/{}", identifier.segment(), asked.path()));
    let media_type = asked.format().media_type();
    let document = Document::bytes(bytes.to_vec(), tag, media_type, found.keep())
        .with(LINK, format!("<{canonical}>;rel=\"canonical\""))
        .with(LINK, PROFILE);
    Ok(marked(document, found).respond(request))
}

fn tag_of(name: &str) -> EntityTag {
    conditional::strong(&Digest::of(format!("{MAKING} {name}").as_bytes()))
}

/// The picture, where it is one of those that were made of every image.
async fn thumbnail(
    state: &web::Data<State>,
    found: &Found,
    identifier: &Identifier,
    asked: &Resolved,
    full: Level,
) -> Result<Option<Bytes>, IiifError> {
    let Progress::Ready(place, _) = &found.progress else {
        return Ok(None);
    };
    if !identifier.rendering.is_default() {
        return Ok(None);
    }
    for side in SIDES {
        let format = asked.format();
        if FORMATS.contains(&format)
            && whole(full, side, format, &state.pictures.limits)?.path() == asked.path()
        {
            let path = place.thumbnail(side, format);
            let read = blocking(state, move |_| match std::fs::read(path) {
                Ok(bytes) => Ok(Some(Bytes::from(bytes))),
                // it was just removed; whether it may be seen was asked before
                Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
                Err(error) => Err(ServeError::unreadable(error)),
            });
            return Ok(read.await?);
        }
    }
    Ok(None)
}

/// The picture of a whole image in a square of this side, never enlarged.
fn whole(
    full: Level,
    side: u32,
    format: PictureFormat,
    limits: &Limits,
) -> Result<Resolved, IiifError> {
    let (width, height) = crate::image::thumbnail::fit(full.width, full.height, side);
    let last = format!("default.{}", format.extension());
    let asked = ImageRequest::parse("full", &format!("{width},{height}"), "0", &last)?;
    Ok(asked.resolve(full.width, full.height, limits)?)
}

/// The picture, out of memory or made now. Who asks for the same meanwhile waits for it.
async fn made(
    state: &web::Data<State>,
    image: &Arc<OpenImage>,
    identifier: &Identifier,
    asked: &Resolved,
    name: String,
) -> Result<Bytes, IiifError> {
    let pictures = &state.pictures;
    match pictures.made.get_value_or_guard_async(&name).await {
        Ok(bytes) => Ok(bytes),
        Err(place) => {
            let turn = pictures.gate.enter().await?;
            let image = Arc::clone(image);
            let rendering = identifier.rendering.clone();
            let asked = asked.clone();
            let bounds = pictures.bounds;
            let made = blocking(state, move |_| {
                let made = view_of(&image, &rendering)
                    .and_then(|view| Ok(asked.answer(image.source.as_ref(), &view, &bounds)?));
                drop(turn);
                Ok(made)
            })
            .await??;
            let bytes = Bytes::from(made);
            // nobody takes places away
            let _ = place.insert(bytes.clone());
            Ok(bytes)
        }
    }
}

fn view_of(
    image: &OpenImage,
    rendering: &crate::iiif::Rendering,
) -> Result<crate::image::render::View, IiifError> {
    let default = image.default_view()?;
    Ok(rendering.view(image.source.as_ref(), &default)?)
}

fn marked(document: Document, found: &Found) -> Document {
    match &found.resolved.mark {
        Some(mark) => document.with(STATE, mark.header()),
        None => document,
    }
}

/// The address of a picture of a whole image in a square of this side, never enlarged.
pub(super) async fn fitted(
    state: &web::Data<State>,
    identifier: &Identifier,
    side: u32,
    format: PictureFormat,
) -> Result<String, IiifError> {
    let found = find(state, &identifier.resource).await?;
    let image = open(state, &found).await?;
    let full = image.source.levels()[0];
    let asked = whole(full, side, format, &state.pictures.limits)?;
    Ok(format!("iiif/3/{}/{}", identifier.segment(), asked.path()))
}
