//! Neuropil in thin section, as an electron microscope shows it: membranes, mitochondria, vesicles, myelin. All of it
//! is a function of the place: cells of a warped Voronoi diagram, whose borders are the membranes.

use crate::samples::SamplesError;
use crate::samples::easel::Easel;
use crate::samples::files::{Preview, Stack};
use crate::samples::optics::{Camera, Outline, Plane, Texture, edge, ramp, scattered};
use crate::samples::random::Random;

/// Mean distance of neurites in pixels.
const LATTICE: f32 = 74.0;

/// Three sections: two as TIFF, one as PNG.
pub(in crate::samples) fn electron(easel: &Easel) -> Result<(), SamplesError> {
    let side = easel.pixels(1024);
    for number in 1..=3 {
        let random = &mut easel.random(&format!("section {number}"));
        let counts = Camera::EIGHT_BITS.record(&section(random, side), random);
        if number == 3 {
            easel.png("sections/section_003.png", side, &counts)?;
        } else {
            let mut stack = Stack::new(side, side, 1);
            stack.eight_bits = true;
            stack.planes.push(counts.clone());
            easel.plain_tiff(&format!("sections/section_{number:03}.tif"), &stack)?;
        }
        if number == 1 {
            let preview =
                Preview::new(side, side).channel(&counts, [255, 252, 246], (0.002, 0.998), 1.0);
            easel.preview(&preview)?;
        }
    }
    Ok(())
}

/// A place in the diagram.
struct Place {
    /// The neurite that it is in.
    own: (i32, i32),
    /// Distance to the border with the next one, in pixels.
    border: f32,
    /// The neurite beyond that border.
    next: (i32, i32),
}

/// Neurites beyond the edges that may still reach into the picture.
const MARGIN: i32 = 4;

/// The middle of a neurite in units of the lattice, and how much thinner than others it is.
struct Seed {
    at: [f32; 2],
    thin: f32,
}

struct Section {
    warp: Texture,
    cells: Texture,
    grain: Texture,
    /// By row, `across` in each.
    seeds: Vec<Seed>,
    across: usize,
}

fn section(random: &mut Random, side: usize) -> Plane {
    let across = (side as f32 / LATTICE).ceil() as usize + 2 * MARGIN as usize;
    let seed = |index: usize, random: &mut Random| Seed {
        at: [
            (index % across) as f32 - MARGIN as f32 + random.unit(),
            (index / across) as f32 - MARGIN as f32 + random.unit(),
        ],
        thin: 0.45 * random.unit().powi(2),
    };
    let section = Section {
        warp: Texture(random.next()),
        cells: Texture(random.next()),
        grain: Texture(random.next()),
        seeds: (0..across * across)
            .map(|index| seed(index, random))
            .collect(),
        across,
    };
    let mut plane = Plane::from_fn(side, side, |x, y| section.grey(x, y));
    for at in scattered(random, side, side, 46.0, 2000) {
        if section.fits(at[0], at[1], 12.0) {
            mitochondrion(random, &mut plane, at);
        }
    }
    for _ in 0..side * side / 9000 {
        let at = [
            random.between(0.0, side as f32),
            random.between(0.0, side as f32),
        ];
        section.vesicles(random, &mut plane, at);
    }
    plane.blur(0.9);
    let shade = Texture(random.next());
    plane.change(|x, y, grey| *grey *= 1.0 + 0.05 * shade.at(x / 300.0, y / 300.0));
    plane
}

impl Section {
    /// Grey of membranes and of what is between them; 0 is black.
    fn grey(&self, x: f32, y: f32) -> f32 {
        let place = self.place(x, y);
        let chance = self.cells.chance(place.own.0, place.own.1);
        let beyond = self.cells.chance(place.next.0, place.next.1);
        let grain = self.grain.rough(x / 2.6, y / 2.6, 3);
        let plasm = 168.0 + 34.0 * (chance - 0.5) + 15.0 * grain;
        if chance > 0.90 {
            return self.myelinated(place.border, plasm);
        }
        // two membranes and the cleft between them
        let membrane = (-((place.border - 2.6) / 1.5).powi(2)).exp();
        let mut grey = plasm - 112.0 * membrane;
        // where a synapse is, the far side is thick and dark
        let synapse = self.grain.at(x / 46.0 + 90.0, y / 46.0);
        if synapse > 0.42 && (chance * 7.0).fract() > 0.5 && (beyond * 7.0).fract() <= 0.5 {
            grey -= 70.0 * (1.0 - ramp(3.0, 9.5, place.border)) * ramp(0.42, 0.52, synapse);
        }
        self.microtubules(x, y, chance, place.border, grey)
    }

    /// Layers of membrane around an axon.
    fn myelinated(&self, border: f32, plasm: f32) -> f32 {
        let sheath = 1.0 - ramp(13.0, 14.5, border);
        let layers = 62.0 + 38.0 * (border * 2.3).sin();
        let axolemma = (-((border - 17.0) / 1.4).powi(2)).exp();
        (plasm + 8.0) * (1.0 - sheath) + layers * sheath - 90.0 * axolemma * (1.0 - sheath)
    }

    /// In some neurites cut microtubules: small dark dots on a loose lattice.
    fn microtubules(&self, x: f32, y: f32, chance: f32, border: f32, grey: f32) -> f32 {
        if chance > 0.4 || border < 8.0 {
            return grey;
        }
        let (column, row) = ((x / 11.0).floor(), (y / 11.0).floor());
        let jitter =
            |salt: i32| self.cells.chance(column as i32 + 7000 + salt, row as i32) * 7.0 + 2.0;
        let out = (x - column * 11.0 - jitter(0)).hypot(y - row * 11.0 - jitter(5000));
        grey - 46.0 * (-((out - 1.7) / 1.0).powi(2)).exp()
    }

