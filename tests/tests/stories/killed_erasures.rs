//! What removes bytes for a legal cause, killed at every named point: once it was decided it is completed, whoever does it.

use std::path::PathBuf;

use node::crash::POINTS;
use tests::folder::files_with;
use tests::independent::note::Head;
use tests::node::TempNode;
use tests::ran::Ran;
use tests::studies::StudyFolder;

use super::kills::{ABORTED, assert_only_waiting, assert_well, is_after_decision, signed};
use super::node_with;

/// What nobody may find once a privacy withdrawal or a redaction was decided.
const MARKER: &str = "quixotic-marker-of-a-person";

/// A node whose first study names a person, in a full bundle.
fn node_with_a_secret() -> (TempNode, Head) {
    let mut secret = StudyFolder::new("secret");
    secret.title = format!("Cells of {MARKER}");
    let node = node_with(&[secret, StudyFolder::with_images("other", 260)]);
    let head = node.proved().head;
    (node, head)
}

/// The points that an act without studies comes to.
fn move_points() -> impl Iterator<Item = &'static str> {
    POINTS
        .iter()
        .copied()
        .filter(|point| !["staged", "object-committed"].contains(point))
}

/// Kills an erasure at each point and asks for it again; `repeated` judges the second where the first was decided.
fn an_erasure_killed_anywhere(
    arguments: &[&str],
    repeated: impl Fn(Ran),
    is_erased: impl Fn(&TempNode) -> bool,
) {
    let (original, head) = node_with_a_secret();
    for point in move_points() {
        for is_completed_by_server in [false, true] {
            let node = original.copy();
            let ran = node.run_until(point, arguments);
            assert_eq!(
                ran.killed_by(),
                Some(ABORTED),
                "{point} was not come to: {ran:?}"
            );
            let is_decided = is_after_decision(point);
            assert_only_waiting(&node, is_decided, point);
            let seen = signed(&node);
            if is_completed_by_server {
                let served = node.serve();
                node.proved_at(&served.log());
                assert!(served.stop().0.success());
                assert_eq!(is_erased(&node), is_decided, "{point}");
            }
            let again = node.run(arguments);
            if is_decided {
                repeated(again);
            } else {
                again.done();
            }
            assert!(is_erased(&node), "{point}");
            let log = node.proved();
            assert!(log.continues(&head) && log.continues(&seen), "{point}");
            assert_well(&node);
            node.run(&["rebuild"]).done();
            assert_well(&node);
            assert!(is_erased(&node), "{point}, rebuilt");
        }
    }
}

#[test]
fn a_withdrawal_for_privacy_killed_anywhere_is_completed() {
    let withdraw = ["withdraw", "TST-S1", "--reason", "privacy", "--yes"];
    // erasing once more what is gone is no mistake
    an_erasure_killed_anywhere(
        &withdraw,
        |again| drop(again.done()),
        |node| files_with(node.data(), MARKER) == Vec::<PathBuf>::new(),
    );
}

#[test]
fn a_redaction_killed_anywhere_is_completed() {
    let redact = ["redact", "TST-S1.1", "--reason", "legal"];
    an_erasure_killed_anywhere(
        &redact,
        |again| drop(again.refused().says("removed already")),
        |node| {
            // the deposited files stay, as the command says
            let left = files_with(node.data(), MARKER);
            left.iter().all(|path| path.ends_with("files/study.yaml"))
        },
    );
}
