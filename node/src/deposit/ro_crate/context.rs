//! Names of a crate's own and of the published contexts: which property or type a key stands for.
//!
//! A context is never fetched. The RO-Crate contexts and schema.org's map names to schema.org's, which is the meaning
//! that a bare name has here; definitions inside the crate are honoured; whatever stays unknown is kept under its name.

use std::borrow::Cow;
use std::collections::HashMap;

use serde_json::Value;

use crate::finding::Finding;

/// Prefixes that published contexts define and that crates use without saying so.
const PREFIXES: &[(&str, &str)] = &[
    ("schema", "http://schema.org/"),
    ("rdf", "http://www.w3.org/1999/02/22-rdf-syntax-ns#"),
    ("rdfs", "http://www.w3.org/2000/01/rdf-schema#"),
    ("dct", "http://purl.org/dc/terms/"),
    ("dcterms", "http://purl.org/dc/terms/"),
    ("dc", "http://purl.org/dc/elements/1.1/"),
    ("dwc", "http://rs.tdwg.org/dwc/terms/"),
    ("dwciri", "http://rs.tdwg.org/dwc/iri/"),
    ("bao", "http://www.bioassayontology.org/bao#"),
    ("obo", "http://purl.obolibrary.org/obo/"),
    ("bioschemas", "https://bioschemas.org/"),
];

/// Where the names that the profile knows live, so that an IRI leads back to the name.
const NAMESPACES: &[&str] = &[
    "http://schema.org/",
    "https://schema.org/",
    "http://www.schema.org/",
    "https://www.schema.org/",
    "https://bioschemas.org/terms/",
    "https://bioschemas.org/types/",
    "https://bioschemas.org/",
    "http://rs.tdwg.org/dwc/terms/",
    "http://rs.tdwg.org/dwc/iri/",
];

/// Names of other vocabularies that mean what a name of the profile means. `rdf:seeAlso` does not exist and is common.
const SYNONYMS: &[(&str, &str)] = &[
    ("http://www.w3.org/2000/01/rdf-schema#seeAlso", "seeAlso"),
    (
        "http://www.w3.org/1999/02/22-rdf-syntax-ns#seeAlso",
        "seeAlso",
    ),
    ("http://www.w3.org/2000/01/rdf-schema#label", "name"),
    (
        "http://www.w3.org/2000/01/rdf-schema#comment",
        "description",
    ),
    (
        "http://www.bioassayontology.org/bao#BAO_0002004",
        "hasCellLine",
    ),
    (
        "http://purl.obolibrary.org/obo/RO_0002162",
        "taxonomicRange",
    ),
    ("http://purl.org/dc/terms/title", "name"),
    ("http://purl.org/dc/terms/description", "description"),
    ("http://purl.org/dc/terms/license", "license"),
    ("http://purl.org/dc/terms/creator", "author"),
    ("http://purl.org/dc/terms/issued", "datePublished"),
    ("http://purl.org/dc/terms/publisher", "publisher"),
    ("http://purl.org/dc/terms/identifier", "identifier"),
    ("http://purl.org/dc/terms/conformsTo", "conformsTo"),
    ("http://purl.org/dc/terms/hasPart", "hasPart"),
    ("http://purl.org/dc/terms/accessRights", "accessRights"),
];

/// Spellings of a type's name that mean another.
const TYPE_SPELLINGS: &[(&str, &str)] = &[
    ("Organisation", "Organization"),
    ("QuantitiveValue", "QuantitativeValue"),
    ("File", "MediaObject"),
    ("Biosample", "BioSample"),
];

/// What the crate's `@context` says, as far as it can be known without fetching anything.
#[derive(Debug, Default)]
pub(super) struct Context {
    /// Terms and prefixes defined in the crate: name to IRI, or to a keyword such as `@id`.
    defined: HashMap<String, String>,
    /// The IRI that names without a definition start with, where the crate sets it.
    vocabulary: Option<String>,
    /// The IRI that relative ids are relative to, where the crate sets it.
    pub base: Option<String>,
}

