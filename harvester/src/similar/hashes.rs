//! Perceptual hashes side by side in memory, to be gone through as a whole.

use std::collections::HashMap;

use protocol::identifier::Accession;
use protocol::perceptual_hash::{PerceptualHash, Sought};

/// The hashes of images.
#[derive(Debug, Default)]
pub struct Hashes {
    /// beside each other, so that going through a million of them is reading 32 MB once
    groups: Vec<[u64; 4]>,
    /// whose each is; what has gone leaves a place for what comes
    images: Vec<Option<(Accession, PerceptualHash)>>,
    places: HashMap<Accession, usize>,
    free: Vec<usize>,
}

impl Hashes {
    /// How many there are.
    pub fn len(&self) -> usize {
        self.places.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.places.is_empty()
    }

    /// The hash of an image.
    pub fn get(&self, id: &Accession) -> Option<PerceptualHash> {
        let place = self.places.get(id)?;
        self.images[*place].as_ref().map(|(_, hash)| *hash)
    }

    /// An image has this hash from now on, or none; whether that is different from before.
    pub fn set(&mut self, id: Accession, hash: Option<PerceptualHash>) -> bool {
        if self.get(&id) == hash {
            return false;
        }
        match (hash, self.places.get(&id).copied()) {
            (None, None) => {}
            (None, Some(place)) => {
                self.places.remove(&id);
                self.images[place] = None;
                self.free.push(place);
            }
            (Some(hash), Some(place)) => self.put(place, id, hash),
            (Some(hash), None) => {
                let place = self.free.pop().unwrap_or(self.groups.len());
                if place == self.groups.len() {
                    self.groups.push([0; 4]);
                    self.images.push(None);
                }
                self.places.insert(id.clone(), place);
                self.put(place, id, hash);
            }
        }
        true
    }

    fn put(&mut self, place: usize, id: Accession, hash: PerceptualHash) {
        self.groups[place] = hash.groups();
        self.images[place] = Some((id, hash));
    }

    /// All images with their hashes, in no order.
    pub fn iter(&self) -> impl Iterator<Item = &(Accession, PerceptualHash)> {
        self.images.iter().flatten()
    }

    /// The images at most so far from a hash in any orientation, with their distances: the nearest first, those of one distance
    /// by their ids.
    pub fn near(
        &self,
        hash: PerceptualHash,
        most: u32,
    ) -> Vec<(u32, &(Accession, PerceptualHash))> {
        let sought = Sought::new(hash);
        let mut found: Vec<_> = self
            .groups
            .iter()
            .enumerate()
            .filter_map(|(place, groups)| {
                let distance = sought.distance(groups);
                let image = (distance <= most).then(|| self.images[place].as_ref())??;
                Some((distance, image))
            })
            .collect();
        found.sort_unstable_by_key(|(distance, image)| (*distance, &image.0));
        found
    }
}
