//! An operator's folder of ontologies: what is loaded stays, what is refused leaves no trace.
#![expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use ontologies::folder::{Folder, FolderError, LARGEST_FILE};

const TERM: &str = "http://purl.obolibrary.org/obo/XX_0000001";

fn obo(ontology: &str, prefix: &str, label: &str) -> String {
    format!(
        "format-version: 1.2\ndata-version: 2026-01-02\nontology: {ontology}\n\n[Term]\nid: {prefix}:0000001\nname: {label}\n"
    )
}

struct Desk {
    place: tempfile::TempDir,
    folder: Folder,
}

impl Desk {
    fn new() -> Self {
        let place = tempfile::tempdir().unwrap();
        let folder = Folder::new(place.path().join("kept"));
        Self { place, folder }
    }

    fn file(&self, name: &str, content: &str) -> PathBuf {
        let path = self.place.path().join(name);
        fs::write(&path, content).unwrap();
        path
    }

    /// Everything in the folder, what begins with a dot too.
    fn kept(&self) -> BTreeSet<String> {
        fs::read_dir(self.place.path().join("kept"))
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect()
    }

    fn label(&self) -> Option<String> {
        let terms = self.folder.terms().unwrap();
        terms.by_iri(TERM).map(|term| term.label.clone())
    }
}

#[test]
fn a_folder_that_does_not_exist_has_the_slims() {
    let folder = Folder::new("/nonexistent/ontologies");
    assert!(folder.terms().unwrap().len() > 1000);
    let listed = folder.list().unwrap();
    assert!(
        listed
            .iter()
            .all(|one| one.file == "built in" && one.terms > 0)
    );
}

#[test]
fn a_loaded_file_is_kept_as_it_came() {
    let desk = Desk::new();
    let content = obo("xx", "XX", "cell of kind x");
    let listed = desk
        .folder
        .load(&[desk.file("x.obo", &content)])
        .unwrap()
        .remove(0);
    assert_eq!(
        (
            listed.name.as_str(),
            listed.version.as_deref(),
            listed.terms
        ),
        ("XX", Some("2026-01-02"), 1)
    );
    assert_eq!(desk.kept(), [listed.file.clone()].into());
    let kept = desk.place.path().join("kept").join(&listed.file);
    assert_eq!(fs::read_to_string(kept).unwrap(), content);
    assert_eq!(desk.label().as_deref(), Some("cell of kind x"));
    assert!(desk.folder.list().unwrap().contains(&listed));
}

#[test]
fn a_new_release_takes_the_place_of_the_old_one() {
    let desk = Desk::new();
    let load = |content: &str| {
        desk.folder
            .load(&[desk.file("x.obo", content)])
            .unwrap()
            .remove(0)
            .file
    };
    load(&obo("xx", "XX", "old"));
    let other = load(&obo("yy", "YY", "other"));
    let newer = load(&obo("xx", "XX", "new"));
    assert_eq!(desk.kept(), [newer.clone(), other.clone()].into());
    assert_eq!(desk.label().as_deref(), Some("new"));
    // the same once more, and a release that an operator put there by hand under a name of its own
    fs::write(
        desk.place.path().join("kept/by-hand.obo"),
        obo("xx", "XX", "by hand"),
    )
    .unwrap();
    assert_eq!(load(&obo("xx", "XX", "new")), newer);
    assert_eq!(desk.kept(), [newer, other].into());
}

#[test]
fn of_two_of_one_name_the_later_counts() {
    let desk = Desk::new();
    let files = [
        desk.file("a.obo", &obo("xx", "XX", "first")),
        desk.file("b.obo", &obo("xx", "XX", "second")),
    ];
    let listed = desk.folder.load(&files).unwrap();
    assert_eq!(listed.len(), 2);
    assert_eq!(desk.kept(), [listed[1].file.clone()].into());
    assert_eq!(desk.label().as_deref(), Some("second"));
}

#[test]
fn where_one_file_is_refused_nothing_changes() {
    let desk = Desk::new();
    let old = desk.file("old.obo", &obo("xx", "XX", "old"));
    desk.folder.load(&[old]).unwrap();
    let before = desk.kept();
    let files = [
        desk.file("new.obo", &obo("xx", "XX", "new")),
        desk.file("letter.txt", "Dear colleague"),
    ];
    let error = desk.folder.load(&files).unwrap_err();
    assert!(matches!(&error, FolderError::Refused { path, .. } if *path == files[1]));
    assert!(error.to_string().contains("none of the formats"), "{error}");
    assert_eq!(desk.kept(), before);
    assert_eq!(desk.label().as_deref(), Some("old"));
}

#[test]
fn a_damaged_older_release_is_named_and_nothing_changes() {
    let desk = Desk::new();
    let old = desk.file("old.obo", &obo("xx", "XX", "old"));
    let kept = desk.folder.load(&[old]).unwrap().remove(0).file;
    let path = desk.place.path().join("kept").join(&kept);
    fs::write(&path, "").unwrap();
    let new = desk.file("new.obo", &obo("xx", "XX", "new"));
    let error = desk.folder.load(&[new]).unwrap_err();
    assert!(error.to_string().contains(&kept), "{error}");
    assert_eq!(desk.kept(), [kept].into());
}

#[test]
fn what_is_no_file_or_too_large_is_not_read() {
    let desk = Desk::new();
    let refusal = |path: &Path| {
        desk.folder
            .load(&[path.to_owned()])
            .unwrap_err()
            .to_string()
    };
    assert!(refusal(desk.place.path()).contains("not a regular file"));
    assert!(refusal(Path::new("/dev/zero")).contains("not a regular file"));
    assert!(refusal(Path::new("/nonexistent.obo")).contains("cannot be read"));
    let sparse = desk.place.path().join("sparse.owl");
    fs::File::create(&sparse)
        .unwrap()
        .set_len(LARGEST_FILE + 1)
        .unwrap();
    assert!(refusal(&sparse).contains("more than"));
    assert_eq!(desk.kept(), BTreeSet::new());
}
