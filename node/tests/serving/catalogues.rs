//! How others find out what a node has: the catalogue in DCAT, VoID, sitemaps, and what search engines read on the home page.

use std::collections::BTreeSet;

use node::moves::Move;
use oxttl::TurtleParser;
use protocol::entry::Reason;
use protocol::identifier::{Accession, VersionedId};

use crate::deposit;
use crate::outside::is_valid_sitemap;
use crate::server::Server;

const HOME: &str = "http://127.45.67.89:9/";

/// Five studies, of which one is suppressed, one withdrawn, and one has lost its newest description.
fn server() -> Server {
    let server = Server::start();
    for name in ["one", "two", "three", "four", "five"] {
        let folder = server.deposit(name);
        deposit::study(&folder, name, 1, &[]);
        server.import(&folder);
    }
    let id = |text: &str| Accession::parse(text).unwrap();
    server.make(&Move::Suppress(id("DND-S2"), Reason::OwnerRequest));
    server.make(&Move::Withdraw(id("DND-S3"), Reason::Error));
    let newest = VersionedId::parse("DND-S4.1").unwrap();
    server.make(&Move::Redact(newest, Reason::Privacy));
    server
}

/// Statements of a Turtle document.
fn said(turtle: &str) -> BTreeSet<String> {
    TurtleParser::new()
        .for_slice(turtle)
        .map(|triple| triple.unwrap().to_string())
        .collect()
}

#[test]
fn the_catalogue_has_what_is_public_and_nothing_else() {
    let server = server();
    let page = server.get_as("/", "text/turtle");
    assert_eq!(
        (page.status, page.header("content-type").as_str()),
        (200, "text/turtle; charset=utf-8")
    );
    assert_eq!(page.header("content-location"), "/catalogue.ttl");
    assert_eq!(server.get("/catalogue.ttl").body, page.body);
    let said = said(page.text());
    let listed: Vec<&String> = said
        .iter()
        .filter(|triple| triple.contains("<http://www.w3.org/ns/dcat#dataset>"))
        .collect();
    let expected = ["DND-S1", "DND-S5"].map(|id| {
        format!("<{HOME}> <http://www.w3.org/ns/dcat#dataset> <https://images.example.org/id/{id}>")
    });
    assert_eq!(listed, expected.iter().collect::<Vec<_>>());
    for gone in ["DND-S2", "DND-S3", "DND-S4"] {
        assert!(!page.text().contains(gone), "{gone}");
    }
    for (accept, media_type) in [
        ("application/ld+json", "application/ld+json"),
        ("application/rdf+xml", "application/rdf+xml"),
        ("application/n-quads", "application/n-quads"),
        ("text/html,*/*;q=0.8", "text/html; charset=utf-8"),
        ("*/*", "text/html; charset=utf-8"),
    ] {
        let found = server.get_as("/", accept);
        assert_eq!(
            (found.status, found.header("content-type").as_str()),
            (200, media_type)
        );
        assert!(found.header("vary").contains("Accept"), "{accept}");
    }
    for (path, status) in [
        ("/catalogue.ttl?page=2", 404),
        ("/catalogue.ttl?after=", 404),
        ("/catalogue.ttl?after=OTH-S1", 404),
        ("/catalogue.ttl?after=DND-S1-I1", 404),
        ("/catalogue.ttl?after=%00%3C", 404),
        // withdrawn since, or not there yet: the page is where it would stand
        ("/catalogue.ttl?after=DND-S3", 200),
        ("/catalogue.ttl?after=DND-S999999999999999", 200),
        ("/catalogue.bib", 404),
        ("/catalogue.html", 404),
    ] {
        assert_eq!(server.get(path).status, status, "{path}");
    }
    assert_eq!(server.get_as("/", "image/png").status, 406);
}

#[test]
fn a_page_begins_behind_a_study_that_has_gone_as_well() {
    let server = server();
    let listed = |after: &str| -> Vec<String> {
        let page = server.get(&format!("/catalogue.nq?after={after}"));
        let studies = page
            .text()
            .lines()
            .filter(|line| line.contains("dcat#dataset>"));
        studies
            .map(|line| line.rsplit('/').next().unwrap().replace("> .", ""))
            .collect()
    };
    assert_eq!(listed("DND-S1"), ["DND-S5"]);
    assert_eq!(listed("DND-S3"), ["DND-S5"]);
    assert!(listed("DND-S5").is_empty());
    let own = server.get_as("/?after=DND-S1", "text/turtle");
    assert_eq!(
        own.header("content-location"),
        "/catalogue.ttl?after=DND-S1"
    );
    let link = own.header("link");
    assert!(
        link.contains("catalogue.ttl>; rel=\"prev\"") && !link.contains("next"),
        "{link}"
    );
}

