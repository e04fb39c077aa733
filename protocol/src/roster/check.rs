//! What makes a roster valid by itself (section 5).

use std::collections::HashSet;

use super::base58;
use super::document::{Document, Log, Member, Trust, Witness};
use super::{MAX_LIFETIME, MAX_MEMBERS, RosterError};
use crate::note::{Algorithm, MAX_SIGNATURES, VerifierKey};

type Checked = Result<(), RosterError>;

fn invalid<T>(detail: impl Into<String>) -> Result<T, RosterError> {
    Err(RosterError::Invalid(detail.into()))
}

fn require(holds: bool, detail: impl FnOnce() -> String) -> Checked {
    if holds { Ok(()) } else { invalid(detail()) }
}

pub(super) fn check(document: &Document) -> Checked {
    require(document.version >= 1, || "versions count from 1".to_owned())?;
    check_times(document)?;
    check_roots(document)?;
    require(document.members.len() <= MAX_MEMBERS, || {
        "it has more than 10000 members".to_owned()
    })?;
    document.members.iter().try_for_each(check_member)?;
    document.witnesses.iter().try_for_each(check_witness)?;
    check_quorum(document)?;
    check_unique(document)
}

fn check_times(document: &Document) -> Checked {
    let lifetime = document.expires.unix_seconds() - document.issued.unix_seconds();
    require((1..=MAX_LIFETIME).contains(&lifetime), || {
        format!(
            "from issued {} to expires {} are not 1 second to 100 days",
            document.issued, document.expires
        )
    })
}

fn check_roots(document: &Document) -> Checked {
    let roots = &document.roots;
    for key in &roots.keys {
        require(key.algorithm() == Algorithm::Ed25519, || {
            format!("root key {key} is not of type 0x01")
        })?;
    }
    let distinct: HashSet<_> = roots.keys.iter().map(VerifierKey::public_key).collect();
    require(
        (1..=distinct.len() as u64).contains(&roots.threshold),
        || {
            format!(
                "threshold {} does not fit {} distinct root keys",
                roots.threshold,
                distinct.len()
            )
        },
    )?;
    // more could never sign one note
    require(roots.threshold <= MAX_SIGNATURES as u64, || {
        "its threshold is above 32".to_owned()
    })
}

fn check_member(member: &Member) -> Checked {
    let id = &member.id;
    require(is_member_id(id), || {
        format!("member id {id:?} is not 1 to 64 letters, digits, hyphens, dots and underscores")
    })?;
    if let Some(base) = &member.base {
        check_address(base, true, || format!("base of {id}"))?;
    }
    for key in &member.record_keys {
        require(
            base58::ed25519_of_multikey(&key.multibase).is_some(),
            || {
                format!(
                    "record key {} of {id} is no Ed25519 Multikey",
                    key.multibase
                )
            },
        )?;
    }
    match member.trust {
        Trust::Signed => check_signed(member),
        Trust::Unsigned => check_unsigned(member),
    }
}

fn is_member_id(id: &str) -> bool {
    (1..=64).contains(&id.len())
        && id.starts_with(|first: char| first.is_ascii_alphanumeric())
        && id
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"-._".contains(&byte))
}

fn check_signed(member: &Member) -> Checked {
    let id = &member.id;
    require(member.base.is_some(), || format!("{id} has no base"))?;
    let [earlier @ .., _last] = &member.logs[..] else {
        return invalid(format!("{id} has no log"));
    };
    require(member.source.is_none(), || {
        format!("{id} is signed and has a source")
    })?;
    member.logs.iter().try_for_each(check_log)?;
    require(earlier.iter().all(|log| log.closed.is_some()), || {
        format!("{id} has an open log before its last")
    })
}

fn check_unsigned(member: &Member) -> Checked {
    let id = &member.id;
    require(member.logs.is_empty(), || {
        format!("{id} is unsigned and has a log")
    })?;
    match &member.source {
        Some(source) => check_address(&source.url, false, || format!("source of {id}")),
        None => invalid(format!("{id} is unsigned and has no source")),
    }
}

