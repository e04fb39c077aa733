//! Settings that are wrong, data of another program, keys that others can read, and ports that are taken.

use std::fs;
use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt;

use diesel::connection::SimpleConnection;
use diesel::{Connection, SqliteConnection};
use tests::node::TempNode;
use tests::studies::StudyFolder;

use super::{PROGRAM, assert_whole, node_with};

fn node() -> TempNode {
    node_with(&[StudyFolder::new("one")])
}

/// Every command that opens the archive could not run, for this cause, and changed nothing in the log.
#[track_caller]
fn stops_everything(node: &TempNode, words: &[&str]) {
    let log = tests::folder::contents(&node.path("log"));
    let folder = tempfile::tempdir().unwrap();
    let study = StudyFolder::new("another").write(folder.path());
    for command in [
        &["import", study.to_str().unwrap()][..],
        &["serve", "--bind", "127.0.0.1:0"],
        &["status"],
        &["suppress", "TST-S1", "--reason", "error"],
        &["key", "show"],
    ] {
        let ran = node.run(command).could_not();
        for word in words {
            ran.clone().says(word);
        }
    }
    assert_eq!(tests::folder::contents(&node.path("log")), log);
}

#[test]
fn an_unknown_setting_is_refused_by_its_name() {
    let node = node();
    node.edit_config(|text| text.replace("[serve]", "[serve]\nbnid = \"127.0.0.1:1\""));
    stops_everything(&node, &["config.toml", "bnid"]);
    node.edit_config(|text| text.replace("bnid = \"127.0.0.1:1\"", "workers = \"many\""));
    stops_everything(&node, &["config.toml", "workers"]);
}

#[test]
fn an_origin_that_was_changed_is_refused_before_anything_is_signed_under_it() {
    let node = node();
    node.edit_config(|text| text.replace("origin = \"", "origin = \"changed.example.org/"));
    stops_everything(&node, &["node.origin", "never be changed"]);
}

#[test]
fn a_namespace_or_prefix_that_was_changed_is_refused() {
    let node = node();
    node.edit_config(|text| text.replace("images.example.org/id/", "elsewhere.example.org/id/"));
    stops_everything(&node, &["namespace"]);
    let node = self::node();
    node.edit_config(|text| text.replace("prefix = \"TST\"", "prefix = \"OTH\""));
    stops_everything(&node, &["prefix"]);
}

#[test]
fn a_base_url_may_change() {
    let node = node();
    node.edit_config(|text| text.replace(tests::node::BASE, "http://127.99.1.1:9/archive/"));
    let folder = tempfile::tempdir().unwrap();
    let report = node.import_one(&StudyFolder::new("another").write(folder.path()));
    assert_eq!(report.outcome, "published");
    assert_whole(&node);
}

#[test]
fn a_missing_or_broken_configuration_is_told() {
    let node = node();
    let text = fs::read_to_string(node.path("config.toml")).unwrap();
    fs::write(node.path("config.toml"), "[node\n").unwrap();
    stops_everything(&node, &["config.toml"]);
    fs::remove_file(node.path("config.toml")).unwrap();
    stops_everything(&node, &["config.toml", "cannot be read"]);
    fs::write(node.path("config.toml"), text).unwrap();
    assert_whole(&node);
}

#[test]
fn a_folder_that_is_no_node_is_told() {
    let empty = tempfile::tempdir().unwrap();
    let mut command = std::process::Command::new(PROGRAM);
    let output = command
        .args(["status", "--data"])
        .arg(empty.path())
        .output()
        .unwrap();
    tests::ran::Ran::new(output)
        .could_not()
        .says("is not the DATA folder of a node")
        .says("omma-node init");
    assert_eq!(
        tests::folder::files(empty.path()),
        Vec::<std::path::PathBuf>::new()
    );
}

#[test]
fn data_of_a_newer_program_are_left_alone() {
    let node = node();
    fs::write(node.path("format"), "2\n").unwrap();
    stops_everything(&node, &["newer omma-node"]);
    node.run(&["check"]).could_not().says("newer omma-node");
    node.run(&["rebuild"]).could_not().says("newer omma-node");
    fs::write(node.path("format"), "1\n").unwrap();
    assert_whole(&node);
}

