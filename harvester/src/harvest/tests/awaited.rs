//! Records that are missing, more than one run asks for; and those that an older version did not understand.

use std::collections::BTreeSet;
use std::sync::Arc;

use protocol::merkle::empty_root;

use super::fixture::{SmallLog, desk};
use crate::fetch::MemoryFetch;
use crate::harvest::awaited::{MOST_RECORDS, records_to_ask_for};
use crate::harvest::desk::Desk;
use crate::harvest::files::LogFiles;
use crate::harvest::harvest;
use crate::harvest::obtain::Obtaining;
use crate::ledger::judge::Sequence;
use crate::ledger::{Connection, log, quarantine};
use crate::tree::Tree;
use crate::verify::{Reading, VerifiedWindow, Worth};

/// Judges a log as if its records were worth this; gives its number.
fn judged(desk: &Desk, log: &SmallLog, worth: impl Fn(String) -> Worth) -> i32 {
    let enter = |connection: &mut Connection| log::enter(connection, log.origin().as_str(), "ada");
    let known = desk.ledger.write(enter).unwrap().id;
    let readings = log.parsed().map(|entry| {
        let worth = worth("so it is said".to_owned());
        Reading::Entry(Box::new(entry), Some(worth))
    });
    let window = VerifiedWindow {
        first: 0,
        readings: readings.collect(),
    };
    let now = desk.clock.timestamp();
    let under = Sequence::New { now: &now };
    let prefix = log.task(&[]).rules.prefix;
    desk.ledger.judge(known, &prefix, window, under).unwrap();
    known
}

#[tokio::test(flavor = "multi_thread")]
async fn all_are_asked_for_in_the_end_though_the_clock_stands_still() {
    let (_folder, desk) = desk(Arc::new(MemoryFetch::new()), 1 << 10);
    let size = MOST_RECORDS.unsigned_abs() + 300;
    let log = SmallLog::of("ada", size);
    let task = log.task(&[(1, 0, None)]);
    let known = judged(&desk, &log, |sentence| Worth::Missing { sentence });
    let mirror = desk.mirror.log(&log.origin());
    let files = LogFiles::new(mirror, Arc::clone(&desk.fetch), Vec::new());
    let tree = Tree::open(0, empty_root(), Arc::new(files.clone())).await;
    let tree = tree.map_err(|error| format!("{error:?}")).unwrap();
    let obtaining = Obtaining::new(&desk, known, files, tree, task.rules.clone());
    let mut asked = BTreeSet::new();
    let mut runs = 0;
    while asked.len() < size as usize {
        let some = records_to_ask_for(&obtaining).unwrap();
        assert_eq!(some.len() as u64, MOST_RECORDS.unsigned_abs());
        asked.extend(some.into_iter().map(|record| record.index));
        runs += 1;
        // one is left out with 300 chances of 1,300: by chance that does not happen so often
        assert!(runs < 100, "{} of {size} are asked for", asked.len());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_an_older_version_deferred_is_judged_again_once() {
    let web = Arc::new(MemoryFetch::new());
    let (_folder, desk) = desk(web.clone(), 64 << 10);
    let log = SmallLog::of("ada", 300);
    log.serve(&web, 1);
    let task = log.task(&[(1, 0, None)]);
    let known = judged(&desk, &log, |sentence| Worth::Deferred { sentence });
    let codes = || {
        let connection = &mut *desk.ledger.reader().unwrap();
        let all = quarantine::list(connection, known, 0, 1_000).unwrap();
        let codes: BTreeSet<_> = all.iter().map(|one| one.code.clone()).collect();
        (all.len(), codes)
    };
    let deferred = (300, BTreeSet::from(["unknown-profile".to_owned()]));
    assert_eq!(codes(), deferred);
    // the mirror gets the bytes; by these rules all is judged
    harvest(&desk, &task).await.unwrap();
    assert_eq!(codes(), deferred);
    // an older version had judged it
    desk.ledger
        .write(|connection| log::set_rules(connection, known, 0))
        .unwrap();
    harvest(&desk, &task).await.unwrap();
    assert_eq!(codes(), (300, BTreeSet::from(["not-canonical".to_owned()])));
}
