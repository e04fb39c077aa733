//! The state machine over entries: which versions and moves are valid (`docs/PROTOCOL.md` section 3).
//!
//! One history is run over all logs of a member, in roster order. What it must remember is behind the small trait [`Past`], so that a
//! program with ten million entries keeps it in a database, and a test in [`Memory`].
//!
//! | own state | `put` | `suppress` | `restore` | `withdraw`, `replace` | `redact` | `commit` |
//! |---|---|---|---|---|---|---|
//! | never accepted | public | refused | refused | refused | if ever put | kept |
//! | public | public | suppressed | refused | gone | kept | kept |
//! | suppressed | suppressed | refused | public | gone | kept | kept |
//! | gone, or its study is | refused | refused | refused | refused | kept | refused |
//!
//! Each thing has a state of its own; what is seen is the worse of its own and its study's. So restoring a study does not bring back an
//! image that was suppressed by itself.

mod memory;
mod rejection;

use std::convert::Infallible;

pub use memory::Memory;
pub use rejection::Rejection;

use crate::digest::Digest;
use crate::entry::{Entry, Operation, Reason, commitment};
use crate::identifier::{Accession, Prefix, ResourceId};

/// Whether and how something is shown. Ordered from best to worst.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum State {
    /// Shown.
    Public,
    /// Out of search, graph, sitemap and OAI-PMH; still answers by id, marked.
    Suppressed,
    /// Gone for good; the id answers 410.
    Gone {
        /// why
        reason: Reason,
        /// the successor, after `replace`
        by: Option<ResourceId>,
    },
}

impl State {
    /// Whether this is [`State::Gone`].
    pub fn is_gone(&self) -> bool {
        matches!(self, Self::Gone { .. })
    }

    fn badness(&self) -> u8 {
        match self {
            Self::Public => 0,
            Self::Suppressed => 1,
            Self::Gone { .. } => 2,
        }
    }
}

/// What is remembered of one id.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Standing {
    /// how many well-formed `put`s it had, refused ones included
    pub puts: u64,
    /// its own state; none before the first accepted `put`
    pub state: Option<State>,
}

/// What a history remembers. An implementation only stores and finds; all decisions are made in [`History`].
pub trait Past {
    /// Why looking up or storing failed.
    type Error;

    /// What is remembered of an id.
    ///
    /// # Errors
    /// Those of the store.
    fn standing(&self, id: &Accession) -> Result<Option<Standing>, Self::Error>;

    /// Remembers it.
    ///
    /// # Errors
    /// Those of the store.
    fn set_standing(&mut self, id: &Accession, standing: Standing) -> Result<(), Self::Error>;

    /// Whether [`Past::add_redaction`] was told of this id and digest.
    ///
    /// # Errors
    /// Those of the store.
    fn is_redacted(&self, id: &Accession, record: &Digest) -> Result<bool, Self::Error>;

    /// Remembers that versions of `id` with this digest are redacted.
    ///
    /// # Errors
    /// Those of the store.
    fn add_redaction(&mut self, id: &Accession, record: &Digest) -> Result<(), Self::Error>;

    /// The promise made for an id at this index of the log being read.
    ///
    /// # Errors
    /// Those of the store.
    fn promise(&self, id: &Accession, index: u64) -> Result<Option<Digest>, Self::Error>;

    /// Remembers a promise.
    ///
    /// # Errors
    /// Those of the store.
    fn add_promise(
        &mut self,
        id: &Accession,
        index: u64,
        commitment: &Digest,
    ) -> Result<(), Self::Error>;
}

/// What an accepted entry did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Applied {
    /// A version was announced.
    Put {
        /// from 1
        version: u64,
        /// the index of the promise that it fulfilled
        opened: Option<u64>,
    },
    /// The thing's own state changed.
    Moved {
        /// what it was
        from: State,
        /// what it is
        to: State,
    },
    /// Earlier versions with this digest are removed.
    Redacted {
        /// the digest
        record: Digest,
    },
    /// A promise was made.
    Committed,
    /// An unknown operation or kind: counted, without effect.
    Kept,
}

