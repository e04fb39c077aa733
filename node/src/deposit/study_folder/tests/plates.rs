//! File lists about the wells and fields of a plate in an OME-Zarr.

use std::fmt::Write as _;
use std::path::Path;

use serde_json::json;
use tempfile::TempDir;

use super::{component, deposit, put, put_zarr, study, told};
use crate::deposit::Deposit;

/// Writes a plate of the wells A1, A2 and B1 with two fields each, in the manner of OME-Zarr 0.4.
fn put_plate(root: &Path) {
    let put_json =
        |path: &str, value: serde_json::Value| put(root, path, value.to_string().as_bytes());
    let wells = json!([
        {"path": "A/1", "rowIndex": 0, "columnIndex": 0},
        {"path": "A/2", "rowIndex": 0, "columnIndex": 1},
        {"path": "B/1", "rowIndex": 1, "columnIndex": 0},
    ]);
    let rows = json!([{"name": "A"}, {"name": "B"}]);
    let columns = json!([{"name": "1"}, {"name": "2"}]);
    put_json("p.zarr/.zgroup", json!({"zarr_format": 2}));
    put_json(
        "p.zarr/.zattrs",
        json!({"plate": {"version": "0.4", "name": "P7", "rows": rows, "columns": columns, "wells": wells}}),
    );
    for well in ["A/1", "A/2", "B/1"] {
        put_json(&format!("p.zarr/{well}/.zgroup"), json!({"zarr_format": 2}));
        let fields = json!({"well": {"images": [{"path": "0"}, {"path": "1"}]}});
        put_json(&format!("p.zarr/{well}/.zattrs"), fields);
        for field in 0..2 {
            put_zarr(root, &format!("p.zarr/{well}/{field}"));
            put(root, &format!("p.zarr/{well}/{field}/0/0/0"), &[7; 12]);
        }
    }
}

/// A study of that plate with a file list of these lines, where a comma is a tab.
fn plate(list: &str) -> TempDir {
    let folder = study(&[], &component("file_list: list.tsv"));
    put_plate(folder.path());
    put(
        folder.path(),
        "list.tsv",
        list.replace(',', "\t").as_bytes(),
    );
    folder
}

/// What is said of each image: `A1 1 DMSO`, a line each.
fn said(deposit: &Deposit, names: &[&str]) -> String {
    let mut lines = String::new();
    for image in &deposit.study.images {
        let said: Vec<&str> = names
            .iter()
            .map(|name| image.said(name).unwrap_or("-"))
            .collect();
        writeln!(lines, "{}", said.join(" ")).unwrap();
    }
    lines
}

const PLACE: [&str; 3] = ["well", "field", "compound"];

#[test]
fn rows_name_wells_and_fields_by_their_folders() {
    let folder =
        plate("Files,compound\np.zarr/A/1,DMSO\np.zarr/A/2,taxol\np.zarr/A/2/1,nocodazole\n");
    let deposit = deposit(folder.path());
    assert_eq!(told(&deposit), [""; 0]);
    assert_eq!(
        said(&deposit, &PLACE),
        "A1 1 DMSO\nA1 2 DMSO\nA2 1 taxol\nA2 2 nocodazole\nB1 1 -\nB1 2 -\n",
        "all of the plate is deposited, and the closer row counts"
    );
    let columns = |path: &str| {
        let mut files = deposit.files.iter();
        files
            .find(|file| file.path.as_str() == path)
            .unwrap()
            .columns
            .clone()
    };
    let compound = |value: &str| vec![("compound".to_owned(), value.to_owned())];
    assert_eq!(columns("p.zarr/A/1/0/.zattrs"), compound("DMSO"));
    assert_eq!(columns("p.zarr/A/2/1/.zattrs"), compound("nocodazole"));
    assert_eq!(columns("p.zarr/.zattrs"), []);
}

#[test]
fn rows_name_the_plate_and_a_well() {
    let folder = plate(
        "Files,Well,site,compound,batch\np.zarr,A01,,DMSO,\np.zarr,b1,,taxol,\np.zarr,A2,2,water,\np.zarr,,,,x\n",
    );
    let deposit = deposit(folder.path());
    assert_eq!(told(&deposit), [""; 0]);
    assert_eq!(
        said(&deposit, &["well", "field", "compound", "batch"]),
        "A01 1 DMSO x\nA01 2 DMSO x\nA2 1 - x\nA2 2 water x\nb1 1 taxol x\nb1 2 taxol x\n",
    );
}

