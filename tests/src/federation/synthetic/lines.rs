//! A record line by line, in canonical form, without the detour over terms that are checked one by one.

use ontologies::schema::omma;

/// The lines of one record, in any order.
pub(super) struct Lines {
    resource: String,
    lines: Vec<String>,
}

impl Lines {
    /// A record about this IRI, with this salt.
    pub(super) fn about(resource: String, salt: &str) -> Lines {
        let mut lines = Lines {
            resource,
            lines: Vec::with_capacity(64),
        };
        lines.text("", omma::SALT, salt);
        lines
    }

    /// The IRI of the resource, or with `#name` behind it that of a part.
    pub(super) fn iri_of(&self, part: &str) -> String {
        format!("{}{part}", self.resource)
    }

    /// A part of the resource (`#name`, or nothing for itself) and an IRI.
    pub(super) fn iri(&mut self, part: &str, predicate: &str, object: &str) {
        let line = format!("<{}{part}> <{predicate}> <{object}> .\n", self.resource);
        self.lines.push(line);
    }

    /// A part and another part.
    pub(super) fn part(&mut self, part: &str, predicate: &str, other: &str) {
        self.iri(part, predicate, &self.iri_of(other));
    }

    /// A part and a text.
    pub(super) fn text(&mut self, part: &str, predicate: &str, value: &str) {
        self.value(part, predicate, value, "");
    }

    /// A part and a text with a datatype.
    pub(super) fn typed(&mut self, part: &str, predicate: &str, value: &str, datatype: &str) {
        self.value(part, predicate, value, &format!("^^<{datatype}>"));
    }

    fn value(&mut self, part: &str, predicate: &str, value: &str, behind: &str) {
        // labels of terms hold no control characters, so that these two are all that need an escape
        let value = value.replace('\\', "\\\\").replace('"', "\\\"");
        self.lines.push(format!(
            "<{}{part}> <{predicate}> \"{value}\"{behind} .\n",
            self.resource
        ));
    }

    /// The canonical bytes: sorted, each line once.
    pub(super) fn into_bytes(mut self) -> Vec<u8> {
        self.lines.sort_unstable();
        self.lines.dedup();
        self.lines.concat().into_bytes()
    }
}
