//! A study in the forms of reference managers, repositories and other archives: made of the mirror's record, judged by
//! validators that nobody here wrote.

use std::collections::BTreeSet;

use serde_json::Value;

use super::operating::both::Both;
use super::outside::{is_valid_datacite, is_valid_ris, keeps_gide_shapes};
use super::portal::{Got, Portal, leave_out, put_image, put_study};

/// Suffix, media type, and what to ask for with `Accept`, where that is possible.
const FORMS: [(&str, &str, Option<&str>); 5] = [
    (
        "ro-crate.json",
        "application/ld+json; profile=\"https://w3id.org/ro/crate\"",
        None,
    ),
    (
        "datacite.xml",
        "application/vnd.datacite.datacite+xml",
        Some("application/vnd.datacite.datacite+xml"),
    ),
    (
        "bib",
        "application/x-bibtex; charset=utf-8",
        Some("application/x-bibtex"),
    ),
    (
        "ris",
        "application/x-research-info-systems; charset=utf-8",
        Some("application/x-research-info-systems"),
    ),
    (
        "csl.json",
        "application/vnd.citationstyles.csl+json",
        Some("application/vnd.citationstyles.csl+json, application/json;q=0.5"),
    ),
];

/// Text as bad as a depositor can make it.
const HOSTILE: &str = "</script><script>alert(1)</script> ]]> {\\input{/etc/passwd}} %$#_&~^ \u{202e}gnirts\u{202c}\r\nTY  - JOUR\u{1b}";

fn one_study(title: &str) -> Portal {
    Portal::with(|log| {
        put_study(log, "DND-S1", title);
        put_image(log, "DND-S1-I1", "A ring");
    })
}

/// The targets of a relation in a header `Link`, read apart from the code that wrote it.
fn targets(got: &Got, relation: &str) -> Vec<String> {
    let header = got.header("link").to_owned();
    let links = header.split(", <").map(|link| link.trim_start_matches('<'));
    links
        .filter_map(|link| {
            let (target, parameters) = link.split_once('>').unwrap();
            let relations = parameters.split("rel=\"").nth(1)?.split('"').next()?;
            relations
                .split(' ')
                .any(|one| one == relation)
                .then(|| target.to_owned())
        })
        .collect()
}

#[test]
fn a_study_is_had_in_the_forms_that_others_read() {
    let portal = one_study("Septin rings of fission yeast");
    for (suffix, media_type, accept) in FORMS {
        let path = format!("id/DND-S1.{suffix}");
        let by_suffix = portal.get(&path).is(200);
        assert_eq!(by_suffix.header("content-type"), media_type, "{suffix}");
        assert!(
            by_suffix.text().contains("Septin rings of fission yeast"),
            "{suffix}: {}",
            by_suffix.text()
        );
        assert_eq!(
            targets(&by_suffix, "describes"),
            [format!("{}id/DND-S1", portal.url())]
        );
        let tag = by_suffix.header("etag").to_owned();
        let known = [("if-none-match", tag.as_str())];
        assert_eq!(
            portal.ask(reqwest::Method::GET, &path, &known).status,
            304,
            "{suffix}"
        );
        let Some(accept) = accept else { continue };
        let negotiated = portal.get_as("id/DND-S1", accept).is(200);
        assert_eq!(negotiated.body, by_suffix.body, "{suffix}");
        assert_eq!(
            negotiated.header("content-location"),
            format!("/id/DND-S1.{suffix}")
        );
        assert!(negotiated.header("vary").contains("Accept"));
    }
    let crate_document = portal.get("id/DND-S1.1.ro-crate.json").is(200);
    keeps_gide_shapes(crate_document.text());
    is_valid_datacite(portal.get("id/DND-S1.datacite.xml").is(200).text());
    let ris = portal.get("id/DND-S1.ris").is(200);
    is_valid_ris(ris.text(), Some("Septin rings of fission yeast"));
}

#[test]
fn a_hostile_title_breaks_no_form() {
    let portal = one_study(HOSTILE);
    is_valid_datacite(portal.get("id/DND-S1.datacite.xml").is(200).text());
    let crate_document = portal.get("id/DND-S1.ro-crate.json").is(200);
    keeps_gide_shapes(crate_document.text());
    let csl = portal.get("id/DND-S1.csl.json").is(200).json();
    let title = csl[0]["title"].as_str().unwrap();
    assert!(title.contains("</script>"), "{title}");
    let ris = portal.get("id/DND-S1.ris").is(200);
    let begun = ris.text().lines().filter(|line| line.starts_with("TY"));
    assert_eq!(
        begun.count(),
        1,
        "no line of the title became one of the entry"
    );
    let bibtex = portal.get("id/DND-S1.bib").is(200);
    assert!(!bibtex.text().contains("\\input"), "{}", bibtex.text());
    let set = portal.get("id/DND-S1.linkset.json").is(200).json();
    assert!(set["linkset"].is_array());
    let catalogue = portal.get("catalogue.rdf").is(200);
    assert!(
        !catalogue.text().contains("<script"),
        "{}",
        catalogue.text()
    );
    let home = portal.browse("").is(200);
    assert!(!home.text().contains("alert(1)</script>"));
}

