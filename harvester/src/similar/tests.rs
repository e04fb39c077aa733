#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use protocol::identifier::Accession;
use protocol::perceptual_hash::{FREQUENCIES, Orientation, PerceptualHash, Sought};

use super::clusters::{MOST_DISTANCE, clusters};
use super::hashes::Hashes;
use super::{SimilarImages, image_of};

/// Numbers that look random and are the same each time.
fn random(seed: u64) -> impl FnMut() -> usize {
    let mut state = seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1;
    move || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state >> 33) as usize
    }
}

fn hash(number: &mut impl FnMut() -> usize) -> PerceptualHash {
    let signs: Vec<bool> = (0..FREQUENCIES * FREQUENCIES)
        .map(|_| number() % 2 == 1)
        .collect();
    PerceptualHash::of_signs(|across, down| signs[down * FREQUENCIES + across])
}

/// A copy that is turned and has this many other bits.
fn copy(of: PerceptualHash, bits: usize, number: &mut impl FnMut() -> usize) -> PerceptualHash {
    let mut groups = of.turned(Orientation::ALL[number() % 8]).groups();
    let mut places: Vec<usize> = (1..256).collect();
    for _ in 0..bits {
        let place = places.swap_remove(number() % places.len());
        groups[place / 64] ^= 1 << (63 - place % 64);
    }
    let text: String = groups.iter().map(|group| format!("{group:016x}")).collect();
    PerceptualHash::parse(&text).unwrap()
}

fn image(study: usize, serial: usize) -> Accession {
    Accession::parse(&format!("DND-S{}-I{}", study + 1, serial + 1)).unwrap()
}

/// Images of twelve studies, of which a third are copies of others: some as far as a cluster reaches, some a bit farther.
fn images(seed: u64) -> Vec<(Accession, PerceptualHash)> {
    let mut number = random(seed);
    let mut images: Vec<(Accession, PerceptualHash)> = Vec::new();
    for serial in 0..240 {
        let hash = match serial % 3 {
            2 => {
                let of = images[number() % images.len()].1;
                let bits = [0, 3, 20, 31, 32, 40][number() % 6];
                copy(of, bits, &mut number)
            }
            _ => hash(&mut number),
        };
        images.push((image(number() % 12, serial), hash));
    }
    images
}

/// The clusters, by comparing all pairs.
fn by_all_pairs(images: &[(Accession, PerceptualHash)]) -> Vec<Vec<Accession>> {
    let mut of: Vec<usize> = (0..images.len()).collect();
    for one in 0..images.len() {
        for other in 0..one {
            let is_near =
                Sought::new(images[one].1).distance(&images[other].1.groups()) <= MOST_DISTANCE;
            if is_near && images[one].0.study_part() != images[other].0.study_part() {
                let (from, to) = (of[one], of[other]);
                for place in &mut of {
                    if *place == from {
                        *place = to;
                    }
                }
            }
        }
    }
    let mut all: Vec<Vec<Accession>> = (0..images.len())
        .map(|root| {
            let places = (0..images.len()).filter(|place| of[*place] == root);
            let mut ids: Vec<Accession> = places.map(|place| images[place].0.clone()).collect();
            ids.sort();
            ids
        })
        .filter(|ids| ids.len() > 1)
        .collect();
    all.sort();
    all
}

#[test]
fn clusters_are_those_that_all_pairs_make() {
    for seed in 1..6 {
        let mut images = images(seed);
        // what stands for each other by study and hash is another way to be in a cluster
        images
            .dedup_by(|one, other| one.1 == other.1 && one.0.study_part() == other.0.study_part());
        let mut found: Vec<Vec<Accession>> = clusters(&images)
            .into_iter()
            .map(|mut cluster| {
                cluster.images.sort();
                cluster.images
            })
            .collect();
        found.sort();
        let expected = by_all_pairs(&images);
        assert!(expected.len() > 20, "{}", expected.len());
        assert_eq!(found, expected);
    }
}

