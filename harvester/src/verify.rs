//! What verified bytes are worth: entries that a head binds, and records that entries bind.
//!
//! Pure: what is decided here follows from the bytes, the member's prefix and namespace, and the rules of this version alone. So two
//! harvesters decide alike, and so does one that reads its own mirror again.

use std::sync::LazyLock;

use ontologies::schema::{self, dct, omma};
use ontologies::shacl::{Severity, Shapes};
use oxrdf::{Graph, LiteralRef, NamedNodeRef, TermRef, TripleRef};
use protocol::digest::Digest;
use protocol::entry::{Entry, Operation};
use protocol::identifier::{Accession, Namespace, Prefix};
use protocol::record::{self, ObjectRef, Record};

/// The most warnings kept of one record.
pub const MOST_WARNINGS: usize = 20;

/// The shapes of the two grades; they are part of the program and a test parses them.
static SHAPES: LazyLock<Option<(Shapes, Shapes)>> = LazyLock::new(|| {
    let parse = |turtle| match Shapes::parse(turtle) {
        Ok(shapes) => Some(shapes),
        Err(error) => {
            tracing::error!(%error, "the built-in shapes cannot be read, so records are not compared with them");
            None
        }
    };
    Some((
        parse(schema::SHAPES_PROFILE_1)?,
        parse(schema::SHAPES_LEGACY)?,
    ))
});

/// Whose records are looked at.
#[derive(Debug, Clone)]
pub struct Rules {
    /// what the member's accessions begin with
    pub prefix: Prefix,
    /// what its IRIs begin with
    pub namespace: Namespace,
}

/// A record that an entry asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wanted {
    /// the resource
    pub id: Accession,
    /// from 1
    pub version: u64,
    /// SHA-256 of its bytes
    pub digest: Digest,
    /// its length in bytes
    pub size: u64,
}

/// What came of asking for a record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// Bytes, of whatever digest.
    Bytes(Vec<u8>),
    /// None, and why.
    Nothing(String),
}

/// What a record's bytes are worth.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Worth {
    /// They keep every rule; sentences are warnings.
    Good {
        /// what the profile asks for and the record has not
        warnings: Vec<String>,
    },
    /// They break a rule.
    Invalid {
        /// stable
        code: &'static str,
        /// for people
        sentence: String,
    },
    /// They follow a profile that this version does not know.
    Deferred {
        /// for people
        sentence: String,
    },
    /// They could not be had.
    Missing {
        /// for people
        sentence: String,
    },
    /// Others were served.
    Other {
        /// for people
        sentence: String,
    },
}

/// What verified bytes say at one place of a log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reading {
    /// No well-formed entry.
    Malformed {
        /// stable
        code: &'static str,
        /// for people
        sentence: String,
    },
    /// An entry; of a `put` whose record was looked at, with what that is worth.
    Entry(Box<Entry>, Option<Worth>),
}

/// Entries that fit a verified head, in order, without gap.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VerifiedWindow {
    /// the index of the first
    pub first: u64,
    /// each as it was read
    pub readings: Vec<Reading>,
}

impl VerifiedWindow {
    /// The index behind the last.
    pub fn behind(&self) -> u64 {
        self.first + self.readings.len() as u64
    }
}

impl Worth {
    /// The reason code and the sentence of what is not good.
    pub fn reason(&self) -> Option<(&'static str, &str)> {
        match self {
            Self::Good { .. } => None,
            Self::Invalid { code, sentence } => Some((code, sentence)),
            Self::Deferred { sentence } => Some(("unknown-profile", sentence)),
            Self::Missing { sentence } => Some(("record-missing", sentence)),
            Self::Other { sentence } => Some(("record-mismatch", sentence)),
        }
    }

    /// Whether a later run may find something better.
    pub fn is_awaited(&self) -> bool {
        matches!(
            self,
            Self::Deferred { .. } | Self::Missing { .. } | Self::Other { .. }
        )
    }
}

/// Reads an entry that a head binds. The worth of a `put`'s record is added when its bytes are there.
pub fn entry(bytes: &[u8]) -> Reading {
    match Entry::parse(bytes) {
        Ok(entry) => Reading::Entry(Box::new(entry), None),
        Err(error) => Reading::Malformed {
            code: error.code(),
            sentence: error.to_string(),
        },
    }
}

impl Rules {
    /// The record that has to be had before an entry can be judged: that of a `put` of the member's own, of a known kind, and not
    /// announced as larger than the limit.
    pub fn wanted(&self, entry: &Entry) -> Option<Wanted> {
        let id = entry
            .accession()
            .filter(|id| id.prefix() == self.prefix.as_str())?;
        match entry.operation() {
            Operation::Put {
                record,
                size,
                version,
                ..
            } if *size <= record::MAX_BYTES as u64 => Some(Wanted {
                id: id.clone(),
                version: *version,
                digest: *record,
                size: *size,
            }),
            _ => None,
        }
    }

    /// What a record's bytes are worth.
    pub fn worth(&self, wanted: &Wanted, answer: Answer) -> Worth {
        let Wanted {
            id,
            version,
            digest,
            size,
        } = wanted;
        let bytes = match answer {
            Answer::Bytes(bytes) => bytes,
            Answer::Nothing(why) => {
                return Worth::Missing {
                    sentence: format!("the record of {id}.{version} cannot be had: {why}"),
                };
            }
        };
        if bytes.len() as u64 != *size {
            return Worth::Other {
                sentence: format!(
                    "the record of {id}.{version} has {} bytes and {size} were announced",
                    bytes.len()
                ),
            };
        }
        if Digest::of(&bytes) != *digest {
            return Worth::Other {
                sentence: format!(
                    "the record of {id}.{version} does not have the announced digest {digest}"
                ),
            };
        }
        match Record::parse(bytes, id, &self.namespace) {
            Ok(record) => self.look(id, &record),
            Err(error) => Worth::Invalid {
                code: error.code(),
                sentence: format!("the record of {id}.{version}: {error}"),
            },
        }
    }

