#![expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

use std::ffi::OsStr;
use std::fs;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::symlink;
use std::path::Path;

use serde_json::json;
use tempfile::TempDir;

use super::super::made_images::{put, put_zarr};
use super::super::{Deposit, Found, IDENTIFIER_FILE, remember_identifier};
use super::read;
use crate::deposit::Means;

mod corpus;
mod imaging;
mod plates;

/// The header of an 8-bit TIFF of this size, which ends where its pixels would begin; compressed, so that it may.
fn tiff(width: u16, height: u16) -> Vec<u8> {
    let mut bytes = b"II\x2a\0\x08\0\0\0\x05\0".to_vec();
    for (tag, value) in [
        (256_u16, width),
        (257, height),
        (258, 8),
        (259, 5),
        (273, 8),
    ] {
        bytes.extend(tag.to_le_bytes());
        bytes.extend([3, 0, 1, 0, 0, 0]);
        bytes.extend(value.to_le_bytes());
        bytes.extend([0, 0]);
    }
    bytes
}

/// A study's folder with images of 4 × 3 pixels under these names, and this study file.
fn study(images: &[&str], text: &str) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    for image in images {
        put(folder.path(), image, &tiff(4, 3));
    }
    put(folder.path(), "study.yaml", text.as_bytes());
    folder
}

/// A study file whose only component has these lines.
fn component(lines: &str) -> String {
    format!(
        "identifier: s\ncomponents:\n  - title: t\n    {}\n",
        lines.replace('\n', "\n    ")
    )
}

fn deposit(folder: &Path) -> Deposit {
    match read(folder, Means::of(folder)) {
        Found::Deposit(deposit) => *deposit,
        Found::Unreadable { findings, .. } => panic!("{findings:?}"),
    }
}

/// Findings, a line each: how much they weigh, place and message.
fn told(deposit: &Deposit) -> Vec<String> {
    let weight = |error| if error { "error" } else { "warning" };
    deposit
        .findings
        .iter()
        .map(|finding| {
            format!(
                "{} {}: {}",
                weight(finding.is_error()),
                finding.path,
                finding.message
            )
        })
        .collect()
}

/// What is told of a component with these lines over images of these names.
fn told_of(images: &[&str], lines: &str) -> Vec<String> {
    told(&deposit(study(images, &component(lines)).path()))
}

/// Images, a line each: title and files.
fn images(deposit: &Deposit) -> Vec<String> {
    let files = |image: &crate::study::Image| {
        image
            .files
            .iter()
            .map(|file| file.as_str().to_owned())
            .collect::<Vec<_>>()
    };
    deposit
        .study
        .images
        .iter()
        .map(|image| format!("{}: {}", image.title, files(image).join(" ")))
        .collect()
}

fn files(deposit: &Deposit) -> Vec<&str> {
    deposit
        .files
        .iter()
        .map(|file| file.path.as_str())
        .collect()
}

#[test]
fn a_glob_gives_an_image_a_file() {
    let folder = study(
        &[
            "wt/2.ome.tif",
            "wt/10.ome.tif",
            "wt/deep/3.ome.tif",
            "wt/.4.ome.tif",
        ],
        &component("images: [\"wt/*.ome.tif\"]"),
    );
    let deposit = deposit(folder.path());
    assert_eq!(
        images(&deposit),
        ["10.ome.tif: wt/10.ome.tif", "2.ome.tif: wt/2.ome.tif"]
    );
    assert_eq!(
        serde_json::to_value(&deposit.study.images[0]).unwrap(),
        json!({
            "key": "wt/10.ome.tif", "title": "10.ome.tif", "component": 0, "files": ["wt/10.ome.tif"],
            "pixels": {
                "size_x": 4, "size_y": 3, "pixel_type": "uint8", "size_z": 1, "size_c": 1, "size_t": 1, "format": "TIFF",
            },
        })
    );
    assert_eq!(
        files(&deposit),
        ["study.yaml", "wt/10.ome.tif", "wt/2.ome.tif"]
    );
    let (yaml, image) = (&deposit.files[0], &deposit.files[1]);
    assert_eq!(
        (yaml.media_type.as_str(), image.media_type.as_str()),
        ("application/yaml", "image/tiff")
    );
    assert_eq!(
        (image.bytes, &image.location),
        (70, &folder.path().join("wt/10.ome.tif"))
    );
    assert_eq!(
        told(&deposit),
        [
            "warning : 2 of the folder's files are named nowhere and not deposited: wt/.4.ome.tif, wt/deep/3.ome.tif",
        ]
    );
}

