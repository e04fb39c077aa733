//! Cells that divide: chromosomes and microtubules through prophase, metaphase, anaphase and telophase.

use std::f32::consts::TAU;

use crate::samples::SamplesError;
use crate::samples::easel::Easel;
use crate::samples::files::{Channel, Ome, Optics, Preview, Stack};
use crate::samples::optics::{
    Camera, Nucleus, Outline, Plane, Point, ahead, between, edge, ramp, scattered, wander,
};
use crate::samples::random::Random;

const MODE: &str = "SpinningDiskConfocal";
const HISTONE: Channel = Channel::dye(
    "H2B-mCherry",
    [255, 60, 190],
    "mCherry",
    (587.0, 610.0),
    MODE,
);
const TUBULIN: Channel = Channel::dye("EGFP-tubulin", [60, 235, 120], "EGFP", (488.0, 507.0), MODE);

/// Chromatids of one set.
const CHROMOSOMES: usize = 40;

/// Two films of cells in culture.
pub(in crate::samples) fn dividing(easel: &Easel) -> Result<(), SamplesError> {
    film(easel, "films/position-1.ome.tif", "Position 1", 18)?;
    film(easel, "films/position-2.ome.tif", "Position 2", 10)
}

/// One more film of the same, from elsewhere.
pub(in crate::samples) fn dividing_progenitors(easel: &Easel) -> Result<(), SamplesError> {
    film(easel, "position-3.ome.tif", "Position 3", 14)
}

fn film(easel: &Easel, path: &str, name: &str, frames: usize) -> Result<(), SamplesError> {
    let side = easel.pixels(400);
    let frames = easel.planes(frames);
    let random = &mut easel.random(name);
    // with 64 minutes from the first to the last frame every stage is seen
    let minutes = 64.0 / (frames - 1) as f32;
    let cells: Vec<Cell> = scattered(random, side, side, 92.0, 40)
        .into_iter()
        .map(|place| Cell::new(random, place))
        .collect();
    let mut stack = Stack::new(side, side, 1);
    for frame in 0..frames {
        let dark = Plane::new(side, side);
        let [mut histone, mut tubulin] = [dark.clone(), dark];
        for cell in &cells {
            cell.paint(&mut histone, &mut tubulin, frame as f32 * minutes);
        }
        for plane in [&mut histone, &mut tubulin] {
            plane.blur(1.15);
            let haze = plane.blurred(9.0);
            plane.add(&haze, 0.10);
            plane.lift(2.0);
            stack.planes.push(Camera::CMOS.record(plane, random));
        }
    }
    let ome = Ome {
        name: name.to_owned(),
        date: "2023-02-07T08:42:00",
        pixel: (0.16, 0.16, None),
        seconds: Some((minutes * 60.0).round()),
        optics: Some(Optics {
            magnification: 60.0,
            aperture: 1.42,
            immersion: "Oil",
        }),
        channels: vec![HISTONE, TUBULIN],
    };
    easel.ome_tiff(path, &stack, &ome)?;
    let middle = frames / 2 * 2;
    let preview = Preview::new(side, side)
        .channel(
            &stack.planes[middle + 1],
            TUBULIN.colour,
            (0.1, 0.998),
            0.75,
        )
        .channel(&stack.planes[middle], HISTONE.colour, (0.3, 0.998), 0.75);
    easel.preview(&preview)
}

/// A cell, and when its chromosomes stand in the plate.
struct Cell {
    centre: Point,
    /// Direction from pole to pole.
    axis: f32,
    /// Minute of the first frame of metaphase; far away for cells that do not divide.
    metaphase: f32,
    body: Outline,
    mother: Nucleus,
    daughters: [Nucleus; 2],
    seed: Random,
}

impl Cell {
    fn new(random: &mut Random, centre: Point) -> Cell {
        let radius = random.between(44.0, 52.0);
        let body = Outline::new(random, centre, radius, 1.25, 0.07);
        let metaphase = if random.chance(0.72) {
            random.between(-28.0, 62.0)
        } else {
            900.0
        };
        Cell {
            centre,
            axis: random.angle(),
            metaphase,
            mother: Nucleus::new(random, centre, 18.0, 62.0),
            daughters: [13.0, 13.0].map(|radius| Nucleus::new(random, [0.0, 0.0], radius, 66.0)),
            body,
            seed: random.fork(),
        }
    }

