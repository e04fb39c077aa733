//! Nuclei of cultured cells with a DNA dye, and beside each field the mask that says which pixel is whose.

use crate::samples::SamplesError;
use crate::samples::easel::Easel;
use crate::samples::files::{Channel, Ome, Optics, Preview, Stack};
use crate::samples::optics::{
    Camera, Nucleus, Outline, Plane, Point, Texture, ahead, edge, illuminate, scattered,
};
use crate::samples::random::Random;

const DAPI: Channel = Channel::dye("DAPI", [100, 165, 255], "DAPI", (358.0, 461.0), "WideField");

/// Four fields and their masks.
pub(in crate::samples) fn nuclei(easel: &Easel) -> Result<(), SamplesError> {
    let side = easel.pixels(1024);
    for field in 1..=4 {
        let random = &mut easel.random(&format!("field {field}"));
        let (light, mask) = field_of_nuclei(random, side);
        let mut stack = Stack::new(side, side, 1);
        stack.planes.push(Camera::CMOS.record(&light, random));
        let ome = Ome {
            name: format!("Field {field}"),
            date: "2021-05-11T10:20:00",
            pixel: (0.325, 0.325, None),
            seconds: None,
            optics: Some(Optics {
                magnification: 20.0,
                aperture: 0.75,
                immersion: "Air",
            }),
            channels: vec![DAPI],
        };
        easel.ome_tiff(&format!("fields/field-{field}.ome.tif"), &stack, &ome)?;
        let mut masks = Stack::new(side, side, 1);
        masks.planes.push(mask);
        easel.plain_tiff(&format!("masks/field-{field}_nuclei.tif"), &masks)?;
        if field == 1 {
            let preview = Preview::new(side, side).channel(
                &stack.planes[0],
                DAPI.colour,
                (0.05, 0.995),
                0.75,
            );
            easel.preview(&preview)?;
        }
    }
    Ok(())
}

/// The light of a field, and whose each pixel is: 0 for nobody's, else the number of a nucleus.
fn field_of_nuclei(random: &mut Random, side: usize) -> (Plane, Vec<u16>) {
    let mut light = Plane::new(side, side);
    let mut mask = Plane::new(side, side);
    for (index, place) in scattered(random, side, side, 50.0, 400)
        .into_iter()
        .enumerate()
    {
        // cells grow in patches
        if random.chance(0.18) {
            continue;
        }
        let outline = if random.chance(0.035) {
            condensed(random, &mut light, place)
        } else {
            let radius = random.between(18.0, 25.0);
            let nucleus = Nucleus::new(random, place, radius, 130.0);
            nucleus.paint(&mut light);
            nucleus.outline
        };
        outline.cover(&mut mask, |_, _, out, pixel| {
            if out <= 1.0 {
                *pixel = (index + 1) as f32;
            }
        });
    }
    light.blur(1.2);
    let haze = light.blurred(28.0);
    light.add(&haze, 0.22);
    light.lift(14.0);
    illuminate(&mut light, 0.34, random);
    (
        light,
        mask.values.iter().map(|number| *number as u16).collect(),
    )
}

/// The plate of a cell in metaphase, bright and narrow, with a ragged edge.
fn condensed(random: &mut Random, light: &mut Plane, place: Point) -> Outline {
    let mut outline = Outline::new(random, place, 12.0, 2.5, 0.06);
    let rough = Texture(random.next());
    outline.cover(light, |x, y, out, pixel| {
        let ragged = out * (1.0 + 0.30 * rough.rough(x / 4.5, y / 4.5, 2));
        *pixel += 300.0 * edge(ragged, 0.22);
    });
    // one chromosome has not arrived yet
    let stray = ahead(place, outline.heading + 1.57, random.between(13.0, 17.0));
    light.spot(stray, 2.2, 160.0);
    outline.radius *= 1.08;
    outline
}
