//! Images that look alike: those that are similar to one, and clusters of them over all studies.
//!
//! ```text
//! /api/v1/images/<id>/similar   the nearest first, page by page
//! /api/v1/similar               clusters of nearly the same images in different studies
//! /similar                      the same for people
//! ```
//!
//! Of each image the ledger is asked whether it may be shown, at every request: what is suppressed or withdrawn is gone at
//! once.

mod find;

use actix_web::http::header::{CACHE_CONTROL, LINK};
use actix_web::{HttpRequest, HttpResponse, web};
use protocol::identifier::{Accession, Kind};
use serde_json::{Value, json};
use url::form_urlencoded;

use ::web::http::Document;

use super::browse::ready;
use super::error::ServeError;
use super::find::{Mark, find};
use super::name::{Form, Name};
use super::pages::{self, Picture};
use super::search::pairs;
use super::state::{Shared, State, blocking};
use crate::similar::MOST_DISTANCE;
use crate::text::Hit;
pub(super) use find::{Clusters, SimilarOnes, clusters_behind, similar_to};

/// Images, or clusters, in an answer.
const USUAL: usize = 20;
/// The same at most.
const MOST: usize = 100;

/// Where an answer goes on, and how much of it is wanted.
struct Turned {
    cursor: Option<String>,
    size: usize,
}

impl Turned {
    fn of(request: &HttpRequest) -> Result<Self, ServeError> {
        let mut turned = Self {
            cursor: None,
            size: USUAL,
        };
        for (name, value) in pairs(request)? {
            match name.as_str() {
                "cursor" => turned.cursor = Some(value),
                "size" => {
                    let size = value.parse().ok();
                    let size = size.filter(|size| (1..=MOST).contains(size));
                    turned.size = size.ok_or_else(|| {
                        ServeError::Malformed(format!(
                            "parameter size has to be a whole number from 1 to {MOST}"
                        ))
                    })?;
                }
                // somebody else's
                _ => {}
            }
        }
        Ok(turned)
    }

    /// The cursor, as `read` understands it.
    fn behind<T>(&self, read: impl Fn(&str) -> Option<T>) -> Result<Option<T>, ServeError> {
        let Some(cursor) = &self.cursor else {
            return Ok(None);
        };
        read(cursor).map(Some).ok_or_else(|| {
            ServeError::Malformed(
                "parameter cursor is none that was given here; take it from the answer before, as it is"
                    .to_owned(),
            )
        })
    }
}

/// `/api/v1/images/<id>/similar`.
pub(super) async fn of_image(
    state: web::Data<State>,
    text: web::Path<String>,
    request: HttpRequest,
) -> Result<HttpResponse, ServeError> {
    let name = Name::parse(&text)?;
    if name.id.kind() != Kind::Image || name.is_versioned() || name.form != Form::Negotiated {
        return Err(ServeError::NotFound(format!(
            "{} is no image; ask for one as in /api/v1/images/DND-S1-I1/similar, without a version",
            name.as_str()
        )));
    }
    let turned = Turned::of(&request)?;
    let behind = turned.behind(read_place)?;
    let home = state.home(&request)?;
    let (value, next) = blocking(&state, move |shared| {
        ready(shared.harvester.is_ready())?;
        let found = find(&shared.harvester, &name)?;
        if found.mark != Mark::Public {
            return Err(ServeError::NotFound(format!(
                "{} is out of lists, and nothing is said of what is similar to it",
                name.stem()
            )));
        }
        let ones = similar_to(shared, &name.id, behind, turned.size)?;
        let next = ones.next.as_ref().map(write_place);
        let value = of_image_as_json(shared, &name.id, &ones, next.as_deref(), &home)?;
        Ok((value, next))
    })
    .await?;
    Ok(answer(&value, next.as_deref(), turned.size))
}

fn of_image_as_json(
    shared: &Shared,
    id: &Accession,
    ones: &SimilarOnes,
    next: Option<&str>,
    home: &str,
) -> Result<Value, ServeError> {
    let hits: Vec<&Hit> = ones.images.iter().map(|(_, hit)| hit).collect();
    let mut images = as_json(shared, &hits, home)?;
    for (image, (similar, _)) in images.iter_mut().zip(&ones.images) {
        image["distance"] = similar.distance.into();
        image["orientation"] = similar.orientation.to_string().into();
    }
    Ok(json!({
        "id": id.as_str(),
        "perceptual_hash": ones.hash.map(|hash| hash.to_string()),
        "most_distance": MOST_DISTANCE,
        "images": images,
        "next": next,
        "state": shared.harvester.state().map(|state| state.id),
    }))
}

