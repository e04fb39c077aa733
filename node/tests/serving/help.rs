//! The help page: its links lead somewhere, and its commands do what they say.

use std::process::{Command, Output};

use regex::Regex;

use crate::deposit;
use crate::server::Server;

/// As the node of these tests says that it is reached, which it is not.
const BASE: &str = "http://127.45.67.89:9/";

#[test]
fn every_link_leads_somewhere_and_every_command_runs() {
    let server = Server::start();
    let folder = server.deposit("one");
    deposit::study(&folder, "one", 2, &[("a table.csv", b"a,b\n")]);
    server.import(&folder);
    let page = server.get_as("/help", "text/html");
    assert_eq!(page.status, 200);
    let links = Regex::new(r#"href="(/[^"]*)""#).unwrap();
    let mut followed = 0;
    for link in links.captures_iter(page.text()) {
        assert_eq!(server.get_as(&link[1], "*/*").status, 200, "{}", &link[1]);
        followed += 1;
    }
    assert!(followed > 8, "{}", page.text());
    let code = Regex::new(r#"(?s)<code data-language="shell">(.*?)</code>"#).unwrap();
    let mut said = Vec::new();
    for found in code.captures_iter(page.text()) {
        let text = found[1].replace("&#38;", "&").replace("&amp;", "&");
        said.push(said_by(&text.replace(BASE, &server.url("/"))));
    }
    let [downloaded, forms, listed] = &said[..] else {
        panic!("{} snippets", said.len());
    };
    assert!(
        downloaded.contains("./a table.csv: OK") || downloaded.contains("a table.csv: OK"),
        "{downloaded}"
    );
    assert!(
        forms.contains("a dcat:Dataset") && forms.contains("@"),
        "{forms}"
    );
    assert!(
        listed.contains("https://images.example.org/id/DND-S1"),
        "{listed}"
    );
}

#[test]
fn an_empty_archive_has_help_too() {
    let page = Server::start().get_as("/help", "text/html");
    assert_eq!(page.status, 200);
    assert!(
        !page.text().contains("data-language"),
        "there is nothing to show it by"
    );
    assert!(
        page.text()
            .contains("creativecommons.org/publicdomain/zero/1.0/")
    );
}

/// What a shell says to a text, in a folder of its own.
#[track_caller]
fn said_by(text: &str) -> String {
    let folder = tempfile::tempdir().unwrap();
    let mut shell = Command::new("bash");
    let ran = shell
        .args(["-euo", "pipefail", "-c", text])
        .current_dir(folder.path());
    let Output {
        status,
        stdout,
        stderr,
    } = ran.env("NO_PROXY", "*").output().unwrap();
    let said = String::from_utf8_lossy(&stdout).into_owned();
    assert!(
        status.success(),
        "{text}\n{said}{}",
        String::from_utf8_lossy(&stderr)
    );
    said
}
