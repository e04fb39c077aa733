#![expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

use diesel::prelude::*;

use super::{AT_A_TURN, DerivationRow, dsl, take, waiting};
use crate::database::Database;

#[test]
fn a_small_study_does_not_wait_for_all_images_of_a_large_one() {
    let folder = tempfile::tempdir().unwrap();
    let database = Database::create(&folder.path().join("db.sqlite")).unwrap();
    let mut connection = database.connection().unwrap();
    let images = |study: &str, count: i64| -> Vec<DerivationRow> {
        let image = |place: i64| waiting(&format!("{study}-I{}", place + 1), study, 1, place);
        (0..count).map(image).collect()
    };
    for rows in [images("DND-S1", 25), images("DND-S2", 3)] {
        diesel::insert_into(dsl::derivation)
            .values(rows)
            .execute(&mut connection)
            .unwrap();
    }
    let mut taken = Vec::new();
    while let Some(row) = take(&mut connection, "one", 5, 65, None).unwrap() {
        taken.push(row.image);
    }
    let of = |study: &str, numbers: std::ops::RangeInclusive<i64>| {
        numbers
            .map(|number| format!("{study}-I{number}"))
            .collect::<Vec<_>>()
    };
    let expected = [
        of("DND-S1", 1..=AT_A_TURN),
        of("DND-S2", 1..=3),
        of("DND-S1", AT_A_TURN + 1..=25),
    ];
    assert_eq!(taken, expected.concat());
}
