//! What is fetched, and who vouches for it: the record of a study, proven to be in its member's log.

use ::web::view::{StudyView, read_study};
use anyhow::{Context, anyhow, bail, ensure};
use protocol::digest::Digest;
use protocol::entry::Operation;
use protocol::identifier::{Accession, Kind, Origin, Prefix, VersionedId};
use protocol::note::Note;
use protocol::roster::{self, Member, Roster, Status, TrustedRoster};
use serde::Deserialize;
use url::Url;

use super::portal::Asked;
use super::{Untrue, proof};
use crate::roster::commands::shown;

/// The answer of `/api/v1/records/<id>`: a record of 1 MiB as JSON-LD, generously, and what is said about it.
const MOST_ANSWER: u64 = 16 << 20;
/// A record (docs/PROTOCOL.md section 10).
const MOST_RECORD: u64 = 1 << 20;
/// A roster's text and its signatures.
const MOST_ROSTER: u64 = roster::MAX_BYTES as u64 + (128 << 10);

/// What was asked for on the command line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Named {
    /// the study
    pub study: Accession,
    /// of which version; none for the newest
    pub version: Option<u64>,
    /// the image whose files alone are wanted
    pub image: Option<Accession>,
}

impl Named {
    /// Reads `DND-S42`, `DND-S42.2`, `DND-S42-I7`, or an address that ends in one of these.
    ///
    /// # Errors
    /// When it is nothing that has files.
    pub fn parse(text: &str) -> anyhow::Result<Self> {
        let last = text
            .trim_end_matches('/')
            .rsplit('/')
            .next()
            .unwrap_or(text);
        let (id, version) = match (Accession::parse(last), VersionedId::parse(last)) {
            (Ok(id), _) => (id, None),
            (_, Ok(versioned)) => (versioned.id().clone(), Some(versioned.version())),
            _ => bail!(
                "{:?} is no accession; give one like DND-S42, DND-S42.2 or DND-S42-I7, which the portal's search finds",
                shown(text)
            ),
        };
        match (id.kind(), version) {
            (Kind::Study, version) => Ok(Self {
                study: id,
                version,
                image: None,
            }),
            (Kind::Image, None) => Ok(Self {
                study: id.study_id().context("an image belongs to a study")?,
                version: None,
                image: Some(id),
            }),
            (Kind::Image, Some(_)) => bail!(
                "{last} is a version of an image, and files belong to versions of studies; give {id} for its files in the newest version of its study, or an earlier version of the study with --only"
            ),
            _ => bail!("{last} is no study and no image, and only these have files"),
        }
    }
}

/// The answer of the portal, as far as it is used.
#[derive(Debug, Deserialize)]
struct Answer {
    version: u64,
    origin: String,
    index: u64,
    state: Option<String>,
}

/// A study that is proven to have been published, and where its files are.
#[derive(Debug)]
pub(super) struct Vouched {
    pub id: VersionedId,
    pub member: Member,
    /// the bases at which its files may be asked for, the likeliest first
    pub bases: Vec<Url>,
    pub origin: Origin,
    pub index: u64,
    pub digest: Digest,
    /// names of the witnesses that cosigned
    pub witnesses: Vec<String>,
    /// suppressed, or whatever else the portal says of it beside that it is public
    pub state: Option<String>,
    pub study: StudyView,
    pub roster_version: u64,
    pub is_roster_expired: bool,
    /// the bytes of record, proof and roster, for who wants to check again without anybody
    pub evidence: Evidence,
}

/// What proves it.
#[derive(Debug)]
pub(super) struct Evidence {
    pub record: Vec<u8>,
    pub proof: Vec<u8>,
    pub roster: Vec<u8>,
}

