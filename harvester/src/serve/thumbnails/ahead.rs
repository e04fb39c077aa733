//! Thumbnails are fetched after a harvest too, and not only when somebody looks: a member that is down later has its pictures here still.
//!
//! What is newest comes first, up to three quarters of the cache; the rest is for what readers look at. One picture of each member is
//! asked for at a time, each member has an equal share of the cache and of the time, and one that does not answer is left alone until
//! the next walk: none keeps another's pictures away, however slow it is and whatever dates its records state.

use std::cell::RefCell;
use std::collections::{HashSet, VecDeque};
use std::sync::Arc;
use std::time::{Duration, Instant};
use std::vec;

use actix_web::web;
use futures_util::future::try_join_all;
use protocol::identifier::Accession;
use tokio::sync::Semaphore;
use url::Url;

use super::{Known, State, public, where_from};
use crate::operate::Harvester;
use crate::serve::error::ServeError;
use crate::serve::name::Name;
use crate::text::{Text, TextError};
use crate::thumbnails::ahead::Ahead;
use crate::thumbnails::{Key, Thumbnails};

/// How often it is asked whether there is anything new.
const EVERY: Duration = Duration::from_secs(5);
/// After a walk there is rest for so many times as long as it took, at most for [`LONGEST_REST`].
const REST: u32 = 4;
/// What could not be had is tried again after this time, where a member was harvested since.
const LONGEST_REST: Duration = Duration::from_secs(600);
/// Pictures that are asked for at once, of all members, which take turns where there are more of them: readers have places left.
const AT_ONCE: usize = 8;
/// A walk asks a member no more after this time: what is left comes in the next, and what is new of others does not wait for it.
const LONGEST_WALK: Duration = Duration::from_secs(600);
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
    /// not fetched, because it failed, its member is silent, or there was no time left
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

/// Goes once through what has a picture, of each member the newest first, as far as the cache reaches.
async fn walk(harvester: &Arc<Harvester>, thumbnails: &Arc<Thumbnails>) -> anyhow::Result<Walked> {
    let most = thumbnails.cache().most() / 4 * 3;
    let documents = usize::try_from((most / LEAST).min(MOST))?;
    let text = harvester.projections().stores().text;
    let members = &harvester.roster().members;
    let members: Vec<String> = members.iter().map(|member| member.id.clone()).collect();
    let newest = web::block(move || newest(&text, members, documents)).await??;
    let walk = Walk {
        harvester,
        thumbnails,
        silent: RefCell::default(),
        places: Semaphore::new(AT_ONCE),
        begun: Instant::now(),
    };
    walk.share(newest.into_iter().map(Line::of).collect(), most)
        .await
}

/// What has a picture among the newest documents of each member, together at most so many: an equal share for each, and what one does
/// not need is for the others.
fn newest(
    text: &Text,
    mut members: Vec<String>,
    documents: usize,
) -> Result<Vec<Vec<Accession>>, TextError> {
    let (mut found, mut left) = (Vec::new(), documents);
    while !members.is_empty() {
        let share = left / members.len();
        let mut filled = Vec::new();
        let before = members.len();
        for member in members {
            let newest = text.newest_with_pictures(&member, share)?;
            if newest.passed < share {
                left -= newest.passed;
                found.push(newest.pictured);
            } else {
                filled.push((member, newest.pictured));
            }
        }
        let are_all_filled = filled.len() == before;
        let (names, pictured): (Vec<_>, Vec<_>) = filled.into_iter().unzip();
        members = names;
        if are_all_filled {
            found.extend(pictured);
            break;
        }
    }
    Ok(found)
}

/// What is still to be gone through of a member.
struct Line {
    ids: vec::IntoIter<Accession>,
    wanted: VecDeque<(Key, Url)>,
}

impl Line {
    fn of(ids: Vec<Accession>) -> Line {
        Line {
            ids: ids.into_iter(),
            wanted: VecDeque::new(),
        }
    }

    fn len(&self) -> usize {
        self.ids.len() + self.wanted.len()
    }
}

/// One walk through what all members have.
struct Walk<'a> {
    harvester: &'a Arc<Harvester>,
    thumbnails: &'a Arc<Thumbnails>,
    /// servers that did not answer
    silent: RefCell<HashSet<String>>,
    /// given in the order in which members ask for them
    places: Semaphore,
    begun: Instant,
}

impl Walk<'_> {
    /// Goes through all lines at once, each with an equal share of the bytes; what one does not need is for the others, in a
    /// further round.
    async fn share(&self, mut lines: Vec<Line>, most: u64) -> anyhow::Result<Walked> {
        let mut walked = Walked::default();
        loop {
            lines.retain(|line| line.len() > 0);
            let share = shared(most.saturating_sub(walked.bytes), lines.len());
            if share < LEAST {
                return Ok(walked);
            }
            if self.is_over() {
                walked.missed += lines.iter().map(|line| line.len() as u64).sum::<u64>();
                return Ok(walked);
            }
            for of_line in try_join_all(lines.iter_mut().map(|line| self.go(line, share))).await? {
                walked.fetched += of_line.fetched;
                walked.missed += of_line.missed;
                walked.bytes += of_line.bytes;
            }
        }
    }

    fn is_over(&self) -> bool {
        self.begun.elapsed() > LONGEST_WALK
    }

    /// Goes on with what one member has, one picture after the other, until there is so much of it.
    async fn go(&self, line: &mut Line, share: u64) -> anyhow::Result<Walked> {
        let mut walked = Walked::default();
        while walked.bytes < share && !self.is_over() {
            if let Some((key, url)) = line.wanted.pop_front() {
                let _place = self.places.acquire().await?;
                match fetch(self.thumbnails, key, url, &self.silent).await {
                    Some(bytes) => {
                        walked.fetched += 1;
                        walked.bytes += bytes;
                    }
                    None => walked.missed += 1,
                }
                continue;
            }
            let some: Vec<Accession> = line.ids.by_ref().take(SOME).collect();
            if some.is_empty() {
                break;
            }
            let (own, cache) = (Arc::clone(self.harvester), Arc::clone(self.thumbnails));
            let looked = web::block(move || look(&own, &cache, &some)).await??;
            walked.missed += looked.unreachable;
            walked.bytes += looked.bytes;
            line.wanted.extend(looked.wanted);
        }
        Ok(walked)
    }
}

/// An equal share for each; nothing where there is nobody.
fn shared(most: u64, among: usize) -> u64 {
    most.checked_div(among as u64).unwrap_or(0)
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
