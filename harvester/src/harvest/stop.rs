//! Why a harvest of a member ended where it did.

use crate::fetch::FetchError;
use crate::ledger::LedgerError;
use crate::mirror::MirrorError;
use crate::tree::TreeError;

/// The state of a member (`docs/PROTOCOL.md` section 6).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MemberState {
    /// At its newest checkpoint, nothing missing.
    Current,
    /// A run that is not done, or record bytes that are missing.
    Partial,
    /// Its checkpoint is older than what is kept.
    Stale,
    /// It served what cannot be verified.
    Rejected,
    /// It could not be asked.
    Unreachable,
    /// A proven fork.
    Frozen,
    /// The roster suspends it.
    Suspended,
    /// The roster says that it has ended.
    Retired,
    /// The roster has expired.
    RosterExpired,
}

impl MemberState {
    /// The word in reports.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Current => "current",
            Self::Partial => "partial",
            Self::Stale => "stale",
            Self::Rejected => "rejected",
            Self::Unreachable => "unreachable",
            Self::Frozen => "frozen",
            Self::Suspended => "suspended",
            Self::Retired => "retired",
            Self::RosterExpired => "roster-expired",
        }
    }
}

/// Why a run ended before the head.
#[derive(Debug)]
pub enum Stop {
    /// The member could not be asked.
    Unreachable(String),
    /// What it served cannot be verified.
    Rejected(String),
    /// It went back to an older checkpoint.
    Stale(String),
    /// It shows two histories.
    Frozen(String),
    /// Something is left to be done.
    Partial(String),
    /// Something of ours failed: the disk, the ledger.
    Ours(anyhow::Error),
}

impl Stop {
    /// The state that the member has by it, and the sentence that says why.
    pub fn state(&self) -> (MemberState, String) {
        match self {
            Self::Unreachable(sentence) => (MemberState::Unreachable, sentence.clone()),
            Self::Rejected(sentence) => (MemberState::Rejected, sentence.clone()),
            Self::Stale(sentence) => (MemberState::Stale, sentence.clone()),
            Self::Frozen(sentence) => (MemberState::Frozen, sentence.clone()),
            Self::Partial(sentence) => (MemberState::Partial, sentence.clone()),
            Self::Ours(error) => (MemberState::Partial, format!("{error:#}")),
        }
    }
}

/// Whether a server answered about this one file, if only by a status: the others may be there.
pub fn is_answer(error: &FetchError) -> bool {
    matches!(error, FetchError::Status { .. })
}

impl From<LedgerError> for Stop {
    fn from(error: LedgerError) -> Self {
        Self::Ours(error.into())
    }
}

impl From<MirrorError> for Stop {
    fn from(error: MirrorError) -> Self {
        Self::Ours(error.into())
    }
}

impl From<tokio::task::JoinError> for Stop {
    fn from(error: tokio::task::JoinError) -> Self {
        Self::Ours(error.into())
    }
}

/// Why one file could not be had.
#[derive(Debug)]
pub enum Refusal {
    /// No place has it.
    Absent(String),
    /// A place could not be asked.
    Unasked(FetchError),
    /// Something else was served than what is signed.
    Wrong(String),
    /// Our disk.
    Ours(anyhow::Error),
}

impl Refusal {
    /// Keeps the one that tells most of two failures: ours before all, then what is wrong, then what could not be asked.
    pub fn or_worse(self, other: Self) -> Self {
        if other.weight() > self.weight() {
            other
        } else {
            self
        }
    }

    fn weight(&self) -> u8 {
        match self {
            Self::Absent(_) => 0,
            Self::Unasked(_) => 1,
            Self::Wrong(_) => 2,
            Self::Ours(_) => 3,
        }
    }
}

impl From<MirrorError> for Refusal {
    fn from(error: MirrorError) -> Self {
        Self::Ours(error.into())
    }
}

impl From<Refusal> for Stop {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            // a signed head promises the file
            Refusal::Absent(path) => Self::Rejected(format!(
                "its signed head covers {path}, which it does not serve"
            )),
            Refusal::Wrong(sentence) => Self::Rejected(sentence),
            Refusal::Unasked(error) if error.is_about_reaching() => {
                Self::Unreachable(error.to_string())
            }
            Refusal::Unasked(error) => Self::Rejected(error.to_string()),
            Refusal::Ours(error) => Self::Ours(error),
        }
    }
}

impl From<TreeError<Refusal>> for Stop {
    fn from(error: TreeError<Refusal>) -> Self {
        match error {
            TreeError::Place(refusal) => refusal.into(),
            TreeError::Unproven(sentence) => Self::Rejected(sentence),
        }
    }
}
