//! What an address under `/id/` names: a resource, perhaps in one version, perhaps in one form.

use ::web::http::{Format, Suffix};
use protocol::identifier::{Accession, VersionedId};

use super::error::ServeError;

/// What a node has and a mirror cannot make of the record alone: its member is asked.
const MADE_BY_MEMBERS: [&str; 1] = ["tlog-proof"];

/// The form that an address asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    /// Whatever the client likes best.
    Negotiated,
    /// The one of its suffix.
    Fixed(Format),
    /// The links of its page.
    LinkSet,
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
    /// Reads `DND-S42`, `DND-S42.2`, `DND-S42.ttl`, `DND-S42.2.csl.json`.
    ///
    /// # Errors
    /// 404 for what is no accession, or a form that the resource cannot have.
    pub fn parse(text: &str) -> Result<Self, ServeError> {
        let (stem, suffix) = split(text);
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
            form: suffix.map_or(Ok(Form::Negotiated), |suffix| form(&id, suffix))?,
            id,
            version,
            text: text.to_owned(),
        })
    }

    /// Whether the version was named, so that the answer never changes.
    pub fn is_versioned(&self) -> bool {
        self.version.is_some()
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

/// What is before the suffix, and the suffix: what stands behind the first full stop that is not a version's.
fn split(text: &str) -> (&str, Option<&str>) {
    let Some((id, rest)) = text.split_once('.') else {
        return (text, None);
    };
    let number = rest.split('.').next().unwrap_or_default();
    if number.is_empty() || !number.bytes().all(|byte| byte.is_ascii_digit()) {
        return (id, Some(rest));
    }
    let stem = &text[..id.len() + 1 + number.len()];
    (stem, rest[number.len()..].strip_prefix('.'))
}

fn form(id: &Accession, suffix: &str) -> Result<Form, ServeError> {
    if MADE_BY_MEMBERS.contains(&suffix) {
        return Ok(Form::OfMember);
    }
    let known = Suffix::parse(suffix);
    let why = match known {
        Some(known) if known.is_of(id.kind()) => {
            return Ok(match known {
                Suffix::Form(format) => Form::Fixed(format),
                Suffix::LinkSet => Form::LinkSet,
            });
        }
        Some(_) => format!("{id} is no study, and .{suffix} is a form of studies alone"),
        None => format!("there is no form .{suffix} here"),
    };
    Err(ServeError::NotFound(format!(
        "{why}; there are {}, and the page without a suffix",
        Suffix::all_of(id.kind())
    )))
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
            (
                "DND-S42.1.csl.json",
                "DND-S42",
                Some(1),
                Form::Fixed(Format::CslJson),
            ),
            ("DND-S42-I7.linkset.json", "DND-S42-I7", None, Form::LinkSet),
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
            "DND-S1-I1.bib",
            "DND-N1.linkset.json",
            "DND-S1.1.",
            "DND-S1.1.1",
        ] {
            assert!(Name::parse(text).is_err(), "{text:?}");
        }
    }
}
