//! Acts that fail half-way, images whose files change, and erasures of what is gone already: through the same functions
//! that the commands call. Processes that are killed are in the stories of the crate `tests`.

#![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use node::archive::Archive;
use node::config::Identity;
use node::database::image;
use node::deposit::{self, Found, Means};
use node::moves::{self, Move};
use node::publish::{self, Outcome, Report};
use node::staging::{Held, Room};
use node::{check, import, init, validate};
use ontologies::Terms;
use protocol::digest::Digest;
use protocol::entry::Reason;
use protocol::identifier::{Accession, VersionedId};
use tempfile::TempDir;

const STUDY: &str = "title: Septin rings in dividing fission yeast
identifier: rings
description: Spinning-disk time series of tagged septins through two divisions, three strains, four fields.
licence: https://creativecommons.org/licenses/by/4.0/
release_date: 2026-03-01
authors: [{name: A. Author}]
organisms: [NCBITaxon:4896]
imaging_methods: [FBbi:00000253]
components:
  - title: Wild type
    images: [";

struct Fixture {
    folder: TempDir,
    archive: Archive,
}

impl Fixture {
    fn new() -> Fixture {
        let folder = tempfile::tempdir().unwrap();
        let identity = Identity {
            name: "Test".to_owned(),
            prefix: "TST".to_owned(),
            base_url: "http://127.45.67.89:9/".to_owned(),
            namespace: None,
            ror: None,
            origin: None,
        };
        let archive = init::init(&folder.path().join("data"), &identity).unwrap();
        fs::create_dir(folder.path().join("study")).unwrap();
        Fixture { folder, archive }
    }

    /// An OME-Zarr of 4 × 3 pixels in a folder.
    fn zarr(&self) {
        let multiscale = r#"{"multiscales": [{"version": "0.4", "axes": [{"name": "y", "type": "space"},
            {"name": "x", "type": "space"}], "datasets": [{"path": "0"}]}]}"#;
        let array = r#"{"zarr_format": 2, "shape": [3, 4], "chunks": [3, 4], "dtype": "|u1", "compressor": null,
            "fill_value": 0, "order": "C", "filters": null}"#;
        self.put("z.zarr/.zgroup", br#"{"zarr_format": 2}"#);
        self.put("z.zarr/.zattrs", multiscale.as_bytes());
        self.put("z.zarr/0/.zarray", array.as_bytes());
    }

    fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    fn study(&self) -> PathBuf {
        self.folder.path().join("study")
    }

    fn put(&self, path: &str, bytes: &[u8]) {
        let path = self.study().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }

    fn picture(&self, path: &str, grey: u8) {
        let place = self.study().join(path);
        ::image::GrayImage::from_pixel(4, 4, ::image::Luma([grey]))
            .save(place)
            .unwrap();
    }

    /// Writes the study with these images.
    fn write(&self, images: &[&str]) {
        fs::write(
            self.study().join("study.yaml"),
            format!("{STUDY}{}]\n", images.join(", ")),
        )
        .unwrap();
    }

    fn import(&self) -> Report {
        import::import(
            &self.archive,
            Terms::builtin(),
            &[self.study()],
            &mut |_| (),
        )
        .unwrap()
        .pop()
        .unwrap()
    }

    fn version_of(&self, id: &str) -> u64 {
        let connection = &mut *self.archive.database().connection().unwrap();
        node::database::record::latest(connection, id)
            .unwrap()
            .unwrap()
            .version
            .unsigned_abs()
    }

    fn withdraw(&self, id: &str, reason: Reason) -> moves::Moved {
        self.make(&Move::Withdraw(Accession::parse(id).unwrap(), reason))
    }

    fn make(&self, wanted: &Move) -> moves::Moved {
        moves::make(&self.archive, &mut self.archive.lease().unwrap(), wanted).unwrap()
    }

    #[track_caller]
    fn assert_whole(&self) {
        assert_eq!(check::check(&self.data()).unwrap().problems, []);
    }
}

/// The stored files with this name.
fn stored(folder: &Path, name: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(stored(&path, name));
        } else if path.ends_with(name) {
            found.push(path);
        }
    }
    found
}

