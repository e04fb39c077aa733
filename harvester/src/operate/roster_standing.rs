//! How it stands with the roster: what `sync` and `status` say of it beside the members.

use serde::Serialize;
use time::OffsetDateTime;

use crate::cli::causes;
use crate::roster::HeldRoster;
use protocol::roster::RosterError;

/// How it stands with the roster that holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RosterStanding {
    /// its version
    pub version: u64,
    /// the last second in which it holds: RFC 3339, UTC
    pub expires: String,
    /// a word for programs
    pub state: RosterState,
    /// a sentence wherever the state is not `current`
    pub detail: String,
}

/// What is amiss with a roster, the worst first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum RosterState {
    /// Its roots signed another of the same version.
    Contradicted,
    /// What is offered as a newer one breaks a rule.
    Refused,
    /// It has expired: nothing new is shown.
    Expired,
    /// No newer one could be asked for.
    Unreachable,
    /// It is the newest that is known, and holds.
    Current,
}

impl RosterState {
    /// The word for it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Contradicted => "contradicted",
            Self::Refused => "refused",
            Self::Expired => "expired",
            Self::Unreachable => "unreachable",
            Self::Current => "current",
        }
    }

    /// Whether something was refused, so that a harvest is no full success (CONTRACT: exit code 2).
    #[must_use]
    pub fn is_refusal(self) -> bool {
        matches!(self, Self::Contradicted | Self::Refused)
    }
}

/// Why the last look for a newer roster was in vain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NotFollowed {
    is_refused: bool,
    sentence: String,
}

impl NotFollowed {
    /// Tells what was refused from what could not be had. An older version than ours is no news and nobody's fault: whoever serves it
    /// lags behind.
    #[must_use]
    pub fn by(error: &anyhow::Error) -> Self {
        let rule = error.chain().find_map(|cause| cause.downcast_ref());
        Self {
            is_refused: rule.is_some_and(|rule| !matches!(rule, RosterError::Older { .. })),
            sentence: causes(error),
        }
    }
}

impl RosterStanding {
    /// How it stands with a roster at a time, after a look for a newer one.
    ///
    /// A contradiction is told as long as its evidence is there and no newer version has been accepted: in this process and every other.
    ///
    /// # Errors
    /// When the evidence cannot be looked through.
    pub fn of(
        held: &HeldRoster,
        now: OffsetDateTime,
        not_followed: Option<&NotFollowed>,
    ) -> anyhow::Result<Self> {
        let document = held.document();
        let (state, detail) = if let Some(evidence) = held.contradiction()? {
            let sentence = format!(
                "its roots signed two rosters of version {}, which they must not; the first goes on to hold, and the other is kept as {}: ask \
                 whoever holds the root keys, and go on with a newer version",
                document.version,
                evidence.display()
            );
            (RosterState::Contradicted, sentence)
        } else if let Some(refused) = not_followed.filter(|error| error.is_refused) {
            let sentence = format!("a newer one is refused: {}", refused.sentence);
            (RosterState::Refused, sentence)
        } else if held.is_expired(now) {
            let sentence = "it has expired: members are mirrored, and nothing new is shown until its roots sign a newer one";
            (RosterState::Expired, sentence.to_owned())
        } else if let Some(failed) = not_followed {
            let sentence = format!("no newer one could be asked for: {}", failed.sentence);
            (RosterState::Unreachable, sentence)
        } else {
            (RosterState::Current, String::new())
        };
        Ok(Self {
            version: document.version,
            expires: document.expires.to_string(),
            state,
            detail,
        })
    }
}
