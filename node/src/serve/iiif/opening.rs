//! Opens an image, or gives the one that is open.

use std::sync::Arc;

use actix_web::web;

use super::IiifError;
use super::find::{self, Found};
use super::kept::{OpenImage, Opened, refusal_of};
use super::stored_files::StudyFiles;
use crate::image::ImageFiles;
use crate::image::render::RenderError;
use crate::serve::blocking::blocking;
use crate::serve::error::ServeError;
use crate::serve::state::State;

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
        .get_value_or_guard_async(found.digest())
        .await
    {
        Ok(opened) => opened,
        Err(place) => {
            let turn = pictures.gate.enter().await?;
            let study = found.study.clone();
            let key = found.key.clone();
            let resolved = found.resolved.clone();
            let weak = Arc::downgrade(&web::Data::clone(state).into_inner());
            let opened = blocking(state, move |state| {
                let found = Found {
                    resolved,
                    key,
                    study,
                };
                let opened = open_now(state, &found, weak);
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

fn open_now(
    state: &State,
    found: &Found,
    weak: std::sync::Weak<State>,
) -> Result<Opened, IiifError> {
    let content = found.content(state)?;
    let image = content.study.images.iter().find(|one| one.key == found.key);
    let image = image.ok_or_else(|| {
        ServeError::Broken(format!(
            "{} is not in its study; run omma-node check",
            found.resolved.versioned()
        ))
    })?;
    let files = ImageFiles {
        files: Arc::new(StudyFiles {
            state: weak,
            study: found.study.id.clone(),
            version: found.study.version.unsigned_abs(),
        }),
        paths: image.files.clone(),
        // an image of a study is a file, or several; which of many in one file cannot be said yet
        number: 0,
    };
    match state.pictures.images.open(&files) {
        Ok(source) => Ok(Opened::Readable(Arc::new(OpenImage::new(source)))),
        Err(error) => match refusal_of(error) {
            Ok(refusal) => Ok(Opened::Refused(refusal)),
            Err(error) => Err(IiifError::Refused(RenderError::from(error).into())),
        },
    }
}
