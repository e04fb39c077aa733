//! `roster show`: what the roster says and who signed it.

use std::path::PathBuf;

use protocol::note::VerifierKey;
use protocol::roster::{Document, Member};
use serde_json::json;

use super::DONE;
use super::console::{Console, shown};
use super::file::RosterFile;
use super::standing::Standing;

/// Which roster, and how.
#[derive(Debug, clap::Args)]
pub struct ShowArguments {
    /// The roster
    pub file: PathBuf,
    /// As JSON
    #[arg(long)]
    pub json: bool,
}

/// Who signed, and whether that is enough.
struct Signed {
    by: Vec<VerifierKey>,
    /// what is missing; none when it is complete
    lacks: Option<String>,
}

pub(super) fn run(arguments: &ShowArguments, console: &mut Console<'_>) -> anyhow::Result<u8> {
    let file = RosterFile::read(&arguments.file)?;
    let signed = signed(&file)?;
    let document = file.roster().document();
    if arguments.json {
        let signers: Vec<_> = signed.by.iter().map(VerifierKey::as_str).collect();
        console.print(json!({
            "roster": document,
            "signed_by": signers,
            "complete": signed.lacks.is_none(),
            "expired": file.roster().is_expired(console.clock.now().unix_timestamp()),
        }))?;
        return Ok(DONE);
    }
    show_head(document, console)?;
    show_signers(document, &signed, console)?;
    show_members(&document.members, console)?;
    show_witnesses(document, console)?;
    Ok(DONE)
}

/// To look at a roster the version before is not needed: then its own roots are asked alone.
fn signed(file: &RosterFile) -> anyhow::Result<Signed> {
    let own = &file.roster().document().roots.keys;
    let (keys, lacks) = match file.standing() {
        Ok(Standing::Complete(_)) => (file.eligible()?, None),
        Ok(Standing::Lacks(error)) => (file.eligible()?, Some(error.to_string())),
        Err(error) => (own.clone(), Some(format!("{error:#}"))),
    };
    Ok(Signed {
        by: file.signers(&keys)?,
        lacks,
    })
}

fn show_head(document: &Document, console: &mut Console<'_>) -> anyhow::Result<()> {
    let left = document.expires.unix_seconds() - console.clock.now().unix_timestamp();
    let until = match left {
        ..0 => "expired: renew it with `omma-harvester roster update FILE --days 90`".to_owned(),
        _ => format!("{} days left", left / 86_400),
    };
    console.print(format_args!(
        "{}, version {}",
        shown(&document.name),
        document.version
    ))?;
    console.print(format_args!("namespace  {}", document.namespace))?;
    console.print(format_args!("issued     {}", document.issued))?;
    console.print(format_args!("expires    {} ({until})", document.expires))
}

fn show_signers(
    document: &Document,
    signed: &Signed,
    console: &mut Console<'_>,
) -> anyhow::Result<()> {
    let roots = &document.roots;
    console.print(format_args!(
        "roots      {} of {} have to sign",
        roots.threshold,
        roots.keys.len()
    ))?;
    for key in &roots.keys {
        let mark = if signed.by.contains(key) {
            "signed"
        } else {
            ""
        };
        console.print(format_args!("  {mark:<8} {}", shown(key.as_str())))?;
    }
    for key in signed.by.iter().filter(|key| !roots.keys.contains(key)) {
        console.print(format_args!(
            "  signed   {} (a root of the version before)",
            shown(key.as_str())
        ))?;
    }
    match &signed.lacks {
        None => Ok(()),
        Some(lacks) => console.print(format_args!("  it does not hold yet: {}", shown(lacks))),
    }
}

fn show_members(members: &[Member], console: &mut Console<'_>) -> anyhow::Result<()> {
    console.print(format_args!("members    {}", members.len()))?;
    let width = members
        .iter()
        .map(|member| member.id.len())
        .max()
        .unwrap_or(0);
    for member in members {
        let place = member
            .base
            .as_deref()
            .or(member.source.as_ref().map(|source| source.url.as_str()));
        let status = serde_json::to_value(member.status)?;
        console.print(format_args!(
            "  {:<width$}  {:<6}  {:<9}  {}  {}",
            member.id,
            member.prefix.as_str(),
            status.as_str().unwrap_or_default(),
            shown(place.unwrap_or_default()),
            shown(&member.name)
        ))?;
    }
    Ok(())
}

fn show_witnesses(document: &Document, console: &mut Console<'_>) -> anyhow::Result<()> {
    let count = document.witnesses.len();
    if count == 0 {
        return console.print("witnesses  none");
    }
    console.print(format_args!(
        "witnesses  {} of {count} make a quorum",
        document.quorum
    ))?;
    for witness in &document.witnesses {
        console.print(format_args!(
            "  {}  {}",
            shown(witness.vkey.as_str()),
            shown(&witness.url)
        ))?;
    }
    Ok(())
}