impl Context {
    /// Reads the value of `@context`; an IRI of another context than RO-Crate's and schema.org's is a warning.
    pub fn read(value: &Value, findings: &mut Vec<Finding>) -> Context {
        let mut context = Context::default();
        match value {
            Value::Array(parts) => parts.iter().for_each(|part| context.add(part, findings)),
            part => context.add(part, findings),
        }
        context
    }

    fn add(&mut self, part: &Value, findings: &mut Vec<Finding>) {
        match part {
            Value::String(iri) if is_known_context(iri) => {}
            Value::String(iri) => findings.push(Finding::warning(
                "@context",
                format!("the context {iri} is not known here and no context is ever fetched; names that only it defines are kept as further names and values"),
            )),
            Value::Object(definitions) => {
                for (name, definition) in definitions {
                    self.define(name, definition, findings);
                }
            }
            Value::Null => {}
            _ => findings.push(Finding::warning("@context", "a context that is neither an IRI nor an object was left out")),
        }
    }

    fn define(&mut self, name: &str, definition: &Value, findings: &mut Vec<Finding>) {
        let iri = match definition {
            Value::String(iri) => Some(iri),
            Value::Object(members) => match members.get("@id") {
                Some(Value::String(iri)) => Some(iri),
                _ => None,
            },
            _ => None,
        };
        match (name, iri) {
            ("@vocab", Some(iri)) => self.vocabulary = Some(iri.clone()),
            ("@base", Some(iri)) => self.base = Some(iri.clone()),
            ("@import", Some(iri)) => findings.push(Finding::warning(
                "@context",
                format!("the context {iri} is to be imported and no context is ever fetched"),
            )),
            (_, Some(iri)) if !name.starts_with('@') => {
                self.defined.insert(name.to_owned(), iri.clone());
            }
            _ => {}
        }
    }

    /// The name by which the profile knows a property: `name` for `http://schema.org/name`, the IRI for one of another
    /// vocabulary, the key itself where nothing defines it; `@id` and `@type` for their aliases.
    pub fn property<'a>(&self, key: &'a str) -> Cow<'a, str> {
        self.name(key)
    }

    /// The name by which the profile knows a type.
    pub fn type_name(&self, key: &str) -> String {
        let name = self.name(key);
        let spelled = TYPE_SPELLINGS
            .iter()
            .find(|(other, _)| *other == name.as_ref());
        spelled.map_or_else(
            || name.into_owned(),
            |(_, canonical)| (*canonical).to_owned(),
        )
    }

    fn name<'a>(&self, key: &'a str) -> Cow<'a, str> {
        if key.starts_with('@') {
            return Cow::Borrowed(key);
        }
        if let Some(iri) = self.defined.get(key) {
            return Cow::Owned(profile_name(&self.expand(iri)).into_owned());
        }
        if key.contains(':') {
            return match self.expand(key) {
                Cow::Borrowed(iri) => profile_name(iri),
                Cow::Owned(iri) => Cow::Owned(profile_name(&iri).into_owned()),
            };
        }
        match &self.vocabulary {
            Some(vocabulary) if !NAMESPACES.contains(&vocabulary.as_str()) => {
                Cow::Owned(profile_name(&format!("{}{key}", self.expand(vocabulary))).into_owned())
            }
            _ => Cow::Borrowed(key),
        }
    }

    /// An id with its prefix written out: `obo:FBbi_1` as an IRI. What has no known prefix stays as it is.
    pub fn expand<'a>(&self, id: &'a str) -> Cow<'a, str> {
        let Some((prefix, local)) = id.split_once(':') else {
            return Cow::Borrowed(id);
        };
        if local.starts_with("//") || prefix.is_empty() || prefix == "_" {
            return Cow::Borrowed(id);
        }
        let known = || {
            PREFIXES
                .iter()
                .find(|(name, _)| *name == prefix)
                .map(|(_, iri)| *iri)
        };
        match self.defined.get(prefix).map(String::as_str).or_else(known) {
            Some(iri) => Cow::Owned(format!("{iri}{local}")),
            None => Cow::Borrowed(id),
        }
    }

    /// The prefix of a key that nothing defines, for which a reader would drop the key.
    pub fn undefined_prefix<'a>(&self, key: &'a str) -> Option<&'a str> {
        let (prefix, local) = key.split_once(':')?;
        let is_iri = local.starts_with("//");
        (!is_iri && !self.defined.contains_key(key) && matches!(self.expand(key), Cow::Borrowed(_)))
            .then_some(prefix)
    }
}