#[test]
fn a_restored_study_is_back_at_once() {
    let server = server();
    let id = Accession::parse("DND-S2").unwrap();
    server.make(&Move::Restore(id, Reason::Other));
    for path in ["/catalogue.nq", "/sitemap-1.xml"] {
        assert!(server.get(path).text().contains("/id/DND-S2"), "{path}");
    }
}

#[test]
fn void_says_where_the_names_are_and_how_many() {
    let server = server();
    let void = server.get("/.well-known/void");
    let said = said(void.text());
    for words in [
        "void#uriSpace> \"https://images.example.org/id/DND-\"",
        "void#exampleResource> <https://images.example.org/id/DND-S1>",
        "void#entities> \"2\"",
    ] {
        assert!(
            said.iter().any(|triple| triple.contains(words)),
            "{words} in {said:#?}"
        );
    }
    assert!(!void.text().contains("DND-S4"));
}

#[test]
fn crawlers_find_every_public_study() {
    let server = server();
    let robots = server.get("/robots.txt");
    assert!(
        robots
            .text()
            .contains(&format!("Sitemap: {HOME}sitemap.xml"))
    );
    let index = server.get("/sitemap.xml");
    is_valid_sitemap(index.text());
    assert!(
        index
            .text()
            .contains(&format!("<loc>{HOME}sitemap-1.xml</loc>"))
    );
    let part = server.get("/sitemap-1.xml");
    is_valid_sitemap(part.text());
    let addresses: Vec<&str> = part
        .text()
        .split("<loc>")
        .skip(1)
        .map(|rest| rest.split('<').next().unwrap())
        .collect();
    assert_eq!(
        addresses,
        [
            HOME.to_owned(),
            format!("{HOME}id/DND-S1"),
            format!("{HOME}id/DND-S5")
        ]
    );
    for number in ["0", "2", "x"] {
        assert_eq!(server.get(&format!("/sitemap-{number}.xml")).status, 404);
    }
}

#[test]
fn an_empty_archive_has_an_empty_catalogue() {
    let server = Server::start();
    let catalogue = server.get("/catalogue.ttl");
    assert_eq!(catalogue.status, 200);
    assert!(!said(catalogue.text()).is_empty());
    is_valid_sitemap(server.get("/sitemap.xml").text());
    is_valid_sitemap(server.get("/sitemap-1.xml").text());
}

#[test]
fn search_engines_read_on_the_home_page_what_it_is() {
    let server = server();
    let home = server.get_as("/", "text/html");
    let (_, rest) = home
        .text()
        .split_once("<script type=\"application/ld+json\">")
        .unwrap();
    let data: serde_json::Value =
        serde_json::from_str(rest.split_once("</script>").unwrap().0).unwrap();
    assert_eq!(
        (&data["@type"], &data["name"]),
        (&"DataCatalog".into(), &"Example Institute".into())
    );
    assert!(!home.text().contains("DND-S2") && !home.text().contains("DND-S3"));
    assert!(
        home.header("link")
            .contains("/catalogue.ttl>; rel=\"alternate\"")
    );
}

#[test]
fn the_licence_of_the_descriptions_is_said_wherever_programs_look() {
    let server = server();
    let licence = "https://creativecommons.org/publicdomain/zero/1.0/";
    let of_catalogue = format!("<{HOME}> <http://purl.org/dc/terms/license> <{licence}>");
    assert!(said(server.get("/catalogue.ttl").text()).contains(&of_catalogue));
    let of_void = format!("<{HOME}#dataset> <http://purl.org/dc/terms/license> <{licence}>");
    assert!(said(server.get("/.well-known/void").text()).contains(&of_void));
    let identify = server.get("/oai?verb=Identify");
    let reference = format!("<rightsReference ref=\"{licence}\"/>");
    assert!(identify.text().contains(&reference), "{}", identify.text());
    let home = server.get_as("/", "text/html");
    assert!(home.text().contains(&format!("\"license\": \"{licence}\"")));
    assert!(
        home.text()
            .contains(&format!("Descriptions: <a href=\"{licence}\""))
    );
}
