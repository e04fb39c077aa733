//! Pyramidal neurons with their dendrites, plane by plane into a mouse's cortex, as two photons show them.

use std::f32::consts::{PI, TAU};

use crate::samples::SamplesError;
use crate::samples::easel::Easel;
use crate::samples::files::{Channel, Ome, Optics, Preview, Stack, brightest};
use crate::samples::optics::{Camera, Outline, Plane, Point, Texture, ahead, defocus, edge};
use crate::samples::random::Random;

const YFP: Channel = Channel::dye(
    "YFP",
    [255, 225, 80],
    "EYFP",
    (950.0, 527.0),
    "MultiPhotonMicroscopy",
);

/// Two stacks and their brightest projections.
pub(in crate::samples) fn neurons(easel: &Easel) -> Result<(), SamplesError> {
    let side = easel.pixels(512);
    for number in 1..=2 {
        let random = &mut easel.random(&format!("stack {number}"));
        let depth = easel.planes(16);
        let stack = stack_of(random, side, depth);
        let ome = Ome {
            name: format!("Layer 5, stack {number}"),
            date: "2017-04-05T09:12:00",
            pixel: (0.4, 0.4, Some(2.5)),
            seconds: None,
            optics: Some(Optics {
                magnification: 20.0,
                aperture: 1.0,
                immersion: "Water",
            }),
            channels: vec![YFP],
        };
        easel.ome_tiff(&format!("stacks/layer5_{number}.ome.tif"), &stack, &ome)?;
        let projection = brightest(stack.planes.iter());
        let most = projection.iter().max().copied().unwrap_or(1).max(1);
        let bytes: Vec<u16> = projection
            .iter()
            .map(|count| (f32::from(*count) / f32::from(most) * 255.0) as u16)
            .collect();
        easel.png(
            &format!("projections/layer5_{number}_max.png"),
            side,
            &bytes,
        )?;
        if number == 1 {
            let preview =
                Preview::new(side, side).channel(&projection, YFP.colour, (0.25, 0.996), 0.85);
            easel.preview(&preview)?;
        }
    }
    Ok(())
}

fn stack_of(random: &mut Random, side: usize, depth: usize) -> Stack {
    let mut light = vec![Plane::new(side, side); depth];
    let many = if side > 256 { 8 } else { 2 };
    let width = side as f32;
    for index in 0..many {
        let place = [
            width * (index as f32 + random.between(0.15, 0.85)) / many as f32,
            width * random.between(0.5, 0.96),
        ];
        let z = depth as f32 * random.between(0.15, 0.85);
        Tree {
            random,
            light: &mut light,
            strength: 1.0,
        }
        .neuron(place, z);
    }
    // axons of others pass through
    for _ in 0..side / 9 {
        let from = [random.between(0.0, width), random.between(0.0, width)];
        let z = random.between(0.0, depth as f32);
        let (heading, steps) = (random.angle(), 30 + random.below(120));
        let mut tree = Tree {
            random,
            light: &mut light,
            strength: 0.16,
        };
        tree.branch(from, z, heading, steps, 0.7, 9);
    }
    for plane in &mut light {
        plane.blur(0.75);
    }
    defocus(&mut light, 1.5, 0.30);
    let mut stack = Stack::new(side, side, depth);
    for (z, mut plane) in light.into_iter().enumerate() {
        // deeper is darker
        plane.times(1.0 - 0.4 * z as f32 / depth as f32);
        let haze = plane.blurred(18.0);
        plane.add(&haze, 0.18);
        plane.lift(0.3);
        stack.planes.push(Camera::MULTIPLIER.record(&plane, random));
    }
    stack
}

/// Dendrites that grow into the planes.
struct Tree<'a> {
    random: &'a mut Random,
    light: &'a mut [Plane],
    strength: f32,
}

