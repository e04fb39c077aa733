//! Converters that do not manage: the file is kept, the reason names them, and nothing else suffers.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::os::unix::process::ExitStatusExt;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;

use node::import::{self, ImportError};
use node::publish::Outcome;
use ontologies::Terms;

use super::{converter, derive, messages, nothing_is_left};
use crate::deposit;
use crate::server::{Server, eventually};

/// A study of a picture and what a microscope may have written.
fn study(folder: &Path) {
    let further = "  - title: Both strains\n    images: [cells.lif]\n";
    deposit::study_with(folder, "one", 1, &[], further);
    fs::write(folder.join("cells.lif"), b"\x70\0\0\0*********").unwrap();
}

/// What the shell does is the converter.
fn shell(script: &str, further: &str) -> String {
    let command = ["/bin/sh", "-c", script, "sh", "{input}", "{output}"];
    converter(&command, &format!(", name = \"odd 1\"{further}"))
}

#[test]
fn a_file_that_is_not_converted_is_kept_with_a_reason_that_names_the_converter() {
    for (script, further, expected) in [
        (
            "echo no such luck; exit 4",
            "",
            "odd 1 ended with the exit code 4",
        ),
        (
            "sleep 1000",
            ", seconds = 1",
            "odd 1 took longer than 1 seconds (images.converter.seconds)",
        ),
        ("true", "", "odd 1 ended well and wrote nothing to {output}"),
        (
            "mkdir \"$2\"",
            "",
            "what odd 1 wrote cannot be read as an image: ",
        ),
        (
            "mkdir \"$2\"; echo '{' > \"$2/.zattrs\"",
            "",
            "what odd 1 wrote cannot be read as an image: ",
        ),
        (
            "mkdir \"$2\"; ln -s /etc/passwd \"$2/.zattrs\"",
            "",
            "odd 1 wrote a symbolic link, which is not followed",
        ),
        (
            "echo rubbish > \"$2\"",
            ", writes = \"ome-tiff\"",
            "what odd 1 wrote is no image of a format that is read here",
        ),
        (
            "printf 'II*\\0' > \"$2\"",
            ", writes = \"ome-tiff\"",
            "what odd 1 wrote cannot be read as an image: ",
        ),
    ] {
        let server = Server::with_images(&shell(script, further));
        let folder = server.deposit("one");
        study(&folder);
        let report = server.import(&folder);
        assert_eq!(report.outcome, Outcome::Published, "{script}");
        let told = messages(&report);
        let begin = "`cells.lif` is an image whose sizes are not known: its format is not read here, and it was not converted: ";
        assert!(
            told.contains(&format!("{begin}{expected}")),
            "{script}: {told}"
        );
        assert_eq!(
            server.get("/id/DND-S1/files/cells.lif").body,
            b"\x70\0\0\0*********"
        );
        assert_eq!(server.get("/iiif/3/DND-S1-I1/info.json").status, 200);
        nothing_is_left(&server);
    }
}

#[test]
fn what_it_said_is_not_published() {
    // the words as they are said stand nowhere in the configuration
    let server = Server::with_images(&shell("printf '/srv/%s luck' such; exit 4", ""));
    let folder = server.deposit("one");
    study(&folder);
    let told = messages(&server.import(&folder));
    assert!(told.contains("odd 1 ended with the exit code 4"), "{told}");
    let page = server.get_as("/id/DND-S1", "text/html");
    assert!(page.text().contains("exit code 4"), "{}", page.text());
    assert!(!page.text().contains("/srv/such"), "{}", page.text());
    let (mut findings, data) = (0, server.data());
    for entry in walkdir::WalkDir::new(&data) {
        let entry = entry.unwrap();
        if !entry.file_type().is_file() {
            continue;
        }
        let bytes = fs::read(entry.path()).unwrap();
        let text = String::from_utf8_lossy(&bytes);
        let (path, staging) = (entry.path().display(), data.join("staging"));
        assert!(!text.contains("/srv/such"), "{path}");
        if entry.file_name() == "findings.json" {
            findings += 1;
            assert!(text.contains("exit code 4"), "{text}");
            assert!(!text.contains(&*staging.to_string_lossy()), "{text}");
        }
    }
    assert!(findings > 0, "no findings are kept");
}

#[test]
fn a_study_is_refused_and_stays_as_it_was_while_the_converter_cannot_be_asked() {
    let server = Server::start();
    let (first, second) = (server.deposit("zero"), server.deposit("one"));
    study(&second);
    deposit::study_with(
        &first,
        "zero",
        1,
        &[],
        "  - title: Both\n    images: [cells.lif]\n",
    );
    fs::write(first.join("cells.lif"), b"\x70\0\0\0*********").unwrap();
    let picture = first.with_file_name("picture.png");
    fs::write(&picture, deposit::picture(1)).unwrap();
    let program = first.with_file_name("converter");
    let is_once = |is_once: bool| {
        let last = if is_once { "rm \"$0\"" } else { "true" };
        let script = format!("#!/bin/sh\ncp '{}' \"$2\" && {last}\n", picture.display());
        fs::write(&program, script).unwrap();
        fs::set_permissions(&program, fs::Permissions::from_mode(0o755)).unwrap();
    };
    let command = [program.to_str().unwrap(), "{input}", "{output}"];
    server.set_images(&converter(
        &command,
        ", name = \"odd 1\", writes = \"ome-tiff\"",
    ));
    is_once(false);
    assert_eq!(server.import(&second).outcome, Outcome::Published);
    let before = server.get("/id/DND-S1-I2.ttl");
    assert!(before.text().contains("omma:sizeX"), "{}", before.text());

    // gone as soon as it has converted the first file
    is_once(true);
    let paths = [first, second.clone()];
    let reports = import::import(&server.archive(), Terms::builtin(), &paths, &mut |_| {});
    let reports = reports.unwrap();
    let of = |folder: &Path| {
        reports
            .iter()
            .find(|report| report.source == folder)
            .unwrap()
    };
    assert_eq!(of(&paths[0]).outcome, Outcome::Published);
    let refused = of(&second);
    assert_eq!(refused.outcome, Outcome::Refused);
    let told = messages(refused);
    assert!(
        told.contains(
            "`cells.lif`: its format is not read here, and it could not be converted now: "
        ) && told.contains("is not found; install it")
            && told.contains("import the study again"),
        "{told}"
    );
    assert_eq!(server.get("/id/DND-S1-I2.ttl").body, before.body);
    assert_eq!(server.get("/id/DND-S1.2").status, 404);

    is_once(false);
    assert_eq!(server.import(&second).outcome, Outcome::Unchanged);
    nothing_is_left(&server);
}