#[test]
fn images_of_one_study_alone_are_no_cluster_and_go_along_with_others() {
    let mut number = random(9);
    let same = hash(&mut number);
    let own = [(image(0, 0), same), (image(0, 1), same)];
    assert_eq!(clusters(&own), []);
    let turned = same.turned(Orientation::ALL[5]);
    let all = [own[0].clone(), own[1].clone(), (image(1, 0), turned)];
    let found = clusters(&all);
    // one of each study first
    assert_eq!(found[0].images, [image(0, 0), image(1, 0), image(0, 1)]);
    assert_eq!(found.len(), 1);
}

#[test]
fn what_comes_and_goes_is_near_what_it_is_near() {
    let mut number = random(11);
    let mut hashes = Hashes::default();
    let mut model: Vec<(Accession, PerceptualHash)> = Vec::new();
    for _ in 0..600 {
        let id = image(number() % 5, number() % 30);
        let place = model.iter().position(|(other, _)| *other == id);
        let old = place.map(|place| model.swap_remove(place).1);
        let new = match number() % 4 {
            0 => None,
            1 if !model.is_empty() => {
                let of = model[number() % model.len()].1;
                let bits = number() % 90;
                Some(copy(of, bits, &mut number))
            }
            _ => Some(hash(&mut number)),
        };
        model.extend(new.map(|hash| (id.clone(), hash)));
        assert_eq!(hashes.set(id.clone(), new), old != new);
        assert_eq!(hashes.get(&id), new);
    }
    assert_eq!(hashes.len(), model.len());
    assert!(!hashes.is_empty());
    for (_, hash) in &model {
        let mut expected: Vec<(u32, &Accession)> = model
            .iter()
            .map(|(id, other)| (Sought::new(*hash).distance(&other.groups()), id))
            .filter(|(distance, _)| *distance <= 72)
            .collect();
        expected.sort();
        let near = hashes.near(*hash, 72);
        let found: Vec<_> = near
            .iter()
            .map(|(distance, (id, _))| (*distance, id))
            .collect();
        assert_eq!(found, expected);
    }
}

#[test]
fn a_node_within_a_record_is_no_image() {
    let own = "https://evl.example.org/id/EVL-S1";
    let of = |behind: &str| image_of(&format!("{own}{behind}"));
    assert_eq!(of("-I1").unwrap().as_str(), "EVL-S1-I1");
    for behind in [
        "#DND-S1-I1",
        "-I1#DND-S1-I1",
        "#/DND-S1-I1",
        "-I1#",
        "",
        "-I1.1",
    ] {
        assert_eq!(of(behind), None, "{behind}");
    }
}

#[test]
fn images_of_the_same_study_do_not_push_out_those_of_others() {
    let mut number = random(13);
    let sought = hash(&mut number);
    let similar = SimilarImages::default();
    {
        let mut held = similar.held.write().unwrap();
        for serial in 0..60 {
            held.hashes.set(image(0, serial), Some(sought));
        }
        let farther = copy(sought, 40, &mut number);
        held.hashes.set(image(1, 0), Some(farther));
        held.hashes.set(image(2, 0), Some(hash(&mut number)));
    }
    let found = similar.similar_by_study(&image(0, 0), sought, 48);
    let elsewhere: Vec<_> = found.elsewhere.iter().map(|one| &one.id).collect();
    assert_eq!(elsewhere, [&image(1, 0)]);
    assert_eq!(found.in_study.len(), 48);
    assert!(found.in_study.iter().all(|one| one.id != image(0, 0)));
    // all of them, one list behind the other
    let first = similar.similar_to(&image(0, 0), sought, None, 48);
    let last = first.last().map(|one| (one.distance, one.id.clone()));
    let rest = similar.similar_to(&image(0, 0), sought, last.as_ref(), 48);
    assert_eq!((first.len(), rest.len()), (48, 12));
    assert_eq!(rest.last().map(|one| &one.id), Some(&image(1, 0)));
}