/// The moves of one member's resources, entry by entry.
#[derive(Debug, Clone)]
pub struct History<P = Memory> {
    prefix: Prefix,
    past: P,
}

impl History<Memory> {
    /// The history of a member who has said nothing yet, kept in memory.
    pub fn new(prefix: Prefix) -> Self {
        Self::with_past(prefix, Memory::default())
    }

    /// Applies the next entry of the log. `index` is its index there.
    ///
    /// # Errors
    /// [`Rejection`] when the entry is `invalid`; then nothing changed, except that a `put` counts towards the next version.
    pub fn apply(&mut self, index: u64, entry: &Entry) -> Result<Applied, Rejection> {
        infallible(self.try_apply(index, entry))
    }

    /// What is seen of a resource: the worse of its own state and its study's. None before its first accepted `put`.
    pub fn state(&self, id: &Accession) -> Option<State> {
        infallible(self.try_state(id))
    }

    /// The version that the next `put` of this id must carry.
    pub fn next_version(&self, id: &Accession) -> u64 {
        infallible(self.try_next_version(id))
    }

    /// Whether the bytes of this id's versions with this digest were removed.
    pub fn is_redacted(&self, id: &Accession, record: &Digest) -> bool {
        infallible(self.past.is_redacted(id, record))
    }
}

fn infallible<T>(result: Result<T, Infallible>) -> T {
    let Ok(value) = result;
    value
}

impl<P: Past> History<P> {
    /// Goes on with what an earlier run remembered.
    pub fn with_past(prefix: Prefix, past: P) -> Self {
        Self { prefix, past }
    }

    /// What is remembered.
    pub fn past(&self) -> &P {
        &self.past
    }

    /// What is remembered, for a store that has more to do between two entries.
    pub fn past_mut(&mut self) -> &mut P {
        &mut self.past
    }

    /// What is remembered, taken out.
    pub fn into_past(self) -> P {
        self.past
    }

    /// As [`History::apply`], with a store that can fail.
    ///
    /// # Errors
    /// Outside, those of the store (what was stored before the failure must be undone by the caller's transaction); inside, [`Rejection`].
    pub fn try_apply(
        &mut self,
        index: u64,
        entry: &Entry,
    ) -> Result<Result<Applied, Rejection>, P::Error> {
        if entry.prefix() != self.prefix.as_str() {
            return Ok(Err(Rejection::foreign_id(entry.id(), &self.prefix)));
        }
        let Some(id) = entry.accession() else {
            return Ok(Ok(Applied::Kept));
        };
        let own = self.past.standing(id)?.unwrap_or_default();
        let gone = self.is_gone(id, &own)?;
        match entry.operation() {
            Operation::Put {
                record,
                version,
                opens,
                nonce,
                ..
            } => {
                let opening = opens.zip(*nonce);
                let verdict = self.judge_put(id, &own, gone, *version, record, opening)?;
                self.count_put(id, own, verdict.is_ok())?;
                Ok(verdict)
            }
            Operation::Redact { record, .. } => self.redact(id, record, &own),
            Operation::Commit { .. } if gone => Ok(Err(Rejection::gone(id))),
            Operation::Commit { commitment, .. } => {
                self.past.add_promise(id, index, commitment)?;
                Ok(Ok(Applied::Committed))
            }
            Operation::Unknown(_) => Ok(Ok(Applied::Kept)),
            operation => self.change(id, operation, own, gone),
        }
    }

    /// Every well-formed `put` counts towards the next version; only an accepted one makes a new id public.
    fn count_put(&mut self, id: &Accession, own: Standing, accepted: bool) -> Result<(), P::Error> {
        let state = own.state.or(accepted.then_some(State::Public));
        let puts = own.puts + 1;
        self.past.set_standing(id, Standing { puts, state })
    }

