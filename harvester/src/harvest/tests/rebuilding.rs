//! What is made again must be all that was there.

use std::sync::Arc;

use super::fixture::{SmallLog, desk};
use crate::fetch::MemoryFetch;
use crate::harvest::harvest;
use crate::harvest::replay::replay;
use crate::ledger::{judge, log};

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_forgotten_of_a_log_that_cannot_be_judged_again() {
    let web = Arc::new(MemoryFetch::new());
    let (_folder, desk) = desk(web.clone(), 64 << 10);
    let (ada, eva) = (SmallLog::of("ada", 300), SmallLog::of("eva", 5));
    let tasks = [&ada, &eva].map(|log| {
        log.serve(&web, 1);
        log.task(&[(1, 0, None)])
    });
    for task in &tasks {
        harvest(&desk, task).await.unwrap();
    }
    let counts = || {
        let connection = &mut *desk.ledger.reader().unwrap();
        let logs = log::all(connection).unwrap();
        let counts = |log: &log::Log| judge::counts(connection, log.id).unwrap();
        logs.iter().map(counts).collect::<Vec<_>>()
    };
    let before = counts();
    // the roster closed the log of ada, say, which this version does not follow
    let refused = replay(&desk, &tasks[1..], true).await.unwrap_err();
    assert!(refused.state().1.contains("ada"), "{refused:?}");
    assert_eq!(counts(), before);
    replay(&desk, &tasks, true).await.unwrap();
    assert_eq!(counts(), before);
}
