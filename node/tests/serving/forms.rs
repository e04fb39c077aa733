//! A study in the forms of reference managers, repositories and other archives, judged by validators that nobody here wrote.

use node::moves::Move;
use protocol::entry::Reason;
use protocol::identifier::Accession;
use serde_json::Value;

use crate::deposit;
use crate::outside::{is_valid_datacite, keeps_gide_shapes};
use crate::server::Server;

/// Where the node says that it is reached.
const HOME: &str = "http://127.45.67.89:9/";

const SUFFIXES: [&str; 6] = [
    "ro-crate.json",
    "datacite.xml",
    "bib",
    "ris",
    "csl.json",
    "linkset.json",
];

/// Text as bad as a depositor can make it.
const HOSTILE: &str = "keywords: [\"</script><script>alert(1)</script>\", \"<!--\"]\n\
    publication: {title: \"</script><img src=x onerror=alert(1)>\", doi: 10.1083/jcb.200512023}\n";

fn server() -> Server {
    let server = Server::start();
    let folder = server.deposit("one");
    deposit::study(&folder, "one", 2, &[("table.csv", b"a,b\n")]);
    server.import(&folder);
    server
}

/// What stands in the page for search engines; none where nothing does.
fn structured(page: &str) -> Option<Value> {
    let (_, rest) = page.split_once("<script type=\"application/ld+json\">")?;
    let (data, after) = rest.split_once("</script>").unwrap();
    assert!(!after.contains("<script"), "no other script");
    Some(serde_json::from_str(data).unwrap())
}

/// Target and relations of each link in a header, read apart from the code that wrote it.
fn links(header: &str) -> Vec<(String, Vec<String>)> {
    let each = header.split(", <").map(|link| link.trim_start_matches('<'));
    each.map(|link| {
        let (target, parameters) = link.split_once('>').unwrap();
        let relations = parameters.split("rel=\"").nth(1).unwrap();
        let relations = relations.split('"').next().unwrap().split(' ');
        (target.to_owned(), relations.map(str::to_owned).collect())
    })
    .collect()
}

#[test]
fn a_study_is_had_in_the_forms_that_others_read() {
    let server = server();
    for (accept, suffix, words) in [
        (
            "application/vnd.datacite.datacite+xml",
            "datacite.xml",
            "Example Institute",
        ),
        ("application/x-bibtex", "bib", "Ada Example"),
        (
            "application/x-research-info-systems",
            "ris",
            "AU  - Ada Example",
        ),
        (
            "application/vnd.citationstyles.csl+json",
            "csl.json",
            "\"literal\": \"Ada Example\"",
        ),
    ] {
        let negotiated = server.get_as("/id/DND-S1", accept);
        assert_eq!(
            (negotiated.status, negotiated.header("content-location")),
            (200, format!("/id/DND-S1.{suffix}")),
            "{accept}"
        );
        assert!(negotiated.header("content-type").starts_with(accept));
        assert!(
            negotiated.text().contains(words),
            "{suffix}: {}",
            negotiated.text()
        );
        let by_suffix = server.get(&format!("/id/DND-S1.1.{suffix}"));
        assert_eq!(by_suffix.body, negotiated.body, "{suffix}");
    }
    is_valid_datacite(server.get("/id/DND-S1.datacite.xml").text());
    keeps_gide_shapes(server.get("/id/DND-S1.ro-crate.json").text());
    let refused = server.get("/id/DND-S1-I1.bib");
    assert_eq!(refused.status, 404);
    assert!(refused.text().contains("form of studies alone"));
    assert_eq!(
        server
            .get_as("/id/DND-S1-I1", "application/x-bibtex")
            .status,
        406
    );
}

