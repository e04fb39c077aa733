//! Bioschemas: what search engines read in a page.

mod catalogue;
mod dataset;
mod values;

pub use catalogue::{CatalogueView, ListedStudy, data_catalogue};
pub use dataset::dataset;

use serde_json::{Value, json};

/// `dct:conformsTo`, as Bioschemas wants it in every description.
fn conforms_to(profile: &str) -> Value {
    json!({ "@id": profile, "@type": "CreativeWork" })
}

/// The name of that property, in full, since schema.org's context does not know it.
const CONFORMS_TO: &str = "http://purl.org/dc/terms/conformsTo";
