//! The view of an image on its page: what the words of the address mean, and the picture of that for browsers without a script.

use std::time::Duration;

use actix_web::web;

use super::opening::{find, open};
use super::{IiifError, find::Found};
use crate::derive::{Pixels, Progress};
use crate::iiif::{Address, Asked, Limits, Refusal};
use crate::image::PixelSource;
use crate::image::render::{Bounds, View};
use crate::look::{Plain, Spot};
use crate::serve::blocking::blocking;
use crate::serve::error::ServeError;
use crate::serve::state::State;

/// How long a page waits for the picture of an image that was not made ready.
const PATIENCE: Duration = Duration::from_secs(3);

/// What is looked at.
pub(in crate::serve) enum Looked {
    /// The form of the channels was sent: the query of the address that shows what it means.
    Sent(String),
    /// A view.
    At {
        /// Whether the image was made ready, so that the viewer can show it.
        is_ready: bool,
        /// The picture and the links; none where they cannot be had now.
        plain: Option<Box<Plain>>,
        /// What a reader should know of it, in sentences.
        sentences: Vec<String>,
        /// Where its OME-Zarr is the one that was made here, the names of the label images in it.
        labels: Option<Vec<String>>,
    },
}

/// What the page of an image shows of it; none where there is no picture of it, or it is not there, which the page says in its
/// own way. Of one that was not made ready there is a picture all the same where its files give one soon.
///
/// # Errors
/// When something cannot be read.
pub(in crate::serve) async fn look(
    state: &web::Data<State>,
    resource: &str,
    query: &[(String, String)],
) -> Result<Option<Looked>, ServeError> {
    let words = query
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()));
    let (spot, ignored) = Spot::read(words);
    if let Some(sent) = Plain::of_form(&spot, query) {
        return Ok(Some(Looked::Sent(sent.query())));
    }
    let found = match find(state, resource).await {
        Ok(found) => found,
        // the page looks the same up, and says the same in words of its own
        Err(_) => return Ok(None),
    };
    let mut sentences: Vec<String> = ignored.iter().map(|name| not_understood(name)).collect();
    sentences.extend(laid_over(&spot));
    let (place, made) = match &found.progress {
        Progress::Ready(place, made) => (place, made),
        Progress::Unreadable(_) => return Ok(None),
        Progress::Waiting | Progress::NotMade => {
            let plain = plain_of_files(state, &found, spot).await?;
            sentences.extend(plain.as_deref().and_then(refused));
            return Ok(plain.map(|plain| Looked::At {
                is_ready: false,
                plain: Some(plain),
                sentences,
                labels: None,
            }));
        }
    };
    let labels = match made.pixels {
        Pixels::Pyramid => {
            let place = place.clone();
            let names = move |_: &State| place.label_names().map_err(ServeError::unreadable);
            Some(blocking(state, names).await?)
        }
        Pixels::Deposited { .. } => None,
    };
    let plain = match plain(state, &found, spot).await {
        Ok(plain) => Some(plain),
        Err(IiifError::Serve(error)) => return Err(error),
        Err(error) => {
            sentences.push(format!("No picture can be shown now: {error}."));
            None
        }
    };
    sentences.extend(plain.as_deref().and_then(refused));
    Ok(Some(Looked::At {
        is_ready: true,
        plain,
        sentences,
        labels,
    }))
}

fn not_understood(name: &str) -> String {
    format!("What the address says of \u{201c}{name}\u{201d} is not understood and was left out.")
}

/// What the address asks to see over the image, which only the viewer shows.
fn laid_over(spot: &Spot) -> Option<String> {
    let asks = |name: &str| spot.others.iter().any(|(other, _)| other == name);
    let what = match (asks("labels"), asks("marks")) {
        (true, true) => "labels and marks",
        (true, false) => "labels",
        (false, true) => "marks",
        (false, false) => return None,
    };
    Some(format!(
        "The address asks for {what} over the image. The viewer shows them, which needs JavaScript and WebGL 2; the picture below is without them."
    ))
}

/// What the address asks for and the image does not have.
fn refused(plain: &Plain) -> Option<String> {
    let refused = plain.refused.as_ref()?;
    Some(format!(
        "The address asks for what this image does not have: {refused}. The image is shown as it is by itself."
    ))
}

/// The picture of an image that was not made ready; none where its files give none, or not soon. What was begun goes on: who
/// comes again finds the image opened.
async fn plain_of_files(
    state: &web::Data<State>,
    found: &Found,
    spot: Spot,
) -> Result<Option<Box<Plain>>, ServeError> {
    let (its_state, found) = (state.clone(), found.clone());
    let work = actix_web::rt::spawn(async move { plain(&its_state, &found, spot).await });
    let Ok(ended) = tokio::time::timeout(PATIENCE, work).await else {
        return Ok(None);
    };
    let ended = ended.map_err(|error| ServeError::Broken(error.to_string()))?;
    let plain = match ended {
        Ok(plain) => plain,
        Err(
            IiifError::Serve(ServeError::NotReady(_)) | IiifError::Refused(_) | IiifError::Busy,
        ) => {
            return Ok(None);
        }
        Err(IiifError::Serve(error)) => return Err(error),
    };
    Ok(Some(plain))
}

/// Refuses a picture on the page that this node would not make: of files without small levels it may need too many pixels.
fn refuse_costly(
    plain: &Plain,
    source: &dyn PixelSource,
    default: &View,
    limits: &Limits,
    bounds: &Bounds,
) -> Result<(), Refusal> {
    let path = plain.picture.as_ref().map(|picture| picture.path.as_str());
    let Some(below) = path.and_then(|path| path.strip_prefix("iiif/3/")) else {
        return Ok(());
    };
    let address = Address::parse(below)?;
    let Asked::Picture(asked) = &address.asked else {
        return Ok(());
    };
    let full = source.levels()[0];
    let view = address.identifier.rendering.view(source, default)?;
    asked
        .resolve(full.width, full.height, limits)?
        .refuse(source, &view, bounds)
}

async fn plain(
    state: &web::Data<State>,
    found: &Found,
    spot: Spot,
) -> Result<Box<Plain>, IiifError> {
    let image = open(state, found).await?;
    let turn = state.pictures.gate.enter().await?;
    // what is seen is of this version, also when there is a newer one
    let resource = found.resolved.versioned();
    let is_ready = matches!(found.progress, Progress::Ready(..));
    let plain = blocking(state, move |state| {
        let plain = image.default_view().and_then(|default| {
            let source = image.source.as_ref();
            let plain = Plain::of(&spot, &resource, source, &default)?;
            if !is_ready {
                let pictures = &state.pictures;
                refuse_costly(&plain, source, &default, &pictures.limits, &pictures.bounds)?;
            }
            Ok(plain)
        });
        drop(turn);
        Ok(plain)
    })
    .await??;
    Ok(Box::new(plain))
}
