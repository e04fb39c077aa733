//! `roster add-member`: a node joins.

use std::path::PathBuf;

use anyhow::ensure;
use protocol::note::VerifierKey;
use protocol::roster::{Document, Log, LogKey, Member, Status, Trust};
use serde_json::Map;
use url::Url;

use super::console::{Console, shown};
use super::file::{RosterFile, check_is_root};
use super::node::{self, Described};
use super::turn::take_turn;
use super::{DONE, REFUSED};
use crate::keys;

/// Who joins.
#[derive(Debug, clap::Args)]
pub struct AddMemberArguments {
    /// The roster
    pub file: PathBuf,
    /// A short name for ever, for addresses and reports
    #[arg(long)]
    pub id: String,
    /// Where the node is
    #[arg(long, value_name = "URL")]
    pub base: String,
    /// The secret key of a root
    #[arg(long, value_name = "KEYFILE")]
    pub root_key: PathBuf,
    /// The key that its operator told you: the node's answer has to be the same, and nothing is asked
    #[arg(long, conflicts_with = "yes")]
    pub vkey: Option<VerifierKey>,
    /// Believe whatever the node answers
    #[arg(long)]
    pub yes: bool,
}

pub(super) fn run(arguments: AddMemberArguments, console: &mut Console<'_>) -> anyhow::Result<u8> {
    let base = node::parse_base(&arguments.base)?;
    let _turn = take_turn(&arguments.file)?;
    let file = RosterFile::read(&arguments.file)?;
    let key = keys::read(&arguments.root_key)?;
    check_is_root(&key, &file.roster().document().roots.keys, file.path())?;
    let described = node::ask(&base, console.fetch)?;
    let member = member(&arguments.id, &base, &described, file.roster().document());
    show(&member, &described, console)?;
    if !agreed(&arguments, &described, console)? {
        console.say(format_args!("{} is as it was", file.path().display()))?;
        return Ok(REFUSED);
    }
    file.replace(&key, console, |document| {
        document.members.push(member);
        Ok(())
    })?;
    Ok(DONE)
}

/// The member as the roster will hold it. Its base is the one that was typed: a node behind a proxy may name another.
fn member(id: &str, base: &Url, described: &Described, document: &Document) -> Member {
    let namespace = &described.namespace;
    Member {
        id: id.to_owned(),
        name: described.name.clone(),
        ror: None,
        prefix: described.prefix.clone(),
        base: Some(base.to_string()),
        status: Status::Active,
        successor: None,
        contact: None,
        namespace: (*namespace != document.namespace).then(|| namespace.clone()),
        trust: Trust::Signed,
        source: None,
        logs: vec![Log {
            origin: described.origin.clone(),
            url: format!("{base}log/"),
            keys: vec![LogKey {
                vkey: described.vkey.clone(),
                from: 0,
                root: None,
                other: Map::new(),
            }],
            closed: None,
            other: Map::new(),
        }],
        record_keys: Vec::new(),
        other: Map::new(),
    }
}

fn show(member: &Member, described: &Described, console: &mut Console<'_>) -> anyhow::Result<()> {
    let base = member.base.as_deref().unwrap_or_default();
    console.say(format_args!("{base} says that it is"))?;
    let rows = [
        ("name", shown(&described.name)),
        ("prefix", described.prefix.to_string()),
        ("origin", shown(described.origin.as_str())),
        ("vkey", shown(described.vkey.as_str())),
        ("namespace", shown(described.namespace.as_str())),
    ];
    for (what, value) in rows {
        console.say(format_args!("  {what:<10} {value}"))?;
    }
    if described.base != base {
        console.say(format_args!(
            "it names another base, {}; the roster holds the one that you gave",
            shown(&described.base)
        ))?;
    }
    if member.namespace.is_some() {
        console.say(
            "its namespace is not the federation's: its records keep it for ever, and the roster will say so",
        )?;
    }
    Ok(())
}

fn agreed(
    arguments: &AddMemberArguments,
    described: &Described,
    console: &mut Console<'_>,
) -> anyhow::Result<bool> {
    if let Some(vkey) = &arguments.vkey {
        ensure!(
            *vkey == described.vkey,
            "the node's key is {} and --vkey is {vkey}; ask its operator, by another way than this address, which one is right",
            shown(described.vkey.as_str())
        );
        return Ok(true);
    }
    if arguments.yes {
        return Ok(true);
    }
    console.confirm(
        "is this the key that the node's operator told you (`omma-node status --data DIR --json` shows it there)?",
        "give the key that the node's operator told you as --vkey, or believe the answer with --yes",
    )
}
