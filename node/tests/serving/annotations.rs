//! Annotations: paired with their images, checked against them, on their pages, and as W3C annotations.

use std::fs;
use std::io::Cursor;

use node::finding::Severity;
use node::image::pyramid::ZarrForm;
use node::publish::Report;
use serde_json::Value;
use tiff::encoder::{TiffEncoder, colortype};

use crate::deposit;
use crate::server::Server;
use crate::zarrs::write_zarr;

/// A label image of so many pixels.
fn labels(width: u32, height: u32) -> Vec<u8> {
    let pixels = image::GrayImage::from_fn(width, height, |x, _| image::Luma([x as u8]));
    let mut png = Cursor::new(Vec::new());
    pixels.write_to(&mut png, image::ImageFormat::Png).unwrap();
    png.into_inner()
}

fn float_labels() -> Vec<u8> {
    let mut file = Cursor::new(Vec::new());
    TiffEncoder::new(&mut file)
        .unwrap()
        .write_image::<colortype::Gray32Float>(4, 3, &[0.0; 12])
        .unwrap();
    file.into_inner()
}

/// Imports a study of two pictures of 4 × 3 pixels with these files and annotations.
fn import(server: &Server, files: &[(&str, &[u8])], annotations: &str) -> Report {
    let folder = server.deposit("one");
    let further = format!("annotations:\n{annotations}");
    deposit::study_with(&folder, "one", 2, files, &further);
    server.import(&folder)
}

fn told<'r>(report: &'r Report, words: &str) -> &'r Severity {
    let mut findings = report.findings.iter();
    let found = findings.find(|finding| finding.message.contains(words));
    let found = found.unwrap_or_else(|| panic!("{words}: {:?}", report.findings));
    &found.severity
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

const TRACKS: &[u8] = b"track,time_point,x,y\n1,0,0.5,1\n1,1,1.5,1\n2,0,3,2\n";
const MASKS: &str = "  - {title: Masks, type: Segmentation mask, method: by hand, files: [{files: \"*_cells.png\", source: \"wt/*.png\"}]}\n";
const TRACKED: &str =
    "  - {title: Ways, type: tracks, files: [{file: tracks.csv, source: wt/0001.png}]}\n";

#[test]
fn masks_pair_with_their_images_and_stand_on_their_pages() {
    let server = Server::start();
    let mask = labels(4, 3);
    let files: [(&str, &[u8]); 3] = [
        ("0001_cells.png", &mask),
        ("0002_cells.png", &mask),
        ("tracks.csv", TRACKS),
    ];
    let report = import(&server, &files, &format!("{MASKS}{TRACKED}"));
    assert_eq!(told_of(&report), [""; 0]);
    let record = server.get("/id/DND-S1-I1.nq");
    let annotated =
        "<https://images.example.org/id/DND-S1-I1> <https://w3id.org/ommatidia/ns#annotatedWith>";
    for kind in ["segmentation_mask", "tracks"] {
        let line = format!("{annotated} \"{kind}\" .\n");
        assert!(record.text().contains(&line), "{}", record.text());
    }
    let second = server.get("/id/DND-S1-I2.nq");
    assert!(!second.text().contains("\"tracks\""));
    let page = server.get_as("/id/DND-S1-I1", "text/html");
    for words in [
        "segmentation mask, tracks",
        "<h2>Annotations</h2>",
        "by hand",
        "/id/DND-S1.1/files/0001_cells.png",
        "/id/DND-S1.1/files/tracks.csv",
        "/id/DND-S1-I1/annotations",
    ] {
        assert!(page.text().contains(words), "{words}: {}", page.text());
    }
    assert!(!page.text().contains("0002_cells.png"));
}

#[test]
fn an_image_that_stays_is_shown_with_what_the_newest_version_of_its_study_says() {
    let server = Server::start();
    let folder = server.deposit("one");
    let further = format!("annotations:\n{TRACKED}");
    deposit::study_with(&folder, "one", 2, &[("tracks.csv", TRACKS)], &further);
    server.import(&folder);
    fs::write(folder.join("tracks.csv"), b"track,x,y\n7,1,2\n").unwrap();
    let yaml = fs::read_to_string(folder.join("study.yaml")).unwrap();
    let renamed = yaml.replace("title: Ways", "title: Corrected ways");
    assert_ne!(renamed, yaml);
    fs::write(folder.join("study.yaml"), renamed).unwrap();
    assert_eq!(server.import(&folder).version, Some(2));
    assert_eq!(
        server.get("/id/DND-S1-I1.2").status,
        404,
        "the image has one version"
    );

    for (image, version, total, title) in [
        ("DND-S1-I1", 2, 2, "Corrected ways"),
        ("DND-S1-I1.1", 1, 3, "Ways"),
    ] {
        let address = format!("/id/{image}/annotations");
        let page = server.get(&address).json();
        assert_eq!(page["partOf"]["total"], total, "{image}");
        assert_eq!(page["items"][0]["label"], title);
        let part_of = page["partOf"]["id"].as_str().unwrap();
        assert!(part_of.ends_with(&address), "{part_of}");
        let file = format!("/id/DND-S1.{version}/files/tracks.csv");
        let of_file = page["items"][0]["body"]["id"].as_str().unwrap();
        assert!(of_file.ends_with(&file), "{of_file}");
        let page = server.get_as(&format!("/id/{image}"), "text/html");
        let shown = page.text();
        for words in [&address, &file, &format!(">{title}<")] {
            assert!(shown.contains(words.as_str()), "{words}: {shown}");
        }
    }
}

