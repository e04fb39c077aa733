//! The ledger's classes against a model that knows everything at once.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::collections::BTreeMap;

use diesel::Connection as _;
use proptest::prelude::*;
use protocol::digest::Digest;
use protocol::entry::{Entry, Operation, Reason};
use protocol::history::History;
use protocol::identifier::{Accession, Prefix};

use super::judge::{self, Class, Sequence};
use super::schema::entry;
use super::{Connection, Ledger, LedgerError, log, shown};
use crate::verify::{Reading, VerifiedWindow, Worth};

const NOW: &str = "2026-11-21T09:30:00Z";

/// One step of a member and of those who serve its bytes.
#[derive(Debug, Clone)]
enum Step {
    Put { id: usize, worth: usize },
    Move { id: usize, operation: usize },
    Redact { id: usize, back: usize },
    Malformed,
    Heal { entry: usize, worth: usize },
    Cut,
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let step = prop_oneof![
        8 => (0..5_usize, 0..5_usize).prop_map(|(id, worth)| Step::Put { id, worth }),
        3 => (0..5_usize, 0..3_usize).prop_map(|(id, operation)| Step::Move { id, operation }),
        1 => (0..5_usize, 0..3_usize).prop_map(|(id, back)| Step::Redact { id, back }),
        1 => Just(Step::Malformed),
        3 => (0..30_usize, 0..5_usize).prop_map(|(entry, worth)| Step::Heal { entry, worth }),
        3 => Just(Step::Cut),
    ];
    proptest::collection::vec(step, 1..60)
}

fn worth(number: usize) -> Worth {
    let sentence = "so it is".to_owned();
    match number {
        0 | 1 => Worth::Good {
            warnings: vec!["no affiliation".to_owned()],
        },
        2 => Worth::Invalid {
            code: "blank-node",
            sentence,
        },
        3 => Worth::Missing { sentence },
        _ => Worth::Other { sentence },
    }
}

fn ids() -> Vec<Accession> {
    ["DND-S1", "DND-S1-I1", "DND-S1-I2", "DND-S2", "DND-N1"]
        .iter()
        .map(|text| Accession::parse(text).unwrap())
        .collect()
}

/// A `put` of the model.
#[derive(Debug, Clone)]
struct ModelPut {
    id: Accession,
    version: u64,
    digest: Digest,
    worth: Worth,
    redacted: bool,
}

/// A member's log as it is made, with a model of what it means.
struct World {
    folder: tempfile::TempDir,
    ledger: Ledger,
    log: i32,
    history: History,
    next: u64,
    pending: Vec<Reading>,
    puts: BTreeMap<u64, ModelPut>,
    events: u64,
    invalid: u64,
}

