//! A view of an image as its page shows it without a script: the words of the page's address, the picture that they mean,
//! and the addresses of the views beside it (docs/design/0007-viewer.md).
//!
//! The words are those that the viewer in the browser reads and writes, so that a link to a spot shows the same with and
//! without it. Nothing here knows of HTTP, of studies or of the store.

mod channels;
mod opening;
mod plain;
mod region;
mod spot;

#[cfg(test)]
mod tests;

pub use channels::ChannelRow;
pub use opening::Opening;
pub use plain::{Controls, Picture, Plain, Way};
pub use region::Region;
pub use spot::Spot;
