//! The skin of a mouse's ear by two photons: collagen by its second harmonic, blood vessels by a dye in the blood.

use crate::samples::SamplesError;
use crate::samples::easel::Easel;
use crate::samples::files::{Channel, Ome, Optics, Preview, Stack, brightest};
use crate::samples::optics::{Camera, Plane, Point, Texture, ahead, defocus, ramp, wander};
use crate::samples::random::Random;

const MODE: &str = "MultiPhotonMicroscopy";
const COLLAGEN: Channel = Channel {
    fluorophore: None,
    contrast: "Other",
    ..Channel::dye("Second harmonic", [50, 150, 255], "", (880.0, 440.0), MODE)
};
const BLOOD: Channel = Channel::dye(
    "Dextran-TRITC",
    [255, 75, 60],
    "TRITC",
    (880.0, 580.0),
    MODE,
);
const FOLLICLES: Channel =
    Channel::dye("Autofluorescence", [90, 230, 110], "", (880.0, 520.0), MODE);

/// One stack of three channels.
pub(in crate::samples) fn skin(easel: &Easel) -> Result<(), SamplesError> {
    let side = easel.pixels(448);
    let depth = easel.planes(12);
    let random = &mut easel.random("stack");
    let mut lights = [
        collagen(random, side, depth),
        vessels(random, side, depth),
        follicles(random, side, depth),
    ];
    for (light, sharp) in lights.iter_mut().zip([0.85, 1.3, 1.2]) {
        for plane in light.iter_mut() {
            plane.blur(sharp);
        }
        defocus(light, 1.8, 0.22);
        for (z, plane) in light.iter_mut().enumerate() {
            plane.times(1.0 - 0.35 * z as f32 / depth as f32);
            plane.lift(0.25);
        }
    }
    let mut stack = Stack::new(side, side, depth);
    for z in 0..depth {
        for light in &lights {
            stack
                .planes
                .push(Camera::MULTIPLIER.record(&light[z], random));
        }
    }
    let ome = Ome {
        name: "Ear skin, dermis".to_owned(),
        date: "2024-09-03T12:44:00",
        pixel: (0.83, 0.83, Some(4.0)),
        seconds: None,
        optics: Some(Optics {
            magnification: 20.0,
            aperture: 0.95,
            immersion: "Water",
        }),
        channels: vec![
            COLLAGEN,
            BLOOD,
            Channel {
                fluorophore: None,
                ..FOLLICLES
            },
        ],
    };
    easel.ome_tiff("ear-skin_2p.ome.tif", &stack, &ome)?;
    let seen = |channel: usize| brightest(stack.planes.iter().skip(channel).step_by(3));
    let preview = Preview::new(side, side)
        .channel(&seen(0), COLLAGEN.colour, (0.1, 0.997), 1.1)
        .channel(&seen(1), BLOOD.colour, (0.35, 0.997), 0.9)
        .channel(&seen(2), FOLLICLES.colour, (0.6, 0.998), 1.0);
    easel.preview(&preview)
}

/// Crossing bundles of wavy fibres: in each plane others.
fn collagen(random: &mut Random, side: usize, depth: usize) -> Vec<Plane> {
    let mut light = vec![Plane::new(side, side); depth];
    let main = random.angle();
    for plane in &mut light {
        for _ in 0..side / 6 {
            let crossing = if random.chance(0.4) { 1.3 } else { 0.0 };
            let heading = main + crossing + random.normal() * 0.3;
            let middle = [
                random.between(-0.1, 1.1) * side as f32,
                random.between(-0.1, 1.1) * side as f32,
            ];
            let long = random.between(60.0, 220.0);
            let start = ahead(middle, heading, -long / 2.0);
            let spine = wander(random, start, heading, (long / 3.0) as usize, 3.0, 0.04);
            let (light, pitch) = (random.between(0.7, 2.6), random.between(0.25, 0.45));
            let phase = random.angle();
            for _ in 0..3 + random.below(7) {
                let aside = random.normal() * 2.6;
                let strand: Vec<Point> = spine
                    .iter()
                    .enumerate()
                    .map(|(step, at)| {
                        let wave = (step as f32 * pitch + phase).sin() * 2.2;
                        ahead(*at, heading + 1.57, aside + wave)
                    })
                    .collect();
                plane.line(&strand, light);
            }
        }
    }
    light
}

