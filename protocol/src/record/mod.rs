//! Records: what a member says about one resource in one version, as canonical N-Quads (`docs/PROTOCOL.md` section 1).
//!
//! A record holds no blank nodes, so its canonical form under RDFC-1.0 is its lines, each in canonical form, sorted by bytes.
//! Read `term` for what a statement is made of, `line` for how it is written, `rules` for what a record may not say.

mod error;
mod line;
mod rules;
mod term;

pub use error::RecordError;
pub use line::{parse_line, write_line};
pub use rules::{RESERVED_PREDICATES, SALT_PREDICATE, STRUCTURE_PREDICATES};
pub use term::{
    Iri, Literal, LiteralRef, Object, ObjectRef, RDF_LANG_STRING, Statement, StatementRef,
    TermError, XSD_STRING,
};

use crate::digest::Digest;
use crate::identifier::{Accession, Namespace};

/// The longest record: 1 MiB (section 10).
pub const MAX_BYTES: usize = 1 << 20;

/// The most statements in a record (section 10).
pub const MAX_STATEMENTS: usize = 10_000;

/// A record that keeps every rule of section 1, with its canonical bytes and their digest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    bytes: Vec<u8>,
    digest: Digest,
    statements: usize,
}

impl Record {
    /// Writes statements as a record: sorts them, removes exact duplicates, and checks every rule.
    ///
    /// # Errors
    /// The first rule that is broken; lines are counted from 1 in the sorted form.
    pub fn from_statements(
        about: &Accession,
        namespace: &Namespace,
        statements: Vec<Statement>,
    ) -> Result<Self, RecordError> {
        let mut lines: Vec<String> = statements
            .iter()
            .map(|statement| statement.as_ref().to_line())
            .collect();
        lines.sort_unstable();
        lines.dedup();
        Self::parse(lines.concat().into_bytes(), about, namespace)
    }

    /// Reads a record strictly: every line is read and written again and must be the same bytes, lines must strictly increase by
    /// bytes, each must end with a line feed, and every rule of section 1 must hold.
    ///
    /// # Errors
    /// The first rule that is broken, with the number of the line, counted from 1.
    pub fn parse(
        bytes: Vec<u8>,
        about: &Accession,
        namespace: &Namespace,
    ) -> Result<Self, RecordError> {
        if bytes.len() > MAX_BYTES {
            return Err(RecordError::TooLarge { bytes: bytes.len() });
        }
        let text = std::str::from_utf8(&bytes).map_err(|error| RecordError::NotCanonical {
            line: 1 + bytes[..error.valid_up_to()]
                .iter()
                .filter(|&&byte| byte == b'\n')
                .count(),
            detail: "not UTF-8",
        })?;
        let statements = check_lines(text, rules::Rules::new(about, namespace))?;
        let digest = Digest::of(&bytes);
        Ok(Self {
            bytes,
            digest,
            statements,
        })
    }

    /// The canonical N-Quads, UTF-8.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The canonical N-Quads, taken out.
    pub fn into_bytes(self) -> Vec<u8> {
        self.bytes
    }

    /// SHA-256 of the bytes.
    pub fn digest(&self) -> Digest {
        self.digest
    }

    /// The number of bytes.
    pub fn size(&self) -> u64 {
        self.bytes.len() as u64
    }

    /// The number of statements.
    pub fn len(&self) -> usize {
        self.statements
    }

    /// Whether there is no statement. Never so: a record has at least its salt.
    pub fn is_empty(&self) -> bool {
        self.statements == 0
    }

    /// The statements in their order, read from the bytes without copying terms.
    pub fn statements(&self) -> impl Iterator<Item = StatementRef<'_>> {
        let text = std::str::from_utf8(&self.bytes).expect("a record was read as UTF-8");
        text.split_inclusive('\n')
            .map(|line| line::split_line(line).expect("a record's lines were read before"))
    }
}

/// Walks over all lines; gives their number.
fn check_lines(text: &str, mut rules: rules::Rules<'_>) -> Result<usize, RecordError> {
    let mut previous = "";
    let mut written = String::new();
    let mut count = 0;
    for line in text.split_inclusive('\n') {
        count += 1;
        if count > MAX_STATEMENTS {
            return Err(RecordError::TooManyStatements);
        }
        let statement =
            line::read_canonical(line, &mut written).map_err(|fault| fault.at(count))?;
        if previous >= line {
            let detail = "not behind the line before it in the order of bytes";
            return Err(RecordError::NotCanonical {
                line: count,
                detail,
            });
        }
        rules.check(count, &statement)?;
        previous = line;
    }
    rules.finish()?;
    Ok(count)
}
