//! A term of an ontology, as much of it as this project uses, and the ontology that it came from.

/// One class of an ontology (or one facet of the tree of imaging methods).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Term {
    /// The one canonical IRI, for instance `http://purl.obolibrary.org/obo/FBbi_00000251`.
    pub iri: String,
    /// The preferred label; empty where the file has none (an imported class that is only mentioned).
    pub label: String,
    /// Exact synonyms only: a broad, narrow or related synonym names something else.
    pub synonyms: Vec<String>,
    /// The textual definition, where the file has one; slims carry none.
    pub definition: Option<String>,
    /// IRIs of the named superclasses (`rdfs:subClassOf`).
    pub parents: Vec<String>,
    /// IRIs of the wholes that every instance is part of (`BFO_0000050 some …`).
    pub part_of: Vec<String>,
    /// True where the ontology has withdrawn the term (`owl:deprecated`).
    pub obsolete: bool,
    /// IRI of the one term that replaces an obsolete one (`IAO_0100001`).
    pub replaced_by: Option<String>,
    /// Name of the ontology that the term was read from, as in [`Source::name`].
    pub ontology: String,
}

/// What is known of a file of terms: stated in its header, never guessed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Source {
    /// Short name, such as `FBbi`, `CL` or `GO`: the vocabulary that the file is about.
    pub name: String,
    /// Version as the file gives it: a date, a number or a version IRI.
    pub version: Option<String>,
    /// Licence as the file gives it: an IRI or a short text.
    pub licence: Option<String>,
    /// Where the terms come from: the ontology's IRI, or for a slim the file that it was cut from.
    pub origin: Option<String>,
}

impl Source {
    /// The date in the version, as `YYYY-MM-DD`, which is how two releases of an ontology are compared.
    #[must_use]
    pub fn date(&self) -> Option<&str> {
        let version = self.version.as_deref()?;
        let is_date = |window: &[u8]| {
            window
                .iter()
                .enumerate()
                .all(|(position, byte)| match position {
                    4 | 7 => *byte == b'-',
                    _ => byte.is_ascii_digit(),
                })
        };
        let start = version.as_bytes().windows(10).position(is_date)?;
        version.get(start..start + 10)
    }
}

/// A file of terms, loaded.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Ontology {
    /// What the file says about itself.
    pub source: Source,
    /// Every class in it, imported and obsolete ones too, each IRI once.
    pub terms: Vec<Term>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_date_is_found_wherever_the_version_holds_it() {
        let date = |version: &str| {
            let source = Source {
                version: Some(version.to_owned()),
                ..Source::default()
            };
            source.date().map(str::to_owned)
        };
        assert_eq!(
            date("releases/2025-05-14/pato.obo").as_deref(),
            Some("2025-05-14")
        );
        assert_eq!(date("v2026-03-26").as_deref(), Some("2026-03-26"));
        assert_eq!(date("1.14"), None);
    }
}
