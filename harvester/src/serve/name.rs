//! What an address under `/id/` names: a resource, perhaps in one version, perhaps in one form.

use ::web::http::Format;
use protocol::identifier::{Accession, VersionedId};

use super::error::ServeError;

/// Forms that a node makes and a mirror cannot, because more than the record goes into them: its member is asked.
const MADE_BY_MEMBERS: [&str; 6] = [
    "tlog-proof",
    "ro-crate.json",
    "datacite.xml",
    "bib",
    "ris",
    "csl.json",
];

/// The form that an address asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    /// Whatever the client likes best.
    Negotiated,
    /// The one of its suffix.
    Fixed(Format),
    /// One that only the member makes.
    OfMember,
}

/// What an address names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Name {
    /// the resource
    pub id: Accession,
    /// one version of it; none for the newest
    pub version: Option<u64>,
    /// the form
    pub form: Form,
    text: String,
}

impl Name {
    /// Reads `DND-S42`, `DND-S42.2`, `DND-S42.ttl`, `DND-S42.2.nq`.
    ///
    /// # Errors
    /// 404 for what is no accession.
    pub fn parse(text: &str) -> Result<Self, ServeError> {
        let (stem, form) = split(text);
        let (id, version) = match Accession::parse(stem) {
            Ok(id) => (id, None),
            Err(_) => {
                let versioned = VersionedId::parse(stem).map_err(|_| {
                    ServeError::NotFound(format!(
                        "{text:?} is no accession; one is like DND-S42, DND-S42-I7 or DND-S42.2, and may end in .jsonld, .ttl, .nq or .rdf"
                    ))
                })?;
                (versioned.id().clone(), Some(versioned.version()))
            }
        };
        Ok(Self {
            id,
            version,
            form,
            text: text.to_owned(),
        })
    }

    /// Id and version, as they stand in addresses.
    pub fn stem(&self) -> String {
        match self.version {
            Some(version) => format!("{}.{version}", self.id),
            None => self.id.to_string(),
        }
    }

    /// The whole name as it was asked for: letters, digits, `-` and `.` alone.
    pub fn as_str(&self) -> &str {
        &self.text
    }
}

/// What is before the suffix, and the form that it means.
fn split(text: &str) -> (&str, Form) {
    let of_member = MADE_BY_MEMBERS
        .iter()
        .find_map(|suffix| text.strip_suffix(suffix)?.strip_suffix('.'));
    if let Some(stem) = of_member {
        return (stem, Form::OfMember);
    }
    let known = text
        .rsplit_once('.')
        .and_then(|(stem, suffix)| Some((stem, Format::from_suffix(suffix)?)));
    match known {
        Some((stem, format)) => (stem, Form::Fixed(format)),
        None => (text, Form::Negotiated),
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

    use super::*;

    #[test]
    fn a_name_has_an_id_perhaps_a_version_perhaps_a_form() {
        for (text, id, version, form) in [
            ("DND-S42", "DND-S42", None, Form::Negotiated),
            ("DND-S42.2", "DND-S42", Some(2), Form::Negotiated),
            ("DND-S42.ttl", "DND-S42", None, Form::Fixed(Format::Turtle)),
            (
                "DND-S42-I7.12.nq",
                "DND-S42-I7",
                Some(12),
                Form::Fixed(Format::NQuads),
            ),
            ("DND-S42.1.csl.json", "DND-S42", Some(1), Form::OfMember),
            ("DND-N9.tlog-proof", "DND-N9", None, Form::OfMember),
        ] {
            let name = Name::parse(text).unwrap();
            let read = (name.id.as_str(), name.version, name.form);
            assert_eq!(read, (id, version, form), "{text}");
            assert_eq!(name.as_str(), text);
        }
    }

    #[test]
    fn what_is_no_accession_is_refused() {
        for text in [
            "",
            ".",
            "..",
            "dnd-S1",
            "DND-S1.",
            "DND-S1.0",
            "DND-S1.02",
            "DND-S1.exe",
            "DND-S1.ttl.ttl",
            "DND-S1/",
            "DND-S1\n",
            "//evil.example",
            "DND-S01",
            "bib",
            ".bib",
        ] {
            assert!(Name::parse(text).is_err(), "{text:?}");
        }
    }
}