impl World {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let ledger = Ledger::open(&folder.path().join("state.sqlite")).unwrap();
        let log = ledger
            .write(|connection| log::enter(connection, "images.example.org/log", "dundee"))
            .unwrap()
            .id;
        Self {
            folder,
            ledger,
            log,
            history: History::new(Prefix::parse("DND").unwrap()),
            next: 0,
            pending: Vec::new(),
            puts: BTreeMap::new(),
            events: 0,
            invalid: 0,
        }
    }

    fn say(&mut self, id: &Accession, operation: &Operation, worth: Option<Worth>) -> bool {
        let entry = Entry::new(id, operation, NOW).unwrap();
        let accepted = self.history.apply(self.next, &entry).is_ok();
        self.pending.push(Reading::Entry(Box::new(entry), worth));
        self.next += 1;
        accepted
    }

    fn put(&mut self, id: &Accession, worth: Worth) {
        let version = self.history.next_version(id);
        let digest = Digest::of(format!("{id}.{version}").as_bytes());
        let operation = Operation::Put {
            record: digest,
            size: 100,
            version,
            opens: None,
            nonce: None,
        };
        let place = self.next;
        if self.say(id, &operation, Some(worth.clone())) {
            let put = ModelPut {
                id: id.clone(),
                version,
                digest,
                worth,
                redacted: false,
            };
            self.puts.insert(place, put);
        } else {
            self.invalid += 1;
        }
    }

    fn redact(&mut self, id: &Accession, back: usize) {
        let digest = self
            .puts
            .values()
            .rev()
            .filter(|put| put.id == *id)
            .nth(back)
            .map_or_else(|| Digest::of(b"never"), |put| put.digest);
        let operation = Operation::Redact {
            record: digest,
            reason: Reason::Legal,
        };
        if !self.say(id, &operation, None) {
            self.invalid += 1;
            return;
        }
        self.events += 1;
        for put in self
            .puts
            .values_mut()
            .filter(|put| put.id == *id && put.digest == digest)
        {
            put.redacted = true;
        }
    }

    fn cut(&mut self) {
        let readings = std::mem::take(&mut self.pending);
        let first = self.next - readings.len() as u64;
        let window = VerifiedWindow { first, readings };
        self.ledger
            .judge(
                self.log,
                self.history_prefix(),
                window,
                Sequence::New { now: NOW },
            )
            .unwrap();
        self.check();
    }

    fn history_prefix(&self) -> &'static Prefix {
        static PREFIX: std::sync::LazyLock<Prefix> =
            std::sync::LazyLock::new(|| Prefix::parse("DND").unwrap());
        &PREFIX
    }

    fn take(&mut self, step: &Step) {
        let ids = ids();
        match step {
            Step::Put { id, worth: number } => self.put(&ids[*id], worth(*number)),
            Step::Move { id, operation } => {
                let reason = Reason::Error;
                let operation = match operation {
                    0 => Operation::Suppress { reason },
                    1 => Operation::Restore { reason },
                    _ => Operation::Withdraw { reason },
                };
                if self.say(&ids[*id], &operation, None) {
                    self.events += 1;
                } else {
                    self.invalid += 1;
                }
            }
            Step::Redact { id, back } => self.redact(&ids[*id], *back),
            Step::Malformed => {
                self.pending.push(Reading::Malformed {
                    code: "entry-not-json",
                    sentence: "entry is not JSON".to_owned(),
                });
                self.next += 1;
                self.invalid += 1;
            }
            Step::Heal {
                entry,
                worth: number,
            } => {
                self.cut();
                self.heal(*entry as u64, worth(*number));
                self.check();
            }
            Step::Cut => self.cut(),
        }
    }

    /// Bytes came (or others did): of use only where they are awaited.
    fn heal(&mut self, place: u64, found: Worth) {
        self.ledger
            .judge_bytes(self.log, place, found.clone(), Sequence::New { now: NOW })
            .unwrap();
        let is_awaited = self.model().get(&place) == Some(&Class::Unavailable);
        if let Some(put) = self.puts.get_mut(&place)
            && is_awaited
        {
            put.worth = found;
        }
    }

    /// The class of each accepted `put`, from everything that is known.
    fn model(&self) -> BTreeMap<u64, Class> {
        let is_gone = |id: &Accession| self.history.state(id).is_some_and(|state| state.is_gone());
        let class = |put: &ModelPut| {
            if put.redacted || is_gone(&put.id) {
                return Class::Removed;
            }
            match put.worth {
                Worth::Invalid { .. } => return Class::Invalid,
                Worth::Deferred { .. } => return Class::Deferred,
                Worth::Missing { .. } | Worth::Other { .. } => return Class::Unavailable,
                Worth::Good { .. } => {}
            }
            let is_followed = self.puts.values().any(|later| {
                later.id == put.id
                    && later.version > put.version
                    && (later.redacted || matches!(later.worth, Worth::Good { .. }))
            });
            if is_followed {
                Class::Superseded
            } else {
                Class::Current
            }
        };
        self.puts
            .iter()
            .map(|(place, put)| (*place, class(put)))
            .collect()
    }

    fn check(&self) {
        use diesel::prelude::*;
        let connection = &mut *self.ledger.reader().unwrap();
        let rows: Vec<(i64, i32)> = entry::table
            .filter(entry::version.is_not_null())
            .select((entry::place, entry::class))
            .load(connection)
            .unwrap();
        let model = self.model();
        let found: BTreeMap<u64, i32> = rows
            .iter()
            .map(|(place, class)| (place.unsigned_abs(), *class))
            .collect();
        let expected: BTreeMap<u64, i32> = model
            .iter()
            .map(|(place, class)| (*place, *class as i32))
            .collect();
        assert_eq!(found, expected, "{:#?}", self.puts);
        let counts = judge::counts(connection, self.log).unwrap();
        assert_eq!(counts.entries, self.next);
        assert_eq!(counts.event, self.events);
        let invalid = model
            .values()
            .filter(|class| matches!(class, Class::Invalid | Class::Unavailable))
            .count() as u64;
        assert_eq!(counts.quarantined, self.invalid + invalid);
        let hidden = self
            .puts
            .iter()
            .filter(|(place, put)| {
                model[place] == Class::Current
                    && self.history.state(&put.id) == Some(protocol::history::State::Suppressed)
            })
            .count() as u64;
        assert_eq!(counts.suppressed, hidden);
        self.check_shown(connection, &model);
    }

    /// What is shown one by one is what is shown in all, and is what the model says.
    fn check_shown(&self, connection: &mut super::Connection, model: &BTreeMap<u64, Class>) {
        let expected: Vec<(String, u64)> = self
            .puts
            .iter()
            .filter(|(place, put)| {
                model[place] == Class::Current
                    && self.history.state(&put.id) == Some(protocol::history::State::Public)
            })
            .map(|(_, put)| (put.id.to_string(), put.version))
            .collect();
        let all = shown::all_shown(connection, (0, -1), 1_000).unwrap();
        let all: Vec<_> = all
            .into_iter()
            .map(|version| (version.id.to_string(), version.version))
            .collect();
        assert_eq!(all, expected);
        for id in ids() {
            let one = shown::shown(connection, &id).unwrap();
            let listed = expected.iter().find(|(shown, _)| *shown == id.to_string());
            assert_eq!(
                one.map(|one| one.version),
                listed.map(|(_, version)| *version)
            );
            assert_eq!(
                shown::state(connection, &id).unwrap(),
                self.history.state(&id)
            );
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, ..ProptestConfig::default() })]

    #[test]
    fn every_entry_has_the_class_that_everything_together_gives_it(steps in steps()) {
        let mut world = World::new();
        for step in &steps {
            world.take(step);
        }
        world.cut();
        drop(world.folder);
    }
}

