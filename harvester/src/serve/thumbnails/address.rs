//! Where a thumbnail is fetched from.
//!
//! A record names it under the namespace, as a file of its own study: that is asked of its member, at the base that the
//! roster gives, by the rule of the resolver ([`Owner::file`]). Anything else has to be https, and is fetched only under the
//! address rules and limits of every fetch. `http`, other schemes, another study's files and names that are none lead nowhere.

use protocol::identifier::{Accession, Namespace};
use url::Url;

use crate::serve::name::{Form, Name};
use crate::serve::owner::Owner;

/// The address of a picture.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Address<'a> {
    /// A file or thumbnail of the record's own study, kept by its member.
    AtMember { name: Name, rest: &'a str },
    /// Somewhere on the web.
    Elsewhere(Url),
}

/// Reads what a record of this resource names as its picture; none for what is not fetched.
pub(super) fn of<'a>(text: &'a str, namespace: &Namespace, id: &Accession) -> Option<Address<'a>> {
    if let Some(below) = text.strip_prefix(namespace.as_str()) {
        let (name, rest) = below.split_once('/')?;
        let name = Name::parse(name).ok()?;
        let is_own = name.id.study_part().is_some() && name.id.study_part() == id.study_part();
        let is_picture = rest.starts_with("files/") || rest == "thumbnail";
        let is_plain = name.form == Form::Negotiated && !rest.contains(['?', '#']);
        return (is_own && is_picture && is_plain).then_some(Address::AtMember { name, rest });
    }
    let url = Url::parse(text).ok()?;
    let is_fetched =
        url.scheme() == "https" && url.username().is_empty() && url.password().is_none();
    is_fetched.then_some(Address::Elsewhere(url))
}

impl Address<'_> {
    /// Whether it is the member's own.
    pub fn is_at_member(&self) -> bool {
        matches!(self, Self::AtMember { .. })
    }

    /// What to ask; none where nobody keeps the member's files any more, or the address would lead elsewhere.
    pub fn url(&self, owner: &Owner) -> Option<Url> {
        match self {
            Self::AtMember { name, rest } => Url::parse(&owner.file(name, rest, "")?).ok(),
            Self::Elsewhere(url) => Some(url.clone()),
        }
    }
}

/// Whether a page should ask for the thumbnail of a resource of which a record says this.
pub(in crate::serve) fn may_be_fetched(
    text: &str,
    namespace: &Namespace,
    id: &Accession,
    elsewhere: bool,
) -> bool {
    of(text, namespace, id).is_some_and(|address| elsewhere || address.is_at_member())
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

    use super::*;

    fn kind(text: &str) -> &'static str {
        let namespace = Namespace::parse("https://images.example.org/id/").unwrap();
        match of(text, &namespace, &Accession::parse("DND-S1").unwrap()) {
            Some(Address::AtMember { .. }) => "at the member",
            Some(Address::Elsewhere(_)) => "elsewhere",
            None => "nowhere",
        }
    }

    #[test]
    fn a_picture_is_at_its_member_or_safely_elsewhere_or_not_fetched() {
        for (text, expected) in [
            (
                "https://images.example.org/id/DND-S1.2/files/preview%20a.jpg",
                "at the member",
            ),
            (
                "https://images.example.org/id/DND-S1/files/a.png",
                "at the member",
            ),
            (
                "https://images.example.org/id/DND-S1-I3/thumbnail",
                "at the member",
            ),
            ("https://archive.example.org/thumb.png?size=96", "elsewhere"),
            // another study's, another member's, and what is no picture
            (
                "https://images.example.org/id/DND-S2/files/a.png",
                "nowhere",
            ),
            (
                "https://images.example.org/id/DND-S12.1/files/a.png",
                "nowhere",
            ),
            (
                "https://images.example.org/id/OTH-S1/files/a.png",
                "nowhere",
            ),
            ("https://images.example.org/id/DND-N1/thumbnail", "nowhere"),
            ("https://images.example.org/id/DND-S1.jsonld", "nowhere"),
            (
                "https://images.example.org/id/DND-S1.ttl/files/a.png",
                "nowhere",
            ),
            ("https://images.example.org/id/DND-S1/files.tsv", "nowhere"),
            (
                "https://images.example.org/id/DND-S1/files/a.png?to=//evil.example",
                "nowhere",
            ),
            ("https://images.example.org/id/../log/checkpoint", "nowhere"),
            // not of the web, or not safely
            ("http://archive.example.org/thumb.png", "nowhere"),
            (
                "https://ada:secret@archive.example.org/thumb.png",
                "nowhere",
            ),
            ("javascript:alert(1)", "nowhere"),
            ("javascript://x/%0aalert(1)", "nowhere"),
            ("data:image/png;base64,iVBORw0KGgo=", "nowhere"),
            ("file:///etc/passwd", "nowhere"),
            ("ftp://archive.example.org/thumb.png", "nowhere"),
            ("preview.jpg", "nowhere"),
            ("", "nowhere"),
        ] {
            assert_eq!(kind(text), expected, "{text}");
        }
    }
}
