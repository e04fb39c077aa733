//! Whose an accession is, and where its pages and files are now.

use protocol::identifier::{Accession, Namespace};
use protocol::roster::{Member, Status};
use url::Url;

use super::error::ServeError;
use super::name::Name;
use crate::harvest::round::{logs_of, namespace_of};
use crate::ledger::{Connection, run};
use crate::operate::Harvester;

/// The member that an accession belongs to, for ever.
pub(super) struct Owner {
    /// as the roster has it
    pub member: Member,
    /// the namespace of its records
    pub namespace: Namespace,
    /// who answers for it
    pub answers: Answers,
}

/// Who answers for what a member published.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Answers {
    /// Its own node, at this base.
    Member(Url),
    /// Whoever came after it, at this base.
    Successor(Url),
    /// This harvester, from its copies of the records; the files are at the base, where there is one.
    Copy {
        /// why
        why: Why,
        /// its node's base
        files: Option<Url>,
    },
}

/// Why a copy answers in place of the member.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Why {
    /// The roster says that it has ended.
    Retired,
    /// The roster suspends it.
    Suspended,
    /// It signed two histories.
    Frozen,
    /// The roster gives it no address.
    NoAddress,
}

impl Why {
    /// The word in headers and answers.
    pub fn word(self) -> &'static str {
        match self {
            Self::Retired => "retired",
            Self::Suspended => "suspended",
            Self::Frozen => "frozen",
            Self::NoAddress => "unaddressed",
        }
    }

    /// For people.
    pub fn sentence(self, member: &str) -> String {
        match self {
            Self::Retired => {
                format!("{member} has ended; what it published is kept here as it was signed")
            }
            Self::Suspended => format!(
                "the federation suspends {member}; what it published before is kept here as it was signed"
            ),
            Self::Frozen => format!(
                "{member} signed two histories that contradict each other; what it published before is kept here as it was signed"
            ),
            Self::NoAddress => {
                format!("the roster gives {member} no address; what it published is kept here")
            }
        }
    }
}

impl Owner {
    /// The member with the prefix of an accession.
    ///
    /// # Errors
    /// 404 when no member has it.
    pub fn of(
        harvester: &Harvester,
        connection: &mut Connection,
        id: &Accession,
    ) -> Result<Self, ServeError> {
        let roster = harvester.roster();
        let mut members = roster.members.iter();
        let found = members.find(|member| member.prefix.as_str() == id.prefix());
        let member = found.cloned().ok_or_else(|| {
            ServeError::NotFound(format!(
                "no member of this federation has the prefix {}",
                id.prefix()
            ))
        })?;
        Ok(Self {
            namespace: namespace_of(&roster, &member),
            answers: answers(connection, &member)?,
            member,
        })
    }

    /// Where the page of a resource is; none where a copy answers.
    pub fn page(&self, name: &Name) -> Option<String> {
        match &self.answers {
            Answers::Member(base) | Answers::Successor(base) => below(base, name, "", ""),
            Answers::Copy { .. } => None,
        }
    }

    /// Where a file, picture or tile of a resource is: nobody but members keeps those. `rest` and `query` are as the client wrote them.
    pub fn file(&self, name: &Name, rest: &str, query: &str) -> Option<String> {
        below(self.base()?, name, rest, query)
    }

    /// The base of whoever keeps its files and pictures, with its last `/`; none where nobody does.
    pub fn base(&self) -> Option<&Url> {
        match &self.answers {
            Answers::Member(base) | Answers::Successor(base) => Some(base),
            Answers::Copy { files, .. } => files.as_ref(),
        }
    }

    /// Why a copy answers, where one does.
    pub fn why_copy(&self) -> Option<Why> {
        match self.answers {
            Answers::Copy { why, .. } => Some(why),
            _ => None,
        }
    }
}

fn answers(connection: &mut Connection, member: &Member) -> Result<Answers, ServeError> {
    let base = member.base.as_deref().and_then(base_of);
    let why = match member.status {
        Status::Retired => {
            return Ok(match member.successor.as_deref().and_then(base_of) {
                Some(successor) => Answers::Successor(successor),
                None => Answers::Copy {
                    why: Why::Retired,
                    files: None,
                },
            });
        }
        Status::Suspended => Some(Why::Suspended),
        Status::Active if is_frozen(connection, member)? => Some(Why::Frozen),
        Status::Active => None,
    };
    Ok(match (why, base) {
        (None, Some(base)) => Answers::Member(base),
        (None, None) => Answers::Copy {
            why: Why::NoAddress,
            files: None,
        },
        (Some(why), files) => Answers::Copy { why, files },
    })
}

