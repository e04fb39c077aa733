//! The members of an entry's JSON object, read by name.

use serde_json::{Map, Value};

use super::EntryError;
use crate::digest::Digest;

pub(super) struct Members<'a>(&'a Map<String, Value>);

impl<'a> Members<'a> {
    pub(super) fn of(document: &'a Value) -> Result<Self, EntryError> {
        document
            .as_object()
            .map(Self)
            .ok_or(EntryError::NotAnObject)
    }

    pub(super) fn has(&self, name: &str) -> bool {
        self.0.contains_key(name)
    }

    fn required(&self, name: &'static str) -> Result<&'a Value, EntryError> {
        self.0.get(name).ok_or(EntryError::Member {
            name,
            detail: "is missing".to_owned(),
        })
    }

    pub(super) fn text(&self, name: &'static str) -> Result<&'a str, EntryError> {
        self.required(name)?.as_str().ok_or(EntryError::Member {
            name,
            detail: "is not a text".to_owned(),
        })
    }

    pub(super) fn number(&self, name: &'static str) -> Result<u64, EntryError> {
        self.required(name)?.as_u64().ok_or(EntryError::Member {
            name,
            detail: "is not a number".to_owned(),
        })
    }

    pub(super) fn digest(&self, name: &'static str) -> Result<Digest, EntryError> {
        self.parsed(name, Digest::parse)
    }

    pub(super) fn parsed<T, E: std::fmt::Display>(
        &self,
        name: &'static str,
        parse: impl FnOnce(&str) -> Result<T, E>,
    ) -> Result<T, EntryError> {
        parse(self.text(name)?).map_err(|error| EntryError::Member {
            name,
            detail: error.to_string(),
        })
    }
}
