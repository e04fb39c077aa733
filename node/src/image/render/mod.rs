//! Pictures of images: what a person sees of pixels that were measured.
//!
//! A [`View`] says which planes are shown and how: a window of values, a gamma and a colour for each channel, which are
//! added up. [`default_view`] is the one that shows something sensible of any image. [`render`] reads no more pixels than
//! the picture needs, from the level of the pyramid that suits its size, and [`encode`] makes a file of it.

mod channel_colours;
mod colours;
mod default_view;
mod encode;
mod error;
mod layers;
mod level;
mod picture;
mod sampling;
mod view;
mod window;

#[cfg(test)]
pub(crate) mod synthetic;
#[cfg(test)]
mod tests;

pub(crate) use channel_colours::channel_colours;
pub use colours::{COLOURS, label_colour};
pub use default_view::{MOST_CHANNELS_SHOWN, default_channel, default_view};
pub(crate) use default_view::{known_window, shared_window, shown};
pub use encode::{Hues, PictureFormat, encode};
pub use error::RenderError;
pub use picture::{Bounds, Wanted, refuse, render};
pub use sampling::Samples;
pub use view::{ChannelView, Depth, Style, View};
pub(crate) use view::{others, size_of};
