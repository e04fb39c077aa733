//! How others find out what there is: the catalogue in DCAT, VoID, sitemaps, and what search engines read on the start page.

use std::process::Command;

use oxttl::TurtleParser;
use tests::federation::LogMaker;

use super::outside::{is_valid_sitemap, python};
use super::portal::{Portal, put_image, put_study};

/// More studies than stand on a page of the catalogue, of which one is suppressed and one withdrawn.
fn many(log: &mut LogMaker) {
    for number in 1..=150 {
        put_study(log, &format!("DND-S{number}"), &format!("Study {number}"));
    }
    put_image(log, "DND-S1-I1", "A ring");
    put_study(log, "DND-S1", "Study 1 revised");
    log.suppress("DND-S7");
    log.withdraw("DND-S140");
}

/// What CKAN's harvester finds: a line for each dataset.
fn harvested(portal: &Portal, path: &str, form: &str) -> Option<Vec<String>> {
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/serving/harvest_dcat.py");
    let ran = Command::new(python()?)
        .args([script, &format!("{}{path}", portal.url()), form])
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&ran.stderr);
    assert!(ran.status.success(), "{said}");
    assert!(said.contains("pages 2"), "{said}");
    let lines = String::from_utf8(ran.stdout).unwrap();
    Some(lines.lines().map(str::to_owned).collect())
}

#[test]
fn a_harvester_of_catalogues_finds_every_public_study_once() {
    let portal = Portal::with(many);
    for (path, form) in [
        ("", "turtle"),
        ("catalogue.ttl", "turtle"),
        ("catalogue.rdf", "xml"),
        ("catalogue.jsonld", "json-ld"),
        ("catalogue.nq", "nt"),
    ] {
        let Some(mut found) = harvested(&portal, path, form) else {
            return;
        };
        let line = |id: &str, title: &str| format!("https://images.example.org/id/{id} {title}");
        let mut expected: Vec<String> = (2..=150)
            .filter(|number| ![7, 140].contains(number))
            .map(|number| line(&format!("DND-S{number}"), &format!("Study {number}")))
            .collect();
        expected.push(line("DND-S1", "Study 1 revised"));
        expected.push(line("OTH-S1", "Lamellipodia of keratocytes"));
        expected.sort();
        found.sort();
        assert_eq!(found, expected, "{path}");
    }
}

#[test]
fn the_catalogue_is_at_the_start_page_for_programs() {
    let portal = Portal::with(many);
    let page = portal.get_as("", "text/turtle").is(200);
    assert_eq!(page.header("content-type"), "text/turtle; charset=utf-8");
    assert_eq!(page.header("content-location"), "/catalogue.ttl");
    assert!(page.header("vary").contains("Accept"));
    let (_, next) = page_at(&portal, "catalogue.ttl");
    let (_, query) = next.as_ref().unwrap().split_once('?').unwrap();
    assert!(query.starts_with("after=DND-S"), "{query}");
    assert_eq!(portal.get("catalogue.ttl").is(200).body, page.body);
    let second = portal.get_as(&format!("?{query}"), "text/turtle").is(200);
    assert_ne!(second.body, page.body);
    assert!(second.header("link").contains("rel=\"prev\""));
    assert!(!second.header("link").contains("rel=\"next\""));

    assert_eq!(
        second.header("content-location"),
        format!("/catalogue.ttl?{query}")
    );
    for after in ["", "DND-S999", "XYZ-S1", "DND-S1-I1", "%00%3Cb%3E"] {
        portal
            .get(&format!("catalogue.ttl?after={after}"))
            .is_problem(404, "not-found");
    }
    portal
        .get("catalogue.ttl?page=2")
        .is_problem(400, "malformed");
    portal.get("catalogue.pdf").is_problem(404, "not-found");
    portal.get("catalogue.bib").is_problem(404, "not-found");
    portal
        .get_as("", "image/png")
        .is_problem(406, "not-acceptable");
    let home = portal.browse("").is(200);
    assert!(home.header("content-type").starts_with("text/html"));
    assert!(
        home.header("link")
            .contains("catalogue.jsonld>; rel=\"alternate\"")
    );
}

/// The studies on a page of the catalogue, and the page that it leads to.
fn page_at(portal: &Portal, path: &str) -> (Vec<String>, Option<String>) {
    let page = portal.get(path).is(200);
    let studies = page
        .text()
        .lines()
        .filter(|line| line.contains("dcat#dataset>"));
    let studies = studies.map(|line| line.rsplit('/').next().unwrap().replace("> .", ""));
    let next = page.header("link").split(", ").find_map(|link| {
        let address = link.strip_suffix(">; rel=\"next\"")?;
        Some(address.trim_start_matches('<').replace(portal.url(), ""))
    });
    (studies.collect(), next)
}

#[test]
fn what_goes_while_somebody_turns_the_pages_takes_no_other_with_it() {
    let mut portal = Portal::with(|log| {
        for number in 1..=250 {
            put_study(log, &format!("DND-S{number}"), &format!("Study {number}"));
        }
    });
    let (mut seen, next) = page_at(&portal, "catalogue.nq");
    // the one behind which the next page begins among them, and one that comes
    let (_, last) = next.as_ref().unwrap().split_once("after=").unwrap();
    portal.log.withdraw("DND-S3");
    portal.log.withdraw(last);
    portal.log.suppress("DND-S150");
    put_study(&mut portal.log, "DND-S251", "Study 251");
    portal.log.checkpoint();
    portal.node.publish(&portal.log);
    portal.between(|portal| {
        portal.federation.sync().of("dundee").is("current");
    });
    let mut next = next;
    while let Some(path) = next {
        let (more, behind) = page_at(&portal, &path);
        seen.extend(more);
        next = behind;
    }
    let mut expected: Vec<String> = (1..=251)
        .filter(|number| *number != 150)
        .map(|number| format!("DND-S{number}"))
        .collect();
    expected.push("OTH-S1".to_owned());
    expected.sort();
    seen.sort();
    assert_eq!(seen, expected);
}

