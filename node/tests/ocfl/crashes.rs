//! Each kind of act, cut short at each of its steps: by a kill, and by a power cut that loses what it may.

use std::path::Path;
use std::sync::Arc;

use node::store::ocfl::Root;
use node::store::{DirectoryStore, MemoryStore, ObjectStore};

use super::acts::{
    Act, Objects, assert_no_problems, expected_after, files, is_journalled, key, perform,
    read_back, recover,
};
use super::mortal_store::{MortalStore, from_snapshot, snapshot};
use super::validator::{assert_valid, export};

const STUDY: &str = "https://images.example.org/id/DND-S1";
const OTHER: &str = "https://images.example.org/id/DND-S2";

fn histories() -> Vec<Act> {
    let publish = |object: &str, entries: &[(&str, &str)]| Act::Publish {
        object: object.to_owned(),
        files: files(entries),
    };
    let erase = |version, paths: &[&str]| Act::Erase {
        object: STUDY.to_owned(),
        version,
        paths: paths.iter().map(|path| path.to_string()).collect(),
    };
    vec![
        publish(
            STUDY,
            &[
                ("record.nq", "one"),
                ("plate/a01.tif", "pixels"),
                ("plate/a02.tif", "more"),
                ("name", "who"),
            ],
        ),
        publish(OTHER, &[("record.nq", "one")]),
        publish(
            STUDY,
            &[
                ("record.nq", "two"),
                ("plate/a01.tif", "pixels"),
                ("renamed", "more"),
            ],
        ),
        publish(STUDY, &[("record.nq", "one"), ("new/file", "new")]),
        erase(1, &["plate/a02.tif", "name"]),
        erase(3, &["new/file"]),
        publish(OTHER, &[("record.nq", "again")]),
    ]
}

/// Runs the story; before each act it is tried with a death at its first step, its second, and so on to its end.
fn with_a_death_at_each_step(examine: impl Fn(Arc<dyn ObjectStore>, &MortalStore, &Act, &Objects)) {
    let store: Arc<dyn ObjectStore> = Arc::new(MemoryStore::new());
    Root::init(Arc::clone(&store), key("ocfl")).unwrap();
    let mut deaths = 0;
    for act in histories() {
        let before = read_back(&store);
        let copy = snapshot(store.as_ref());
        for steps in 0.. {
            let inner: Arc<dyn ObjectStore> = Arc::new(from_snapshot(&copy));
            let mortal = Arc::new(MortalStore::new(Arc::clone(&inner), steps));
            let as_store: Arc<dyn ObjectStore> = mortal.clone();
            if perform(&as_store, &act).is_ok() {
                break;
            }
            examine(inner, &mortal, &act, &before);
            deaths += 1;
        }
        perform(&store, &act).unwrap();
        assert_eq!(read_back(&store), expected_after(&before, &act));
        assert_no_problems(&store);
    }
    assert!(deaths > 60, "only {deaths} deaths were tried");
}

/// Recovers and compares: a journalled act is done, any other is not.
fn recovers(store: &Arc<dyn ObjectStore>, act: &Act, before: &Objects) {
    let after = expected_after(before, act);
    let journalled = is_journalled(store.as_ref());
    recover(store).unwrap();
    recover(store).unwrap();
    let found = read_back(store);
    if journalled {
        assert_eq!(found, after);
    } else {
        assert!(found == *before || found == after, "{found:?}");
    }
    assert_no_problems(store);
    assert_eq!(store.list(&key("staging")).unwrap(), []);
}

#[test]
fn a_kill_at_any_step_is_mended_by_the_same_code() {
    let data = tempfile::tempdir().unwrap();
    let exported = std::cell::RefCell::new(Vec::new());
    with_a_death_at_each_step(|store, _, act, before| {
        recovers(&store, act, before);
        let folder = data.path().join(exported.borrow().len().to_string());
        export(store.as_ref(), &folder);
        exported.borrow_mut().push(folder.join("ocfl"));
    });
    let exported = exported.into_inner();
    assert_valid(
        &exported
            .iter()
            .map(|folder| folder.as_path())
            .collect::<Vec<&Path>>(),
    );
}

#[test]
fn a_power_cut_at_any_step_is_mended_by_the_same_code() {
    with_a_death_at_each_step(|_, mortal, act, before| {
        let [none, all, every_other, the_others] =
            [0, u64::MAX, 0x5555_5555_5555_5555, 0xaaaa_aaaa_aaaa_aaaa];
        for luck in [
            none,
            all,
            every_other,
            the_others,
            0b111,
            !0b111,
            0x3333_3333_3333_3333,
            0xcccc_cccc_cccc_cccc,
        ] {
            let store: Arc<dyn ObjectStore> = Arc::new(mortal.after_power_cut(luck));
            recovers(&store, act, before);
        }
    });
}

/// While a commit or an erasure is under way, or waits to be completed, readers see the object before or after.
#[test]
fn readers_are_served_between_any_two_steps() {
    with_a_death_at_each_step(|store, _, act, before| {
        let (Act::Publish { object, .. } | Act::Erase { object, .. }) = act;
        let after = expected_after(before, act);
        let found = read_back(&store);
        let seen = found.get(object);
        assert!(
            seen == before.get(object) || seen == after.get(object),
            "{act:?}: {seen:?}"
        );
    });
}

#[test]
fn a_kill_at_any_step_is_mended_on_a_disk_too() {
    let data = tempfile::tempdir().unwrap();
    let mut roots = Vec::new();
    let past: Arc<dyn ObjectStore> = Arc::new(MemoryStore::new());
    Root::init(Arc::clone(&past), key("ocfl")).unwrap();
    for act in histories() {
        let before = read_back(&past);
        for steps in 0.. {
            let folder = data.path().join(roots.len().to_string());
            export(past.as_ref(), &folder);
            let disk: Arc<dyn ObjectStore> = Arc::new(DirectoryStore::open(&folder).unwrap());
            roots.push(folder.join("ocfl"));
            let mortal: Arc<dyn ObjectStore> = Arc::new(MortalStore::new(Arc::clone(&disk), steps));
            if perform(&mortal, &act).is_ok() {
                break;
            }
            // as the disk itself, but for the barriers: nobody pulls the plug of this machine
            let disk: Arc<dyn ObjectStore> = Arc::new(MortalStore::new(disk, usize::MAX));
            recovers(&disk, &act, &before);
        }
        perform(&past, &act).unwrap();
    }
    assert_valid(
        &roots
            .iter()
            .map(|root| root.as_path())
            .collect::<Vec<&Path>>(),
    );
}
