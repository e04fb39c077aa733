//! Whether those signed a version who have to.

use std::path::Path;

use protocol::note::Note;
use protocol::roster::{Followed, Roster, RosterError, TrustedRoster};

use super::console::Console;

/// Whether a version can be followed by harvesters.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Standing {
    /// Those signed who have to.
    Complete(Box<TrustedRoster>),
    /// Some of them have not signed yet.
    Lacks(RosterError),
}

/// What a note is by the signatures of those who have to sign it. Only that some are missing is no error.
pub(super) fn standing_of(
    before: Option<&TrustedRoster>,
    note: &Note,
) -> Result<Standing, RosterError> {
    let bytes = note.to_bytes();
    let judged = match before {
        None => trust_itself(&bytes),
        Some(before) => before.follow(&bytes).and_then(|followed| match followed {
            Followed::Newer(newer) => Ok(*newer),
            Followed::Same => Err(RosterError::Older {
                found: before.roster().version(),
                held: before.roster().version(),
            }),
        }),
    };
    match judged {
        Ok(trusted) => Ok(Standing::Complete(Box::new(trusted))),
        Err(error @ RosterError::Threshold { .. }) => Ok(Standing::Lacks(error)),
        Err(error) => Err(error),
    }
}

/// A roster by its own roots.
pub(super) fn trust_itself(bytes: &[u8]) -> Result<TrustedRoster, RosterError> {
    let own = Roster::parse(Note::parse(bytes)?.text())?;
    let roots = &own.document().roots;
    TrustedRoster::first(bytes, &roots.keys, roots.threshold)
}

/// Tells whose signatures are still needed, where some are.
pub(super) fn say_what_lacks(
    standing: &Standing,
    path: &Path,
    console: &mut Console<'_>,
) -> anyhow::Result<()> {
    let Standing::Lacks(error) = standing else {
        return Ok(());
    };
    console.say(format_args!(
        "it does not hold yet: {error}. Have another root run `omma-harvester roster sign {} --root-key KEYFILE`",
        path.display()
    ))
}
