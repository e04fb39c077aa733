//! TIFF files of which nobody says what their pages are.

use std::sync::Arc;

use super::broken;
use super::chain::Chain;
use super::found::Found;
use super::page::{Page, Purpose, is_smaller};
use super::resolution;
use super::set::Set;
use super::shape::Cut;
use super::slide::{LEFT_OUT, Slide};
use crate::image::{AxisKind, Files, ImageError, Limits, Opened, PixelSource};
use crate::relative_path::RelPath;

/// Makes images of pages: those of one size and type are one image, smaller ones of it are its resolutions.
pub(super) fn open(
    files: Arc<dyn Files>,
    path: &RelPath,
    mut chain: Chain,
    limits: &Limits,
) -> Result<Opened, ImageError> {
    let mut warnings = std::mem::take(&mut chain.warnings);
    let slide = Slide::of(chain.description.as_deref());
    let groups = group(&mut chain, slide.is_some(), &mut warnings);
    if groups.len() > limits.images {
        return Err(ImageError::TooLarge {
            what: "the number of its images",
            number: groups.len() as u64,
            limit: limits.images as u64,
        });
    }
    let planes = chain
        .pages
        .iter()
        .flatten()
        .map(|page| page.shape.channels());
    limits.check_planes(planes.fold(0, u64::saturating_add))?;
    let steps = match &slide {
        Some(slide) => slide.steps(),
        None => resolution::steps(&chain.input, &chain.first)?,
    };
    let format = slide.as_ref().map_or("TIFF", Slide::format);
    let mut set = Set::of(files, *limits);
    let member = set.add(path.clone(), chain);
    let set = Arc::new(set);
    let mut images: Vec<Arc<dyn PixelSource>> = Vec::new();
    for pages in groups {
        let mut found = Found::of_pages(&set, member, &pages, format, AxisKind::Z)?;
        if pages.len() > 1 {
            found.warnings.push(format!(
                "its {} pages are taken for focal planes (z); the file does not say what they are",
                pages.len()
            ));
        }
        found.steps.clone_from(&steps);
        found.warnings.extend(warnings.iter().cloned());
        let mut image = found.into_image(&set)?;
        if let Some(slide) = &slide {
            image.description.objective = slide.objective();
        }
        images.push(Arc::new(image));
    }
    if images.is_empty() {
        return Err(broken("none of its pages is a picture to be shown"));
    }
    Ok(Opened {
        files_of: vec![set.paths(); images.len()],
        regions: vec![None; images.len()],
        images,
        files: set.paths(),
    })
}

/// The pages of each image. Smaller pages become levels of the one they are smaller than.
fn group(chain: &mut Chain, is_slide: bool, warnings: &mut Vec<String>) -> Vec<Vec<u32>> {
    let mut groups: Vec<Vec<u32>> = Vec::new();
    let mut left_out = LeftOut::default();
    for index in 0..chain.pages.len() {
        let page = match &chain.pages[index] {
            Ok(page) => page.clone(),
            Err(why) => {
                left_out.damaged += 1;
                left_out
                    .why
                    .get_or_insert_with(|| format!("page {} because {why}", index + 1));
                continue;
            }
        };
        let is_tiled = matches!(page.shape.cut, Cut::Tiles { .. });
        match page.purpose {
            Purpose::Slide => left_out.slide = true,
            // scanners put a small picture of everything behind the first page
            _ if is_slide && index > 0 && !is_tiled => {}
            Purpose::Mask => left_out.masks += 1,
            purpose => {
                let may_be_smaller = purpose == Purpose::Smaller || is_tiled;
                if may_be_smaller && attach(&mut chain.pages, &groups, &page) {
                    continue;
                }
                if purpose == Purpose::Smaller && !groups.is_empty() {
                    left_out.smaller += 1;
                    continue;
                }
                join(&chain.pages, &mut groups, index as u32, &page);
            }
        }
    }
    left_out.warn(warnings);
    groups
}

/// Makes a page a level of the last image, where it is a smaller size of it.
fn attach(pages: &mut [Result<Page, String>], groups: &[Vec<u32>], smaller: &Page) -> bool {
    let Some([larger]) = groups.last().map(Vec::as_slice) else {
        return false;
    };
    let Some(Ok(larger)) = pages.get_mut(*larger as usize) else {
        return false;
    };
    let last = larger
        .smaller
        .last()
        .map_or(&larger.shape, |(shape, _)| shape);
    if !is_smaller(&smaller.shape, last) {
        return false;
    }
    larger
        .smaller
        .push((Arc::clone(&smaller.shape), smaller.directory));
    true
}

/// Puts a page to the image whose planes are like it, else begins one.
fn join(pages: &[Result<Page, String>], groups: &mut Vec<Vec<u32>>, index: u32, page: &Page) {
    let like = groups.iter_mut().find(|group| {
        matches!(
            &pages[group[0] as usize],
            Ok(first) if Arc::ptr_eq(&first.shape, &page.shape)
                || first.shape.is_plane_beside(&page.shape)
        )
    });
    match like {
        Some(group) => group.push(index),
        None => groups.push(vec![index]),
    }
}

#[derive(Default)]
struct LeftOut {
    slide: bool,
    masks: usize,
    smaller: usize,
    damaged: usize,
    why: Option<String>,
}

impl LeftOut {
    fn warn(&self, warnings: &mut Vec<String>) {
        if self.slide {
            warnings.push(LEFT_OUT.to_owned());
        }
        if let Some(why) = &self.why {
            warnings.push(format!(
                "{} of its pages cannot be read and are left out, {why}",
                self.damaged
            ));
        }
        if self.masks > 0 {
            warnings.push(format!(
                "{} of its pages are masks of transparency, which are left out",
                self.masks
            ));
        }
        if self.smaller > 0 {
            warnings.push(format!(
                "{} small pictures of other pages are left out",
                self.smaller
            ));
        }
    }
}
