//! The IRIs that the harvester itself writes into the graph, and that no record is made of.

use ontologies::schema::{omma, rdf, xsd};
use oxigraph::model::NamedNodeRef;
use oxigraph::model::vocab::rdfs;

const fn iri(text: &'static str) -> NamedNodeRef<'static> {
    NamedNodeRef::new_unchecked(text)
}

pub(super) const TYPE: NamedNodeRef<'static> = iri(rdf::TYPE);
pub(super) const INTEGER: NamedNodeRef<'static> = iri(xsd::INTEGER);
pub(super) const DATE_TIME: NamedNodeRef<'static> = iri(xsd::DATE_TIME);
pub(super) const BOOLEAN: NamedNodeRef<'static> = iri("http://www.w3.org/2001/XMLSchema#boolean");

// ---- catalogue records (PROTOCOL.md section 1, reserved for harvesters)

pub(super) const CATALOG_RECORD: NamedNodeRef<'static> =
    iri("http://www.w3.org/ns/dcat#CatalogRecord");
pub(super) const PRIMARY_TOPIC: NamedNodeRef<'static> =
    iri("http://xmlns.com/foaf/0.1/primaryTopic");
pub(super) const MEMBER: NamedNodeRef<'static> = iri(omma::MEMBER);
pub(super) const LOG_INDEX: NamedNodeRef<'static> = iri(omma::LOG_INDEX);
pub(super) const DIGEST: NamedNodeRef<'static> = iri(omma::DIGEST);
pub(super) const VERIFIED_AT: NamedNodeRef<'static> = iri(omma::VERIFIED_AT);

// ---- images

pub(super) const PERCEPTUAL_HASH: NamedNodeRef<'static> = iri(omma::PERCEPTUAL_HASH);

// ---- terms of ontologies

pub(super) const CLASS: NamedNodeRef<'static> = iri("http://www.w3.org/2002/07/owl#Class");
pub(super) const LABEL: NamedNodeRef<'static> = rdfs::LABEL;
/// The predicate of the ontologies themselves: whoever knows GO or CL asks for synonyms by it, in any triple store that
/// holds them. `skos:altLabel` would be ours alone, and says less: it does not promise that the synonym is exact.
pub(super) const EXACT_SYNONYM: NamedNodeRef<'static> =
    iri("http://www.geneontology.org/formats/oboInOwl#hasExactSynonym");
pub(super) const DEFINITION: NamedNodeRef<'static> =
    iri("http://purl.obolibrary.org/obo/IAO_0000115");
pub(super) const SUB_CLASS_OF: NamedNodeRef<'static> = rdfs::SUB_CLASS_OF;
/// "part of" (BFO). In OWL it is a restriction, which needs a blank node; as a plain statement between two classes, the way
/// the relation graphs of the OBO library write it, it can be asked for.
pub(super) const PART_OF: NamedNodeRef<'static> = iri("http://purl.obolibrary.org/obo/BFO_0000050");
pub(super) const DEPRECATED: NamedNodeRef<'static> =
    iri("http://www.w3.org/2002/07/owl#deprecated");
pub(super) const REPLACED_BY: NamedNodeRef<'static> =
    iri("http://purl.obolibrary.org/obo/IAO_0100001");
pub(super) const BROADER: NamedNodeRef<'static> = iri(omma::BROADER);

/// Every predicate by which a term is described: what is taken out with a term is what has one of these.
pub(super) const OF_TERMS: [NamedNodeRef<'static>; 9] = [
    TYPE,
    LABEL,
    EXACT_SYNONYM,
    DEFINITION,
    SUB_CLASS_OF,
    PART_OF,
    DEPRECATED,
    REPLACED_BY,
    BROADER,
];

// ---- what the harvester remembers for itself, in a graph that no query sees

/// The named graph of what the harvester remembers, and the one subject in it.
pub(super) const STATE: NamedNodeRef<'static> = iri("urn:x-ommatidia:graph");
/// How far the log of changes was applied.
pub(super) const POSITION: NamedNodeRef<'static> = iri("urn:x-ommatidia:position");
/// A digest of the terms whose statements are all there.
pub(super) const TERMS: NamedNodeRef<'static> = iri("urn:x-ommatidia:terms");