#[test]
fn everything_that_may_name_a_file_finds_it() {
    let text = r#"
identifier: s
components:
  - title: One
    images:
      - "[1].tif"
      - {file: b.tif, title: Bee, channels: [{name: green}], variables: {laser: "488"}}
      - {pattern: "p{p}/t{t:3}_c{c}.tif"}
      - {file: x.lif, series: all}
      - y.czi
    files: ["docs/**"]
    file_list: list.tsv
annotations: [{title: Masks, files: [{file: m.tif, source: b.tif}]}]
supports: [{figure: 2a, images: ["p1/*", b.tif]}]
files: [README]
"#;
    let names = [
        "[1].tif",
        "b.tif",
        "p1/t001_c0.tif",
        "p1/t002_c0.tif",
        "p2/t001_c0.tif",
        "m.tif",
        "listed.tif",
    ];
    let folder = study(&names, text);
    for name in ["x.lif", "y.czi", "docs/a/b.txt", "README", "table.csv"] {
        put(folder.path(), name, b"abc");
    }
    put(folder.path(), "list.tsv", b"Files\tPlate Name\tLaser\nlisted.tif\tP1\t\nb.tif\tP2\tred\ntable.csv\t\t\np1/t001_c0.tif\tP3\ta\np1/t002_c0.tif\tP3\tb\n");
    let deposit = deposit(folder.path());
    assert_eq!(
        images(&deposit),
        [
            "[1].tif: [1].tif",
            "Bee: b.tif",
            "p 1: p1/t001_c0.tif p1/t002_c0.tif",
            "p 2: p2/t001_c0.tif",
            "x.lif: x.lif",
            "y.czi: y.czi",
            "listed.tif: listed.tif",
        ]
    );
    let additional: Vec<_> = deposit
        .study
        .images
        .iter()
        .map(|image| serde_json::to_value(&image.additional).unwrap())
        .collect();
    assert_eq!(
        additional[1],
        json!([
            {"name": "laser", "value": "488"}, {"name": "plate", "value": "P2"}, {"name": "Laser", "value": "red"},
        ])
    );
    assert_eq!(
        additional[2],
        json!([{"name": "p", "value": "1"}, {"name": "plate", "value": "P3"}])
    );
    assert_eq!(additional[6], json!([{"name": "plate", "value": "P1"}]));
    assert_eq!(
        serde_json::to_value(&deposit.study.annotations).unwrap(),
        json!([
            {"title": "Masks", "files": [{"file": "m.tif", "source": "b.tif"}]},
        ])
    );
    assert_eq!(
        serde_json::to_value(&deposit.study.supports).unwrap(),
        json!([
            {"figure": "2a", "images": ["p1/t001_c0.tif", "p1/t002_c0.tif", "b.tif"]},
        ])
    );
    assert_eq!(
        files(&deposit),
        [
            "README",
            "[1].tif",
            "b.tif",
            "docs/a/b.txt",
            "list.tsv",
            "listed.tif",
            "m.tif",
            "p1/t001_c0.tif",
            "p1/t002_c0.tif",
            "p2/t001_c0.tif",
            "study.yaml",
            "table.csv",
            "x.lif",
            "y.czi",
        ]
    );
    let columns = &deposit.files[2].columns;
    assert_eq!(
        columns,
        &[
            ("plate".to_owned(), "P2".to_owned()),
            ("Laser".to_owned(), "red".to_owned())
        ]
    );
    assert_eq!(
        told(&deposit),
        [
            "warning components[0].images[3].file: `x.lif` is one image: its format is not read here, so the series in it are not told \
         apart and their sizes not known, and no converter is configured that could read it (images.converter) (line 9)",
            "warning components[0].images[4]: `y.czi` is an image whose sizes are not known: its format is not read here, and no converter is configured that could read it (images.converter) (line 10)",
        ]
    );
}

