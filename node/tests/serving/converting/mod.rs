//! Images in a format that is not read here, by way of a converter: real CZI files, and converters that others could have written.

mod faults;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;

use node::archive::Archive;
use node::check;
use node::database::derivation::State;
use node::derive::{self, Derived, Place, Settings, Workers};
use node::image::{Area, Plane};
use node::publish::{Outcome, Report};
use node::{rebuild, status};
use protocol::identifier::Accession;

use crate::deposit;
use crate::outside;
use crate::server::{Server, eventually};

const SCRIPT: &str = concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/tests/serving/converting/czi.py"
);
const BIO_FORMATS: &str = concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/../target/tools/bio-formats/bioformats_package.jar"
);

/// The interpreter that reads CZI; none, loudly, where it cannot.
fn python() -> Option<PathBuf> {
    let python = outside::python()?;
    let reads = Command::new(&python)
        .args(["-c", "import pylibCZIrw, zarr"])
        .output();
    if reads.is_ok_and(|output| output.status.success()) {
        return Some(python);
    }
    let advice = "run scripts/bootstrap, with Python 3.11 to 3.13";
    assert!(
        std::env::var_os("CI").is_none(),
        "there is no pylibCZIrw: {advice}"
    );
    eprintln!("SKIPPED: there is no pylibCZIrw: {advice}");
    None
}

/// A study of a picture and a CZI with so many scenes.
fn study(python: &Path, folder: &Path, scenes: usize) {
    let further = "  - title: Both strains\n    images: [cells.czi]\n";
    let name = folder.file_name().unwrap().to_str().unwrap();
    deposit::study_with(folder, name, 1, &[], further);
    let made = Command::new(python)
        .arg(SCRIPT)
        .arg("make")
        .arg(folder.join("cells.czi"))
        .arg(scenes.to_string())
        .output()
        .unwrap();
    assert!(
        made.status.success(),
        "{}",
        String::from_utf8_lossy(&made.stderr)
    );
}

/// The lines of a converter, for the section `images`.
fn converter(command: &[&str], further: &str) -> String {
    let words: Vec<String> = command.iter().map(|word| format!("{word:?}")).collect();
    format!(
        "converter = {{ command = [{}]{further} }}",
        words.join(", ")
    )
}

/// The script as a converter, which says of each of its runs that it began.
fn script(python: &Path, runs: &Path) -> String {
    let shell = format!("echo run >> '{}' && exec \"$@\"", runs.display());
    let words = [
        "/bin/sh",
        "-c",
        &shell,
        "sh",
        python.to_str().unwrap(),
        SCRIPT,
    ];
    let command = [&words[..], &["convert", "{input}", "{output}"]].concat();
    converter(&command, ", name = \"czi.py 2.1\"")
}

fn derive(archive: &Arc<Archive>, ids: &[&str]) -> Vec<Derived> {
    let ids: Vec<Accession> = ids.iter().map(|id| Accession::parse(id).unwrap()).collect();
    let settings = Settings::of_command(&archive.config().images);
    let mut all = Vec::new();
    derive::derive(archive, settings, &ids, &mut |derived| {
        all.push(derived.clone())
    })
    .unwrap();
    all
}

fn messages(report: &Report) -> String {
    let messages = report
        .findings
        .iter()
        .map(|finding| finding.message.as_str());
    messages.collect::<Vec<_>>().join("\n")
}

/// Whether an image's pyramid has the pixels that were written into the CZI.
fn has_its_pixels(server: &Server, image: &str, scene: u64) {
    let place = Place::of(server.archive().folder(), image, 1);
    let pyramid = place.open_pyramid().unwrap();
    let level = pyramid.levels()[0];
    assert_eq!((level.width, level.height), (64 + scene, 40 + scene));
    let area = Area {
        x: 0,
        y: 0,
        width: level.width,
        height: level.height,
    };
    let mut pixels = vec![0; usize::try_from(level.width * level.height * 2).unwrap()];
    let before = pyramid.description().axes.len() - 2;
    for channel in 0..2 {
        for z in 0..3 {
            // t, c, z: an axis of one place may be left out
            let plane = Plane([0, channel, z][3 - before..].to_vec());
            pyramid.read(0, &plane, area, &mut pixels).unwrap();
            for (index, value) in pixels.chunks(2).enumerate() {
                let (y, x) = (index as u64 / level.width, index as u64 % level.width);
                let expected = scene * 20000 + channel * 10000 + z * 3000 + y * 65 + x;
                let value = u64::from(u16::from_ne_bytes([value[0], value[1]]));
                assert_eq!(
                    value,
                    expected % 65536,
                    "scene {scene}, channel {channel}, z {z}, y {y}, x {x}"
                );
            }
        }
    }
}

