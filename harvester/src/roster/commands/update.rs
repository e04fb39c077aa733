//! `roster update`: what may change of a member and of the roots, and a renewal.

use std::path::PathBuf;

use anyhow::{Context, ensure};
use protocol::note::VerifierKey;
use protocol::roster::{Document, Member, Roots, Status};

use super::console::Console;
use super::file::{RosterFile, set_times};
use super::turn::take_turn;
use super::{DONE, node};
use crate::keys;

/// What changes.
#[derive(Debug, clap::Args)]
pub struct UpdateArguments {
    /// The roster
    pub file: PathBuf,
    /// The member that changes
    #[arg(long)]
    pub id: Option<String>,
    /// Where its node is now; the address of its open log changes with it where it was below the old one
    #[arg(long, value_name = "URL", requires = "id")]
    pub base: Option<String>,
    /// active; suspended: nothing new of it is applied; retired: it has ended and stays readable
    #[arg(long, requires = "id", value_parser = parse_status)]
    pub status: Option<Status>,
    /// Who goes on with what a retired member published: a base below which the same identifiers answer
    #[arg(long, value_name = "URL", requires = "id")]
    pub successor: Option<String>,
    /// One more root; it has to sign this version too where the threshold needs it
    #[arg(long, value_name = "VKEY")]
    pub add_root: Vec<VerifierKey>,
    /// A root less
    #[arg(long, value_name = "VKEY")]
    pub remove_root: Vec<VerifierKey>,
    /// How many roots have to sign from now on
    #[arg(long, value_name = "N")]
    pub threshold: Option<u64>,
    /// Days that each version is valid from now on; alone, it renews the roster
    #[arg(long, value_parser = clap::value_parser!(u32).range(1..=100))]
    pub days: Option<u32>,
    /// The secret key of a root
    #[arg(long, value_name = "KEYFILE")]
    pub root_key: PathBuf,
}

pub(super) fn run(arguments: UpdateArguments, console: &mut Console<'_>) -> anyhow::Result<u8> {
    let _turn = take_turn(&arguments.file)?;
    let file = RosterFile::read(&arguments.file)?;
    let key = keys::read(&arguments.root_key)?;
    let now = console.clock.now();
    file.replace(&key, console, |document| {
        let before = (document.members.clone(), document.roots.clone());
        if let Some(id) = &arguments.id {
            change_member(id, &arguments, document)?;
        }
        change_roots(&arguments, &mut document.roots)?;
        if let Some(days) = arguments.days {
            set_times(document, now, i64::from(days) * 86_400)?;
        }
        let is_changed = (&document.members, &document.roots) != (&before.0, &before.1);
        ensure!(
            is_changed || arguments.days.is_some(),
            "nothing would change; give --id with --base, --status or --successor, --add-root, --remove-root or --threshold with something new, or --days to renew the roster"
        );
        Ok(())
    })?;
    Ok(DONE)
}

fn change_member(
    id: &str,
    arguments: &UpdateArguments,
    document: &mut Document,
) -> anyhow::Result<()> {
    let member = document
        .members
        .iter_mut()
        .find(|member| member.id == id)
        .with_context(|| {
            format!("the roster has no member {id:?}; `omma-harvester roster show` lists them")
        })?;
    if let Some(base) = &arguments.base {
        move_to(member, node::parse_base(base)?.as_str());
    }
    if let Some(status) = arguments.status {
        member.status = status;
    }
    if let Some(successor) = &arguments.successor {
        ensure!(
            member.status == Status::Retired,
            "{id} is not retired, so nobody goes on in its place; give --status retired with --successor"
        );
        let successor = node::parse_base(successor).context("the successor cannot be kept")?;
        member.successor = Some(successor.into());
    }
    Ok(())
}

/// A log that is below the old base is below the new one; one that is elsewhere, or closed and perhaps kept by somebody else, stays.
fn move_to(member: &mut Member, base: &str) {
    let before = member.base.replace(base.to_owned());
    let Some(before) = before else { return };
    for log in member.logs.iter_mut().filter(|log| log.closed.is_none()) {
        if let Some(rest) = log.url.strip_prefix(&before) {
            log.url = format!("{base}{rest}");
        }
    }
}

fn change_roots(arguments: &UpdateArguments, roots: &mut Roots) -> anyhow::Result<()> {
    for key in &arguments.add_root {
        ensure!(!roots.keys.contains(key), "{key} is a root already");
        roots.keys.push(key.clone());
    }
    for key in &arguments.remove_root {
        let place = roots.keys.iter().position(|root| root == key);
        let place = place.with_context(|| format!("{key} is no root, so it cannot be removed"))?;
        roots.keys.remove(place);
    }
    if let Some(threshold) = arguments.threshold {
        roots.threshold = threshold;
    }
    Ok(())
}

fn parse_status(text: &str) -> Result<Status, &'static str> {
    match text {
        "active" => Ok(Status::Active),
        "suspended" => Ok(Status::Suspended),
        "retired" => Ok(Status::Retired),
        _ => Err("a status is active, suspended or retired"),
    }
}