#[test]
fn a_database_of_a_newer_program_is_left_alone() {
    let node = node();
    let path = node.path("db.sqlite");
    let mut database = SqliteConnection::establish(path.to_str().unwrap()).unwrap();
    database
        .batch_execute("INSERT INTO __diesel_schema_migrations (version) VALUES ('29990101000000')")
        .unwrap();
    stops_everything(&node, &["newer version of omma-node", "29990101000000"]);
    node.run(&["check"])
        .refused()
        .says("newer version of omma-node");
    database
        .batch_execute("DELETE FROM __diesel_schema_migrations WHERE version = '29990101000000'")
        .unwrap();
    assert_whole(&node);
}

#[test]
fn a_key_that_others_can_read_is_refused() {
    let node = node();
    let key = node.path("keys/log.key");
    for mode in [0o644, 0o640, 0o604] {
        fs::set_permissions(&key, fs::Permissions::from_mode(mode)).unwrap();
        stops_everything(&node, &["can be read by others", "chmod 600"]);
    }
    fs::set_permissions(&key, fs::Permissions::from_mode(0o600)).unwrap();
    assert_whole(&node);
}

#[test]
fn a_key_of_another_log_or_none_is_refused_and_never_shown() {
    let node = node();
    let key = node.path("keys/log.key");
    let text = fs::read_to_string(&key).unwrap();
    // PRIVATE+KEY+name+id+secret: the base64 of the secret may have a + of its own
    let secret = text.trim().splitn(5, '+').nth(4).unwrap().to_owned();
    assert_eq!(secret.len(), 44);
    let put = |text: &str| {
        fs::write(&key, text).unwrap();
    };
    for damaged in [
        text.replace("PRIVATE", "PUBLIC"),
        other_ending(&text),
        String::new(),
        text.replace("/log+", "/gol+"),
    ] {
        put(&damaged);
        let ran = node.run(&["status"]).could_not().says("log.key");
        assert!(!ran.stderr.contains(&secret) && !ran.stdout.contains(&secret));
    }
    fs::remove_file(&key).unwrap();
    stops_everything(&node, &["log.key"]);
    put(&text);
    fs::set_permissions(&key, fs::Permissions::from_mode(0o600)).unwrap();
    assert_whole(&node);
}

/// The key with other last bits: it does not fit its key id.
fn other_ending(text: &str) -> String {
    let text = text.trim_end();
    let (rest, last) = text.split_at(text.len() - 4);
    format!("{rest}{}", if last == "AAAA" { "BBBB" } else { "AAAA" })
}

#[test]
fn a_key_of_its_own_making_under_the_same_name_does_not_sign() {
    // the folder of another node of the same origin: same name, another key
    let (node, other) = (node(), node());
    fs::copy(other.path("keys/log.key"), node.path("keys/log.key")).unwrap();
    let before = tests::folder::contents(&node.path("log"));
    let folder = tempfile::tempdir().unwrap();
    let study = StudyFolder::new("another").write(folder.path());
    node.try_import(&study).could_not().says("log/checkpoint");
    assert_eq!(tests::folder::contents(&node.path("log")), before);
}

#[test]
fn a_port_in_use_is_told_with_the_address_and_what_to_do() {
    let node = node();
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    node.run(&["serve", "--bind", &address])
        .could_not()
        .says(&address)
        .says("--bind");
    node.run(&["serve", "--bind", "nonsense"])
        .could_not()
        .says("nonsense");
}

#[test]
fn two_servers_of_one_folder_do_not_hurt_each_other() {
    let node = node();
    let (one, other) = (node.serve(), node.serve());
    let folder = tempfile::tempdir().unwrap();
    node.import_one(&StudyFolder::new("another").write(folder.path()));
    assert_eq!(one.get("id/TST-S2.nq"), other.get("id/TST-S2.nq"));
    assert_eq!(one.get("id/TST-S2.nq").status, 200);
    assert!(one.stop().0.success() && other.stop().0.success());
    assert_whole(&node);
}