/// Images as programs get them.
fn as_json(shared: &Shared, hits: &[&Hit], home: &str) -> Result<Vec<Value>, ServeError> {
    let owned: Vec<Hit> = hits.iter().map(|hit| (*hit).clone()).collect();
    let pictures = Picture::of_hits(shared, &owned)?;
    let here = |path: &str| {
        let below = path.strip_prefix(&shared.site.base_path).unwrap_or(path);
        format!("{home}{below}")
    };
    let images = hits.iter().map(|hit| {
        json!({
            "id": hit.id,
            "iri": hit.iri,
            "title": hit.title,
            "study": hit.study,
            "member": hit.member,
            "page": format!("{home}images/{}", hit.id),
            "thumbnail": pictures.get(&hit.id).map(|picture| here(&picture.large)),
        })
    });
    Ok(images.collect())
}

/// `/api/v1/similar`.
pub(super) async fn in_studies(
    state: web::Data<State>,
    request: HttpRequest,
) -> Result<HttpResponse, ServeError> {
    let turned = Turned::of(&request)?;
    let behind = turned.behind(|text| Accession::parse(text).ok())?;
    let home = state.home(&request)?;
    let (value, next) = blocking(&state, move |shared| {
        ready(shared.harvester.is_ready())?;
        let found = clusters_behind(shared, behind, turned.size)?;
        let next = found.next.as_ref().map(ToString::to_string);
        Ok((clusters_as_json(shared, &found, &home)?, next))
    })
    .await?;
    Ok(answer(&value, next.as_deref(), turned.size))
}

fn clusters_as_json(shared: &Shared, found: &Clusters, home: &str) -> Result<Value, ServeError> {
    let mut clusters = Vec::with_capacity(found.clusters.len());
    for cluster in &found.clusters {
        let hits: Vec<&Hit> = cluster.images.iter().collect();
        clusters.push(json!({
            "images": as_json(shared, &hits, home)?,
            "more": cluster.more,
        }));
    }
    Ok(json!({
        "clusters": clusters,
        "most_distance": crate::similar::clusters::MOST_DISTANCE,
        "compared": found.compared,
        "is_current": found.is_current,
        "next": found.next.as_ref().map(Accession::as_str),
    }))
}

/// `/similar`.
pub(super) async fn page(
    state: web::Data<State>,
    request: HttpRequest,
) -> Result<HttpResponse, ServeError> {
    let turned = Turned::of(&request)?;
    let behind = turned.behind(|text| Accession::parse(text).ok())?;
    let page = blocking(&state, move |shared| {
        ready(shared.harvester.is_ready())?;
        let is_first = behind.is_none();
        let found = clusters_behind(shared, behind, turned.size)?;
        pages::clusters(shared, found, is_first)
    })
    .await?;
    Ok(Document::page(page).respond(&request))
}

fn answer(value: &Value, next: Option<&str>, size: usize) -> HttpResponse {
    let mut response = HttpResponse::Ok();
    response.insert_header((CACHE_CONTROL, "no-cache"));
    if let Some(next) = next {
        let query = form_urlencoded::Serializer::new(String::new())
            .append_pair("cursor", next)
            .append_pair("size", &size.to_string())
            .finish();
        response.insert_header((LINK, format!("<?{query}>; rel=\"next\"")));
    }
    response.json(value)
}

/// `12-DND-S4-I7`: behind this distance and image.
fn write_place((distance, id): &(u32, Accession)) -> String {
    format!("{distance}-{id}")
}

fn read_place(text: &str) -> Option<(u32, Accession)> {
    let (number, id) = text.split_once('-')?;
    let distance: u32 = number.parse().ok()?;
    let is_as_given = distance.to_string() == number;
    is_as_given.then_some((distance, Accession::parse(id).ok()?))
}

#[cfg(test)]
mod tests {
    use super::{read_place, write_place};

    #[test]
    fn only_a_place_as_it_was_given_is_read() {
        let place = read_place("12-DND-S4-I7");
        assert_eq!(
            place.as_ref().map(write_place).as_deref(),
            Some("12-DND-S4-I7")
        );
        for bad in [
            "",
            "12",
            "12-",
            "-DND-S4",
            "012-DND-S4-I7",
            "+1-DND-S4-I7",
            "x-DND-S4-I7",
        ] {
            assert_eq!(read_place(bad), None, "{bad}");
        }
    }
}
