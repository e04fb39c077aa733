//! Records that are missing: more than one run asks for.

use std::collections::BTreeSet;
use std::sync::Arc;

use protocol::entry::Entry;
use protocol::merkle::empty_root;

use super::fixture::{SmallLog, desk};
use crate::fetch::MemoryFetch;
use crate::harvest::awaited::{MOST_RECORDS, records_to_ask_for};
use crate::harvest::files::LogFiles;
use crate::harvest::obtain::Obtaining;
use crate::ledger::judge::Sequence;
use crate::ledger::log;
use crate::tree::Tree;
use crate::verify::{Reading, VerifiedWindow, Worth};

#[tokio::test(flavor = "multi_thread")]
async fn all_are_asked_for_in_the_end_though_the_clock_stands_still() {
    let (_folder, desk) = desk(Arc::new(MemoryFetch::new()), 1 << 10);
    let size = MOST_RECORDS.unsigned_abs() + 300;
    let log = SmallLog::of("ada", size);
    let task = log.task(&[(1, 0, None)]);
    let known = desk
        .ledger
        .write(|connection| log::enter(connection, log.origin().as_str(), "ada"))
        .unwrap();
    let missing = |entry: Entry| {
        let sentence = "nobody has it".to_owned();
        Reading::Entry(Box::new(entry), Some(Worth::Missing { sentence }))
    };
    let window = VerifiedWindow {
        first: 0,
        readings: log.parsed().map(missing).collect(),
    };
    let now = desk.clock.timestamp();
    let under = Sequence::New { now: &now };
    desk.ledger
        .judge(known.id, &task.rules.prefix, window, under)
        .unwrap();

    let mirror = desk.mirror.log(&log.origin());
    let files = LogFiles::new(mirror, Arc::clone(&desk.fetch), Vec::new());
    let tree = Tree::open(0, empty_root(), Arc::new(files.clone())).await;
    let tree = tree.map_err(|error| format!("{error:?}")).unwrap();
    let obtaining = Obtaining::new(&desk, known.id, files, tree, task.rules.clone());
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
