//! The database, compared row for row with one that was just made from storage and log.

use std::path::Path;

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::sql_types::BigInt;

use super::Checked;
use crate::archive::Archive;
use crate::database::{Connection, Database};
use crate::projection;

const TABLES: &[&str] = &[
    "log_position",
    "record",
    "standing",
    "announcement",
    "study",
    "image",
    "file",
    "study_text",
    "facet",
    "manifest",
];
const REBUILD: &str = "run `omma-node rebuild`";

#[derive(QueryableByName)]
struct Count {
    #[diesel(sql_type = BigInt)]
    rows: i64,
}

/// Fills the archive's fresh database from storage and log, and compares the one at `place` with it.
pub fn check(archive: &Archive, place: &Path, checked: &mut Checked) {
    let name = "db.sqlite";
    // opened once by itself, so that a damaged or newer one is told from one with other rows
    if let Err(error) = Database::open(place) {
        return checked.problem(name, error.to_string());
    }
    if let Err(message) = compare(archive, place, checked) {
        checked.problem(name, format!("it could not be compared ({message}); {REBUILD} if the storage and the log are well"));
    }
}

fn compare(archive: &Archive, place: &Path, checked: &mut Checked) -> Result<(), String> {
    let connection = &mut *archive
        .database()
        .connection()
        .map_err(|error| error.to_string())?;
    let head = archive
        .log()
        .head()
        .map_err(|error| error.to_string())?
        .tree_head();
    projection::catch_up(archive, connection, &head).map_err(|error| error.to_string())?;
    let path = place.to_string_lossy().replace('\'', "''");
    connection
        .batch_execute(&format!("ATTACH DATABASE '{path}' AS live"))
        .map_err(|error| error.to_string())?;
    for table in TABLES {
        let missing = differing(
            connection,
            &format!("main.{table}"),
            &format!("live.{table}"),
        )?;
        let surplus = differing(
            connection,
            &format!("live.{table}"),
            &format!("main.{table}"),
        )?;
        if missing + surplus > 0 {
            let message = format!(
                "table {table}: {missing} rows that storage and log give are missing or different, {surplus} are there that they do not give; {REBUILD}"
            );
            checked.problem("db.sqlite", message);
        }
    }
    Ok(())
}

/// How many rows of one table the other does not have.
fn differing(connection: &mut Connection, one: &str, other: &str) -> Result<i64, String> {
    let query =
        format!("SELECT count(*) AS rows FROM (SELECT * FROM {one} EXCEPT SELECT * FROM {other})");
    diesel::sql_query(query)
        .get_result::<Count>(connection)
        .map(|count| count.rows)
        .map_err(|error| error.to_string())
}