fn check_log(log: &Log) -> Checked {
    let origin = &log.origin;
    check_address(&log.url, true, || format!("url of log {origin}"))?;
    let [first, later @ ..] = &log.keys[..] else {
        return invalid(format!("log {origin} has no key"));
    };
    require(first.from == 0 && first.root.is_none(), || {
        format!("the first key of log {origin} is not from 0 without a root")
    })?;
    require(later.iter().all(|key| key.root.is_some()), || {
        format!("a later key of log {origin} has no root")
    })?;
    require(
        log.keys.is_sorted_by(|one, next| one.from < next.from),
        || format!("the keys of log {origin} do not follow each other"),
    )?;
    for key in &log.keys {
        let fits = key.vkey.algorithm() == Algorithm::Ed25519 && key.vkey.name() == origin.as_str();
        require(fits, || {
            format!(
                "key {} of log {origin} is not of type 0x01 with its name",
                key.vkey
            )
        })?;
    }
    check_closing(log)
}

fn check_closing(log: &Log) -> Checked {
    let (Some(closed), Some(last)) = (&log.closed, log.keys.last()) else {
        return Ok(());
    };
    let fits = closed.size > last.from
        || (closed.size == last.from && last.root.is_none_or(|root| root == closed.root));
    require(fits, || {
        format!(
            "log {} is closed before, or otherwise than, its last pin",
            log.origin
        )
    })
}

fn check_witness(witness: &Witness) -> Checked {
    let name = &witness.name;
    let fits = witness.vkey.algorithm() == Algorithm::CosignatureV1 && witness.vkey.name() == name;
    require(fits, || {
        format!("the key of witness {name} is not of type 0x04 with its name")
    })?;
    check_address(&witness.url, false, || format!("url of witness {name}"))
}

/// More than half of the witnesses; 0 where there are none.
fn check_quorum(document: &Document) -> Checked {
    let (quorum, witnesses) = (document.quorum, document.witnesses.len() as u64);
    let fits = quorum <= witnesses && (witnesses == 0 || quorum * 2 > witnesses);
    require(fits, || {
        format!("quorum {quorum} is not more than half of {witnesses} witnesses")
    })
}

fn check_address(url: &str, is_prefix: bool, what: impl Fn() -> String) -> Checked {
    let is_http = oxiri::Iri::parse(url).is_ok_and(|iri| {
        matches!(iri.scheme(), "http" | "https")
            && iri.authority().is_some_and(|host| !host.is_empty())
    });
    require(is_http, || {
        format!("{} is no http or https address: {url}", what())
    })?;
    require(!is_prefix || url.ends_with('/'), || {
        format!("{} does not end in /: {url}", what())
    })
}

/// No two members share an id, prefix or origin; no two keys of any kind are equal.
fn check_unique(document: &Document) -> Checked {
    let members = || document.members.iter();
    let logs = || members().flat_map(|member| &member.logs);
    all_distinct(members().map(|member| member.id.clone()), "member id")?;
    all_distinct(members().map(|member| member.prefix.to_string()), "prefix")?;
    all_distinct(logs().map(|log| log.origin.to_string()), "origin")?;
    all_distinct(
        document
            .witnesses
            .iter()
            .map(|witness| witness.name.clone()),
        "witness name",
    )?;
    let log_keys = logs()
        .flat_map(|log| &log.keys)
        .map(|key| key.vkey.public_key().to_vec());
    let record_keys = members()
        .flat_map(|member| &member.record_keys)
        .filter_map(|key| base58::ed25519_of_multikey(&key.multibase))
        .map(|key| key.to_vec());
    let witness_keys = document
        .witnesses
        .iter()
        .map(|witness| witness.vkey.public_key().to_vec());
    let root_keys: HashSet<_> = document
        .roots
        .keys
        .iter()
        .map(|key| key.public_key().to_vec())
        .collect();
    let keys = root_keys
        .into_iter()
        .chain(log_keys)
        .chain(record_keys)
        .chain(witness_keys);
    let in_base64 =
        |key: Vec<u8>| base64::Engine::encode(&base64::engine::general_purpose::STANDARD, key);
    all_distinct(keys.map(in_base64), "public key")
}

fn all_distinct(values: impl Iterator<Item = String>, what: &str) -> Checked {
    let mut seen = HashSet::new();
    for value in values {
        if let Some(twice) = seen.replace(value) {
            return invalid(format!("{what} {twice} stands twice"));
        }
    }
    Ok(())
}
