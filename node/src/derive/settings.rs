//! What making derivations may cost.

use std::num::NonZero;
use std::sync::Arc;
use std::thread;

use crate::config::ImagesConfig;
use crate::convert::Converter;
use crate::image::{ByFormat, Images};

/// How derivations are made.
#[derive(Clone)]
pub struct Settings {
    /// What opens images as they were deposited.
    pub images: Arc<dyn Images>,
    /// How many are made at once.
    pub workers: usize,
    /// Bytes of memory for each of them, but for what readers keep.
    pub memory_bytes: u64,
    /// Cores for each of them.
    pub threads: usize,
    /// Most pixels of an image, of all its channels and planes.
    pub largest_pixels: u64,
    /// What reads formats that are not read here; all that are made share it, so that not too many convert at once.
    pub converter: Option<Arc<Converter>>,
}

impl Settings {
    /// Those of a server: it leaves half of the cores to who asks it for something.
    pub fn of_server(config: &ImagesConfig, images: Arc<dyn Images>) -> Settings {
        let workers = config.workers;
        Settings {
            images,
            workers,
            memory_bytes: (config.memory_mib << 20) / workers.max(1) as u64,
            threads: (cores() / 2 / workers.max(1)).max(1),
            largest_pixels: config.largest_pixels,
            converter: converter(config),
        }
    }

    /// Those of a command, for which somebody waits: one image at a time, on all cores.
    pub fn of_command(config: &ImagesConfig) -> Settings {
        Settings {
            images: Arc::new(ByFormat::default()),
            workers: 1,
            memory_bytes: config.memory_mib << 20,
            threads: cores(),
            largest_pixels: config.largest_pixels,
            converter: converter(config),
        }
    }
}

fn converter(config: &ImagesConfig) -> Option<Arc<Converter>> {
    config
        .converter
        .as_ref()
        .map(|config| Arc::new(Converter::new(config)))
}

fn cores() -> usize {
    thread::available_parallelism().map_or(1, NonZero::get)
}