#[test]
fn a_program_finds_from_the_page_what_belongs_to_it() {
    let server = server();
    let page = server.get_as("/id/DND-S1", "text/html");
    let found = links(&page.header("link"));
    let of = |relation: &str| -> Vec<&str> {
        found
            .iter()
            .filter(|(_, relations)| relations.iter().any(|one| one == relation))
            .map(|(target, _)| target.as_str())
            .collect()
    };
    assert_eq!(of("cite-as"), ["https://images.example.org/id/DND-S1"]);
    assert_eq!(
        of("type"),
        ["https://schema.org/Dataset", "https://schema.org/AboutPage"]
    );
    assert_eq!(
        of("license"),
        ["https://creativecommons.org/licenses/by/4.0/"]
    );
    assert_eq!(of("author"), ["https://orcid.org/0000-0002-1825-0097"]);
    assert_eq!(
        of("item"),
        ["https://images.example.org/id/DND-S1.1/files.tsv"]
    );
    assert_eq!(of("latest-version"), [format!("{HOME}id/DND-S1.1")]);
    assert_eq!(of("linkset"), [format!("{HOME}id/DND-S1.linkset.json")]);
    assert_eq!(of("describedby").len(), 9);
    for address in of("describedby").into_iter().chain(of("linkset")) {
        let path = address.strip_prefix(HOME).unwrap();
        let form = server.get(&format!("/{path}"));
        assert_eq!(form.status, 200, "{address}");
    }
    let form = links(&server.get("/id/DND-S1.bib").header("link"));
    let describes = (format!("{HOME}id/DND-S1"), vec!["describes".to_owned()]);
    assert!(form.contains(&describes), "{form:?}");

    for path in ["files.tsv", "files/wt/0001.png"] {
        let file = server.get(&format!("/id/DND-S1.1/{path}"));
        assert_eq!(
            file.header("link"),
            format!("<{HOME}id/DND-S1.1>; rel=\"collection\"; type=\"text/html\"")
        );
    }

    let set = server.get("/id/DND-S1-I2.1.linkset.json");
    assert_eq!(set.header("content-type"), "application/linkset+json");
    let set = &set.json()["linkset"][0];
    assert_eq!(set["anchor"], format!("{HOME}id/DND-S1-I2.1"));
    assert_eq!(set["collection"][0]["href"], format!("{HOME}id/DND-S1"));
    assert_eq!(
        set["item"][0]["href"],
        "https://images.example.org/id/DND-S1.1/files/wt/0002.png"
    );
}

#[test]
fn the_page_says_how_to_cite_and_every_download_is_there() {
    let server = server();
    let page = server.get_as("/id/DND-S1", "text/html");
    let (_, cite) = page.text().split_once("<section id=\"cite\">").unwrap();
    let (cite, _) = cite.split_once("</section>").unwrap();
    assert!(
        cite.contains("Ada Example (2026): Septin rings in dividing fission yeast. Version 1. Example Institute. Dataset. https://images.example.org/id/DND-S1"),
        "{cite}"
    );
    let downloads: Vec<&str> = cite
        .split("href=\"")
        .skip(1)
        .map(|rest| rest.split('"').next().unwrap())
        .collect();
    assert_eq!(downloads.len(), 5);
    for address in downloads {
        assert_eq!(server.get(address).status, 200, "{address}");
        let name = address.rsplit('/').next().unwrap();
        assert!(cite.contains(&format!("download=\"{name}\"")), "{cite}");
    }
}

#[test]
fn search_engines_read_the_newest_public_version_and_nothing_else() {
    let server = server();
    let page = server.get_as("/id/DND-S1", "text/html");
    let data = structured(page.text()).unwrap();
    assert_eq!(data["@type"], "Dataset");
    assert_eq!(data["name"], "Septin rings in dividing fission yeast");
    assert_eq!(data["@id"], "https://images.example.org/id/DND-S1");
    assert_eq!(page.header("x-robots-tag"), "");
    let folder = server.deposit("one");
    std::fs::write(folder.join("table.csv"), "new\n").unwrap();
    server.import(&folder);
    let older = server.get_as("/id/DND-S1.1", "text/html");
    assert_eq!(structured(older.text()), None);
    assert_eq!(older.header("x-robots-tag"), "noindex");
    let newest = structured(server.get_as("/id/DND-S1.2", "text/html").text()).unwrap();
    assert_eq!(newest["version"], "2");
    let id = Accession::parse("DND-S1").unwrap();
    server.make(&Move::Suppress(id.clone(), Reason::OwnerRequest));
    let suppressed = server.get_as("/id/DND-S1", "text/html");
    assert_eq!(structured(suppressed.text()), None);
    assert_eq!(suppressed.header("x-robots-tag"), "noindex");
    for suffix in SUFFIXES {
        let form = server.get(&format!("/id/DND-S1.{suffix}"));
        assert_eq!(
            (form.status, form.header("ommatidia-state").as_str()),
            (200, "suppressed;reason=owner-request"),
            "{suffix}"
        );
    }
    server.make(&Move::Withdraw(id, Reason::Error));
    for suffix in SUFFIXES {
        for id in ["DND-S1", "DND-S1.1"] {
            assert_eq!(server.get(&format!("/id/{id}.{suffix}")).status, 410);
        }
    }
}

