//! From what glows to what a microscope records: planes of light, blur, texture, shapes, and the camera's noise.

mod blur;
mod camera;
mod defocus;
mod nucleus;
mod plane;
mod shapes;
mod texture;

pub(super) use camera::{Camera, illuminate};
pub(super) use defocus::defocus;
pub(super) use nucleus::Nucleus;
pub(super) use plane::Plane;
pub(super) use shapes::{Outline, Point, ahead, between, edge, ramp, scattered, wander};
pub(super) use texture::Texture;
