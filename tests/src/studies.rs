//! Small studies as a person writes them: a folder with `study.yaml` and pictures.

use std::fs;
use std::path::{Path, PathBuf};

use crate::pictures;

/// A study that can be published as it is, and changed by setting its fields.
#[derive(Debug, Clone)]
pub struct StudyFolder {
    /// The identifier in its source, by which it is known again.
    pub identifier: String,
    /// The title.
    pub title: String,
    /// The description.
    pub description: String,
    /// The only author.
    pub author: String,
    /// Pictures of the only component: file name and bytes.
    pub images: Vec<(String, Vec<u8>)>,
    /// Further files: name and bytes.
    pub files: Vec<(String, Vec<u8>)>,
    /// Lines that are put at the end of the study file.
    pub further: String,
}

impl StudyFolder {
    /// A study of two pictures, a TIFF and a PNG, which differ from those of every other identifier.
    pub fn new(identifier: &str) -> StudyFolder {
        let seed = identifier
            .bytes()
            .fold(7_u64, |seed, byte| seed.wrapping_mul(131) + u64::from(byte));
        StudyFolder {
            identifier: identifier.to_owned(),
            title: format!("Septin rings in dividing fission yeast, {identifier}"),
            description: "Spinning-disk time series of tagged septins through two divisions, four fields of each strain."
                .to_owned(),
            author: "Ada Example".to_owned(),
            images: vec![
                ("pictures/one.tif".to_owned(), pictures::tiff(seed)),
                ("pictures/two.png".to_owned(), pictures::png(seed + 1)),
            ],
            files: Vec::new(),
            further: String::new(),
        }
    }

    /// A study of as many TIFF pictures.
    pub fn with_images(identifier: &str, number: u64) -> StudyFolder {
        let images = (1..=number)
            .map(|place| (format!("pictures/{place:04}.tif"), pictures::tiff(place)))
            .collect();
        StudyFolder {
            images,
            ..StudyFolder::new(identifier)
        }
    }

    /// The text of `study.yaml`.
    pub fn yaml(&self) -> String {
        let list = |paths: &[(String, Vec<u8>)]| {
            let quoted: Vec<String> = paths.iter().map(|(path, _)| format!("{path:?}")).collect();
            quoted.join(", ")
        };
        let mut yaml = format!(
            "identifier: {:?}\n\
             title: {:?}\n\
             description: {:?}\n\
             licence: https://creativecommons.org/licenses/by/4.0/\n\
             release_date: 2026-03-01\n\
             authors:\n  - name: {:?}\n\
             organisms: [NCBITaxon:4896]\n\
             imaging_methods: [FBbi:00000253]\n\
             components:\n  - title: Wild type\n    images: [{}]\n",
            self.identifier,
            self.title,
            self.description,
            self.author,
            list(&self.images)
        );
        if !self.files.is_empty() {
            yaml += &format!("    files: [{}]\n", list(&self.files));
        }
        yaml + &self.further
    }

    /// Writes the study into a folder of its own below `parent`, in place of what an earlier version of it left there.
    pub fn write(&self, parent: &Path) -> PathBuf {
        let folder = parent.join(&self.identifier);
        if folder.exists() {
            fs::remove_dir_all(&folder).unwrap();
        }
        fs::create_dir_all(&folder).unwrap();
        fs::write(folder.join("study.yaml"), self.yaml()).unwrap();
        for (path, bytes) in self.images.iter().chain(&self.files) {
            let path = folder.join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, bytes).unwrap();
        }
        folder
    }
}