    fn judge_put(
        &self,
        id: &Accession,
        own: &Standing,
        gone: bool,
        version: u64,
        record: &Digest,
        opening: Option<(u64, [u8; 32])>,
    ) -> Result<Result<Applied, Rejection>, P::Error> {
        if gone {
            return Ok(Err(Rejection::gone(id)));
        }
        let expected = own.puts + 1;
        if version != expected {
            return Ok(Err(Rejection::version(id, version, expected)));
        }
        if let Some((index, nonce)) = opening
            && self.past.promise(id, index)? != Some(commitment(&nonce, record))
        {
            return Ok(Err(Rejection::promise(id, index)));
        }
        let opened = opening.map(|(index, _)| index);
        Ok(Ok(Applied::Put { version, opened }))
    }

    /// The four operations that move a thing from state to state.
    fn change(
        &mut self,
        id: &Accession,
        operation: &Operation,
        own: Standing,
        gone: bool,
    ) -> Result<Result<Applied, Rejection>, P::Error> {
        let Some(from) = own.state else {
            return Ok(Err(Rejection::unknown_id(id)));
        };
        if gone {
            return Ok(Err(Rejection::gone(id)));
        }
        let to = match (operation, &from) {
            (Operation::Suppress { .. }, State::Public) => State::Suppressed,
            (Operation::Restore { .. }, State::Suppressed) => State::Public,
            (Operation::Withdraw { reason }, _) => State::Gone {
                reason: *reason,
                by: None,
            },
            (Operation::Replace { by, reason }, _) => State::Gone {
                reason: *reason,
                by: Some(by.clone()),
            },
            _ => return Ok(Err(Rejection::illegal_move(id, operation.name(), &from))),
        };
        let standing = Standing {
            puts: own.puts,
            state: Some(to.clone()),
        };
        self.past.set_standing(id, standing)?;
        Ok(Ok(Applied::Moved { from, to }))
    }

    /// What is gone can still be redacted: withdrawal for consent, privacy or law asks for both.
    fn redact(
        &mut self,
        id: &Accession,
        record: &Digest,
        own: &Standing,
    ) -> Result<Result<Applied, Rejection>, P::Error> {
        if own.puts == 0 {
            return Ok(Err(Rejection::unknown_id(id)));
        }
        self.past.add_redaction(id, record)?;
        Ok(Ok(Applied::Redacted { record: *record }))
    }

    /// As [`History::state`], with a store that can fail.
    ///
    /// # Errors
    /// Those of the store.
    pub fn try_state(&self, id: &Accession) -> Result<Option<State>, P::Error> {
        let Some(own) = self.past.standing(id)?.and_then(|standing| standing.state) else {
            return Ok(None);
        };
        Ok(Some(match self.study_state(id)? {
            Some(study) if study.badness() > own.badness() => study,
            _ => own,
        }))
    }

    /// As [`History::next_version`], with a store that can fail.
    ///
    /// # Errors
    /// Those of the store.
    pub fn try_next_version(&self, id: &Accession) -> Result<u64, P::Error> {
        Ok(self.past.standing(id)?.map_or(0, |standing| standing.puts) + 1)
    }

    fn is_gone(&self, id: &Accession, own: &Standing) -> Result<bool, P::Error> {
        let is_gone = |state: &State| state.is_gone();
        Ok(own.state.as_ref().is_some_and(is_gone)
            || self.study_state(id)?.as_ref().is_some_and(is_gone))
    }

    /// The state of the study that `id` is part of; none for studies and statements.
    fn study_state(&self, id: &Accession) -> Result<Option<State>, P::Error> {
        match id.study_id() {
            Some(study) if study != *id => Ok(self
                .past
                .standing(&study)?
                .and_then(|standing| standing.state)),
            _ => Ok(None),
        }
    }
}
