//! Thumbnails are fetched after a harvest too, and not only when somebody looks: a member that is down later has its pictures here still.
//!
//! What is newest comes first, up to three quarters of the cache; the rest is for what readers look at. Few pictures are asked for at
//! once, and a member that does not answer is left alone until the next walk.

use std::cell::RefCell;
use std::collections::HashSet;
use std::sync::Arc;
use std::time::{Duration, Instant};

use actix_web::web;
use futures_util::{StreamExt, stream};
use protocol::identifier::Accession;
use url::Url;

use super::{Known, State, public, where_from};
use crate::operate::Harvester;
use crate::serve::error::ServeError;
use crate::serve::name::Name;
use crate::thumbnails::ahead::Ahead;
use crate::thumbnails::{Key, Thumbnails};

/// How often it is asked whether there is anything new.
const EVERY: Duration = Duration::from_secs(5);
/// After a walk there is rest for so many times as long as it took, at most for [`LONGEST_REST`].
const REST: u32 = 4;
/// What could not be had is tried again after this time, where a member was harvested since.
const LONGEST_REST: Duration = Duration::from_secs(600);
/// Pictures that are asked for at once, of all members.
const AT_ONCE: usize = 3;
/// Resources that the ledger is asked about in one go.
const SOME: usize = 100;
/// A picture takes this much of the cache at least: a block for each size.
const LEAST: u64 = 2 * 4096;
/// The most documents that are gone through, however large the cache.
const MOST: u64 = 100_000;

/// What a walk has come to.
#[derive(Debug, Default)]
struct Walked {
    fetched: u64,
    /// not fetched, because it failed or its member is silent
    missed: u64,
    /// bytes of the cache that what was passed takes
    bytes: u64,
}

/// What is known of some resources without asking anybody.
#[derive(Default)]
struct Looked {
    wanted: Vec<(Key, Url)>,
    unreachable: u64,
    bytes: u64,
}

/// Fetches what is not kept, at the start and after each harvest that brought something.
pub(in crate::serve) async fn fetch_ahead_for_ever(state: web::Data<State>) {
    let harvester = Arc::clone(state.harvester());
    let thumbnails = Arc::clone(&state.shared().thumbnails);
    drop(state);
    if !harvester.config().thumbnails.ahead {
        return;
    }
    let (mut seen, mut missed) = ((None, 0), 0);
    let mut rested = Instant::now();
    loop {
        let now = (
            harvester.projections().stores().text.position(),
            harvester.runs(),
        );
        let is_new = now.0 != seen.0;
        let may_be_better = missed > 0 && now.1 != seen.1 && rested.elapsed() > LONGEST_REST;
        if is_new || may_be_better {
            seen = now;
            let begun = Instant::now();
            missed = match walk(&harvester, &thumbnails).await {
                Ok(walked) => {
                    report(&walked);
                    walked.missed
                }
                Err(_) if harvester.ending().go_on().is_err() => return,
                Err(error) => {
                    tracing::warn!("thumbnails cannot be fetched ahead: {error:#}");
                    1
                }
            };
            tokio::time::sleep((begun.elapsed() * REST).min(LONGEST_REST)).await;
            rested = Instant::now();
        }
        tokio::time::sleep(EVERY).await;
    }
}

fn report(walked: &Walked) {
    if walked.fetched + walked.missed > 0 {
        tracing::info!(
            fetched = walked.fetched,
            missed = walked.missed,
            "thumbnails were fetched ahead"
        );
    }
}

/// Goes once through what has a picture, the newest first, as far as the cache reaches.
async fn walk(harvester: &Arc<Harvester>, thumbnails: &Arc<Thumbnails>) -> anyhow::Result<Walked> {
    let most = thumbnails.cache().most() / 4 * 3;
    let documents = usize::try_from((most / LEAST).min(MOST))?;
    let text = harvester.projections().stores().text;
    let newest = web::block(move || text.newest_with_pictures(documents)).await??;
    let silent = RefCell::new(HashSet::new());
    let mut walked = Walked::default();
    for some in newest.chunks(SOME) {
        let (own, cache, some) = (Arc::clone(harvester), Arc::clone(thumbnails), some.to_vec());
        let looked = web::block(move || look(&own, &cache, &some)).await??;
        walked.missed += looked.unreachable;
        walked.bytes += looked.bytes;
        let mut fetching = stream::iter(looked.wanted)
            .map(|(key, url)| fetch(thumbnails, key, url, &silent))
            .buffer_unordered(AT_ONCE);
        while let Some(bytes) = fetching.next().await {
            match bytes {
                Some(bytes) => {
                    walked.fetched += 1;
                    walked.bytes += bytes;
                }
                None => walked.missed += 1,
            }
            if walked.bytes >= most {
                return Ok(walked);
            }
        }
        if walked.bytes >= most {
            break;
        }
    }
    Ok(walked)
}

/// Fetches one; gives what it takes of the cache. A server that did not answer is not asked again in this walk.
async fn fetch(
    thumbnails: &Arc<Thumbnails>,
    key: Key,
    url: Url,
    silent: &RefCell<HashSet<String>>,
) -> Option<u64> {
    let server = url.origin().ascii_serialization();
    if silent.borrow().contains(&server) {
        return None;
    }
    match thumbnails.ahead(&key, &url).await {
        Ahead::Fetched => thumbnails.cache().hold(&key),
        Ahead::Nothing => None,
        Ahead::Silent => {
            silent.borrow_mut().insert(server);
            None
        }
    }
}

/// Which of these are to be fetched, and from where.
fn look(
    harvester: &Harvester,
    thumbnails: &Thumbnails,
    some: &[Accession],
) -> anyhow::Result<Looked> {
    harvester.ending().go_on()?;
    let mut looked = Looked::default();
    for id in some {
        let name = Name::parse(id.as_str())?;
        let Some(key) = public(harvester, &name)? else {
            continue;
        };
        if let Some(bytes) = thumbnails.cache().hold(&key) {
            looked.bytes += bytes;
            continue;
        }
        match where_from(harvester, &name) {
            Ok(Known::At(key, url)) => looked.wanted.push((key, url)),
            Ok(Known::Unreachable) => looked.unreachable += 1,
            Ok(Known::Kept(_)) | Err(ServeError::NotFound(_) | ServeError::Gone { .. }) => {}
            Err(error) => {
                // what is wrong with one record keeps no other from its picture
                tracing::warn!(%id, "no thumbnail can be fetched ahead: {error}");
                looked.unreachable += 1;
            }
        }
    }
    Ok(looked)
}
