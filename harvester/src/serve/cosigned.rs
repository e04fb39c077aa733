//! Which of the roster's witnesses saw a head, and when (docs/PROTOCOL.md sections 5 and 7).

use protocol::cosignature::verify;
use protocol::note::Note;
use protocol::roster::Witness;
use serde::Serialize;
use time::OffsetDateTime;

use crate::clock::rfc3339;
use crate::ledger::log::Head;

/// A witness's word on a head.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(super) struct Cosigned {
    /// the witness's name in the roster
    pub name: String,
    /// when it cosigned last
    pub time: String,
    /// how long ago that is
    pub seconds: i64,
}

/// The cosignatures on a head's note that are those of witnesses of the roster. Every head that covers an entry covers it for
/// ever, so they hold for all entries below it.
pub(super) fn cosigned_by(
    head: Option<&Head>,
    witnesses: &[Witness],
    now: OffsetDateTime,
) -> Vec<Cosigned> {
    let Some(note) = head.and_then(|head| Note::parse(&head.note).ok()) else {
        return Vec::new();
    };
    witnesses
        .iter()
        // a signature that is not the witness's own is as good as none
        .filter_map(|witness| Some((witness, verify(&note, &witness.vkey).ok()??)))
        .filter_map(|(witness, seconds)| {
            let time = OffsetDateTime::from_unix_timestamp(seconds.cast_signed()).ok()?;
            Some(Cosigned {
                name: witness.name.clone(),
                time: rfc3339(time),
                seconds: (now - time).whole_seconds(),
            })
        })
        .collect()
}
