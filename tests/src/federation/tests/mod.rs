//! The makers and the liars are held to what they promise.

mod faults;
mod logs;

use super::{LogMaker, sample};
use crate::node::NAMESPACE;

/// A log of `records` records, three at least, one of them suppressed and restored, one withdrawn, one revised.
fn a_log(records: u64) -> LogMaker {
    let mut log = LogMaker::new("ABC", "abc.example.org/omma/log", NAMESPACE, 1);
    for serial in 1..=records {
        let id = format!("ABC-S{serial}");
        let study = sample::study(
            log.namespace(),
            &id,
            &format!("Septin rings, part {serial}"),
        );
        log.put(&id, study);
    }
    log.suppress("ABC-S1");
    log.restore("ABC-S1");
    log.withdraw("ABC-S2");
    let revised = sample::study(log.namespace(), "ABC-S3", "Septin rings, revised");
    assert_eq!(log.put("ABC-S3", revised).version, 2);
    log.checkpoint();
    log
}