#[test]
fn what_is_marked_in_an_image_is_served_as_web_annotations() {
    let server = Server::start();
    import(&server, &[("tracks.csv", TRACKS)], TRACKED);
    let answer = server.get("/id/DND-S1-I1/annotations");
    assert_eq!(
        answer.header("content-type"),
        "application/ld+json; profile=\"http://www.w3.org/ns/anno.jsonld\""
    );
    assert_eq!(answer.header("access-control-allow-origin"), "*");
    let page = answer.json();
    assert_eq!(page["type"], "AnnotationPage");
    assert_eq!(page["partOf"]["total"], 3, "the file and two tracks");
    let items = page["items"].as_array().unwrap();
    let image = "https://images.example.org/id/DND-S1-I1";
    let file = "https://images.example.org/id/DND-S1.1/files/tracks.csv";
    assert_eq!(items[0]["body"]["id"], file);
    assert_eq!(items[0]["target"], image);
    let track = &items[1];
    assert_eq!(track["target"]["source"], image);
    assert_eq!(track["via"], file);
    assert_eq!(track["body"][0]["value"], "1");
    let selector = &track["target"]["selector"];
    assert!(selector["value"].as_str().unwrap().contains("M0.5 1L1.5 1"));
    assert_eq!(selector["omma:timePoint"], serde_json::json!([0, 1]));
    assert!(is_json_ld(&page), "every item has its own id");
    assert_eq!(
        server.get("/id/DND-S1-I2/annotations").json()["partOf"]["total"],
        0
    );
    for (path, status) in [
        ("/id/DND-S1-I1/annotations?page=2", 404),
        ("/id/DND-S1-I1/annotations?page=0", 404),
        ("/id/DND-S1-I1/annotations?page=18446744073709551615", 404),
        ("/id/DND-S1-I1/annotations?page=x", 400),
        ("/id/DND-S1-I9/annotations", 404),
        ("/id/DND-S1/annotations", 404),
    ] {
        assert_eq!(server.get(path).status, status, "{path}");
    }
}

fn is_json_ld(page: &Value) -> bool {
    let items = page["items"].as_array().unwrap();
    let ids: std::collections::BTreeSet<_> = items
        .iter()
        .filter_map(|item| item["id"].as_str())
        .collect();
    ids.len() == items.len()
}

#[test]
fn many_marks_are_turned_page_by_page() {
    let server = Server::start();
    let mut table = "x,y\n".to_owned();
    for _ in 0..1100 {
        table += "1,2\n";
    }
    let set = "  - {title: Spots, type: point_annotations, files: [{file: spots.csv, source: wt/0001.png}]}\n";
    import(&server, &[("spots.csv", table.as_bytes())], set);
    let mut page = server.get("/id/DND-S1-I1.1/annotations").json();
    assert!(page.get("prev").is_none());
    let mut seen = 0;
    for _ in 0..3 {
        seen += page["items"].as_array().unwrap().len();
        let Some(next) = page["next"].as_str() else {
            break;
        };
        let (_, below) = next.split_once("/id/").unwrap();
        page = server.get(&format!("/id/{below}")).json();
    }
    assert_eq!((seen, page["partOf"]["total"].as_u64()), (1101, Some(1101)));
    assert_eq!(page["startIndex"], 1000);
}

#[test]
fn a_label_image_that_does_not_fit_is_refused_with_the_sizes() {
    let server = Server::start();
    let wrong = labels(4, 4);
    let files: [(&str, &[u8]); 2] = [
        ("0001_cells.png", &wrong),
        ("0002_cells.png", &labels(4, 3)),
    ];
    let report = import(&server, &files, MASKS);
    let words = "0001_cells.png is 4 × 4 pixels, and the image 4 × 3";
    assert_eq!(told(&report, words), &Severity::Error);
    assert!(report.id.is_none());
}

