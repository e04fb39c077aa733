//! What the depositor states of an image, beside what its files say: what is stated holds, and a difference is told.

use crate::deposit::imaging::ImagedOne;
use crate::study::{Channel, Number, Scale, Step};

/// Puts both together; differences are told in sentences that begin with the image's name.
pub(super) fn channels(
    stated: &[Channel],
    read: Option<&ImagedOne>,
    are_names_of_files: bool,
    tell: &mut dyn FnMut(String),
) -> Vec<Channel> {
    let of_file = read.map_or(&[][..], |read| &read.channels);
    if stated.is_empty() {
        return of_file.to_vec();
    }
    let count = read
        .filter(|read| !read.pixels.is_colour)
        .and_then(|read| read.pixels.size_c);
    if let Some(count) = count.filter(|count| *count != stated.len() as u64) {
        tell(format!(
            "the study file lists {}, and the file has {count}",
            ::web::words::count(stated.len() as u64, "channel", "channels")
        ));
    }
    let none = Channel::default();
    let both = (0..stated.len().max(of_file.len())).map(|number| {
        let of_file = of_file.get(number).unwrap_or(&none);
        match stated.get(number) {
            Some(stated) => channel(number + 1, stated, of_file, are_names_of_files, tell),
            None => of_file.clone(),
        }
    });
    both.collect()
}

fn channel(
    number: usize,
    stated: &Channel,
    of_file: &Channel,
    are_names_of_files: bool,
    tell: &mut dyn FnMut(String),
) -> Channel {
    let mut text = |what: &str, stated: &Option<String>, of_file: &Option<String>| {
        if let (Some(stated), Some(of_file)) = (stated, of_file)
            && stated.to_lowercase() != of_file.to_lowercase()
        {
            tell(different(
                &format!("{what} of channel {number}"),
                stated,
                of_file,
            ));
        }
        stated.clone().or_else(|| of_file.clone())
    };
    // names of files are short for what the study file says in full
    let name = match are_names_of_files && stated.name.is_some() {
        true => stated.name.clone(),
        false => text("the name", &stated.name, &of_file.name),
    };
    let fluorophore = text("the fluorophore", &stated.fluorophore, &of_file.fluorophore);
    let colour = text("the colour", &stated.colour, &of_file.colour);
    let contrast = text("the contrast method", &stated.contrast, &of_file.contrast);
    let mut wavelength = |what: &str, stated: Option<Number>, of_file: Option<Number>| {
        if let (Some(stated), Some(of_file)) = (stated, of_file)
            && !stated.is_about(of_file)
        {
            tell(different(
                &format!("the {what} wavelength of channel {number}"),
                &format!("{stated} nm"),
                &format!("{of_file} nm"),
            ));
        }
        stated.or(of_file)
    };
    Channel {
        excitation: wavelength("excitation", stated.excitation, of_file.excitation),
        emission: wavelength("emission", stated.emission, of_file.emission),
        name,
        targets: stated.targets.clone(),
        fluorophore,
        colour,
        contrast,
    }
}

/// The steps of an image.
pub(super) fn scale(
    stated: &Scale,
    read: Option<&ImagedOne>,
    tell: &mut dyn FnMut(String),
) -> Scale {
    let nothing = Scale::default();
    let of_file = read.map_or(&nothing, |read| &read.scale);
    let mut step = |what: &str, stated: &Option<Step>, of_file: &Option<Step>| {
        if let (Some(stated), Some(of_file)) = (stated, of_file)
            && !stated.size.is_about(of_file.size)
        {
            tell(different(what, &stated.stated, &of_file.stated));
        }
        stated.clone().or_else(|| of_file.clone())
    };
    Scale {
        x: step("the pixel size in x", &stated.x, &of_file.x),
        y: step("the pixel size in y", &stated.y, &of_file.y),
        z: step("the distance of planes", &stated.z, &of_file.z),
        t: step("the time increment", &stated.t, &of_file.t),
    }
}

fn different(what: &str, stated: &str, of_file: &str) -> String {
    format!(
        "{what} is {stated:?} in the study file and {of_file:?} in the file; {stated:?} is kept"
    )
}
