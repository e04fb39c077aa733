//! Says a study in RDF: pure functions from a [`Study`] to the statements of its record and of its images' records
//! (docs/METADATA.md, "RDF out"; docs/PROTOCOL.md section 1).
//!
//! Every subject is the resource itself or a hash node of it; what belongs together stays in one study; files are named
//! under the namespace, never under a host. Names of hash nodes come from the order of the source (`#biosample-1`), and
//! the source's own names stand on them as `schema:identifier`. No text of a study is lost on the way; docs/METADATA.md
//! lists the few values that are not said as they came.

mod acquisition;
mod annotation;
mod biosample;
mod component;
mod credit;
mod describing;
mod image;
mod marks;
mod statements;
mod study;
mod terms;
mod text;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ontologies::schema::omma;
use protocol::digest::Digest;
use protocol::identifier::{Accession, Namespace};
use protocol::record::{Object, Record, RecordError, Statement};

use crate::finding::Finding;
use crate::relative_path::RelPath;
use crate::study::{Annotated, Study};

pub use text::{file_iri, in_address};

/// What a study is called here, and when it came.
#[derive(Debug, Clone)]
pub struct Naming<'a> {
    /// The namespace of the log, under which every IRI of a record stands.
    pub namespace: &'a Namespace,
    /// The study's accession.
    pub study: &'a Accession,
    /// The version that the record describes, from 1.
    pub version: u64,
    /// The accessions of the images, in the order of [`Study::images`].
    pub images: &'a [Accession],
    /// When the study was first published, RFC 3339 in UTC.
    pub issued: &'a str,
    /// When this version was published, RFC 3339 in UTC; absent in the first.
    pub modified: Option<&'a str>,
}

impl Naming<'_> {
    /// The study's IRI.
    fn home(&self) -> String {
        self.namespace.iri(self.study)
    }
}

/// What the node has of a held study.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Holdings {
    /// SHA-256 of `files.tsv`.
    pub manifest: Digest,
    /// Number of files.
    pub files: u64,
    /// Bytes of all files together.
    pub bytes: u64,
}

/// What the node knows of a stored file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileFacts {
    /// Size in bytes.
    pub bytes: u64,
    /// SHA-256 of the bytes.
    pub sha256: Digest,
    /// IANA media type, `image/tiff`.
    pub media_type: String,
}

/// Files of an image that its record describes one by one. An image of more files says only how many: with eleven
/// statements and up to 4 kB a file, 200 keep its record below 10,000 statements and 1 MiB, and the manifest names
/// every file with its image anyway.
pub const MOST_FILES_DESCRIBED: usize = 200;

/// The statements of a study's record, without the salt. `holdings` is absent for a catalogued study.
///
/// Two calls with the same arguments give the same statements, so an unchanged study is known by comparing them.
pub fn study(study: &Study, naming: &Naming<'_>, holdings: Option<&Holdings>) -> Vec<Statement> {
    study::describe(study, naming, holdings)
}

/// The statements of an image's record, without the salt; `index` counts in [`Study::images`] and in
/// [`Naming::images`]; `annotated` is of the same study. `facts` gives what is known of a stored file; of a file that it
/// does not know, only path and address are said.
///
/// # Panics
/// Where `index` is out of the range of either list.
pub fn image(
    study: &Study,
    index: usize,
    naming: &Naming<'_>,
    annotated: &Annotated<'_>,
    facts: &dyn Fn(&RelPath) -> Option<FileFacts>,
) -> Vec<Statement> {
    image::describe(study, index, naming, annotated, facts)
}

/// Adds the salt, 16 random bytes that are new in each version, and writes the record.
///
/// # Errors
/// A rule of PROTOCOL.md section 1 that the statements break; for statements made here that can only be a limit.
pub fn salted(
    about: &Accession,
    namespace: &Namespace,
    mut statements: Vec<Statement>,
    salt: [u8; 16],
) -> Result<Record, RecordError> {
    let literal = Object::text(URL_SAFE_NO_PAD.encode(salt));
    let salt = Statement::parse(namespace.iri(about), omma::SALT, literal)
        .map_err(|fault| RecordError::Term { line: 0, fault })?;
    statements.push(salt);
    Record::from_statements(about, namespace, statements)
}

/// A record that cannot be, as a finding that the depositor can act on. `path` names the study or the image.
pub fn finding(path: &str, error: &RecordError) -> Finding {
    let advice = "put free names and values into columns of a file list, long texts into files, or split the study";
    let message = match error {
        RecordError::TooManyStatements => {
            format!(
                "the description needs more than 10,000 statements, the limit of a record; {advice}"
            )
        }
        RecordError::TooLarge { bytes } => {
            format!("the description needs {bytes} bytes and a record may have 1,048,576; {advice}")
        }
        other => format!(
            "the description breaks a rule of records ({}): {other}",
            other.code()
        ),
    };
    Finding::error(path, message)
}

/// The first IRI in an object's place that begins with the node's own address (`base`) and not with the namespace: a
/// record must outlive the node's host, so such a study is not published (PROTOCOL.md section 1, "No host").
pub fn host_named<'a>(
    statements: &'a [Statement],
    base: &str,
    namespace: &Namespace,
) -> Option<&'a str> {
    statements
        .iter()
        .find_map(|statement| match statement.object() {
            Object::Iri(iri)
                if iri.as_str().starts_with(base)
                    && !iri.as_str().starts_with(namespace.as_str()) =>
            {
                Some(iri.as_str())
            }
            _ => None,
        })
}

#[cfg(test)]
mod tests;
