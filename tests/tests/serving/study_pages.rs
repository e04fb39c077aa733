//! The portal's own pages of studies and images: what they say, whose word it is, and the commands that find out the same.

use std::path::Path;
use std::process::Command;

use ontologies::schema::{dct, rdf, schema_org, xsd};
use protocol::identifier::Accession;
use regex::Regex;
use reqwest::Method;
use tempfile::TempDir;
use tests::federation::sample::{self, About};
use tests::federation::{Fault, Founding, LogMaker};
use tests::http;
use tests::node::{Institution, TempNode};
use tests::studies::StudyFolder;

use super::portal::{Portal, leave_out, put_image, put_study};
use super::{NODE, PROGRAM};

fn page(portal: &Portal, path: &str) -> String {
    let got = portal.browse(path).is(200);
    assert_eq!(got.header("content-type"), "text/html; charset=utf-8");
    got.text().to_owned()
}

/// Puts a study with further statements about it.
fn put_more(log: &mut LogMaker, id: &str, title: &str, more: impl FnOnce(&str) -> Vec<About>) {
    let home = log.namespace().iri(&Accession::parse(id).unwrap());
    let mut statements = sample::study(log.namespace(), id, title);
    statements.extend(more(&home).into_iter().flat_map(About::statements));
    log.put(id, statements);
}

#[test]
fn a_study_is_shown_here_with_whose_word_it_is() {
    let portal = Portal::with(|log| {
        put_study(log, "DND-S1", "Septin rings of fission yeast");
        put_image(log, "DND-S1-I1", "One ring");
    });
    let got = portal.browse("studies/DND-S1").is(200);
    assert_eq!(got.header("cache-control"), "no-cache");
    assert!(got.header("link").contains("rel=\"canonical\""));
    let text = got.text();
    for part in [
        "<h1 dir=\"auto\">Septin rings of fission yeast</h1>",
        "<bdi>Ada Example</bdi>",
        "<strong>Confirmed just now</strong> against the signed list of <a href=\"/members/dundee\"",
        "<summary>How we know this</summary>",
        "dundee.example.org/omma/log",
        "CC BY 4.0",
        "may be used for anything if the authors are credited",
        "href=\"/terms/NCBITaxon%3A4896\"",
        "href=\"/terms/FBbi%3A00000253\"",
        "href=\"/images/DND-S1-I1\"",
        "One ring",
        "5 January 2026",
        "The page at DND Institute",
        "Data are at another place",
    ] {
        // the study of the sample says nothing of where its data are
        if part == "Data are at another place" {
            assert!(text.contains("does not say where they are"), "{text}");
            continue;
        }
        assert!(text.contains(part), "{part}: {text}");
    }
    let at_member = format!("href=\"{}id/DND-S1\"", portal.node.base());
    assert!(text.contains(&at_member), "{text}");
    // the record's digest, and the root that was signed
    let record = portal.get("api/v1/records/DND-S1").json();
    assert!(text.contains(record["digest"].as_str().unwrap()));
    let image = page(&portal, "images/DND-S1-I1");
    assert!(
        image.contains("In the study <a href=\"/studies/DND-S1\""),
        "{image}"
    );
    // an id of the other kind leads to its own page
    let moved = portal.browse("studies/DND-S1-I1.1").is(308);
    assert_eq!(moved.header("location"), "/images/DND-S1-I1.1");
    portal.browse("studies/DND-S1.ttl").is(404);
    portal.browse("studies/nonsense").is(404);
}

#[test]
fn a_page_that_has_not_changed_is_not_sent_again() {
    let portal = Portal::with(|log| {
        put_image(log, "DND-S1-I1", "One ring");
        put_study(log, "DND-S1", "Septin rings");
    });
    portal.node.set_everywhere(Fault::Status(503));
    let first = portal.browse("studies/DND-S1").is(200);
    let tag = first.header("etag").to_owned();
    let again = portal.ask(
        Method::GET,
        "studies/DND-S1",
        &[("if-none-match", &tag), ("accept", "text/html")],
    );
    assert!(again.status == 304 || again.text().contains("min ago"));
    portal
        .ask(Method::HEAD, "studies/DND-S1", &[("accept", "text/html")])
        .is(200);
}