    /// Where a place is in the diagram, whose borders are warped so that none is straight.
    fn place(&self, x: f32, y: f32) -> Place {
        let bend = |salt: f32| {
            let slow = self.warp.at(x / 92.0 + salt, y / 92.0);
            // bent more than this, the borders would smear
            21.0 * slow + 2.6 * self.warp.at(x / 23.0 - salt, y / 23.0)
        };
        let (x, y) = ((x + bend(0.0)) / LATTICE, (y + bend(40.0)) / LATTICE);
        let (column, row) = (x.floor() as i32, y.floor() as i32);
        // how far each neurite around is, and in which direction
        let mut around = [((0, 0), f32::MAX, [0.0, 0.0]); 25];
        let mut nearest = 0;
        for (index, neurite) in around.iter_mut().enumerate() {
            let own = (column + index as i32 % 5 - 2, row + index as i32 / 5 - 2);
            let seed = &self.seeds[self.index(own)];
            let (across, down) = (seed.at[0] - x, seed.at[1] - y);
            let away = (across * across + down * down).sqrt().max(1e-4);
            *neurite = (own, away + seed.thin, [across / away, down / away]);
        }
        for index in 1..around.len() {
            if around[index].1 < around[nearest].1 {
                nearest = index;
            }
        }
        let (own, out, towards) = around[nearest];
        let mut place = Place {
            own,
            border: f32::MAX,
            next: own,
        };
        for (other, further, direction) in around {
            // the difference of both distances, by how fast it changes from here to there
            let turn = [direction[0] - towards[0], direction[1] - towards[1]];
            let change = (turn[0] * turn[0] + turn[1] * turn[1]).sqrt();
            let border = (further - out) / change.max(0.05) * LATTICE;
            if other != own && border < place.border {
                place.border = border;
                place.next = other;
            }
        }
        place
    }

    /// Where a neurite's seed is kept; those beyond the margin are the margin's.
    fn index(&self, (column, row): (i32, i32)) -> usize {
        let place = |part: i32| (part + MARGIN).clamp(0, self.across as i32 - 1) as usize;
        place(row) * self.across + place(column)
    }

    /// Whether something of a radius has room there.
    fn fits(&self, x: f32, y: f32, radius: f32) -> bool {
        let place = self.place(x, y);
        let myelin = if self.cells.chance(place.own.0, place.own.1) > 0.90 {
            17.0
        } else {
            4.0
        };
        place.border > radius * 0.75 + myelin
    }

    /// A cloud of vesicles: small rings.
    fn vesicles(&self, random: &mut Random, plane: &mut Plane, middle: [f32; 2]) {
        if !self.fits(middle[0], middle[1], 7.0) {
            return;
        }
        let mut taken: Vec<[f32; 2]> = Vec::new();
        for _ in 0..70 {
            let at = [
                middle[0] + random.normal() * 17.0,
                middle[1] + random.normal() * 17.0,
            ];
            let crowded = taken
                .iter()
                .any(|other| (other[0] - at[0]).hypot(other[1] - at[1]) < 7.6);
            // a mitochondrion, or another cloud, is there already
            let inside = at[0] >= 0.0
                && at[1] >= 0.0
                && (at[0] as usize) < plane.width
                && (at[1] as usize) < plane.height;
            if crowded
                || !inside
                || !self.fits(at[0], at[1], 4.0)
                || plane.at(at[0] as usize, at[1] as usize) < 118.0
            {
                continue;
            }
            taken.push(at);
            plane.change_near(at, 5.0, |x, y, grey| {
                let out = (x - at[0]).hypot(y - at[1]);
                *grey -= 72.0 * (-((out - 3.0) / 0.9).powi(2)).exp();
                *grey += 16.0 * (1.0 - ramp(1.0, 2.8, out));
            });
        }
    }
}

/// A dark oval with two membranes, and folds of the inner one.
fn mitochondrion(random: &mut Random, plane: &mut Plane, at: [f32; 2]) {
    let (radius, stretch) = (random.between(11.0, 16.0), random.between(1.0, 2.0));
    let outline = Outline::new(random, at, radius, stretch, 0.05);
    let folds = Texture(random.next());
    let heading = outline.heading + random.between(-0.4, 0.4);
    let (sine, cosine) = heading.sin_cos();
    outline.cover(plane, |x, y, out, grey| {
        let inside = edge(out, 0.03);
        if inside <= 0.0 {
            return;
        }
        let bend = 5.0 * folds.rough(x / 17.0, y / 17.0, 2);
        let along = (x - at[0]) * cosine + (y - at[1]) * sine + bend;
        let fold = ramp(0.25, 0.95, (along * 0.82).sin()) * edge(out / 0.84, 0.10);
        let rim = |place: f32, wide: f32| (-((out - place) * radius / wide).powi(2)).exp();
        let matrix = 112.0 + 10.0 * folds.rough(x / 2.5, y / 2.5, 2);
        let dark = matrix + 40.0 * fold - 62.0 * rim(0.985, 1.3) + 20.0 * rim(0.90, 1.2)
            - 44.0 * rim(0.82, 1.2);
        *grey = *grey * (1.0 - inside) + dark * inside;
    });
}
