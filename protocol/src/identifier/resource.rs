use super::{Accession, IdentifierError, Prefix};
use crate::text_form::text_form;

/// An id of the general form `PREFIX-…`, whose kind this version of the protocol may not know (section 2, unknown kinds).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ResourceId(String);

impl ResourceId {
    /// Reads an id.
    ///
    /// # Errors
    /// [`IdentifierError::ResourceId`] for anything that does not match `^[A-Z]{2,6}-[A-Za-z0-9-]+$`.
    pub fn parse(text: &str) -> Result<Self, IdentifierError> {
        let well_formed = text.split_once('-').is_some_and(|(prefix, rest)| {
            Prefix::parse(prefix).is_ok()
                && !rest.is_empty()
                && rest
                    .bytes()
                    .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
        });
        if well_formed {
            Ok(Self(text.to_owned()))
        } else {
            Err(IdentifierError::ResourceId(text.to_owned()))
        }
    }

    /// The id as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The letters before the first hyphen.
    pub fn prefix(&self) -> &str {
        self.0.split('-').next().unwrap_or_default()
    }

    /// The same id as an accession, if it is of a kind that this version of the protocol knows.
    pub fn accession(&self) -> Option<Accession> {
        Accession::parse(&self.0).ok()
    }
}

impl From<Accession> for ResourceId {
    fn from(id: Accession) -> Self {
        Self(id.as_str().to_owned())
    }
}

impl From<&Accession> for ResourceId {
    fn from(id: &Accession) -> Self {
        Self(id.as_str().to_owned())
    }
}

text_form!(ResourceId, IdentifierError);