#[test]
fn a_member_that_is_down_is_said_to_be_and_its_studies_still_answer() {
    let mut portal = Portal::with(|log| {
        put_study(log, "DND-S1", "Septin rings");
    });
    portal.between(|portal| {
        portal.node.set_everywhere(Fault::Status(503));
        portal.federation.sync().of("dundee").is("unreachable");
    });
    let text = page(&portal, "studies/DND-S1");
    assert!(
        text.contains("DND Institute has not answered since"),
        "{text}"
    );
    assert!(text.contains("<strong>Last confirmed on"), "{text}");
    assert!(text.contains("Septin rings"));
    // what cannot be found here is not found at a member that is down either
    portal.browse("studies/DND-S9").is(404);
}

#[test]
fn what_depositors_wrote_is_text_in_every_place() {
    let script = "<script>alert(1)</script>";
    let long = format!("{script} {}", "x".repeat(2_000));
    let portal = Portal::with(|log| {
        put_more(log, "DND-S1", &long, |home| {
            let article = format!("{home}#article-1");
            let author = format!("{home}#author-2");
            vec![
                About::iri(home)
                    .text(schema_org::KEYWORDS, script)
                    .text(schema_org::IDENTIFIER, "javascript:alert(2)")
                    .link(schema_org::SAME_AS, "javascript:alert(3)")
                    .link(schema_org::CITATION, &article)
                    .link(schema_org::AUTHOR, &author),
                About::iri(article)
                    .text(schema_org::NAME, script)
                    .typed(schema_org::POSITION, "1", xsd::INTEGER)
                    .link(schema_org::URL, "javascript:alert(4)")
                    .text(schema_org::IDENTIFIER, "\"onmouseover=\"alert(5)"),
                About::iri(author)
                    .text(schema_org::NAME, "\"><img src=x onerror=alert(6)>")
                    .typed(schema_org::POSITION, "2", xsd::INTEGER)
                    .link(schema_org::SAME_AS, "https://orcid.org/0000-0002-1825-0097"),
            ]
        });
        put_study(log, "DND-S2", "حلقات السبتين في الخميرة");
        put_image(log, "DND-S1-I1", script);
    });
    for path in ["studies/DND-S1", "images/DND-S1-I1", "studies/DND-S1.1"] {
        let text = page(&portal, path);
        assert!(
            !text
                .replace("<script type=\"application/ld+json\">", "")
                .contains("<script"),
            "{text}"
        );
        assert!(!text.contains("<img"), "{text}");
        assert!(!text.contains("href=\"javascript"), "{text}");
        assert!(!text.contains("onmouseover=\""), "{text}");
        assert!(text.contains("&#60;script&#62;alert(1)"), "{text}");
    }
    assert!(page(&portal, "studies/DND-S1").contains(&"x".repeat(2_000)));
    // whole behind the heading, which is shorter, and nowhere else
    for path in ["images/DND-S1-I1", "search"] {
        assert!(!page(&portal, path).contains(&"x".repeat(500)), "{path}");
    }
    let heading = page(&portal, "studies/DND-S1");
    let heading = heading.split("<h1").nth(1).unwrap();
    assert!(
        heading.starts_with(" class=\"long\" dir=\"auto\">"),
        "{heading}"
    );
    assert!(heading.find("</h1>").unwrap() < 500, "{heading}");
    let arabic = page(&portal, "studies/DND-S2");
    assert!(arabic.contains("<h1 dir=\"auto\">حلقات السبتين في الخميرة</h1>"));
}

