//! `suppress`, `restore`, `withdraw`, `replace`, `redact`.

use std::io::IsTerminal;
use std::process::ExitCode;

use anyhow::Context;
use protocol::entry::Reason;
use protocol::identifier::{Accession, Kind};

use crate::archive::Archive;
use crate::log::peers;
use crate::moves::{self, Move};

use super::arguments::MoveArguments;
use super::{REFUSED, print_line};

impl MoveArguments {
    pub(super) fn run(
        self,
        ask: bool,
        wanted: impl FnOnce(&str, Reason) -> anyhow::Result<Move>,
    ) -> anyhow::Result<ExitCode> {
        let reason =
            Reason::parse(&self.reason).with_context(|| format!("--reason {}", self.reason))?;
        let wanted = wanted(&self.id, reason)?;
        let archive = Archive::open(&self.data.data)?;
        if ask
            && wanted.asks_for_erasure()
            && std::io::stdin().is_terminal()
            && !confirmed(&wanted)?
        {
            eprintln!("omma-node: nothing was done");
            return Ok(ExitCode::from(REFUSED));
        }
        peers::check(&archive)?;
        let mut lease = archive.lease()?;
        match moves::make(&archive, &mut lease, &wanted) {
            Ok(moved) => {
                print_line(describe_move(&wanted, &moved))?;
                Ok(ExitCode::SUCCESS)
            }
            Err(
                error @ (moves::MoveError::Unknown(_)
                | moves::MoveError::NoVersion(..)
                | moves::MoveError::Refused(_)),
            ) => {
                eprintln!("omma-node: {error}");
                Ok(ExitCode::from(REFUSED))
            }
            Err(error) => Err(error.into()),
        }
    }
}

/// Asks a person who is there to answer; a script has said what it wants by naming the reason.
fn confirmed(wanted: &Move) -> std::io::Result<bool> {
    eprint!(
        "{} will be withdrawn for good and everything of it erased: records, files, pictures. This cannot be undone. Type its id to go on: ",
        wanted.id()
    );
    let mut answer = String::new();
    std::io::stdin().read_line(&mut answer)?;
    Ok(answer.trim() == wanted.id().as_str())
}

fn describe_move(wanted: &Move, moved: &moves::Moved) -> String {
    let done = match wanted {
        Move::Suppress(id, _) => format!("suppressed {id}"),
        Move::Restore(id, _) => format!("restored {id}"),
        Move::Withdraw(id, _) => format!("withdrew {id}"),
        Move::Replace(id, by, _) => format!("replaced {id} by {by}"),
        Move::Redact(versioned, _) => format!("redacted {versioned}"),
    };
    if moved.erased_records + moved.erased_files == 0 {
        return done;
    }
    let more = match wanted {
        Move::Redact(..) => "; its files stay (withdraw the study to erase them)",
        Move::Withdraw(id, _) | Move::Replace(id, ..) if id.kind() != Kind::Study => {
            "; the study's own metadata and manifest still name it: import the study without it, then redact the study's earlier versions"
        }
        _ => "",
    };
    format!(
        "{done}: {} records and {} stored files erased{more}",
        moved.erased_records, moved.erased_files
    )
}

pub(super) fn accession(id: &str) -> anyhow::Result<Accession> {
    Accession::parse(id).with_context(|| format!("{id} is not an accession; give one like DND-S42"))
}