#[test]
fn a_zarr_folder_is_one_image_and_all_its_files_are_deposited() {
    let folder = study(&[], &component("images: [\"*.zarr\"]"));
    put_zarr(folder.path(), "a.zarr");
    put(folder.path(), "a.zarr/0/0/0", &[0; 12]);
    put(folder.path(), "a.zarr/labels/x.zarr/.zgroup", b"{}");
    let deposit = deposit(folder.path());
    assert_eq!(images(&deposit), ["a.zarr: a.zarr/.zattrs a.zarr/.zgroup"]);
    let image = &deposit.study.images[0];
    assert_eq!((image.key.as_str(), image.file_count()), ("a.zarr", 5));
    assert_eq!(deposit.files.len(), 6);
    assert_eq!(told(&deposit), [] as [&str; 0]);
}

#[test]
fn what_is_no_image_is_kept_as_a_file_with_a_warning() {
    let folder = study(
        &["a.tif", "t1.tif", "t2.tif"],
        &component("images: [a.tif, broken.tif, notes.txt, {pattern: \"t{t}.tif\"}, empty.zarr]"),
    );
    put(folder.path(), "empty.zarr/0/0", b"");
    put(folder.path(), "broken.tif", b"II\x2a\0\xff\xff\xff\xff");
    put(folder.path(), "notes.txt", b"abc");
    put(folder.path(), "t2.tif", &tiff(5, 3));
    let deposit = deposit(folder.path());
    assert_eq!(images(&deposit), ["a.tif: a.tif", "t1.tif: t1.tif t2.tif"]);
    assert_eq!(
        files(&deposit),
        [
            "a.tif",
            "broken.tif",
            "empty.zarr/0/0",
            "notes.txt",
            "study.yaml",
            "t1.tif",
            "t2.tif"
        ]
    );
    assert_eq!(
        told(&deposit),
        [
            "warning components[0].images[1]: `broken.tif` is kept as a file and not as an image: it is not a whole TIFF file: a \
         directory stands at byte 4294967295, and the file ends at 8 (line 4)",
            "warning components[0].images[2]: `notes.txt` is kept as a file and not as an image: it has no format that is read here \
         (line 4)",
            "warning components[0].images[3].pattern: `t2.tif` has other pixels than the image's first file (line 4)",
            "warning components[0].images[4]: `empty.zarr` is kept as a file and not as an image: it is not a whole OME-Zarr \
         file: it has no metadata at its root (line 4)",
        ]
    );
}

#[test]
fn a_name_that_finds_nothing_is_an_error() {
    assert_eq!(
        told_of(
            &["wt/1.tif"],
            "images: [\"wt/*.czi\", wt/2.tif, WT/1.TIF, wt, wt/1.tif, {pattern: \"t{t}.tif\"}, \"[\"]"
        ),
        [
            "error components[0].images[0]: no file of the study's folder fits `wt/*.czi` (line 4)",
            "error components[0].images[1]: there is no file `wt/2.tif` in the study's folder (line 4)",
            "error components[0].images[2]: there is no file `WT/1.TIF` in the study's folder; there is `wt/1.tif` (line 4)",
            "error components[0].images[3]: `wt` is a folder; write `wt/**` for what is in it (line 4)",
            "error components[0].images[5].pattern: no file of the study's folder fits `t{t}.tif` (line 4)",
            "error components[0].images[6]: `[` is not a glob: unclosed character class; missing ']' (line 4)",
        ]
    );
    let text = "identifier: s\nannotations: [{title: m, files: [{file: no.tif, source: a.tif}, {file: a.tif, source: a.tif}]}]\nsupports: [{figure: 1, images: [none.tif, a.tif]}]";
    let folder = study(&["a.tif"], text);
    assert_eq!(
        told(&deposit(folder.path())),
        [
            "error annotations[0].files[0].file: there is no file `no.tif` in the study's folder (line 2)",
            "error annotations[0].files[1].source: `a.tif` is not among the images of any component (line 2)",
            "error supports[0].images[0]: there is no file `none.tif` in the study's folder (line 3)",
            "error supports[0].images[1]: `a.tif` is not among the images of any component (line 3)",
        ]
    );
}

