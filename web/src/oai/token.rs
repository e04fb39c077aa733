//! Resumption tokens: where a list goes on (OAI-PMH 2.0 section 3.5).
//!
//! `1.records.oai_dc.<edge>.<behind>.<first number>.<second number>.<listed>.<set>.<sum>`: nothing but what the list is and
//! where it is, so that no server has to remember it and none forgets it. The sum is over all before it and over the
//! repository's identity, so that a token that was altered, cut or given by another is told from one of ours. It is no
//! secret: whoever makes one can list what everybody can list.

use protocol::digest::Digest;

use super::formats::MetadataFormat;
use super::repository::{Position, Window};

/// Which of the two lists.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Listed {
    Records,
    Headers,
}

impl Listed {
    fn word(self) -> &'static str {
        match self {
            Listed::Records => "records",
            Listed::Headers => "headers",
        }
    }
}

/// A list and where it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Token {
    pub listed: Listed,
    pub format: MetadataFormat,
    pub window: Window,
    /// How many came before.
    pub before: u64,
}

const VERSION: &str = "1";
/// Hex digits of the sum.
const SUM: usize = 16;

impl Token {
    /// The token as a text, for the repository with this identity.
    pub fn write(&self, identity: &str) -> String {
        let Window {
            at,
            behind,
            edge,
            set,
        } = &self.window;
        let Position(first, second) = at;
        let (word, prefix) = (self.listed.word(), self.format.prefix());
        let (before, set) = (self.before, set.as_deref().unwrap_or_default());
        let text =
            format!("{VERSION}.{word}.{prefix}.{edge}.{behind}.{first}.{second}.{before}.{set}");
        let sum = sum(&text, identity);
        format!("{text}.{sum}")
    }

    /// Reads a token; none where this repository never gave it.
    pub fn read(token: &str, identity: &str) -> Option<Token> {
        let (text, claimed) = token.rsplit_once('.')?;
        if claimed != sum(text, identity) {
            return None;
        }
        let parts: Vec<&str> = text.split('.').collect();
        let [
            VERSION,
            word,
            prefix,
            edge,
            behind,
            first,
            second,
            before,
            set,
        ] = parts.as_slice()
        else {
            return None;
        };
        let number = |text: &str| text.parse::<u64>().ok();
        let listed = [Listed::Records, Listed::Headers]
            .into_iter()
            .find(|listed| listed.word() == *word)?;
        Some(Token {
            listed,
            format: MetadataFormat::of_prefix(prefix)?,
            window: Window {
                at: Position(number(first)?, number(second)?),
                behind: number(behind)?,
                edge: number(edge)?,
                set: (!set.is_empty()).then(|| (*set).to_owned()),
            },
            before: number(before)?,
        })
    }
}

fn sum(text: &str, identity: &str) -> String {
    let summed = format!("ommatidia/oai-token\n{identity}\n{text}");
    let mut sum = Digest::of(summed.as_bytes()).to_string();
    sum.truncate(SUM);
    sum
}

#[cfg(test)]
mod tests {
    use super::{Listed, Token};
    use crate::oai::formats::MetadataFormat;
    use crate::oai::repository::{Position, Window};

    fn token() -> Token {
        Token {
            listed: Listed::Records,
            format: MetadataFormat::DataCite,
            window: Window {
                at: Position(7, u64::MAX),
                behind: 9,
                edge: 12,
                set: Some("DND".to_owned()),
            },
            before: 100,
        }
    }

    #[test]
    fn a_token_comes_back_as_it_went() {
        let written = token().write("here");
        assert_eq!(Token::read(&written, "here"), Some(token()));
        let mut without_set = token();
        without_set.window.set = None;
        assert_eq!(
            Token::read(&without_set.write("here"), "here"),
            Some(without_set)
        );
    }

    #[test]
    fn a_token_of_another_or_an_altered_one_is_none() {
        let written = token().write("here");
        assert_eq!(Token::read(&written, "there"), None);
        for length in 0..written.len() {
            assert_eq!(Token::read(&written[..length], "here"), None, "cut");
            let mut altered = written.clone().into_bytes();
            altered[length] = if altered[length] == b'1' { b'2' } else { b'1' };
            let altered = String::from_utf8(altered).expect("ASCII");
            assert_eq!(Token::read(&altered, "here"), None, "{altered}");
        }
        assert_eq!(Token::read(&format!("{written} "), "here"), None);
        assert_eq!(Token::read(&written.to_uppercase(), "here"), None);
    }
}
