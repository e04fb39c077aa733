//! Opening: what is there already, what another version left, what is damaged.

use std::fs;

use super::{HEAP, Scene, Thing, open};
use crate::text::{Text, TextError};

/// What happens to a folder with an index.
type Damage = fn(&std::path::Path);

fn index_of(folder: &tempfile::TempDir) -> std::path::PathBuf {
    folder.path().join("text")
}

/// A closed index with one study.
fn closed() -> tempfile::TempDir {
    let Scene { folder, text, .. } = Scene::with(&[Thing::new("DND-S1", "Septin rings")]);
    drop(text);
    folder
}

#[test]
fn an_index_of_another_version_says_that_it_is_to_be_made_anew() {
    let folder = closed();
    fs::write(index_of(&folder).join("ommatidia-version"), "0\n").unwrap();
    let error = open(folder.path()).unwrap_err();
    assert!(matches!(error, TextError::OtherVersion { .. }), "{error}");
    assert!(error.to_string().contains("rebuild"), "{error}");
    // the caller may delete the folder and begin anew
    fs::remove_dir_all(index_of(&folder)).unwrap();
    assert_eq!(open(folder.path()).unwrap().position(), None);
}

#[test]
fn a_damaged_index_is_refused_and_not_searched() {
    let damages: [(&str, Damage); 4] = [
        ("no version", |index| {
            fs::remove_file(index.join("ommatidia-version")).unwrap()
        }),
        ("meta.json cut", |index| {
            let path = index.join("meta.json");
            let text = fs::read_to_string(&path).unwrap();
            fs::write(&path, &text[..text.len() / 2]).unwrap();
        }),
        ("no meta.json", |index| {
            fs::remove_file(index.join("meta.json")).unwrap()
        }),
        ("a file missing", |index| {
            fs::remove_file(file_of(index, "fast")).unwrap()
        }),
    ];
    for (damage, make) in damages {
        let folder = closed();
        make(&index_of(&folder));
        match open(folder.path()) {
            Err(error @ TextError::Damaged { .. }) => {
                assert!(error.to_string().contains("rebuild"), "{damage}: {error}");
            }
            // without its list of segments the index is empty and says so, so that everything is loaded again
            Ok(text) => assert_eq!((damage, text.position()), ("no meta.json", None)),
            Err(error) => panic!("{damage}: {error}"),
        }
    }
}

#[test]
fn a_changed_byte_is_found_by_its_checksum() {
    let folder = closed();
    let store = file_of(&index_of(&folder), "store");
    let mut bytes = fs::read(&store).unwrap();
    bytes[10] ^= 1;
    fs::write(&store, bytes).unwrap();
    let text = open(folder.path()).unwrap();
    let damaged = text.damaged_files().unwrap();
    assert_eq!(damaged.len(), 1, "{damaged:?}");
    assert_eq!(damaged[0].extension(), store.extension());
}

#[test]
fn an_index_has_one_writer() {
    let scene = Scene::empty();
    let error = open(scene.folder.path()).unwrap_err();
    assert!(matches!(error, TextError::InUse(_)), "{error}");
}

#[test]
fn too_little_memory_is_refused_with_what_is_possible() {
    let folder = tempfile::tempdir().unwrap();
    let error = Text::open(folder.path(), 1_000).unwrap_err();
    assert!(error.to_string().contains("15000000"), "{error}");
    assert!(Text::open(&folder.path().join("text"), HEAP).is_ok());
}

fn file_of(index: &std::path::Path, extension: &str) -> std::path::PathBuf {
    fs::read_dir(index)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .find(|path| path.extension().is_some_and(|found| found == extension))
        .unwrap()
}
