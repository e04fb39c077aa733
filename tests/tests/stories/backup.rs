//! A node restored from an old copy of its data must not sign a second history of its log.

use std::net::TcpListener;

use tests::folder;
use tests::node::TempNode;
use tests::studies::StudyFolder;

use super::{assert_whole, node_with};

/// A node of one study, its copy, and the node again with one study more.
fn node_and_older_copy() -> (TempNode, TempNode) {
    let node = node_with(&[StudyFolder::new("first")]);
    let copy = node.copy();
    publish(&node, "second");
    (node, copy)
}

fn publish(node: &TempNode, name: &str) {
    let folder = tempfile::tempdir().unwrap();
    let report = node.import_one(&StudyFolder::new(name).write(folder.path()));
    assert_eq!(report.outcome, "published");
}

/// Nothing is signed, nothing is changed, and it says why.
#[track_caller]
fn refuses_to_sign(node: &TempNode, why: &str) {
    let folder = tempfile::tempdir().unwrap();
    let study = StudyFolder::new("another").write(folder.path());
    let signed_before = (
        node.proved().head,
        folder::contents(&node.path("ocfl")),
        node.status(),
    );
    let import = ["import", study.to_str().unwrap()];
    for command in [
        &import[..],
        &["withdraw", "TST-S1", "--reason", "privacy", "--yes"],
        &["suppress", "TST-S1", "--reason", "error"],
        &["redact", "TST-S1.1", "--reason", "legal"],
    ] {
        node.run(command)
            .could_not()
            .says(why)
            .says("nothing was signed");
    }
    let signed_after = (
        node.proved().head,
        folder::contents(&node.path("ocfl")),
        node.status(),
    );
    assert!(signed_before == signed_after, "something was changed");
    assert_whole(node);
}

#[test]
fn a_restored_backup_does_not_sign_beyond_what_a_peer_knows() {
    let (node, copy) = node_and_older_copy();
    let mirror = node.mirror();
    copy.set_peers(&[mirror.url()]);
    refuses_to_sign(&copy, "restored backup");
    // a peer that is silent beside one that answers excuses nothing
    copy.edit_config(|text| text.replace("peers = [", "peers = [\"http://127.0.0.1:9/log/\", "));
    refuses_to_sign(&copy, "restored backup");
}

#[test]
fn a_restored_backup_can_be_read_and_served_all_the_same() {
    let (node, copy) = node_and_older_copy();
    let mirror = node.mirror();
    copy.set_peers(&[mirror.url()]);
    let served = copy.serve();
    assert_eq!(served.get("id/TST-S1").status, 200);
    assert_eq!(served.get("id/TST-S2").status, 404);
    copy.proved_at(&served.log());
}

#[test]
fn a_peer_that_is_a_node_that_serves_is_believed_like_any_other() {
    let (node, copy) = node_and_older_copy();
    let served = node.serve();
    copy.set_peers(&[served.log()]);
    refuses_to_sign(&copy, "restored backup");
}

#[test]
fn a_fork_is_told_apart_from_an_old_copy() {
    let (node, copy) = node_and_older_copy();
    // the copy did sign, before anybody told it of its peer
    publish(&copy, "third");
    let mirror = node.mirror();
    copy.set_peers(&[mirror.url()]);
    refuses_to_sign(&copy, "two histories");
    // a fork is found below one's own size, too
    publish_unasked(&copy);
    refuses_to_sign(&copy, "two histories");
}

/// Publishes with the peers taken out of the configuration for as long.
fn publish_unasked(node: &TempNode) {
    let mut peers = String::new();
    node.edit_config(|text| {
        peers = text
            .lines()
            .find(|line| line.starts_with("peers"))
            .unwrap()
            .to_owned();
        text.replace(&peers, "")
    });
    publish(node, "fourth");
    node.edit_config(|text| text.replace("[log]\n", &format!("[log]\n{peers}\n")));
}

#[test]
fn a_silent_peer_stops_signing_because_nobody_can_tell() {
    let node = node_with(&[StudyFolder::new("first")]);
    let nobody = TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap();
    node.set_peers(&[format!("http://{nobody}/log/")]);
    refuses_to_sign(&node, "none of the peers");
}

#[test]
fn a_peer_with_another_log_is_no_peer() {
    let node = node_with(&[StudyFolder::new("first")]);
    let other = node_with(&[StudyFolder::new("first")]);
    let mirror = other.mirror();
    node.set_peers(&[mirror.url()]);
    refuses_to_sign(&node, "none of the peers");
}

#[test]
fn a_peer_that_is_equal_or_older_lets_sign() {
    let node = node_with(&[StudyFolder::new("first")]);
    let older = node.copy();
    let mirror = older.mirror();
    node.set_peers(&[mirror.url()]);
    publish(&node, "equal");
    publish(&node, "older");
    node.run(&["suppress", "TST-S1", "--reason", "error"])
        .done();
    // one that is silent beside it is told, and stops nothing
    node.edit_config(|text| text.replace("peers = [", "peers = [\"http://127.0.0.1:9/log/\", "));
    publish(&node, "beside a silent one");
    assert_whole(&node);
}

#[test]
fn its_own_public_checkpoint_is_asked_and_need_not_answer() {
    let (node, copy) = node_and_older_copy();
    // a plain server of DATA: what it has at log/ is the log
    let public = tests::static_server::StaticServer::of(node.data());
    copy.edit_config(|text| text.replace(tests::node::BASE, &public.url()));
    refuses_to_sign(&copy, "restored backup");
    drop(public);
    publish(&copy, "when nobody answers");
}

#[test]
fn an_act_that_was_cut_short_is_not_completed_beyond_what_a_peer_knows() {
    let node = node_with(&[StudyFolder::new("first")]);
    let folder = tempfile::tempdir().unwrap();
    let study = StudyFolder::new("cut short").write(folder.path());
    let copy = node.copy();
    copy.run_until("act-journalled", &["import", study.to_str().unwrap()]);
    publish(&node, "second");
    let mirror = node.mirror();
    copy.set_peers(&[mirror.url()]);
    let before = copy.proved().head;
    for command in [
        &["suppress", "TST-S1", "--reason", "error"][..],
        &["rebuild"],
        &["import", study.to_str().unwrap()],
    ] {
        copy.run(command).could_not().says("restored backup");
        assert_eq!(copy.proved().head, before, "{command:?} signed");
    }
}
