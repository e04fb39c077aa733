//! What the harvester remembers for itself, in the store and in the same transactions as the data.
//!
//! It stands in a named graph, and queries are answered over the default graph alone, so nobody sees it.

use oxigraph::model::{GraphNameRef, LiteralRef, NamedNodeRef, QuadRef, Term};
use oxigraph::store::{QuadIter, StorageError, Store, Transaction};

use super::vocabulary as v;

/// What is remembered under a name; none where nothing is.
pub(super) fn read(store: &Store, name: NamedNodeRef<'_>) -> Result<Option<String>, StorageError> {
    let graph = GraphNameRef::from(v::STATE);
    let mut quads = store.quads_for_pattern(Some(v::STATE.into()), Some(name), None, Some(graph));
    quads.next().map(|quad| Ok(text(quad?.object))).transpose()
}

/// Remembers a value in the place of what was remembered under this name before.
pub(super) fn write(
    transaction: &mut Transaction<'_>,
    name: NamedNodeRef<'_>,
    value: &str,
) -> Result<(), StorageError> {
    forget(transaction, name)?;
    transaction.insert(QuadRef::new(
        v::STATE,
        name,
        // plain text: the store would write a number in its own way
        LiteralRef::new_simple_literal(value),
        v::STATE,
    ));
    Ok(())
}

/// Forgets what is remembered under a name.
pub(super) fn forget(
    transaction: &mut Transaction<'_>,
    name: NamedNodeRef<'_>,
) -> Result<(), StorageError> {
    let graph = GraphNameRef::from(v::STATE);
    let quads: QuadIter<'_> =
        transaction.quads_for_pattern(Some(v::STATE.into()), Some(name), None, Some(graph));
    for quad in quads.collect::<Result<Vec<_>, _>>()? {
        transaction.remove(&quad);
    }
    Ok(())
}

/// How many statements the harvester remembers things by.
pub(super) fn len(store: &Store) -> Result<u64, StorageError> {
    let graph = GraphNameRef::from(v::STATE);
    let quads = store.quads_for_pattern(None, None, None, Some(graph));
    quads.map(|quad| quad.map(|_| 1)).sum()
}

fn text(term: Term) -> String {
    match term {
        Term::Literal(literal) => literal.destruct().0,
        other => other.to_string(),
    }
}