fn version(text: &str) -> VersionedId {
    VersionedId::parse(text).unwrap()
}

#[test]
fn an_act_whose_completion_fails_keeps_what_it_staged_and_is_completed_by_the_next() {
    let fixture = Fixture::new();
    fixture.picture("a.png", 1);
    fixture.write(&["a.png"]);
    let iri = fixture
        .archive
        .config()
        .namespace
        .iri(&Accession::parse("TST-S1").unwrap());
    // a file where the folder of the object has to be: as good as a disk that has no room for a folder
    let obstacle = fixture
        .data()
        .join("ocfl")
        .join(&Digest::of(iri.as_bytes()).to_string()[..3]);
    fs::write(&obstacle, "").unwrap();
    let error = import::import(
        &fixture.archive,
        Terms::builtin(),
        &[fixture.study()],
        &mut |_| (),
    )
    .unwrap_err();
    assert!(error.to_string().contains("could not move"), "{error}");
    fs::remove_file(&obstacle).unwrap();

    let report = fixture.import();
    assert_eq!(
        (report.outcome, report.id.as_deref()),
        (Outcome::Unchanged, Some("TST-S1"))
    );
    fixture.assert_whole();
    assert_eq!(
        fs::read_dir(fixture.data().join("staging/hold"))
            .unwrap()
            .count(),
        0,
        "nothing is left in the staging"
    );
}

#[test]
fn two_studies_of_one_source_in_one_batch_are_not_two_studies() {
    let fixture = Fixture::new();
    fixture.picture("a.png", 1);
    fixture.write(&["a.png"]);
    let room = Room::take(&fixture.archive).unwrap();
    let held = || {
        let candidate = deposit::candidates(&fixture.study())
            .into_iter()
            .next()
            .unwrap();
        let Found::Deposit(deposit) = deposit::read(&candidate, Means::of(fixture.folder.path()))
        else {
            panic!("it is a study")
        };
        let today = time::OffsetDateTime::now_utc().date();
        let policy = &fixture.archive.config().policy;
        let validated = validate::validate(*deposit, Terms::builtin(), policy, today).unwrap();
        Held::hold(&fixture.archive, &Arc::clone(&room), validated).unwrap()
    };
    let reports = publish::publish(
        &fixture.archive,
        &mut fixture.archive.lease().unwrap(),
        vec![held(), held()],
    )
    .unwrap();
    let outcomes: Vec<Outcome> = reports.iter().map(|report| report.outcome).collect();
    assert_eq!(outcomes, [Outcome::Published, Outcome::Refused]);
    fixture.assert_whole();
}

#[test]
fn an_image_in_a_folder_is_all_of_its_files() {
    let fixture = Fixture::new();
    fixture.zarr();
    fixture.put("z.zarr/0/0", b"first pixels");
    fixture.picture("a.png", 1);
    fixture.write(&["z.zarr", "a.png"]);
    assert_eq!(fixture.import().outcome, Outcome::Published);

    fixture.put("z.zarr/0/0", b"other pixels");
    assert_eq!(fixture.import().outcome, Outcome::Revised);
    assert_eq!(
        (
            fixture.version_of("TST-S1-I1"),
            fixture.version_of("TST-S1-I2")
        ),
        (2, 1)
    );
    fixture.assert_whole();

    fixture.withdraw("TST-S1-I1", Reason::Privacy);
    assert_eq!(
        stored(&fixture.data().join("ocfl"), "0/0"),
        Vec::<PathBuf>::new(),
        "no pixel of it is left"
    );
    assert_eq!(stored(&fixture.data().join("ocfl"), "a.png").len(), 1);
    fixture.assert_whole();
}

