//! OME-TIFF: images whose planes are in pages of one or several files, as OME-XML in the first page says, or in a file of
//! its own (<https://docs.openmicroscopy.org/ome-model/latest/ome-tiff/specification.html>).

use std::collections::HashMap;
use std::sync::Arc;

use super::broken;
use super::chain::Chain;
use super::ome_planes;
use super::set::Set;
use super::slide;
use super::source::TiffImage;
use crate::image::ome_xml::{self, OmeImage, OmeXml, OmeXmlError, is_of_slide};
use crate::image::{Files, ImageError, Limits, Opened, PixelSource, RegionsOf};
use crate::relative_path::RelPath;

/// Whether a text may be OME-XML.
pub(super) fn is_ome_xml(text: &str) -> bool {
    let start = text.trim_start_matches(['\u{feff}', ' ', '\t', '\r', '\n']);
    start.starts_with('<') && (start.contains("<OME") || start.contains(":OME"))
}

/// What comes of OME-XML in the first page of a file.
pub(super) enum Outcome {
    /// Its images.
    Images(Opened),
    /// The file cannot be understood by it, and is a TIFF like any other; why, in a sentence.
    Plain(Chain, String),
}

/// Opens a TIFF file that has OME-XML in its first page.
pub(super) fn open(
    files: Arc<dyn Files>,
    path: &RelPath,
    chain: Chain,
    text: &str,
    limits: &Limits,
) -> Result<Outcome, ImageError> {
    let document = match parse(text, limits) {
        Ok(document) => document,
        Err(error @ OmeXmlError::DocumentType) => return Err(broken(error.to_string())),
        Err(error) => return Ok(Outcome::Plain(chain, error.to_string())),
    };
    let own_uuid = document.uuid.clone();
    let mut members = Members::of(files, path, *limits);
    let document = match &document.metadata_file {
        Some(name) if document.images.is_empty() => match members.companion(name)? {
            Some(companion) => companion,
            None => {
                let why = format!("the file {name:?} with its metadata is not beside it");
                return Ok(Outcome::Plain(chain, why));
            }
        },
        _ => document,
    };
    if document.images.is_empty() {
        let why = "its OME-XML describes no image".to_owned();
        return Ok(Outcome::Plain(chain, why));
    }
    members.add_own(chain);
    members.own_uuid = own_uuid;
    members.images(&document).map(Outcome::Images)
}

/// Opens a file of OME-XML alone, whose planes are in TIFF files beside it.
pub(super) fn open_companion(
    files: Arc<dyn Files>,
    path: &RelPath,
    limits: &Limits,
) -> Result<Opened, ImageError> {
    let mut members = Members::of(files, path, *limits);
    let Some(text) = members.text(path)? else {
        return Err(broken("it is not there"));
    };
    let document =
        parse(&text, limits).map_err(|error| ImageError::broken("OME-XML", error.to_string()))?;
    if document.files.is_empty() {
        return Err(ImageError::Unsupported(
            "it is OME-XML that names no TIFF files".to_owned(),
        ));
    }
    members.companions.push(path.clone());
    members.images(&document)
}

pub(super) fn parse(text: &str, limits: &Limits) -> Result<OmeXml, OmeXmlError> {
    ome_xml::read(text.trim_start_matches('\u{feff}').trim(), limits)
}

/// The files of a set, as they are found.
struct Members<'a> {
    files: Arc<dyn Files>,
    /// The file that was opened; the others are beside it.
    path: &'a RelPath,
    limits: Limits,
    set: Set,
    own_uuid: Option<String>,
    /// The number of the opened file among the members, where it is one.
    own: Option<u32>,
    /// Numbers of members by their paths; none for a file that is not there or cannot be read.
    known: HashMap<RelPath, Option<u32>>,
    companions: Vec<RelPath>,
    warnings: Vec<String>,
}

impl<'a> Members<'a> {
    fn of(files: Arc<dyn Files>, path: &'a RelPath, limits: Limits) -> Self {
        Self {
            set: Set::of(Arc::clone(&files), limits),
            files,
            path,
            limits,
            own_uuid: None,
            own: None,
            known: HashMap::new(),
            companions: Vec::new(),
            warnings: Vec::new(),
        }
    }

    fn add_own(&mut self, mut chain: Chain) {
        self.warnings.append(&mut chain.warnings);
        let own = self.set.add(self.path.clone(), chain);
        self.own = Some(own);
        self.known.insert(self.path.clone(), Some(own));
    }

    /// The text of a file of the set.
    fn text(&self, path: &RelPath) -> Result<Option<String>, ImageError> {
        let Some(bytes) = self.files.open(path)? else {
            return Ok(None);
        };
        if bytes.size() > self.limits.metadata_bytes {
            return Err(ImageError::TooLarge {
                what: "the number of bytes of its metadata",
                number: bytes.size(),
                limit: self.limits.metadata_bytes,
            });
        }
        let mut buffer = vec![0; bytes.size() as usize];
        bytes.read_at(0, &mut buffer)?;
        Ok(Some(String::from_utf8_lossy(&buffer).into_owned()))
    }

