//! What the store shows of a resource, as its catalogue records say.

use oxigraph::model::{GraphNameRef, NamedNodeRef, NamedOrBlankNode, Quad, Term};
use oxigraph::store::{StorageError, Transaction};

use super::statement::{CATALOGUE_LENGTH, catalogue_record};
use super::vocabulary as v;
use crate::projection::Shown;

/// A version that the graph shows.
pub(super) struct HeldVersion {
    /// Its number, from 1.
    pub version: u64,
    /// The digest of its record, in hex.
    pub digest: String,
    /// The statements of its catalogue record.
    pub catalogue: Vec<Quad>,
}

/// The versions of a resource that the graph shows: none or one, but whatever it is, all of it is to be taken out.
///
/// Members cannot write the predicate that is asked for (PROTOCOL.md section 1, reserved).
pub(super) fn versions(
    transaction: &Transaction<'_>,
    iri: &str,
) -> Result<Vec<HeldVersion>, StorageError> {
    let topic = NamedNodeRef::new_unchecked(iri);
    let default = Some(GraphNameRef::DefaultGraph);
    let subjects = transaction
        .quads_for_pattern(None, Some(v::PRIMARY_TOPIC), Some(topic.into()), default)
        .map(|quad| quad.map(|quad| quad.subject))
        .collect::<Result<Vec<_>, _>>()?;
    subjects
        .iter()
        .map(|subject| version(transaction, iri, subject))
        .collect()
}

fn version(
    transaction: &Transaction<'_>,
    iri: &str,
    subject: &NamedOrBlankNode,
) -> Result<HeldVersion, StorageError> {
    let default = Some(GraphNameRef::DefaultGraph);
    let catalogue = transaction
        .quads_for_pattern(Some(subject.as_ref()), None, None, default)
        .collect::<Result<Vec<_>, _>>()?;
    let digest = catalogue
        .iter()
        .find(|quad| quad.predicate == v::DIGEST)
        .map(|quad| match &quad.object {
            Term::Literal(literal) => literal.value().to_owned(),
            other => other.to_string(),
        });
    Ok(HeldVersion {
        version: number(iri, subject),
        digest: digest.unwrap_or_default(),
        catalogue,
    })
}

/// The version in the IRI of a catalogue record: what follows the resource's IRI and a full stop. 0, which no version is
/// and no mirror has bytes of, where it is none: such a record is taken out by a walk over the store.
fn number(iri: &str, subject: &NamedOrBlankNode) -> u64 {
    let NamedOrBlankNode::NamedNode(subject) = subject else {
        return 0;
    };
    let behind = subject.as_str().strip_prefix(iri);
    behind
        .and_then(|behind| behind.strip_prefix('.'))
        .and_then(|version| version.parse().ok())
        .unwrap_or(0)
}

/// Whether the graph shows exactly what it should.
pub(super) fn is_shown(
    transaction: &Transaction<'_>,
    held: &[HeldVersion],
    shown: Option<&Shown>,
) -> Result<bool, StorageError> {
    let (held, shown) = match (held, shown) {
        ([], None) => return Ok(true),
        ([held], Some(shown)) => (held, shown),
        _ => return Ok(false),
    };
    if held.catalogue.len() != CATALOGUE_LENGTH {
        return Ok(false);
    }
    // asked of the store rather than compared as text: it may write a time in another way
    for quad in &catalogue_record(shown) {
        if !transaction.contains(quad)? {
            return Ok(false);
        }
    }
    Ok(true)
}