#[test]
fn nothing_outside_the_folder_can_be_named() {
    let told = told_of(
        &["a.tif"],
        "images: [../../etc/passwd, /etc/passwd, a.tif]\nfiles: [\"../**\"]\nfile_list: ../x.tsv",
    );
    assert_eq!(told.len(), 4, "{told:#?}");
    assert!(
        told[0]
            .contains("components[0].images[0]: \"../../etc/passwd\" cannot be a file of a study"),
        "{}",
        told[0]
    );
    assert!(
        told[1].contains("absolute")
            && told[2].contains("files[0]")
            && told[3].contains("file_list"),
        "{told:#?}"
    );
}

#[test]
fn links_and_names_that_are_not_utf_8_are_never_deposited() {
    let folder = study(
        &["a.tif"],
        &component("images: [\"*.tif\", out/x.tif]\nfiles: [link.txt]"),
    );
    let outside = tempfile::tempdir().unwrap();
    put(outside.path(), "x.tif", &tiff(4, 3));
    symlink(outside.path(), folder.path().join("out")).unwrap();
    symlink(outside.path().join("x.tif"), folder.path().join("link.tif")).unwrap();
    symlink("/etc/passwd", folder.path().join("link.txt")).unwrap();
    symlink(folder.path(), folder.path().join("loop")).unwrap();
    fs::write(
        folder.path().join(OsStr::from_bytes(b"b\xe9b\xe9.tif")),
        tiff(4, 3),
    )
    .unwrap();
    let deposit = deposit(folder.path());
    assert_eq!(files(&deposit), ["a.tif", "study.yaml"]);
    let link = "it is a symbolic link, and links are not followed";
    assert_eq!(told(&deposit), [
        "error components[0].images[0]: `b\u{fffd}b\u{fffd}.tif` cannot be deposited: its name is not UTF-8; rename it (line 4)".to_owned(),
        format!("error components[0].images[0]: `link.tif` cannot be deposited: {link} (line 4)"),
        format!("error components[0].images[1]: `out` cannot be deposited: {link} (line 4)"),
        format!("error components[0].files[0]: `link.txt` cannot be deposited: {link} (line 5)"),
        format!(
            "warning : 5 of the folder's files are named nowhere and not deposited: b\u{fffd}b\u{fffd}.tif (its name is not UTF-8; \
             rename it), link.tif ({link}), link.txt ({link}), loop ({link}), out ({link})"
        ),
    ]);
}

#[test]
fn a_file_is_in_one_image() {
    assert_eq!(
        told_of(
            &["a.tif", "b.tif"],
            "images: [a.tif, \"*.tif\", {pattern: \"{c}.tif\"}]"
        ),
        [
            "error components[0].images[1]: `a.tif` is an image by components[0].images[0] already; a file is in one image (line 4)",
            "error components[0].images[2].pattern: `a.tif` is an image by components[0].images[0] already; a file is in one image (line 4)",
        ]
    );
    assert_eq!(
        told_of(
            &["a.tif", "b.tif"],
            "images: [{file: \"*.tif\", title: Both}]"
        ),
        [
            "error components[0].images[0].file: `title` names one image, and here are 2; leave it out or name one file (line 4)",
        ]
    );
}

#[test]
fn a_file_list_is_checked_row_by_row() {
    let folder = study(&["a.tif"], &component("file_list: list.tsv"));
    put(
        folder.path(),
        "list.tsv",
        b"Files\tplate\na.tif\t1\n../../etc/passwd\t2\na.tif\t3\nb.tif\t4\n",
    );
    let read = deposit(folder.path());
    assert_eq!(images(&read), ["a.tif: a.tif"]);
    let told = told(&read);
    assert_eq!(told.len(), 3, "{told:#?}");
    assert!(
        told[0]
            .contains("file_list: row in line 3: \"../../etc/passwd\" cannot be a file of a study"),
        "{told:#?}"
    );
    assert_eq!(
        told[1],
        "error components[0].file_list: row in line 4: `a.tif` is in a file list already (line 4)"
    );
    assert_eq!(
        told[2],
        "error components[0].file_list: row in line 5: there is no file `b.tif` in the study's folder (line 4)"
    );
    put(folder.path(), "list.tsv", b"Plate\tx\n");
    let read = deposit(folder.path());
    assert!(
        read.findings[0]
            .message
            .contains("file list `list.tsv`: its first column must be `Files`"),
        "{:?}",
        read.findings
    );
}