/// Whether the log that the member goes on in forked.
fn is_frozen(connection: &mut Connection, member: &Member) -> Result<bool, ServeError> {
    let open = |origin: &str| {
        let mut logs = member.logs.iter();
        logs.any(|log| log.origin.as_str() == origin && log.closed.is_none())
    };
    for log in logs_of(connection, member)? {
        if open(&log.origin) && run::frozen(connection, log.id)?.is_some() {
            return Ok(true);
        }
    }
    Ok(false)
}

/// An address that may be redirected to: http or https, its path ending in `/`.
pub(crate) fn base_of(text: &str) -> Option<Url> {
    let mut url = Url::parse(text).ok()?;
    if !matches!(url.scheme(), "http" | "https")
        || url.query().is_some()
        || url.fragment().is_some()
    {
        return None;
    }
    if !url.path().ends_with('/') {
        let path = format!("{}/", url.path());
        url.set_path(&path);
    }
    Some(url)
}

/// `<base>id/<name>[/<rest>][?<query>]`; none when the rest would lead elsewhere, as one with `..` does.
fn below(base: &Url, name: &Name, rest: &str, query: &str) -> Option<String> {
    let home = format!("{base}id/{}", name.as_str());
    let slash = if rest.is_empty() { "" } else { "/" };
    let question = if query.is_empty() { "" } else { "?" };
    let whole = Url::parse(&format!("{home}{slash}{rest}{question}{query}")).ok()?;
    let is_below = whole
        .as_str()
        .strip_prefix(&home)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with(['/', '?']));
    is_below.then(|| whole.into())
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

    use super::*;

    fn redirected(base: &str, rest: &str, query: &str) -> Option<String> {
        below(
            &base_of(base)?,
            &Name::parse("DND-S1.2").unwrap(),
            rest,
            query,
        )
    }

    #[test]
    fn a_redirect_stays_below_the_resource_at_its_member() {
        let at = |rest, query| redirected("https://x.example/omma/", rest, query);
        let home = "https://x.example/omma/id/DND-S1.2";
        assert_eq!(at("", "").unwrap(), home);
        assert_eq!(
            at("files/a%2Fb.tif", "x=1&y=%2F").unwrap(),
            format!("{home}/files/a%2Fb.tif?x=1&y=%2F")
        );
        assert_eq!(
            at("//evil.example/", "").unwrap(),
            format!("{home}///evil.example/")
        );
        for rest in [
            "..",
            "../../..",
            "files/../../x",
            "%2e%2e/%2E./x",
            "..\\..\\x",
        ] {
            assert_eq!(at(rest, ""), None, "{rest}");
        }
    }

    /// Who answers for a member of whom the roster says this, beside what it says of all.
    fn answering(more: serde_json::Value) -> Answers {
        let folder = tempfile::tempdir().unwrap();
        let ledger = crate::ledger::Ledger::open(&folder.path().join("state.sqlite")).unwrap();
        let mut member = serde_json::json!({
            "id": "old", "name": "Old", "prefix": "OLD", "base": "https://old.example/", "status": "active",
        });
        member
            .as_object_mut()
            .unwrap()
            .extend(more.as_object().unwrap().clone());
        let member: Member = serde_json::from_value(member).unwrap();
        answers(&mut ledger.reader().unwrap(), &member).unwrap()
    }

    #[test]
    fn the_roster_says_who_answers() {
        use serde_json::json;
        let at = |text: &str| Url::parse(text).unwrap();
        let copy = |why, files: Option<&str>| Answers::Copy {
            why,
            files: files.map(at),
        };
        for (more, expected) in [
            (json!({}), Answers::Member(at("https://old.example/"))),
            (json!({"base": null}), copy(Why::NoAddress, None)),
            (
                json!({"status": "retired", "successor": "https://new.example/images"}),
                Answers::Successor(at("https://new.example/images/")),
            ),
            (json!({"status": "retired"}), copy(Why::Retired, None)),
            (
                json!({"status": "retired", "successor": "javascript:alert(1)"}),
                copy(Why::Retired, None),
            ),
            (
                json!({"status": "suspended", "successor": "https://new.example/"}),
                copy(Why::Suspended, Some("https://old.example/")),
            ),
        ] {
            assert_eq!(answering(more.clone()), expected, "{more}");
        }
    }

    #[test]
    fn nobody_is_sent_to_what_is_no_web_address() {
        for base in [
            "javascript:alert(1)",
            "ftp://x.example/",
            "data:text/html,x",
            "x.example/",
            "",
        ] {
            assert_eq!(redirected(base, "files/a", ""), None, "{base}");
        }
        let without_slash = redirected("https://x.example/omma", "", "").unwrap();
        assert_eq!(without_slash, "https://x.example/omma/id/DND-S1.2");
    }
}
