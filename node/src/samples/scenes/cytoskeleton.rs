//! Fibroblasts with actin, microtubules and DNA in three channels, as a confocal microscope sees them.

use std::f32::consts::TAU;

use crate::samples::SamplesError;
use crate::samples::easel::Easel;
use crate::samples::files::{Channel, Ome, Optics, Preview, Stack};
use crate::samples::optics::{
    Camera, Nucleus, Outline, Plane, Point, Texture, ahead, edge, scattered,
};
use crate::samples::random::Random;

const MODE: &str = "LaserScanningConfocalMicroscopy";
const ACTIN: Channel = Channel::dye(
    "Actin",
    [255, 70, 40],
    "Phalloidin-Alexa 568",
    (578.0, 600.0),
    MODE,
);
const TUBULIN: Channel = Channel::dye("Tubulin", [50, 230, 90], "Alexa 488", (490.0, 525.0), MODE);
const DNA: Channel = Channel::dye("DNA", [70, 110, 255], "Hoechst 33342", (350.0, 461.0), MODE);

/// Three fields of spread cells.
pub(in crate::samples) fn cytoskeleton(easel: &Easel) -> Result<(), SamplesError> {
    let side = easel.pixels(896);
    for field in 1..=3 {
        let random = &mut easel.random(&format!("field {field}"));
        let mut stack = Stack::new(side, side, 1);
        for light in cells(random, side) {
            stack.planes.push(Camera::MULTIPLIER.record(&light, random));
        }
        let ome = Ome {
            name: format!("Fibroblasts, field {field}"),
            date: "2019-09-24T15:05:00",
            pixel: (0.18, 0.18, None),
            seconds: None,
            optics: Some(Optics {
                magnification: 63.0,
                aperture: 1.4,
                immersion: "Oil",
            }),
            channels: vec![ACTIN, TUBULIN, DNA],
        };
        easel.ome_tiff(&format!("fibroblasts/field_{field}.ome.tif"), &stack, &ome)?;
        if field == 1 {
            let preview = Preview::new(side, side)
                .channel(&stack.planes[0], ACTIN.colour, (0.15, 0.995), 0.75)
                .channel(&stack.planes[1], TUBULIN.colour, (0.2, 0.997), 0.75)
                .channel(&stack.planes[2], DNA.colour, (0.3, 0.995), 0.8);
            easel.preview(&preview)?;
        }
    }
    Ok(())
}

/// Light of actin, microtubules and DNA.
fn cells(random: &mut Random, side: usize) -> [Plane; 3] {
    let dark = Plane::new(side, side);
    let [mut actin, mut tubulin, mut dna] = [dark.clone(), dark.clone(), dark];
    for place in scattered(random, side, side, 178.0, 60) {
        let (radius, stretch) = (random.between(88.0, 118.0), random.between(1.15, 2.1));
        let cell = Outline::new(random, place, radius, stretch, 0.10);
        let nucleus_at = ahead(place, random.angle(), random.between(0.0, 14.0));
        let mut nucleus = Nucleus::new(random, nucleus_at, 29.0, 11.0);
        nucleus.outline.heading = cell.heading + random.between(-0.3, 0.3);
        nucleus.paint(&mut dna);
        microtubules(random, &mut tubulin, &cell, &nucleus.outline);
        stress_fibres(random, &mut actin, &cell);
        cortex(random, &mut actin, &cell);
    }
    for (plane, haze) in [(&mut actin, 0.05), (&mut tubulin, 0.06), (&mut dna, 0.03)] {
        plane.blur(1.05);
        let around = plane.blurred(14.0);
        plane.add(&around, haze);
        plane.lift(0.25);
    }
    [actin, tubulin, dna]
}

