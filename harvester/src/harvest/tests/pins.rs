//! What the roster pins, beside heads that were harvested before it said so (section 5 and 6).

use std::sync::Arc;

use super::fixture::{SmallLog, desk};
use crate::fetch::MemoryFetch;
use crate::harvest::desk::Desk;
use crate::harvest::harvest;
use crate::harvest::stop::Stop;

const MEMORY: u32 = 64 << 10;

/// How a harvest ended that is no good one. Records of these logs keep no rule, which does not matter here.
async fn ends(desk: &Desk, task: &crate::harvest::Task) -> Option<Stop> {
    harvest(desk, task).await.err()
}

fn notes(desk: &Desk) -> usize {
    std::fs::read_dir(&desk.evidence).map_or(0, Iterator::count)
}

#[tokio::test(flavor = "multi_thread")]
async fn an_old_key_cannot_freeze_its_member_at_the_pin_itself() {
    let web = Arc::new(MemoryFetch::new());
    let (_folder, desk) = desk(web.clone(), MEMORY);
    let mut log = SmallLog::of("ada", 10);
    log.serve(&web, 1);
    assert!(ends(&desk, &log.task(&[(1, 0, None)])).await.is_none());

    // the new key begins at 10, where the old one still counts
    let task = log.task(&[(1, 0, None), (2, 10, Some(log.root_at(10)))]);
    assert!(ends(&desk, &task).await.is_none());
    log.with_another_end().serve(&web, 1);
    let stop = ends(&desk, &task).await;
    assert!(
        matches!(&stop, Some(Stop::Rejected(sentence)) if sentence.contains("contradicts the history that the roster pins")),
        "{stop:?}"
    );
    assert_eq!(notes(&desk), 1);
    assert!(!desk.evidence_of(task.log.origin.as_str()).exists());

    log.grow_to(12, None);
    log.serve(&web, 2);
    assert!(ends(&desk, &task).await.is_none());
}

#[tokio::test(flavor = "multi_thread")]
async fn the_kept_checkpoint_is_stale_once_a_later_one_is_pinned() {
    let web = Arc::new(MemoryFetch::new());
    let (_folder, desk) = desk(web.clone(), MEMORY);
    let mut log = SmallLog::of("ada", 10);
    log.serve(&web, 1);
    assert!(ends(&desk, &log.task(&[(1, 0, None)])).await.is_none());

    log.grow_to(13, None);
    let task = log.task(&[(1, 0, None), (2, 13, Some(log.root_at(13)))]);
    let stop = ends(&desk, &task).await;
    assert!(
        matches!(&stop, Some(Stop::Stale(sentence)) if sentence.contains("13")),
        "{stop:?}"
    );
    log.serve(&web, 2);
    assert!(ends(&desk, &task).await.is_none());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_harvested_by_a_stolen_key_is_no_fork_of_its_member() {
    let web = Arc::new(MemoryFetch::new());
    let (_folder, desk) = desk(web.clone(), MEMORY);
    let mut log = SmallLog::of("ada", 10);
    let mut stolen = log.with_another_end();
    stolen.grow_to(11, None);
    stolen.serve(&web, 1);
    assert!(ends(&desk, &log.task(&[(1, 0, None)])).await.is_none());

    let task = log.task(&[(1, 0, None), (2, 10, Some(log.root_at(10)))]);
    // still the stolen history, which is the kept one; then the true one
    for served in ["stolen", "true"] {
        let stop = ends(&desk, &task).await;
        assert!(
            matches!(&stop, Some(Stop::Rejected(sentence)) if sentence.contains("another root at 10")
                || sentence.contains("does not give for that size")),
            "{served}: {stop:?}"
        );
        assert!(!desk.evidence_of(task.log.origin.as_str()).exists());
        log.grow_to(14, None);
        log.serve(&web, 2);
    }
    assert_eq!(notes(&desk), 1);
}
