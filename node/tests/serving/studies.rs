//! The list of studies: words, facets, order, pages.

use node::moves::Move;
use protocol::entry::Reason;
use protocol::identifier::Accession;

use crate::deposit;
use crate::server::{Answer, Server, eventually};

/// A catalogue of three: yeast here, mouse elsewhere, and one in Arabic with signs that LIKE would take for its own.
fn server() -> Server {
    let server = Server::start();
    let folder = server.deposit("yeast");
    deposit::study(&folder, "yeast", 1, &[]);
    server.import(&folder);
    let written = [
        (
            "mouse",
            "Calcium in the mouse cortex",
            "{name: Béla Müller}",
            "NCBITaxon:10090",
            "FBbi:00000254",
            "2019-05-02",
            "https://creativecommons.org/publicdomain/zero/1.0/",
        ),
        (
            "arabic",
            "انقسام الخلايا 50%_a",
            "{name: Ada Example}",
            "NCBITaxon:10090",
            "FBbi:00000253",
            "2026-04-01",
            "https://creativecommons.org/licenses/by/4.0/",
        ),
    ];
    for (name, title, author, organism, method, date, licence) in written {
        let folder = server.deposit(name);
        std::fs::write(folder.join("table.csv"), name).unwrap();
        let yaml = format!(
            "identifier: {name}\ntitle: \"{title}\"\n\
             description: Time series of many cells, made to be found by the words in it and by nothing else here.\n\
             licence: {licence}\nrelease_date: {date}\nauthors: [{author}]\norganisms: [{organism}]\n\
             imaging_methods: [{method}]\ncomponents:\n  - title: All\n    files: [table.csv]\n"
        );
        std::fs::write(folder.join("study.yaml"), yaml).unwrap();
        let report = server.import(&folder);
        assert!(report.id.is_some(), "{report:?}");
    }
    server
}

/// The accessions on a page, in its order.
fn listed(page: &Answer) -> Vec<String> {
    assert_eq!(page.status, 200, "{}", page.text());
    page.text()
        .split("<span class=\"id\">")
        .skip(1)
        .map(|rest| rest.split('<').next().unwrap().to_owned())
        .collect()
}

#[test]
fn words_are_found_in_titles_authors_terms_and_accessions() {
    let server = server();
    let found = |q: &str| listed(&server.get(&format!("/studies?q={q}")));
    assert_eq!(found(""), ["DND-S3", "DND-S2", "DND-S1"]);
    assert_eq!(found("SEPTIN+yeast"), ["DND-S1"]);
    assert_eq!(found("b%C3%A9la+m%C3%9Cller"), ["DND-S2"]);
    assert_eq!(found("dnd-s3"), ["DND-S3"]);
    assert_eq!(found("0000-0002-1825-0097"), ["DND-S1"]);
    assert_eq!(
        found("%D8%A7%D9%86%D9%82%D8%B3%D8%A7%D9%85"),
        ["DND-S3"],
        "what is not Latin is found as well"
    );
    assert_eq!(found("50%25_a"), ["DND-S3"]);
    assert!(
        found("%25").len() == 1 && found("5%25").is_empty(),
        "a sign of LIKE is a character"
    );
    assert!(found("septin+cortex").is_empty(), "all words are wanted");
}

#[test]
fn a_list_is_narrowed_by_what_studies_have_in_common() {
    let server = server();
    let mouse = "organism=http%3A%2F%2Fpurl.obolibrary.org%2Fobo%2FNCBITaxon_10090";
    let page = server.get(&format!("/studies?{mouse}"));
    assert_eq!(listed(&page), ["DND-S3", "DND-S2"]);
    for words in [
        "Mus musculus",
        "CC BY 4.0",
        "CC0 1.0",
        "Year of release",
        "here, to download",
    ] {
        assert!(page.text().contains(words), "{words}: {}", page.text());
    }
    assert!(page.text().contains("noindex"));
    let both = server.get(&format!("/studies?{mouse}&year=2019"));
    assert_eq!(listed(&both), ["DND-S2"]);
    assert!(
        both.text().contains(
            "href=\"/studies?organism=http%3A%2F%2Fpurl.obolibrary.org%2Fobo%2FNCBITaxon_10090\""
        ),
        "each filter can be taken away alone: {}",
        both.text()
    );
    let nothing = server.get("/studies?year=1999&q=cortex");
    assert!(listed(&nothing).is_empty() && nothing.text().contains("What to try instead"));
    assert!(nothing.text().contains("href=\"/studies?q=cortex\""));
}

