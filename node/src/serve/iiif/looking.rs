//! The view of an image on its page: what the words of the address mean, and the picture of that for browsers without a script.

use actix_web::web;

use super::opening::{find, open};
use super::{IiifError, find::Found};
use crate::derive::{Pixels, Progress};
use crate::look::{Plain, Spot};
use crate::serve::blocking::blocking;
use crate::serve::error::ServeError;
use crate::serve::state::State;

/// What is looked at.
pub(in crate::serve) enum Looked {
    /// The form of the channels was sent: the query of the address that shows what it means.
    Sent(String),
    /// A view.
    At {
        /// The picture and the links; none where they cannot be had now.
        plain: Option<Box<Plain>>,
        /// What a reader should know of it, in sentences.
        sentences: Vec<String>,
        /// Where its OME-Zarr is the one that was made here, the names of the label images in it.
        labels: Option<Vec<String>>,
    },
}

/// What the page of an image shows of it; none where it was not made ready to be looked at, or is not there, which the page
/// says in its own way.
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
    let Progress::Ready(place, made) = &found.progress else {
        return Ok(None);
    };
    let labels = match made.pixels {
        Pixels::Pyramid => {
            let place = place.clone();
            let names = move |_: &State| place.label_names().map_err(ServeError::unreadable);
            Some(blocking(state, names).await?)
        }
        Pixels::Deposited { .. } => None,
    };
    let mut sentences: Vec<String> = ignored.iter().map(|name| not_understood(name)).collect();
    sentences.extend(laid_over(&spot));
    let plain = match plain(state, &found, spot).await {
        Ok(plain) => Some(plain),
        Err(IiifError::Serve(error)) => return Err(error),
        Err(error) => {
            sentences.push(format!("No picture can be shown now: {error}."));
            None
        }
    };
    if let Some(refused) = plain.as_ref().and_then(|plain| plain.refused.as_ref()) {
        sentences.push(format!(
            "The address asks for what this image does not have: {refused}. The image is shown as it is by itself."
        ));
    }
    Ok(Some(Looked::At {
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

async fn plain(
    state: &web::Data<State>,
    found: &Found,
    spot: Spot,
) -> Result<Box<Plain>, IiifError> {
    let image = open(state, found).await?;
    let turn = state.pictures.gate.enter().await?;
    let resource = match found.resolved.is_versioned {
        true => found.resolved.versioned(),
        false => found.resolved.id.to_string(),
    };
    let plain = blocking(state, move |_| {
        let plain = image
            .default_view()
            .and_then(|default| Plain::of(&spot, &resource, image.source.as_ref(), &default));
        drop(turn);
        Ok(plain)
    })
    .await??;
    Ok(Box::new(plain))
}