    /// Adds it as it is at a minute.
    fn paint(&self, histone: &mut Plane, tubulin: &mut Plane, minute: f32) {
        let since = minute - self.metaphase;
        // how far each part of division has come
        let condensed = ramp(-16.0, -7.0, since) * (1.0 - ramp(22.0, 32.0, since));
        let apart = ramp(12.0, 26.0, since);
        let round = ramp(-14.0, -4.0, since) * (1.0 - ramp(20.0, 40.0, since));
        if since < -7.0 {
            let mut mother = self.mother.clone();
            mother.light *= 1.0 - condensed * 0.75;
            mother.paint(histone);
        }
        if condensed > 0.02 {
            self.chromosomes(histone, since, condensed, apart);
        }
        if since > 22.0 {
            self.two_nuclei(histone, since, 1.0 - condensed);
        }
        self.cytoplasm(tubulin, since, round);
        let spindle = ramp(-9.0, -3.0, since) * (1.0 - ramp(24.0, 30.0, since));
        if spindle > 0.02 {
            self.spindle(tubulin, spindle, apart);
        }
        let midbody = ramp(22.0, 28.0, since) * (1.0 - ramp(44.0, 60.0, since));
        if midbody > 0.02 {
            self.midbody(tubulin, midbody);
        }
        if round < 0.9 {
            self.network(tubulin, since, 1.0 - round, minute);
        }
    }

    /// A point by its distances along the spindle and across it.
    fn at(&self, along: f32, across: f32) -> Point {
        ahead(
            ahead(self.centre, self.axis, along),
            self.axis + TAU / 4.0,
            across,
        )
    }

    /// Half the distance between the two sets.
    fn half_distance(apart: f32) -> f32 {
        3.0 + 18.0 * apart
    }

    fn chromosomes(&self, plane: &mut Plane, since: f32, condensed: f32, apart: f32) {
        let mut random = self.seed.clone();
        let gathered = ramp(-9.0, -1.0, since);
        for index in 0..CHROMOSOMES {
            let scattered = ahead([0.0, 0.0], random.angle(), 15.0 * random.unit().sqrt());
            let place = index as f32 / CHROMOSOMES as f32 * 2.0 - 1.0;
            let narrow = 1.0 - 0.35 * apart;
            let in_plate = [
                random.normal() * 1.3,
                place * 15.0 * narrow + random.normal(),
            ];
            let at = between(scattered, in_plate, gathered);
            let tilt = random.normal() * 0.5;
            let sets: &[f32] = if apart > 0.0 { &[-1.0, 1.0] } else { &[0.0] };
            for side in sets {
                // arms trail behind, most of all far from the axis
                let trail = 1.0 - 0.22 * (place * place) * apart * (1.0 - ramp(0.75, 1.0, apart));
                let along =
                    at[0] * (1.0 - 0.5 * apart) + side * Self::half_distance(apart) * trail * apart;
                let middle = self.at(along, at[1]);
                let heading = self.axis + TAU / 4.0 * (1.0 - apart) + tilt;
                let (from, to) = (ahead(middle, heading, -2.6), ahead(middle, heading, 2.6));
                let light = if side.abs() > 0.5 { 78.0 } else { 110.0 };
                plane.line(&[from, to], light * condensed);
                plane.spot(middle, 1.7, 32.0 * condensed);
            }
        }
    }

    fn two_nuclei(&self, plane: &mut Plane, since: f32, opened: f32) {
        let away = Self::half_distance(1.0) + 12.0 * ramp(24.0, 60.0, since);
        for (nucleus, side) in self.daughters.iter().zip([-1.0, 1.0]) {
            let grown = 0.6 + 0.4 * ramp(22.0, 50.0, since);
            let mut nucleus = nucleus.moved(self.at(side * away, 0.0), grown);
            nucleus.light *= opened * (1.9 - 0.9 * ramp(24.0, 50.0, since));
            nucleus.paint(plane);
        }
    }

