//! The statements of a record by subject, and what they say in single values.

use std::collections::{BTreeSet, HashMap};

use ontologies::schema::{ACCESS_PUBLIC, dcat, dct, omma, schema_org};
use protocol::identifier::Kind;
use protocol::record::{ObjectRef, StatementRef};

use super::{Author, orcid};
use crate::text::filter::ACCESS;
use crate::text::identifier;
use crate::text::licence::{Licence, licence};

/// An identifier that is longer is none that anybody types.
const LONGEST_KEY: usize = 500;

/// The statements of a record by subject.
pub(super) struct Statements<'r> {
    pub(super) home: &'r str,
    of_home: &'r [StatementRef<'r>],
    by_subject: HashMap<&'r str, &'r [StatementRef<'r>]>,
    pub(super) all: &'r [StatementRef<'r>],
}

impl<'r> Statements<'r> {
    /// `statements` in the order of a record, which has those of one subject together.
    pub(super) fn of(home: &'r str, statements: &'r [StatementRef<'r>]) -> Self {
        let subjects = statements.chunk_by(|one, next| one.subject() == next.subject());
        let by_subject: HashMap<&str, &[StatementRef<'_>]> = subjects
            .filter_map(|of_subject| Some((of_subject.first()?.subject(), of_subject)))
            .collect();
        Self {
            home,
            of_home: by_subject.get(home).copied().unwrap_or_default(),
            by_subject,
            all: statements,
        }
    }

    /// Whether the record says something of it.
    pub(super) fn is_subject(&self, iri: &str) -> bool {
        self.by_subject.contains_key(iri)
    }

    pub(super) fn objects(
        &self,
        subject: &str,
        predicate: &'static str,
    ) -> impl Iterator<Item = &'r ObjectRef<'r>> + use<'r> {
        let of_subject = if subject == self.home {
            self.of_home
        } else {
            self.by_subject.get(subject).copied().unwrap_or_default()
        };
        of_subject
            .iter()
            .filter(move |statement| statement.predicate() == predicate)
            .map(|statement| statement.object())
    }

    /// Objects as text, IRIs and literals alike.
    pub(super) fn values(
        &self,
        subject: &str,
        predicate: &'static str,
    ) -> impl Iterator<Item = &'r str> + use<'r> {
        self.objects(subject, predicate).map(value)
    }

    /// IRIs only.
    pub(super) fn links(
        &self,
        subject: &str,
        predicate: &'static str,
    ) -> impl Iterator<Item = &'r str> + use<'r> {
        self.objects(subject, predicate)
            .filter_map(|object| match object {
                ObjectRef::Iri(iri) => Some(*iri),
                ObjectRef::Literal(_) => None,
            })
    }

    /// The first literal.
    pub(super) fn text(&self, subject: &str, predicate: &'static str) -> Option<&'r str> {
        self.objects(subject, predicate)
            .find_map(|object| match object {
                ObjectRef::Literal(literal) => Some(literal.value()),
                ObjectRef::Iri(_) => None,
            })
    }

    /// Hash nodes of the record itself, in their order.
    pub(super) fn parts(&self, predicate: &'static str) -> Vec<&'r str> {
        let mut parts: Vec<&str> = self
            .links(self.home, predicate)
            .filter(|iri| self.is_subject(iri))
            .collect();
        let position = |part: &&str| {
            self.text(part, schema_org::POSITION)
                .and_then(|position| position.parse::<u64>().ok())
        };
        parts.sort_by_cached_key(|part| position(part).unwrap_or(u64::MAX));
        parts
    }

    pub(super) fn published(&self) -> Option<String> {
        let stated = self.text(self.home, schema_org::DATE_PUBLISHED);
        let issued = self
            .text(self.home, dct::ISSUED)
            .map(|time| time.get(..10).unwrap_or(time));
        stated.or(issued).map(str::to_owned)
    }

    pub(super) fn licence(&self) -> Option<Licence> {
        let stated = self.values(self.home, dct::LICENSE).next();
        stated
            .or_else(|| self.values(self.home, schema_org::LICENSE).next())
            .map(licence)
    }

    /// The publications office's words for access, and the plain ones of the profile; what a source says otherwise is only text.
    pub(super) fn access(&self) -> Option<String> {
        let rights = self.values(self.home, dct::ACCESS_RIGHTS).next()?;
        if rights == ACCESS_PUBLIC {
            return Some("open".to_owned());
        }
        let word = rights.rsplit('/').next().unwrap_or(rights);
        let word = word.trim().to_lowercase().replace('_', "-");
        let word = if word == "public" { "open" } else { &word };
        ACCESS.contains(&word).then(|| word.to_owned())
    }

    /// A study with a manifest, and an image with files, is held; a study whose data are elsewhere is catalogued.
    pub(super) fn holding(&self, kind: Kind) -> Option<&'static str> {
        let has = |predicate| self.objects(self.home, predicate).next().is_some();
        match kind {
            Kind::Image => (has(dcat::DISTRIBUTION)
                || self
                    .text(self.home, omma::FILE_COUNT)
                    .is_some_and(|count| count != "0"))
            .then_some("held"),
            _ if has(omma::MANIFEST) => Some("held"),
            _ => has(omma::DATA_AT).then_some("catalogued"),
        }
    }

    pub(super) fn authors(&self) -> Vec<Author> {
        let read = |node: &str| {
            let orcid = self
                .values(node, schema_org::SAME_AS)
                .find_map(orcid)
                .map(str::to_owned);
            let given = self.text(node, schema_org::NAME).map(str::to_owned);
            let name = given.or_else(|| orcid.clone())?;
            Some(Author { name, orcid })
        };
        self.parts(schema_org::AUTHOR)
            .into_iter()
            .filter_map(read)
            .collect()
    }

    /// Under what the thing itself is known; for a study also its articles.
    pub(super) fn identifiers(&self, id: &str) -> BTreeSet<String> {
        let mut keys = BTreeSet::from([identifier::key(id), identifier::key(self.home)]);
        for predicate in [schema_org::IDENTIFIER, schema_org::SAME_AS, omma::DATA_AT] {
            keys.extend(self.values(self.home, predicate).map(identifier::key));
        }
        for article in self.parts(schema_org::CITATION) {
            for predicate in [schema_org::IDENTIFIER, schema_org::SAME_AS, schema_org::URL] {
                keys.extend(self.values(article, predicate).map(identifier::key));
            }
        }
        keys.retain(|key| !key.is_empty() && key.len() <= LONGEST_KEY);
        keys
    }
}

/// An object as text, whatever it is.
pub(super) fn value<'r>(object: &'r ObjectRef<'r>) -> &'r str {
    match object {
        ObjectRef::Iri(iri) => iri,
        ObjectRef::Literal(literal) => literal.value(),
    }
}
