//! Zips of strangers.

use std::io::Write;
use std::path::Path;

use tests::crates;
use tests::folder::files;
use tests::pictures;
use zip::CompressionMethod;
use zip::write::SimpleFileOptions;

use super::{assert_no_leftovers, assert_whole, new_node};

/// The zip is refused for this cause; nothing of it is anywhere.
#[track_caller]
fn is_refused(make: impl FnOnce(&Path), cause: &str) {
    let node = new_node();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("crate.zip");
    make(&path);
    let report = node.import_one(&path);
    assert_eq!(report.outcome, "refused", "{report:#?}");
    assert!(
        report.errors.iter().any(|error| error.contains(cause)),
        "{cause:?} is not in {report:#?}"
    );
    assert_eq!(node.size(), 0);
    assert_no_leftovers(node.data());
    assert_eq!(
        files(folder.path()),
        [path],
        "something was unpacked beside it"
    );
    assert!(!files(node.data()).iter().any(|path| path.ends_with("evil")));
    node.is_well();
}

fn crate_with(name: &'static str) -> impl FnOnce(&Path) {
    move |path| {
        let metadata = crates::attached("zipped");
        crates::zip(
            path,
            &[
                ("ro-crate-metadata.json", &metadata),
                ("one.tif", &pictures::tiff(1)),
                (name, b"evil"),
            ],
        );
    }
}

#[test]
fn a_whole_crate_in_a_zip_is_published_with_its_files() {
    let node = new_node();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("crate.zip");
    let metadata = crates::attached("zipped");
    crates::zip(
        &path,
        &[
            ("ro-crate-metadata.json", &metadata),
            ("one.tif", &pictures::tiff(1)),
        ],
    );
    let report = node.import_one(&path);
    assert_eq!(report.outcome, "published", "{report:#?}");
    assert!(node.status()["files"].as_u64().unwrap() >= 1);
    assert_eq!(node.import_one(&path).outcome, "unchanged");
    assert_whole(&node);
}

#[test]
fn names_that_lead_out_of_the_zip_are_refused() {
    is_refused(crate_with("../evil"), "../evil");
    is_refused(crate_with("a/../../evil"), "evil");
    is_refused(crate_with("/tmp/evil"), "/tmp/evil");
    is_refused(crate_with("C:/evil"), "evil");
    is_refused(crate_with("a\\..\\evil"), "evil");
}

#[test]
fn a_link_in_a_zip_is_refused() {
    let with_link = |path: &Path| {
        let mut writer = zip::ZipWriter::new(std::fs::File::create(path).unwrap());
        writer
            .start_file("ro-crate-metadata.json", SimpleFileOptions::default())
            .unwrap();
        writer.write_all(&crates::attached("zipped")).unwrap();
        writer
            .add_symlink("one.tif", "/etc/passwd", SimpleFileOptions::default())
            .unwrap();
        writer.finish().unwrap();
    };
    is_refused(with_link, "link");
}

#[test]
fn a_bomb_does_not_go_off() {
    let bomb = |path: &Path| {
        let mut writer = zip::ZipWriter::new(std::fs::File::create(path).unwrap());
        let options = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
        writer
            .start_file("ro-crate-metadata.json", options)
            .unwrap();
        writer.write_all(&crates::attached("zipped")).unwrap();
        writer.start_file("one.tif", options).unwrap();
        let zeros = vec![0_u8; 1 << 20];
        for _ in 0..256 {
            writer.write_all(&zeros).unwrap();
        }
        writer.finish().unwrap();
        assert!(path.metadata().unwrap().len() < 1 << 20);
    };
    is_refused(bomb, "may become");
}

#[test]
fn what_is_no_zip_or_holds_no_crate_is_refused() {
    is_refused(
        |path| std::fs::write(path, b"PK\x03\x04 and no more").unwrap(),
        "zip",
    );
    is_refused(
        |path| crates::zip(path, &[("readme.txt", b"hello")]),
        "ro-crate-metadata.json",
    );
    is_refused(
        |path| crates::zip(path, &[("ro-crate-metadata.json", b"{")]),
        "not JSON",
    );
}
