//! The picture that a depositor chooses for a study: what becomes of it, and of what is none.

#![expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

#[path = "serving/deposit.rs"]
mod deposit;

use std::fs::{self, File};
use std::io::Cursor;
use std::path::Path;

use image::{DynamicImage, ImageFormat};
use node::archive::Archive;
use node::config::Identity;
use node::publish::{Outcome, Report};
use node::study_object::StudyObject;
use node::{check, import, init};
use ontologies::Terms;
use serde_json::{Value, json};
use tempfile::TempDir;

const NAMESPACE: &str = "https://images.example.org/id/";
/// What a study names that has images and no picture of its own.
const OWN: &str = "https://images.example.org/id/TST-S1.1/thumbnail";
const PREDICATE: &str = "<http://schema.org/thumbnailUrl>";

struct Node {
    folder: TempDir,
    archive: Archive,
}

impl Node {
    fn new() -> Node {
        let folder = tempfile::tempdir().unwrap();
        let identity = Identity {
            name: "Test".to_owned(),
            prefix: "TST".to_owned(),
            base_url: "http://127.45.67.92:9/".to_owned(),
            namespace: Some(NAMESPACE.to_owned()),
            ror: None,
            origin: None,
        };
        let archive = init::init(&folder.path().join("data"), &identity).unwrap();
        Node { folder, archive }
    }

    fn import(&self, path: &Path) -> Report {
        let paths = [path.to_owned()];
        let mut reports =
            import::import(&self.archive, Terms::builtin(), &paths, &mut |_| ()).unwrap();
        assert_eq!(reports.len(), 1);
        reports.remove(0)
    }

    /// The pictures that a version's study record names.
    fn pictures(&self, version: u64) -> Vec<String> {
        let iri = format!("{NAMESPACE}TST-S1");
        let object = StudyObject::open(&self.archive, &iri, version).unwrap();
        let records = String::from_utf8(object.records().unwrap().unwrap()).unwrap();
        let lines = records.lines().filter(|line| line.contains(PREDICATE));
        lines
            .map(|line| line.split(['<', '>']).nth(5).unwrap().to_owned())
            .collect()
    }

    fn is_well(&self) {
        let checked = check::check(&self.folder.path().join("data")).unwrap();
        assert_eq!(checked.problems, []);
    }
}

fn warnings(report: &Report) -> Vec<&str> {
    let about = report.findings.iter().filter(|finding| {
        let text = format!("{} {}", finding.path, finding.message);
        text.contains("thumbnail")
    });
    about.map(|finding| finding.message.as_str()).collect()
}

fn encoded(picture: &DynamicImage, format: ImageFormat) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    picture.write_to(&mut bytes, format).unwrap();
    bytes.into_inner()
}

#[test]
fn a_study_names_its_picture_and_each_version_its_own() {
    let node = Node::new();
    let folder = tempfile::tempdir().unwrap();
    for (name, format) in [
        ("over view.png", ImageFormat::Png),
        ("b.jpg", ImageFormat::Jpeg),
        ("c.webp", ImageFormat::WebP),
    ] {
        let bytes = encoded(&DynamicImage::new_rgb8(64, 48), format);
        fs::write(folder.path().join(name), bytes).unwrap();
    }
    let write = |name: &str| {
        // that it is named as the picture is enough for it to be deposited
        let further = format!("thumbnail: {name}\n");
        deposit::study_with(folder.path(), "S-1", 2, &[], &further);
    };
    write("over view.png");
    let report = node.import(folder.path());
    assert_eq!(report.outcome, Outcome::Published, "{report:?}");
    assert_eq!(warnings(&report), [""; 0]);
    let named = format!("{NAMESPACE}TST-S1.1/files/over%20view.png");
    assert_eq!(node.pictures(1), [named]);
    assert_eq!(node.import(folder.path()).outcome, Outcome::Unchanged);

    for (version, name) in [(2, "b.jpg"), (3, "c.webp")] {
        write(name);
        assert_eq!(node.import(folder.path()).outcome, Outcome::Revised);
        let named = format!("{NAMESPACE}TST-S1.{version}/files/{name}");
        assert_eq!(node.pictures(version), [named]);
    }
    node.is_well();
}

#[test]
fn a_study_without_one_is_stored_as_it_always_was() {
    let (node, folder) = (Node::new(), tempfile::tempdir().unwrap());
    deposit::study(folder.path(), "S-1", 1, &[]);
    assert_eq!(node.import(folder.path()).outcome, Outcome::Published);
    let iri = format!("{NAMESPACE}TST-S1");
    let object = StudyObject::open(&node.archive, &iri, 1).unwrap();
    // by these bytes an unchanged study is known, also one that an older version stored
    let (_, stored) = object.study().unwrap().unwrap();
    assert!(!String::from_utf8(stored).unwrap().contains("thumbnail"));
}