#[test]
fn five_hundred_authors_are_folded_and_all_there() {
    let portal = Portal::with(|log| {
        put_more(log, "DND-S1", "A large collaboration", |home| {
            let authors = 2..=500;
            authors
                .flat_map(|place| {
                    let author = format!("{home}#author-{place}");
                    [
                        About::iri(home).link(schema_org::AUTHOR, &author),
                        About::iri(author)
                            .link(rdf::TYPE, schema_org::PERSON)
                            .text(schema_org::NAME, &format!("Author Number {place}"))
                            .typed(schema_org::POSITION, &place.to_string(), xsd::INTEGER),
                    ]
                })
                .collect()
        });
    });
    let text = page(&portal, "studies/DND-S1");
    let (shown, folded) = text.split_once("and 480 more authors").unwrap();
    assert!(shown.contains("Author Number 20<") && !shown.contains("Author Number 21<"));
    assert!(folded.contains("Author Number 21<") && folded.contains("Author Number 500<"));
}

#[test]
fn ten_thousand_images_are_gone_through_page_by_page() {
    let number = 300;
    let portal = Portal::with(|log| {
        put_study(log, "DND-S1", "A screen");
        for serial in 1..=number {
            put_image(log, &format!("DND-S1-I{serial}"), &format!("Well {serial}"));
        }
        // what comes later of one changes neither its place nor the number
        put_image(log, "DND-S1-I1", "Well 1 again");
        leave_out(log, "DND-S1-I7");
        log.suppress("DND-S1-I8");
        put_image(log, "DND-S10-I1", "of another study");
    });
    let first = page(&portal, "studies/DND-S1");
    assert!(first.contains("<p>298 images.</p>"), "{first}");
    assert!(first.contains("Page 1 of 5") && first.contains("Well 1 again"));
    let pattern = Regex::new(r#"href="/images/(DND-S\d+-I\d+)""#).unwrap();
    let mut seen = Vec::new();
    for turned in 1..=5 {
        let text = page(&portal, &format!("studies/DND-S1?images={turned}"));
        let ids = pattern
            .captures_iter(&text)
            .map(|found| found[1].to_owned());
        seen.extend(ids);
        assert!(!text.contains("cannot be read"), "{text}");
    }
    let expected: Vec<String> = (1..=number)
        .filter(|serial| ![7, 8].contains(serial))
        .map(|serial| format!("DND-S1-I{serial}"))
        .collect();
    assert_eq!(seen, expected);
    portal.browse("studies/DND-S1?images=6").is(404);
    portal.browse("studies/DND-S1?images=0").is(404);
    portal.browse("studies/DND-S1?images=x").is(400);
    // a parameter of somebody else changes nothing
    page(&portal, "studies/DND-S1?utm_source=x");
}

#[test]
fn what_is_gone_is_gone_here_too_and_says_why() {
    let portal = Portal::with(|log| {
        put_study(log, "DND-S1", "Withdrawn");
        put_image(log, "DND-S1-I1", "with it");
        log.withdraw("DND-S1");
        put_study(log, "DND-S2", "Replaced");
        put_study(log, "DND-S3", "In its place");
        log.replace("DND-S2", "DND-S3");
        let first = put_study(log, "DND-S4", "Names a patient");
        put_study(log, "DND-S4", "Names nobody");
        log.redact(&first);
    });
    for path in ["studies/DND-S1", "studies/DND-S1.1", "images/DND-S1-I1"] {
        let gone = portal.browse(path).is(410);
        assert!(gone.header("content-type").starts_with("text/html"));
        assert!(gone.text().contains("was withdrawn"), "{}", gone.text());
    }
    let replaced = portal.browse("studies/DND-S2").is(410);
    assert!(replaced.text().contains("DND-S3"), "{}", replaced.text());
    let redacted = portal.browse("studies/DND-S4.1").is(410);
    assert!(redacted.text().contains("removed for legal cause"));
    let newest = page(&portal, "studies/DND-S4");
    assert!(newest.contains("Names nobody") && !newest.contains("a patient"));
    assert!(
        newest.contains("<span dir=\"auto\">Version 1</span>, verified here on")
            || newest.contains("Version 1"),
        "{newest}"
    );
    assert!(newest.contains("; removed for legal cause"), "{newest}");
    assert!(!newest.contains("href=\"/studies/DND-S4.1\""), "{newest}");
}

#[test]
fn what_is_suppressed_or_older_answers_marked_and_is_for_no_search_engine() {
    let portal = Portal::with(|log| {
        put_study(log, "DND-S1", "Septin rings");
        log.suppress("DND-S1");
        put_study(log, "DND-S2", "First words");
        put_study(log, "DND-S2", "Second words");
        put_image(log, "DND-S2-I1", "Left out");
        leave_out(log, "DND-S2-I1");
    });
    let suppressed = portal.browse("studies/DND-S1").is(200);
    assert_eq!(suppressed.header("ommatidia-state"), "suppressed");
    assert!(suppressed.text().contains("out of lists and search"));
    assert!(suppressed.text().contains("noindex"));
    let older = page(&portal, "studies/DND-S2.1");
    assert!(older.contains("First words") && older.contains("noindex"));
    assert!(
        older.contains("There is a newer one: <a href=\"/studies/DND-S2\""),
        "{older}"
    );
    let newest = page(&portal, "studies/DND-S2");
    assert!(!newest.contains("noindex") && !newest.contains("DND-S2-I1"));
    portal.browse("images/DND-S2-I1").is(410);
    let image = portal.browse("images/DND-S2-I1.1").is(200);
    assert_eq!(image.header("ommatidia-state"), "superseded");
    assert!(image.text().contains("does not have this image any more"));
}

#[test]
fn what_never_was_or_stands_aside_has_a_page_that_says_so() {
    let portal = Portal::with(|log| {
        put_study(log, "DND-S1", "Septin rings");
        log.record_raw("DND-S2", b"no statements\n");
    });
    let never = portal.browse("studies/DND-S99").is(404);
    let text = never.text();
    assert!(text.contains("There is no DND-S99 here"), "{text}");
    assert!(text.contains("last confirmed just now"), "{text}");
    let there = format!("href=\"{}id/DND-S99\"", portal.node.base());
    assert!(text.contains(&there), "{text}");
    let aside = portal.browse("studies/DND-S2").is(404);
    assert!(
        aside.text().contains("DND-S2 cannot be shown"),
        "{}",
        aside.text()
    );
    assert!(aside.text().contains("href=\"/members/dundee\""));
    let nobody = portal.browse("studies/XYZ-S1").is(404);
    assert!(nobody.text().contains("has the prefix XYZ"));
}

#[test]
fn a_study_names_what_it_comes_from_and_leads_there() {
    let portal = Portal::with(|log| {
        put_study(log, "DND-S1", "Where it began");
        put_more(log, "DND-S2", "What was made of it", |home| {
            let from = "https://images.example.org/id/DND-S1";
            let elsewhere = "https://elsewhere.example/id/DND-S1";
            vec![
                About::iri(home)
                    .link("http://www.w3.org/ns/prov#wasDerivedFrom", from)
                    .link("http://www.w3.org/ns/prov#wasDerivedFrom", elsewhere)
                    .link(dct::CONFORMS_TO, "https://w3id.org/ro/crate/1.2"),
            ]
        });
    });
    let text = page(&portal, "studies/DND-S2");
    assert!(text.contains("<a href=\"/studies/DND-S1\""), "{text}");
    assert!(
        text.contains("<a href=\"https://elsewhere.example/id/DND-S1\""),
        "{text}"
    );
}

/// The commands under an anchor of a page, as a reader copies them.
pub(crate) fn commands(page: &str, anchor: &str) -> String {
    let (_, rest) = page.split_once(&format!("id=\"{anchor}\"")).unwrap();
    let (_, rest) = rest.split_once('>').unwrap();
    let (commands, _) = rest.split_once("</pre>").unwrap();
    let commands = commands
        .replace("&#34;", "\"")
        .replace("&#39;", "'")
        .replace("&#60;", "<")
        .replace("&#62;", ">")
        .replace("&#38;", "&");
    assert!(!commands.contains("&#"), "{commands}");
    commands
}

/// What a shell says of them.
#[track_caller]
fn run(shell: &str, commands: &str, folder: &Path) -> String {
    let ran = Command::new(shell)
        .args(["-c", commands])
        .current_dir(folder)
        .env_remove("http_proxy")
        .env("no_proxy", "127.0.0.1")
        .output()
        .unwrap();
    let said = String::from_utf8(ran.stdout).unwrap();
    let complained = String::from_utf8(ran.stderr).unwrap();
    assert!(ran.status.success(), "{said}\n{complained}");
    assert_eq!(complained, "", "{said}");
    said
}

/// The commands find the record, its entry in the log, and the entry in the tree.
#[track_caller]
fn proves(shell: &str, commands: &str, stem: &str, origin: &str) {
    let folder = TempDir::new().unwrap();
    let said = run(shell, commands, folder.path());
    let lines: Vec<&str> = said.lines().collect();
    let [checked, name, size, root, entry, leaf, in_tree] = lines[..] else {
        panic!("{said}");
    };
    assert_eq!(checked, format!("{stem}.nq: OK"));
    assert_eq!(name, origin);
    assert!(
        size.parse::<u64>().unwrap() > 0 && root.len() == 44,
        "{said}"
    );
    let entry: serde_json::Value = serde_json::from_str(entry).unwrap();
    assert_eq!(
        format!("{}.{}", entry["id"].as_str().unwrap(), entry["version"]),
        stem
    );
    assert_eq!(leaf.len(), 64);
    assert_eq!(leaf, in_tree, "{said}");
}

#[test]
fn the_commands_work_when_pasted_at_the_institution_and_at_the_copy() {
    let node = TempNode::of(
        NODE,
        Institution {
            prefix: "TST",
            name: "Test Institute",
            base: "http://127.0.0.1:1/",
        },
    );
    let parent = TempDir::new().unwrap();
    let mut study = StudyFolder::with_images("rings", 3);
    study.files = vec![
        ("notes/read me – 100 %.txt".to_owned(), b"notes".to_vec()),
        ("notes/it's#1?.txt".to_owned(), b"more notes".to_vec()),
    ];
    node.import_one(&study.write(parent.path()));
    // the log is longer than one bundle, and goes on after the page was made
    let many = StudyFolder::with_images("many", 260);
    node.import_one(&many.write(parent.path()));
    let served = node.serve();
    let federation = Founding::new(PROGRAM)
        .with_member_at("test", served.url())
        .found();
    federation.sync().of("test").is("current");
    let portal = federation.serve();
    let origin = node.status()["origin"].as_str().unwrap().to_owned();
    for stem in ["TST-S1.1", "TST-S2.1"] {
        let page = http::get_as(&format!("{}studies/{stem}", portal.url()), "text/html");
        assert_eq!(page.status, 200, "{}", page.text());
        for (shell, anchor) in [
            ("bash", "ask-member"),
            ("bash", "ask-copy"),
            ("sh", "ask-copy"),
        ] {
            proves(shell, &commands(page.text(), anchor), stem, &origin);
        }
    }
    let last = http::get_as(&format!("{}images/TST-S2-I260", portal.url()), "text/html");
    let last = commands(last.text(), "ask-member");
    proves("bash", &last, "TST-S2-I260.1", &origin);
    node.import_one(&StudyFolder::new("later").write(parent.path()));
    proves("bash", &last, "TST-S2-I260.1", &origin);

    let page = http::get_as(&format!("{}studies/TST-S1", portal.url()), "text/html");
    // the study file itself is one of them
    assert!(page.text().contains("6 files"), "{}", page.text());
    for shell in ["bash", "sh"] {
        let folder = TempDir::new().unwrap();
        let said = run(shell, &commands(page.text(), "fetch-curl"), folder.path());
        assert_eq!(said, "files.tsv: OK\nall files are as they were signed\n");
        let home = folder.path().join("TST-S1.1");
        for (path, bytes) in study.images.iter().chain(&study.files) {
            assert_eq!(std::fs::read(home.join(path)).unwrap(), *bytes, "{path}");
        }
    }
}
