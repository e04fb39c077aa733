//! `roster policy`: the roster as a C2SP tlog-policy, for programs that verify proofs and know nothing of rosters.
//!
//! A policy says less: nothing of prefixes, of the sizes at which a key counts, or of who a witness belongs to. So it holds only what is
//! true without them: the newest key of each open log. Proofs of older keys and of closed logs need the roster itself.

use std::collections::HashSet;
use std::path::PathBuf;

use anyhow::bail;
use protocol::roster::{Document, Status};

use super::DONE;
use super::console::{Console, shown};
use super::file::RosterFile;
use super::standing::Standing;

/// Which roster.
#[derive(Debug, clap::Args)]
pub struct PolicyArguments {
    /// The roster
    pub file: PathBuf,
}

pub(super) fn run(arguments: &PolicyArguments, console: &mut Console<'_>) -> anyhow::Result<u8> {
    let file = RosterFile::read(&arguments.file)?;
    if let Standing::Lacks(error) = file.standing()? {
        bail!(
            "{} does not hold yet ({error}), and a policy would spread it; have it signed first",
            file.path().display()
        );
    }
    console.print(policy(file.roster().document()).trim_end())?;
    Ok(DONE)
}

fn policy(document: &Document) -> String {
    let mut lines = vec![
        format!(
            "# {}: roster version {}, issued {}, expires {}",
            shown(&document.name),
            document.version,
            document.issued,
            document.expires
        ),
        "# the newest key of every open log; what older keys signed, and closed logs, the roster alone can judge".to_owned(),
    ];
    lines.extend(logs(document));
    let mut names = Names::default();
    let witnesses: Vec<_> = document
        .witnesses
        .iter()
        .map(|witness| (names.unused(&witness.name), witness))
        .collect();
    for (name, witness) in &witnesses {
        lines.push(format!("witness {name} {} {}", witness.vkey, witness.url));
    }
    if witnesses.is_empty() {
        lines.push("quorum none".to_owned());
    } else {
        let members: Vec<_> = witnesses.iter().map(|(name, _)| name.as_str()).collect();
        let group = names.unused("quorum-of-witnesses");
        lines.push(format!(
            "group {group} {} {}",
            document.quorum,
            members.join(" ")
        ));
        lines.push(format!("quorum {group}"));
    }
    lines.join("\n") + "\n"
}

/// A retired member's log that was not closed stays readable, so that its proofs go on counting.
fn logs(document: &Document) -> impl Iterator<Item = String> {
    document
        .members
        .iter()
        .flat_map(|member| member.logs.iter().map(move |log| (member, log)))
        .filter(|(_, log)| log.closed.is_none())
        .filter_map(|(member, log)| {
            let key = log.keys.last()?;
            let remark = match member.status {
                Status::Active => "",
                Status::Suspended => ", suspended",
                Status::Retired => ", retired",
            };
            let name = shown(&member.name);
            Some(format!("# {name}{remark}\nlog {} {}", key.vkey, log.url))
        })
}

/// Witnesses and groups share their names, and `none` is nobody's.
struct Names(HashSet<String>);

impl Default for Names {
    fn default() -> Self {
        Self(HashSet::from(["none".to_owned()]))
    }
}

impl Names {
    fn unused(&mut self, wanted: &str) -> String {
        let mut name = wanted.to_owned();
        while !self.0.insert(name.clone()) {
            name.push('-');
        }
        name
    }
}