#[test]
fn a_study_without_identifier_is_known_again_by_the_one_beside_it() {
    let folder = study(&[], "title: x");
    let first = deposit(folder.path()).study.source;
    assert!(!first.identifier_is_given && first.identifier.len() == 32);
    remember_identifier(folder.path(), &first.identifier).unwrap();
    let again = deposit(folder.path());
    assert_eq!(again.study.source, first);
    assert_eq!(files(&again), ["study.yaml"]);
    assert_eq!(told(&again), [] as [&str; 0]);
    fs::write(folder.path().join(IDENTIFIER_FILE), "").unwrap();
    assert!(
        matches!(read(folder.path(), Means::of(folder.path())), Found::Unreadable { findings, .. } if findings[0].path == IDENTIFIER_FILE)
    );
}

#[test]
fn a_study_file_that_cannot_be_read_says_why() {
    let unreadable = |text: &[u8]| {
        let folder = tempfile::tempdir().unwrap();
        put(folder.path(), "study.yaml", text);
        match read(folder.path(), Means::of(folder.path())) {
            Found::Unreadable { findings, .. } => findings[0].message.clone(),
            Found::Deposit(_) => panic!("{text:?} was read"),
        }
    };
    assert_eq!(
        unreadable(b"title: b\xe9b\xe9"),
        "it is not UTF-8; save it as UTF-8"
    );
    assert!(unreadable(b"title: [").starts_with("it cannot be read as YAML"));
    assert!(unreadable(b"- a").starts_with("it must be a map of"));
    let bomb = "a: &a [x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b]\nd: &d [*c,*c,*c,*c,*c,*c,*c,*c]\ne: &e [*d,*d,*d,*d,*d,*d,*d,*d]\nf: [*e,*e,*e,*e,*e,*e,*e,*e]\n";
    assert!(unreadable(bomb.as_bytes()).contains("write the values out"));
}

#[test]
fn every_file_that_is_no_image_has_its_reason() {
    let folder = study(&["a.tif"], &component("images: [a.tif, \"bad/*.tif\"]"));
    fs::create_dir(folder.path().join("bad")).unwrap();
    for number in 0..91 {
        let name = format!("bad/{number}.tif");
        put(folder.path(), &name, b"II\x2a\0\xff\xff\xff\xff");
    }
    let told = told(&deposit(folder.path()));
    assert_eq!(told.len(), 91);
    for number in 0..91 {
        let begin = format!("`bad/{number}.tif` is kept as a file and not as an image: ");
        assert!(told.iter().any(|one| one.contains(&begin)), "{begin}");
    }
}

#[test]
fn an_image_of_many_files_is_called_by_what_their_names_share() {
    for (pattern, first, title) in [
        ("wt/embryo_t{t}_c{c}.tif", "wt/embryo_t1_c0.tif", "embryo"),
        ("wt/cat{c}.ome.tif", "wt/cat0.ome.tif", "cat"),
        ("embryo 3/t{t}.tif", "embryo 3/t1.tif", "embryo 3"),
        ("{t}.tif", "1.tif", "1.tif"),
        ("f{field}_c{c}.tif", "f2_c0.tif", "field 2"),
    ] {
        let entry = format!("images: [{{pattern: \"{pattern}\"}}]");
        let folder = study(&[], &component(&entry));
        if let Some((below, _)) = first.rsplit_once('/') {
            fs::create_dir(folder.path().join(below)).unwrap();
        }
        put(folder.path(), first, &tiff(4, 3));
        assert_eq!(deposit(folder.path()).study.images[0].title, title);
    }
}

#[test]
fn many_files_are_read() {
    let folder = study(
        &[],
        &component("images: [{pattern: \"{well}/t{t}.tif\"}]\nfile_list: list.tsv"),
    );
    let mut list = "Files\tplate\n".to_owned();
    for well in 0..100 {
        fs::create_dir(folder.path().join(format!("w{well}"))).unwrap();
        for time in 0..100 {
            let name = format!("w{well}/t{time}.tif");
            fs::write(folder.path().join(&name), tiff(4, 3)).unwrap();
            list += &format!("{name}\tP\n");
        }
    }
    put(folder.path(), "list.tsv", list.as_bytes());
    let deposit = deposit(folder.path());
    assert_eq!(
        (deposit.study.images.len(), deposit.files.len()),
        (100, 10_002)
    );
    assert_eq!(told(&deposit), [] as [&str; 0]);
}
