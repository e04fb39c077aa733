//! What `serve` does by itself: asks every member for news, looks for newer rosters, and brings graph and text index up to date.
//!
//! Members are asked at their own times, with a jitter so that they do not all hear from every harvester in one second, and less and less
//! often while they fail. What one of them does changes nothing for another.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{Notify, Semaphore, watch};
use tokio::task::JoinSet;
use tokio::time::Instant;

use super::Harvester;
use crate::harvest::round::MemberReport;

/// The longest time between two looks at a member that fails.
const LONGEST: Duration = Duration::from_secs(3_600);

/// How long the first load of the projections waits for members that are still being fetched: one load is much cheaper than a load and
/// then transactions.
const FIRST_LOAD_WAITS: Duration = Duration::from_secs(60);

/// How soon a step of ours that failed is tried again.
const AGAIN: Duration = Duration::from_secs(30);

/// Runs until told to stop; what is under way is then finished or left where the next start goes on.
pub async fn run(harvester: Arc<Harvester>, mut stop: watch::Receiver<bool>) {
    let news = Arc::new(Notify::new());
    let mut tasks = JoinSet::new();
    tasks.spawn(follow_rosters(Arc::clone(&harvester), Arc::clone(&news)));
    tasks.spawn(ask_members(Arc::clone(&harvester), Arc::clone(&news)));
    tasks.spawn(keep_up(harvester, news));
    // a sender that is gone means the same as one that says so
    let _ = stop.wait_for(|stop| *stop).await;
    tasks.shutdown().await;
}

async fn follow_rosters(harvester: Arc<Harvester>, news: Arc<Notify>) {
    let every = Duration::from_secs(harvester.config().poll.roster_seconds);
    loop {
        match harvester.follow_roster().await {
            Ok(true) => news.notify_one(),
            Ok(false) => {}
            Err(error) => tracing::warn!("the roster was not brought up to date: {error:#}"),
        }
        let days = harvester.roster_days_left();
        if days < 14 {
            tracing::warn!(
                days,
                "the roster expires in {days} days; after that nothing new is shown until its roots sign a new one"
            );
        }
        tokio::time::sleep(with_jitter(every)).await;
    }
}

/// When each member is asked next.
async fn ask_members(harvester: Arc<Harvester>, news: Arc<Notify>) {
    let every = Duration::from_secs(harvester.config().poll.seconds);
    let at_once = Arc::new(Semaphore::new(harvester.config().fetch.parallel_members));
    let mut due: HashMap<String, Option<Instant>> = HashMap::new();
    let mut failures: HashMap<String, u32> = HashMap::new();
    let mut asked = JoinSet::new();
    loop {
        let now = Instant::now();
        for member in harvester.roster().members {
            let at = due.entry(member.id.clone()).or_insert(Some(now));
            if at.is_some_and(|at| at <= now) {
                *at = None;
                let (harvester, at_once) = (Arc::clone(&harvester), Arc::clone(&at_once));
                asked.spawn(async move {
                    let _place = at_once.acquire_owned().await;
                    let report = harvester.harvest_member(&member).await;
                    (member.id, report)
                });
            }
        }
        let next = due.values().flatten().min().copied();
        let next = next.unwrap_or(now + every).min(now + every);
        tokio::select! {
            Some(ended) = asked.join_next(), if !asked.is_empty() => {
                let Ok((id, report)) = ended else {
                    tracing::error!("the harvest of a member panicked; it is asked again after a restart");
                    continue;
                };
                let count = failures.entry(id.clone()).or_default();
                *count = next_failures(*count, &id, &report);
                let wait = with_jitter(backed_off(every, *count));
                due.insert(id, Some(Instant::now() + wait));
                harvester.note_first_run();
                news.notify_one();
            }
            () = tokio::time::sleep_until(next) => {}
        }
    }
}

fn next_failures(count: u32, id: &str, report: &anyhow::Result<MemberReport>) -> u32 {
    match report {
        Ok(report) if report.is_current() => 0,
        Ok(_) => count.saturating_add(1),
        Err(error) => {
            tracing::error!(member.id = %id, "a harvest could not be stored: {error:#}");
            count.saturating_add(1)
        }
    }
}

/// The projections follow the ledger.
async fn keep_up(harvester: Arc<Harvester>, news: Arc<Notify>) {
    let begun = Instant::now();
    loop {
        let is_first = !harvester.is_ready();
        if is_first && !harvester.all_were_asked() && begun.elapsed() < FIRST_LOAD_WAITS {
            let rest = FIRST_LOAD_WAITS.saturating_sub(begun.elapsed());
            // whichever comes first; the loop looks again
            let _ = tokio::time::timeout(rest, news.notified()).await;
            continue;
        }
        let worker = Arc::clone(&harvester);
        let caught_up = tokio::task::spawn_blocking(move || worker.catch_up()).await;
        match caught_up {
            Ok(Ok(_)) => news.notified().await,
            Ok(Err(error)) => {
                tracing::error!("graph and text index are not up to date: {error:#}");
                tokio::time::sleep(AGAIN).await;
            }
            Err(panicked) => {
                tracing::error!("graph and text index are not up to date: {panicked}");
                tokio::time::sleep(AGAIN).await;
            }
        }
    }
}

/// Twice as long for each failure, up to an hour.
fn backed_off(every: Duration, failures: u32) -> Duration {
    every
        .saturating_mul(1 << failures.min(12))
        .min(LONGEST.max(every))
}

/// A fifth more or less.
fn with_jitter(time: Duration) -> Duration {
    let mut random = [0_u8; 4];
    // without randomness there is no jitter, which is no harm
    let _ = getrandom::fill(&mut random);
    let share = f64::from(u32::from_le_bytes(random)) / f64::from(u32::MAX);
    time.mul_f64(0.8 + 0.4 * share)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_member_that_fails_is_asked_less_and_less_often_but_at_least_every_hour() {
        let every = Duration::from_secs(60);
        let waits: Vec<u64> = (0..8)
            .map(|count| backed_off(every, count).as_secs())
            .collect();
        assert_eq!(waits, [60, 120, 240, 480, 960, 1920, 3600, 3600]);
        assert_eq!(backed_off(Duration::from_secs(7200), 3).as_secs(), 7200);
        for _ in 0..100 {
            let jittered = with_jitter(every);
            assert!((48.0..=72.0).contains(&jittered.as_secs_f64()));
        }
    }
}
