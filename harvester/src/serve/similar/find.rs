//! What of the images that look alike may be shown now.

use std::collections::{BTreeSet, HashSet};

use diesel::Connection as _;
use protocol::identifier::Accession;
use protocol::perceptual_hash::PerceptualHash;

use crate::ledger::shown;
use crate::serve::error::ServeError;
use crate::serve::state::Shared;
use crate::similar::Similar;
use crate::similar::clusters::Cluster;
use crate::text::Hit;

/// Images of a cluster that are shown.
const MOST_OF_CLUSTER: usize = 12;
/// Images of a cluster of which the ledger is asked: more than these would have to go within a moment.
const MOST_ASKED: usize = 48;

/// Images that are similar to one.
pub(in crate::serve) struct SimilarOnes {
    /// The hash of that one; none where it has none.
    pub hash: Option<PerceptualHash>,
    /// The images.
    pub images: Vec<(Similar, Hit)>,
    /// Behind which there are more.
    pub next: Option<(u32, Accession)>,
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
    mut behind: Option<(u32, Accession)>,
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
    let mut images: Vec<(Similar, Hit)> = Vec::new();
    // one more than is wanted tells whether there are more
    while images.len() <= most {
        let some = similar.similar_to(id, hash, behind.as_ref(), most + 1 - images.len());
        let Some(last) = some.last() else {
            break;
        };
        behind = Some((last.distance, last.id.clone()));
        let ids: Vec<&Accession> = some.iter().map(|one| &one.id).collect();
        let hits = hits_shown(shared, &ids)?;
        let shown = some.into_iter().zip(hits);
        images.extend(shown.filter_map(|(one, hit)| Some((one, hit?))));
    }
    let has_more = images.len() > most;
    images.truncate(most);
    let last = images.last().filter(|_| has_more);
    Ok(SimilarOnes {
        hash: Some(hash),
        next: last.map(|(one, _)| (one.distance, one.id.clone())),
        images,
    })
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
