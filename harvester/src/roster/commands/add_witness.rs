//! `roster add-witness`: one more who cosigns what it saw.

use std::path::PathBuf;

use protocol::note::VerifierKey;
use protocol::roster::Witness;
use serde_json::Map;

use super::DONE;
use super::console::Console;
use super::file::RosterFile;
use super::turn::take_turn;
use crate::keys;

/// Who cosigns.
#[derive(Debug, clap::Args)]
pub struct AddWitnessArguments {
    /// The roster
    pub file: PathBuf,
    /// The name of its key
    #[arg(long)]
    pub name: String,
    /// Its key, of type 0x04
    #[arg(long)]
    pub vkey: VerifierKey,
    /// Where checkpoints are submitted
    #[arg(long)]
    pub url: String,
    /// The secret key of a root
    #[arg(long, value_name = "KEYFILE")]
    pub root_key: PathBuf,
}

pub(super) fn run(arguments: AddWitnessArguments, console: &mut Console<'_>) -> anyhow::Result<u8> {
    let _turn = take_turn(&arguments.file)?;
    let file = RosterFile::read(&arguments.file)?;
    let key = keys::read(&arguments.root_key)?;
    let mut reached = (0, 0);
    file.replace(&key, console, |document| {
        document.witnesses.push(Witness {
            name: arguments.name,
            vkey: arguments.vkey,
            url: arguments.url,
            other: Map::new(),
        });
        let witnesses = document.witnesses.len() as u64;
        // more than half, as the protocol asks; a federation that asked for more goes on doing so
        document.quorum = document.quorum.max(witnesses / 2 + 1);
        reached = (document.quorum, witnesses);
        Ok(())
    })?;
    let (quorum, witnesses) = reached;
    console.say(format_args!(
        "{quorum} of {witnesses} witnesses make a quorum now"
    ))?;
    Ok(DONE)
}