#[test]
fn what_is_gone_already_can_still_be_erased() {
    let fixture = Fixture::new();
    fixture.picture("a.png", 1);
    fixture.picture("b.png", 2);
    fixture.write(&["a.png", "b.png"]);
    fixture.import();
    fs::remove_file(fixture.study().join("b.png")).unwrap();
    fixture.write(&["a.png"]);
    assert_eq!(fixture.import().outcome, Outcome::Revised);
    assert_eq!(
        stored(&fixture.data().join("ocfl"), "b.png").len(),
        1,
        "the first version has it"
    );

    let moved = fixture.withdraw("TST-S1-I2", Reason::Consent);
    assert_eq!(
        (moved.entries, moved.erased_records),
        (1, 1),
        "a redaction, and no second withdrawal"
    );
    assert_eq!(
        stored(&fixture.data().join("ocfl"), "b.png"),
        Vec::<PathBuf>::new()
    );

    fixture.withdraw("TST-S1", Reason::Error);
    assert_eq!(stored(&fixture.data().join("ocfl"), "a.png").len(), 1);
    fixture.withdraw("TST-S1", Reason::Legal);
    assert_eq!(
        stored(&fixture.data().join("ocfl"), "a.png"),
        Vec::<PathBuf>::new()
    );
    fixture.assert_whole();
}

#[test]
fn an_image_that_left_and_came_back_is_another_and_keeps_its_files() {
    let fixture = Fixture::new();
    fixture.picture("a.png", 1);
    fixture.picture("b.png", 2);
    for images in [&["a.png", "b.png"][..], &["a.png"], &["a.png", "b.png"]] {
        fixture.write(images);
        fixture.import();
    }
    assert_eq!(
        fixture.version_of("TST-S1-I3"),
        1,
        "b.png came back as the third image"
    );
    fixture.withdraw("TST-S1-I2", Reason::Privacy);
    assert_eq!(
        stored(&fixture.data().join("ocfl"), "b.png").len(),
        1,
        "the third image is still public"
    );
    fixture.assert_whole();
    fixture.withdraw("TST-S1-I3", Reason::Privacy);
    assert_eq!(
        stored(&fixture.data().join("ocfl"), "b.png"),
        Vec::<PathBuf>::new()
    );
    fixture.assert_whole();
}

#[test]
fn files_go_as_well_where_the_records_went_before() {
    let fixture = Fixture::new();
    fixture.picture("a.png", 1);
    fixture.write(&["a.png"]);
    fixture.import();
    let redact = Move::Redact(version("TST-S1-I1.1"), Reason::Legal);
    fixture.make(&redact);
    assert_eq!(stored(&fixture.data().join("ocfl"), "a.png").len(), 1);
    fixture.withdraw("TST-S1-I1", Reason::Legal);
    assert_eq!(
        stored(&fixture.data().join("ocfl"), "a.png"),
        Vec::<PathBuf>::new()
    );
    fixture.assert_whole();
}

#[test]
fn images_keep_their_ids_when_the_description_of_their_study_was_redacted() {
    let fixture = Fixture::new();
    fixture.zarr();
    fixture.picture("a.png", 1);
    fixture.write(&["a.png", "z.zarr"]);
    fixture.import();
    let redact = Move::Redact(version("TST-S1.1"), Reason::Legal);
    fixture.make(&redact);
    fixture.picture("b.png", 2);
    fixture.write(&["z.zarr", "b.png", "a.png"]);
    assert_eq!(fixture.import().outcome, Outcome::Revised);
    let connection = &mut *fixture.archive.database().connection().unwrap();
    let images: Vec<(String, String)> = image::of_study(connection, "TST-S1")
        .unwrap()
        .into_iter()
        .map(|row| (row.id, row.image_key))
        .collect();
    let expected = [
        ("TST-S1-I1", "a.png"),
        ("TST-S1-I2", "z.zarr"),
        ("TST-S1-I3", "b.png"),
    ];
    assert_eq!(
        images,
        expected.map(|(id, key)| (id.to_owned(), key.to_owned()))
    );
    fixture.assert_whole();
}

#[test]
fn the_text_of_a_redacted_version_does_not_come_back_with_the_next_import() {
    let fixture = Fixture::new();
    fixture.picture("a.png", 1);
    fixture.write(&["a.png"]);
    fixture.import();
    let redact = Move::Redact(version("TST-S1.1"), Reason::Legal);
    fixture.make(&redact);
    let again = fixture.import();
    assert_eq!(
        (again.outcome, again.version),
        (Outcome::Unchanged, Some(1))
    );
    fixture.assert_whole();
}
