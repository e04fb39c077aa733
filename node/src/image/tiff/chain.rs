//! The chain of directories of a file: walked once, from one to the next.

use std::collections::HashSet;
use std::sync::Arc;

use super::directory::Directory;
use super::input::Input;
use super::page::Page;
use super::{broken, tags};
use crate::image::{Bytes, ImageError, Limits};

/// Directories may share what stands outside of them, a palette for one. What is read of all of them together is at most
/// so much more than eight times the file: a small file that has a large palette in each of a million pages ends here.
const READ_FREELY: u64 = 64 << 20;

/// A file and its pages.
pub(super) struct Chain {
    pub(super) input: Input,
    /// What each directory holds: a page, or why it is none that is read.
    pub(super) pages: Vec<Result<Page, String>>,
    /// The text of the first directory.
    pub(super) description: Option<String>,
    /// The first directory, for what only some programs write.
    pub(super) first: Directory,
    /// What is wrong with the chain, in sentences.
    pub(super) warnings: Vec<String>,
}

impl Chain {
    /// Walks the chain. Broken directories end it; a first one that is broken is an error.
    pub(super) fn walk(bytes: Arc<dyn Bytes>, limits: &Limits) -> Result<Self, ImageError> {
        let (input, first) = Input::open(bytes)?;
        if first == 0 {
            return Err(broken("it has no directory"));
        }
        let directory = Directory::read(&input, first)?;
        let description = directory.text(&input, tags::IMAGE_DESCRIPTION, limits.metadata_bytes)?;
        let mut chain = Self {
            pages: Vec::new(),
            description,
            warnings: Vec::new(),
            first: Directory::read(&input, first)?,
            input,
        };
        let first_failure = chain.follow(directory, limits)?;
        match first_failure {
            Some(failure) if chain.pages.iter().all(Result::is_err) => Err(failure),
            _ => Ok(chain),
        }
    }

    /// The text of the first directory.
    pub(super) fn description_of(
        bytes: Arc<dyn Bytes>,
        most_bytes: u64,
    ) -> Result<Option<String>, ImageError> {
        let (input, first) = Input::open(bytes)?;
        if first == 0 {
            return Err(broken("it has no directory"));
        }
        Directory::read(&input, first)?.text(&input, tags::IMAGE_DESCRIPTION, most_bytes)
    }

    /// Reads each directory and goes to the next; gives the first failure to understand one.
    fn follow(
        &mut self,
        mut directory: Directory,
        limits: &Limits,
    ) -> Result<Option<ImageError>, ImageError> {
        let mut seen = HashSet::new();
        let mut first_failure = None;
        let mut bytes = 0;
        loop {
            seen.insert(directory.offset);
            // sound directories stand beside each other, so that all of them are smaller than their file
            bytes += directory.length;
            let most = READ_FREELY.saturating_add(self.input.size().saturating_mul(8));
            if bytes > self.input.size() || self.input.spent() > most {
                return Err(broken("its directories overlap"));
            }
            let before = self.pages.last().and_then(|page| page.as_ref().ok());
            match Page::read(&self.input, &directory, before, limits) {
                Ok(page) => self.pages.push(Ok(page)),
                Err(ImageError::Read(error)) => return Err(ImageError::Read(error)),
                Err(error) => {
                    self.pages.push(Err(error.to_string()));
                    first_failure.get_or_insert(error);
                }
            }
            let next = directory.next;
            if next == 0 {
                return Ok(first_failure);
            }
            if seen.contains(&next) {
                self.warn("the list of its pages runs in a circle");
                return Ok(first_failure);
            }
            if self.pages.len() as u64 >= limits.planes {
                return Err(ImageError::TooLarge {
                    what: "the number of its pages",
                    number: self.pages.len() as u64 + 1,
                    limit: limits.planes,
                });
            }
            directory = match Directory::read(&self.input, next) {
                Ok(directory) => directory,
                Err(ImageError::Read(error)) => return Err(ImageError::Read(error)),
                Err(error) => {
                    self.warn(&format!("the list of its pages breaks off ({error})"));
                    return Ok(first_failure);
                }
            };
        }
    }

    fn warn(&mut self, what: &str) {
        let pages = self.pages.len();
        self.warnings.push(format!(
            "{what}; {pages} {} read",
            if pages == 1 { "page is" } else { "pages are" }
        ));
    }
}
