//! A page of a list: where it begins, what stands on it, and where the next one does.

use super::error::{Code, Refusal};
use super::formats::MetadataFormat;
use super::repository::{Item, Position, Repository, Window};
use super::request::Begun;
use super::token::{Listed, Token};

/// Items on a page (PROTOCOL.md section 9).
pub(super) const PAGE: usize = 100;

/// A list at a place.
pub(super) struct Listing {
    token: Token,
}

impl Listing {
    /// A list from its beginning.
    pub fn begin<R: Repository>(
        repository: &mut R,
        listed: Listed,
        begun: &Begun,
    ) -> Result<Listing, R::Error> {
        let edge = repository.edge()?;
        let first = match &begun.from {
            Some(from) => repository.first_from(&from.first(), false)?,
            None => 0,
        };
        let behind = match &begun.until {
            Some(until) => repository.first_from(&until.last(), true)?,
            None => edge,
        };
        let window = Window {
            at: Position(first, 0),
            behind: behind.min(edge),
            edge,
            set: begun.set.clone(),
        };
        let format = begun.format;
        Ok(Listing {
            token: Token {
                listed,
                format,
                window,
                before: 0,
            },
        })
    }

    /// A list from where a token says.
    pub fn resume<R: Repository>(
        repository: &mut R,
        listed: Listed,
        text: &str,
    ) -> Result<Result<Listing, Refusal>, R::Error> {
        let refused = |sentence: &str| {
            let refusal = Refusal::new(Code::BadResumptionToken, sentence);
            Ok(Err(refusal))
        };
        let Some(token) = Token::read(text, &repository.setting().identity) else {
            return refused(
                "this token was never given here, or was altered; begin the list again",
            );
        };
        if token.listed != listed {
            return refused("this token belongs to the other list verb; ask that one");
        }
        if token.window.edge > repository.edge()? {
            return refused(
                "this token is of a later time than what is here; begin the list again",
            );
        }
        Ok(Ok(Listing { token }))
    }

    pub fn format(&self) -> MetadataFormat {
        self.token.format
    }

    /// How many items came before this page.
    pub fn before(&self) -> u64 {
        self.token.before
    }

    /// The items of this page, and one more where the list goes on.
    pub fn items<R: Repository>(&self, repository: &mut R) -> Result<Vec<Item>, R::Error> {
        repository.window(&self.token.window, PAGE + 1)
    }

    /// The token of the page that begins with an item, when so many were on this one.
    pub fn token_at(&self, next: &Item, written: usize, identity: &str) -> String {
        let Position(first, second) = next.position;
        let mut token = self.token.clone();
        token.window.at = Position(first, second);
        token.before += written as u64;
        token.write(identity)
    }
}
