//! Opens an image, or gives the one that is open.

use std::sync::Arc;

use actix_web::web;

use super::IiifError;
use super::find::{self, Found};
use super::kept::{OpenImage, Opened, refusal_of, refused};
use crate::derive::{Pixels, Progress, files_of, is_converted};
use crate::image::render::RenderError;
use crate::image::{ImageError, PixelSource};
use crate::serve::blocking::blocking;
use crate::serve::error::ServeError;
use crate::serve::state::State;

/// An image whose pixels can be read, or why they cannot.
type Source = Result<Arc<dyn PixelSource>, ImageError>;

/// The image that a resource names, if it may be seen.
///
/// # Errors
/// 404, 410.
pub(super) async fn find(state: &web::Data<State>, resource: &str) -> Result<Found, IiifError> {
    let resource = resource.to_owned();
    Ok(blocking(state, move |state| find::image(state, &resource)).await?)
}

/// Opens it, where it is not open. Whoever wants the same image meanwhile waits for it.
///
/// # Errors
/// Where no reader understands its files, or they cannot be read.
pub(super) async fn open(
    state: &web::Data<State>,
    found: &Found,
) -> Result<Arc<OpenImage>, IiifError> {
    let pictures = &state.pictures;
    let opened = match pictures
        .opened
        .get_value_or_guard_async(&found.pixels())
        .await
    {
        Ok(opened) => opened,
        Err(place) => {
            let turn = pictures.gate.enter().await?;
            let found = found.clone();
            let opened = blocking(state, move |state| {
                let opened = open_now(state, &found);
                drop(turn);
                Ok(opened)
            })
            .await??;
            // nobody takes places away
            let _ = place.insert(opened.clone());
            opened
        }
    };
    match opened {
        Opened::Readable(image) => Ok(image),
        Opened::Refused(refusal) => Err(refusal.into()),
    }
}

fn open_now(state: &State, found: &Found) -> Result<Opened, IiifError> {
    let opened = match &found.progress {
        Progress::Ready(place, made) if made.pixels == Pixels::Pyramid => {
            let chunks = Arc::clone(&state.pictures.chunks);
            let source = place.open_pyramid_sharing(chunks);
            return opened_now(source.map(OpenImage::of_pyramid));
        }
        Progress::Unreadable(reason) => return Ok(Opened::Refused(refused(reason))),
        // it can be looked at before that: slower, where the files are such
        Progress::Ready(..) | Progress::Waiting | Progress::NotMade => {
            match as_deposited(state, found)? {
                Some(opened) => opened,
                None => return not_from_files(found),
            }
        }
    };
    opened_now(opened.map(OpenImage::of_deposit))
}

fn opened_now(opened: Result<OpenImage, ImageError>) -> Result<Opened, IiifError> {
    match opened {
        Ok(image) => Ok(Opened::Readable(Arc::new(image))),
        Err(error) => match refusal_of(error) {
            Ok(refusal) => Ok(Opened::Refused(refusal)),
            Err(error) => Err(IiifError::Refused(RenderError::from(error).into())),
        },
    }
}

/// Of files that can be read by way of a converter alone there is no picture before they were made ready.
fn not_from_files(found: &Found) -> Result<Opened, IiifError> {
    match found.progress {
        Progress::Waiting => Err(ServeError::NotReady(format!(
            "{} is still being made ready to be looked at; ask again in a moment",
            found.resolved.versioned()
        ))
        .into()),
        _ => Ok(Opened::Refused(refused(
            "its files have to be converted before it can be looked at, which is done for the newest version alone",
        ))),
    }
}

/// Opens the files; none where no reader here could.
fn as_deposited(state: &State, found: &Found) -> Result<Option<Source>, IiifError> {
    let content = found.content(state)?;
    let image = content.study.images.iter().find(|one| one.key == found.key);
    let image = image.ok_or_else(|| {
        ServeError::Broken(format!(
            "{} is not in its study; run omma-node check",
            found.resolved.versioned()
        ))
    })?;
    if is_converted(image) {
        return Ok(None);
    }
    let version = found.study.version.unsigned_abs();
    let files = files_of(&state.archive, &found.study.id, version, image);
    Ok(Some(state.pictures.images.open(&files)))
}
