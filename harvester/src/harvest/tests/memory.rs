//! Memory for records is bounded, and no order of answers and no member makes others wait for it.

use std::sync::Arc;
use std::time::Duration;

use futures_util::future::BoxFuture;
use tokio::sync::Notify;

use super::fixture::{SmallLog, desk};
use crate::fetch::{Fetch, FetchError, MemoryFetch, Outcome, Request};
use crate::harvest::{Task, harvest};

/// What a bundle of records may inflate to at the most is four times this.
const BUDGET_KIB: u32 = 64 << 10;

/// The largest record, announced by each of 256 entries.
const LARGEST: Option<u64> = Some(1 << 20);

/// Longer than anything here may take.
const PATIENCE: Duration = Duration::from_secs(60);

/// A web in which one file comes late, or not before it is told.
struct Late {
    web: MemoryFetch,
    path: &'static str,
    by: Option<Duration>,
    asked: Notify,
    told: Notify,
}

impl Late {
    fn new(path: &'static str, by: Option<Duration>) -> Arc<Late> {
        Arc::new(Late {
            web: MemoryFetch::new(),
            path,
            by,
            asked: Notify::new(),
            told: Notify::new(),
        })
    }
}

impl Fetch for Late {
    fn fetch<'a>(&'a self, request: Request<'a>) -> BoxFuture<'a, Result<Outcome, FetchError>> {
        Box::pin(async move {
            if request.url.as_str().ends_with(self.path) {
                self.asked.notify_one();
                match self.by {
                    Some(by) => tokio::time::sleep(by).await,
                    None => self.told.notified().await,
                }
            }
            self.web.fetch(request).await
        })
    }
}

/// The records are not as long as announced, which is nobody's concern here.
fn mirrored_only(log: &SmallLog) -> Task {
    Task {
        may_judge: false,
        ..log.task(&[(1, 0, None)])
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_first_bundle_that_comes_last_does_not_wait_for_those_behind_it() {
    let late = Late::new("tile/entries/000", Some(Duration::from_millis(500)));
    let (_folder, desk) = desk(late.clone(), BUDGET_KIB);
    let mut log = SmallLog::of("ada", 0);
    log.grow_to(5 * 256, LARGEST);
    log.serve(&late.web, 1);
    let ended = tokio::time::timeout(PATIENCE, harvest(&desk, &mirrored_only(&log))).await;
    ended.expect("it waits for itself").unwrap();
    assert_eq!(desk.budget.available_permits(), BUDGET_KIB as usize);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_member_whose_records_never_come_leaves_memory_for_the_others() {
    let late = Late::new("ada.example.org/log/records/000", None);
    let (_folder, desk) = desk(late.clone(), BUDGET_KIB);
    let mut ada = SmallLog::of("ada", 0);
    ada.grow_to(5 * 256, LARGEST);
    ada.serve(&late.web, 1);
    let mut eva = SmallLog::of("eva", 0);
    eva.grow_to(2 * 256, LARGEST);
    eva.serve(&late.web, 1);
    let (slow, task) = (desk.clone(), mirrored_only(&ada));
    let slow = tokio::spawn(async move { harvest(&slow, &task).await });
    late.asked.notified().await;
    let ended = tokio::time::timeout(PATIENCE, harvest(&desk, &mirrored_only(&eva))).await;
    ended.expect("it waits for the other member").unwrap();
    late.told.notify_one();
    let ended = tokio::time::timeout(PATIENCE, slow).await;
    ended.expect("the slow one does not end").unwrap().unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn ordinary_records_have_room_whoever_holds_the_memory_of_large_ones() {
    let web = Late::new("no such file", None);
    let (_folder, desk) = desk(web.clone(), BUDGET_KIB);
    let mut eva = SmallLog::of("eva", 0);
    eva.grow_to(3 * 256, None);
    eva.serve(&web.web, 1);
    // as two members would whose large records never come
    let all = Arc::clone(&desk.budget).acquire_many_owned(BUDGET_KIB);
    let held = all.await.unwrap();
    let ended = tokio::time::timeout(PATIENCE, harvest(&desk, &mirrored_only(&eva))).await;
    ended.expect("it waits for the others").unwrap();
    drop(held);
}