    /// A record that keeps every rule of the protocol: does it keep those of its profile?
    fn look(&self, id: &Accession, record: &Record) -> Worth {
        let root = self.namespace.iri(id);
        let profile = record.statements().find_map(|statement| {
            match (statement.predicate(), statement.object()) {
                (dct::CONFORMS_TO, ObjectRef::Iri(iri))
                    if statement.subject() == root
                        && iri.starts_with(omma::NAMESPACE)
                        && iri[omma::NAMESPACE.len()..].starts_with("profile-") =>
                {
                    Some((*iri).to_owned())
                }
                _ => None,
            }
        });
        let Some(profile) = profile else {
            return Worth::Good {
                warnings: Vec::new(),
            };
        };
        let Some((profile_1, legacy)) = &*SHAPES else {
            return Worth::Good {
                warnings: Vec::new(),
            };
        };
        let shapes = match profile.as_str() {
            omma::PROFILE_1 => profile_1,
            omma::PROFILE_LEGACY => legacy,
            _ => {
                return Worth::Deferred {
                    sentence: format!(
                        "{id} follows {profile}, which this version does not know; it is looked at again after an upgrade"
                    ),
                };
            }
        };
        Worth::Good {
            warnings: violations(shapes, record),
        }
    }
}

fn violations(shapes: &Shapes, record: &Record) -> Vec<String> {
    let mut found = shapes.validate(&graph(record));
    found.retain(|result| matches!(result.severity, Severity::Violation | Severity::Warning));
    found
        .into_iter()
        .take(MOST_WARNINGS)
        .map(|result| result.message)
        .collect()
}

fn graph(record: &Record) -> Graph {
    let mut graph = Graph::new();
    for statement in record.statements() {
        let object: TermRef<'_> = match statement.object() {
            ObjectRef::Iri(iri) => NamedNodeRef::new_unchecked(iri).into(),
            ObjectRef::Literal(literal) => match literal.language() {
                Some(language) => {
                    LiteralRef::new_language_tagged_literal_unchecked(literal.value(), language)
                        .into()
                }
                None => LiteralRef::new_typed_literal(
                    literal.value(),
                    NamedNodeRef::new_unchecked(literal.datatype()),
                )
                .into(),
            },
        };
        graph.insert(TripleRef::new(
            NamedNodeRef::new_unchecked(statement.subject()),
            NamedNodeRef::new_unchecked(statement.predicate()),
            object,
        ));
    }
    graph
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

    use ontologies::schema::{rdf, schema_org};
    use protocol::record::{Object, Statement};

    use super::*;

    fn rules() -> Rules {
        Rules {
            prefix: Prefix::parse("DND").unwrap(),
            namespace: Namespace::parse("https://images.example.org/id/").unwrap(),
        }
    }

    fn record_that_follows(profile: &str) -> (Wanted, Vec<u8>) {
        let id = Accession::parse("DND-S1").unwrap();
        let iri = rules().namespace.iri(&id);
        let statement =
            |predicate: &str, object: Object| Statement::parse(&iri, predicate, object).unwrap();
        let statements = vec![
            statement(omma::SALT, Object::text("AAAAAAAAAAAAAAAAAAAAAA")),
            statement(dct::CONFORMS_TO, Object::iri(profile).unwrap()),
            statement(rdf::TYPE, Object::iri(schema_org::DATASET).unwrap()),
        ];
        let record = Record::from_statements(&id, &rules().namespace, statements).unwrap();
        let wanted = Wanted {
            id,
            version: 1,
            digest: record.digest(),
            size: record.size(),
        };
        (wanted, record.into_bytes())
    }

    #[test]
    fn the_shapes_are_read_and_a_poor_record_has_warnings() {
        assert!(SHAPES.is_some());
        let (wanted, bytes) = record_that_follows(omma::PROFILE_1);
        let Worth::Good { warnings } = rules().worth(&wanted, Answer::Bytes(bytes)) else {
            panic!("the profile is known");
        };
        assert!(!warnings.is_empty());
        assert!(warnings.len() <= MOST_WARNINGS);
    }

    #[test]
    fn a_profile_of_the_future_is_deferred() {
        let (wanted, bytes) = record_that_follows(&format!("{}profile-2", omma::NAMESPACE));
        let worth = rules().worth(&wanted, Answer::Bytes(bytes));
        assert!(matches!(worth, Worth::Deferred { .. }), "{worth:?}");
    }

    #[test]
    fn other_bytes_than_announced_are_awaited_and_not_final() {
        let (wanted, mut bytes) = record_that_follows(omma::PROFILE_1);
        bytes[3] ^= 1;
        let worth = rules().worth(&wanted, Answer::Bytes(bytes.clone()));
        assert!(matches!(worth, Worth::Other { .. }) && worth.is_awaited());
        bytes.pop();
        let worth = rules().worth(&wanted, Answer::Bytes(bytes));
        assert!(matches!(worth, Worth::Other { .. }) && worth.is_awaited());
        let worth = rules().worth(&wanted, Answer::Nothing("it is absent".to_owned()));
        assert!(matches!(worth, Worth::Missing { .. }) && worth.is_awaited());
    }
}
