//! T cells that crawl among collagen fibres in a lymph node, as two photons show them: few photons, deep in tissue.

use crate::samples::SamplesError;
use crate::samples::easel::Easel;
use crate::samples::files::{Channel, Ome, Optics, Preview, Stack, brightest};
use crate::samples::optics::{Camera, Plane, Point, ahead, scattered, wander};
use crate::samples::random::Random;

const MODE: &str = "MultiPhotonMicroscopy";
const CELLS: Channel = Channel::dye("T cells", [90, 255, 110], "EGFP", (920.0, 509.0), MODE);
const COLLAGEN: Channel = Channel {
    fluorophore: None,
    emission: Some(460.0),
    contrast: "Other",
    ..Channel::dye("Second harmonic", [70, 130, 255], "", (920.0, 460.0), MODE)
};

/// Positions of a cell that are kept for each time point.
const STEPS: usize = 5;

/// One film.
pub(in crate::samples) fn immune(easel: &Easel) -> Result<(), SamplesError> {
    let side = easel.pixels(384);
    let frames = easel.planes(20);
    let random = &mut easel.random("film");
    let collagen = fibres(random, side);
    let tracks: Vec<Track> = scattered(random, side, side, 44.0, 60)
        .into_iter()
        .map(|place| Track::new(random, place, frames))
        .collect();
    let mut stack = Stack::new(side, side, 1);
    for frame in 0..frames {
        let mut cells = Plane::new(side, side);
        for track in &tracks {
            track.paint(&mut cells, frame);
        }
        cells.blur(1.1);
        let haze = cells.blurred(10.0);
        cells.add(&haze, 0.12);
        cells.lift(0.35);
        stack.planes.push(Camera::MULTIPLIER.record(&cells, random));
        stack
            .planes
            .push(Camera::MULTIPLIER.record(&collagen, random));
    }
    let ome = Ome {
        name: "Lymph node, cortex".to_owned(),
        date: "2018-11-29T11:31:00",
        pixel: (0.6, 0.6, None),
        seconds: Some(20.0),
        optics: Some(Optics {
            magnification: 25.0,
            aperture: 1.05,
            immersion: "Water",
        }),
        channels: vec![CELLS, COLLAGEN],
    };
    easel.ome_tiff("lymph_node_2p.ome.tif", &stack, &ome)?;
    easel.write("tracks.csv", tracks_table(&tracks, frames).as_bytes())?;
    let wall = brightest(stack.planes.iter().skip(1).step_by(2).take(4));
    let preview = Preview::new(side, side)
        .channel(&wall, COLLAGEN.colour, (0.3, 0.998), 0.9)
        .channel(&stack.planes[0], CELLS.colour, (0.6, 0.995), 0.8);
    easel.preview(&preview)
}

/// Where a cell has been: `STEPS` places for each time point, from before the first one on.
struct Track {
    path: Vec<Point>,
    size: f32,
    light: f32,
}

impl Track {
    fn new(random: &mut Random, place: Point, frames: usize) -> Track {
        let many = (frames + 3) * STEPS;
        let speed = random.between(0.5, 2.4);
        let heading = random.angle();
        Track {
            path: wander(random, place, heading, many, speed, 0.28),
            size: random.between(5.2, 7.2),
            light: random.between(3.5, 8.0),
        }
    }

    /// A body that is wide in front and drags a tail along its path.
    fn paint(&self, plane: &mut Plane, frame: usize) {
        let now = (frame + 2) * STEPS;
        let mut body = Plane::new(plane.width, plane.height);
        for back in 0..11 {
            let at = self.path[now - back];
            let part = back as f32 / 10.0;
            let radius = self.size * (1.0 - 0.62 * part);
            let mut blob = |at: Point, radius: f32| {
                body.change_near(at, radius + 2.0, |x, y, pixel| {
                    let out = (x - at[0]).hypot(y - at[1]) - radius;
                    *pixel = pixel.max((0.5 - out / 2.0).clamp(0.0, 1.0) * (1.0 - 0.4 * part));
                });
            };
            blob(at, radius);
        }
        // the nucleus keeps the dye out a little
        let middle = self.path[now - 2];
        body.change_near(middle, self.size, |x, y, pixel| {
            let out = (x - middle[0]).hypot(y - middle[1]) / (self.size * 0.55);
            *pixel *= 1.0 - 0.35 * (-out * out).exp();
        });
        plane.add(&body, self.light);
    }

    fn at(&self, frame: usize) -> Point {
        self.path[(frame + 2) * STEPS]
    }
}

/// Where each cell is at each time point, in pixels.
fn tracks_table(tracks: &[Track], frames: usize) -> String {
    let mut table = "track,time_point,x,y\n".to_owned();
    for (number, track) in tracks.iter().enumerate() {
        for frame in 0..frames {
            let [x, y] = track.at(frame);
            table += &format!("{},{frame},{x:.1},{y:.1}\n", number + 1);
        }
    }
    table
}

/// Bundles of wavy fibres that mostly run one way.
fn fibres(random: &mut Random, side: usize) -> Plane {
    let mut plane = Plane::new(side, side);
    let main = random.angle();
    let bundles = side / 11;
    for _ in 0..bundles {
        let middle = [
            random.between(-0.1, 1.1) * side as f32,
            random.between(-0.1, 1.1) * side as f32,
        ];
        let heading = main + random.normal() * 0.45;
        let start = ahead(middle, heading, -0.5 * side as f32);
        let spine = wander(random, start, heading, side / 4, 4.0, 0.05);
        let light = random.between(1.0, 3.2);
        for _ in 0..2 + random.below(6) {
            let (aside, phase) = (random.normal() * 3.0, random.angle());
            let strand: Vec<Point> = spine
                .iter()
                .enumerate()
                .map(|(step, at)| {
                    let wave = (step as f32 * 0.35 + phase).sin() * 1.4;
                    ahead(*at, heading + 1.57, aside + wave)
                })
                .collect();
            plane.line(&strand, light);
        }
    }
    plane.blur(0.9);
    let haze = plane.blurred(7.0);
    plane.add(&haze, 0.12);
    plane.lift(0.25);
    plane
}