#[test]
fn void_counts_what_there_is() {
    let portal = Portal::with(many);
    let got = portal.get(".well-known/void").is(200);
    assert_eq!(got.header("content-type"), "text/turtle; charset=utf-8");
    let triples: Vec<String> = TurtleParser::new()
        .for_slice(&got.body)
        .map(|triple| triple.unwrap().to_string())
        .collect();
    let said = |words: &[&str]| {
        triples
            .iter()
            .any(|triple| words.iter().all(|word| triple.contains(word)))
    };
    assert!(said(&["void#sparqlEndpoint", "sparql>"]), "{triples:#?}");
    assert!(said(&["void#uriSpace", "https://images.example.org/id/"]));
    assert!(said(&["void#exampleResource", "/id/DND-S1>"]));
    // 149 studies and one image; suppressed and withdrawn ones have no statement in the graph
    assert!(said(&["void#entities", "\"150\""]), "{triples:#?}");
    assert!(said(&["void#entities", "\"149\""]), "{triples:#?}");
    let json = portal
        .get_as(".well-known/void", "application/ld+json")
        .is(200);
    assert!(json.json().is_object() || json.json().is_array());
}

#[test]
fn crawlers_find_every_public_study() {
    let portal = Portal::with(many);
    let robots = portal.get("robots.txt").is(200);
    let index = format!("Sitemap: {}sitemap.xml", portal.url());
    assert!(robots.text().contains(&index), "{}", robots.text());
    let index = portal.get("sitemap.xml").is(200);
    assert_eq!(
        index.header("content-type"),
        "application/xml; charset=utf-8"
    );
    is_valid_sitemap(index.text());
    let part = format!("<loc>{}sitemap-1.xml</loc>", portal.url());
    assert!(index.text().contains(&part), "{}", index.text());
    let part = portal.get("sitemap-1.xml").is(200);
    is_valid_sitemap(part.text());
    // 148 of one member, one of the other, and the start page
    assert_eq!(part.text().matches("<loc>").count(), 150);
    assert_eq!(part.text().matches("<lastmod>").count(), 150);
    for gone in ["DND-S7<", "DND-S140<", "-I1<"] {
        assert!(!part.text().contains(gone), "{gone}");
    }
    for number in ["0", "2", "x", "-1", "99999999999999999999"] {
        portal
            .get(&format!("sitemap-{number}.xml"))
            .is_problem(404, "not-found");
    }
}

#[test]
fn what_is_taken_back_is_in_no_list_at_once() {
    let mut portal = Portal::with(|log| {
        put_study(log, "DND-S1", "Septin rings");
        put_study(log, "DND-S2", "Mitotic spindles");
        put_study(log, "DND-S3", "Names a patient");
    });
    let lists = ["catalogue.ttl", ".well-known/void", "sitemap-1.xml", ""];
    let listing = |portal: &Portal, id: &str| {
        lists
            .iter()
            .filter(|path| portal.browse(path).is(200).text().contains(id))
            .count()
    };
    assert_eq!(listing(&portal, "/DND-S1"), 4);
    portal.between(|portal| {
        portal.log.suppress("DND-S1");
        portal.log.withdraw("DND-S2");
        portal.log.checkpoint();
        portal.node.publish(&portal.log);
        portal.federation.sync().of("dundee").is("current");
    });
    assert_eq!(listing(&portal, "/DND-S1"), 0);
    assert_eq!(listing(&portal, "/DND-S2"), 0);
    assert_eq!(listing(&portal, "/DND-S3"), 4);
}

#[test]
fn search_engines_read_on_the_start_page_what_it_is() {
    let portal = Portal::with(|log| {
        put_study(log, "DND-S1", "Septin rings");
    });
    let home = portal.browse("").is(200);
    let (_, rest) = home
        .text()
        .split_once("<script type=\"application/ld+json\">")
        .unwrap();
    let (data, after) = rest.split_once("</script>").unwrap();
    assert!(!after.contains("<script"), "it runs no script");
    let data: serde_json::Value = serde_json::from_str(data).unwrap();
    assert_eq!(data["@type"], "DataCatalog");
    assert_eq!(data["url"], portal.url());
    let named: Vec<&str> = data["dataset"]
        .as_array()
        .unwrap()
        .iter()
        .map(|dataset| dataset["name"].as_str().unwrap())
        .collect();
    assert!(named.contains(&"Septin rings"), "{named:?}");
}

#[test]
fn a_host_that_is_none_is_written_nowhere() {
    let portal = Portal::with(|log| {
        put_study(log, "DND-S1", "Septin rings");
    });
    for host in ["a b", "x<script>", "\"><x", "[::"] {
        for path in [
            "catalogue.ttl",
            "sitemap.xml",
            "robots.txt",
            "id/DND-S1.bib",
        ] {
            let got = portal.ask(reqwest::Method::GET, path, &[("x-forwarded-host", host)]);
            got.is_problem(400, "malformed");
        }
    }
}
