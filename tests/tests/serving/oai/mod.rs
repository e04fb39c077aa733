//! OAI-PMH at `/oai`, of a harvester and of a node, as clients that others wrote see it.

pub(super) mod clients;
mod growing;
mod of_node;
mod requests;

use std::collections::BTreeSet;

use clients::Read;

/// The accessions of the records, of which each is there once.
#[track_caller]
fn once_each(records: &[Read]) -> BTreeSet<&str> {
    let ids: BTreeSet<&str> = records.iter().map(Read::id).collect();
    assert_eq!(ids.len(), records.len(), "something came twice");
    ids
}

/// Datestamps never fall along a list.
#[track_caller]
fn in_order(records: &[Read]) {
    assert!(records.is_sorted_by_key(|record| &record.1));
}

#[track_caller]
fn record_of<'r>(records: &'r [Read], id: &str) -> &'r Read {
    let found = records.iter().find(|record| record.id() == id);
    found.unwrap_or_else(|| panic!("{id} is not among the records"))
}
