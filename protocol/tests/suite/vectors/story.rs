//! A history with every sort of move, allowed and refused.

use protocol::digest::Digest;
use protocol::entry::{Operation, Reason};
use protocol::history::{Applied, History, Rejection, State};
use protocol::identifier::{Prefix, ResourceId};
use serde_json::{Value, json};

use super::make::{entry, put};
use crate::fixture::id;

pub fn history() -> Value {
    let reason = Reason::Consent;
    let record = |version: u64| Digest::of(&version.to_be_bytes());
    let putting = |version| put(record(version), 1, version);
    let by = ResourceId::parse("ABC-S2").unwrap();
    let steps = [
        ("ABC-S1", Operation::Suppress { reason }),
        ("ABC-S1", putting(2)),
        ("ABC-S1", putting(2)),
        ("ABC-S1-I1", putting(1)),
        ("ABC-S1-I1", Operation::Suppress { reason }),
        ("ABC-S1", Operation::Suppress { reason }),
        ("ABC-S1", Operation::Suppress { reason }),
        ("ABC-S1", putting(3)),
        ("ABC-S1", Operation::Restore { reason }),
        ("ABC-S1-I1", Operation::Restore { reason }),
        ("XYZ-S1", putting(1)),
        ("ABC-S1", Operation::Replace { by, reason }),
        ("ABC-S1-I1", putting(2)),
        (
            "ABC-S1",
            Operation::Redact {
                record: record(3),
                reason,
            },
        ),
    ];
    let mut history = History::new(Prefix::parse("ABC").unwrap());
    let steps: Vec<_> = (0..)
        .zip(steps)
        .map(|(index, (name, operation))| {
            let entry = entry(name, &operation);
            let outcome = history.apply(index, &entry);
            json!({
                "entry": String::from_utf8(entry.to_bytes()).unwrap(),
                "outcome": outcome_name(&outcome),
                "state": state_name(history.state(&id(name)).as_ref()),
            })
        })
        .collect();
    json!({"prefix": "ABC", "steps": steps})
}

pub fn outcome_name(outcome: &Result<Applied, Rejection>) -> &'static str {
    match outcome {
        Ok(_) => "accepted",
        Err(rejection) => rejection.code(),
    }
}

pub fn state_name(state: Option<&State>) -> &'static str {
    match state {
        None => "absent",
        Some(State::Public) => "public",
        Some(State::Suppressed) => "suppressed",
        Some(State::Gone { .. }) => "gone",
    }
}