#[test]
fn what_is_no_small_picture_stays_a_file_and_the_depositor_is_told() {
    let picture = encoded(&DynamicImage::new_rgb8(64, 48), ImageFormat::Png);
    let mut broken = picture.clone();
    broken.truncate(20);
    let large = encoded(&DynamicImage::new_luma8(4097, 4097), ImageFormat::Png);
    for (bytes, words) in [
        (
            &b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>"[..],
            "no PNG, JPEG or WebP",
        ),
        (b"<!doctype html><title>x</title>", "no PNG, JPEG or WebP"),
        (b"GIF89a\x01\0\x01\0\0\0\0;", "no PNG, JPEG or WebP"),
        (b"", "no PNG, JPEG or WebP"),
        (&broken, "no whole picture"),
        (&large, "4097 × 4097 pixels"),
    ] {
        let (node, folder) = (Node::new(), tempfile::tempdir().unwrap());
        let files = [("preview.png", bytes)];
        deposit::study_with(folder.path(), "S-1", 1, &files, "thumbnail: preview.png\n");
        let report = node.import(folder.path());
        assert_eq!(report.outcome, Outcome::Published, "{report:?}");
        let told = warnings(&report);
        assert!(
            matches!(told[..], [told] if told.contains(words)),
            "{words}: {report:?}"
        );
        assert_eq!(node.pictures(1), [OWN]);
        assert_eq!(node.import(folder.path()).outcome, Outcome::Unchanged);
    }
}

#[test]
fn a_picture_that_is_not_there_or_is_several_is_refused() {
    for (name, words) in [
        ("preview.png", "there is no file `preview.png`"),
        ("\"wt/*.png\"", "fits 2 files"),
        ("\"../../etc/passwd\"", "../../etc/passwd"),
        (
            "\"javascript:alert(1)\"",
            "there is no file `javascript:alert(1)`",
        ),
    ] {
        let (node, folder) = (Node::new(), tempfile::tempdir().unwrap());
        let further = format!("thumbnail: {name}\n");
        deposit::study_with(folder.path(), "S-1", 2, &[], &further);
        let report = node.import(folder.path());
        assert_eq!(report.outcome, Outcome::Refused, "{report:?}");
        let mut findings = report.findings.iter();
        assert!(
            findings.any(|finding| finding.message.contains(words)),
            "{words}: {report:?}"
        );
    }
}

/// Writes a crate with one picture, of whose dataset this is the thumbnail.
fn write_crate(folder: &Path, thumbnail: &Value) {
    let document = json!({"@context": "https://w3id.org/ro/crate/1.2/context", "@graph": [
        {"@id": "ro-crate-metadata.json", "@type": "CreativeWork", "about": {"@id": "./"},
         "conformsTo": {"@id": "https://w3id.org/ro/crate/1.2"}},
        {"@id": "./", "@type": "Dataset", "identifier": "S-1", "name": "A study of something small",
         "description": "Pictures.", "datePublished": "2026-01-01",
         "license": "https://creativecommons.org/publicdomain/zero/1.0/",
         "author": {"@id": "#ada"}, "hasPart": [{"@id": "one.png"}], "thumbnail": thumbnail},
        {"@id": "#ada", "@type": "Person", "name": "Ada Example"},
        {"@id": "one.png", "@type": "File"},
        {"@id": "#shown", "@type": "ImageObject", "contentUrl": "one.png"},
    ]});
    let text = serde_json::to_vec(&document).unwrap();
    fs::write(folder.join("ro-crate-metadata.json"), text).unwrap();
    let picture = encoded(&DynamicImage::new_rgb8(64, 48), ImageFormat::Png);
    fs::write(folder.join("one.png"), picture).unwrap();
}

#[test]
fn a_crate_names_a_file_of_its_own_or_an_address() {
    let own = format!("{NAMESPACE}TST-S1.1/files/one.png");
    for (thumbnail, expected) in [
        (json!({"@id": "one.png"}), own.as_str()),
        (json!("./one.png"), &own),
        (json!({"@id": "#shown"}), &own),
        (
            json!("https://archive.example.org/t.png"),
            "https://archive.example.org/t.png",
        ),
    ] {
        let (node, folder) = (Node::new(), tempfile::tempdir().unwrap());
        write_crate(folder.path(), &thumbnail);
        let report = node.import(folder.path());
        assert_eq!(report.outcome, Outcome::Published, "{report:?}");
        assert_eq!(node.pictures(1), [expected], "{thumbnail}: {report:?}");
        assert_eq!(node.import(folder.path()).outcome, Outcome::Unchanged);
    }
}

#[test]
fn a_crate_with_a_dangerous_thumbnail_is_published_without_it() {
    for thumbnail in [
        json!("javascript:alert(1)"),
        json!("javascript://x/%0aalert(1)"),
        json!("data:text/html,<script>alert(1)</script>"),
        json!("file:///etc/passwd"),
        json!("../../../etc/passwd"),
        json!("/etc/passwd"),
        json!("missing.png"),
        json!({"@id": "huge.png"}),
    ] {
        let (node, folder) = (Node::new(), tempfile::tempdir().unwrap());
        write_crate(folder.path(), &thumbnail);
        // a hole in the disk, of which no byte is read for the picture
        let huge = File::create(folder.path().join("huge.png")).unwrap();
        huge.set_len(40 << 20).unwrap();
        let report = node.import(folder.path());
        assert_eq!(report.outcome, Outcome::Published, "{report:?}");
        assert_eq!(node.pictures(1), [OWN], "{thumbnail}");
        assert!(!warnings(&report).is_empty(), "{thumbnail}: {report:?}");
    }
}
