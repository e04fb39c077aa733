//! Terms of catalogues that no record is made of. What records are made of is in `ontologies::schema`.

pub(super) const CATALOG: &str = "http://www.w3.org/ns/dcat#Catalog";
pub(super) const CATALOG_DATASET: &str = "http://www.w3.org/ns/dcat#dataset";
pub(super) const DATA_SERVICE: &str = "http://www.w3.org/ns/dcat#DataService";
pub(super) const SERVICE: &str = "http://www.w3.org/ns/dcat#service";
pub(super) const ENDPOINT_URL: &str = "http://www.w3.org/ns/dcat#endpointURL";
pub(super) const SERVES_DATASET: &str = "http://www.w3.org/ns/dcat#servesDataset";
pub(super) const KEYWORD: &str = "http://www.w3.org/ns/dcat#keyword";
pub(super) const THEME: &str = "http://www.w3.org/ns/dcat#theme";
pub(super) const LANDING_PAGE: &str = "http://www.w3.org/ns/dcat#landingPage";
pub(super) const ACCESS_URL: &str = "http://www.w3.org/ns/dcat#accessURL";

pub(super) const TITLE: &str = "http://purl.org/dc/terms/title";
pub(super) const DESCRIPTION: &str = "http://purl.org/dc/terms/description";
pub(super) const PUBLISHER: &str = "http://purl.org/dc/terms/publisher";
pub(super) const CREATOR: &str = "http://purl.org/dc/terms/creator";
pub(super) const SOURCE: &str = "http://purl.org/dc/terms/source";
pub(super) const IS_REFERENCED_BY: &str = "http://purl.org/dc/terms/isReferencedBy";
pub(super) const LICENSE_DOCUMENT: &str = "http://purl.org/dc/terms/LicenseDocument";
pub(super) const RIGHTS_STATEMENT: &str = "http://purl.org/dc/terms/RightsStatement";

pub(super) const AGENT: &str = "http://xmlns.com/foaf/0.1/Agent";
pub(super) const DOCUMENT: &str = "http://xmlns.com/foaf/0.1/Document";
pub(super) const FOAF_NAME: &str = "http://xmlns.com/foaf/0.1/name";
pub(super) const HOMEPAGE: &str = "http://xmlns.com/foaf/0.1/homepage";

pub(super) const CONCEPT: &str = "http://www.w3.org/2004/02/skos/core#Concept";
pub(super) const PREFERRED_LABEL: &str = "http://www.w3.org/2004/02/skos/core#prefLabel";

pub(super) const HYDRA: &str = "http://www.w3.org/ns/hydra/core#";
pub(super) const VOID: &str = "http://rdfs.org/ns/void#";

/// Prefixes of a catalogue.
pub(super) const PREFIXES: [(&str, &str); 10] = [
    ("dcat", "http://www.w3.org/ns/dcat#"),
    ("dct", "http://purl.org/dc/terms/"),
    ("foaf", "http://xmlns.com/foaf/0.1/"),
    ("hydra", HYDRA),
    ("owl", "http://www.w3.org/2002/07/owl#"),
    ("prov", "http://www.w3.org/ns/prov#"),
    ("rdf", "http://www.w3.org/1999/02/22-rdf-syntax-ns#"),
    ("skos", "http://www.w3.org/2004/02/skos/core#"),
    ("void", VOID),
    ("xsd", "http://www.w3.org/2001/XMLSchema#"),
];
