//! What records are written in: the vocabulary, the JSON-LD context, the shapes, and the IRIs that code uses.
//!
//! The documents are data (`ontologies/data`), embedded so that a node serves and checks the very bytes that were
//! tested. Every IRI that a record is made of is a constant here; nowhere else in the workspace is one written out.

/// Makes a constant per term of one namespace, and `ALL`, which lists them.
macro_rules! terms {
    ($namespace:literal; $($(#[$about:meta])* $name:ident = $local:literal),+ $(,)?) => {
        /// The namespace of these terms.
        pub const NAMESPACE: &str = $namespace;
        $($(#[$about])* pub const $name: &str = concat!($namespace, $local);)+
        /// Every term here, in the order of definition.
        pub const ALL: &[&str] = &[$($name),+];
    };
}
use terms;

pub mod omma;
mod published;

pub use published::*;

/// The `omma:` vocabulary, in Turtle: every class and property with a label, a definition and a status.
pub const VOCABULARY: &str = include_str!("../data/vocabulary/omma.ttl");

/// The JSON-LD 1.1 context of the JSON-LD form of a record; its bytes never change under this IRI.
pub const CONTEXT: &str = include_str!("../data/context/ommatidia-1.jsonld");

/// The IRI by which documents name [`CONTEXT`].
pub const CONTEXT_IRI: &str = "https://w3id.org/ommatidia/context/1";

/// SHA-256 of [`CONTEXT`], in hex: what a reader that keeps the context by hash compares with.
pub const CONTEXT_SHA256: &str = "64f41c18e0b2b10361baa3279fbe02712712ae08468526ac8d2b6d02f831c7e7";

/// SHACL shapes of the grade for new deposits, in Turtle.
pub const SHAPES_PROFILE_1: &str = include_str!("../data/shapes/profile-1.ttl");

/// SHACL shapes of the grade for what existed before, in Turtle.
pub const SHAPES_LEGACY: &str = include_str!("../data/shapes/profile-legacy.ttl");

/// Short names of namespaces, as Turtle and RDF/XML of a record use them: (prefix, namespace).
pub const PREFIXES: &[(&str, &str)] = &[
    ("bao", bao::NAMESPACE),
    ("dcat", dcat::NAMESPACE),
    ("dct", dct::NAMESPACE),
    ("dwc", dwc::NAMESPACE),
    ("dwciri", dwciri::NAMESPACE),
    ("oa", oa::NAMESPACE),
    ("obo", obo::NAMESPACE),
    ("odrl", odrl::NAMESPACE),
    ("omma", omma::NAMESPACE),
    ("prov", prov::NAMESPACE),
    ("rdf", rdf::NAMESPACE),
    ("rdfs", rdfs::NAMESPACE),
    ("schema", schema_org::NAMESPACE),
    ("spdx", spdx::NAMESPACE),
    ("xsd", xsd::NAMESPACE),
];
