//! What of the images that look alike may be shown now.

use std::collections::{BTreeSet, HashSet};

use diesel::Connection as _;
use protocol::identifier::Accession;
use protocol::perceptual_hash::PerceptualHash;

use crate::ledger::shown;
use crate::serve::error::ServeError;
use crate::serve::state::Shared;
use crate::similar::clusters::Cluster;
use crate::similar::{ByStudy, Similar};
use crate::text::Hit;

/// Images of a cluster that are shown.
const MOST_OF_CLUSTER: usize = 12;
/// Images of a cluster of which the ledger is asked: more than these would have to go within a moment.
const MOST_ASKED: usize = 48;
/// Similar images of which the ledger is asked for one answer, which has at most 100: more than these would have to go within
/// a moment, and the answer then says where it goes on.
const MOST_NEAR: usize = 1_000;
/// The same for the page of an image, of each kind.
const MOST_NEAR_ON_PAGE: usize = 48;

/// Images that are similar to one.
pub(in crate::serve) struct SimilarOnes {
    /// The hash of that one; none where it has none.
    pub hash: Option<PerceptualHash>,
    /// The images.
    pub images: Vec<(Similar, Hit)>,
    /// Behind which there may be more.
    pub next: Option<(u32, Accession)>,
}

/// Images that are similar to one, by whose they are.
pub(in crate::serve) struct SimilarByStudy {
    /// Those of other studies.
    pub elsewhere: Vec<(Similar, Hit)>,
    /// Those of its own study.
    pub in_study: Vec<(Similar, Hit)>,
}

/// Clusters of nearly the same images in different studies.
pub(in crate::serve) struct Clusters {
    /// The clusters.
    pub clusters: Vec<ShownCluster>,
    /// How many images were compared.
    pub compared: usize,
    /// Whether they are of the images of now.
    pub is_current: bool,
    /// Behind which there are more.
    pub next: Option<Accession>,
}

/// A cluster as it is shown.
pub(in crate::serve) struct ShownCluster {
    /// Its first images.
    pub images: Vec<Hit>,
    /// How many more it has.
    pub more: usize,
}

/// The images that are similar to one, at most so many behind a place.
///
/// # Errors
/// When graph, ledger or index cannot be read.
pub(in crate::serve) fn similar_to(
    shared: &Shared,
    id: &Accession,
    behind: Option<(u32, Accession)>,
    most: usize,
) -> Result<SimilarOnes, ServeError> {
    let similar = shared.harvester.similar_images()?;
    let Some(hash) = similar.hash_of(id) else {
        return Ok(SimilarOnes {
            hash: None,
            images: Vec::new(),
            next: None,
        });
    };
    let near = similar.similar_to(id, hash, behind.as_ref(), MOST_NEAR);
    // one more than is wanted tells whether there are more
    let mut images = first_shown(shared, &near, most + 1)?;
    let has_more = images.len() > most;
    images.truncate(most);
    let last = if has_more {
        images.last().map(|(one, _)| one)
    } else {
        // what is farther away was not asked of
        near.last().filter(|_| near.len() == MOST_NEAR)
    };
    Ok(SimilarOnes {
        hash: Some(hash),
        next: last.map(|one| (one.distance, one.id.clone())),
        images,
    })
}

impl SimilarOnes {
    /// The images that are similar to one, by whose they are: of other studies and of its own at most so many each.
    ///
    /// # Errors
    /// When graph, ledger or index cannot be read.
    pub fn by_study(
        shared: &Shared,
        id: &Accession,
        most: usize,
    ) -> Result<SimilarByStudy, ServeError> {
        let similar = shared.harvester.similar_images()?;
        let near = match similar.hash_of(id) {
            Some(hash) => similar.similar_by_study(id, hash, MOST_NEAR_ON_PAGE),
            None => ByStudy::default(),
        };
        Ok(SimilarByStudy {
            elsewhere: first_shown(shared, &near.elsewhere, most)?,
            in_study: first_shown(shared, &near.in_study, most)?,
        })
    }
}

/// The first of these images that may be shown now, at most so many; the ledger is asked in portions of as many.
fn first_shown(
    shared: &Shared,
    near: &[Similar],
    most: usize,
) -> Result<Vec<(Similar, Hit)>, ServeError> {
    let mut images: Vec<(Similar, Hit)> = Vec::new();
    for portion in near.chunks(most) {
        let ids: Vec<&Accession> = portion.iter().map(|one| &one.id).collect();
        let hits = hits_shown(shared, &ids)?;
        let shown = portion.iter().zip(hits);
        images.extend(shown.filter_map(|(one, hit)| Some((one.clone(), hit?))));
        if images.len() >= most {
            break;
        }
    }
    images.truncate(most);
    Ok(images)
}

/// Clusters behind one, by the keys of their order, at most so many.
///
/// # Errors
/// 503 while images are compared for the first time; when graph, ledger or index cannot be read.
pub(in crate::serve) fn clusters_behind(
    shared: &Shared,
    behind: Option<Accession>,
    most: usize,
) -> Result<Clusters, ServeError> {
    let similar = shared.harvester.similar_images()?;
    let Some((all, is_current)) = similar.clusters()? else {
        return Err(ServeError::NotReady(
            "all images are being compared with each other for the first time; ask again soon"
                .to_owned(),
        ));
    };
    let mut clusters = Vec::new();
    let mut last: Option<&Accession> = None;
    let mut next = None;
    let first = all.partition_point(|cluster| cluster.key() <= behind.as_ref());
    for cluster in &all[first..] {
        let Some(shown) = shown_cluster(shared, cluster)? else {
            continue;
        };
        if clusters.len() == most {
            next = last.cloned();
            break;
        }
        clusters.push(shown);
        last = cluster.key();
    }
    Ok(Clusters {
        clusters,
        compared: similar.count(),
        is_current,
        next,
    })
}

/// A cluster without what is gone from view; none where all the rest is of one study.
fn shown_cluster(shared: &Shared, cluster: &Cluster) -> Result<Option<ShownCluster>, ServeError> {
    let ids: Vec<&Accession> = cluster.images.iter().take(MOST_ASKED).collect();
    let mut images: Vec<Hit> = hits_shown(shared, &ids)?.into_iter().flatten().collect();
    let studies: HashSet<Option<&str>> = images.iter().map(|hit| hit.study.as_deref()).collect();
    if studies.len() < 2 {
        return Ok(None);
    }
    let known = images.len() + cluster.images.len() - ids.len();
    images.truncate(MOST_OF_CLUSTER);
    Ok(Some(ShownCluster {
        more: known - images.len(),
        images,
    }))
}

/// These images as hits, in their order; none for what may not be shown now.
fn hits_shown(shared: &Shared, ids: &[&Accession]) -> Result<Vec<Option<Hit>>, ServeError> {
    let projections = shared.harvester.projections();
    let connection = &mut *shared.harvester.desk().ledger.reader()?;
    let shown: BTreeSet<&str> = connection.transaction(|connection| {
        let mut shown = BTreeSet::new();
        for id in ids {
            if shown::shown(connection, id)?.is_some() {
                shown.insert(id.as_str());
            }
        }
        Ok::<_, ServeError>(shown)
    })?;
    let text = projections.stores().text;
    let hits = text.hits_of(&shown, &projections.terms());
    let mut hits = hits.map_err(anyhow::Error::from)?;
    Ok(ids.iter().map(|id| hits.remove(id.as_str())).collect())
}
