//! A nucleus as a DNA dye shows it: chromatin with texture, bright where it is dense, dark where nucleoli are.

use crate::samples::random::Random;

use super::{Outline, Plane, Point, Texture, edge};

/// A nucleus.
#[derive(Debug, Clone)]
pub(in crate::samples) struct Nucleus {
    pub outline: Outline,
    /// Photons of a pixel in the middle of it.
    pub light: f32,
    /// Middle and radius.
    nucleoli: Vec<(Point, f32)>,
    /// Middle, radius, and how much brighter.
    dense: Vec<(Point, f32, f32)>,
    chromatin: Texture,
    /// Distance over which chromatin changes, in pixels.
    grain: f32,
}

impl Nucleus {
    /// A nucleus of about `radius` pixels.
    pub fn new(random: &mut Random, centre: Point, radius: f32, light: f32) -> Nucleus {
        let stretch = random.between(1.0, 1.55);
        let outline = Outline::new(random, centre, radius, stretch, 0.045);
        let mut inside = |most: f32| {
            let (angle, out) = (random.angle(), random.between(0.0, most));
            outline.rim(angle, out)
        };
        let nucleoli: Vec<Point> = (0..3).map(|_| inside(0.6)).collect();
        let dense: Vec<Point> = (0..9).map(|_| inside(0.9)).collect();
        let many = 1 + random.below(3);
        let nucleoli = nucleoli.into_iter().take(many);
        let many = random.below(9);
        let dense = dense.into_iter().take(many);
        Nucleus {
            nucleoli: nucleoli
                .map(|place| (place, radius * random.between(0.13, 0.24)))
                .collect(),
            dense: dense
                .map(|place| {
                    let size = radius * random.between(0.06, 0.13);
                    (place, size, random.between(0.3, 0.8))
                })
                .collect(),
            chromatin: Texture(random.next()),
            grain: (radius * 0.28).max(2.0),
            light: light * random.between(0.65, 1.25),
            outline,
        }
    }

    /// The same nucleus elsewhere, and `grown` as large.
    pub fn moved(&self, to: Point, grown: f32) -> Nucleus {
        let from = self.outline.centre;
        let carry = |place: Point| {
            [
                to[0] + (place[0] - from[0]) * grown,
                to[1] + (place[1] - from[1]) * grown,
            ]
        };
        let mut moved = self.clone();
        moved.outline.centre = to;
        moved.outline.radius *= grown;
        for (place, radius) in &mut moved.nucleoli {
            *place = carry(*place);
            *radius *= grown;
        }
        for (place, radius, _) in &mut moved.dense {
            *place = carry(*place);
            *radius *= grown;
        }
        moved
    }

    /// Adds it to a plane.
    pub fn paint(&self, plane: &mut Plane) {
        let near = |place: &Point, radius: f32, x: f32, y: f32| {
            let square = (x - place[0]).powi(2) + (y - place[1]).powi(2);
            (-square / (radius * radius)).exp()
        };
        self.outline.cover(plane, |x, y, out, pixel| {
            let cover = edge(out, 0.05);
            if cover <= 0.0 {
                return;
            }
            let thickness = (1.0 - 0.75 * out * out).max(0.0).powf(0.4);
            let texture = self.chromatin.rough(
                (x - self.outline.centre[0]) / self.grain,
                (y - self.outline.centre[1]) / self.grain,
                3,
            );
            let holes: f32 = self
                .nucleoli
                .iter()
                .map(|(place, radius)| near(place, *radius, x, y))
                .sum();
            let clumps: f32 = self
                .dense
                .iter()
                .map(|(place, radius, more)| more * near(place, *radius, x, y))
                .sum();
            let chromatin = (1.0 + 0.30 * texture + clumps) * (1.0 - 0.62 * holes.min(1.0));
            *pixel += self.light * cover * thickness * chromatin.max(0.1);
        });
    }
}
