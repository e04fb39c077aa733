//! The long lists of a study: its files, its versions and what is different between two of them.

use node::check;
use node::log::lease::Lease;
use node::moves::Move;
use protocol::entry::Reason;
use protocol::identifier::VersionedId;

use crate::deposit;
use crate::server::Server;

const OTHER: &str = "keywords: [septin, \"<b>ring</b>\"]\n";

/// A study in two versions: two pictures and a table, of which the table changes, one picture goes and one comes.
fn revised() -> Server {
    let server = Server::start();
    let folder = server.deposit("one");
    deposit::study(
        &folder,
        "one",
        2,
        &[("table.csv", b"a,b\n"), ("note <i>.txt", b"x")],
    );
    server.import(&folder);
    std::fs::remove_file(folder.join("wt/0001.png")).unwrap();
    std::fs::write(folder.join("wt/0003.png"), deposit::picture(3)).unwrap();
    let yaml = std::fs::read_to_string(folder.join("study.yaml")).unwrap();
    let yaml = yaml.replace("dividing fission yeast", "growing fission yeast");
    std::fs::write(folder.join("study.yaml"), format!("{yaml}{OTHER}")).unwrap();
    std::fs::write(folder.join("table.csv"), "a,b,c\n").unwrap();
    let report = server.import(&folder);
    assert_eq!(report.version, Some(2), "{report:?}");
    server
}

#[test]
fn two_versions_are_compared_in_words_and_by_file() {
    let server = revised();
    assert!(
        server
            .get_as("/id/DND-S1", "text/html")
            .text()
            .contains("href=\"/id/DND-S1/versions\"")
    );
    let page = server.get("/id/DND-S1/versions");
    assert_eq!(page.status, 200, "{}", page.text());
    for words in [
        "href=\"/id/DND-S1.1\"",
        "from version 1 to 2",
        "<del>dividing</del><ins>growing</ins>",
        "<ins>septin</ins>",
        "&#60;b&#62;ring",
        "1 file added, 1 file removed, 2 files changed",
        "wt/0003.png",
        "wt/0001.png",
        "table.csv",
    ] {
        assert!(page.text().contains(words), "{words}: {}", page.text());
    }
    assert!(
        !page.text().contains("note &#60;i"),
        "what is as it was is not listed"
    );
    assert!(!page.text().contains("wt/0002.png"));
    let same = server.get("/id/DND-S1/versions?from=2&to=1");
    assert!(
        same.text().contains("from version 1 to 2"),
        "the earlier one stands first"
    );
    for address in [
        "?from=1&to=9",
        "?to=0",
        "?from=0&to=1",
        "?from=1&to=2&page=2",
    ] {
        let page = server.get_as(&format!("/id/DND-S1/versions{address}"), "text/html");
        assert_eq!(page.status, 404, "{address}");
    }
}

#[test]
fn a_version_that_was_removed_is_not_compared() {
    let server = revised();
    let first = VersionedId::parse("DND-S1.1").unwrap();
    server.make(&Move::Redact(first, Reason::Legal));
    let page = server.get("/id/DND-S1/versions?from=1&to=2");
    assert!(
        page.text()
            .contains("removed for legal cause, so they cannot be compared"),
        "{}",
        page.text()
    );
    assert!(!page.text().contains("dividing"));
}

#[test]
fn a_list_of_files_has_pages_and_a_filter() {
    let server = Server::start();
    let folder = server.deposit("one");
    deposit::study(
        &folder,
        "one",
        120,
        &[("table.csv", b"a,b\n"), ("100%.csv", b"x")],
    );
    server.import(&folder);
    let first = server.get("/id/DND-S1/files");
    assert!(
        first.text().contains("123 files") && first.text().contains("Page 1 of 2"),
        "{}",
        first.text()
    );
    assert!(first.text().contains("/id/DND-S1.1/files/table.csv"));
    let second = server.get("/id/DND-S1/files?page=2");
    assert!(second.text().contains("wt/0120.png") && !second.text().contains("wt/0001.png"));
    let filtered = server.get("/id/DND-S1.1/files?name=WT/012");
    assert!(filtered.text().contains("1 file,") && filtered.text().contains("wt/0120.png"));
    let sign = server.get("/id/DND-S1/files?name=%25");
    assert!(sign.text().contains("100%.csv") && !sign.text().contains("table.csv</a>"));
    let none = server.get("/id/DND-S1/files?name=%3Cb%3E");
    assert!(
        none.status == 200
            && none.text().contains("No file of this version")
            && !none.text().contains("<b>")
    );
    assert_eq!(
        server.get_as("/id/DND-S1/files?page=3", "text/html").status,
        404
    );
    assert_eq!(
        server.get_as("/id/DND-S1-I1/files", "text/html").status,
        404
    );
}

#[test]
fn an_import_goes_through_while_a_check_hashes_files() {
    let server = revised();
    let folder = server.deposit("two");
    deposit::study(&folder, "two", 1, &[]);
    let lease = server.archive().folder().lease();
    let mut imported = None;
    let checked = check::check_telling(&server.data(), &mut || {
        let is_free = Lease::try_take(&lease).unwrap().is_some();
        assert!(is_free, "an import would wait for the hashing to end");
        imported = server.import(&folder).id;
    })
    .unwrap();
    assert_eq!(
        (imported.as_deref(), checked.problems),
        (Some("DND-S2"), Vec::new())
    );
    assert_eq!(server.get("/id/DND-S2.nq").status, 200);
}

#[test]
fn damage_is_still_found_when_it_is_looked_at_twice() {
    let server = revised();
    let archive = server.archive();
    let row = node::database::file::find(
        &mut archive.database().connection().unwrap(),
        "DND-S1",
        2,
        "table.csv",
    )
    .unwrap()
    .unwrap();
    std::fs::write(server.data().join(row.content_key.unwrap()), "other").unwrap();
    let mut problems = check::check(&server.data()).unwrap().problems;
    assert_eq!(problems.len(), 1, "{problems:?}");
    assert!(problems.remove(0).path.ends_with("table.csv"));
}
