//! `/iiif/presentation/3/<image or study>/manifest`.

use std::collections::HashMap;

use ::web::http::{Document, Keep, STATE, conditional};
use actix_web::{HttpRequest, HttpResponse, web};
use protocol::digest::Digest;
use protocol::identifier::Kind;

use super::opening::{find, open};
use super::{IiifError, find};
use crate::database::image as images;
use crate::database::standing::withdrawn_keys;
use crate::iiif::{Canvas, Identifier, MOST_CANVASES, Manifest, Rendering};
use crate::serve::blocking::blocking;
use crate::serve::contents;
use crate::serve::error::ServeError;
use crate::serve::name::Name;
use crate::serve::resolve::{Resolved, resolve};
use crate::serve::state::State;

/// The media type of manifests (Presentation API 3.0, section 6.3).
const MEDIA_TYPE: &str =
    "application/ld+json;profile=\"http://iiif.io/api/presentation/3/context.json\"";

/// Answers `/iiif/presentation/3/<image or study>[.<version>]/manifest`.
pub(crate) async fn manifest(
    state: web::Data<State>,
    request: HttpRequest,
    name: web::Path<String>,
) -> HttpResponse {
    match answer(&state, &request, &name).await {
        Ok(response) => response,
        Err(error) => error.respond(&request),
    }
}

async fn answer(
    state: &web::Data<State>,
    request: &HttpRequest,
    text: &str,
) -> Result<HttpResponse, IiifError> {
    let name = Name::parse(text, &state.archive.config().prefix)?;
    let (manifest, resolved) = if name.id.kind() == Kind::Study && name.suffix.is_none() {
        blocking(state, move |state| of_study(state, &name)).await?
    } else {
        of_image(state, text).await?
    };
    let services = state.address("iiif/3/");
    let json = manifest.to_json(&services, &state.pictures.limits)?;
    let text = format!("{json:#}\n");
    let tag = conditional::weak(&Digest::of(text.as_bytes()), "");
    let document = Document::text(text, tag, MEDIA_TYPE, Keep::Briefly);
    let document = match &resolved.mark {
        Some(mark) => document.with(STATE, mark.header()),
        None => document,
    };
    Ok(document.respond(request))
}

async fn of_image(
    state: &web::Data<State>,
    resource: &str,
) -> Result<(Manifest, Resolved), IiifError> {
    let found = find(state, resource).await?;
    let image = open(state, &found).await?;
    let full = image.source.levels()[0];
    let description = image.source.description();
    let (canvases, start) = Canvas::of_image(resource, description, [full.width, full.height]);
    let resolved = found.resolved.clone();
    let content = blocking(state, move |state| {
        let content = found.content(state)?;
        Ok((content, found.key))
    })
    .await?;
    let (content, key) = content;
    let title = content.study.images.iter().find(|image| image.key == key);
    let label = title.map_or_else(|| resource.to_owned(), |image| image.title.clone());
    let planes: u64 = description
        .axes
        .iter()
        .rev()
        .skip(2)
        .map(|axis| axis.size)
        .product();
    let remark = (canvases.len() == 1 && planes > MOST_CANVASES as u64).then(|| {
        "This image has more planes than viewers can list; its page shows all of them.".to_owned()
    });
    let manifest = Manifest {
        start,
        remark,
        rights: content.study.licence.clone(),
        ..described(state, resource, label, canvases)
    };
    Ok((manifest, resolved))
}

/// A canvas for each image whose size was read when the study was deposited; nothing is opened.
fn of_study(state: &State, name: &Name) -> Result<(Manifest, Resolved), ServeError> {
    let mut connection = state.archive.database().connection()?;
    let resolved = resolve(state, &mut connection, name)?.with_record()?;
    let content =
        contents::content(state, &resolved.row)?.ok_or_else(|| find::erased(&resolved))?;
    let rows = images::of_study(&mut connection, resolved.id.as_str())?;
    let ids: HashMap<&str, &str> = rows
        .iter()
        .map(|row| (row.image_key.as_str(), row.id.as_str()))
        .collect();
    let study = &content.study;
    let gone = withdrawn_keys(&mut connection, resolved.id.as_str())?;
    let shown = study
        .images
        .iter()
        .filter(|image| !gone.contains(&image.key));
    let with_size = shown.filter_map(|image| {
        let (id, pixels) = (ids.get(image.key.as_str())?, image.pixels.as_ref()?);
        (pixels.size_x > 0 && pixels.size_y > 0).then(|| Canvas {
            label: image.title.clone(),
            language: "none",
            width: pixels.size_x,
            height: pixels.size_y,
            identifier: Identifier {
                resource: (*id).to_owned(),
                rendering: Rendering::default(),
            },
        })
    });
    let canvases: Vec<Canvas> = with_size.take(MOST_CANVASES).collect();
    if canvases.is_empty() {
        return Err(ServeError::NotFound(format!(
            "{} has no image whose size is known here, so it has no manifest; its page says what there is",
            resolved.versioned()
        )));
    }
    let left_out = study.images.len() - canvases.len();
    let remark = (left_out > 0).then(|| {
        format!(
            "{} of the {} images of this study are not in this list: it has at most {MOST_CANVASES}, and those alone whose size is known. The study's page has all of them.",
            ::web::words::number(left_out as u64),
            ::web::words::number(study.images.len() as u64)
        )
    });
    let label = study
        .title
        .clone()
        .unwrap_or_else(|| resolved.id.to_string());
    let manifest = Manifest {
        remark,
        rights: study.licence.clone(),
        ..described(state, &name.stem(), label, canvases)
    };
    Ok((manifest, resolved))
}

fn described(state: &State, resource: &str, label: String, canvases: Vec<Canvas>) -> Manifest {
    Manifest {
        id: state.address(&format!("iiif/presentation/3/{resource}/manifest")),
        label,
        source: format!("{}, {resource}", state.archive.config().name),
        rights: None,
        page: state.address(&format!("id/{resource}")),
        record: state.address(&format!("id/{resource}.jsonld")),
        canvases,
        start: 0,
        remark: None,
    }
}
