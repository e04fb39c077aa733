//! The pages of members: how each stands, counts that add up, and what stands aside with its bytes.

use ontologies::schema::{dct, omma, rdf, schema_org};
use protocol::digest::Digest;
use protocol::identifier::Accession;
use regex::Regex;
use tests::federation::Fault;
use tests::federation::sample::About;

use super::portal::{ORIGIN, Portal, leave_out, put_image, put_study};

#[track_caller]
fn page(portal: &Portal, path: &str) -> String {
    let got = portal.browse(path).is(200);
    assert_eq!(got.header("content-type"), "text/html; charset=utf-8");
    got.text().to_owned()
}

#[test]
fn members_stand_in_a_table_whose_counts_add_up() {
    let portal = Portal::with(|log| {
        put_study(log, "DND-S1", "First");
        put_study(log, "DND-S1", "Second");
        put_image(log, "DND-S1-I1", "A ring");
        leave_out(log, "DND-S1-I1");
        log.entry_raw(b"{}", None);
    });
    let text = page(&portal, "members");
    assert!(text.contains("<caption>2 members, by"), "{text}");
    assert!(text.contains("<a href=\"/members/dundee\" dir=\"auto\">DND Institute</a>"));
    assert!(
        text.contains("<td><span class=\"badge well\">up to date</span></td>"),
        "{text}"
    );
    assert!(text.contains("50 %"), "{text}");
    let rows =
        Regex::new(r#"(?s)<tr><th scope="row"[^>]*>(?:<a [^>]*>)?([^<]+)(?:</a>)?</th>(.*?)</tr>"#)
            .unwrap();
    let number = Regex::new(r"(?:<strong>|>)(\d+)<").unwrap();
    let counted: Vec<(String, Vec<u64>)> = rows
        .captures_iter(&text)
        .map(|row| {
            let numbers = number.captures_iter(&row[2]);
            let numbers = numbers.map(|found| found[1].parse().unwrap());
            (row[1].to_owned(), numbers.collect())
        })
        .collect();
    assert_eq!(
        counted,
        [
            ("DND Institute".to_owned(), vec![1, 1, 1, 1, 1, 5]),
            ("OTH Institute".to_owned(), vec![1, 0, 0, 0, 0, 1]),
            ("Together".to_owned(), vec![2, 1, 1, 1, 1, 6]),
        ]
    );
    // the head of every page leads here
    assert!(page(&portal, "").contains("href=\"/members\">Members</a>"));
}

#[test]
fn a_member_has_a_page_and_nobody_else_has() {
    let portal = Portal::with(|log| {
        put_study(log, "DND-S1", "Septin rings");
    });
    let text = page(&portal, "members/dundee");
    for part in [
        "<h1 dir=\"auto\">DND Institute</h1>",
        "up to date",
        "every entry keeps the rules",
        ORIGIN,
        portal.log.vkey(),
        "href=\"/search?member=dundee\"",
        "href=\"/api/v1/members/dundee/report\"",
    ] {
        assert!(text.contains(part), "{part}: {text}");
    }
    portal.browse("members/nobody").is(404);
    portal.browse("members/dundee?problems=x").is(400);
    portal.browse("members/dundee?remarks=-1").is(400);
}

#[test]
fn what_stands_aside_is_listed_with_its_bytes_to_save() {
    let portal = Portal::with(|log| {
        put_study(log, "DND-S1", "Septin rings");
        log.record_raw("DND-S2", b"no statements <script>\n");
        log.entry_raw(b"\xff<html>", None);
    });
    let text = page(&portal, "members/dundee");
    let report = portal.get("api/v1/members/dundee/report").json();
    for one in report["quarantine"].as_array().unwrap() {
        let code = one["code"].as_str().unwrap();
        assert!(
            text.contains(&format!("<code>{code}</code>")),
            "{code}: {text}"
        );
    }
    assert!(!text.contains("<script"), "{text}");
    let name = Digest::of(ORIGIN.as_bytes());
    let aside = format!("members/dundee/aside/{name}");
    for (path, bytes, file) in [
        ("1/record", &b"no statements <script>\n"[..], "dundee-1.nq"),
        ("2/entry", &b"\xff<html>"[..], "dundee-2.json"),
    ] {
        let path = format!("{aside}/{path}");
        assert!(
            text.contains(&format!("href=\"/{path}\"")),
            "{path}: {text}"
        );
        let got = portal.browse(&path).is(200);
        assert_eq!(got.body, bytes);
        assert_eq!(got.header("content-type"), "application/octet-stream");
        let saved = format!("attachment; filename=\"{file}\"");
        assert_eq!(got.header("content-disposition"), saved);
        assert!(got.header("content-security-policy").contains("sandbox"));
    }
    let entry = portal.browse(&format!("{aside}/1/entry")).is(200);
    assert_eq!(entry.json()["id"], "DND-S2");
    for path in [
        "0/entry", "2/record", "1/else", "x/entry", "9/entry", "-1/entry",
    ] {
        portal.browse(&format!("{aside}/{path}")).is(404);
    }
    portal.browse("members/dundee/aside/0/1/entry").is(404);
    portal
        .browse(&format!("members/other/aside/{name}/1/entry"))
        .is(404);
}

#[test]
fn problems_and_remarks_are_gone_through_page_by_page() {
    let portal = Portal::with(|log| {
        for _ in 0..120 {
            log.entry_raw(b"{}", None);
        }
        for serial in 1..=30 {
            let id = format!("DND-S{serial}");
            let home = log.namespace().iri(&Accession::parse(&id).unwrap());
            let poor = About::iri(home)
                .link(rdf::TYPE, schema_org::DATASET)
                .link(dct::CONFORMS_TO, omma::PROFILE_1)
                .text(dct::IDENTIFIER, &id);
            log.put(&id, poor.statements());
        }
    });
    let entry = Regex::new(r#"href="/members/dundee/aside/[0-9a-f]+/(\d+)/entry""#).unwrap();
    let remark = Regex::new(
        r#"<tr><td class="number">(\d+)</td><td class="nowrap"><a href="/studies/DND-S\d+\.1""#,
    )
    .unwrap();
    let more = Regex::new(r#"href="/([^"]+)" rel="next">More (\w+)"#).unwrap();
    let follow = |wanted: &str, pattern: &Regex| {
        let (mut seen, mut path) = (Vec::new(), "members/dundee".to_owned());
        loop {
            let text = page(&portal, &path);
            seen.extend(
                pattern
                    .captures_iter(&text)
                    .map(|found| found[1].to_owned()),
            );
            let next = more
                .captures_iter(&text)
                .find(|found| &found[2] == wanted)
                .map(|found| found[1].replace("&#38;", "&"));
            match next {
                Some(next) => path = next.split('#').next().unwrap().to_owned(),
                None => return seen,
            }
        }
    };
    let all: Vec<String> = (0..120).map(|index: u64| index.to_string()).collect();
    assert_eq!(follow("problems", &entry), all);
    let report = portal
        .get("api/v1/members/dundee/report?size=1000")
        .is(200)
        .json();
    let warnings = report["warnings"].as_array().unwrap().iter();
    let mut warned: Vec<String> = warnings.map(|one| one["index"].to_string()).collect();
    assert!(warned.len() > 60, "{warned:?}");
    // a record has one line, with all that is said of it
    warned.dedup();
    assert_eq!(follow("remarks", &remark), warned);
    let first = page(&portal, "members/dundee");
    assert!(first.contains("<dt>30 records</dt>"), "{first}");
}

#[test]
fn a_member_that_is_down_or_lies_is_said_to_be() {
    let mut portal = Portal::with(|log| {
        put_study(log, "DND-S1", "Septin rings");
    });
    portal.between(|portal| {
        portal.node.set_everywhere(Fault::Status(503));
        portal.federation.sync().of("dundee").is("unreachable");
    });
    let text = page(&portal, "members/dundee");
    assert!(
        text.contains("DND Institute has not answered since"),
        "{text}"
    );
    assert!(page(&portal, "members").contains("badge warn\">does not answer</span>"));
    portal.between(|portal| {
        portal.node.heal();
        let mut other = portal.log.fork();
        put_study(&mut portal.log, "DND-S2", "Told to one");
        portal.log.checkpoint();
        portal.node.publish(&portal.log);
        portal.federation.sync().of("dundee").is("current");
        put_study(&mut other, "DND-S2", "Told to another");
        other.checkpoint();
        portal.node.publish(&other);
        portal.federation.sync().of("dundee").is("frozen");
    });
    let text = page(&portal, "members/dundee");
    assert!(text.contains("two histories"), "{text}");
    assert!(text.contains("href=\"/members/dundee/evidence\""), "{text}");
}