#[test]
fn one_that_fails_later_is_told_on_the_page_without_its_last_words() {
    let server = Server::start();
    let folder = server.deposit("one");
    study(&folder);
    // what it writes the first time is an image that is read here
    let first = folder.with_file_name("first.png");
    fs::write(&first, deposit::picture(1)).unwrap();
    let script = format!(
        "mv '{}' \"$2\" || {{ echo at /srv/secret; exit 5; }}",
        first.display()
    );
    server.set_images(&shell(&script, ", writes = \"ome-tiff\""));
    let told = messages(&server.import(&folder));
    assert!(told.contains("by way of the converter odd 1"), "{told}");
    let made = derive(&Arc::new(server.archive()), &["DND-S1-I2"]);
    assert_eq!(
        made[0].reason.as_deref(),
        Some("odd 1 ended with the exit code 5")
    );
    let page = server.get_as("/id/DND-S1-I2", "text/html");
    assert!(
        page.text().contains("odd 1 ended with the exit code 5"),
        "{}",
        page.text()
    );
    assert!(!page.text().contains("secret"), "{}", page.text());
    nothing_is_left(&server);
}

#[test]
fn nothing_is_imported_when_the_converter_is_not_there() {
    let command = ["no-such-converter", "{input}", "{output}"];
    let server = Server::with_images(&converter(&command, ""));
    let folder = server.deposit("one");
    study(&folder);
    let outcome = import::import(&server.archive(), Terms::builtin(), &[folder], &mut |_| {});
    let error = outcome.unwrap_err();
    assert!(matches!(error, ImportError::Converter(_)), "{error}");
    assert!(
        error
            .to_string()
            .contains("\"no-such-converter\" is not found"),
        "{error}"
    );
    let checked = node::check::check(&server.data()).unwrap();
    let told: Vec<&str> = checked
        .problems
        .iter()
        .map(|problem| problem.message.as_str())
        .collect();
    assert!(
        matches!(&told[..], [one] if one.contains("is not found; install it")),
        "{told:?}"
    );
}

/// What never ends, and says in a file by which number it is known.
fn slow(number: &Path) -> String {
    let number = number.display();
    format!("echo $$ > '{number}.part' && mv '{number}.part' '{number}'; sleep 1000")
}

/// Whether a process of this number runs.
fn lives(process: &str) -> bool {
    let status = fs::read_to_string(format!("/proc/{}/stat", process.trim()));
    status.is_ok_and(|status| !status.contains(") Z "))
}

#[test]
fn an_import_that_is_told_to_end_ends_its_converter() {
    let begun = tempfile::tempdir().unwrap();
    let number = begun.path().join("number");
    let slow = slow(&number);
    let server = Server::with_images(&shell(&slow, ""));
    let folder = server.deposit("one");
    study(&folder);
    for (signal, code) in [("INT", 130), ("TERM", 143)] {
        let mut told = Command::new(env!("CARGO_BIN_EXE_omma-node"))
            .args(["import", "--data"])
            .arg(server.data())
            .arg(&folder)
            .stdout(Stdio::null())
            .spawn()
            .unwrap();
        let process = eventually("the converter runs", || fs::read_to_string(&number).ok());
        fs::remove_file(&number).unwrap();
        let own = told.id().to_string();
        let sent = Command::new("kill").args(["-s", signal, &own]).status();
        assert!(sent.unwrap().success());
        assert_eq!(told.wait().unwrap().code(), Some(code));
        assert!(!lives(&process), "the converter goes on");
        assert_eq!(server.get("/id/DND-S1").status, 404);
    }
    server.set_images("");
    assert_eq!(server.import(&folder).outcome, Outcome::Published);
    nothing_is_left(&server);
}

#[test]
fn an_import_that_is_killed_half_way_leaves_nothing_to_the_next_one() {
    let begun = tempfile::tempdir().unwrap();
    let number = begun.path().join("number");
    let slow = slow(&number);
    let server = Server::with_images(&shell(&slow, ""));
    let folder = server.deposit("one");
    study(&folder);
    let mut killed = Command::new(env!("CARGO_BIN_EXE_omma-node"))
        .args(["import", "--data"])
        .arg(server.data())
        .arg(&folder)
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    let process = eventually("the converter runs", || fs::read_to_string(&number).ok());
    killed.kill().unwrap();
    assert_eq!(killed.wait().unwrap().signal(), Some(9));
    assert!(
        lives(&process),
        "it goes on by itself, as long as nobody ends it"
    );

    server.set_images("");
    assert_eq!(server.import(&folder).outcome, Outcome::Published);
    assert!(!lives(&process));
    nothing_is_left(&server);
}
