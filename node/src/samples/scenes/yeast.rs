//! Budding yeast: relief by differential interference contrast, and the septin ring at the neck of each bud.

use std::f32::consts::TAU;

use crate::samples::SamplesError;
use crate::samples::easel::Easel;
use crate::samples::files::{Channel, Ome, Optics, Preview, Stack};
use crate::samples::optics::{Camera, Outline, Plane, Point, Texture, ahead, edge, scattered};
use crate::samples::random::Random;

const RELIEF: Channel = Channel::grey("DIC", "WideField", "DIC");
const SEPTIN: Channel = Channel::dye(
    "Cdc10-EGFP",
    [70, 255, 110],
    "EGFP",
    (488.0, 507.0),
    "WideField",
);

/// Two strains.
pub(in crate::samples) fn yeast(easel: &Easel) -> Result<(), SamplesError> {
    let side = easel.pixels(640);
    for (strain, long) in [("wild-type", false), ("elongated-buds", true)] {
        let random = &mut easel.random(strain);
        let (mut relief, mut septin) = cells(random, side, long);
        relief.blur(0.7);
        septin.blur(1.2);
        let mut stack = Stack::new(side, side, 1);
        stack.planes.push(Camera::CMOS.record(&relief, random));
        stack.planes.push(Camera::CMOS.record(&septin, random));
        let ome = Ome {
            name: format!("Budding yeast, {strain}"),
            date: "2021-12-02T10:02:00",
            pixel: (0.1, 0.1, None),
            seconds: None,
            optics: Some(Optics {
                magnification: 63.0,
                aperture: 1.4,
                immersion: "Oil",
            }),
            channels: vec![RELIEF, SEPTIN],
        };
        easel.ome_tiff(&format!("{strain}/dic_gfp.ome.tif"), &stack, &ome)?;
        if !long {
            let preview = Preview::new(side, side)
                .channel(&stack.planes[0], [225, 225, 225], (0.001, 0.9995), 1.0)
                .channel(&stack.planes[1], SEPTIN.colour, (0.93, 0.9995), 0.9);
            easel.preview(&preview)?;
        }
    }
    Ok(())
}

/// Relief and light of septin.
fn cells(random: &mut Random, side: usize, long: bool) -> (Plane, Plane) {
    let mut height = Plane::new(side, side);
    let mut septin = Plane::new(side, side);
    for place in scattered(random, side, side, 60.0, 160) {
        if random.chance(0.12) {
            continue;
        }
        let radius = random.between(21.0, 25.0);
        let mother = Outline::new(random, place, radius, 1.16, 0.015);
        solid(random, &mut height, &mother);
        septin_haze(&mut septin, &mother);
        if random.chance(0.62) {
            let size = random.between(0.3, 0.85);
            let heading = random.angle();
            bud(
                random,
                (&mut height, &mut septin),
                &mother,
                heading,
                size,
                long,
            );
        } else if random.chance(0.5) {
            // an old ring that is coming apart
            let middle = mother.rim(random.angle(), 0.97);
            septin.spot(middle, 2.6, 40.0);
        }
    }
    (relief(random, &height), septin)
}

/// A bud, and the ring at its neck: two bands, seen from the side.
fn bud(
    random: &mut Random,
    (height, septin): (&mut Plane, &mut Plane),
    mother: &Outline,
    heading: f32,
    size: f32,
    long: bool,
) {
    let neck = mother.rim(heading - mother.heading, 0.985);
    let heading = (neck[1] - mother.centre[1]).atan2(neck[0] - mother.centre[0]);
    let (radius, stretch) = (mother.radius * size * 0.92, if long { 2.6 } else { 1.12 });
    let away = radius * f32::sqrt(stretch) * 0.94;
    let mut bud = Outline::new(random, ahead(neck, heading, away), radius, stretch, 0.015);
    bud.heading = heading;
    solid(random, height, &bud);
    septin_haze(septin, &bud);
    let half = (radius * 0.5).min(7.5);
    for band in [-1.6, 1.6] {
        let middle = ahead(neck, heading, band);
        let ends = [-1.0, 1.0].map(|side| ahead(middle, heading + TAU / 4.0 * side, half));
        septin.line(&ends, 95.0);
        for end in ends {
            septin.spot(end, 1.5, 60.0);
        }
    }
}

/// A thick body with a wall, a vacuole and grains.
fn solid(random: &mut Random, height: &mut Plane, outline: &Outline) {
    let vacuole: Point = outline.rim(random.angle(), 0.3);
    let size = outline.radius * random.between(0.3, 0.45);
    let grains = Texture(random.next());
    outline.cover(height, |x, y, out, pixel| {
        if out > 1.12 {
            return;
        }
        let dome = (1.0 - out * out).max(0.0).sqrt();
        let wall = 0.16 * (-((out - 1.0) / 0.05).powi(2)).exp();
        let square = (x - vacuole[0]).powi(2) + (y - vacuole[1]).powi(2);
        let dent = 0.20 * edge(square.sqrt() / size, 0.22);
        let grain = 0.028 * grains.rough(x / 3.4, y / 3.4, 2) * edge(out, 0.1);
        *pixel = pixel.max(dome * 0.95 + wall - dent * dome + grain);
    });
}

fn septin_haze(septin: &mut Plane, outline: &Outline) {
    outline.cover(septin, |_, _, out, pixel| {
        let thick = (1.0 - 0.8 * out * out).max(0.0).sqrt();
        *pixel = pixel.max(9.0 * edge(out, 0.08) * thick);
    });
}

/// Interference makes slopes bright on one side and dark on the other.
fn relief(random: &mut Random, height: &Plane) -> Plane {
    let smooth = height.blurred(1.1);
    let dust = Texture(random.next());
    let (width, rows) = (height.width, height.height);
    Plane::from_fn(width, rows, |x, y| {
        let at = |dx: f32, dy: f32| {
            let column = (x + dx).clamp(0.0, width as f32 - 1.0) as usize;
            let row = (y + dy).clamp(0.0, rows as f32 - 1.0) as usize;
            smooth.at(column, row)
        };
        let slope = at(1.0, 1.0) - at(-1.0, -1.0);
        let uneven =
            1.0 + 0.05 * (x / width as f32 - 0.5) + 0.012 * dust.rough(x / 40.0, y / 40.0, 3);
        (390.0 * uneven - 620.0 * slope.clamp(-0.42, 0.42)).max(10.0)
    })
}
