//! Images for these tests: the first of a study is computed, the second is its file as it is, the third cannot be read.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Condvar, Mutex};

use image::RgbImage;
use node::image::{
    Area, Axis, AxisKind, Channel, Description, ImageError, ImageFiles, Images, Level, PixelSource,
    PixelType, Plane,
};

/// Opens images, counts how often, and stops all reading where it is told to.
#[derive(Default)]
pub struct Shown {
    pub opened: AtomicU64,
    pub read: Arc<AtomicU64>,
    pub gate: Arc<Gate>,
}

/// Closed or open.
#[derive(Default)]
pub struct Gate {
    is_closed: Mutex<bool>,
    opened: Condvar,
}

impl Gate {
    pub fn set(&self, is_closed: bool) {
        *self.is_closed.lock().unwrap() = is_closed;
        self.opened.notify_all();
    }

    fn pass(&self) {
        let is_closed = self.is_closed.lock().unwrap();
        drop(
            self.opened
                .wait_while(is_closed, |is_closed| *is_closed)
                .unwrap(),
        );
    }
}

impl Images for Shown {
    fn open(&self, image: &ImageFiles) -> Result<Arc<dyn PixelSource>, ImageError> {
        self.opened.fetch_add(1, Ordering::Relaxed);
        let path = &image.paths[0];
        let bytes = image.files.open(path)?.expect("the file of the image");
        let mut file = vec![0; bytes.size() as usize];
        bytes.read_at(0, &mut file)?;
        if path.as_str().ends_with("3.png") {
            return Err(ImageError::broken("PNG", "its header ends too early"));
        }
        let (read, gate) = (Arc::clone(&self.read), Arc::clone(&self.gate));
        let pixels = image::load_from_memory(&file).unwrap().to_rgb8();
        Ok(
            if path.as_str().ends_with("1.png") && pixels.width() < 1000 {
                Arc::new(Stack::new(read, gate))
            } else {
                Arc::new(Colour::new(pixels))
            },
        )
    }
}

fn described(axes: &[(AxisKind, u64)], pixel_type: PixelType, channels: usize) -> Description {
    let axes = axes.iter().cloned();
    Description {
        name: None,
        format: "made for a test",
        axes: axes
            .map(|(kind, size)| Axis {
                kind,
                size,
                step: None,
            })
            .collect(),
        pixel_type,
        significant_bits: 8 * pixel_type.bytes() as u8,
        is_colour: channels == 3,
        channels: vec![Channel::default(); channels],
        acquired: None,
        instrument: None,
        objective: None,
        warnings: Vec::new(),
    }
}

fn level(width: u64, height: u64) -> Level {
    Level {
        width,
        height,
        chunk_width: 256,
        chunk_height: 256,
    }
}

/// 900 × 600 pixels of 16 bit, whose value tells where they are.
struct Stack {
    description: Description,
    levels: [Level; 2],
    read: Arc<AtomicU64>,
    gate: Arc<Gate>,
}

impl Stack {
    fn new(read: Arc<AtomicU64>, gate: Arc<Gate>) -> Stack {
        let axes = [
            (AxisKind::T, 3),
            (AxisKind::C, 2),
            (AxisKind::Z, 5),
            (AxisKind::Y, 600),
            (AxisKind::X, 900),
        ];
        let mut description = described(&axes, PixelType::Uint16, 2);
        for channel in &mut description.channels {
            channel.window = Some([0.0, 2550.0]);
        }
        Stack {
            description,
            levels: [level(900, 600), level(450, 300)],
            read,
            gate,
        }
    }
}

impl PixelSource for Stack {
    fn description(&self) -> &Description {
        &self.description
    }

    fn levels(&self) -> &[Level] {
        &self.levels
    }

    fn read(
        &self,
        level: usize,
        plane: &Plane,
        area: Area,
        buffer: &mut [u8],
    ) -> Result<(), ImageError> {
        self.gate.pass();
        self.read.fetch_add(1, Ordering::Relaxed);
        let [time, channel, z] = plane.0[..] else {
            panic!("three axes beside y and x: {plane:?}");
        };
        let mut places = buffer.chunks_exact_mut(2);
        for y in area.y..area.y + area.height {
            for x in area.x..area.x + area.width {
                let value = (x << level) + (y << level) + 100 * z + 300 * time + 500 * channel;
                places
                    .next()
                    .unwrap()
                    .copy_from_slice(&(value as u16).to_ne_bytes());
            }
        }
        Ok(())
    }
}

/// A picture in colour.
struct Colour {
    description: Description,
    levels: [Level; 1],
    pixels: RgbImage,
}

impl Colour {
    fn new(pixels: RgbImage) -> Colour {
        let (width, height) = (u64::from(pixels.width()), u64::from(pixels.height()));
        let axes = [
            (AxisKind::C, 3),
            (AxisKind::Y, height),
            (AxisKind::X, width),
        ];
        Colour {
            description: described(&axes, PixelType::Uint8, 3),
            levels: [level(width, height)],
            pixels,
        }
    }
}

impl PixelSource for Colour {
    fn description(&self) -> &Description {
        &self.description
    }

    fn levels(&self) -> &[Level] {
        &self.levels
    }

    fn read(
        &self,
        _: usize,
        plane: &Plane,
        area: Area,
        buffer: &mut [u8],
    ) -> Result<(), ImageError> {
        let mut places = buffer.iter_mut();
        for y in area.y..area.y + area.height {
            for x in area.x..area.x + area.width {
                let pixel = self.pixels.get_pixel(x as u32, y as u32);
                *places.next().unwrap() = pixel.0[plane.0[0] as usize];
            }
        }
        Ok(())
    }
}
