//! What a record may not say (section 1), looked at statement by statement.

use super::RecordError;
use super::term::{LiteralRef, ObjectRef, StatementRef, XSD_STRING};
use crate::identifier::{Accession, Kind, Namespace};

const RDF_TYPE: &str = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type";
const RDF_FIRST: &str = "http://www.w3.org/1999/02/22-rdf-syntax-ns#first";
const RDF_REST: &str = "http://www.w3.org/1999/02/22-rdf-syntax-ns#rest";
const RDF_NIL: &str = "http://www.w3.org/1999/02/22-rdf-syntax-ns#nil";
const CATALOG_RECORD: &str = "http://www.w3.org/ns/dcat#CatalogRecord";

/// The predicate of the one literal that makes a version's digest unguessable.
pub const SALT_PREDICATE: &str = "https://w3id.org/ommatidia/ns#salt";

/// 128 random bits in base64url without padding are 22 characters.
const SALT_LENGTH: usize = 22;

/// Predicates that only a harvester states, in the descriptions that it makes itself.
pub const RESERVED_PREDICATES: [&str; 8] = [
    "http://xmlns.com/foaf/0.1/primaryTopic",
    "https://w3id.org/ommatidia/ns#member",
    "https://w3id.org/ommatidia/ns#logIndex",
    "https://w3id.org/ommatidia/ns#digest",
    "https://w3id.org/ommatidia/ns#verifiedAt",
    "https://w3id.org/ommatidia/ns#broader",
    "https://w3id.org/ommatidia/ns#matches",
    "https://w3id.org/ommatidia/ns#score",
];

/// Predicates that tie the parts of a study together; their objects stay in that study.
pub const STRUCTURE_PREDICATES: [&str; 12] = [
    "http://schema.org/isPartOf",
    "http://schema.org/hasPart",
    "http://purl.org/dc/terms/isPartOf",
    "http://purl.org/dc/terms/hasPart",
    "http://www.w3.org/ns/prov#wasGeneratedBy",
    "http://www.w3.org/ns/prov#generated",
    "http://www.w3.org/ns/dcat#distribution",
    "https://w3id.org/ommatidia/ns#component",
    "https://w3id.org/ommatidia/ns#protocol",
    "https://w3id.org/ommatidia/ns#channel",
    "https://w3id.org/ommatidia/ns#biosample",
    "https://w3id.org/ommatidia/ns#specimen",
];

/// The rules for the record of one resource, and what was seen of it so far.
pub(super) struct Rules<'a> {
    /// the resource
    resource: String,
    /// where structure may point: the study, or a statement's own IRI
    home: String,
    /// characters that may follow `home`
    behind_home: &'a [char],
    salts: usize,
}

impl Rules<'_> {
    pub(super) fn new(about: &Accession, namespace: &Namespace) -> Self {
        let resource = namespace.iri(about);
        let (home, behind_home): (String, &[char]) = match (about.kind(), about.study_part()) {
            (Kind::Statement, _) | (_, None) => (resource.clone(), &['#']),
            (_, Some(study)) => (format!("{}{study}", namespace.as_str()), &['-', '#']),
        };
        Self {
            resource,
            home,
            behind_home,
            salts: 0,
        }
    }

    pub(super) fn check(
        &mut self,
        line: usize,
        statement: &StatementRef<'_>,
    ) -> Result<(), RecordError> {
        self.check_subject(line, statement)?;
        check_reserved(line, statement)?;
        check_list(line, statement)?;
        self.check_structure(line, statement)?;
        if statement.predicate == SALT_PREDICATE {
            self.check_salt(statement)?;
        }
        Ok(())
    }

    fn check_subject(&self, line: usize, statement: &StatementRef<'_>) -> Result<(), RecordError> {
        if is_within(statement.subject, &self.resource, &['#']) {
            return Ok(());
        }
        Err(RecordError::ForeignSubject {
            line,
            subject: statement.subject.to_owned(),
        })
    }

    fn check_structure(
        &self,
        line: usize,
        statement: &StatementRef<'_>,
    ) -> Result<(), RecordError> {
        if !STRUCTURE_PREDICATES.contains(&statement.predicate) {
            return Ok(());
        }
        match statement.object {
            ObjectRef::Iri(iri) if is_within(iri, &self.home, self.behind_home) => Ok(()),
            _ => Err(RecordError::ForeignStructure {
                line,
                predicate: statement.predicate.to_owned(),
            }),
        }
    }

    fn check_salt(&mut self, statement: &StatementRef<'_>) -> Result<(), RecordError> {
        self.salts += 1;
        let refuse = |detail| Err(RecordError::Salt { detail });
        if self.salts > 1 {
            return refuse("there are several");
        }
        if statement.subject != self.resource {
            return refuse("it stands on another subject than the resource");
        }
        match &statement.object {
            ObjectRef::Literal(literal) if is_salt(literal) => Ok(()),
            _ => refuse("it is not a plain literal of 22 base64url characters"),
        }
    }

    pub(super) fn finish(self) -> Result<(), RecordError> {
        if self.salts == 0 {
            let detail = "there is none";
            return Err(RecordError::Salt { detail });
        }
        Ok(())
    }
}

/// Whether an IRI is `home`, or `home` followed by one of `behind`.
fn is_within(iri: &str, home: &str, behind: &[char]) -> bool {
    iri.strip_prefix(home)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with(behind))
}

fn check_reserved(line: usize, statement: &StatementRef<'_>) -> Result<(), RecordError> {
    let is_reserved_class =
        statement.predicate == RDF_TYPE && statement.object == ObjectRef::Iri(CATALOG_RECORD);
    let term = if is_reserved_class {
        CATALOG_RECORD
    } else if RESERVED_PREDICATES.contains(&statement.predicate) {
        statement.predicate
    } else {
        return Ok(());
    };
    Err(RecordError::ReservedTerm {
        line,
        term: term.to_owned(),
    })
}

fn check_list(line: usize, statement: &StatementRef<'_>) -> Result<(), RecordError> {
    let is_list = [RDF_FIRST, RDF_REST].contains(&statement.predicate)
        || statement.object == ObjectRef::Iri(RDF_NIL);
    if is_list {
        return Err(RecordError::List { line });
    }
    Ok(())
}

fn is_salt(literal: &LiteralRef<'_>) -> bool {
    let is_base64url = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
    literal.datatype == XSD_STRING
        && literal.value.len() == SALT_LENGTH
        && literal.value.bytes().all(is_base64url)
}