fn profile_name(iri: &str) -> Cow<'_, str> {
    if let Some((_, name)) = SYNONYMS.iter().find(|(other, _)| *other == iri) {
        return Cow::Borrowed(name);
    }
    let local = NAMESPACES
        .iter()
        .find_map(|namespace| iri.strip_prefix(namespace));
    Cow::Borrowed(local.filter(|local| !local.is_empty()).unwrap_or(iri))
}

fn is_known_context(iri: &str) -> bool {
    let rest = iri
        .strip_prefix("https://")
        .or_else(|| iri.strip_prefix("http://"))
        .unwrap_or(iri);
    let rest = rest.trim_end_matches('/');
    (rest.starts_with("w3id.org/ro/crate/") && rest.ends_with("/context"))
        || matches!(
            rest,
            "schema.org"
                | "www.schema.org"
                | "schema.org/docs/jsonldcontext.json"
                | "schema.org/docs/jsonldcontext.jsonld"
        )
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

    use super::*;

    fn context(json: &str) -> (Context, Vec<Finding>) {
        let mut findings = Vec::new();
        let context = Context::read(&serde_json::from_str(json).unwrap(), &mut findings);
        (context, findings)
    }

    #[test]
    fn both_spellings_of_schema_org_and_every_prefix_lead_to_the_same_name() {
        let (context, findings) =
            context(r#"["https://w3id.org/ro/crate/1.2/context", {"s": "https://schema.org/"}]"#);
        assert_eq!(findings, []);
        for key in [
            "name",
            "schema:name",
            "s:name",
            "http://schema.org/name",
            "https://schema.org/name",
        ] {
            assert_eq!(context.property(key), "name", "{key}");
        }
        assert_eq!(context.type_name("Organisation"), "Organization");
        assert_eq!(
            context.type_name("schema:QuantitiveValue"),
            "QuantitativeValue"
        );
    }

    #[test]
    fn a_definition_in_the_crate_is_honoured() {
        let (context, _) = context(
            r#"[{"x": "http://example.org/", "name": {"@id": "x:inner"}, "title": "http://schema.org/name", "seeAlso": "rdf:seeAlso",
                 "mm": "dwciri:measurementMethod", "kind": "@type"}]"#,
        );
        assert_eq!(context.property("name"), "http://example.org/inner");
        assert_eq!(context.property("title"), "name");
        assert_eq!(context.property("seeAlso"), "seeAlso");
        assert_eq!(context.property("mm"), "measurementMethod");
        assert_eq!(context.property("kind"), "@type");
        assert_eq!(context.expand("x:y"), "http://example.org/y");
        assert_eq!(
            context.expand("obo:FBbi_1"),
            "http://purl.obolibrary.org/obo/FBbi_1"
        );
        assert_eq!(context.expand("https://a.example/b"), "https://a.example/b");
        assert_eq!(context.undefined_prefix("zz:y"), Some("zz"));
        assert_eq!(context.undefined_prefix("x:y"), None);
    }

    #[test]
    fn a_vocabulary_of_its_own_takes_bare_names_away() {
        let (context, _) = context(r#"{"@vocab": "http://example.org/v#"}"#);
        assert_eq!(context.property("name"), "http://example.org/v#name");
    }

    #[test]
    fn an_unknown_context_is_a_warning_and_is_not_fetched() {
        let (context, findings) = context(
            r#"["https://context.example/secret.jsonld", {"@import": "https://context.example/other"}]"#,
        );
        assert_eq!(findings.len(), 2);
        assert!(
            findings[0]
                .message
                .contains("https://context.example/secret.jsonld")
        );
        assert_eq!(context.property("name"), "name");
    }
}
