//! Help pages, and the snippets on the page for programs, which are run as somebody would who pastes them.

use std::process::{Command, Output};

use regex::Regex;

use super::portal::{Portal, put_image, put_study};

fn portal() -> Portal {
    Portal::with(|log| {
        put_study(log, "DND-S1", "Septin rings in dividing cells");
        put_image(log, "DND-S1-I1", "One ring");
    })
}

#[test]
fn every_help_page_is_there_and_its_links_lead_somewhere() {
    let portal = portal();
    let link = Regex::new(r#"href="/([^"]*)""#).unwrap();
    for page in [
        "help",
        "help/search",
        "help/trust",
        "help/download",
        "help/machines",
    ] {
        let got = portal.browse(page).is(200);
        assert_eq!(got.header("content-type"), "text/html; charset=utf-8");
        let mut links: Vec<String> = link
            .captures_iter(got.text())
            .map(|found| found[1].replace("&#38;", "&").replace("&amp;", "&"))
            .collect();
        links.sort_unstable();
        links.dedup();
        assert!(links.len() > 5, "{page}: {links:?}");
        for link in links {
            let target = portal.browse(link.split('#').next().unwrap());
            let is_there = target.status == 200 || (300..400).contains(&target.status);
            assert!(is_there, "{page} links to {link}: {}", target.status);
        }
    }
    // a page that a browser has keeps the policy that it came with
    let tag = portal.browse("help").is(200).header("etag").to_owned();
    let known = portal.ask(reqwest::Method::GET, "help", &[("if-none-match", &tag)]);
    assert_eq!(known.is(304).header("content-security-policy"), "");
    portal.get("help/nonsense").is_problem(404, "not-found");
}

#[test]
fn examples_are_of_what_is_here() {
    let portal = portal();
    let page = portal.browse("help/search").is(200);
    assert!(page.text().contains("studies of Schizosaccharomyces pombe"));
    assert!(page.text().contains("search?organism=NCBITaxon%3A4896"));
}

#[test]
fn the_snippets_for_programs_run_as_they_stand() {
    let portal = portal();
    let page = portal.browse("help/machines").is(200);
    let code = Regex::new(r#"(?s)<code data-language="(\w+)">(.*?)</code>"#).unwrap();
    let mut ran = (0, 0);
    for found in code.captures_iter(page.text()) {
        let (language, text) = (&found[1], unescaped(&found[2]));
        match language {
            "shell" => {
                ran.0 += 1;
                said(
                    &text,
                    Command::new("bash").args(["-euo", "pipefail", "-c", &text]),
                );
            }
            "python" => {
                ran.1 += 1;
                said(&text, Command::new("python3").args(["-c", &text]));
            }
            "r" if has_r() => said(&text, Command::new("Rscript").args(["-e", &text])),
            "r" => eprintln!("skipped: Rscript is not installed, so nobody ran\n{text}"),
            other => panic!("nobody runs {other}"),
        }
    }
    assert_eq!(ran, (4, 3));
}

/// It runs, and says something about the study.
#[track_caller]
fn said(text: &str, command: &mut Command) {
    let Output {
        status,
        stdout,
        stderr,
    } = command.output().unwrap();
    let (out, error) = (
        String::from_utf8_lossy(&stdout),
        String::from_utf8_lossy(&stderr),
    );
    assert!(status.success(), "{text}\n{out}{error}");
    let expected = ["DND-S1", "Septin", "dundee", "records"];
    assert!(
        expected.iter().any(|word| out.contains(word)),
        "{text}\n{out}"
    );
}

fn has_r() -> bool {
    Command::new("Rscript").arg("--version").output().is_ok()
}

/// What a browser shows of an escaped text.
fn unescaped(text: &str) -> String {
    [
        ("&lt;", "<"),
        ("&gt;", ">"),
        ("&quot;", "\""),
        ("&#60;", "<"),
        ("&#62;", ">"),
        ("&#34;", "\""),
        ("&#39;", "'"),
        ("&#38;", "&"),
        ("&amp;", "&"),
    ]
    .iter()
    .fold(text.to_owned(), |text, (from, to)| text.replace(from, to))
}