/// Asks the portal for a study, and proves that its member published it. The roster is the portal's where none is given.
///
/// # Errors
/// When there is no such study, it cannot be had, or what is had is not proven.
pub(super) async fn vouch(
    portal: &Asked<'_>,
    named: &Named,
    roster: Option<Vec<u8>>,
    now: i64,
) -> anyhow::Result<Vouched> {
    let study = &named.study;
    let stem = match named.version {
        Some(version) => format!("{study}.{version}"),
        None => study.to_string(),
    };
    let answer: Option<Answer> = portal
        .json(&format!("api/v1/records/{stem}"), MOST_ANSWER)
        .await?;
    let Some(answer) = answer else {
        return Err(absent(portal, &stem).await);
    };
    let id = VersionedId::new(study.clone(), answer.version)
        .context("the portal gives a version that there cannot be")?;
    ensure!(
        named.version.is_none_or(|version| version == id.version()),
        "{} answers for {stem} with version {}",
        portal.base,
        id.version()
    );
    let record = portal.needed(&format!("id/{id}.nq"), MOST_RECORD).await?;
    let note = match roster {
        Some(note) => note,
        None => portal.needed("roster", MOST_ROSTER).await?,
    };
    let roster = trusted(&note)?;
    let origin = Origin::parse(&answer.origin).with_context(|| {
        format!(
            "{} has no log: nobody signed what is said of it, and no file can be held against it",
            id.id()
        )
    })?;
    let proof = proof::of_entry(portal, &origin, answer.index)
        .await
        .with_context(|| format!("it cannot be proven that {id} was published"))?;
    let verdict = roster
        .verify_proof(&proof)
        .with_context(|| Untrue(format!("it is not proven that {id} was published")))?;
    let entry = verdict.proven.entry();
    let digest = Digest::of(&record);
    let says_so = entry.id() == study.as_str()
        && matches!(entry.operation(), Operation::Put { record, version, .. } if *record == digest && *version == id.version());
    ensure!(
        says_so,
        Untrue(format!(
            "entry {} of the log {origin} does not announce the record of {id} that {} gives; what it gives is not what was signed",
            answer.index, portal.base
        ))
    );
    let member = verdict.member.clone();
    let prefix = Prefix::parse(study.prefix())?;
    ensure!(
        member.prefix == prefix,
        Untrue(format!(
            "{study} does not belong to {}",
            shown(&member.name)
        ))
    );
    let witnesses = verdict
        .witnesses
        .iter()
        .map(|(name, _)| (*name).to_owned())
        .collect();
    let namespace = roster.namespace_of(&member);
    let parsed = protocol::record::Record::parse(record.clone(), study, namespace)
        .with_context(|| Untrue(format!("the record of {id} breaks the rules of records")))?;
    Ok(Vouched {
        bases: bases(&member),
        index: answer.index,
        digest,
        witnesses,
        state: answer.state.filter(|state| state != "public"),
        study: read_study(&parsed)?,
        roster_version: roster.version(),
        is_roster_expired: roster.is_expired(now),
        evidence: Evidence {
            record,
            proof: proof.to_bytes(),
            roster: note,
        },
        id,
        member,
        origin,
    })
}

/// A node has a log of its own, and no record by this address.
const LOG_OF_A_NODE: &str = "log/checkpoint";
/// A checkpoint with the lines of its witnesses, generously.
const MOST_CHECKPOINT: u64 = 1 << 20;

/// Why there is no answer: who was asked is no portal but a node, or has no such study.
async fn absent(portal: &Asked<'_>, stem: &str) -> anyhow::Error {
    let base = portal.base;
    // whatever is said instead, it is no portal's answer that is missing
    match portal.bytes(LOG_OF_A_NODE, MOST_CHECKPOINT).await {
        Ok(Some(checkpoint)) if Note::parse(&checkpoint).is_ok() => anyhow!(
            "{base} is a node, and not a portal: give with --url the address of a portal of its federation, which says who vouches for {stem}"
        ),
        _ => anyhow!("{base} has no {stem}, or it was withdrawn; {base}id/{stem} says which"),
    }
}

/// A roster that its own roots signed. Whose roots these are is for whoever gave it to know.
fn trusted(note: &[u8]) -> anyhow::Result<Roster> {
    let parsed = Note::parse(note).context("the roster is no signed note")?;
    let roster = Roster::parse(parsed.text())?;
    let roots = &roster.document().roots;
    TrustedRoster::first(note, &roots.keys, roots.threshold)
        .with_context(|| Untrue("the roster is not signed by its own roots".to_owned()))?;
    Ok(roster)
}

/// Where the files of a member's studies are: at its node, or at whoever came after it.
fn bases(member: &Member) -> Vec<Url> {
    let successor = member.successor.as_deref();
    let successor = successor.filter(|_| member.status == Status::Retired);
    [successor, member.base.as_deref()]
        .into_iter()
        .flatten()
        .filter_map(crate::serve::base_of)
        .collect()
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

    use super::*;

    #[test]
    fn studies_and_images_are_named_by_accession_or_address() {
        let parsed = |text: &str| {
            let named = Named::parse(text).unwrap();
            (
                named.study.to_string(),
                named.version,
                named.image.map(|image| image.to_string()),
            )
        };
        assert_eq!(parsed("DND-S42"), ("DND-S42".to_owned(), None, None));
        assert_eq!(
            parsed("https://images.example.org/id/DND-S42.2/"),
            ("DND-S42".to_owned(), Some(2), None)
        );
        assert_eq!(
            parsed("DND-S42-I7"),
            ("DND-S42".to_owned(), None, Some("DND-S42-I7".to_owned()))
        );
    }

    #[test]
    fn what_has_no_files_is_refused_with_a_word_on_what_to_do() {
        for (text, words) in [
            ("S-BIAD144", "search"),
            ("DND-S42-I7.1", "--only"),
            ("DND-N9", "no study and no image"),
            ("", "no accession"),
        ] {
            let said = format!("{:#}", Named::parse(text).unwrap_err());
            assert!(said.contains(words), "{text}: {said}");
        }
    }
}
