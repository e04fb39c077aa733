//! What a broken or hostile server does instead of answering.

use std::time::Duration;

/// What becomes of the answer to one path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fault {
    /// The lowest bit of the byte at this place (from the front, counted round) is turned over.
    FlippedByte(usize),
    /// Only so many bytes of the body, rightly declared.
    Truncated(usize),
    /// Something after the body, rightly declared.
    Trailing(Vec<u8>),
    /// Another body.
    Instead(Vec<u8>),
    /// This status, with a line of text.
    Status(u16),
    /// This status with `Retry-After` in seconds.
    RetryAfter(u16, u64),
    /// 302 to this address.
    Redirect(String),
    /// A page of a proxy with status 200, as a captive portal gives it.
    Html,
    /// `Content-Length` says so much; the true body is sent, and the connection closed.
    Declared(u64),
    /// The head and half of the body, then the connection is closed.
    ClosedHalfWay,
    /// The truth, range and all, of which only so many bytes are sent before the connection is closed.
    BrokenOff(usize),
    /// The truth, range and all, of which only so many bytes are sent, and then nothing for as long as this fault is set.
    StalledAfter(usize),
    /// The whole, whatever part of it was asked for, without a tag: a server that knows no ranges.
    NoRanges,
    /// The connection is closed without a word.
    Closed,
    /// Nothing at all, for as long as this fault is set.
    Silence,
    /// The head, and then nothing, for as long as this fault is set.
    SilentBody,
    /// A byte, a pause, a byte, a pause, for as long as this fault is set.
    Drip(Duration),
    /// A body without a declared length that goes on for as long as this fault is set.
    Endless,
}
