//! The mucosa of a colon, stained with haematoxylin and eosin: glands cut across, and the tissue between them. What
//! dyes take from white light is added up, and colour follows from it (Beer and Lambert's law).

use std::f32::consts::TAU;

use crate::samples::SamplesError;
use crate::samples::easel::Easel;
use crate::samples::files::Preview;
use crate::samples::optics::{Outline, Plane, Point, Texture, edge, ramp, scattered};
use crate::samples::random::Random;

/// What haematoxylin takes of red, green and blue (Ruifrok and Johnston 2001).
const HAEMATOXYLIN: [f32; 3] = [0.65, 0.70, 0.29];
/// The same of eosin, and of the yellow that fixed tissue has by itself.
const EOSIN: [f32; 3] = [0.11, 0.83, 0.36];

/// Two slides.
pub(in crate::samples) fn histology(easel: &Easel) -> Result<(), SamplesError> {
    let side = easel.pixels(1152);
    for (name, healthy) in [("normal", true), ("adenoma", false)] {
        let random = &mut easel.random(name);
        let [blue, pink] = tissue(random, side, healthy);
        let samples = colours(random, &blue, &pink);
        easel.colour_tiff(&format!("slides/{name}.tif"), side, &samples)?;
        if healthy {
            let preview = Preview::new(side, side).paint(|x, y| {
                let first = (y * side + x) * 3;
                [0, 1, 2].map(|colour| f32::from(samples[first + colour]) / 255.0)
            });
            easel.preview(&preview)?;
        }
    }
    Ok(())
}

/// Densities of haematoxylin and eosin.
fn tissue(random: &mut Random, side: usize, healthy: bool) -> [Plane; 2] {
    let glands: Vec<Outline> = rows(random, side)
        .into_iter()
        .map(|place| {
            let (radius, rough) = if healthy { (88.0, 0.03) } else { (94.0, 0.10) };
            let stretch = random.between(1.0, if healthy { 1.25 } else { 1.7 });
            let radius = radius * random.between(0.85, 1.05);
            Outline::new(random, place, radius, stretch, rough)
        })
        .collect();
    let mut pink = stroma(random, side);
    let mut blue = Plane::new(side, side);
    blue.change(|_, _, pixel| *pixel = 0.05);
    stroma_nuclei(random, &mut blue, side, &glands);
    let mut mucus = Plane::new(side, side);
    for gland in &glands {
        for goblet in goblets(random, gland, healthy) {
            goblet.cover(&mut mucus, |_, _, out, pixel| {
                *pixel = pixel.max(edge(out, 0.12))
            });
        }
    }
    for gland in &glands {
        lining(random, (&mut blue, &mut pink), &mucus, gland, healthy);
        lining_nuclei(random, &mut blue, gland, healthy);
    }
    for plane in [&mut blue, &mut pink] {
        plane.blur(0.9);
    }
    [blue, pink]
}

/// Glands stand close, in rows that are not quite regular.
fn rows(random: &mut Random, side: usize) -> Vec<Point> {
    const APART: f32 = 212.0;
    let many = (side as f32 / APART) as usize + 3;
    let mut places = Vec::new();
    for row in 0..many {
        for column in 0..many {
            let shift = if row % 2 == 0 { 0.5 } else { 0.0 };
            let x = (column as f32 - shift) * APART + random.normal() * 13.0;
            let y = (row as f32 - 0.4) * APART * 0.87 + random.normal() * 13.0;
            places.push([x, y]);
        }
    }
    places
}

/// Wavy fibres with clefts between them.
fn stroma(random: &mut Random, side: usize) -> Plane {
    let (bend, fibre, cleft) = (
        Texture(random.next()),
        Texture(random.next()),
        Texture(random.next()),
    );
    Plane::from_fn(side, side, |x, y| {
        let turn = bend.at(x / 190.0, y / 190.0) * 2.4;
        let (sine, cosine) = turn.sin_cos();
        let (along, across) = (x * cosine + y * sine, y * cosine - x * sine);
        let strands = fibre.rough(along / 42.0, across / 6.5, 3);
        let open = ramp(0.28, 0.62, cleft.rough(along / 60.0, across / 24.0, 3));
        (0.42 + 0.17 * strands) * (1.0 - 0.86 * open)
    })
}

/// Fibroblasts, thin and long, and lymphocytes, small, round and dark.
fn stroma_nuclei(random: &mut Random, blue: &mut Plane, side: usize, glands: &[Outline]) {
    for place in scattered(random, side, side, 19.0, 6000) {
        let nearest = glands
            .iter()
            .map(|gland| gland.out(place[0], place[1]))
            .fold(f32::MAX, f32::min);
        if nearest < 1.12 || random.chance(0.35) {
            continue;
        }
        if random.chance(0.55) {
            let radius = random.between(6.5, 8.0);
            nucleus(random, blue, place, radius, 1.05, 0.95, None);
        } else {
            let (radius, stretch) = (random.between(5.2, 6.6), random.between(2.6, 4.6));
            nucleus(random, blue, place, radius, stretch, 0.72, None);
        }
    }
}

