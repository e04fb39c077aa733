//! What remains of something that is gone, as its page says it.

use super::{Linked, ReasonInWords};
use crate::http::Tombstone;
use crate::words;

/// What is said where the reason of a removal is not at hand: bytes go for legal cause.
const ADVICE_ON_BYTES: &str = "If you have a copy, ask the institution whether you may keep it.";

/// What the template `remains.html` shows: why something is gone, and what whoever looked for it can do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Remains {
    /// What was asked for.
    pub id: String,
    /// Why it is gone, where one operation is the cause.
    pub reason: Option<ReasonInWords>,
    /// When, in words.
    pub time: Option<String>,
    /// The number of the operation's entry in the log.
    pub log_index: Option<String>,
    /// What took its place.
    pub successor: Option<Linked>,
    /// Versions that still answer.
    pub versions: Vec<Linked>,
    /// Whom to ask, and where to find out more of them.
    pub institution: Linked,
    /// Where to write to.
    pub contact: Option<Linked>,
}

impl Remains {
    /// What remains, of an institution that can be asked. `page` gives the path of the page of an id.
    pub fn of(stone: &Tombstone, institution: Linked, page: impl Fn(&str) -> String) -> Remains {
        let versions = stone.versions.iter();
        let successor = |by: &String| Linked::out(by.as_str(), stone.successor_url.as_deref());
        Remains {
            id: stone.id.clone(),
            reason: stone.reason.as_deref().and_then(ReasonInWords::of),
            time: stone.time.as_deref().map(words::date),
            log_index: stone.log_index.map(words::number),
            successor: stone.successor.as_ref().map(successor),
            versions: versions.map(|id| Linked::to(id, page(id))).collect(),
            institution,
            contact: None,
        }
    }

    /// What to do about it, a sentence or two; nothing where it is enough to go to what took its place.
    pub fn advice(&self) -> Option<&'static str> {
        match self.reason {
            Some(reason) if self.successor.is_some() && reason.is_of_another() => None,
            Some(reason) => Some(reason.advice),
            None => Some(ADVICE_ON_BYTES),
        }
    }
}
