//! Real micrographs of ten kinds on the whole of their way: deposited, found at the portal, looked at in the browser, linked to,
//! opened from Python, and downloaded and verified.
//!
//! Needs `../shared/data/images` and Python with `zarr` and `tifffile`, beside what all tests of this binary need.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::{Value, json};
use tempfile::TempDir;
use tests::federation::Founding;
use tests::folder;
use tests::node::{Institution, TempNode};
use tests::ran::Ran;
use tests::served::Served;

use super::equipment::Equipment;
use super::institutions::free_address;
use super::{HARVESTER, NODE, WORKSPACE};

const IMAGES: &str = "../shared/data/images";

const PYTHON: &str = "target/tools/python/bin/python";

/// Where each micrograph comes from, below [`IMAGES`], and its name in the study.
const MICROGRAPHS: [(&str, &str); 10] = [
    // three channels, deflate
    ("ome-tiff/derived/fly_pos002_CYX_zlib.ome.tiff", CHOSEN),
    // levels in SubIFDs, zstd
    (
        "ome-tiff/derived/fly_pos002_pyramid_subifd_zstd.ome.tiff",
        "fly_pyramid.ome.tiff",
    ),
    // planes of floating point
    (
        "ome-tiff/derived/stardist_img3d_f32_ZYX_zstd.ome.tiff",
        "nuclei_float.ome.tiff",
    ),
    // planes of 16 bit
    ("tiff/stardist/img3d.tif", "nuclei_16_bit.tif"),
    (
        "tiff/cellprofiler/ExampleCometAssay__images__CometTails.tif",
        "comets.tif",
    ),
    (
        "tiff/cellprofiler-loadimages/tests__core__data__modules__loadimages__MetamorphImage.tif",
        "metamorph.tif",
    ),
    (
        "other/cellprofiler/ExampleColocalization__images__0_1_N_G.png",
        "colocalisation.png",
    ),
    (
        "other/cellprofiler/ExampleWoundHealing__images__DMSO_B5_t24.JPG",
        "wound.jpg",
    ),
    // a time series in format 0.4, and channels in format 0.5
    (
        "ome-zarr/derived/track_tyx_v0.4.ome.zarr",
        "embryo.ome.zarr",
    ),
    (
        "ome-zarr/derived/fly_pos002_cyx_v0.5.ome.zarr",
        "fly.ome.zarr",
    ),
];

/// The one that is looked at closely.
const CHOSEN: &str = "fly_channels.ome.tiff";

const STUDY: &str = "title: Ten kinds of micrographs, from flies to wounds
description: Nuclei, comets, worms and embryos as ten microscopes and programs wrote them, brought together to be looked at.
licence: https://creativecommons.org/licenses/by/4.0/
release_date: 2026-03-01
authors:
  - name: Ada Example
organisms: [NCBITaxon:7227]
imaging_methods: [FBbi:00000246]
components:
  - title: Micrographs
    images: [\"micrographs/*\"]
";

#[test]
fn a_biologist_finds_looks_links_and_downloads() {
    let Some(equipment) = Equipment::found() else {
        return;
    };
    let Some(images) = images() else { return };
    let temporary = TempDir::new().unwrap();
    let deposit = deposited(&images, temporary.path());
    let address = free_address();
    let node = TempNode::of(
        NODE,
        Institution {
            prefix: "TST",
            name: "Test Institute",
            base: &format!("http://{address}/"),
        },
    );
    let report = node.import_one(&deposit);
    assert_eq!(report.outcome, "published", "{report:?}");
    node.run(&["derive"]).done();
    let served = Served::start(node.command(&["serve", "--bind", &address]));
    let federation = Founding::new(HARVESTER)
        .with_member_at("test", served.url())
        .found();
    assert!(federation.sync().is_current());
    let portal = federation.serve();

    let seen = walked(&equipment, temporary.path(), portal.url());
    let pixels = deposit.join("micrographs").join(CHOSEN);
    opens_in_python(seen["zarr"].as_str().unwrap(), &pixels);
    downloads(portal.url(), &report.id, temporary.path(), &deposit);
}

/// The folder of real images; nothing where it is absent, which is a failure where `CI` is set.
fn images() -> Option<PathBuf> {
    let images = Path::new(WORKSPACE).join(IMAGES);
    let python = Path::new(WORKSPACE).join(PYTHON);
    for needed in [&images, &python] {
        if !needed.exists() {
            let absent = format!("there is no {}", needed.display());
            assert!(env::var_os("CI").is_none(), "{absent}");
            eprintln!("SKIPPED: {absent}");
            return None;
        }
    }
    Some(images)
}

/// The folder of the study, with all micrographs.
fn deposited(images: &Path, folder: &Path) -> PathBuf {
    let study = folder.join("micrographs-of-ten-kinds");
    let place = study.join("micrographs");
    fs::create_dir_all(&place).unwrap();
    for (from, name) in MICROGRAPHS {
        let from = images.join(from);
        if from.is_dir() {
            folder::copy(&from, &place.join(name));
        } else {
            fs::copy(from, place.join(name)).unwrap();
        }
    }
    fs::write(study.join("study.yaml"), STUDY).unwrap();
    study
}

/// What a person does in a browser; answers with what they took with them.
fn walked(equipment: &Equipment, folder: &Path, portal: &str) -> Value {
    let configuration = folder.join("configuration.json");
    let text = json!({
        "chromium": equipment.chromium,
        "portal": portal,
        "asked": "organism=NCBITaxon:7227",
        "images": MICROGRAPHS.len(),
        "chosen": CHOSEN,
        "screenshots": format!("{WORKSPACE}/target/screenshots"),
    });
    fs::write(&configuration, text.to_string()).unwrap();
    let output = Command::new(&equipment.node)
        .arg(equipment.program_of("micrographs.mjs"))
        .arg(&configuration)
        .output()
        .unwrap();
    let said = String::from_utf8(output.stdout).unwrap();
    let complaints = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}\n{complaints}");
    serde_json::from_str(&said).unwrap()
}

/// The largest level, over HTTP, has the samples of the file that was deposited.
fn opens_in_python(zarr: &str, deposited: &Path) {
    let script = Path::new(WORKSPACE).join("tests/tests/browser/same_pixels.py");
    let mut command = Command::new(Path::new(WORKSPACE).join(PYTHON));
    command.arg(script).arg(zarr).arg(deposited);
    Ran::new(command.output().unwrap()).done().says("the same");
}

/// The study as a person takes it home: every byte as it was deposited, which is said.
fn downloads(portal: &str, id: &str, folder: &Path, deposit: &Path) {
    let out = folder.join("out");
    let mut command = Command::new(HARVESTER);
    command
        .args(["get", "--url", portal, id, "--out"])
        .arg(&out);
    Ran::new(command.output().unwrap())
        .done()
        .says("every byte as it was signed");
    let given = folder::contents(&deposit.join("micrographs"));
    assert!(given.len() > MICROGRAPHS.len(), "{}", given.len());
    assert!(given == folder::contents(&out.join("micrographs")));
}
