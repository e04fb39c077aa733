//! Brings bytes from a stranger's server without being harmed.
//!
//! A member's server may be broken, taken over, or somebody else's by now. So everything that it can do is bounded:
//! which machines it can make a harvester connect to ([`address`], [`names`]), where it can send it on to
//! (`redirect`), how long it can keep it waiting and how much it can make it hold ([`limits`], `body`), and how many
//! requests to it are under way (`slots`). What comes is not believed here: it is verified by those who asked for it.
//!
//! What is larger than memory is streamed ([`part`]).
//!
//! [`Fetch`] is the seam, [`HttpFetch`] what is behind it in earnest, [`MemoryFetch`] its twin for tests
//! (docs/PROTOCOL.md section 6, last paragraph).

// what is asked and what comes back
pub mod error;
pub mod limits;
pub mod request;

// which machines may be reached
pub mod address;
pub mod cidr;
pub mod names;
mod special;

// the way of one request
mod admission;
mod body;
mod cause;
mod redirect;
mod retry_after;
mod slots;

// the seam's two sides, and who counts between them
pub mod counted;
pub mod http;
mod inflate;
pub mod memory;
pub mod part;

#[cfg(test)]
mod tests;

pub use address::{AddressRules, RefusedAddress};
pub use cidr::{Cidr, CidrError};
pub use counted::{CountedFetch, FetchCounts};
pub use error::{FetchError, Waited};
pub use http::HttpFetch;
pub use limits::Limits;
pub use memory::{Fault, MemoryFetch};
pub use names::{Names, SystemNames};
pub use part::{Part, PartBody, PartRequest};
pub use request::{Fetch, Fetched, Outcome, Request};
pub(crate) use slots::ServerSlots;