#[test]
fn labels_with_fractions_are_refused() {
    let server = Server::start();
    let set = "  - {title: Masks, type: segmentation_mask, files: [{file: m.tif, source: wt/0001.png}]}\n";
    let report = import(&server, &[("m.tif", &float_labels())], set);
    assert_eq!(
        told(&report, "has pixels of the type float32"),
        &Severity::Error
    );
}

#[test]
fn what_pairs_with_nothing_is_told() {
    let server = Server::start();
    let mask = labels(4, 3);
    let files: [(&str, &[u8]); 2] = [("0001_cells.png", &mask), ("0003_cells.png", &mask)];
    let report = import(&server, &files, MASKS);
    assert_eq!(
        told(&report, "`0003_cells.png` has no image among"),
        &Severity::Error
    );
    let alone = "no file of `*_cells.png` is made from `wt/0002.png`";
    assert_eq!(told(&report, alone), &Severity::Warning);
}

#[test]
fn an_unknown_type_is_told_with_the_nearest() {
    let server = Server::start();
    let set = "  - {title: Masks, type: segmentation_maks, files: [{file: t.csv, source: wt/0001.png}]}\n";
    let report = import(&server, &[("t.csv", b"x,y\n1,1\n")], set);
    let words = "\"segmentation_maks\" is not a type of annotation that MIFA lists; did you mean \"segmentation_mask\"?";
    assert_eq!(told(&report, words), &Severity::Error);
}

#[test]
fn a_table_that_is_not_understood_is_kept_and_told() {
    let server = Server::start();
    let set = "  - {title: Counts, type: counts, files: [{file: t.csv, source: wt/0001.png}]}\n";
    let report = import(&server, &[("t.csv", b"cells,area\n12,3\n")], set);
    assert_eq!(
        told(&report, "its columns are cells, area"),
        &Severity::Warning
    );
    assert_eq!(server.get("/id/DND-S1/files/t.csv").status, 200);
    assert_eq!(
        server.get("/id/DND-S1-I1/annotations").json()["partOf"]["total"],
        1
    );
}

#[test]
fn words_in_tables_are_no_markup_anywhere() {
    let server = Server::start();
    let table = b"x,y,label\n1,1,<script>alert(1)</script>\n";
    let set = "  - {title: \"<img src=x>\", type: other, method: \"<b>\", files: [{file: t.csv, source: wt/0001.png}]}\n";
    import(&server, &[("t.csv", table)], set);
    let page = server.get_as("/id/DND-S1-I1", "text/html");
    assert!(!page.text().contains("<img src=x>") && !page.text().contains("<b>"));
    let marks = server.get("/id/DND-S1-I1/annotations");
    assert_eq!(marks.header("x-content-type-options"), "nosniff");
    assert_eq!(
        marks.json()["items"][1]["body"][0]["value"],
        "<script>alert(1)</script>"
    );
}

/// Imports a study of an OME-Zarr of 4 × 3 pixels in which there is a label image.
fn import_zarr(server: &Server, label: &[u8]) -> Report {
    let folder = server.deposit("zarr");
    deposit::study_with(
        &folder,
        "zarr",
        1,
        &[],
        "  - {title: Zarr, images: [z/a.zarr]}\n",
    );
    let zarr = folder.join("z/a.zarr");
    write_zarr(&deposit::picture(7), &zarr, false, ZarrForm::Three);
    fs::create_dir_all(zarr.join("labels")).unwrap();
    write_zarr(label, &zarr.join("labels/cells"), true, ZarrForm::Three);
    let group = serde_json::json!({"zarr_format": 3, "node_type": "group",
        "attributes": {"ome": {"version": "0.5", "labels": ["cells"]}}});
    fs::write(zarr.join("labels/zarr.json"), group.to_string()).unwrap();
    server.import(&folder)
}

#[test]
fn labels_within_an_ome_zarr_are_masks_of_it_though_nobody_lists_them() {
    let server = Server::start();
    let report = import_zarr(&server, &labels(4, 3));
    assert!(report.id.is_some(), "{:?}", report.findings);
    let record = server.get("/id/DND-S1-I2.nq");
    let said = "ns#annotatedWith> \"segmentation_mask\" .";
    assert!(record.text().contains(said), "{}", record.text());
    let page = server.get_as("/id/DND-S1-I2", "text/html");
    let file = "/id/DND-S1.1/files/z/a.zarr/labels/cells/zarr.json";
    assert!(page.text().contains(file), "{}", page.text());
    assert!(!server.get("/id/DND-S1-I1.nq").text().contains(said));
}

#[test]
fn labels_within_an_ome_zarr_have_to_fit_it() {
    let server = Server::start();
    let report = import_zarr(&server, &labels(3, 3));
    let words = "labels/cells/zarr.json is 3 × 3 pixels, and the image 4 × 3";
    assert_eq!(told(&report, words), &Severity::Error);
}
