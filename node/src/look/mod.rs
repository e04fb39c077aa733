//! A view of an image as its page shows it without a script: the words of the page's address, the picture that they mean,
//! the addresses of the views beside it, and what others need to find it again (docs/design/0007-viewer.md).
//!
//! The words are those that the viewer in the browser reads and writes, so that a link to a spot shows the same with and
//! without it. Nothing here knows of HTTP or of the store, and of studies only in what units they measure.

mod channels;
mod plain;
mod region;
mod scale;
mod share;
mod spot;

#[cfg(test)]
mod tests;

pub use channels::ChannelRow;
pub use plain::{Controls, Picture, Plain, Way};
pub use region::Region;
pub use scale::ScaleBar;
pub use share::{Elsewhere, Place, Share};
pub use spot::Spot;
