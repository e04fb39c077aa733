//! Members wait for their own turns alone.

use std::sync::Arc;
use std::time::Duration;

use protocol::roster::{Document, Member};
use serde_json::json;
use tokio::sync::Notify;

use super::fixture::desk;
use crate::fetch::MemoryFetch;
use crate::harvest::round::Round;

fn roster() -> Document {
    let member = |id: &str| json!({"id": id, "name": id, "prefix": id.to_uppercase(), "base": format!("https://{id}.example.org/"), "status": "retired", "logs": []});
    serde_json::from_value(json!({
        "version": 1, "issued": "2026-11-20T00:00:00Z", "expires": "2026-12-20T00:00:00Z", "name": "Test",
        "namespace": "https://images.example.org/id/", "roots": {"threshold": 1, "keys": []},
        "members": [member("ada"), member("eva")]
    }))
    .unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_member_that_is_being_harvested_holds_up_no_other() {
    let (_folder, desk) = desk(Arc::new(MemoryFetch::new()), 64);
    let round = Round {
        roster: roster(),
        is_expired: false,
        at_once: 2,
        longest: Duration::from_secs(60),
        mirrors: Vec::new(),
        only_mirrors: false,
    };
    // the run of ada that is under way ends only when eva's has ended
    let eva_ended = Arc::new(Notify::new());
    let members: Vec<&Member> = round.roster.members.iter().collect();
    let alone = |member: &Member| {
        let (is_ada, eva_ended) = (member.id == "ada", Arc::clone(&eva_ended));
        async move {
            if is_ada {
                eva_ended.notified().await;
            }
        }
    };
    let done = |report: &crate::harvest::round::MemberReport| {
        if report.id == "eva" {
            eva_ended.notify_one();
        }
    };
    let reports = round.run(&desk, &members, alone, done).await.unwrap();
    let ids: Vec<&str> = reports.iter().map(|report| report.id.as_str()).collect();
    assert_eq!(ids, ["ada", "eva"]);
}
