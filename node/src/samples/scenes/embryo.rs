//! A zebrafish embryo with labelled nuclei, seen in a sheet of light: a cap of cells on the yolk, thicker where the
//! body forms.

use std::f32::consts::TAU;

use crate::samples::SamplesError;
use crate::samples::easel::Easel;
use crate::samples::files::{Channel, Ome, Optics, Preview, Stack};
use crate::samples::optics::{Camera, Plane, Texture, defocus, ramp};
use crate::samples::random::Random;

const NUCLEI: Channel = Channel::dye("H2B-EGFP", [120, 255, 140], "EGFP", (488.0, 507.0), "SPIM");

/// Two time points as a stack each.
pub(in crate::samples) fn embryo(easel: &Easel) -> Result<(), SamplesError> {
    let side = easel.pixels(384);
    let depth = easel.planes(28);
    for time in 0..2 {
        let random = &mut easel.random("embryo");
        let cells = cells(random, 0.42 + 0.22 * time as f32);
        let light = light(random, &cells, side, depth);
        let mut stack = Stack::new(side, side, depth);
        for plane in &light {
            stack.planes.push(Camera::CMOS.record(plane, random));
        }
        let ome = Ome {
            name: format!("Embryo 1, {} % epiboly", 60 + 25 * time),
            date: "2020-01-30T19:25:00",
            pixel: (1.8, 1.8, Some(12.0)),
            seconds: None,
            optics: Some(Optics {
                magnification: 10.0,
                aperture: 0.3,
                immersion: "Water",
            }),
            channels: vec![NUCLEI],
        };
        easel.ome_tiff(&format!("embryo-1/t{time:02}.ome.tif"), &stack, &ome)?;
        if time == 1 {
            easel.preview(&by_depth(&stack))?;
        }
    }
    Ok(())
}

/// A nucleus: place in units of the embryo's radius, size in pixels, light.
struct Cell {
    at: [f32; 3],
    size: f32,
    light: f32,
}

/// Cells on the sphere down to where the margin has come: `covered` is the part of the way from pole to pole.
fn cells(random: &mut Random, covered: f32) -> Vec<Cell> {
    let margin = covered * TAU / 2.0;
    let mut cells = Vec::new();
    for _ in 0..7000 {
        // even on the sphere: the height is
        let height = random.between(-1.0, 1.0);
        let down = height.acos();
        let around = random.angle();
        let body = (-((around - 1.1) / 0.34).powi(2)).exp() * ramp(0.2, 0.7, down);
        let at_margin = (-((down - margin) / 0.13).powi(2)).exp();
        if down > margin + random.normal() * 0.03
            || random.chance(0.42 * (1.0 - body) * (1.0 - at_margin))
        {
            continue;
        }
        let layers = 1.0 + 2.4 * body.max(0.6 * at_margin);
        let out =
            1.0 - 0.035 * random.below(layers.ceil() as usize + 1) as f32 + random.normal() * 0.006;
        let across = down.sin() * out;
        let [x, y, z] = [across * around.cos(), -height * out, across * around.sin()];
        // the embryo is turned a little, as embryos are
        let (sine, cosine) = 0.35_f32.sin_cos();
        cells.push(Cell {
            at: [x * cosine - y * sine, x * sine + y * cosine, z],
            size: random.between(2.4, 3.3) * (1.0 + 0.25 * (1.0 - body)),
            light: random.between(50.0, 130.0) * if random.chance(0.04) { 2.2 } else { 1.0 },
        });
    }
    cells
}

fn light(random: &mut Random, cells: &[Cell], side: usize, depth: usize) -> Vec<Plane> {
    let mut planes = vec![Plane::new(side, side); depth];
    let radius = side as f32 * 0.44;
    let middle = side as f32 / 2.0;
    // from the face of the embryo to just beyond its middle
    let z_of = |z: f32| (1.02 - z) / 1.15 * (depth - 1) as f32;
    for cell in cells.iter().filter(|cell| cell.at[2] > -0.16) {
        let at = [middle + cell.at[0] * radius, middle + cell.at[1] * radius];
        let z = z_of(cell.at[2]);
        for (index, plane) in planes.iter_mut().enumerate() {
            let away = (index as f32 - z) / 0.75;
            if away.abs() < 2.0 {
                plane.spot(at, cell.size * 0.62, cell.light * (-away * away).exp());
            }
        }
    }
    defocus(&mut planes, 2.4, 0.16);
    let yolk = Texture(random.next());
    let stripes = Texture(random.next());
    for (index, plane) in planes.iter_mut().enumerate() {
        let z = 1.02 - index as f32 / (depth - 1) as f32 * 1.15;
        let inside = (0.93_f32.powi(2) - z * z).max(0.0).sqrt() * radius;
        plane.change(|x, y, pixel| {
            let out = (x - middle).hypot(y - middle);
            let glow = 1.0 - ramp(inside * 0.9, inside + 2.0, out);
            let grain = 1.0 + 0.35 * yolk.rough(x / 16.0, y / 16.0 + index as f32 * 0.4, 3);
            // what is in the sheet's way leaves shadows behind it, and the far side gets less light
            let stripe = 1.0 + 0.10 * stripes.rough(y / 5.0, index as f32 * 0.7 + x / 600.0, 3);
            let far = 1.0 - 0.35 * x / side as f32;
            *pixel = (*pixel + 10.0 * glow * grain.max(0.2)) * stripe.max(0.3) * far + 3.0;
        });
        plane.blur(0.7);
    }
    planes
}

/// All planes over each other, each in a colour of its own: near ones warm, far ones cold.
fn by_depth(stack: &Stack) -> Preview {
    let mut preview = Preview::new(stack.width, stack.height);
    let many = stack.planes.len() as f32;
    let mut light = vec![[0.0_f32; 3]; stack.width * stack.height];
    for (index, plane) in stack.planes.iter().enumerate() {
        let part = index as f32 / (many - 1.0);
        let wave = |phase: f32| 0.5 + 0.5 * (TAU * (part * 0.72 - phase)).cos();
        let colour = [wave(0.02), wave(0.30), wave(0.62)];
        for (light, count) in light.iter_mut().zip(plane) {
            let strength = ((f32::from(*count) - 112.0) / 140.0)
                .clamp(0.0, 1.0)
                .powf(0.85);
            for (light, colour) in light.iter_mut().zip(colour) {
                *light = light.max(strength * colour);
            }
        }
    }
    let width = stack.width;
    preview = preview.paint(|x, y| light[y * width + x]);
    preview
}
