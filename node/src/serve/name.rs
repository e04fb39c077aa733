//! The last part of `/id/<id>[.<version>][.<suffix>]`: read once, at the edge.

use ::web::http::Suffix;
use protocol::identifier::{Accession, Kind, Prefix, ResourceId, VersionedId};

use super::error::ServeError;

/// What a name under `/id/` asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Name {
    /// The id.
    pub id: Accession,
    /// The version, where one is given.
    pub version: Option<u64>,
    /// What the suffix asks for, where one is given.
    pub suffix: Option<Suffix>,
}

impl Name {
    /// Reads a name that this archive could answer.
    ///
    /// # Errors
    /// [`ServeError::NotFound`], which says what is wrong with it.
    pub fn parse(text: &str, prefix: &Prefix) -> Result<Name, ServeError> {
        let (id, rest) = match text.split_once('.') {
            Some((id, rest)) => (id, Some(rest)),
            None => (text, None),
        };
        let id = accession(id, prefix)?;
        let (version, suffix) = match rest {
            None => (None, None),
            Some(rest) => match rest.split_once('.') {
                Some((number, suffix)) if is_number(number) => (Some(number), Some(suffix)),
                None if is_number(rest) => (Some(rest), None),
                _ => (None, Some(rest)),
            },
        };
        let version = version.map(|number| version_of(&id, number)).transpose()?;
        let suffix = suffix.map(|suffix| suffix_of(&id, suffix)).transpose()?;
        Ok(Name {
            id,
            version,
            suffix,
        })
    }

    /// Reads the name of a study, with or without a version: what has files.
    ///
    /// # Errors
    /// [`ServeError::NotFound`].
    pub fn parse_study(text: &str, prefix: &Prefix) -> Result<Name, ServeError> {
        let name = Name::parse(text, prefix)?;
        if name.id.kind() != Kind::Study || name.suffix.is_some() {
            return Err(ServeError::NotFound(format!(
                "{text} is not a study, and only studies have files; ask for /id/<study>/files/<path>"
            )));
        }
        Ok(name)
    }

    /// Id and version without a suffix, as they stand in addresses.
    pub fn stem(&self) -> String {
        match self.version {
            Some(version) => format!("{}.{version}", self.id),
            None => self.id.to_string(),
        }
    }
}

fn accession(text: &str, prefix: &Prefix) -> Result<Accession, ServeError> {
    let is_ours = |found: &str| found == prefix.as_str();
    match Accession::parse(text) {
        Ok(id) if is_ours(id.prefix()) => Ok(id),
        Ok(id) => Err(another_member(text, id.prefix(), prefix)),
        Err(error) => Err(match (ResourceId::parse(text), text.split_once('-')) {
            (Ok(_), Some((found, _))) if !is_ours(found) => another_member(text, found, prefix),
            _ => ServeError::NotFound(error.to_string()),
        }),
    }
}

fn another_member(id: &str, found: &str, ours: &Prefix) -> ServeError {
    ServeError::NotFound(format!(
        "{id} belongs to another member: ids that begin with {found}- are not this archive's, which begin with {ours}-; \
         ask the federation's portal for it"
    ))
}

fn is_number(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

fn version_of(id: &Accession, number: &str) -> Result<u64, ServeError> {
    VersionedId::parse(&format!("{id}.{number}"))
        .map(|versioned| versioned.version())
        .map_err(|error| ServeError::NotFound(error.to_string()))
}

fn suffix_of(id: &Accession, suffix: &str) -> Result<Suffix, ServeError> {
    let known = Suffix::parse(suffix);
    if let Some(suffix) = known.filter(|known| known.is_of(id.kind())) {
        return Ok(suffix);
    }
    let why = match known {
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
    use protocol::identifier::Prefix;

    use ::web::http::Format;

    use super::{Name, Suffix};

    fn parse(text: &str) -> Result<(String, Option<u64>, Option<Suffix>), String> {
        let prefix = Prefix::parse("DND").expect("a prefix");
        let name = Name::parse(text, &prefix).map_err(|error| error.to_string())?;
        Ok((name.id.to_string(), name.version, name.suffix))
    }

    #[test]
    fn an_id_may_have_a_version_and_a_suffix() {
        let id = |text: &str| text.to_owned();
        assert_eq!(parse("DND-S42"), Ok((id("DND-S42"), None, None)));
        assert_eq!(parse("DND-S42.2"), Ok((id("DND-S42"), Some(2), None)));
        let form = |format| Some(Suffix::Form(format));
        for (text, expected) in [
            ("DND-S42.ttl", (id("DND-S42"), None, form(Format::Turtle))),
            (
                "DND-S42-I7.12.jsonld",
                (id("DND-S42-I7"), Some(12), form(Format::JsonLd)),
            ),
            (
                "DND-S42.2.ro-crate.json",
                (id("DND-S42"), Some(2), form(Format::RoCrate)),
            ),
            (
                "DND-S42.csl.json",
                (id("DND-S42"), None, form(Format::CslJson)),
            ),
            (
                "DND-S42-I7.3.linkset.json",
                (id("DND-S42-I7"), Some(3), Some(Suffix::LinkSet)),
            ),
        ] {
            assert_eq!(parse(text), Ok(expected), "{text}");
        }
    }

    #[test]
    fn what_is_no_name_says_why() {
        for (text, words) in [
            ("DND-S42.html", "there is no form .html"),
            ("DND-S42.2.crate.json", "there is no form .crate.json"),
            ("DND-S42-I7.bib", ".bib is a form of studies alone"),
            ("DND-N9.linkset.json", "there are .jsonld .ttl .nq .rdf,"),
            ("DND-S42.", "there is no form ."),
            ("DND-S42.2.", "there is no form ."),
            ("DND-S42.02", "version from 1"),
            ("DND-S42.0", "version from 1"),
            ("DND-S42.99999999999999999999", "version from 1"),
            ("ABC-S1", "another member"),
            ("ABC-X9-1", "another member"),
            ("DND-X9", "not of the form"),
            ("DND-S042", "not of the form"),
            ("dnd-s42", "not of the form"),
            ("", "not of the form"),
            ("..", "not of the form"),
        ] {
            let said = parse(text).expect_err(text);
            assert!(said.contains(words), "{text}: {said}");
        }
    }

    #[test]
    fn only_studies_have_files() {
        let prefix = Prefix::parse("DND").expect("a prefix");
        assert!(Name::parse_study("DND-S42.2", &prefix).is_ok());
        assert!(
            Name::parse_study("DND-S42-I7", &prefix).is_err()
                && Name::parse_study("DND-S42.ttl", &prefix).is_err()
        );
    }
}
