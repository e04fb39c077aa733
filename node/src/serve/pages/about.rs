//! What stands on the page of every resource: its names, versions, forms, and how to check it.

use ::web::http::Format;
use ::web::page::{Linked, Notice, ReasonInWords};
use ::web::words;

use protocol::identifier::Kind;

use crate::log::SignedHead;
use crate::serve::error::ServeError;
use crate::serve::resolve::{Mark, Resolved};
use crate::serve::state::State;

/// A line of the list of versions.
#[derive(Debug)]
pub(super) struct VersionLine {
    /// The number, linked where it answers.
    pub version: Linked,
    /// When it was published here.
    pub date: String,
    /// Whether it is the one on the page.
    pub is_this: bool,
    /// Whether it was removed.
    pub is_redacted: bool,
}

/// Names, versions, forms and proof of a resource.
#[derive(Debug)]
pub(super) struct About {
    /// The id.
    pub id: String,
    /// Id and version.
    pub versioned: String,
    /// The version.
    pub version: u64,
    /// The identifier as an IRI: what to cite.
    pub iri: String,
    /// When this version was published here, in words.
    pub published: String,
    /// What a reader should know first.
    pub notices: Vec<Notice>,
    /// All versions, newest first.
    pub versions: Vec<VersionLine>,
    /// Where two versions can be compared, where there are two.
    pub history: Option<String>,
    /// Forms for programs.
    pub formats: Vec<Linked>,
    /// The record's digest.
    pub digest: String,
    /// The index of its entry in the log.
    pub log_index: String,
    /// The name of the log.
    pub origin: String,
    /// The log's page.
    pub log: String,
    /// Its newest checkpoint, in words.
    pub checkpoint: String,
    /// The key that verifies it.
    pub vkey: String,
    /// Commands that check the record.
    pub commands: String,
}

impl About {
    /// What is to be said about a resource.
    ///
    /// # Errors
    /// When the log cannot be read.
    pub fn of(state: &State, resolved: &Resolved) -> Result<About, ServeError> {
        let head = state.archive.log().head()?;
        let versioned = resolved.versioned();
        let at = |name: &str| state.path(&format!("id/{name}"));
        let formats = Format::of(resolved.id.kind())
            .iter()
            .skip(1)
            .map(|format| {
                Linked::to(
                    format.title(),
                    at(&format!("{versioned}.{}", format.suffix())),
                )
            })
            .collect();
        Ok(About {
            id: resolved.id.to_string(),
            version: resolved.version(),
            iri: state.archive.config().namespace.iri(&resolved.id),
            published: words::date(&resolved.row.time),
            notices: notices(state, resolved, ""),
            versions: versions(state, resolved, true),
            history: (resolved.id.kind() == Kind::Study && resolved.versions.len() > 1)
                .then(|| state.path(&format!("id/{}/versions", resolved.id))),
            formats,
            digest: resolved.row.digest.clone(),
            log_index: words::number(resolved.row.log_index.unsigned_abs()),
            origin: state.archive.log().origin().to_string(),
            log: state.path("log/"),
            checkpoint: in_words(&head),
            vkey: state.archive.log().verifier().to_string(),
            commands: format!(
                "curl -O {}\necho \"{}  {versioned}.nq\" | sha256sum -c\n",
                state.address(&format!("id/{versioned}.nq")),
                resolved.row.digest
            ),
            versioned,
        })
    }
}

/// A checkpoint in words.
pub(super) fn in_words(head: &SignedHead) -> String {
    let head = head.tree_head();
    format!(
        "{}, root {}",
        words::count(head.size, "entry", "entries"),
        head.root
    )
}

/// How a resource stands, where it is not simply public.
pub(super) fn marks(resolved: &Resolved) -> Vec<Notice> {
    let mut notices = Vec::new();
    match &resolved.mark {
        Some(Mark::Suppressed(row)) => notices.push(Notice {
            look: "warn",
            text: format!(
                "This was taken out of lists and search on {}: {}. It still answers by its identifier.",
                words::date(&row.time),
                ReasonInWords::of(&row.reason).map_or(row.reason.as_str(), |reason| reason.means)
            ),
            link: None,
        }),
        Some(Mark::Superseded(row)) => notices.push(Notice {
            look: "warn",
            text: format!("The newest version of the study, of {}, no longer has this image.", words::date(&row.time)),
            link: None,
        }),
        None => {}
    }
    notices
}

/// How a resource stands, and whether there is a newer version, of which the same page is at `below` its id.
pub(super) fn notices(state: &State, resolved: &Resolved, below: &str) -> Vec<Notice> {
    let mut notices = marks(resolved);
    if resolved.version() < resolved.latest() {
        notices.push(Notice {
            look: "warn",
            text: format!(
                "This is version {} of {}.",
                resolved.version(),
                resolved.latest()
            ),
            link: Some(Linked::to(
                "See the newest version",
                state.path(&format!("id/{}{below}", resolved.id)),
            )),
        });
    }
    notices
}

/// All versions, newest first; on the page of one of them that one is marked.
pub(super) fn versions(state: &State, resolved: &Resolved, is_of_one: bool) -> Vec<VersionLine> {
    let line = |row: &crate::database::record::RecordRow| {
        let text = format!("Version {}", row.version);
        let href = (!row.redacted).then(|| state.path(&format!("id/{}.{}", row.id, row.version)));
        VersionLine {
            version: Linked { text, href },
            date: words::date(&row.time),
            is_this: is_of_one && row.version == resolved.row.version,
            is_redacted: row.redacted,
        }
    };
    resolved.versions.iter().rev().map(line).collect()
}
