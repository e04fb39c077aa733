//! From what was verified to what the store takes: terms that are known to be good are not looked at again.

use oxigraph::model::{GraphNameRef, LiteralRef, NamedNode, NamedNodeRef, Quad, QuadRef, TermRef};
use protocol::record::{ObjectRef, Record, StatementRef, XSD_STRING};

use super::vocabulary as v;
use crate::projection::Shown;

/// How many statements a catalogue record is made of.
pub(super) const CATALOGUE_LENGTH: usize = 6;

/// A statement of a record, for the default graph; nothing is copied, and nothing checked, since a [`Record`] was.
pub(super) fn quad<'a>(statement: &'a StatementRef<'a>) -> QuadRef<'a> {
    let object: TermRef<'a> = match statement.object() {
        ObjectRef::Iri(iri) => NamedNodeRef::new_unchecked(iri).into(),
        ObjectRef::Literal(literal) => match (literal.language(), literal.datatype()) {
            (Some(language), _) => {
                LiteralRef::new_language_tagged_literal_unchecked(literal.value(), language).into()
            }
            (None, XSD_STRING) => LiteralRef::new_simple_literal(literal.value()).into(),
            (None, datatype) => {
                let datatype = NamedNodeRef::new_unchecked(datatype);
                LiteralRef::new_typed_literal(literal.value(), datatype).into()
            }
        },
    };
    QuadRef::new(
        NamedNodeRef::new_unchecked(statement.subject()),
        NamedNodeRef::new_unchecked(statement.predicate()),
        object,
        GraphNameRef::DefaultGraph,
    )
}

/// Does something with each statement of a record.
pub(super) fn for_each_quad(record: &Record, mut act: impl FnMut(QuadRef<'_>)) {
    for statement in record.statements() {
        act(quad(&statement));
    }
}

/// The IRI of the resource that a shown record is about.
pub(super) fn resource(shown: &Shown) -> String {
    shown.namespace.iri(&shown.id)
}

/// The `dcat:CatalogRecord` of a shown record: who published it, where it stands in that member's log, when it was verified.
pub(super) fn catalogue_record(shown: &Shown) -> [Quad; CATALOGUE_LENGTH] {
    let subject =
        NamedNode::new_unchecked(shown.namespace.iri_of_version(&shown.id, shown.version));
    let topic = NamedNode::new_unchecked(resource(shown));
    let index = shown.index.to_string();
    let digest = shown.record.digest().to_string();
    let say = |predicate: NamedNodeRef<'_>, object: TermRef<'_>| {
        QuadRef::new(&subject, predicate, object, GraphNameRef::DefaultGraph).into_owned()
    };
    let text = |value| LiteralRef::new_simple_literal(value).into();
    let typed = |value, datatype| LiteralRef::new_typed_literal(value, datatype).into();
    [
        say(v::TYPE, v::CATALOG_RECORD.into()),
        say(v::PRIMARY_TOPIC, topic.as_ref().into()),
        say(v::MEMBER, text(&shown.member)),
        say(v::LOG_INDEX, typed(&index, v::INTEGER)),
        say(v::DIGEST, text(&digest)),
        say(v::VERIFIED_AT, typed(&shown.verified_at, v::DATE_TIME)),
    ]
}