impl Tree<'_> {
    /// A cell body, the apical dendrite upwards with its tuft, basal dendrites about the body.
    fn neuron(&mut self, place: Point, z: f32) {
        self.body(place, z);
        let up = -PI / 2.0 + self.random.normal() * 0.10;
        self.apical(place, z, up);
        for _ in 0..5 + self.random.below(3) {
            let heading = PI / 2.0 + self.random.between(-2.2, 2.2);
            self.branch(ahead(place, heading, 7.0), z, heading, 42, 2.0, 2);
        }
    }

    fn body(&mut self, place: Point, z: f32) {
        let mut outline = Outline::new(self.random, place, 9.5, 1.45, 0.06);
        outline.heading = PI / 2.0;
        let grain = Texture(self.random.next());
        for (index, plane) in self.light.iter_mut().enumerate() {
            let away = (index as f32 - z) / 2.6;
            let part = 1.0 - away * away;
            if part <= 0.05 {
                continue;
            }
            let mut shrunk = outline.clone();
            shrunk.radius *= part.sqrt();
            shrunk.cover(plane, |x, y, out, pixel| {
                let texture = 1.0 + 0.15 * grain.rough(x / 3.0, y / 3.0, 2);
                let nucleus = 1.0 - 0.35 * (-(out * out) * 6.0).exp();
                *pixel += 17.0 * edge(out, 0.12) * texture * nucleus;
            });
        }
    }

    fn apical(&mut self, from: Point, z: f32, up: f32) {
        let (mut at, mut z, mut heading) = (ahead(from, up, 8.0), z, up);
        let tuft = from[1] * self.random.between(0.62, 0.8);
        let drift = self.random.normal() * 0.012;
        let mut step = 0;
        while from[1] - at[1] < tuft && step < 400 {
            step += 1;
            heading += self.random.normal() * 0.025 + (up - heading) * 0.05;
            let next = ahead(at, heading, 2.0);
            let wide = 3.1 - 1.2 * (step as f32 / 200.0).min(1.0);
            self.piece(at, next, z, wide);
            self.spines(next, z, heading, wide, 0.45);
            z += drift + self.random.normal() * 0.01;
            if self.random.chance(0.035) {
                let side = if self.random.chance(0.5) { 1.0 } else { -1.0 };
                let turn = heading + side * self.random.between(0.5, 1.1);
                self.branch(next, z, turn, 34, 1.5, 1);
            }
            at = next;
        }
        for _ in 0..3 {
            let turn = heading + self.random.normal() * 0.55;
            self.branch(at, z, turn, 40, 1.8, 2);
        }
    }

    /// A branch of so many steps, which may fork `forks` times more.
    fn branch(&mut self, from: Point, z: f32, heading: f32, steps: usize, wide: f32, forks: u32) {
        let (mut at, mut z, mut heading) = (from, z, heading);
        let drift = self.random.normal() * 0.05;
        let mut turning = 0.0;
        let is_axon = forks > 4;
        for step in 0..steps {
            turning = turning * 0.75 + self.random.normal() * 0.05;
            heading += turning;
            let next = ahead(at, heading, 2.0);
            let part = step as f32 / steps as f32;
            let wide = wide * (1.0 - 0.35 * part);
            self.piece(at, next, z, wide);
            if is_axon {
                // boutons
                if self.random.chance(0.07) {
                    self.spot(next, z, 1.3, 26.0);
                }
            } else {
                self.spines(next, z, heading, wide, 0.55);
            }
            at = next;
            z += drift;
            if forks > 0 && !is_axon && step > 8 && self.random.chance(0.03) {
                let turn = heading + if turning > 0.0 { -0.7 } else { 0.7 };
                self.branch(at, z, turn, (steps - step).max(12), wide * 0.85, forks - 1);
            }
        }
    }

    /// A piece of dendrite: a few lines beside each other, in the planes next to its depth.
    fn piece(&mut self, from: Point, to: Point, z: f32, wide: f32) {
        let heading = (to[1] - from[1]).atan2(to[0] - from[0]);
        let lines = (wide / 0.7).ceil().max(1.0) as i32;
        let strength = self.strength * 17.0 * wide / lines as f32 * 0.55;
        for (index, part) in neighbours(z) {
            let Some(plane) = self.light.get_mut(index) else {
                continue;
            };
            for line in 0..lines {
                let aside = (line as f32 - (lines - 1) as f32 / 2.0) * 0.7;
                let shift = |at: Point| ahead(at, heading + TAU / 4.0, aside);
                plane.line(&[shift(from), shift(to)], strength * part);
            }
        }
    }

    fn spines(&mut self, at: Point, z: f32, heading: f32, wide: f32, often: f32) {
        if !self.random.chance(often) {
            return;
        }
        let side = if self.random.chance(0.5) { 1.0 } else { -1.0 };
        let heading = heading + side * self.random.between(1.1, 2.0);
        let long = wide / 2.0 + self.random.between(1.6, 3.4);
        let head = ahead(at, heading, long);
        let z = z + self.random.normal() * 0.3;
        self.piece(at, head, z, 0.4);
        let light = self.random.between(6.0, 20.0);
        self.spot(head, z, 0.85, light);
    }

    fn spot(&mut self, at: Point, z: f32, radius: f32, light: f32) {
        let strength = self.strength;
        for (index, part) in neighbours(z) {
            if let Some(plane) = self.light.get_mut(index) {
                plane.spot(at, radius, light * strength * part);
            }
        }
    }
}

/// The planes on both sides of a depth and how much of the light is in each. A depth above the first plane has none.
fn neighbours(z: f32) -> [(usize, f32); 2] {
    let first = z.floor();
    let part = z - first;
    let index = |plane: f32| {
        if plane < 0.0 {
            usize::MAX
        } else {
            plane as usize
        }
    };
    [(index(first), 1.0 - part), (index(first + 1.0), part)]
}
