//! Pyramids: every level is what it should be, whatever the image.