    /// What is not bound up in strands: brighter where the cell is round and high; two cells in the end.
    fn cytoplasm(&self, plane: &mut Plane, since: f32, round: f32) {
        let cleft = ramp(17.0, 28.0, since);
        let mut body = self.body.clone();
        body.radius *= 1.0 - 0.28 * round;
        body.stretch += (1.0 - body.stretch) * round * (1.0 - cleft);
        let light = 3.6 + 9.0 * round;
        if cleft <= 0.0 {
            body.cover(plane, |_, _, out, pixel| *pixel += light * edge(out, 0.12));
            return;
        }
        let (sine, cosine) = self.axis.sin_cos();
        let away = 17.0 * cleft + 6.0 * ramp(28.0, 60.0, since);
        let reach = body.reach() + away;
        plane.change_near(self.centre, reach, |x, y, pixel| {
            let (dx, dy) = (x - self.centre[0], y - self.centre[1]);
            let along = (dx * cosine + dy * sine).abs();
            let across = dx * sine - dy * cosine;
            let size = body.radius * (1.0 - 0.2 * cleft);
            let out = (along - away).hypot(across) / size;
            // the ring between the daughters closes
            let waist = size * (1.0 - 0.93 * cleft);
            let pinched = if along < away {
                edge(across.abs() / waist.max(1.5), 0.3).max(edge(out, 0.1) * ramp(2.0, 9.0, along))
            } else {
                1.0
            };
            *pixel += light * edge(out, 0.12).min(pinched);
        });
    }

    fn spindle(&self, plane: &mut Plane, light: f32, apart: f32) {
        let mut random = self.seed.clone();
        let pole = 19.0 + 11.0 * apart;
        for side in [-1.0, 1.0] {
            let from = self.at(side * pole, 0.0);
            plane.spot(from, 2.4, 60.0 * light);
            for _ in 0..64 {
                let across = random.between(-1.0, 1.0) * 14.0;
                let end = side
                    * if random.chance(0.6) {
                        Self::half_distance(apart) * apart
                    } else {
                        -4.0
                    };
                let bulge = self.at(side * pole * 0.5, across * 1.15);
                let to = self.at(end, across);
                let path: Vec<Point> = (0..=10)
                    .map(|step| {
                        let part = step as f32 / 10.0;
                        between(between(from, bulge, part), between(bulge, to, part), part)
                    })
                    .collect();
                plane.line(&path, 7.0 * light);
            }
            for _ in 0..22 {
                let heading = self.axis + if side > 0.0 { 0.0 } else { TAU / 2.0 };
                let heading = heading + random.between(-1.7, 1.7);
                let path = wander(&mut random, from, heading, 7, 2.4, 0.12);
                plane.line(&path, 5.0 * light);
            }
        }
    }

    fn midbody(&self, plane: &mut Plane, light: f32) {
        for strand in -2..=2 {
            let across = strand as f32 * 0.9;
            plane.line(
                &[self.at(-11.0, across), self.at(11.0, across)],
                22.0 * light,
            );
        }
    }

    /// The net of strands between divisions, of the mother or of both daughters.
    fn network(&self, plane: &mut Plane, since: f32, light: f32, minute: f32) {
        let mut random = self.seed.clone();
        let daughters = since > 10.0;
        let away = Self::half_distance(1.0) + 12.0 * ramp(24.0, 60.0, since);
        let centres: &[f32] = if daughters { &[-1.0, 1.0] } else { &[0.0] };
        for side in centres {
            let from = self.at(side * away + 9.0, 7.0);
            let (many, steps) = if daughters { (46, 9) } else { (84, 14) };
            for _ in 0..many {
                let sway = (minute * 0.15 + random.angle()).sin() * 0.07;
                let heading = random.angle() + sway;
                let steps = steps / 2 + random.below(steps);
                let path = wander(&mut random, from, heading, steps, 2.7, 0.10);
                let inside = |at: &&Point| daughters || self.body.out(at[0], at[1]) < 1.0;
                let path: Vec<Point> = path.iter().take_while(inside).copied().collect();
                plane.line(&path, 13.0 * light);
            }
        }
    }
}
