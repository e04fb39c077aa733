//! Images that look alike, on the page of an image and on the page of clusters.

use ::web::{Site, words};
use askama::Template;

use super::gallery::{ImageCard, gallery};
use super::tiles::names_of_members;
use crate::serve::error::ServeError;
use crate::serve::find::{Found, Mark};
use crate::serve::similar::{Clusters, SimilarOnes};
use crate::serve::state::Shared;
use crate::similar::Similar;
use crate::text::Hit;

/// Images of one kind on the page of one.
const MOST: usize = 12;

/// Images that are similar to one, on its page; the template part is `similar_images.html`.
#[derive(Default)]
pub(super) struct SimilarSection {
    /// of other studies
    pub elsewhere: Vec<ImageCard>,
    /// of the same study
    pub in_study: Vec<ImageCard>,
    /// where programs, and whoever wants more, find all of them
    pub all: String,
}

impl SimilarSection {
    /// Whether there is nothing to be shown.
    pub fn is_empty(&self) -> bool {
        self.elsewhere.is_empty() && self.in_study.is_empty()
    }
}

/// The images that are similar to one; nothing for one that is out of lists, and for an older version.
///
/// # Errors
/// When graph, ledger or index cannot be read.
pub(super) fn similar(shared: &Shared, found: &Found) -> Result<SimilarSection, ServeError> {
    let is_shown = found.mark == Mark::Public && found.version.is_current();
    if !is_shown || !shared.harvester.is_ready() {
        return Ok(SimilarSection::default());
    }
    let id = &found.version.id;
    let ones = SimilarOnes::by_study(shared, id, MOST)?;
    Ok(SimilarSection {
        elsewhere: cards(shared, ones.elsewhere)?,
        in_study: cards(shared, ones.in_study)?,
        all: format!("{}api/v1/images/{id}/similar", shared.site.base_path),
    })
}

fn cards(shared: &Shared, images: Vec<(Similar, Hit)>) -> Result<Vec<ImageCard>, ServeError> {
    let (similar, hits): (Vec<Similar>, Vec<Hit>) = images.into_iter().unzip();
    let mut cards = gallery(shared, hits, &names_of_members(shared))?;
    for (card, similar) in cards.iter_mut().zip(&similar) {
        card.further = vec![in_words(similar)];
    }
    Ok(cards)
}

/// `Nearly the same; turned by 90°`.
fn in_words(similar: &Similar) -> String {
    let how = match similar.distance {
        0..=12 => "Looks the same",
        13..=31 => "Nearly the same",
        _ => "Similar",
    };
    let orientation = similar.orientation;
    let turned = match (orientation.is_mirrored(), orientation.degrees()) {
        (false, 0) => String::new(),
        (true, 0) => ", mirrored".to_owned(),
        (false, degrees) => format!(", turned by {degrees}°"),
        (true, degrees) => format!(", mirrored and turned by {degrees}°"),
    };
    format!("{how}{turned}")
}

#[derive(Template)]
#[template(path = "similar.html")]
struct SimilarPage<'a> {
    site: &'a Site,
    clusters: Vec<ShownCluster>,
    compared: String,
    is_current: bool,
    is_first: bool,
    next: Option<String>,
}

struct ShownCluster {
    /// `3 images of 2 studies`
    heading: String,
    images: Vec<ImageCard>,
    more: usize,
}

/// The page of clusters.
///
/// # Errors
/// When the ledger or the page cannot be had.
pub(in crate::serve) fn clusters(
    shared: &Shared,
    found: Clusters,
    is_first: bool,
) -> Result<String, ServeError> {
    let members = names_of_members(shared);
    let mut clusters = Vec::with_capacity(found.clusters.len());
    for cluster in found.clusters {
        let mut studies: Vec<&str> = cluster
            .images
            .iter()
            .filter_map(|hit| hit.study.as_deref())
            .collect();
        studies.sort_unstable();
        studies.dedup();
        let number = (cluster.images.len() + cluster.more) as u64;
        clusters.push(ShownCluster {
            heading: format!(
                "{} of {}{}",
                words::count(number, "image", "images"),
                if cluster.more > 0 { "at least " } else { "" },
                words::count(studies.len() as u64, "study", "studies"),
            ),
            images: gallery(shared, cluster.images, &members)?,
            more: cluster.more,
        });
    }
    let base_path = &shared.site.base_path;
    Ok(SimilarPage {
        site: &shared.site,
        clusters,
        compared: words::count(found.compared as u64, "image", "images"),
        is_current: found.is_current,
        is_first,
        next: found
            .next
            .map(|id| format!("{base_path}similar?cursor={id}")),
    }
    .render()?)
}