#[test]
fn what_was_judged_is_passed_over_and_what_is_missing_between_is_refused() {
    let mut world = World::new();
    let ids = ids();
    world.put(&ids[0], worth(0));
    world.put(&ids[1], worth(0));
    let window = VerifiedWindow {
        first: 0,
        readings: world.pending.clone(),
    };
    world.cut();
    world
        .ledger
        .judge(
            world.log,
            world.history_prefix(),
            window.clone(),
            Sequence::New { now: NOW },
        )
        .unwrap();
    world.check();
    let behind = VerifiedWindow { first: 5, ..window };
    let refused = world
        .ledger
        .judge(
            world.log,
            world.history_prefix(),
            behind,
            Sequence::New { now: NOW },
        )
        .unwrap_err();
    assert_eq!(
        refused.to_string(),
        "entries from 5 on were to be judged, but the log is judged up to 2"
    );
}

#[test]
fn a_suppressed_study_touches_its_images() {
    let mut world = World::new();
    let ids = ids();
    for id in &ids[..4] {
        world.put(id, worth(0));
    }
    world.cut();
    let reason = Reason::Error;
    assert!(world.say(&ids[0], &Operation::Suppress { reason }, None));
    world.events += 1;
    world.cut();
    let connection = &mut *world.ledger.reader().unwrap();
    let newest = log::sequence(connection).unwrap();
    let windows = log::windows(connection, newest - 1, newest).unwrap();
    let touched = shown::touched(connection, &windows[0]).unwrap();
    assert_eq!(touched, ids[..3]);
}

#[derive(diesel::QueryableByName)]
struct PlanStep {
    #[diesel(sql_type = diesel::sql_types::Text)]
    detail: String,
}

#[test]
fn what_one_entry_costs_does_not_grow_with_the_versions_of_its_thing() {
    use diesel::RunQueryDsl;
    let world = World::new();
    let connection = &mut *world.ledger.reader().unwrap();
    for (query, index) in [
        (judge::SUPERSEDE, "USING INDEX entry_current (resource=?)"),
        (
            judge::PUTS_TO_REDACT,
            "USING INDEX entry_to_redact (resource=? AND digest=?)",
        ),
        (judge::SUPPRESSED_OF_LOG, "INDEX resource_suppressed"),
        (
            judge::SUPPRESSED_OF_LOG,
            "USING COVERING INDEX entry_current (resource=? AND log=?)",
        ),
    ] {
        let plan: Vec<PlanStep> = diesel::sql_query(format!("EXPLAIN QUERY PLAN {query}"))
            .load(connection)
            .unwrap();
        let plan: Vec<_> = plan.into_iter().map(|step| step.detail).collect();
        assert!(
            plan.iter().any(|step| step.contains(index)),
            "{query}: {plan:#?}"
        );
    }
}

#[test]
fn a_thing_that_is_published_and_redacted_again_and_again_keeps_its_classes() {
    let mut world = World::new();
    let id = &ids()[0];
    for _ in 0..3 {
        world.put(id, worth(0));
        world.put(id, worth(3));
        world.redact(id, 1);
        world.redact(id, 1);
        world.redact(id, 0);
        world.cut();
    }
    world.put(id, worth(0));
    world.cut();
    let due = world
        .ledger
        .write(|connection| {
            super::erasure::due_again(connection, world.log, 0, world.next)?;
            let newest = log::sequence(connection)?;
            super::erasure::due(connection, newest)
        })
        .unwrap();
    assert_eq!(due.len(), 6);
}

#[test]
fn a_fresh_reader_sees_what_went_beside_a_snapshot() {
    for is_withdrawn in [false, true] {
        let mut world = World::new();
        let id = &ids()[0];
        world.put(id, worth(0));
        world.cut();
        let mut reader = world.ledger.reader().unwrap();
        let (before, after) = reader
            .transaction(|connection| {
                let shown = |connection: &mut Connection| shown::shown_version(connection, id, 1);
                assert!(shown(connection)?.is_some());
                match is_withdrawn {
                    true => world.take(&Step::Move {
                        id: 0,
                        operation: 2,
                    }),
                    false => world.redact(id, 0),
                }
                world.cut();
                let fresh = shown(&mut *world.ledger.reader()?)?;
                Ok::<_, LedgerError>((shown(connection)?, fresh))
            })
            .unwrap();
        assert_eq!((before.is_some(), after.is_none()), (true, true));
    }
}