#[test]
fn only_studies_are_cited() {
    let portal = one_study("Septin rings");
    let sentence = portal.get("id/DND-S1-I1.bib").is_problem(404, "not-found");
    assert!(sentence.contains("form of studies alone"), "{sentence}");
    portal
        .get_as("id/DND-S1-I1", "application/x-bibtex")
        .is_problem(406, "not-acceptable");
    let sentence = portal.get("id/DND-S1.endnote").is_problem(404, "not-found");
    assert!(sentence.contains(".ris"), "{sentence}");
    portal.get("id/DND-S9.bib").is_problem(404, "not-found");
}

#[test]
fn the_links_of_a_page_are_a_document_of_their_own() {
    let portal = one_study("Septin rings");
    let set = portal.get("id/DND-S1.linkset.json").is(200);
    assert_eq!(set.header("content-type"), "application/linkset+json");
    let set = set.json();
    let page = format!("{}id/DND-S1", portal.url());
    let links = &set["linkset"][0];
    assert_eq!(links["anchor"], page.as_str());
    assert_eq!(
        links["cite-as"][0]["href"],
        "https://images.example.org/id/DND-S1"
    );
    assert_eq!(
        links["license"][0]["href"],
        "https://creativecommons.org/licenses/by/4.0/"
    );
    let described: Vec<&Value> = links["describedby"].as_array().unwrap().iter().collect();
    assert_eq!(described.len(), 10, "nine forms, and who vouches for them");
    for form in described {
        let address = form["href"].as_str().unwrap();
        let path = address.strip_prefix(portal.url()).unwrap();
        let got = portal.get(path).is(200);
        let media_type = form["type"].as_str().unwrap();
        assert!(
            got.header("content-type").starts_with(media_type),
            "{address}"
        );
    }
    let image = portal.get("id/DND-S1-I1.1.linkset.json").is(200).json();
    assert_eq!(
        image["linkset"][0]["anchor"],
        format!("{}id/DND-S1-I1.1", portal.url())
    );
    assert_eq!(image["linkset"][0]["collection"][0]["href"], page.as_str());
}

#[test]
fn an_older_version_is_cited_as_itself() {
    let portal = Portal::with(|log| {
        put_study(log, "DND-S1", "The first title");
        put_study(log, "DND-S1", "The second title");
    });
    let first = portal.get("id/DND-S1.1.bib").is(200);
    assert!(first.text().contains("The first title"));
    let newest = portal.get("id/DND-S1.bib").is(200);
    assert!(newest.text().contains("The second title"));
    let csl = portal.get("id/DND-S1.csl.json").is(200).json();
    assert_eq!(csl[0]["version"], "2", "as the log counts: {csl}");
    assert_eq!(
        targets(&first, "successor-version"),
        [format!("{}id/DND-S1.2", portal.url())]
    );
    assert_eq!(
        targets(&newest, "latest-version"),
        [format!("{}id/DND-S1.2", portal.url())]
    );
}

#[test]
fn forms_of_what_is_suppressed_are_marked_and_of_what_is_gone_are_gone() {
    let portal = Portal::with(|log| {
        put_study(log, "DND-S1", "Suppressed rings");
        put_study(log, "DND-S2", "Withdrawn rings");
        put_image(log, "DND-S2-I1", "A ring");
        leave_out(log, "DND-S2-I1");
        log.suppress("DND-S1");
        log.withdraw("DND-S2");
    });
    for (suffix, ..) in FORMS {
        let marked = portal.get(&format!("id/DND-S1.{suffix}")).is(200);
        assert_eq!(marked.header("ommatidia-state"), "suppressed", "{suffix}");
        portal
            .get(&format!("id/DND-S2.1.{suffix}"))
            .is_problem(410, "gone");
    }
    let set = portal.get("id/DND-S1.linkset.json").is(200);
    assert_eq!(set.header("ommatidia-state"), "suppressed");
    portal.get("id/DND-S2.linkset.json").is_problem(410, "gone");
    portal
        .get("id/DND-S2-I1.1.linkset.json")
        .is_problem(410, "gone");
}

/// What the link set of a study names as its content: each address with its size.
fn items(served: &tests::served::Served, id: &str) -> BTreeSet<(String, String)> {
    let set = served.get(&format!("id/{id}.linkset.json"));
    let set: Value = serde_json::from_slice(&set.body).unwrap();
    let items = set["linkset"][0]["item"].as_array().unwrap().iter();
    items
        .map(|item| (item["href"].to_string(), item["length"].to_string()))
        .collect()
}

#[test]
fn a_harvester_links_the_files_of_images_as_the_node_does() {
    let both = Both::serving();
    let studies = both.temp_node.status()["studies"].as_u64().unwrap();
    for serial in 1..=studies {
        let id = format!("EXCB-S{serial}");
        let (there, here) = (items(&both.node, &id), items(&both.harvester, &id));
        assert!(here.len() > 1 && here.is_subset(&there), "{id}: {here:?}");
        let list = |(address, _): &&(String, String)| address.contains("/files.tsv");
        assert_eq!(here.iter().filter(list).count(), 1, "{id}");
        // a study file and the like belong to no image
        let others: Vec<_> = there.difference(&here).collect();
        let of_no_image = |(address, _): &&(String, String)| !address.contains(".ome.tif");
        assert!(others.iter().all(of_no_image), "{id}: {others:?}");
    }
}
