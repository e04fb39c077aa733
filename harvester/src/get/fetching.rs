//! Brings the bytes of one file: in pieces, several at once, each going on where an answer broke off; or as one answer.

use std::io;
use std::ops::Range;

use futures_util::{StreamExt, TryStreamExt, stream};
use url::Url;

use super::folder::Place;
use super::partial::Partial;
use super::patience::Patience;
use super::transfer::{Transfer, Trouble, disk};
use crate::fetch::{FetchError, Part, PartBody, PartRequest};

/// The most bytes of one request: on a line of 100 Mbit/s two thirds of a second, so that what is asked for costs little beside it.
const PIECE: u64 = 8 << 20;
/// After so many bytes of an answer it is noted that they are there.
const NOTED: u64 = 1 << 20;
/// An answer that brought so many bytes was worth asking for, however it ended; one that brings a byte at a time is as good as none.
const ENOUGH: u64 = 64 << 10;

/// What came of asking for the pieces of a file.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Filled {
    /// All bytes are there.
    Complete,
    /// What answers is not what it was, has another size, or knows no ranges: it has to be fetched in one answer.
    Otherwise,
}

/// How long the one answer was.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Length {
    Exact,
    Shorter(u64),
    Longer,
}

/// How an answer ended.
enum Ended {
    Well,
    Broken(FetchError),
    TooLong,
}

impl Transfer<'_> {
    /// Fetches what is missing, in pieces, several at once.
    pub(super) async fn fill(
        &self,
        partial: &Partial<'_>,
        url: &Url,
        place: &Place,
    ) -> Result<Filled, Trouble> {
        // the first by itself: the others are then asked for as parts of what it was a part of
        if partial.tag().is_none()
            && let Some(first) = partial.missing(PIECE).into_iter().next()
            && self.piece(partial, url, place, first).await? == Filled::Otherwise
        {
            return Ok(Filled::Otherwise);
        }
        let pieces = partial.missing(PIECE);
        let mut filling = stream::iter(pieces)
            .map(|range| self.piece(partial, url, place, range))
            .buffer_unordered(self.at_once.max(1));
        while let Some(filled) = filling.try_next().await? {
            if filled == Filled::Otherwise {
                return Ok(filled);
            }
        }
        Ok(Filled::Complete)
    }

    /// Fetches one piece, and goes on where an answer broke off.
    async fn piece(
        &self,
        partial: &Partial<'_>,
        url: &Url,
        place: &Place,
        range: Range<u64>,
    ) -> Result<Filled, Trouble> {
        let on_disk = |error| disk(&place.part, error);
        let mut patience = Patience::of(self.retries);
        let mut at = range.start;
        while at < range.end {
            self.go_on()?;
            let tag = partial.tag();
            let request = PartRequest {
                url,
                range: at..range.end,
                size: partial.size(),
                tag: tag.as_deref(),
            };
            let mut body = match self.fetch.part(&request).await {
                Ok(Part::Bytes(body)) => body,
                Ok(Part::Whole(body)) if request.range == (0..partial.size()) => body,
                Ok(Part::Whole(_) | Part::Other) => return Ok(Filled::Otherwise),
                Ok(Part::Absent(status)) => return Err(Trouble::Absent(status)),
                Err(error) => {
                    patience.after(error).await?;
                    continue;
                }
            };
            partial.begin_answer(body.tag()).map_err(on_disk)?;
            let begun = at;
            let end = self.receive(&mut body, partial, &mut at, range.end).await;
            if at - begun >= ENOUGH {
                patience.renew();
            }
            match end.map_err(on_disk)? {
                Ended::Well if at == range.end => {}
                // shorter or longer than it is to be
                Ended::Well | Ended::TooLong => return Ok(Filled::Otherwise),
                Ended::Broken(error) => patience.after(error).await?,
            }
        }
        Ok(Filled::Complete)
    }

    /// Writes what comes from `at` on, and notes it, also when it breaks off.
    async fn receive(
        &self,
        body: &mut PartBody<'_>,
        partial: &Partial<'_>,
        at: &mut u64,
        end: u64,
    ) -> io::Result<Ended> {
        let mut noted = *at;
        let ended = loop {
            match body.next().await {
                Ok(None) => break Ended::Well,
                Err(error) => break Ended::Broken(error),
                Ok(Some(bytes)) => {
                    let fits = bytes
                        .len()
                        .min(usize::try_from(end - *at).unwrap_or(usize::MAX));
                    partial.write(*at, &bytes[..fits])?;
                    *at += fits as u64;
                    self.progress.add(fits as u64);
                    if fits < bytes.len() {
                        break Ended::TooLong;
                    }
                    if *at - noted >= NOTED {
                        partial.note(noted..*at)?;
                        noted = *at;
                    }
                }
            }
        };
        partial.note(noted..*at)?;
        Ok(ended)
    }

    /// Fetches the whole as one answer, from its beginning.
    pub(super) async fn whole(
        &self,
        partial: &Partial<'_>,
        url: &Url,
        place: &Place,
    ) -> Result<Length, Trouble> {
        let on_disk = |error| disk(&place.part, error);
        let mut patience = Patience::of(self.retries);
        loop {
            self.go_on()?;
            self.progress.take_back(partial.bytes());
            partial.restart().map_err(on_disk)?;
            let size = partial.size();
            let request = PartRequest {
                url,
                range: 0..size,
                size,
                tag: None,
            };
            let mut body = match self.fetch.part(&request).await {
                Ok(Part::Bytes(body) | Part::Whole(body)) => body,
                Ok(Part::Other) => return Ok(Length::Shorter(0)),
                Ok(Part::Absent(status)) => return Err(Trouble::Absent(status)),
                Err(error) => {
                    patience.after(error).await?;
                    continue;
                }
            };
            partial.begin_answer(body.tag()).map_err(on_disk)?;
            let mut at = 0;
            let ended = self.receive(&mut body, partial, &mut at, size).await;
            match ended.map_err(on_disk)? {
                Ended::Well if at == size => return Ok(Length::Exact),
                Ended::Well => return Ok(Length::Shorter(at)),
                Ended::TooLong => return Ok(Length::Longer),
                Ended::Broken(error) => patience.after(error).await?,
            }
        }
    }
}
