//! Plates: wells and fields out of a file list, in the records and as a page.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use node::finding::Severity;
use node::moves::Move;
use node::publish::Report;
use protocol::entry::Reason;
use protocol::identifier::Accession;

use crate::deposit;
use crate::server::Server;

/// Writes a study of pictures with a table of these rows behind its head; a row's first cell is completed to a picture's path.
fn study(folder: &Path, head: &str, rows: &[String]) {
    deposit::study_with(
        folder,
        "plate",
        rows.len() as u32,
        &[],
        "    file_list: list.tsv\n",
    );
    let mut table = format!("Files\t{head}\n");
    for (index, row) in rows.iter().enumerate() {
        writeln!(table, "wt/{:04}.png\t{row}", index + 1).unwrap();
    }
    fs::write(folder.join("list.tsv"), table).unwrap();
}

fn import(server: &Server, head: &str, rows: &[&str]) -> Report {
    let folder = server.deposit("plate");
    let rows: Vec<String> = rows.iter().map(|&row| row.to_owned()).collect();
    study(&folder, head, &rows);
    server.import(&folder)
}

/// What was told but for what every small study lacks.
fn told_of(report: &Report) -> Vec<&str> {
    let messages = report
        .findings
        .iter()
        .map(|finding| finding.message.as_str());
    messages
        .filter(|message| !message.starts_with("the profile also asks for"))
        .collect()
}

const HEAD: &str = "Plate Name\tWell\tsite\tcompound\tdose";
const ROWS: [&str; 5] = [
    "P1\tb2\t1\tDMSO\t0.01",
    "P1\tB02\tf2\tDMSO\t0.01",
    "P1\tC3\t1\tnocodazole\t1",
    "P1\tH12\t1\t\t25",
    "P2\tA1\t1\ttaxol\t5",
];

#[test]
fn an_image_says_its_plate_well_and_field() {
    let server = Server::start();
    let report = import(&server, HEAD, &ROWS);
    assert_eq!(told_of(&report), [""; 0]);
    let record = server.get("/id/DND-S1-I2.nq");
    for said in [
        "ns#plate> \"P1\" .",
        "ns#well> \"B02\" .",
        "ns#field> \"2\"^^<http://www.w3.org/2001/XMLSchema#integer> .",
    ] {
        assert!(record.text().contains(said), "{said}: {}", record.text());
    }
    assert!(
        !record.text().contains("\"well\"") && record.text().contains("\"DMSO\""),
        "a column with a word of its own is said once: {}",
        record.text()
    );
    let page = server.get_as("/id/DND-S1-I2", "text/html");
    assert!(page.text().contains("B02, field 2"));
    let plate = "/id/DND-S1.1/plates?plate=P1&#38;well=B02#well";
    assert!(page.text().contains(plate), "{}", page.text());
    let study = server.get_as("/id/DND-S1", "text/html");
    assert!(study.text().contains("/id/DND-S1.1/plates"));
}

#[test]
fn a_plate_is_a_grid_coloured_by_any_column() {
    let server = Server::start();
    import(&server, HEAD, &ROWS);
    let page = server.get("/id/DND-S1/plates");
    let text = page.text();
    for words in [
        "<h1 dir=\"auto\">P1</h1>",
        "3 wells with 4 images",
        "<th scope=\"col\">12</th>",
        "<th scope=\"row\">H</th>",
        "aria-label=\"B02: DMSO, 2 images\"",
        "class=\"well unsaid\"",
        "class=\"well hue-1\"",
    ] {
        assert!(text.contains(words), "{words}: {text}");
    }
    assert!(
        !text.contains("style=") && !text.contains("<script"),
        "nothing is inline"
    );
    assert_eq!(text.matches("<a class=\"well").count(), 3);
    let doses = server.get("/id/DND-S1/plates?by=concentration");
    for words in [
        "from 0.01 (light) to 25 (dark), in steps of equal ratio",
        "class=\"well step-1\"",
        "class=\"well step-7\"",
        "aria-label=\"H12: 25, 1 image\"",
    ] {
        assert!(doses.text().contains(words), "{words}: {}", doses.text());
    }
    let second = server.get("/id/DND-S1/plates?plate=P2");
    assert!(second.text().contains("1 well with 1 image"));
}

#[test]
fn a_well_of_several_values_has_a_colour_of_its_own() {
    let server = Server::start();
    let rows = [
        "P1\tA1\t1\tDMSO\t2",
        "P1\tA1\t2\ttaxol\t4",
        "P1\tA2\t1\tDMSO\t1",
        "P1\tA3\t1\tDMSO\t3",
        "P1\tA4\t1\tDMSO\t1.8",
        "P1\tA4\t2\tDMSO\t2.2",
    ];
    import(&server, HEAD, &rows);
    let page = server.get("/id/DND-S1/plates");
    for words in [
        "aria-label=\"A01: DMSO, taxol, 2 images\"",
        "<td dir=\"auto\">DMSO, taxol</td><td>A01</td>",
        "<td dir=\"auto\">DMSO</td><td>A02, A03, A04</td>",
    ] {
        assert!(page.text().contains(words), "{words}: {}", page.text());
    }
    let doses = server.get("/id/DND-S1/plates?by=concentration");
    for words in [
        "from 1 (light) to 3 (dark); where the images of a well say several numbers, by their mean.",
        "<td dir=\"auto\">3 (of A01: mean of its images)</td><td>A01, A03</td>",
        "<td dir=\"auto\">2 (mean of its images)</td><td>A04</td>",
        "<td dir=\"auto\">1</td><td>A02</td>",
    ] {
        assert!(doses.text().contains(words), "{words}: {}", doses.text());
    }
}