#[test]
fn a_list_has_an_order_and_pages() {
    let server = server();
    let listed_by = |sort: &str| listed(&server.get(&format!("/studies?sort={sort}")));
    assert_eq!(listed_by("oldest"), ["DND-S1", "DND-S2", "DND-S3"]);
    assert_eq!(listed_by("title"), ["DND-S2", "DND-S1", "DND-S3"]);
    assert_eq!(server.get_as("/studies?sort=best", "text/html").status, 404);
    assert_eq!(server.get_as("/studies?page=2", "text/html").status, 404);
    assert_eq!(server.get_as("/studies?page=0", "text/html").status, 404);
    assert_eq!(server.get_as("/studies?page=x", "text/html").status, 400);
}

#[test]
fn what_is_taken_from_view_is_in_no_list_and_comes_back() {
    let server = server();
    let id = |text: &str| Accession::parse(text).unwrap();
    server.make(&Move::Suppress(id("DND-S2"), Reason::Error));
    server.make(&Move::Withdraw(id("DND-S3"), Reason::Error));
    assert_eq!(listed(&server.get("/studies")), ["DND-S1"]);
    let page = server.get("/studies?q=cortex");
    assert!(listed(&page).is_empty());
    assert!(!page.text().contains("Mus musculus"), "nor is it counted");
    server.make(&Move::Restore(id("DND-S2"), Reason::Error));
    assert_eq!(listed(&server.get("/studies?q=cortex")), ["DND-S2"]);
}

#[test]
fn searches_that_nobody_means_are_answered_all_the_same() {
    let server = server();
    let long = server.get(&format!("/studies?q={}", "a%20".repeat(3_000)));
    assert_eq!(long.status, 200);
    assert!(long.text().contains("the first 12 words were taken"));
    let control = server.get("/studies?q=%00%07cortex%1b");
    assert_eq!(listed(&control), ["DND-S2"]);
    let hostile = server
        .get("/studies?q=%22%3E%3Cscript%3Ealert(1)%3C/script%3E&organism=%22onmouseover%3Dx");
    assert_eq!(hostile.status, 200);
    assert!(!hostile.text().contains("<script>") && !hostile.text().contains("\"onmouseover"));
}

#[test]
fn a_database_of_an_older_program_is_filled_while_it_answers() {
    use diesel::connection::SimpleConnection;
    let server = server();
    let manifest = server.get("/id/DND-S1.1/files.tsv");
    // what the migration leaves: old rows, empty new tables, no position
    server
        .archive()
        .database()
        .connection()
        .unwrap()
        .batch_execute(
            "DELETE FROM study_text; DELETE FROM facet; DELETE FROM manifest; DELETE FROM log_position;",
        )
        .unwrap();
    assert_eq!(
        server.get("/id/DND-S1.1/files.tsv").body,
        manifest.body,
        "from the storage, as long as the database does not know where it is"
    );
    eventually("the list is whole again", || {
        (listed(&server.get("/studies?q=septin&year=2026")) == ["DND-S1"]).then_some(())
    });
    let archive = server.archive();
    let connection = &mut *archive.database().connection().unwrap();
    let place = node::database::manifest::find(connection, "DND-S1", 1).unwrap();
    assert!(place.is_some());
    assert_eq!(listed(&server.get("/studies")).len(), 3);
}
