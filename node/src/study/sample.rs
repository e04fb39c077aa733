//! What was imaged, how it was made ready and how it was imaged.

use serde::{Deserialize, Serialize};

use super::{Property, TermUse};

/// What was treated with what.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Default)]
pub struct Treatment {
    /// The agent: a compound, a reagent, a condition.
    pub agent: String,
    /// How much, as given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dose: Option<String>,
    /// The unit of the dose.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit: Option<String>,
    /// How long, as given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub duration: Option<String>,
}

/// Whether a biosample was treated or stands for comparison.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum BiosampleRole {
    /// Left as it is, for comparison.
    Control,
    /// Treated.
    Treated,
}

/// What was imaged, biologically.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Default)]
pub struct Biosample {
    /// Its name inside the source, by which others point to it.
    pub id: String,
    /// A title.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// In words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// Organisms, cell types, cell lines, tissues, diseases, processes: each with its role.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub terms: Vec<TermUse>,
    /// Strain.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub strain: Option<String>,
    /// Genotype.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub genotype: Option<String>,
    /// Sex.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sex: Option<String>,
    /// Age.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub age: Option<String>,
    /// Developmental stage.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stage: Option<String>,
    /// Treatments, in order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub treatments: Vec<Treatment>,
    /// Control or treated.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub role: Option<BiosampleRole>,
    /// Experimental variables and further names and values.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub additional: Vec<Property>,
}

/// A step of preparing a specimen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Default)]
pub struct PreparationStep {
    /// The method as a term.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub method: Option<TermUse>,
    /// In words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
}

/// How a biosample was made ready for the microscope.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Default)]
pub struct Specimen {
    /// Its name inside the source.
    pub id: String,
    /// A title.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// The biosample that it was made from, by its name inside the source.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub biosample: Option<String>,
    /// The steps, in order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub preparation: Vec<PreparationStep>,
    /// Further names and values.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub additional: Vec<Property>,
}

/// A protocol: an image acquisition when it has an imaging method, else just a protocol.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Default)]
pub struct Acquisition {
    /// Its name inside the source.
    pub id: String,
    /// A title.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// In words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// Imaging methods (role `Method`).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub methods: Vec<TermUse>,
    /// The microscope and what hangs on it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub instrument: Option<String>,
    /// Further names and values.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub additional: Vec<Property>,
}
