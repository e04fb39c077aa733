//! Help pages, and the snippets on the page for programs, which are run as somebody would who pastes them.

use std::process::{Command, Output};

use protocol::entry::{Operation, Reason};
use regex::Regex;

use super::oai::clients;
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
    let mut ran = (0, 0);
    for snippet in Snippet::all(page.text()) {
        let Some(out) = snippet.said() else { continue };
        match snippet.language.as_str() {
            "shell" => ran.0 += 1,
            "python" | "python-sickle" => ran.1 += 1,
            _ => {}
        }
        let expected = [
            "DND-S1",
            "Septin",
            "OTH-S1",
            "Lamellipodia",
            "dundee",
            "records",
        ];
        assert!(
            expected.iter().any(|word| out.contains(word)),
            "{}\n{out}",
            snippet.text
        );
    }
    let of_sickle = usize::from(clients::are_there());
    assert_eq!(ran, (7, 5 + of_sickle));
}

#[test]
fn search_sparql_and_oai_pmh_give_the_same_answer_to_the_question_on_the_page() {
    // two pages of the search, two of OAI-PMH, and what none of the three may give
    let portal = Portal::with(|log| {
        for serial in 1..=130 {
            let title = format!("Septin rings & \"contractile\" ones <{serial}>: the récit");
            put_study(log, &format!("DND-S{serial}"), &title);
        }
        put_study(log, "DND-S2", "A title that was made better");
        put_image(log, "DND-S1-I1", "One ring");
        log.withdraw("DND-S3");
        let reason = Reason::Error;
        log.operate("DND-S4", &Operation::Suppress { reason });
        log.replace("DND-S5", "DND-S6");
    });
    let page = portal.browse("help/machines").is(200);
    let (_, section) = page.text().split_once("id=\"three-ways\"").unwrap();
    let (section, _) = section.split_once("</section>").unwrap();
    let snippets = Snippet::all(section);
    let python: Vec<&Snippet> = snippets
        .iter()
        .filter(|snippet| snippet.language.starts_with("python"))
        .collect();
    assert_eq!(python.len(), 3);
    let said: Vec<String> = python.iter().filter_map(|snippet| snippet.said()).collect();
    assert_eq!(said.len(), 2 + usize::from(clients::are_there()));
    for other in &said[1..] {
        assert_eq!(&said[0], other);
    }
    let lines: Vec<&str> = said[0].lines().collect();
    assert_eq!(lines.len(), 127, "{lines:?}");
    let first =
        "https://images.example.org/id/DND-S1\tSeptin rings & \"contractile\" ones <1>: the récit";
    assert_eq!(lines[0], first);
    assert!(lines.contains(&"https://images.example.org/id/DND-S2\tA title that was made better"));
}

/// A piece of code on a page.
struct Snippet {
    language: String,
    text: String,
}

impl Snippet {
    fn all(page: &str) -> Vec<Snippet> {
        let code = Regex::new(r#"(?s)<code data-language="([\w-]+)">(.*?)</code>"#).unwrap();
        let snippets = code.captures_iter(page).map(|found| Snippet {
            language: found[1].to_owned(),
            text: unescaped(&found[2]),
        });
        snippets.collect()
    }

    /// What it prints, run as it stands. Nothing where the machine has not what it needs, which is said.
    #[track_caller]
    fn said(&self) -> Option<String> {
        let mut command = match self.language.as_str() {
            "shell" => with("bash", &["-euo", "pipefail", "-c"]),
            "python" => with("python3", &["-c"]),
            "python-sickle" if clients::are_there() => with(clients::PYTHON, &["-c"]),
            "r" if has_r() => with("Rscript", &["-e"]),
            "python-sickle" | "r" => {
                eprintln!(
                    "skipped, since what it needs is not installed:\n{}",
                    self.text
                );
                return None;
            }
            other => panic!("nobody runs {other}"),
        };
        command.arg(&self.text).env("NO_PROXY", "*");
        let Output {
            status,
            stdout,
            stderr,
        } = command.output().unwrap();
        let said = String::from_utf8_lossy(&stdout).into_owned();
        let error = String::from_utf8_lossy(&stderr);
        assert!(status.success(), "{}\n{said}{error}", self.text);
        Some(said)
    }
}

fn with(program: &str, arguments: &[&str]) -> Command {
    let mut command = Command::new(program);
    command.args(arguments);
    command
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