#[test]
fn no_text_of_a_depositor_ends_what_search_engines_read() {
    let server = Server::start();
    let folder = server.deposit("hostile");
    deposit::study_with(&folder, "hostile", 1, &[], HOSTILE);
    server.import(&folder);
    let page = server.get_as("/id/DND-S1", "text/html");
    let data = structured(page.text()).unwrap();
    let said = data.to_string();
    assert!(
        said.contains("</script><script>alert(1)</script>"),
        "{said}"
    );
    assert!(!page.text().contains("<script>") && !page.text().contains("<img src=x"));
    is_valid_datacite(server.get("/id/DND-S1.datacite.xml").text());
    keeps_gide_shapes(server.get("/id/DND-S1.ro-crate.json").text());
}

/// The targets that the link set of a study names as its content, with media type and size.
fn items(server: &Server, id: &str) -> Vec<(String, String, Option<u64>)> {
    let set = server.get(&format!("/id/{id}.linkset.json")).json();
    let items = set["linkset"][0]["item"].as_array().unwrap().clone();
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let read = |item: &Value| {
        // an attribute that no standard names is a list of texts there (RFC 9264 section 4.2.4.3)
        let length = item.get("length").map(|length| text(&length[0]));
        let length = length.map(|length| length.parse().unwrap());
        (text(&item["href"]), text(&item["type"]), length)
    };
    items.iter().map(read).collect()
}

#[test]
fn the_link_set_of_a_study_has_its_files_where_they_are_few() {
    let server = Server::start();
    // the table and the study file itself are files as well
    for (name, pictures) in [("few", 98), ("many", 99)] {
        let folder = server.deposit(name);
        deposit::study(&folder, name, pictures, &[("a table #1.csv", b"a,b\n")]);
        server.import(&folder);
    }
    let few = items(&server, "DND-S1");
    assert_eq!(few.len(), 101, "100 files, and the list of them");
    let list = "https://images.example.org/id/DND-S1.1/files.tsv".to_owned();
    assert_eq!(few[0], (list, "text/tab-separated-values".to_owned(), None));
    let table = "https://images.example.org/id/DND-S1.1/files/a%20table%20%231.csv";
    assert_eq!(few[1], (table.to_owned(), "text/csv".to_owned(), Some(4)));
    for (address, media_type, length) in &few[1..] {
        let path = address.strip_prefix("https://images.example.org").unwrap();
        let file = server.get(path);
        assert_eq!(file.status, 200, "{address}");
        assert_eq!(&file.header("content-type"), media_type, "{address}");
        assert_eq!(Some(file.body.len() as u64), *length, "{address}");
    }
    let many = items(&server, "DND-S2");
    assert_eq!(many.len(), 1, "the list of all 101: {many:?}");

    // a file that cannot be had is not named
    let image = Accession::parse("DND-S1-I7").unwrap();
    server.make(&Move::Withdraw(image, Reason::Error));
    let left = items(&server, "DND-S1");
    assert_eq!(left.len(), 100);
    assert!(
        !left
            .iter()
            .any(|(address, ..)| address.ends_with("/wt/0007.png"))
    );
}
