//! Random histories: whatever happens to records and to the mirror, the graph is what a plain map says.

use proptest::prelude::*;

use super::fixture::record;
use super::fixture::{Mirror, Model, expected_lines, hide, loaded, record_lines, show, shown};
use crate::graph::Place;
use crate::projection::Change;

/// Ids of which some begin with others.
const IDS: [&str; 7] = [
    "DND-S1",
    "DND-S1-I1",
    "DND-S1-I10",
    "DND-S10",
    "DND-S11",
    "DND-N1",
    "EBI-S1",
];

/// One thing that happens.
#[derive(Debug, Clone)]
enum Event {
    Show {
        id: usize,
        version: u64,
        title: u8,
        index: u64,
    },
    Hide {
        id: usize,
    },
    /// the mirror loses the bytes of a version
    Lose {
        id: usize,
        version: u64,
    },
}

fn event() -> impl Strategy<Value = Event> {
    let id = || 0..IDS.len();
    prop_oneof![
        5 => (id(), 1_u64..4, 0_u8..3, 0_u64..3)
            .prop_map(|(id, version, title, index)| Event::Show { id, version, title, index }),
        2 => id().prop_map(|id| Event::Hide { id }),
        1 => (id(), 1_u64..4).prop_map(|(id, version)| Event::Lose { id, version }),
    ]
}

/// Batches of events; after each batch the changes are applied, some of them twice.
fn history() -> impl Strategy<Value = Vec<(Vec<Event>, bool)>> {
    prop::collection::vec((prop::collection::vec(event(), 0..8), any::<bool>()), 1..8)
}

fn changes(events: &[Event], mirror: &mut Mirror) -> Vec<Change> {
    let mut changes = Vec::new();
    for event in events {
        match event {
            Event::Show {
                id,
                version,
                title,
                index,
            } => {
                let id = IDS[*id];
                let mut shown = shown(id, *version, record(id, &format!("title {title}")));
                shown.index = *index;
                mirror.keep(&shown);
                changes.push(show(&shown));
            }
            Event::Hide { id } => changes.push(hide(IDS[*id])),
            Event::Lose { id, version } => mirror.lose(IDS[*id], *version),
        }
    }
    changes
}

fn tell(place: &Place, history: &[(Vec<Event>, bool)]) -> Result<(), TestCaseError> {
    let graph = loaded(place, &[], 0);
    let (mut mirror, mut model) = (Mirror::default(), Model::default());
    for (position, (events, is_applied_twice)) in (1..).zip(history) {
        let changes = changes(events, &mut mirror);
        model.apply(&changes);
        graph.apply(&changes, &mirror, position).unwrap();
        if *is_applied_twice {
            graph.apply(&changes, &mirror, position).unwrap();
        }
        prop_assert_eq!(record_lines(&graph), expected_lines(model.all()));
        prop_assert_eq!(graph.position().unwrap(), Some(position));
        prop_assert_eq!(graph.records().unwrap(), model.all().count() as u64);
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 150, ..ProptestConfig::default() })]
    #[test]
    fn the_graph_is_what_a_map_of_resources_says(history in history()) {
        tell(&Place::Memory, &history)?;
    }
}

#[cfg(feature = "rocksdb")]
proptest! {
    #![proptest_config(ProptestConfig { cases: 12, ..ProptestConfig::default() })]
    #[test]
    fn the_graph_on_disk_is_what_a_map_of_resources_says(history in history()) {
        let folder = tempfile::tempdir().unwrap();
        tell(&Place::Disk(folder.path().join("graph")), &history)?;
    }
}
