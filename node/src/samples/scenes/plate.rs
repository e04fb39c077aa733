//! A plate of a screen: nuclei, and a marker that goes into them with the dose of a compound.

use std::fmt::Write;

use crate::samples::SamplesError;
use crate::samples::easel::Easel;
use crate::samples::files::{Channel, Ome, Optics, Preview, Stack};
use crate::samples::optics::{
    Camera, Nucleus, Outline, Plane, Texture, edge, illuminate, ramp, scattered,
};
use crate::samples::random::Random;

const DNA: Channel = Channel::dye(
    "Hoechst",
    [70, 120, 255],
    "Hoechst 33342",
    (350.0, 461.0),
    "WideField",
);
const MARKER: Channel = Channel::dye(
    "FOXO3-EGFP",
    [80, 240, 100],
    "EGFP",
    (488.0, 507.0),
    "WideField",
);

/// Rows of the plate: letter, what is in it, the dose at which half of the marker has moved (micromolar), and whether
/// it kills at high doses.
const ROWS: [(char, &str, f32, bool); 4] = [
    ('B', "DMSO", f32::INFINITY, false),
    ('C', "example compound 1", 0.1, false),
    ('D', "example compound 2", 1.5, false),
    ('E', "example compound 3", 0.6, true),
];
/// Doses by column from 2 on, micromolar.
const DOSES: [f32; 6] = [0.01, 0.05, 0.25, 1.0, 5.0, 25.0];
const FIELDS: usize = 2;

/// Twenty-four wells with two fields each, and the table that says what is where.
pub(in crate::samples) fn plate(easel: &Easel) -> Result<(), SamplesError> {
    let side = easel.pixels(256);
    let mut table =
        "Files\tplate\twell\tfield\tcompound\tconcentration\tunit\tcontrol_type\treplicate\n"
            .to_owned();
    let mut preview = Preview::new(side * DOSES.len(), side * ROWS.len());
    for (row, (letter, compound, half, kills)) in ROWS.into_iter().enumerate() {
        for (column, dose) in DOSES.into_iter().enumerate() {
            let well = format!("{letter}{:02}", column + 2);
            let effect = if half.is_finite() {
                dose.powf(1.4) / (dose.powf(1.4) + half.powf(1.4))
            } else {
                0.0
            };
            let alive = if kills {
                1.0 - 0.8 * ramp(0.5, 25.0, dose)
            } else {
                1.0
            };
            for field in 1..=FIELDS {
                let random = &mut easel.random(&format!("{well} {field}"));
                let stack = field_of_well(random, side, effect, alive);
                let path = format!("plate-1/{well}_f{field}.ome.tif");
                easel.ome_tiff(&path, &stack, &ome(&well, field))?;
                // writing to a string cannot fail; a vehicle has no concentration of its own
                let _ = match half.is_finite() {
                    true => writeln!(
                        table,
                        "{path}\tplate-1\t{well}\t{field}\t{compound}\t{dose}\tmicromolar\t\t{field}"
                    ),
                    false => writeln!(
                        table,
                        "{path}\tplate-1\t{well}\t{field}\t{compound}\t\t\tnegative\t{field}"
                    ),
                };
                if field == 1 {
                    let picture = Preview::new(side, side)
                        .channel(&stack.planes[0], DNA.colour, (0.1, 0.997), 0.9)
                        .channel(&stack.planes[1], MARKER.colour, (0.03, 0.997), 0.8);
                    preview.place(&picture, column * side, row * side);
                }
            }
        }
    }
    easel.write("plate-1.tsv", table.as_bytes())?;
    easel.preview(&preview)
}

fn ome(well: &str, field: usize) -> Ome {
    Ome {
        name: format!("Plate 1, well {well}, field {field}"),
        date: "2024-06-18T13:00:00",
        pixel: (0.65, 0.65, None),
        seconds: None,
        optics: Some(Optics {
            magnification: 10.0,
            aperture: 0.45,
            immersion: "Air",
        }),
        channels: vec![DNA, MARKER],
    }
}

/// A field of cells: `effect` is the part of the marker that is in nuclei, `alive` the part of the cells that is there.
fn field_of_well(random: &mut Random, side: usize, effect: f32, alive: f32) -> Stack {
    let dark = Plane::new(side, side);
    let [mut dna, mut marker] = [dark.clone(), dark];
    for place in scattered(random, side, side, 33.0, 200) {
        if !random.chance(0.88 * alive) {
            continue;
        }
        let shrunk = 0.75 + 0.25 * alive;
        let radius = random.between(9.0, 11.5) * shrunk;
        let nucleus = Nucleus::new(random, place, radius, 95.0);
        nucleus.paint(&mut dna);
        let mut body = Outline::new(random, place, 21.0 * shrunk, 1.35, 0.10);
        body.heading = nucleus.outline.heading;
        let moved = (0.08 + 0.84 * effect + random.normal() * 0.07).clamp(0.02, 0.98);
        let strength = random.between(0.6, 1.3);
        let (inside, outside) = (
            150.0 * moved * strength,
            62.0 * (1.0 - moved) * strength + 5.0,
        );
        let grain = Texture(random.next());
        body.cover(&mut marker, |x, y, out, pixel| {
            let within = edge(nucleus.outline.out(x, y), 0.14);
            let texture = 1.0 + 0.3 * grain.rough(x / 4.0, y / 4.0, 2);
            let height = (1.0 - 0.55 * out).max(0.2);
            let cytoplasm = outside * edge(out, 0.16) * height * texture;
            *pixel += cytoplasm * (1.0 - within) + inside * within * (0.85 + 0.15 * texture);
        });
    }
    let mut stack = Stack::new(side, side, 1);
    for plane in [&mut dna, &mut marker] {
        plane.blur(1.0);
        let haze = plane.blurred(16.0);
        plane.add(&haze, 0.16);
        plane.lift(8.0);
        illuminate(plane, 0.2, random);
        stack.planes.push(Camera::CMOS.record(plane, random));
    }
    stack
}
