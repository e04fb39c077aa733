//! The commands that stand on pages of studies, pasted into a shell with the programs that they are for.

use std::env;
use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;
use std::process::Command;

use tempfile::TempDir;
use tests::federation::Founding;
use tests::http;
use tests::node::{Institution, TempNode};
use tests::programs::program;
use tests::served::Served;
use tests::studies::StudyFolder;

use crate::study_pages::commands;
use crate::{NODE, PROGRAM};

/// What is pasted under an anchor, and the program that has to be there.
const WAYS: [(&str, &str); 3] = [
    ("fetch-wget", "wget"),
    ("fetch-aria2", "aria2c"),
    ("fetch-rclone", "rclone"),
];

fn study() -> StudyFolder {
    let mut study = StudyFolder::with_images("rings", 3);
    study.files = vec![
        ("notes/read me – 100 %.txt".to_owned(), b"notes".to_vec()),
        ("notes/it's#1?.txt".to_owned(), b"more notes".to_vec()),
        ("-dash &+;=.txt".to_owned(), b"odd".to_vec()),
    ];
    study
}

/// Pastes into a shell that finds the program, in an empty home; gives what it says.
#[track_caller]
fn paste(shell: &str, text: &str, place: &Path, folder: &Path) -> String {
    let mut path = place.as_os_str().to_owned();
    path.push(":");
    path.push(env::var_os("PATH").unwrap_or_default());
    let ran = Command::new(shell)
        .args(["-c", text])
        .current_dir(folder)
        .env("PATH", path)
        .env("HOME", folder)
        .env_remove("http_proxy")
        .env("no_proxy", "127.0.0.1")
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&ran.stdout).into_owned();
    let complained = String::from_utf8_lossy(&ran.stderr);
    assert!(ran.status.success(), "{text}\n{said}\n{complained}");
    said
}

#[track_caller]
fn is_all_there(study: &StudyFolder, folder: &Path) {
    for (path, bytes) in study.images.iter().chain(&study.files) {
        let fetched = fs::read(folder.join("TST-S1.1").join(path));
        assert!(fetched.is_ok_and(|fetched| fetched == *bytes), "{path}");
    }
}

/// A node that says of itself that it is where it is served, as its own pages name that address.
fn node(parent: &Path) -> (TempNode, Served) {
    // the port is free now, and nobody else is given it so soon
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = port.local_addr().unwrap().to_string();
    drop(port);
    let base = format!("http://{address}/");
    let node = TempNode::of(
        NODE,
        Institution {
            prefix: "TST",
            name: "Test Institute",
            base: &base,
        },
    );
    node.import_one(&study().write(parent));
    let served = Served::start(node.command(&["serve", "--bind", &address]));
    (node, served)
}

#[test]
fn every_program_fetches_the_study_with_the_commands_of_either_page() {
    let parent = TempDir::new().unwrap();
    let (_node, served) = node(parent.path());
    let federation = Founding::new(PROGRAM)
        .with_member_at("test", served.url())
        .found();
    federation.sync().of("test").is("current");
    let portal = federation.serve();
    let pages = [
        format!("{}studies/TST-S1", portal.url()),
        format!("{}id/TST-S1", served.url()),
        format!("{}id/TST-S1.1/files", served.url()),
    ];
    for page in pages {
        let page = http::get_as(&page, "text/html");
        for (anchor, name) in WAYS {
            let Some(found) = program(name) else {
                continue;
            };
            let place = Path::new(found.get_program()).parent().unwrap();
            let folder = TempDir::new().unwrap();
            let text = commands(page.text(), anchor);
            // twice: the second time everything is there
            for shell in ["bash", "sh"] {
                let said = paste(shell, &text, place, folder.path());
                assert!(said.starts_with("TST-S1.1.tsv: OK\n"), "{said}");
                assert!(
                    said.ends_with("all files are as they were signed\n"),
                    "{said}"
                );
            }
            is_all_there(&study(), folder.path());
        }
    }
}

#[test]
fn the_portals_page_has_our_own_command_and_it_works() {
    let parent = TempDir::new().unwrap();
    let (_node, served) = node(parent.path());
    let federation = Founding::new(PROGRAM)
        .with_member_at("test", served.url())
        .found();
    federation.sync().of("test").is("current");
    let portal = federation.serve();
    let page = http::get_as(&format!("{}studies/TST-S1", portal.url()), "text/html");
    let folder = TempDir::new().unwrap();
    symlink(PROGRAM, folder.path().join("omma-harvester")).unwrap();
    let text = commands(page.text(), "fetch-omma-harvester");
    let said = paste("sh", &text, folder.path(), folder.path());
    assert!(said.contains("every byte as it was signed"), "{said}");
    is_all_there(&study(), folder.path());
}