/// Strands that grow from a centre beside the nucleus and turn where the cell ends.
fn microtubules(random: &mut Random, plane: &mut Plane, cell: &Outline, nucleus: &Outline) {
    let centre = nucleus.rim(random.angle(), 1.12);
    plane.spot(centre, 3.0, 9.0);
    for _ in 0..190 {
        let light = random.between(2.2, 4.4);
        let mut heading = random.angle();
        let mut at = ahead(centre, random.angle(), random.between(0.0, 7.0));
        let mut turning = random.normal() * 0.02;
        let mut path = vec![at];
        let longest = random.between(70.0, 260.0);
        while (path.len() as f32) * 1.6 < longest {
            turning = turning * 0.93 + random.normal() * 0.009;
            // around the nucleus, not through it
            let out = nucleus.out(at[0], at[1]);
            let steer = if out < 1.05 {
                away(nucleus, at, heading) * 0.22
            } else {
                0.0
            };
            heading += turning + steer;
            let next = ahead(at, heading, 1.6);
            let out = cell.out(next[0], next[1]);
            if out > 0.97 {
                break;
            }
            if out > 0.86 {
                heading -= away(cell, at, heading) * 0.16;
            }
            path.push(next);
            at = next;
        }
        plane.line(&path, light);
    }
    cell.cover(plane, |_, _, out, pixel| *pixel += 0.5 * edge(out, 0.2));
}

/// To which side one has to turn in order to go outwards: the sine of the angle to the way out.
fn away(outline: &Outline, at: Point, heading: f32) -> f32 {
    let outwards = (at[1] - outline.centre[1]).atan2(at[0] - outline.centre[0]);
    (outwards - heading).sin()
}

/// Bundles along the cell, some of them crossing.
fn stress_fibres(random: &mut Random, plane: &mut Plane, cell: &Outline) {
    let reach = cell.reach();
    let main = cell.heading + random.between(-0.12, 0.12);
    let bow = random.between(-0.0016, 0.0016);
    let many = (46.0 * cell.radius / 100.0) as usize;
    for _ in 0..many {
        let heading = if random.chance(0.88) {
            main + random.normal() * 0.05
        } else {
            main + random.between(0.5, 1.2)
        };
        let start = ahead(
            cell.centre,
            main + TAU / 4.0,
            random.between(-1.0, 1.0) * reach,
        );
        let (first, last) = (random.between(-1.0, -0.2), random.between(0.2, 1.0));
        let light = 2.0 + 6.0 * random.unit().powi(3);
        let strands = 1 + random.below(3);
        for strand in 0..strands {
            let aside = (strand as f32 - 1.0) * 1.3;
            let start = ahead(start, heading + TAU / 4.0, aside);
            let along = |step: i32| {
                let distance = step as f32 * 2.0;
                let part = distance / reach;
                let within = part >= first && part <= last;
                let at = ahead(start, heading + bow * distance, distance);
                (within && cell.out(at[0], at[1]) < 0.95).then_some(at)
            };
            let steps = (reach / 2.0) as i32;
            let mut path: Vec<Point> = Vec::new();
            for step in -steps..=steps {
                match along(step) {
                    Some(at) => path.push(at),
                    None => plane.line(&std::mem::take(&mut path), light),
                }
            }
            plane.line(&path, light);
        }
    }
}

/// The rim of the cell, its ruffles, and the faint net below its surface.
fn cortex(random: &mut Random, plane: &mut Plane, cell: &Outline) {
    let ruffles = Texture(random.next());
    let round: Vec<Point> = (0..=420)
        .map(|step| cell.rim(step as f32 / 420.0 * TAU, 0.97))
        .collect();
    for (step, ends) in round.windows(2).enumerate() {
        let ruffle = ruffles.rough(step as f32 / 26.0, 0.5, 2).max(-0.7);
        plane.line(ends, 3.4 * (1.0 + ruffle));
    }
    let net = Texture(random.next());
    cell.cover(plane, |x, y, out, pixel| {
        let ridge = 1.0 - (net.rough(x / 9.0, y / 9.0, 3)).abs() * 1.6;
        let thin = 0.35 + 0.65 * (out * out);
        *pixel += edge(out, 0.05) * thin * (0.5 + 0.8 * ridge.max(0.0));
    });
    for _ in 0..26 {
        let angle = random.angle();
        let (foot, tip) = (cell.rim(angle, 0.95), random.between(1.03, 1.14));
        let tip = cell.rim(angle + random.normal() * 0.03, tip);
        plane.line(&[foot, tip], random.between(1.5, 3.5));
    }
}
