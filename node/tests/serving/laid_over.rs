//! Masks that are OME-Zarr of their own, and masks over an OME-Zarr that is shown as it was deposited.

use std::fs;
use std::io::{Cursor, Write};
use std::path::Path;
use std::process::Command;

use node::image::pyramid::ZarrForm;
use node::publish::Report;
use serde_json::{Value, json};

use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use crate::deposit;
use crate::outside;
use crate::server::{Server, eventually};
use crate::zarrs::write_zarr;

const SCRIPT: &str = concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/tests/serving/labels_over_http.py"
);

/// A label image in which one object has this number.
fn mask(number: u8, width: u32) -> Vec<u8> {
    let pixels = image::GrayImage::from_fn(width, 3, |x, _| {
        image::Luma([if x < 2 { 0 } else { number }])
    });
    let mut png = Cursor::new(Vec::new());
    pixels.write_to(&mut png, image::ImageFormat::Png).unwrap();
    png.into_inner()
}

/// A folder as a zip, its files stored as they are.
fn zipped(folder: &Path) -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    let stored = SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored);
    for entry in walkdir::WalkDir::new(folder).sort_by_file_name() {
        let entry = entry.unwrap();
        if entry.file_type().is_file() {
            let path = entry.path().strip_prefix(folder).unwrap();
            writer.start_file(path.to_str().unwrap(), stored).unwrap();
            writer.write_all(&fs::read(entry.path()).unwrap()).unwrap();
        }
    }
    writer.finish().unwrap().into_inner()
}

/// Imports a study of two pictures with a mask in a folder over the first, and one in a zip over the second.
fn import_masks(server: &Server, width: u32) -> Report {
    let folder = server.deposit("one");
    let set = "annotations:\n  - {title: Cells, type: segmentation_mask, files: [{file: m/one.ome.zarr, source: wt/0001.png}, {file: two.ome.zarr.zip, source: wt/0002.png}]}\n";
    let scratch = tempfile::tempdir().unwrap();
    let two = scratch.path().join("two.ome.zarr");
    write_zarr(&mask(9, 4), &two, true, ZarrForm::Three);
    let files: [(&str, &[u8]); 1] = [("two.ome.zarr.zip", &zipped(&two))];
    deposit::study_with(&folder, "one", 2, &files, set);
    write_zarr(
        &mask(7, width),
        &folder.join("m/one.ome.zarr"),
        true,
        ZarrForm::Two,
    );
    server.import(&folder)
}

/// The names that a group lists, once there are so many.
pub(crate) fn listed(server: &Server, group: &str, count: usize) -> Vec<String> {
    eventually("the label images are listed", || {
        let list = server.get(group);
        let document = (list.status == 200).then(|| list.json())?;
        let names = [
            &document["labels"],
            &document["attributes"]["ome"]["labels"],
        ];
        let names = names.into_iter().find_map(Value::as_array)?.iter();
        let names: Vec<String> = names
            .map(|name| name.as_str().unwrap().to_owned())
            .collect();
        (names.len() == count).then_some(names)
    })
}

#[test]
fn masks_that_are_ome_zarr_of_their_own_lie_below_the_pyramid() {
    let server = Server::deriving();
    let report = import_masks(&server, 4);
    assert!(report.id.is_some(), "{:?}", report.findings);
    let wrong = report.findings.iter();
    let wrong: Vec<_> = wrong
        .filter(|one| one.message.contains("ome.zarr"))
        .collect();
    assert!(wrong.is_empty(), "{wrong:?}");
    for (image, stem) in [("I1", "one-"), ("I2", "two-")] {
        let names = listed(
            &server,
            &format!("/zarr/DND-S1-{image}/labels/zarr.json"),
            1,
        );
        assert!(names[0].starts_with(stem), "{names:?}");
        let group = server.get(&format!(
            "/zarr/DND-S1-{image}/labels/{}/zarr.json",
            names[0]
        ));
        let document = group.json();
        assert!(
            document["attributes"]["ome"]["image-label"].is_object(),
            "{document}"
        );
        let record = server.get(&format!("/id/DND-S1-{image}.nq"));
        assert!(
            record
                .text()
                .contains("annotatedWith> \"segmentation_mask\" .")
        );
    }
}

#[test]
fn an_ome_zarr_of_labels_has_to_fit_its_image() {
    let server = Server::start();
    let report = import_masks(&server, 5);
    let words = "the label image m/one.ome.zarr/.zattrs is 5 × 3 pixels, and the image 4 × 3";
    let told = report
        .findings
        .iter()
        .any(|one| one.message.contains(words) && one.is_error());
    assert!(told, "{:?}", report.findings);
}

