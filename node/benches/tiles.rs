//! What a tile costs one core: `cargo bench -p node --bench tiles -- [SIDE] [TILES]` (default: 4096, 200).
//!
//! The pyramid of a computed picture, RGB of 8 bit with the grain of a scanner; regions of 512 × 512 at random places. By
//! themselves are timed: reading and laying out with no chunk kept, the same with all chunks kept, and writing the JPEG.

use std::error::Error;
use std::hint::black_box;
use std::sync::Arc;
use std::time::{Duration, Instant};

use image::DynamicImage;
use node::image::pyramid::{self, Options};
use node::image::render::{
    Bounds, Hues, PictureFormat, View, Wanted, default_view, encode, render,
};
use node::image::zarr::Chunks;
use node::image::{
    Area, Axis, AxisKind, Channel, Description, Folder, ImageError, Level, Limits, PixelSource,
    PixelType, Plane, zarr,
};

type Outcome<T> = Result<T, Box<dyn Error>>;

const TILE: u32 = 512;

fn main() -> Outcome<()> {
    let mut numbers = std::env::args()
        .skip(1)
        .filter(|argument| argument != "--bench")
        .map(|argument| argument.parse::<u64>());
    let side = numbers.next().transpose()?.unwrap_or(4096).max(1024);
    let tiles = numbers.next().transpose()?.unwrap_or(200).max(1);
    let folder = tempfile::tempdir()?;
    let target = folder.path().join("zarr");
    println!(
        "{:?}",
        pyramid::write(&Section::new(side), &target, &Options::default())?
    );
    let open = |bytes| {
        let chunks = Arc::new(Chunks::of(bytes));
        let files = Arc::new(Folder(target.clone()));
        zarr::open_sharing(files, None, "", Limits::default(), chunks)
    };
    let regions: Vec<Wanted> = (0..tiles).map(|number| region(side, number)).collect();
    let none_kept = open(0)?;
    let view = default_view(&none_kept)?;
    timed("nothing kept", &made(&none_kept, &view, &regions)?.1, tiles);
    let all_kept = open(u64::MAX)?;
    made(&all_kept, &view, &regions)?;
    let (pictures, took) = made(&all_kept, &view, &regions)?;
    timed("chunks kept", &took, tiles);
    for hues in [Hues::OfFourPixels, Hues::OfEachPixel] {
        let before = Instant::now();
        let mut bytes = 0;
        for picture in &pictures {
            bytes += black_box(encode(picture, PictureFormat::Jpeg, hues)?).len();
        }
        timed(&format!("JPEG, {hues:?}"), &before.elapsed(), tiles);
        println!("{:>22} {:8.1} kB", "", bytes as f64 / tiles as f64 / 1e3);
    }
    Ok(())
}

fn made(
    source: &dyn PixelSource,
    view: &View,
    regions: &[Wanted],
) -> Outcome<(Vec<DynamicImage>, Duration)> {
    let before = Instant::now();
    let made = regions
        .iter()
        .map(|region| render(source, view, region, &Bounds::default()))
        .collect::<Result<_, _>>()?;
    Ok((made, before.elapsed()))
}

fn timed(what: &str, took: &Duration, tiles: u64) {
    println!(
        "{what:>22} {:8.3} ms",
        took.as_secs_f64() * 1e3 / tiles as f64
    );
}

/// A region at a place that looks random and is the same at every run.
fn region(side: u64, number: u64) -> Wanted {
    let room = side - u64::from(TILE);
    Wanted {
        region: Area {
            x: scattered(2 * number) % room,
            y: scattered(2 * number + 1) % room,
            width: TILE.into(),
            height: TILE.into(),
        },
        width: TILE,
        height: TILE,
    }
}

/// A number that has nothing to do with its neighbours' (splitmix64).
fn scattered(number: u64) -> u64 {
    let mixed = number.wrapping_add(1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    let mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    mixed ^ (mixed >> 31)
}

/// Something like a stained section.
struct Section {
    description: Description,
    level: [Level; 1],
}

impl Section {
    fn new(side: u64) -> Section {
        let axis = |kind, size| Axis {
            kind,
            size,
            step: None,
        };
        Section {
            description: Description {
                name: None,
                format: "none",
                axes: vec![
                    axis(AxisKind::C, 3),
                    axis(AxisKind::Y, side),
                    axis(AxisKind::X, side),
                ],
                pixel_type: PixelType::Uint8,
                significant_bits: 8,
                is_colour: true,
                channels: vec![Channel::default(); 3],
                acquired: None,
                instrument: None,
                objective: None,
                warnings: Vec::new(),
            },
            level: [Level {
                width: side,
                height: side,
                chunk_width: side,
                chunk_height: 64,
            }],
        }
    }
}

impl PixelSource for Section {
    fn description(&self) -> &Description {
        &self.description
    }

    fn levels(&self) -> &[Level] {
        &self.level
    }

    fn read(
        &self,
        _: usize,
        plane: &Plane,
        area: Area,
        buffer: &mut [u8],
    ) -> Result<(), ImageError> {
        let channel = plane.0[0];
        let rows = buffer.chunks_exact_mut(area.width as usize);
        for (y, row) in (area.y..).zip(rows) {
            for (x, place) in (area.x..).zip(row) {
                let across = (x as f32 / (40.0 + channel as f32)).sin();
                let smooth = 150.0 + 70.0 * across * (y as f32 / 60.0).cos();
                let grain = scattered(x << 34 | y << 2 | channel) % 9;
                *place = smooth as u8 + grain as u8;
            }
        }
        Ok(())
    }
}