/// A ring of tall cells around the lumen: pink where they have no mucus, a little blue where they have.
fn lining(
    random: &mut Random,
    (blue, pink): (&mut Plane, &mut Plane),
    mucus: &Plane,
    gland: &Outline,
    healthy: bool,
) {
    let grain = Texture(random.next());
    let lumen = if healthy { 0.24 } else { 0.36 };
    gland.cover(pink, |x, y, out, pixel| {
        let inside = edge(out, 0.02);
        let cytoplasm = 0.34 + 0.10 * grain.rough(x / 11.0, y / 11.0, 3);
        let border = 0.22 * (-((out - lumen) / 0.03).powi(2)).exp();
        let empty = edge(out / lumen, 0.08);
        let goblet = mucus.at(x as usize, y as usize);
        let density = (cytoplasm + border) * (1.0 - 0.96 * empty) * (1.0 - 0.82 * goblet);
        // the thin membrane below the cells
        let base = 0.30 * (-((out - 1.03) / 0.018).powi(2)).exp();
        *pixel = *pixel * (1.0 - inside) + density * inside + base;
    });
    gland.cover(blue, |x, y, out, pixel| {
        let inside = edge(out, 0.02) * (1.0 - edge(out / lumen, 0.08));
        let goblet = mucus.at(x as usize, y as usize);
        *pixel += inside * (0.07 + 0.13 * goblet * (1.0 + 0.6 * grain.rough(x / 5.0, y / 5.0, 2)));
    });
}

/// Nuclei of those cells: a row near the outer edge, several where the tissue is ill.
fn lining_nuclei(random: &mut Random, blue: &mut Plane, gland: &Outline, healthy: bool) {
    let around = TAU * gland.radius * 0.86;
    let rows: &[f32] = if healthy {
        &[0.84]
    } else {
        &[0.86, 0.72, 0.58]
    };
    for row in rows {
        let many = (around * row / 12.5) as usize;
        for index in 0..many {
            if random.chance(0.06) {
                continue;
            }
            let angle = (index as f32 + random.between(-0.25, 0.25)) / many as f32 * TAU;
            let place = gland.rim(angle, row + random.normal() * 0.022);
            let inwards = (gland.centre[1] - place[1]).atan2(gland.centre[0] - place[0]);
            let (radius, stretch) = if healthy { (6.4, 1.8) } else { (7.4, 2.3) };
            nucleus(random, blue, place, radius, stretch, 0.85, Some(inwards));
        }
    }
}

/// Cells full of mucus, which takes hardly any dye: fewer where the tissue is ill.
fn goblets(random: &mut Random, gland: &Outline, healthy: bool) -> Vec<Outline> {
    let many = if healthy { 17 } else { 3 };
    (0..many)
        .map(|index| {
            let angle = (index as f32 + random.between(-0.3, 0.3)) / many as f32 * TAU;
            let place = gland.rim(angle, random.between(0.50, 0.60));
            let radius = random.between(10.0, 13.5);
            let mut goblet = Outline::new(random, place, radius, 1.45, 0.04);
            goblet.heading = (gland.centre[1] - place[1]).atan2(gland.centre[0] - place[0]);
            goblet
        })
        .collect()
}

/// A nucleus: a dark rim, lumps of chromatin, sometimes a nucleolus.
fn nucleus(
    random: &mut Random,
    plane: &mut Plane,
    place: Point,
    radius: f32,
    stretch: f32,
    dark: f32,
    heading: Option<f32>,
) {
    let mut outline = Outline::new(random, place, radius, stretch, 0.05);
    if let Some(heading) = heading {
        outline.heading = heading + random.normal() * 0.12;
    }
    let chromatin = Texture(random.next());
    let nucleolus = outline.rim(random.angle(), random.unit() * 0.5);
    let dark = dark * random.between(0.75, 1.15);
    outline.cover(plane, |x, y, out, pixel| {
        let inside = edge(out, 0.09);
        let rim = 0.35 * (-((out - 0.9) / 0.14).powi(2)).exp();
        let spot = 0.4 * (-((x - nucleolus[0]).powi(2) + (y - nucleolus[1]).powi(2)) / 4.0).exp();
        let lumps = 0.28 * chromatin.rough(x / 3.6, y / 3.6, 2);
        let density = dark * (0.85 + lumps + rim + spot).max(0.3);
        *pixel = *pixel * (1.0 - inside) + density.max(*pixel) * inside;
    });
}

/// Red, green and blue by turns.
fn colours(random: &mut Random, blue: &Plane, pink: &Plane) -> Vec<u8> {
    let stain = random.between(0.95, 1.1);
    let mut samples = Vec::with_capacity(blue.values.len() * 3);
    for (blue, pink) in blue.values.iter().zip(&pink.values) {
        let noise = random.normal() * 1.3;
        for colour in 0..3 {
            let density =
                stain * (HAEMATOXYLIN[colour] * blue * 1.35 + EOSIN[colour] * pink * 1.05);
            let light = 243.0 * (-density).exp() + noise;
            samples.push(light.round().clamp(0.0, 255.0) as u8);
        }
    }
    samples
}
