//! The fetcher against real servers on the loopback that misbehave, and one suite for both sides of the seam.

#![expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

mod addresses;
mod bodies;
mod parts;
mod redirects;
mod server;
mod statuses;
mod suite;
mod times;