fn nothing_is_left(server: &Server) {
    let hold = server.data().join("staging/hold");
    let left = fs::read_dir(hold).map_or(0, Iterator::count);
    assert_eq!(left, 0);
}

#[test]
fn a_czi_is_described_and_shown_by_way_of_a_converter() {
    let Some(python) = python() else { return };
    let runs = tempfile::NamedTempFile::new().unwrap();
    let server = Server::with_images(&script(&python, runs.path()));
    let folder = server.deposit("one");
    study(&python, &folder, 2);
    let report = server.import(&folder);
    assert_eq!(report.outcome, Outcome::Published);
    let told = messages(&report);
    let expected = "`cells.czi`: its format is not read here; what is said of it was read by way of the converter czi.py 2.1";
    assert!(told.contains(expected), "{told}");

    // two scenes, and no picture of the slide's label
    for (id, width, height) in [("DND-S1-I2", 64, 40), ("DND-S1-I3", 65, 41)] {
        let record = server.get(&format!("/id/{id}.ttl"));
        for said in [
            "omma:converter \"czi.py 2.1\"".to_owned(),
            "omma:imageFormat \"CZI\"".to_owned(),
            format!("omma:sizeX {width}"),
            format!("omma:sizeY {height}"),
            "omma:sizeZ 3".to_owned(),
            "omma:sizeC 2".to_owned(),
            "omma:pixelType \"uint16\"".to_owned(),
            "\"DAPI\"".to_owned(),
        ] {
            assert!(record.text().contains(&said), "{said}: {}", record.text());
        }
        let page = server.get_as(&format!("/id/{id}"), "text/html");
        assert!(
            page.text().contains("the converter czi.py 2.1"),
            "{}",
            page.text()
        );
        // nothing here could make a picture of the file itself
        for path in ["info.json", "full/max/0/default.jpg"] {
            let early = server.get(&format!("/iiif/3/{id}/{path}"));
            assert_eq!(early.status, 503, "{}", early.text());
            assert!(
                early
                    .text()
                    .contains("still being made ready to be looked at"),
                "{}",
                early.text()
            );
            assert!(!early.header("retry-after").is_empty());
        }
    }
    assert_eq!(server.get("/id/DND-S1-I4").status, 404);
    nothing_is_left(&server);

    let archive = Arc::new(server.archive());
    let made = derive(&archive, &[]);
    assert!(
        made.len() == 3 && made.iter().all(|one| one.state == State::Ready.word()),
        "{made:?}"
    );
    // once to describe it, and once for the pictures of both its images
    assert_eq!(fs::read_to_string(runs.path()).unwrap().lines().count(), 2);
    nothing_is_left(&server);
    has_its_pixels(&server, "DND-S1-I2", 0);
    has_its_pixels(&server, "DND-S1-I3", 1);
    let info = server.get("/iiif/3/DND-S1-I3/info.json").json();
    assert_eq!((&info["width"], &info["height"]), (&65.into(), &41.into()));
    assert_eq!(
        server
            .get("/iiif/3/DND-S1-I2/full/max/0/default.jpg")
            .status,
        200
    );
    let group = server.get("/zarr/DND-S1-I2/zarr.json");
    assert_eq!(group.json()["attributes"]["ome"]["version"], "0.5");

    // the file itself is as it was, and known again
    let kept = server.get("/id/DND-S1/files/cells.czi");
    assert_eq!(kept.body, fs::read(folder.join("cells.czi")).unwrap());
    assert_eq!(server.import(&folder).outcome, Outcome::Unchanged);
}

#[test]
fn a_file_of_many_images_is_converted_once_though_other_studies_wait() {
    let Some(python) = python() else { return };
    let runs = tempfile::NamedTempFile::new().unwrap();
    let server = Server::with_images(&script(&python, runs.path()));
    for name in ["one", "two"] {
        let folder = server.deposit(name);
        study(&python, &folder, 12);
        assert_eq!(server.import(&folder).outcome, Outcome::Published);
    }
    let archive = Arc::new(server.archive());
    let settings = Settings::of_command(&archive.config().images);
    let workers = Workers::start(&archive, &settings);
    eventually("all can be looked at", || {
        let pictures = status::status(&archive).unwrap().pictures;
        assert_eq!(pictures.unreadable, 0);
        (pictures.ready == 26).then_some(())
    });
    drop(workers);
    // each once to describe it, and once for the pictures of all its images
    assert_eq!(fs::read_to_string(runs.path()).unwrap().lines().count(), 4);
    nothing_is_left(&server);
}

