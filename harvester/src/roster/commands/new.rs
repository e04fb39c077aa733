//! `roster new`: version 1 of a federation's roster.

use std::path::PathBuf;

use anyhow::{Context, bail, ensure};
use protocol::identifier::Namespace;
use protocol::note::SigningKey;
use protocol::roster::{Document, Roots, Roster};
use protocol::timestamp::Timestamp;
use serde_json::Map;

use super::console::{Console, is_visible};
use super::turn::take_turn;
use super::{DONE, file};
use crate::clock::rfc3339;
use crate::data_folder::write_durably;
use crate::keys;

/// What a federation begins with.
#[derive(Debug, clap::Args)]
pub struct NewArguments {
    /// The roster to make
    pub file: PathBuf,
    /// The federation's name
    #[arg(long)]
    pub name: String,
    /// What the IRI of every resource begins with; ends in /id/ and never changes
    #[arg(long, value_name = "IRI")]
    pub namespace: Namespace,
    /// The root's secret key; made where there is none
    #[arg(long, value_name = "KEYFILE")]
    pub root_key: PathBuf,
    /// Days that each version is valid
    #[arg(long, default_value_t = 90, value_parser = clap::value_parser!(u32).range(1..=100))]
    pub days: u32,
}

pub(super) fn run(arguments: NewArguments, console: &mut Console<'_>) -> anyhow::Result<u8> {
    let key_name = key_name(&arguments.name)?;
    let path = file::absolute(&arguments.file)?;
    let _turn = take_turn(&path)?;
    for taken in [path.clone(), file::beside(&path, 1)] {
        ensure!(
            !taken.exists(),
            "{} is there already; a federation begins once, so give another file, or `omma-harvester roster update` changes it",
            taken.display()
        );
    }
    let key = root_key(&arguments, &key_name, console)?;
    let roster = Roster::new(first(&arguments, &key, console)?)?;
    write_durably(&path, &roster.sign(&key)?.to_bytes())?;
    console.say(format_args!(
        "{} is version 1 of the roster of {}, valid until {}; its root is printed below: whoever sets up a harvester gives it as --root",
        path.display(),
        arguments.name,
        roster.document().expires
    ))?;
    console.print(key.vkey())?;
    Ok(DONE)
}

fn first(
    arguments: &NewArguments,
    key: &SigningKey,
    console: &Console<'_>,
) -> anyhow::Result<Document> {
    let now = console.clock.now();
    let issued =
        Timestamp::parse(&rfc3339(now)).context("the clock shows no time that can be written")?;
    let mut document = Document {
        version: 1,
        expires: issued.clone(),
        issued,
        name: arguments.name.clone(),
        namespace: arguments.namespace.clone(),
        roots: Roots {
            threshold: 1,
            keys: vec![key.vkey().clone()],
            other: Map::new(),
        },
        members: Vec::new(),
        witnesses: Vec::new(),
        quorum: 0,
        other: Map::new(),
    };
    file::set_times(&mut document, now, i64::from(arguments.days) * 86_400)?;
    Ok(document)
}

/// The key that is there, whatever its name, or a new one.
fn root_key(
    arguments: &NewArguments,
    name: &str,
    console: &mut Console<'_>,
) -> anyhow::Result<SigningKey> {
    match keys::read(&arguments.root_key) {
        Ok(key) => Ok(key),
        Err(error) if error.is_absence() => {
            let key = keys::create(&arguments.root_key, name)?;
            console.say(format_args!(
                "{} is a new secret key: whoever has it decides who belongs, so keep it, and a copy of it, off this machine",
                arguments.root_key.display()
            ))?;
            Ok(key)
        }
        Err(error) => Err(error.into()),
    }
}

/// The name of the first root's key: `Open Images` gives `open-images/root`. A key's name has no spaces and no plus (C2SP signed-note).
fn key_name(federation: &str) -> anyhow::Result<String> {
    ensure!(
        (1..=200).contains(&federation.chars().count()) && federation.chars().all(is_visible),
        "the name {federation:?} is not 1 to 200 visible characters; give a name that people can read"
    );
    let words: Vec<String> = federation
        .to_lowercase()
        .split(|character: char| !character.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(str::to_owned)
        .collect();
    if words.is_empty() {
        bail!("the name {federation:?} has no letter or digit; give a name that people can read");
    }
    Ok(format!("{}/root", words.join("-")))
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

    use super::*;

    #[test]
    fn a_key_is_named_after_the_federation() {
        for (name, expected) in [
            ("Open Images", "open-images/root"),
            ("  Bio+Images, e.V. ", "bio-images-e-v/root"),
            ("Ångström 2", "ångström-2/root"),
        ] {
            assert_eq!(key_name(name).unwrap(), expected);
            assert!(SigningKey::from_seed(expected, &[1; 32]).is_ok());
        }
        for name in ["", "+ -", "two\nlines", "\u{202e}seman"] {
            assert!(key_name(name).is_err(), "{name:?}");
        }
    }
}
