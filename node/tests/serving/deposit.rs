//! Studies as a person writes them.

use std::fs;
use std::io::Cursor;
use std::path::Path;

/// Writes a study folder of as many small pictures, each unlike the others, and further files.
pub fn study(folder: &Path, identifier: &str, pictures: u32, files: &[(&str, &[u8])]) {
    study_with(folder, identifier, pictures, files, "");
}

/// As [`study`], with further lines at the end of the study file.
pub fn study_with(
    folder: &Path,
    identifier: &str,
    pictures: u32,
    files: &[(&str, &[u8])],
    further: &str,
) {
    fs::create_dir_all(folder.join("wt")).unwrap();
    for number in 1..=pictures {
        fs::write(folder.join(format!("wt/{number:04}.png")), picture(number)).unwrap();
    }
    for (path, bytes) in files {
        fs::write(folder.join(path), bytes).unwrap();
    }
    let listed: Vec<String> = files.iter().map(|(path, _)| format!("{path:?}")).collect();
    let yaml = format!(
        "identifier: {identifier}\n\
         title: Septin rings in dividing fission yeast\n\
         description: Spinning-disk time series of tagged septins through two divisions, four fields of each strain.\n\
         licence: https://creativecommons.org/licenses/by/4.0/\n\
         release_date: 2026-03-01\n\
         authors: [{{name: Ada Example, orcid: https://orcid.org/0000-0002-1825-0097}}]\n\
         organisms: [NCBITaxon:4896]\n\
         imaging_methods: [FBbi:00000253]\n\
         components:\n  - title: Wild type\n    images: [\"wt/*.png\"]\n    files: [{}]\n{further}",
        listed.join(", ")
    );
    fs::write(folder.join("study.yaml"), yaml).unwrap();
}

/// A picture of 4 × 3 pixels.
pub fn picture(number: u32) -> Vec<u8> {
    let [one, two, three, _] = number.to_le_bytes();
    let pixels = image::RgbImage::from_pixel(4, 3, image::Rgb([one, two, three]));
    let mut png = Cursor::new(Vec::new());
    pixels.write_to(&mut png, image::ImageFormat::Png).unwrap();
    png.into_inner()
}
