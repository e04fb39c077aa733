//! What is stated of an image, laid over what its files say: names and colours of channels, and the steps along its axes. So pictures,
//! pyramids and pages say what the record says, also where the depositor knew better than the microscope.
//!
//! It is said of the channels as the files have them, before further axes are counted with them: a pyramid in which that was done
//! calls its channels `angle 1, GFP`, with what is stated in the name, and a page's viewer leaves these names as they are
//! (`web/islands/viewer/store/stated.js` has the same rules).

use std::sync::Arc;

use crate::image::{Axis, AxisKind, Channel, Description, Length, PixelSource, Redescribed};
use crate::study::{self, Image, Number, Scale, Step};

/// What a study states of one of its images: as its depositor says it, else as the files do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stated {
    channels: Vec<study::Channel>,
    scale: Scale,
}

impl Stated {
    /// Of an image.
    pub fn of(image: &Image) -> Stated {
        Stated {
            channels: image.channels.clone(),
            scale: image.scale.clone(),
        }
    }

    /// The same pixels with what is stated of them.
    pub fn over(&self, source: Arc<dyn PixelSource>) -> Arc<dyn PixelSource> {
        let mut description = source.description().clone();
        self.say_channels(&mut description);
        for axis in &mut description.axes {
            self.say_step(axis);
        }
        if description == *source.description() {
            return source;
        }
        Redescribed::of(source, description)
    }

    fn say_channels(&self, description: &mut Description) {
        // what is one to its depositor may be red, green and blue to the file: then no name belongs to one of these
        if description.is_colour && self.channels.len() != description.channels.len() {
            return;
        }
        let is_colour = description.is_colour;
        for (channel, stated) in description.channels.iter_mut().zip(&self.channels) {
            say_channel(channel, stated, is_colour);
        }
    }

    fn say_step(&self, axis: &mut Axis) {
        let (stated, unit, of): (_, _, fn(f64, &str) -> Option<Step>) = match axis.kind {
            AxisKind::X => (&self.scale.x, "micrometer", Step::of_length),
            AxisKind::Y => (&self.scale.y, "micrometer", Step::of_length),
            AxisKind::Z => (&self.scale.z, "micrometer", Step::of_length),
            AxisKind::T => (&self.scale.t, "second", Step::of_time),
            AxisKind::C | AxisKind::Other(_) => return,
        };
        let Some(stated) = stated else {
            return;
        };
        let known = axis.step.as_ref().and_then(|step| {
            let unit = step.unit.as_deref()?;
            of(step.value, unit)
        });
        // the file's own unit stays where it says the same in it
        if known.is_none_or(|known| known.size != stated.size) {
            axis.step = Some(Length {
                value: stated.size.value(),
                unit: Some(unit.to_owned()),
            });
        }
    }
}

fn say_channel(channel: &mut Channel, stated: &study::Channel, is_colour: bool) {
    let put = |stated: Option<&String>, place: &mut Option<String>| {
        if let Some(stated) = stated {
            *place = Some(stated.clone());
        }
    };
    // a channel that nobody gave a name is known by what is seen in it
    let named = [stated.name.as_ref(), stated.fluorophore.as_ref()];
    let name = named.into_iter().flatten().next();
    put(name.or(stated.targets.first()), &mut channel.name);
    put(stated.fluorophore.as_ref(), &mut channel.fluorophore);
    put(stated.contrast.as_ref(), &mut channel.contrast);
    // those of red, green and blue light are what they are
    if let (false, Some(colour)) = (is_colour, stated.colour.as_deref().and_then(colour)) {
        channel.colour = Some(colour);
    }
    let nanometres = |number: Option<Number>| number.map(Number::value);
    channel.excitation_nm = nanometres(stated.excitation).or(channel.excitation_nm);
    channel.emission_nm = nanometres(stated.emission).or(channel.emission_nm);
}

/// Red, green and blue of six hexadecimal digits.
fn colour(digits: &str) -> Option<[u8; 3]> {
    let number = u32::from_str_radix(digits, 16).ok()?;
    let [_, red, green, blue] = number.to_be_bytes();
    (digits.len() == 6).then_some([red, green, blue])
}

#[cfg(test)]
mod tests;