/// Imports a study whose second image is an OME-Zarr with a label image in it, and over which masks in a TIFF's stead and in an
/// OME-Zarr are laid.
fn import_zarr(server: &Server, form: ZarrForm) -> std::path::PathBuf {
    let folder = server.deposit("zarr");
    let further = "  - {title: Zarr, images: [z/a.zarr]}\nannotations:\n  - {title: Cells, type: segmentation_mask, files: [{file: m.png, source: z/a.zarr}, {file: n.zarr, source: z/a.zarr}]}\n";
    let files: [(&str, &[u8]); 1] = [("m.png", &mask(5, 4))];
    deposit::study_with(&folder, "zarr", 1, &files, further);
    let zarr = folder.join("z/a.zarr");
    write_zarr(&deposit::picture(7), &zarr, false, form);
    write_zarr(&mask(6, 4), &folder.join("n.zarr"), true, ZarrForm::Three);
    fs::create_dir_all(zarr.join("labels")).unwrap();
    write_zarr(&mask(3, 4), &zarr.join("labels/cells"), true, form);
    let (name, group) = match form {
        ZarrForm::Two => (".zattrs", json!({"labels": ["cells"], "own": 1})),
        ZarrForm::Three => (
            "zarr.json",
            json!({"zarr_format": 3, "node_type": "group", "attributes": {"own": 1, "ome": {"version": "0.5", "labels": ["cells"]}}}),
        ),
    };
    fs::write(zarr.join("labels").join(name), group.to_string()).unwrap();
    if form == ZarrForm::Two {
        let group = r#"{"zarr_format": 2}"#;
        fs::write(zarr.join("labels/.zgroup"), group).unwrap();
        // a copy of all documents, as zarr-python writes it
        let copy = json!({"zarr_consolidated_format": 1, "metadata": {}});
        fs::write(zarr.join(".zmetadata"), copy.to_string()).unwrap();
    } else {
        // a copy of all documents, as zarr-python writes it
        let path = zarr.join("zarr.json");
        let mut document: Value = serde_json::from_slice(&fs::read(&path).unwrap()).unwrap();
        document["consolidated_metadata"] =
            json!({"kind": "inline", "must_understand": false, "metadata": {}});
        fs::write(&path, document.to_string()).unwrap();
    }
    let report = server.import(&folder);
    assert!(report.id.is_some(), "{:?}", report.findings);
    folder
}

/// What Python finds; none where it cannot be asked.
fn found_by_python(address: &str) -> Option<String> {
    let python = outside::python()?;
    let has_zarr = Command::new(&python)
        .args(["-c", "import zarr, ome_zarr, aiohttp"])
        .output();
    if !has_zarr.is_ok_and(|output| output.status.success()) {
        assert!(
            std::env::var_os("CI").is_none(),
            "zarr is missing, and CI is set"
        );
        eprintln!(
            "SKIPPED: zarr, ome-zarr or aiohttp is missing; run scripts/bootstrap with Python 3.11 or newer"
        );
        return None;
    }
    let output = Command::new(python)
        .arg(SCRIPT)
        .arg(address)
        .output()
        .unwrap();
    assert!(output.status.success(), "{output:?}");
    Some(String::from_utf8_lossy(&output.stdout).into_owned())
}

fn masks_lie_beside_what_was_deposited(form: ZarrForm, group: &str) {
    let server = Server::deriving();
    let folder = import_zarr(&server, form);
    let group = format!("/zarr/DND-S1-I2/labels/{group}");
    let names = listed(&server, &group, 3);
    assert_eq!(names[0], "cells", "its own comes first");
    assert!(
        names[1].starts_with("m-") && names[2].starts_with("n-"),
        "{names:?}"
    );
    let document = server.get(&group).json();
    let own = [&document["own"], &document["attributes"]["own"]];
    assert!(
        own.contains(&&json!(1)),
        "what else it says stays: {document}"
    );
    if let Some(found) = found_by_python(&server.url("/zarr/DND-S1-I2")) {
        let expected = |by: &str| {
            let each = names.iter().zip([3, 5, 6]);
            each.map(|(name, number)| format!("{by} {name} {number}\n"))
                .collect::<String>()
        };
        assert_eq!(found, expected("zarr") + &expected("ome-zarr"));
    }

    // the masks go in the next version; what was deposited is served as it is
    let yaml = fs::read_to_string(folder.join("study.yaml")).unwrap();
    let (without, _) = yaml.split_once("annotations:").unwrap();
    fs::write(folder.join("study.yaml"), without).unwrap();
    let report = server.import(&folder);
    assert_eq!(report.version, Some(2), "{report:?}");
    assert_eq!(listed(&server, &group, 1), ["cells"]);
}

#[test]
fn masks_lie_beside_the_labels_of_an_ome_zarr_that_is_shown_as_it_is() {
    masks_lie_beside_what_was_deposited(ZarrForm::Three, "zarr.json");
}

#[test]
fn masks_over_an_ome_zarr_of_the_older_form_have_that_form() {
    masks_lie_beside_what_was_deposited(ZarrForm::Two, ".zattrs");
}

#[test]
fn a_mask_that_cannot_be_read_hides_nothing_of_what_was_deposited() {
    let server = Server::deriving();
    let folder = import_zarr(&server, ZarrForm::Two);
    let group = "/zarr/DND-S1-I2/labels/.zattrs";
    let copy = "/zarr/DND-S1-I2/.zmetadata";
    listed(&server, group, 3);
    assert_eq!(server.get(copy).status, 404, "the masks are not in it");

    // in the next version the masks are none
    let yaml = fs::read_to_string(folder.join("study.yaml")).unwrap();
    let without = yaml.replace(", {file: n.zarr, source: z/a.zarr}", "");
    assert_ne!(yaml, without);
    fs::write(folder.join("study.yaml"), without).unwrap();
    fs::write(folder.join("m.png"), &mask(5, 4)[..20]).unwrap();
    let report = server.import(&folder);
    assert_eq!(report.version, Some(2), "{report:?}");
    assert_eq!(listed(&server, group, 1), ["cells"]);
    let served = eventually("the copy is served again", || {
        let served = server.get(copy);
        (served.status == 200).then_some(served)
    });
    assert_eq!(served.json()["zarr_consolidated_format"], 1);
}
