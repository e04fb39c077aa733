//! `roster sign`: one more root stands by the roster as it is.

use std::path::PathBuf;

use super::DONE;
use super::console::Console;
use super::file::{RosterFile, check_is_root};
use super::standing::{Standing, say_what_lacks};
use super::turn::take_turn;
use crate::keys;

/// What is signed, and by whom.
#[derive(Debug, clap::Args)]
pub struct SignArguments {
    /// The roster; the version before has to be beside it
    pub file: PathBuf,
    /// The root's secret key
    #[arg(long, value_name = "KEYFILE")]
    pub root_key: PathBuf,
}

pub(super) fn run(arguments: &SignArguments, console: &mut Console<'_>) -> anyhow::Result<u8> {
    let _turn = take_turn(&arguments.file)?;
    let mut file = RosterFile::read(&arguments.file)?;
    let key = keys::read(&arguments.root_key)?;
    let version = file.roster().version();
    check_is_root(&key, &file.eligible()?, file.path())?;
    let standing = if file.signers(&[key.vkey().clone()])?.is_empty() {
        let standing = file.add_signature(&key)?;
        console.say(format_args!(
            "version {version} is signed by {} now",
            key.vkey()
        ))?;
        standing
    } else {
        console.say(format_args!(
            "{} signed version {version} before",
            key.vkey()
        ))?;
        file.standing()?
    };
    say_what_lacks(&standing, file.path(), console)?;
    if matches!(standing, Standing::Complete(_)) {
        console.say(format_args!(
            "version {version} is complete: harvesters accept it"
        ))?;
    }
    Ok(DONE)
}