#[test]
fn a_well_leads_to_its_fields() {
    let server = Server::start();
    import(&server, HEAD, &ROWS);
    let page = server.get("/id/DND-S1/plates?well=B02&by=concentration");
    for words in [
        "<h2>Well B02</h2>",
        "DND-S1-I1",
        "DND-S1-I2",
        "DMSO",
        "aria-current=\"true\"",
    ] {
        assert!(page.text().contains(words), "{words}: {}", page.text());
    }
    assert!(!page.text().contains("DND-S1-I3"));
    for (path, status) in [
        ("/id/DND-S1/plates?well=A1", 404),
        ("/id/DND-S1/plates?well=Z99", 404),
        ("/id/DND-S1/plates?by=nothing", 404),
        ("/id/DND-S1/plates?plate=nothing", 404),
        ("/id/DND-S1/plates?by=&well=&plate=", 200),
        ("/id/DND-S1-I1/plates", 404),
    ] {
        assert_eq!(server.get_as(path, "text/html").status, status, "{path}");
    }
}

#[test]
fn what_was_withdrawn_is_on_no_plate() {
    let server = Server::start();
    import(&server, HEAD, &ROWS);
    let manifest = "/iiif/presentation/3/DND-S1/manifest";
    let canvases = || {
        server.get(manifest).json()["items"]
            .as_array()
            .unwrap()
            .len()
    };
    assert_eq!(canvases(), 5);
    let image = Accession::parse("DND-S1-I3").unwrap();
    server.make(&Move::Withdraw(image, Reason::Privacy));
    let page = server.get("/id/DND-S1/plates");
    assert!(!page.text().contains("nocodazole"), "{}", page.text());
    assert!(page.text().contains("2 wells with 3 images"));
    let well = server.get_as("/id/DND-S1/plates?well=C3&by=compound", "text/html");
    assert_eq!(well.status, 404);
    assert_eq!(canvases(), 4);
}

#[test]
fn a_plate_without_a_name_has_an_address_too() {
    let server = Server::start();
    import(&server, HEAD, &["P1\tA1\t1\tDMSO\t1", "\tB2\t1\ttaxol\t2"]);
    let page = server.get("/id/DND-S1/plates?plate=&well=B2");
    assert!(page.text().contains("<h2>Well B02</h2>"), "{}", page.text());
}

#[test]
fn a_study_without_wells_has_no_plates() {
    let server = Server::start();
    let folder = server.deposit("one");
    deposit::study(&folder, "one", 1, &[]);
    server.import(&folder);
    assert_eq!(server.get_as("/id/DND-S1/plates", "text/html").status, 404);
    assert!(
        !server
            .get_as("/id/DND-S1", "text/html")
            .text()
            .contains("plates")
    );
}

#[test]
fn a_plate_of_1536_wells_is_shown_whole() {
    let server = Server::start();
    let folder = server.deposit("plate");
    // two corners say how large it is
    let rows = ["P\tA1\t1\t1".to_owned(), "P\tAF48\t1\t2".to_owned()];
    study(&folder, "plate\twell\tfield\tbatch", &rows);
    server.import(&folder);
    let page = server.get("/id/DND-S1/plates");
    assert_eq!(
        page.text().matches("class=\"well none\"").count(),
        32 * 48 - 2
    );
    assert!(page.text().contains("<th scope=\"row\">AF</th>"));
}

#[test]
fn bad_wells_and_fields_are_told() {
    let server = Server::start();
    let report = import(&server, "plate\twell\tfield", &["P\tZ99\t1", "P\tA1\t1"]);
    let told = |words: &str| {
        let mut findings = report.findings.iter();
        let found = findings.find(|finding| finding.message.contains(words));
        found
            .unwrap_or_else(|| panic!("{words}: {:?}", report.findings))
            .severity
    };
    assert_eq!(told("\"Z99\" of wt/0001.png is no well"), Severity::Error);
}

#[test]
fn two_images_of_one_field_are_told_and_published() {
    let server = Server::start();
    let rows = [
        "P\tA1\t1\tred",
        "P\tA01\t1\tgreen",
        "P\tA2\t1\tred",
        "P\tA2\tcentre\tred",
    ];
    let report = import(&server, "plate\twell\tfield\tchannel", &rows);
    assert_eq!(
        told_of(&report),
        ["the field \"centre\" of wt/0004.png has no number, and is kept as text"],
        "channels tell images of one field apart"
    );
    let server = Server::start();
    let report = import(&server, "plate\twell\tfield", &["P\tA1\t1", "P\ta01\t01"]);
    let told = told_of(&report);
    assert!(
        told[0].contains("the same field of the same well"),
        "{told:?}"
    );
    assert!(report.id.is_some(), "it is a warning");
}

#[test]
fn of_very_many_remarks_the_page_has_the_first() {
    let server = Server::start();
    let rows: Vec<String> = (0..103).map(|row| format!("P\tA1\tcentre {row}")).collect();
    let folder = server.deposit("plate");
    study(&folder, "plate\twell\tfield", &rows);
    let report = server.import(&folder);
    assert!(report.findings.len() > 103, "{:?}", report.findings);
    let page = server.get("/id/DND-S1");
    let page = page.text();
    let (_, findings) = page.split_once("class=\"findings\"").unwrap();
    let (findings, behind) = findings.split_once("</ul>").unwrap();
    assert_eq!(findings.matches("<li>").count(), 100);
    let more = report.findings.len() - 100;
    let more = format!("and {more} more, which <code>omma-node import --json</code> printed");
    assert!(behind.contains(&more), "{behind}");
    let all = format!("{} remarks from", report.findings.len());
    assert!(page.contains(&all));
}
