//! Shapes of cells and of what is in them, and where things lie.

use std::f32::consts::TAU;

use crate::samples::random::Random;

use super::Plane;

/// Column and row.
pub(in crate::samples) type Point = [f32; 2];

/// From 0 at `low` to 1 at `high`, smooth at both ends.
pub(in crate::samples) fn ramp(low: f32, high: f32, value: f32) -> f32 {
    let part = ((value - low) / (high - low)).clamp(0.0, 1.0);
    part * part * (3.0 - 2.0 * part)
}

/// 1 within an outline, 0 outside, `softness` about its edge.
pub(in crate::samples) fn edge(out: f32, softness: f32) -> f32 {
    1.0 - ramp(1.0 - softness, 1.0 + softness, out)
}

/// The point that lies `distance` ahead.
pub(in crate::samples) fn ahead(from: Point, heading: f32, distance: f32) -> Point {
    let (across, along) = heading.sin_cos();
    [from[0] + along * distance, from[1] + across * distance]
}

/// The point that lies `part` of the way.
pub(in crate::samples) fn between(from: Point, to: Point, part: f32) -> Point {
    [
        from[0] + (to[0] - from[0]) * part,
        from[1] + (to[1] - from[1]) * part,
    ]
}

/// A closed outline around a point, an ellipse with waves on it.
#[derive(Debug, Clone)]
pub(in crate::samples) struct Outline {
    pub centre: Point,
    pub radius: f32,
    /// How much longer than wide.
    pub stretch: f32,
    /// Direction of its length.
    pub heading: f32,
    /// Strength and phase of waves, from two on a turn upwards.
    waves: [(f32, f32); 4],
}

impl Outline {
    /// An outline with waves of a strength of about `roughness`.
    pub fn new(
        random: &mut Random,
        centre: Point,
        radius: f32,
        stretch: f32,
        roughness: f32,
    ) -> Outline {
        let waves = [1.0, 0.8, 0.6, 0.4].map(|part: f32| {
            let strength = roughness * part * random.between(0.3, 1.0);
            (strength, random.angle())
        });
        Outline {
            centre,
            radius,
            stretch,
            heading: random.angle(),
            waves,
        }
    }

    /// How far out a point lies: 0 in the middle, 1 on the outline.
    pub fn out(&self, x: f32, y: f32) -> f32 {
        let (sine, cosine) = self.heading.sin_cos();
        let (dx, dy) = (x - self.centre[0], y - self.centre[1]);
        let root = self.stretch.sqrt();
        let along = (dx * cosine + dy * sine) / root;
        let across = (dy * cosine - dx * sine) * root;
        let distance = (along * along + across * across).sqrt() / self.radius;
        if distance > 2.5 {
            return distance;
        }
        distance / self.wave(across.atan2(along))
    }

    /// The point of the outline in a direction that is counted from its length.
    pub fn rim(&self, angle: f32, out: f32) -> Point {
        let (sine, cosine) = self.heading.sin_cos();
        let root = self.stretch.sqrt();
        let distance = self.radius * self.wave(angle) * out;
        let (across, along) = angle.sin_cos();
        let (along, across) = (along * distance * root, across * distance / root);
        [
            self.centre[0] + along * cosine - across * sine,
            self.centre[1] + along * sine + across * cosine,
        ]
    }

    fn wave(&self, angle: f32) -> f32 {
        let wave = |(index, (strength, phase)): (usize, &(f32, f32))| {
            strength * ((index as f32 + 2.0) * angle + phase).cos()
        };
        1.0 + self.waves.iter().enumerate().map(wave).sum::<f32>()
    }

    /// Every point of it is within this distance of its centre.
    pub fn reach(&self) -> f32 {
        let waves: f32 = self.waves.iter().map(|(strength, _)| strength).sum();
        self.radius * self.stretch.sqrt().max(1.0) * (1.0 + waves)
    }

    /// Calls for every pixel in it or near it, with how far out that is.
    pub fn cover(&self, plane: &mut Plane, mut paint: impl FnMut(f32, f32, f32, &mut f32)) {
        plane.change_near(self.centre, self.reach() * 1.25, |x, y, pixel| {
            let out = self.out(x, y);
            if out < 1.25 {
                paint(x, y, out, pixel);
            }
        });
    }
}

/// Places at least `apart` from each other; about as many as fit, or `most`. They may lie a little outside, for cells
/// do not end where a picture does.
pub(in crate::samples) fn scattered(
    random: &mut Random,
    width: usize,
    height: usize,
    apart: f32,
    most: usize,
) -> Vec<Point> {
    let margin = apart * 0.4;
    let area = (width as f32 + 2.0 * margin) * (height as f32 + 2.0 * margin);
    let tries = (area / (apart * apart) * 12.0) as usize + 20;
    let mut places: Vec<Point> = Vec::new();
    for _ in 0..tries {
        if places.len() == most {
            break;
        }
        let place = [
            random.between(-margin, width as f32 + margin),
            random.between(-margin, height as f32 + margin),
        ];
        let is_free = |other: &Point| (other[0] - place[0]).hypot(other[1] - place[1]) >= apart;
        if places.iter().all(is_free) {
            places.push(place);
        }
    }
    places
}

/// A path that wanders: `steps` of `length`, its direction changing by about `bend` radians a step, smoothly.
pub(in crate::samples) fn wander(
    random: &mut Random,
    from: Point,
    heading: f32,
    steps: usize,
    length: f32,
    bend: f32,
) -> Vec<Point> {
    let mut path = vec![from];
    let (mut at, mut heading, mut turning) = (from, heading, 0.0);
    for _ in 0..steps {
        turning = turning * 0.8 + random.normal() * bend * 0.6;
        heading = (heading + turning) % TAU;
        at = ahead(at, heading, length);
        path.push(at);
    }
    path
}
