//! A brain organoid as a wide-field microscope sees it: in each plane sharp nuclei, and the blur of all others.

use crate::samples::SamplesError;
use crate::samples::easel::Easel;
use crate::samples::files::{Channel, Ome, Optics, Preview, Stack, brightest};
use crate::samples::optics::{Camera, Nucleus, Plane, Texture, defocus, illuminate};

const DNA: Channel = Channel::dye("DAPI", [45, 120, 255], "DAPI", (358.0, 461.0), "WideField");
const MARKER: Channel = Channel::dye(
    "SOX2",
    [255, 70, 30],
    "Alexa 594",
    (590.0, 617.0),
    "WideField",
);

/// A stack of two channels.
pub(in crate::samples) fn organoid(easel: &Easel) -> Result<(), SamplesError> {
    let side = easel.pixels(448);
    let depth = easel.planes(20);
    let random = &mut easel.random("stack");
    let dark = vec![Plane::new(side, side); depth];
    let [mut dna, mut marker] = [dark.clone(), dark];
    let (radius, middle) = (side as f32 * 0.43, side as f32 / 2.0);
    let lumps = Texture(random.next());
    // by its volume, so that nuclei lie as dense in small pictures
    let many = (radius * radius * depth as f32 / 270.0) as usize;
    for _ in 0..many {
        let (angle, out) = (random.angle(), random.unit().powf(0.5));
        let z = random.between(-0.5, depth as f32 + 1.0);
        // the ball is cut by the stack below its middle
        let height = z / (depth as f32 * 1.15);
        let rim = radius * (1.0 - height * height).max(0.05).sqrt();
        let rim = rim * (1.0 + 0.10 * lumps.at(angle.cos() * 1.6, angle.sin() * 1.6 + height));
        let place = [
            middle + angle.cos() * out * rim,
            middle + angle.sin() * out * rim,
        ];
        let hollow = (place[0] - middle * 0.92).hypot(place[1] - middle * 1.06) / (radius * 0.26);
        if hollow < random.between(0.8, 1.1) {
            continue;
        }
        let size = random.between(6.2, 8.2);
        let mut nucleus = Nucleus::new(random, place, size, 95.0);
        // around the hollow stem cells stand in rays
        let stem = hollow < 1.9;
        if stem {
            nucleus.outline.stretch = 1.9;
            nucleus.outline.heading = (place[1] - middle * 1.06).atan2(place[0] - middle * 0.92);
        }
        for index in 0..depth {
            // planes lie 2 µm apart, pixels 0.5 µm
            let away = (index as f32 - z) * 4.0 / size;
            let part = 1.0 - away * away;
            if part <= 0.05 {
                continue;
            }
            let slice = nucleus.moved(place, part.sqrt());
            slice.paint(&mut dna[index]);
            if stem || size > 8.05 {
                slice.paint(&mut marker[index]);
            }
        }
    }
    let mut stack = Stack::new(side, side, depth);
    for light in [&mut dna, &mut marker] {
        for plane in light.iter_mut() {
            plane.blur(1.0);
        }
        defocus(light, 3.0, 0.62);
        for plane in light.iter_mut() {
            plane.times(0.5);
            plane.lift(9.0);
            illuminate(plane, 0.18, random);
        }
    }
    for (dna, marker) in dna.iter().zip(&marker) {
        stack.planes.push(Camera::CMOS.record(dna, random));
        stack.planes.push(Camera::CMOS.record(marker, random));
    }
    let ome = Ome {
        name: "Organoid 1".to_owned(),
        date: "2025-03-21T14:55:00",
        pixel: (0.5, 0.5, Some(2.0)),
        seconds: None,
        optics: Some(Optics {
            magnification: 20.0,
            aperture: 0.8,
            immersion: "Air",
        }),
        channels: vec![DNA, MARKER],
    };
    easel.ome_tiff("organoid-1.ome.tif", &stack, &ome)?;
    let some = depth / 2 * 2..(depth / 2 + 2) * 2;
    let near = |channel: usize| {
        let planes = stack.planes[some.clone()].iter();
        brightest(planes.skip(channel).step_by(2))
    };
    let preview = Preview::new(side, side)
        .channel(&near(0), DNA.colour, (0.05, 0.998), 0.85)
        .channel(&near(1), MARKER.colour, (0.35, 0.998), 1.0);
    easel.preview(&preview)
}
