//! Random histories of acts, deaths and recoveries: whatever happened, the root is valid and nothing is lost.

use std::path::Path;
use std::sync::Arc;

use node::store::ocfl::Root;
use node::store::{MemoryStore, ObjectStore};
use proptest::prelude::*;
use proptest::test_runner::TestRunner;

use super::acts::{
    Act, Files, Objects, assert_no_problems, expected_after, is_journalled, key, perform,
    read_back, recover,
};
use super::mortal_store::{MortalStore, from_snapshot, snapshot};
use super::validator::{assert_valid, export};

#[derive(Debug, Clone)]
enum Fate {
    Lives,
    Killed { steps: usize },
    PowerCut { steps: usize, luck: u64 },
}

fn some_files() -> impl Strategy<Value = Files> {
    let path = prop_oneof!["[abc]\\.tif", "[xy]/[ab]", "[xy]/z/[ab]\\.csv"];
    let bytes = prop_oneof![
        Just(Vec::new()),
        "[pq]{1,2}".prop_map(String::into_bytes),
        "[a-z]{40}".prop_map(String::into_bytes)
    ];
    proptest::collection::btree_map(path, bytes, 0..6)
}

fn some_act() -> impl Strategy<Value = Act> {
    let object = "[12]".prop_map(|serial| format!("https://images.example.org/id/DND-S{serial}"));
    prop_oneof![
        6 => (object.clone(), some_files()).prop_map(|(object, files)| Act::Publish { object, files }),
        3 => (object, 1..4_u64, some_files()).prop_map(|(object, version, files)| {
            Act::Erase { object, version, paths: files.into_keys().collect() }
        }),
    ]
}

fn some_fate() -> impl Strategy<Value = Fate> {
    prop_oneof![
        2 => Just(Fate::Lives),
        2 => (0..24_usize).prop_map(|steps| Fate::Killed { steps }),
        2 => (0..24_usize, any::<u64>()).prop_map(|(steps, luck)| Fate::PowerCut { steps, luck }),
    ]
}

/// Does an act under a fate, recovers, and gives the store that is left.
fn undergo(
    store: Arc<dyn ObjectStore>,
    act: &Act,
    fate: &Fate,
    objects: &mut Objects,
) -> Arc<dyn ObjectStore> {
    let steps = match fate {
        Fate::Lives => usize::MAX,
        Fate::Killed { steps } | Fate::PowerCut { steps, .. } => *steps,
    };
    let mortal = Arc::new(MortalStore::new(Arc::clone(&store), steps));
    let as_store: Arc<dyn ObjectStore> = mortal.clone();
    let done = perform(&as_store, act).is_ok();
    let left: Arc<dyn ObjectStore> = match fate {
        Fate::PowerCut { luck, .. } => Arc::new(mortal.after_power_cut(*luck)),
        _ => Arc::new(from_snapshot(&snapshot(store.as_ref()))),
    };
    let must = done || is_journalled(left.as_ref());
    recover(&left).unwrap();
    let after = expected_after(objects, act);
    let found = read_back(&left);
    assert!(
        found == after || (!must && found == *objects),
        "{act:?} {fate:?} done {done}: {found:?}"
    );
    assert_no_problems(&left);
    *objects = found;
    left
}

#[test]
fn whatever_happens_the_root_is_valid_and_nothing_is_lost() {
    let data = tempfile::tempdir().unwrap();
    let exported = std::cell::RefCell::new(Vec::new());
    let history = proptest::collection::vec((some_act(), some_fate()), 1..14);
    let outcome = TestRunner::new(ProptestConfig::with_cases(96)).run(&history, |history| {
        let mut store: Arc<dyn ObjectStore> = Arc::new(MemoryStore::new());
        Root::init(Arc::clone(&store), key("ocfl")).unwrap();
        let mut objects = Objects::new();
        for (act, fate) in history {
            // there is nothing to erase from an object that there is not
            if !matches!(&act, Act::Erase { object, .. } if !objects.contains_key(object)) {
                store = undergo(store, &act, &fate, &mut objects);
            }
        }
        let folder = data.path().join(exported.borrow().len().to_string());
        export(store.as_ref(), &folder);
        exported.borrow_mut().push(folder.join("ocfl"));
        Ok(())
    });
    outcome.unwrap();
    let exported = exported.into_inner();
    assert_valid(
        &exported
            .iter()
            .map(|folder| folder.as_path())
            .collect::<Vec<&Path>>(),
    );
}
