//! What a download came to, for a person and for a program.

use std::path::Path;

use ::web::words;
use protocol::manifest::ManifestRow;
use serde_json::{Value, json};

use super::transfer::{Done, Outcome};
use super::vouched::Vouched;
use crate::roster::commands::shown;

/// Everything was there or came, as it was signed.
const ALL: u8 = 0;
/// Something did not.
pub(super) const NOT_ALL: u8 = 2;

/// A download that has ended.
#[derive(Debug)]
pub(super) struct Report<'a> {
    pub vouched: &'a Vouched,
    /// whose word the roster is: `portal` or `file`
    pub roster_from: &'static str,
    pub folder: &'a Path,
    pub files: Vec<(ManifestRow, Done)>,
}

impl Report<'_> {
    /// The program's exit code.
    pub fn exit(&self) -> u8 {
        match self.lost().next() {
            None => ALL,
            Some(_) => NOT_ALL,
        }
    }

    fn lost(&self) -> impl Iterator<Item = &(ManifestRow, Done)> {
        let is_lost = |done: &Done| !matches!(done.outcome, Outcome::Present | Outcome::Fetched);
        self.files.iter().filter(move |(_, done)| is_lost(done))
    }

    /// Lines for a person: what is wrong of each file of which something is.
    pub fn complaints(&self) -> Vec<String> {
        let mut lines = Vec::new();
        for (row, done) in &self.files {
            let path = shown(row.path.as_str());
            if let Some(aside) = &done.aside {
                lines.push(format!(
                    "{path}: what was there is not what was signed; it is {} now",
                    shown(&aside.display().to_string())
                ));
            }
            match &done.outcome {
                Outcome::Present | Outcome::Fetched => {}
                Outcome::Rejected { detail, kept } => lines.push(format!(
                    "{path}: what came is not what was signed: {detail}; it is kept as {}, and {} has to be told",
                    shown(&kept.display().to_string()),
                    shown(&self.vouched.member.name)
                )),
                Outcome::Failed { detail } => lines.push(format!("{path}: {detail}")),
            }
        }
        lines
    }

    /// One line for a person: what there is.
    pub fn sentence(&self) -> String {
        let of = |wanted: fn(&Outcome) -> bool| {
            let files = self.files.iter().filter(|(_, done)| wanted(&done.outcome));
            files.fold((0_u64, 0_u64), |(count, bytes), (row, _)| {
                (count + 1, bytes + row.bytes)
            })
        };
        let (present, _) = of(|outcome| *outcome == Outcome::Present);
        let (good, bytes) = of(|outcome| matches!(outcome, Outcome::Present | Outcome::Fetched));
        let files = words::count(good, "file", "files");
        let (id, folder) = (&self.vouched.id, self.folder.display());
        let there = match present {
            0 => String::new(),
            present => format!(", {present} of them there before"),
        };
        let lost = match self.lost().count() as u64 {
            0 => ", every byte as it was signed".to_owned(),
            lost => format!(
                "; {} missing: the same command tries again",
                words::count(lost, "file is", "files are")
            ),
        };
        format!(
            "{id} in {folder}: {files}, {}{there}{lost}",
            words::bytes(bytes)
        )
    }

    /// The whole for a program.
    pub fn json(&self) -> Value {
        let vouched = self.vouched;
        let files: Vec<Value> = self
            .files
            .iter()
            .map(|(row, done)| file(row, done))
            .collect();
        json!({
            "id": vouched.id.id().as_str(),
            "version": vouched.id.version(),
            "title": vouched.study.title,
            "licence": vouched.study.licence,
            "state": vouched.state.as_deref().unwrap_or("public"),
            "member": {"id": vouched.member.id, "name": vouched.member.name},
            "vouched": {
                "origin": vouched.origin.as_str(),
                "index": vouched.index,
                "record": vouched.digest,
                "manifest": vouched.study.manifest,
                "witnesses": vouched.witnesses,
                "roster": {"version": vouched.roster_version, "from": self.roster_from, "expired": vouched.is_roster_expired},
            },
            "out": self.folder.display().to_string(),
            "complete": self.exit() == ALL,
            "files": files,
        })
    }
}

/// For a program: nothing was fetched of what was asked for, and why.
pub(super) fn refused(asked: &str, why: &anyhow::Error) -> Value {
    json!({"asked": asked, "complete": false, "refused": format!("{why:#}"), "files": []})
}

fn file(row: &ManifestRow, done: &Done) -> Value {
    let (outcome, detail, kept) = match &done.outcome {
        Outcome::Present => ("present", None, None),
        Outcome::Fetched => ("fetched", None, None),
        Outcome::Rejected { detail, kept } => ("rejected", Some(detail), Some(kept)),
        Outcome::Failed { detail } => ("failed", Some(detail), None),
    };
    json!({
        "path": row.path.as_str(),
        "bytes": row.bytes,
        "sha256": row.sha256,
        "outcome": outcome,
        "detail": detail,
        "kept": kept.or(done.aside.as_ref()).map(|path| path.display().to_string()),
    })
}
