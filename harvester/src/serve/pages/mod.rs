//! Pages for people: what a handler has found, in words that a biologist uses.
//!
//! A page is a struct that says what stands on it and a template in `harvester/templates` that says how. Everything from a member is text
//! to a template, which escapes it, and a link only where [`web_link`] says that it may be one.

mod copy;
mod help;
mod home;
mod picture;
mod problem;
mod question;
mod results;
mod term;

pub(super) use copy::copy;
pub(super) use help::{HelpPage, help};
pub(super) use home::home;
pub(super) use problem::problem;
pub(super) use question::Asked;
pub(super) use results::results;
pub(super) use term::term;

/// An address that a page may link to: http or https.
pub(super) fn web_link(text: &str) -> Option<String> {
    let url = url::Url::parse(text).ok()?;
    matches!(url.scheme(), "http" | "https").then(|| text.to_owned())
}

/// Messages are lower case without a full stop; a page has sentences.
pub(super) fn sentence(message: &str) -> String {
    let word = message.split_whitespace().next().unwrap_or_default();
    // an id or a name at the beginning stays as it is written
    if !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_lowercase()) {
        let (first, rest) = message.split_at(1);
        return format!("{}{rest}.", first.to_ascii_uppercase());
    }
    format!("{message}.")
}

#[cfg(test)]
mod tests {
    use super::{sentence, web_link};

    #[test]
    fn only_addresses_of_the_web_are_links() {
        assert!(web_link("https://ror.org/03h2bxq36").is_some());
        for text in [
            "javascript:alert(1)",
            "data:text/html,x",
            "/id/x",
            "",
            "mailto:x",
        ] {
            assert_eq!(web_link(text), None, "{text}");
        }
    }

    #[test]
    fn a_message_becomes_a_sentence() {
        for (message, expected) in [
            ("there is nothing at /x", "There is nothing at /x."),
            ("DND-S1 was withdrawn", "DND-S1 was withdrawn."),
            ("\"x\" is no accession", "\"x\" is no accession."),
            ("über alles", "über alles."),
        ] {
            assert_eq!(sentence(message), expected);
        }
    }
}