#[test]
fn what_was_described_stays_so_without_the_converter() {
    let Some(python) = python() else { return };
    let runs = tempfile::NamedTempFile::new().unwrap();
    let server = Server::with_images(&script(&python, runs.path()));
    let folder = server.deposit("one");
    study(&python, &folder, 1);
    server.import(&folder);
    let before = server.get("/id/DND-S1-I2.ttl");

    let path = server.data().join("config.toml");
    let config = fs::read_to_string(&path).unwrap();
    let without = config
        .lines()
        .filter(|line| !line.starts_with("converter = "));
    fs::write(&path, without.collect::<Vec<_>>().join("\n")).unwrap();
    rebuild::rebuild(&server.data()).unwrap();
    let checked = check::check(&server.data()).unwrap();
    assert_eq!(checked.problems, []);
    assert_eq!(server.get("/id/DND-S1-I2.ttl").body, before.body);
    let archive = Arc::new(server.archive());
    let made = derive(&archive, &["DND-S1-I2"]);
    let reason = made[0].reason.as_deref().unwrap();
    assert!(
        reason.contains("none is configured any more (images.converter"),
        "{reason}"
    );
    let page = server.get_as("/id/DND-S1-I2", "text/html");
    assert!(
        page.text().contains("none is configured any more"),
        "{}",
        page.text()
    );
    let refused = server.get("/iiif/3/DND-S1-I2/info.json");
    assert_eq!(refused.status, 501, "{}", refused.text());

    // and with it again, when somebody asks for it
    fs::write(&path, config).unwrap();
    let archive = Arc::new(server.archive());
    let made = derive(&archive, &["DND-S1-I2"]);
    assert_eq!(made[0].state, State::Ready.word(), "{made:?}");
    has_its_pixels(&server, "DND-S1-I2", 0);
}

#[test]
fn without_a_converter_a_czi_is_kept_and_the_reason_names_what_is_missing() {
    let Some(python) = python() else { return };
    let server = Server::start();
    let folder = server.deposit("one");
    study(&python, &folder, 1);
    let report = server.import(&folder);
    assert_eq!(report.outcome, Outcome::Published);
    let told = messages(&report);
    let expected = "`cells.czi` is an image whose sizes are not known: its format is not read here, and no converter is configured that could read it (images.converter)";
    assert!(told.contains(expected), "{told}");
    let record = server.get("/id/DND-S1-I2.ttl");
    assert!(
        record.status == 200 && !record.text().contains("omma:sizeX"),
        "{}",
        record.text()
    );
}

#[test]
fn bio_formats_itself_reads_it() {
    let Some(python) = python() else { return };
    if !Command::new("java")
        .arg("-version")
        .output()
        .is_ok_and(|output| output.status.success())
    {
        let advice = "there is no Java, which Bio-Formats needs: run scripts/bootstrap";
        assert!(std::env::var_os("CI").is_none(), "{advice}");
        eprintln!("SKIPPED: {advice}");
        return;
    }
    if !Path::new(BIO_FORMATS).is_file() {
        let advice = "there is no bioformats_package.jar: run scripts/bootstrap";
        assert!(std::env::var_os("CI").is_none(), "{advice}");
        eprintln!("SKIPPED: {advice}");
        return;
    }
    let command = [
        "java",
        "-cp",
        BIO_FORMATS,
        "loci.formats.tools.ImageConverter",
        "-no-upgrade",
        "{input}",
        "{output}",
    ];
    let further =
        ", name = \"bfconvert 7.3.1\", writes = \"ome-tiff\", memory_mib = 2048, seconds = 120";
    let server = Server::with_images(&converter(&command, further));
    let folder = server.deposit("one");
    study(&python, &folder, 1);
    let report = server.import(&folder);
    let told = messages(&report);
    assert!(
        told.contains("by way of the converter bfconvert 7.3.1"),
        "{told}"
    );
    let record = server.get("/id/DND-S1-I2.ttl");
    for said in [
        "omma:sizeZ 3",
        "omma:sizeC 2",
        "omma:statedPhysicalSizeZ \"0.3 ",
        "\"GFP\"",
    ] {
        assert!(record.text().contains(said), "{said}: {}", record.text());
    }
    let archive = Arc::new(server.archive());
    let made = derive(&archive, &["DND-S1-I2"]);
    assert_eq!(made[0].state, State::Ready.word(), "{made:?}");
    has_its_pixels(&server, "DND-S1-I2", 0);
    nothing_is_left(&server);
}
