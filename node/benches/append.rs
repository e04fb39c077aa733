//! How fast one large act is appended: `cargo bench -p node --bench append -- [IMAGES]` (default 99,999, so that the act has
//! 100,000 entries with the study's own).
//!
//! A study with that many images is held and decided as an import would; then the clock runs over exactly what turns a
//! decided act into a served log: objects into the storage root, single records, bundles, tiles, barrier, checkpoint,
//! database. Beside it, in the same run, stands the cost that no log can avoid: writing the same record files, and a barrier.

use std::error::Error;
use std::path::Path;
use std::time::Instant;

use node::config::Identity;
use node::deposit::{Deposit, DepositedFile};
use node::relative_path::RelPath;
use node::staging::{Held, Room};
use node::store::{DirectoryStore, Key, ObjectStore};
use node::study::{
    Component, Image, PackageFormat, Person, Pixels, Profile, Source, Study, TermRole, TermUse,
};
use node::{init, log, publish, validate};
use protocol::digest::Digest;

type Outcome<T> = Result<T, Box<dyn Error>>;

fn main() -> Outcome<()> {
    // OMMA_LOG=debug shows how long each step took
    tracing_subscriber::fmt()
        .with_env_filter(tracing_subscriber::EnvFilter::from_env("OMMA_LOG"))
        .init();
    let images = std::env::args()
        .skip(1)
        .find_map(|argument| argument.parse().ok())
        .unwrap_or(99_999);
    let folder = tempfile::tempdir()?;
    let pixel = folder.path().join("pixel.png");
    std::fs::write(&pixel, b"not decoded here: one small file stands for all")?;
    let archive = init::init(&folder.path().join("data"), &identity())?;

    let started = Instant::now();
    let terms = ontologies::Terms::builtin();
    let deposit = deposit(images, &pixel)?;
    let today = time::OffsetDateTime::now_utc().date();
    let validated = validate::validate(deposit, terms, &archive.config().policy, today)
        .map_err(|refused| format!("{:?}", refused.findings))?;
    let held = Held::hold(&archive, &Room::take(&archive)?, validated)?;
    println!(
        "validated and held      {:8.2} s",
        started.elapsed().as_secs_f64()
    );

    let started = Instant::now();
    let mut lease = archive.lease()?;
    let decided = publish::decide(&archive, &mut lease, vec![held])?;
    println!(
        "described and decided   {:8.2} s",
        started.elapsed().as_secs_f64()
    );

    let act = decided.act.as_ref().ok_or("nothing was decided")?;
    let started = Instant::now();
    let head = log::append::complete(&archive, &mut lease, act)?;
    let appended = started.elapsed().as_secs_f64();
    println!(
        "appended                {appended:8.2} s   {:.0} entries/s",
        head.size as f64 / appended
    );

    let floor = write_same_records(&archive, &folder.path().join("floor"), head.size)?;
    println!(
        "only the record files   {floor:8.2} s   ratio {:.2}",
        appended / floor
    );
    println!("peak memory             {:8} MiB", peak_memory_mib()?);
    Ok(())
}

fn identity() -> Identity {
    Identity {
        name: "Benchmark".to_owned(),
        prefix: "BEN".to_owned(),
        base_url: "http://127.0.0.1:9/".to_owned(),
        namespace: None,
        ror: None,
        origin: None,
    }
}

fn deposit(images: usize, pixel: &Path) -> Outcome<Deposit> {
    let source = Source {
        identifier: "benchmark".to_owned(),
        identifier_is_given: true,
        iri: None,
        same_as: Vec::new(),
        format: PackageFormat::StudyFile,
    };
    let mut study = Study::new(Profile::One, source);
    study.title = Some("A plate of many small pictures".to_owned());
    study.description = Some(
        "One study with as many images as the benchmark asks for, all of the same bytes."
            .to_owned(),
    );
    study.licence = Some("https://creativecommons.org/publicdomain/zero/1.0/".to_owned());
    study.release_date = Some("2026-01-01".to_owned());
    study.authors = vec![Person {
        name: Some("Example Author".to_owned()),
        ..Person::default()
    }];
    study.subjects = vec![TermUse::new(TermRole::Organism, "NCBITaxon:4896", None)];
    study.imaging_methods = vec![TermUse::new(TermRole::Method, "FBbi:00000253", None)];
    study.components = vec![Component {
        title: "Plate".to_owned(),
        ..Component::default()
    }];
    let mut files = Vec::with_capacity(images);
    let bytes = std::fs::metadata(pixel)?.len();
    for number in 0..images {
        let path = RelPath::parse(&format!("plate/{:03}/{number:06}.png", number / 1000))?;
        study.images.push(Image {
            key: path.to_string(),
            title: path.file_name().to_owned(),
            component: 0,
            files: vec![path.clone()],
            biosamples: Vec::new(),
            specimens: Vec::new(),
            acquisitions: Vec::new(),
            channels: Vec::new(),
            counted: Vec::new(),
            file_count: None,
            series: None,
            scale: node::study::Scale::default(),
            pixels: Some(Pixels {
                size_x: 512,
                size_y: 512,
                pixel_type: Some("uint8".to_owned()),
                ..Pixels::default()
            }),
            additional: Vec::new(),
        });
        files.push(DepositedFile {
            path,
            location: pixel.to_owned(),
            bytes,
            media_type: "image/png".to_owned(),
            columns: Vec::new(),
        });
    }
    Ok(Deposit {
        source: pixel.to_owned(),
        study,
        files,
        findings: Vec::new(),
        unpacked: None,
    })
}

/// Writes the records of the log as files once more, and waits for the disk: seconds.
fn write_same_records(archive: &node::archive::Archive, folder: &Path, size: u64) -> Outcome<f64> {
    let mut records = Vec::new();
    for bundle in archive.log().entries(0, size) {
        for entry in bundle?.1 {
            let entry: serde_json::Value = serde_json::from_slice(&entry)?;
            let digest = Digest::parse(entry["record"].as_str().ok_or("no record")?)?;
            records.push((
                digest,
                archive
                    .log()
                    .record(&digest)?
                    .ok_or("a record is missing")?,
            ));
        }
    }
    std::fs::create_dir_all(folder)?;
    let store = DirectoryStore::open(folder)?;
    let started = Instant::now();
    for (digest, bytes) in &records {
        store.put_content_addressed(&Key::parse(&protocol::tile::record_path(digest))?, bytes)?;
    }
    store.barrier()?;
    Ok(started.elapsed().as_secs_f64())
}

/// The most memory that this process has had (Linux: VmHWM).
fn peak_memory_mib() -> Outcome<u64> {
    let status = std::fs::read_to_string("/proc/self/status")?;
    let line = status
        .lines()
        .find(|line| line.starts_with("VmHWM"))
        .ok_or("no VmHWM")?;
    let kib: u64 = line.split_whitespace().nth(1).ok_or("no number")?.parse()?;
    Ok(kib / 1024)
}