/// A tree of vessels that dives through the planes; red cells leave the dye out and look like dark grains.
fn vessels(random: &mut Random, side: usize, depth: usize) -> Vec<Plane> {
    let mut light = vec![Plane::new(side, side); depth];
    let width = side as f32;
    let mut waiting: Vec<(Point, f32, f32, f32)> = Vec::new();
    for (part, wide) in [(0.2, 10.0), (0.72, 7.5)] {
        let from = [-12.0, width * (part + random.between(-0.08, 0.08))];
        waiting.push((
            from,
            random.between(-0.3, 0.4),
            depth as f32 * random.between(0.4, 0.7),
            wide,
        ));
    }
    let mut grown = 0;
    while let Some((from, heading, z, wide)) = waiting.pop() {
        grown += 1;
        if grown > 46 {
            break;
        }
        let length = if wide > 5.0 {
            side / 3
        } else {
            side / 6 + random.below(side / 6)
        };
        let path = wander(
            random,
            from,
            heading,
            length,
            3.2,
            if wide > 5.0 { 0.045 } else { 0.11 },
        );
        let dive = random.normal() * 0.012;
        let cells = Texture(random.next());
        for (step, at) in path.iter().enumerate() {
            let z = z + dive * step as f32;
            tube(&mut light, *at, z, wide, cells);
            let outside =
                at[0] < -20.0 || at[1] < -20.0 || at[0] > width + 20.0 || at[1] > width + 20.0;
            if outside {
                break;
            }
            if wide > 2.6 && step > 6 && random.chance(0.045) {
                let ends = path[step.saturating_sub(1)];
                let ahead_now = (at[1] - ends[1]).atan2(at[0] - ends[0]);
                let side = if random.chance(0.5) { 1.0 } else { -1.0 };
                let turn = ahead_now + side * random.between(0.6, 1.3);
                waiting.push((*at, turn, z, wide * random.between(0.38, 0.62)));
            }
        }
    }
    light
}

/// A piece of a vessel in all the planes that it is in.
fn tube(light: &mut [Plane], at: Point, z: f32, wide: f32, cells: Texture) {
    for (index, plane) in light.iter_mut().enumerate() {
        // planes lie 4 µm apart, pixels 0.83 µm
        let away = (index as f32 - z) * 4.8;
        let square = wide * wide - away * away;
        if square <= 0.3 {
            continue;
        }
        let radius = square.sqrt();
        plane.change_near(at, radius + 1.5, |x, y, pixel| {
            let out = (x - at[0]).hypot(y - at[1]);
            let inside = 1.0 - ramp(radius - 1.0, radius + 1.0, out);
            let grain =
                1.0 - 0.45 * ramp(0.1, 0.7, cells.rough(x / 4.5, y / 4.5 + index as f32, 2));
            *pixel = pixel.max(7.5 * inside * grain);
        });
    }
}

/// Hair follicles: bright rings of tissue around a hair.
fn follicles(random: &mut Random, side: usize, depth: usize) -> Vec<Plane> {
    let mut light = vec![Plane::new(side, side); depth];
    let width = side as f32;
    let many = (side * side / 26_000).max(1);
    for _ in 0..many {
        let top = [
            random.between(0.08, 0.92) * width,
            random.between(0.08, 0.92) * width,
        ];
        let (lean, radius) = (random.angle(), random.between(12.0, 17.0));
        let grain = Texture(random.next());
        for (index, plane) in light.iter_mut().enumerate() {
            let at = ahead(top, lean, index as f32 * 2.4);
            plane.change_near(at, radius * 1.4, |x, y, pixel| {
                let out = (x - at[0]).hypot(y - at[1]) / radius;
                let texture = 1.0 + 0.4 * grain.rough(x / 4.0, y / 4.0, 2);
                let ring = (-((out - 0.75) / 0.24).powi(2)).exp();
                let hair = (-(out / 0.24).powi(2)).exp();
                *pixel += (3.4 * ring + 5.0 * hair) * texture.max(0.2);
            });
        }
    }
    light
}