#[test]
fn rows_may_name_the_metadata_of_an_image() {
    let folder = plate(
        "Files,compound\np.zarr/B/1/0/.zattrs,DMSO\np.zarr/B/1/0/.zgroup,DMSO\np.zarr/B/1/0/0/.zarray,\n",
    );
    let deposit = deposit(folder.path());
    assert_eq!(told(&deposit), [""; 0]);
    assert_eq!(deposit.study.images.len(), 6);
    assert!(said(&deposit, &PLACE).ends_with("B1 1 DMSO\nB1 2 -\n"));
}

#[test]
fn a_well_that_is_stated_otherwise_is_told_and_kept() {
    let folder = plate("Files,plate,well,compound\np.zarr/A/1,P8,C3,DMSO\n");
    let deposit = deposit(folder.path());
    let place = "warning components[0].file_list: `p.zarr`: the ";
    assert_eq!(
        told(&deposit),
        [
            format!(
                "{place}plate is stated as \"P8\", and the file says \"P7\"; \"P8\" is kept (line 4)"
            ),
            format!(
                "{place}well of `A/1/0` is stated as \"C3\", and the file says \"A1\"; \"C3\" is kept (line 4)"
            ),
            format!(
                "{place}well of `A/1/1` is stated as \"C3\", and the file says \"A1\"; \"C3\" is kept (line 4)"
            ),
        ]
    );
    assert!(said(&deposit, &PLACE).starts_with("C3 1 DMSO\nC3 2 DMSO\nA2 1 -\n"));
}

#[test]
fn rows_about_nothing_are_told_with_what_there_is() {
    let rows = "Files,well,field,compound\np.zarr,C9,,a\np.zarr,A1,7,b\np.zarr/C/9,,,c\np.zarr/A,,,d\np.zarr/A,,,e\np.zarr/A/1/0/0,,,f\n";
    let folder = plate(rows);
    put(folder.path(), "wt/notes.txt", b"x");
    let list = format!("{}wt,,,g\n", rows);
    put(
        folder.path(),
        "list.tsv",
        list.replace(',', "\t").as_bytes(),
    );
    let place = "error components[0].file_list: row in line";
    assert_eq!(
        told(&deposit(folder.path()))[..6],
        [
            format!(
                "{place} 4: there is no `C/9` in `p.zarr`; a row names the whole, one of its wells (`p.zarr/A/1`) or one of their fields (`p.zarr/A/1/0`) (line 4)"
            ),
            format!("{place} 6: `p.zarr/A` is in a file list already (line 4)"),
            format!(
                "{place} 8: `wt` is a folder, and a row is about one file; give each file in it a row (line 4)"
            ),
            format!("{place} 3: the well A01 of `p.zarr` has no field 7; it has 1, 2 (line 4)"),
            format!("{place} 2: `p.zarr` has no well C09; it has A01, A02, B01 (line 4)"),
            format!(
                "{place} 7: `p.zarr` has no image in `A/1/0/0`; name one of its wells (`p.zarr/A/1`) or of their fields (`p.zarr/A/1/0`) (line 4)"
            ),
        ]
    );
}

#[test]
fn an_image_without_wells_is_in_the_one_that_its_row_says() {
    let folder = study(&[], &component("file_list: list.tsv"));
    put_zarr(folder.path(), "a.zarr");
    put(
        folder.path(),
        "list.tsv",
        b"Files\twell\tcompound\na.zarr\tB2\tDMSO\n",
    );
    let found = deposit(folder.path());
    assert_eq!(told(&found), [""; 0]);
    assert_eq!(said(&found, &PLACE), "B2 - DMSO\n");
    put(
        folder.path(),
        "list.tsv",
        b"Files\twell\na.zarr\tB2\na.zarr\tB3\n",
    );
    assert_eq!(
        told(&deposit(folder.path())),
        [
            "error components[0].file_list: row in line 3: `a.zarr` says nothing of wells, so one row can say where it was taken, and another does (line 4)"
        ]
    );
}
