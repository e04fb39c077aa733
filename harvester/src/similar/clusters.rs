//! Which images of different studies look nearly the same: all pairs of a federation, found without comparing all pairs.
//!
//! Two hashes that differ in at most [`MOST_DISTANCE`] of 256 bits differ in at most one bit of one of sixteen parts of 16 bits
//! (31 / 16 < 2). So for each part the images are put in order of its value, and each image looks where its own value is, or
//! that with one bit inverted: nothing is missed. Turned copies cost four looks instead of one, and not eight: a part is
//! within a group of frequencies, of which all are inverted by a turn, or none.

use std::collections::HashMap;

use protocol::identifier::Accession;
use protocol::perceptual_hash::{Orientation, PerceptualHash, Sought};

/// The most bits in which two images differ that are in one cluster.
pub const MOST_DISTANCE: u32 = 31;

/// Parts of a hash.
const PARTS: usize = 16;
/// Values of a part.
const VALUES: usize = 1 << 16;

/// Images of at least two studies, each of which is nearly the same as another one of a different study.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cluster {
    /// The first of each study come first, in order of their ids; then the second of each, and so on.
    pub images: Vec<Accession>,
}

impl Cluster {
    /// By which the cluster is found again: the first image, by the order of ids.
    pub fn key(&self) -> Option<&Accession> {
        self.images.iter().min()
    }
}

/// Images of one study with one hash, which stand for each other.
struct Alike<'a> {
    hash: PerceptualHash,
    study: u32,
    images: Vec<&'a Accession>,
}

/// The clusters among these images, in the order of their keys.
pub fn clusters(all: &[(Accession, PerceptualHash)]) -> Vec<Cluster> {
    let nodes = nodes(all);
    let upright: Vec<[u64; 4]> = nodes.iter().map(|node| node.hash.groups()).collect();
    // mirrored at the diagonal: no group is inverted by it
    let diagonal = Orientation::ALL[7];
    let turned: Vec<[u64; 4]> = nodes
        .iter()
        .map(|node| node.hash.turned(diagonal).groups())
        .collect();
    // beside each other: these two are read for every pair that is looked at
    let studies: Vec<u32> = nodes.iter().map(|node| node.study).collect();
    let mut joined = Joined::new(nodes.len());
    for part in 0..PARTS {
        let table = Table::new(&upright, part);
        for (number, node) in nodes.iter().enumerate() {
            let sought = Sought::new(node.hash);
            let values = [value(&upright[number], part), value(&turned[number], part)];
            for value in values.into_iter().flat_map(|value| [value, !value]) {
                for other in table.about(value) {
                    if other < number
                        && studies[other] != node.study
                        && sought.distance(&upright[other]) <= MOST_DISTANCE
                    {
                        joined.join(number, other);
                    }
                }
            }
        }
    }
    gathered(&nodes, &mut joined)
}

fn nodes(all: &[(Accession, PerceptualHash)]) -> Vec<Alike<'_>> {
    let mut studies: HashMap<&str, u32> = HashMap::new();
    let mut places: HashMap<(PerceptualHash, u32), usize> = HashMap::new();
    let mut nodes: Vec<Alike<'_>> = Vec::new();
    for (id, hash) in all {
        let number = u32::try_from(studies.len()).unwrap_or(u32::MAX);
        let study = id.study_part().unwrap_or(id.as_str());
        let study = *studies.entry(study).or_insert(number);
        let place = *places.entry((*hash, study)).or_insert(nodes.len());
        if place == nodes.len() {
            nodes.push(Alike {
                hash: *hash,
                study,
                images: Vec::new(),
            });
        }
        nodes[place].images.push(id);
    }
    nodes
}

fn value(groups: &[u64; 4], part: usize) -> u16 {
    (groups[part / 4] >> (16 * (part % 4))) as u16
}

/// The numbers of hashes in order of the values of one part.
struct Table {
    /// where those of a value begin
    starts: Vec<u32>,
    numbers: Vec<u32>,
}

impl Table {
    fn new(hashes: &[[u64; 4]], part: usize) -> Self {
        let mut starts = vec![0_u32; VALUES + 1];
        for groups in hashes {
            starts[usize::from(value(groups, part)) + 1] += 1;
        }
        for place in 0..VALUES {
            starts[place + 1] += starts[place];
        }
        let mut next = starts.clone();
        let mut numbers = vec![0; hashes.len()];
        for (number, groups) in (0..).zip(hashes) {
            let place = &mut next[usize::from(value(groups, part))];
            numbers[*place as usize] = number;
            *place += 1;
        }
        Self { starts, numbers }
    }

    /// The hashes whose part has this value, or differs from it in one bit.
    fn about(&self, value: u16) -> impl Iterator<Item = usize> {
        let inverted = (0..16).map(move |bit| value ^ 1 << bit);
        std::iter::once(value).chain(inverted).flat_map(|value| {
            let value = usize::from(value);
            let range = self.starts[value] as usize..self.starts[value + 1] as usize;
            self.numbers[range].iter().map(|number| *number as usize)
        })
    }
}

/// Which of many are one (union-find).
struct Joined(Vec<usize>);

impl Joined {
    fn new(count: usize) -> Self {
        Self((0..count).collect())
    }

    fn root(&mut self, mut number: usize) -> usize {
        while self.0[number] != number {
            // the way is half as long for whoever comes next
            self.0[number] = self.0[self.0[number]];
            number = self.0[number];
        }
        number
    }

    fn join(&mut self, one: usize, other: usize) {
        let (one, other) = (self.root(one), self.root(other));
        self.0[one.max(other)] = one.min(other);
    }
}

fn gathered(nodes: &[Alike<'_>], joined: &mut Joined) -> Vec<Cluster> {
    let mut by_root: HashMap<usize, Vec<usize>> = HashMap::new();
    for number in 0..nodes.len() {
        let root = joined.root(number);
        by_root.entry(root).or_default().push(number);
    }
    let several = by_root.into_values().filter(|numbers| numbers.len() > 1);
    let mut clusters: Vec<Cluster> = several.map(|numbers| cluster(nodes, &numbers)).collect();
    clusters.sort_by(|one, other| one.key().cmp(&other.key()));
    clusters
}

fn cluster(nodes: &[Alike<'_>], numbers: &[usize]) -> Cluster {
    let mut of_studies: HashMap<u32, Vec<&Accession>> = HashMap::new();
    for number in numbers {
        let node = &nodes[*number];
        let images = of_studies.entry(node.study).or_default();
        images.extend(&node.images);
    }
    let mut ranked: Vec<(usize, &Accession)> = Vec::new();
    for images in of_studies.values_mut() {
        images.sort_unstable();
        ranked.extend(images.iter().copied().enumerate());
    }
    ranked.sort_unstable();
    Cluster {
        images: ranked.into_iter().map(|(_, id)| id.clone()).collect(),
    }
}
