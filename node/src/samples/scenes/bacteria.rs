//! Bacteria that grow and divide on agar, in phase contrast: dark rods with a bright halo.

use std::f32::consts::TAU;

use crate::samples::SamplesError;
use crate::samples::easel::Easel;
use crate::samples::files::{Channel, Ome, Optics, Preview, Stack};
use crate::samples::optics::{Camera, Plane, Point, Texture, ahead, ramp, scattered};
use crate::samples::random::Random;

const PHASE: Channel = Channel::grey("Phase", "WideField", "Phase");
/// Pixels from the middle line of a rod to its wall.
const RADIUS: f32 = 4.6;

/// One film.
pub(in crate::samples) fn bacteria(easel: &Easel) -> Result<(), SamplesError> {
    let side = easel.pixels(480);
    let frames = easel.planes(16);
    let random = &mut easel.random("film");
    let mut rods: Vec<Rod> = scattered(random, side, side, 165.0, 9)
        .into_iter()
        .map(|place| Rod {
            middle: place,
            heading: random.angle(),
            length: random.between(14.0, 22.0),
            limit: random.between(26.0, 32.0),
        })
        .collect();
    let agar = Texture(random.next());
    let mut stack = Stack::new(side, side, 1);
    // small films have fewer time points and grow faster between them
    let growth = 1.26_f32.powf(16.0 / frames as f32);
    for frame in 0..frames {
        if frame > 0 {
            grow(random, &mut rods, growth);
        }
        let light = phase_contrast(&rods, side, agar);
        stack.planes.push(Camera::CMOS.record(&light, random));
    }
    let ome = Ome {
        name: "Microcolonies on agar".to_owned(),
        date: "2016-10-13T17:08:00",
        pixel: (0.11, 0.11, None),
        seconds: Some(300.0),
        optics: Some(Optics {
            magnification: 60.0,
            aperture: 1.4,
            immersion: "Oil",
        }),
        channels: vec![PHASE],
    };
    easel.ome_tiff("microcolonies.ome.tif", &stack, &ome)?;
    let last = &stack.planes[frames - 1];
    easel.preview(&Preview::new(side, side).channel(last, PHASE.colour, (0.001, 0.9995), 1.0))
}

/// A rod with round ends.
struct Rod {
    middle: Point,
    heading: f32,
    /// Of its middle line, in pixels.
    length: f32,
    /// It divides when it is as long as this.
    limit: f32,
}

impl Rod {
    /// The point of the middle line that is `part` of the way from one end (-1) to the other (1).
    fn at(&self, part: f32) -> Point {
        ahead(self.middle, self.heading, part * self.length / 2.0)
    }

    /// Distance of a point from the middle line, and where along it, from -1 to 1.
    fn distance(&self, point: Point) -> (f32, f32) {
        let (sine, cosine) = self.heading.sin_cos();
        let (dx, dy) = (point[0] - self.middle[0], point[1] - self.middle[1]);
        let half = self.length / 2.0;
        let along = (dx * cosine + dy * sine).clamp(-half, half);
        let across = (dx - along * cosine).hypot(dy - along * sine);
        (across, along / half.max(0.1))
    }
}

/// Rods grow, divide where they are long enough, and push each other apart.
fn grow(random: &mut Random, rods: &mut Vec<Rod>, growth: f32) {
    let mut born = Vec::new();
    for rod in rods.iter_mut() {
        rod.length = (rod.length + 2.0 * RADIUS) * growth - 2.0 * RADIUS;
        rod.length *= random.between(0.985, 1.015);
        if rod.length <= rod.limit {
            continue;
        }
        let half = (rod.length - 2.0 * RADIUS) / 2.0;
        let aside = (half + 2.0 * RADIUS) / 2.0;
        let daughter = |side: f32, random: &mut Random| Rod {
            middle: ahead(rod.middle, rod.heading, side * aside),
            heading: rod.heading + random.normal() * 0.09,
            length: half,
            limit: random.between(26.0, 32.0),
        };
        let (first, second) = (daughter(-1.0, random), daughter(1.0, random));
        *rod = first;
        born.push(second);
    }
    rods.append(&mut born);
    for _ in 0..30 {
        relax(rods);
    }
}

/// One step of pushing: rods that overlap move apart and turn, by where they touch.
fn relax(rods: &mut [Rod]) {
    for first in 0..rods.len() {
        for second in 0..rods.len() {
            if first == second {
                continue;
            }
            let (one, other) = (&rods[first], &rods[second]);
            let far = (one.length + other.length) / 2.0 + 2.0 * RADIUS;
            if (one.middle[0] - other.middle[0]).hypot(one.middle[1] - other.middle[1]) > far {
                continue;
            }
            for part in [-1.0, -0.5, 0.0, 0.5, 1.0] {
                push(rods, first, second, part);
            }
        }
    }
}

/// Pushes a point of the first rod out of the second.
fn push(rods: &mut [Rod], first: usize, second: usize, part: f32) {
    let point = rods[first].at(part);
    let (distance, along) = rods[second].distance(point);
    let overlap = 2.0 * RADIUS - distance;
    if overlap <= 0.0 {
        return;
    }
    let touched = rods[second].at(along);
    let away = if distance > 0.01 {
        (point[1] - touched[1]).atan2(point[0] - touched[0])
    } else {
        rods[second].heading + TAU / 4.0
    };
    let step = overlap * 0.22;
    for (rod, lever, away) in [(first, part, away), (second, along, away + TAU / 2.0)] {
        let rod = &mut rods[rod];
        rod.middle = ahead(rod.middle, away, step);
        let arm = lever * rod.length / 2.0;
        rod.heading +=
            2.2 * arm * (away - rod.heading).sin() * step / (rod.length * rod.length).max(80.0);
    }
}

fn phase_contrast(rods: &[Rod], side: usize, agar: Texture) -> Plane {
    let mut body = Plane::new(side, side);
    for rod in rods {
        body.change_near(
            rod.middle,
            rod.length / 2.0 + RADIUS + 2.0,
            |x, y, pixel| {
                let (distance, along) = rod.distance([x, y]);
                // where it is going to divide it is narrow
                let ripe = ramp(rod.limit * 0.75, rod.limit, rod.length);
                let waist = 1.0 - 0.28 * ripe * (-(along * 7.0).powi(2)).exp();
                let inside = 1.0 - ramp(RADIUS * waist - 1.2, RADIUS * waist + 0.8, distance);
                *pixel = pixel.max(inside);
            },
        );
    }
    let (sharp, near, wide) = (body.blurred(1.1), body.blurred(3.4), body.blurred(9.0));
    let mut light = Plane::new(side, side);
    let parts = light
        .values
        .iter_mut()
        .zip(&sharp.values)
        .zip(&near.values)
        .zip(&wide.values);
    for (((pixel, sharp), near), wide) in parts {
        let halo = (near * 1.15 - sharp * 0.9).max(0.0);
        *pixel = 430.0 * (1.0 - 0.60 * sharp + 0.75 * halo - 0.10 * wide);
    }
    light.change(|x, y, pixel| *pixel *= 1.0 + 0.018 * agar.rough(x / 26.0, y / 26.0, 4));
    light.blur(0.6);
    light
}
