//! Beside a record: when it was last confirmed, by what that is known, and how anybody finds out the same.

use ::web::page::{Linked, Pair};
use ::web::words;
use protocol::identifier::Origin;
use protocol::merkle::to_base64;
use protocol::roster::{Member, Trust};

use super::commands;
use crate::ledger::log::{self, Log};
use crate::ledger::shown::Version;
use crate::mirror::name_of;
use crate::serve::cosigned::{Cosigned, cosigned_by};
use crate::serve::error::ServeError;
use crate::serve::find::Found;
use crate::serve::owner::Answers;
use crate::serve::standing::{self, Standing};
use crate::serve::state::Shared;

/// What is known of a record's publication.
pub(super) struct Evidence {
    /// `Confirmed 3 min ago`
    pub confirmed: String,
    /// the moment, RFC 3339
    pub confirmed_at: String,
    /// whose signed list that is, with its page
    pub member: Linked,
    /// what stands in the way of confirming it again
    pub trouble: Option<String>,
    /// names and values of the proof
    pub pairs: Vec<Pair>,
    /// commands that ask the institution; none where nobody can be asked
    pub at_member: Option<String>,
    /// commands that ask this harvester's copy of the log
    pub at_copy: String,
    /// the same for programs
    pub api: String,
}

impl Evidence {
    /// What is known of a record. `base` is this harvester's address.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    pub(super) fn of(shared: &Shared, found: &Found, base: &str) -> Result<Self, ServeError> {
        let harvester = &shared.harvester;
        let (version, member) = (&found.version, &found.owner.member);
        let connection = &mut *harvester.desk().ledger.reader()?;
        let standing = standing::of_one(harvester, connection, &member.id)?;
        let log = log::by_id(connection, version.log)?;
        let now = harvester.desk().clock.now();
        let cosigned = cosigned_by(log.head.as_ref(), &harvester.roster().witnesses, now);
        let confirmed_at = confirmed_at(&standing, version);
        let origin =
            Origin::parse(&version.origin).map_err(|error| ServeError::Broken(error.into()))?;
        let base_path = &shared.site.base_path;
        Ok(Self {
            confirmed: confirmed(&standing, &confirmed_at),
            member: Linked::to(
                member.name.as_str(),
                format!("{base_path}members/{}", member.id),
            ),
            trouble: trouble(&standing),
            pairs: pairs(member, version, &log, &cosigned),
            at_member: prefix(found, &origin).map(|prefix| commands::of_record(&prefix, version)),
            at_copy: commands::of_record(&format!("{base}mirror/{}/", name_of(&origin)), version),
            api: format!(
                "{base_path}api/v1/records/{}.{}",
                version.id, version.version
            ),
            confirmed_at,
        })
    }
}

/// When the record was last known to be in what its member signs: with the whole log, or by itself where that is later.
fn confirmed_at(standing: &Standing, version: &Version) -> String {
    let last = standing.last.as_ref();
    let whole = last.and_then(|last| last.current_at.as_deref());
    // one form of times, so that their order is that of their texts
    whole
        .unwrap_or_default()
        .max(version.verified_at.as_str())
        .to_owned()
}

fn confirmed(standing: &Standing, at: &str) -> String {
    match standing.seconds_behind {
        Some(seconds) if standing.report.is_current() => {
            format!("Confirmed {}", words::ago(seconds.unsigned_abs()))
        }
        _ => format!("Last confirmed on {}", words::moment(at)),
    }
}

/// Why it cannot be confirmed again now.
pub(super) fn trouble(standing: &Standing) -> Option<String> {
    let (name, last) = (&standing.member.name, standing.last.as_ref());
    let since = last.and_then(|last| last.current_at.as_deref());
    Some(match standing.report.state.as_str() {
        "current" => return None,
        "unreachable" => match since {
            Some(time) => format!(
                "{name} has not answered since {}. We go on asking; what you see is what it signed before.",
                words::moment(time)
            ),
            None => format!("{name} has not answered yet. We go on asking."),
        },
        "stale" => {
            let since = last.and_then(|last| last.stale_since.as_deref());
            let since = since.map_or_else(String::new, |time| {
                format!("Since {} ", words::moment(time))
            });
            format!(
                "{since}{name} shows an older list than the one that it signed before. What you see is of the newer one."
            )
        }
        "rejected" => {
            format!("What {name} serves now cannot be verified. What you see was verified before.")
        }
        "partial" => format!("The list of {name} is not read to its end yet."),
        "frozen" => format!(
            "{name} signed two histories that contradict each other. What you see is what stood before."
        ),
        "suspended" => format!("The federation suspends {name}: nothing newer is shown."),
        "retired" => format!("{name} has ended: what it signed is kept here."),
        _ => "The federation’s list of members has expired: nothing newer is shown.".to_owned(),
    })
}

fn pairs(member: &Member, version: &Version, log: &Log, cosigned: &[Cosigned]) -> Vec<Pair> {
    let mut pairs = vec![
        Pair::new("Log", version.origin.as_str()),
        Pair::new("Entry in the log", words::number(version.index)),
        Pair::new("SHA-256 of the record", version.digest.to_string()),
        Pair::new("Verified here", words::moment(&version.verified_at)),
    ];
    if let Some(head) = &log.head {
        let size = words::count(head.size, "entry", "entries");
        pairs.push(Pair::new("Newest signed list", size));
        pairs.push(Pair::new("Root of its tree", to_base64(&head.root)));
    }
    let keys = member
        .logs
        .iter()
        .filter(|log| log.origin.as_str() == version.origin);
    let keys = keys
        .flat_map(|log| &log.keys)
        .map(|key| key.vkey.to_string());
    pairs.extend(keys.map(|key| Pair::new("Key of the log", key)));
    if member.trust == Trust::Unsigned {
        pairs.push(Pair::new("Signature", "none: this member does not sign"));
    }
    pairs.extend(cosigned.iter().map(|witness| {
        let seen = words::moment(&witness.time);
        Pair::new("Seen by a witness", format!("{}, {seen}", witness.name))
    }));
    pairs
}

/// The log prefix at the member itself.
fn prefix(found: &Found, origin: &Origin) -> Option<String> {
    if !matches!(found.owner.answers, Answers::Member(_)) {
        return None;
    }
    let mut logs = found.owner.member.logs.iter();
    let log = logs.find(|log| log.origin == *origin)?;
    ::web::page::web_link(&log.url).map(str::to_owned)
}
