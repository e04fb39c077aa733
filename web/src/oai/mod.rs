//! OAI-PMH 2.0 (openarchives.org/OAI/openarchivesprotocol.html): studies for library catalogues and for whoever harvests
//! metadata in the way of 2002. The protocol itself, as a function of a request and a [`Repository`]; each program says
//! what it has and since when, and none of them knows of XML or of tokens.
//!
//! **What is listed.** One item for each study that was ever shown, under its IRI: the same identifier at its node and at
//! every harvester. What is out of sight, withdrawn or replaced is an item whose record is `deleted`, for ever. The one
//! kind of set is the accession prefix, which never changes its owner.
//!
//! **Why nothing is skipped and nothing comes twice** (PROTOCOL.md section 9). A repository keeps *announcements*: a study
//! was published, revised, or moved, at a [`Position`]. Positions are in the order in which things became visible, and the
//! datestamp of an announcement is never earlier than that of one before it. So:
//!
//! * Everything that comes while a list is being read stands behind the position at which the list was begun, its *edge*. A
//!   list has each study once, at its newest announcement below the edge, in the order of positions: whatever happens
//!   meanwhile, the announcements below the edge stay as they are, and which of two is the newer.
//! * A page begins where the last one ended, by position and not by number, so that it costs the same wherever it is, and
//!   a token is a few numbers that mean the same for ever: it never expires.
//! * What was revised meanwhile is listed as it was, and what has gone meanwhile as `deleted`; the later announcement has
//!   a later datestamp, so that the next harvest, from the time at which this one began, brings it.
//! * Bytes go when nothing needs them any more, and an answer that is being made does not hold them. What has gone between
//!   its snapshot and the reading of its bytes is `deleted` in it as well, under the same rule.
//! * `from` and `until` become a range of positions, because datestamps do not fall along them.
//! * The time of an answer ([`Repository::response_date`]) is never later than the datestamp of anything that the answer
//!   cannot know of yet. So who asks `from` the time of the last answer's first page misses nothing.

mod answer;
mod datestamp;
mod error;
mod formats;
mod listing;
mod parameters;
mod repository;
mod request;
mod service;
mod token;
mod writing;

pub use answer::{MEDIA_TYPE, answer};
pub use error::{Code, Refusal};
pub use repository::{Described, Item, Position, Repository, Set, Setting, Window};
pub use service::{Asking, METHODS, resource};
pub use writing::is_email;
