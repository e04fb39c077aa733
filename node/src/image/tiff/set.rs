//! The files of an image, and what was read of them last.

use std::sync::Arc;

use super::broken;
use super::chain::Chain;
use super::input::Input;
use super::page::{Body, Page};
use super::pieces::Pieces;
use super::shape::Shape;
use crate::image::cache::Cache;
use crate::image::{Files, ImageError, Limits};
use crate::relative_path::RelPath;

/// Files of a set that are held open: some sets have one for each plane, and a process may open a thousand or so.
const MOST_OPEN: u64 = 64;

/// TIFF files that are read together.
pub(super) struct Set {
    files: Arc<dyn Files>,
    members: Vec<Member>,
    open: Cache<u32, Input>,
    bodies: Cache<(u32, u64), Body>,
    chunks: Cache<ChunkKey, Vec<u8>>,
    limits: Limits,
}

struct Member {
    path: RelPath,
    input: Input,
    pages: Vec<Option<Page>>,
}

/// A plane of a page: the sample of a pixel that a channel is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Place {
    pub(super) member: u32,
    pub(super) page: u32,
    pub(super) sample: u32,
    /// Bytes between where the directory says that the pixels are and where they are.
    pub(super) shift: u64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
struct ChunkKey {
    member: u32,
    directory: u64,
    shift: u64,
    sample: u64,
    column: u64,
    row: u64,
}

impl Set {
    pub(super) fn of(files: Arc<dyn Files>, limits: Limits) -> Self {
        Self {
            files,
            members: Vec::new(),
            open: Cache::of(MOST_OPEN),
            bodies: Cache::of(limits.cache_bytes / 4),
            chunks: Cache::of(limits.cache_bytes),
            limits,
        }
    }

    /// Takes a file in; gives its number.
    pub(super) fn add(&mut self, path: RelPath, chain: Chain) -> u32 {
        let pages = chain.pages.into_iter().map(Result::ok).collect();
        // handles are opened again when they are needed
        let input = chain.input.closed();
        self.members.push(Member { path, input, pages });
        (self.members.len() - 1) as u32
    }

    pub(super) fn paths(&self) -> Vec<RelPath> {
        self.members
            .iter()
            .map(|member| member.path.clone())
            .collect()
    }

    pub(super) fn pages(&self, member: u32) -> &[Option<Page>] {
        self.members
            .get(member as usize)
            .map_or(&[], |member| &member.pages)
    }

    pub(super) fn page(&self, member: u32, page: u32) -> Option<&Page> {
        self.pages(member).get(page as usize)?.as_ref()
    }

    pub(super) fn limits(&self) -> &Limits {
        &self.limits
    }

    fn input(&self, member: u32) -> Result<Arc<Input>, ImageError> {
        let known = &self.members[member as usize];
        self.open.get_or(member, || {
            let bytes = self
                .files
                .open(&known.path)?
                .ok_or_else(|| broken(format!("its file {} is not there any more", known.path)))?;
            Ok((known.input.with_bytes(bytes), 1))
        })
    }

    fn body(&self, member: u32, directory: u64, shape: &Shape) -> Result<Arc<Body>, ImageError> {
        self.bodies.get_or((member, directory), || {
            let input = self.input(member)?;
            let body = Body::read(&input, directory, shape, &self.limits)?;
            let bytes = body.bytes();
            Ok((body, bytes))
        })
    }

    /// The channels of a chunk: all of its page, or that of the place where samples are read apart.
    pub(super) fn chunk(
        &self,
        place: Place,
        (shape, directory): (&Shape, u64),
        (column, row): (u64, u64),
    ) -> Result<Arc<Vec<u8>>, ImageError> {
        let sample = if shape.reads_samples_apart() {
            u64::from(place.sample)
        } else {
            0
        };
        let key = ChunkKey {
            member: place.member,
            directory,
            shift: place.shift,
            sample,
            column,
            row,
        };
        self.chunks.get_or(key, || {
            let body = self.body(place.member, directory, shape)?;
            let pieces = Pieces {
                input: &*self.input(place.member)?,
                shape,
                body: &body,
                shift: place.shift,
                limits: &self.limits,
            };
            let chunk = pieces.chunk(sample, column, row)?;
            let bytes = chunk.len() as u64;
            Ok((chunk, bytes))
        })
    }

    /// Whether the pixels of a place are in its file, as far as can be told without decoding them.
    pub(super) fn check(&self, place: Place) -> Result<(), ImageError> {
        let Some(page) = self.page(place.member, place.page) else {
            return Ok(());
        };
        let body = self.body(place.member, page.directory, &page.shape)?;
        let size = self.input(place.member)?.size();
        for index in 0..page.shape.pieces() {
            let offset = body.offsets.get(index as usize).copied().unwrap_or(0);
            if offset == 0 {
                continue;
            }
            let said = body.lengths.get(index as usize).copied().unwrap_or(0);
            let length = page.shape.bytes_of_piece(index).unwrap_or(said);
            body.check_length(index, length)?;
            let start = offset.saturating_add(place.shift);
            let end = start.saturating_add(length);
            if start >= size || end > size {
                return Err(broken(format!(
                    "its strip or tile {index} ends at byte {end}, and the file at {size}"
                )));
            }
        }
        Ok(())
    }
}