    /// The document in a companion file; none where it is not there.
    fn companion(&mut self, name: &str) -> Result<Option<OmeXml>, ImageError> {
        let Some(path) = self.beside(name) else {
            return Ok(None);
        };
        let Some(text) = self.text(&path)? else {
            return Ok(None);
        };
        let document = parse(&text, &self.limits).map_err(|error| broken(error.to_string()))?;
        self.companions.push(path);
        Ok(Some(document))
    }

    /// A file in the folder of the opened one. Some programs write where the file was on their machine: its last part is
    /// its name.
    fn beside(&self, name: &str) -> Option<RelPath> {
        let in_folder = |name: &str| {
            let folder = self.path.as_str().rsplit_once('/');
            let path = folder.map_or(name.to_owned(), |(folder, _)| format!("{folder}/{name}"));
            RelPath::parse(&path).ok()
        };
        in_folder(name).or_else(|| in_folder(name.rsplit(['/', '\\']).next()?))
    }

    /// Reads the files that a document names, and makes its images.
    fn images(mut self, document: &OmeXml) -> Result<Opened, ImageError> {
        let members = self.resolve(&document.files)?;
        let set = Arc::new(self.set);
        let (mut images, mut regions) = (Vec::new(), Vec::new());
        // what a file says of its images is in itself, or in the companion that it names
        let described_in = self.companions.last().unwrap_or(self.path).clone();
        let regions_of = |image: &OmeImage| {
            (image.regions > 0).then(|| RegionsOf {
                file: described_in.clone(),
                place: image.place,
            })
        };
        let (mut failure, mut failures, mut of_slide) = (None, 0, false);
        let mut planes = 0;
        for image in &document.images {
            if document.images.len() > 1 && is_of_slide(image.name.as_deref()) {
                of_slide = true;
                continue;
            }
            match ome_planes::image(&set, self.own, &members, image, &mut planes) {
                Ok(made) => {
                    images.push(made);
                    regions.push(regions_of(image));
                }
                Err(ImageError::Read(error)) => return Err(ImageError::Read(error)),
                Err(error) => {
                    failures += 1;
                    failure.get_or_insert(error);
                }
            }
        }
        if images.is_empty() {
            return Err(failure.unwrap_or_else(|| broken("it has no image to be shown")));
        }
        if of_slide {
            self.warnings.push(slide::LEFT_OUT.to_owned());
        }
        if let Some(failure) = failure {
            self.warnings.push(format!(
                "{failures} of its {} images are left out, the first of them because {failure}",
                document.images.len()
            ));
        }
        let paths = set.paths();
        let opened_first = |others: Vec<RelPath>| {
            let others = others.into_iter().chain(self.companions.iter().cloned());
            let others = others.filter(|path| path != self.path);
            std::iter::once(self.path.clone()).chain(others).collect()
        };
        let of_image = |image: &TiffImage| {
            let members = image.members().into_iter();
            opened_first(members.map(|member| paths[member].clone()).collect())
        };
        let files_of = images.iter().map(of_image).collect();
        let files = opened_first(paths.clone());
        let warnings = self.warnings;
        let with_warnings = |mut image: TiffImage| -> Arc<dyn PixelSource> {
            let said = &mut image.description.warnings;
            said.extend(warnings.iter().cloned());
            Arc::new(image)
        };
        Ok(Opened {
            images: images.into_iter().map(with_warnings).collect(),
            files,
            files_of,
            regions,
        })
    }

    /// The member that each named file is.
    fn resolve(&mut self, named: &[(String, String)]) -> Result<Vec<Option<u32>>, ImageError> {
        let mut members = Vec::with_capacity(named.len());
        let mut missing = 0;
        for (name, uuid) in named {
            let member = self.member(name, uuid)?;
            missing += usize::from(member.is_none());
            members.push(member);
        }
        // a single file that was renamed does not know its name any more
        if let (1, Some(own)) = (named.len(), self.own) {
            return Ok(vec![members[0].or(Some(own))]);
        }
        if missing > 0 {
            let example = named
                .iter()
                .zip(&members)
                .find(|(_, member)| member.is_none())
                .map_or("", |((name, _), _)| name);
            self.warnings.push(format!(
                "{missing} of the {} files that it consists of cannot be read or are not beside it, {example:?} for one",
                named.len()
            ));
        }
        Ok(members)
    }

    fn member(&mut self, name: &str, uuid: &str) -> Result<Option<u32>, ImageError> {
        let is_own = !uuid.is_empty() && self.own_uuid.as_deref() == Some(uuid);
        if name.is_empty() || (is_own && self.own.is_some()) {
            return Ok(self.own);
        }
        let Some(path) = self.beside(name) else {
            return Ok(None);
        };
        if let Some(member) = self.known.get(&path) {
            return Ok(*member);
        }
        let member = match self.files.open(&path)? {
            None => None,
            Some(bytes) => match Chain::walk(bytes, &self.limits) {
                Ok(chain) => Some(self.set.add(path.clone(), chain)),
                Err(ImageError::Read(error)) => return Err(ImageError::Read(error)),
                Err(_) => None,
            },
        };
        self.known.insert(path, member);
        Ok(member)
    }
}
