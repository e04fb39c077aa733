//! Neurons that flash when they fire: a calcium indicator in the visual cortex of a mouse, by two photons.

use crate::samples::SamplesError;
use crate::samples::easel::Easel;
use crate::samples::files::{Channel, Ome, Optics, Preview, Stack, brightest};
use crate::samples::optics::{Camera, Outline, Plane, Texture, edge, ramp, scattered, wander};
use crate::samples::random::Random;

const INDICATOR: Channel = Channel::dye(
    "GCaMP6f",
    [60, 255, 130],
    "GCaMP6f",
    (920.0, 512.0),
    "MultiPhotonMicroscopy",
);
/// Seconds from one time point to the next.
const INTERVAL: f32 = 0.25;

/// One film.
pub(in crate::samples) fn calcium(easel: &Easel) -> Result<(), SamplesError> {
    let side = easel.pixels(320);
    let frames = easel.planes(48);
    let random = &mut easel.random("film");
    let field = Field::new(random, side);
    let cells: Vec<Cell> = scattered(random, side, side, 25.0, 140)
        .into_iter()
        .map(|place| {
            let radius = random.between(7.0, 9.0);
            Cell {
                outline: Outline::new(random, place, radius, 1.1, 0.06),
                light: random.between(0.9, 2.6),
                trace: trace(random, frames),
            }
        })
        .collect();
    let mut stack = Stack::new(side, side, 1);
    for frame in 0..frames {
        let mut light = field.neuropil.clone();
        // all of the tissue is a little more active when many cells are
        light.times(
            1.0 + 0.12 * cells.iter().map(|cell| cell.trace[frame]).sum::<f32>()
                / cells.len().max(1) as f32,
        );
        for cell in &cells {
            cell.paint(&mut light, frame);
        }
        light.shade(&field.vessels);
        light.blur(0.8);
        light.lift(0.2);
        stack.planes.push(Camera::MULTIPLIER.record(&light, random));
    }
    let ome = Ome {
        name: "Layer 2/3, drifting gratings".to_owned(),
        date: "2022-08-16T16:40:00",
        pixel: (1.1, 1.1, None),
        seconds: Some(INTERVAL),
        optics: Some(Optics {
            magnification: 16.0,
            aperture: 0.8,
            immersion: "Water",
        }),
        channels: vec![INDICATOR],
    };
    easel.ome_tiff("gratings.ome.tif", &stack, &ome)?;
    easel.write("traces.csv", traces(&cells, frames).as_bytes())?;
    let preview = Preview::new(side, side)
        .channel(&mean(&stack.planes), INDICATOR.colour, (0.02, 0.998), 0.8)
        .channel(&flashes(&stack.planes), [255, 70, 90], (0.90, 0.999), 1.0);
    easel.preview(&preview)
}

struct Cell {
    outline: Outline,
    light: f32,
    /// Calcium at each time point; 0 at rest.
    trace: Vec<f32>,
}

impl Cell {
    /// A ring: the indicator stays out of the nucleus.
    fn paint(&self, plane: &mut Plane, frame: usize) {
        let light = self.light * (1.0 + 3.2 * self.trace[frame]);
        self.outline.cover(plane, |_, _, out, pixel| {
            let ring = edge(out, 0.16) * (1.0 - 0.72 * edge(out / 0.62, 0.2));
            *pixel += light * ring;
        });
    }
}

/// What does not change: neuropil, and the shadows of vessels.
struct Field {
    neuropil: Plane,
    vessels: Plane,
}

impl Field {
    fn new(random: &mut Random, side: usize) -> Field {
        let (coarse, fine) = (Texture(random.next()), Texture(random.next()));
        let neuropil = Plane::from_fn(side, side, |x, y| {
            let slow = 1.0 + 0.3 * coarse.rough(x / 70.0, y / 70.0, 2);
            let strands = 1.0 + 0.30 * fine.rough(x / 3.2, y / 3.2, 2);
            1.35 * slow * strands.max(0.2)
        });
        let mut shadow = Plane::new(side, side);
        for _ in 0..2 {
            let from = [random.between(0.0, 1.0) * side as f32, -10.0];
            let heading = random.between(1.1, 2.0);
            let path = wander(random, from, heading, side / 2, 3.0, 0.07);
            let wide = random.between(3.0, 8.0);
            for at in &path {
                shadow.change_near(*at, wide + 2.0, |x, y, pixel| {
                    let out = (x - at[0]).hypot(y - at[1]);
                    *pixel = pixel.max(1.0 - ramp(wide - 2.0, wide + 2.0, out));
                });
            }
        }
        shadow.change(|_, _, pixel| *pixel = 1.0 - 0.85 * *pixel);
        Field {
            neuropil,
            vessels: shadow,
        }
    }
}

/// Bursts of spikes, each a rise at once and a decay with 0.6 s.
fn trace(random: &mut Random, frames: usize) -> Vec<f32> {
    let decay = (-INTERVAL / 0.6_f32).exp();
    let activity = random.unit().powi(2) * 0.22;
    let mut calcium = 0.0;
    let step = |_| {
        calcium *= decay;
        if random.chance(activity) {
            calcium += random.between(0.4, 1.4);
        }
        calcium
    };
    (0..frames).map(step).collect()
}

fn traces(cells: &[Cell], frames: usize) -> String {
    let mut table = "cell,x,y,time_point,seconds,calcium\n".to_owned();
    for (number, cell) in cells.iter().enumerate() {
        let [x, y] = cell.outline.centre;
        for frame in 0..frames {
            let seconds = frame as f32 * INTERVAL;
            table += &format!(
                "{},{x:.1},{y:.1},{frame},{seconds:.2},{:.3}\n",
                number + 1,
                cell.trace[frame]
            );
        }
    }
    table
}

fn mean(planes: &[Vec<u16>]) -> Vec<u16> {
    let many = planes.len().max(1) as u32;
    let sum = |pixel: usize| {
        planes
            .iter()
            .map(|plane| u32::from(plane[pixel]))
            .sum::<u32>()
    };
    (0..planes[0].len())
        .map(|pixel| (sum(pixel) / many) as u16)
        .collect()
}

/// How much brighter than on average each pixel becomes.
fn flashes(planes: &[Vec<u16>]) -> Vec<u16> {
    let smooth: Vec<Vec<u16>> = planes.chunks(4).map(mean).collect();
    let (most, usual) = (brightest(smooth.iter()), mean(planes));
    most.iter()
        .zip(usual)
        .map(|(most, usual)| most.saturating_sub(usual))
        .collect()
}
