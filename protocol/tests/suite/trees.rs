//! Edge, tiles and proofs: against the tree from scratch, and against the crate `tlog_tiles`.

use std::collections::BTreeMap;

use proptest::prelude::*;
use protocol::merkle::{
    Hash, HashSource, Leaves, ProofError, Subtree, VerifyError, consistency_proof, empty_root,
    inclusion_proof, leaf_hash, root_from_leaves, root_of_cover, subtrees_between, tree_root,
    verify_consistency, verify_inclusion,
};
use protocol::tile::{
    Edge, EdgeError, MisfitError, TileAddress, TileHashes, TileReadError, check_bundle,
    entry_bundles_of, hashes, tiles_of,
};

use super::fixture::Log;

fn entry(index: u64) -> Vec<u8> {
    format!("entry {index}").into_bytes()
}

fn leaves(size: u64) -> Vec<Hash> {
    (0..size).map(|index| leaf_hash(&entry(index))).collect()
}

fn log_of(size: u64) -> Log {
    let mut log = Log::new("x.org/log");
    log.append((0..size).map(entry));
    log
}

#[test]
fn roots_of_the_certificate_transparency_test_tree() {
    // the leaves and roots that implementations of RFC 6962 have in their tests
    let inputs: [&[u8]; 8] = [
        b"",
        b"\x00",
        b"\x10",
        b"\x20\x21",
        b"\x30\x31",
        b"\x40\x41\x42\x43",
        b"\x50\x51\x52\x53\x54\x55\x56\x57",
        b"\x60\x61\x62\x63\x64\x65\x66\x67\x68\x69\x6a\x6b\x6c\x6d\x6e\x6f",
    ];
    let roots = [
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
        "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
        "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
        "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
        "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
    ];
    let leaves: Vec<_> = inputs.into_iter().map(leaf_hash).collect();
    for (size, root) in (1..).zip(roots) {
        let known = protocol::digest::Digest::parse(root).unwrap();
        assert_eq!(
            root_from_leaves(&leaves[..size]),
            *known.as_bytes(),
            "size {size}"
        );
    }
    assert_eq!(empty_root(), *protocol::digest::Digest::of(b"").as_bytes());
}

/// Appends in steps, opening the edge anew from tiles before each; gives all tiles.
fn grow(steps: &[u64]) -> (Edge, BTreeMap<TileAddress, Vec<u8>>) {
    let mut tiles = BTreeMap::new();
    let mut size = 0;
    for step in steps {
        let mut edge =
            Edge::open(size, |address| tiles.get(&address).cloned().ok_or(address)).unwrap();
        for index in size..size + step {
            edge.append(
                leaf_hash(&entry(index)),
                &mut |address: TileAddress, bytes| {
                    assert!(address.is_full());
                    assert!(
                        tiles.insert(address, bytes).is_none(),
                        "{} was full before",
                        address.path()
                    );
                },
            );
        }
        size += step;
        tiles.extend(edge.partial_tiles());
    }
    let edge = Edge::open(size, |address| tiles.get(&address).cloned().ok_or(address)).unwrap();
    (edge, tiles)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn a_tree_that_grew_is_the_tree_from_scratch(steps in prop::collection::vec(0_u64..700, 0..6)) {
        let (edge, tiles) = grow(&steps);
        let all = leaves(steps.iter().sum());
        prop_assert_eq!(edge.size(), all.len() as u64);
        prop_assert_eq!(edge.root(), root_from_leaves(&all));
        for address in tiles_of(edge.size()) {
            let leaves_each = 1_usize << (8 * address.level());
            let first = address.index() as usize * 256;
            let expected: Vec<u8> = (first..first + usize::from(address.width()))
                .flat_map(|place| root_from_leaves(&all[place * leaves_each..(place + 1) * leaves_each]))
                .collect();
            prop_assert_eq!(tiles.get(&address), Some(&expected), "{}", address.path());
        }
    }

    #[test]
    fn proofs_from_tiles_are_proofs_from_leaves(size in 1_u64..3000, at in any::<prop::sample::Index>()) {
        let (log, all) = (log_of(size), leaves(size));
        let index = at.index(size as usize) as u64;
        let from_tiles = inclusion_proof(index, size, &mut log.hashes());
        prop_assert_eq!(from_tiles.unwrap(), inclusion_proof(index, size, &mut Leaves(&all)).unwrap());
        let from_tiles = consistency_proof(index, size, &mut log.hashes());
        prop_assert_eq!(from_tiles.unwrap(), consistency_proof(index, size, &mut Leaves(&all)).unwrap());
        prop_assert_eq!(tree_root(size, &mut log.hashes()).unwrap(), log.edge.root());
        // an older root can be had from the tiles of the larger tree
        prop_assert_eq!(tree_root(index, &mut log.hashes()).unwrap(), root_from_leaves(&all[..index as usize]));
    }

    #[test]
    fn a_run_of_leaves_is_covered_without_gap_or_overlap(start in 0_u64..500, length in 0_u64..500) {
        let cover = subtrees_between(start, start + length);
        let mut at = start;
        for Subtree { height, index } in &cover {
            prop_assert_eq!(index << height, at);
            at += 1 << height;
        }
        prop_assert_eq!(at, start + length);
        prop_assert!(cover.len() <= 18);
        let all = leaves(start + length);
        let whole: Vec<_> = [subtrees_between(0, start), cover]
            .concat()
            .into_iter()
            .map(|subtree| (subtree, Leaves(&all).hash(subtree).unwrap()))
            .collect();
        prop_assert_eq!(root_of_cover(&whole), Some(root_from_leaves(&all)));
        if whole.len() > 1 {
            prop_assert_eq!(root_of_cover(&whole[1..]), None);
        }
    }
}

/// Every proof with one bit turned, a hash too few, a hash too many.
fn altered(proof: &[Hash]) -> Vec<Vec<Hash>> {
    let turned = (0..proof.len()).map(|place| {
        let mut copy = proof.to_vec();
        copy[place][place % 32] ^= 1 << (place % 8);
        copy
    });
    let shorter = (0..proof.len()).map(|place| {
        let mut copy = proof.to_vec();
        copy.remove(place);
        copy
    });
    let longer = (0..=proof.len()).map(|place| {
        let mut copy = proof.to_vec();
        copy.insert(place, [7; 32]);
        copy
    });
    turned.chain(shorter).chain(longer).collect()
}

#[test]
fn every_inclusion_proof_verifies_and_every_altered_one_fails() {
    let all = leaves(70);
    for size in 1..=70_u64 {
        let root = root_from_leaves(&all[..size as usize]);
        for index in 0..size {
            let leaf = &all[index as usize];
            let proof = inclusion_proof(index, size, &mut Leaves(&all)).unwrap();
            assert_eq!(
                verify_inclusion(index, size, leaf, &proof, &root),
                Ok(()),
                "{index} in {size}"
            );
            for altered in altered(&proof) {
                assert!(
                    verify_inclusion(index, size, leaf, &altered, &root).is_err(),
                    "{index} in {size}"
                );
            }
            for other in (0..size).filter(|other| *other != index) {
                assert!(
                    verify_inclusion(other, size, leaf, &proof, &root).is_err(),
                    "{index} as {other} in {size}"
                );
                assert!(
                    verify_inclusion(index, size, &all[other as usize], &proof, &root).is_err()
                );
            }
            assert_eq!(
                verify_inclusion(index, size, leaf, &proof, &[1; 32]),
                Err(VerifyError::Root)
            );
        }
        let beyond = VerifyError::OutOfRange { from: size, size };
        assert_eq!(
            verify_inclusion(size, size, &all[0], &[], &root),
            Err(beyond)
        );
        assert_eq!(
            inclusion_proof(size, size, &mut Leaves(&all)),
            Err(ProofError::OutOfRange { from: size, size })
        );
    }
}

#[test]
fn every_consistency_proof_verifies_and_every_altered_one_fails() {
    let all = leaves(70);
    let root = |size: u64| root_from_leaves(&all[..size as usize]);
    for size in 0..=70_u64 {
        for old in 0..=size {
            let proof = consistency_proof(old, size, &mut Leaves(&all)).unwrap();
            let verify = |old_root: &Hash, root: &Hash, proof: &[Hash]| {
                verify_consistency(old, old_root, size, root, proof)
            };
            assert_eq!(
                verify(&root(old), &root(size), &proof),
                Ok(()),
                "{old} to {size}"
            );
            for altered in altered(&proof) {
                assert!(
                    verify(&root(old), &root(size), &altered).is_err(),
                    "{old} to {size}"
                );
            }
            assert_eq!(
                verify(&[1; 32], &root(size), &proof),
                Err(VerifyError::Root),
                "{old} to {size}"
            );
            if old > 0 {
                assert_eq!(
                    verify(&root(old), &[1; 32], &proof),
                    Err(VerifyError::Root),
                    "{old} to {size}"
                );
            }
        }
        assert!(verify_consistency(size + 1, &root(size), size, &root(size), &[]).is_err());
    }
}

/// The hashes that `tlog_tiles` keeps, in its own order.
struct Stored(Vec<tlog_tiles::Hash>);

impl tlog_tiles::HashReader for Stored {
    fn read_hashes(&self, indexes: &[u64]) -> Result<Vec<tlog_tiles::Hash>, tlog_tiles::Error> {
        Ok(indexes
            .iter()
            .map(|index| self.0[*index as usize])
            .collect())
    }
}

fn theirs_of(size: u64) -> Stored {
    let mut stored = Stored(Vec::new());
    for index in 0..size {
        let new = tlog_tiles::stored_hashes(index, &entry(index), &stored).unwrap();
        stored.0.extend(new);
    }
    stored
}

#[test]
fn tlog_tiles_makes_the_same_trees_tiles_and_proofs() {
    for size in [1, 2, 3, 5, 255, 256, 257, 511, 512, 1000, 70_000] {
        let (log, theirs) = (log_of(size), theirs_of(size));
        assert_eq!(
            log.edge.root(),
            tlog_tiles::tree_hash(size, &theirs).unwrap().0
        );
        let mut their_paths = Vec::new();
        for tile in tlog_tiles::Tile::new_tiles(8, 0, size) {
            their_paths.push(their_path(&tile));
            let data = tile.read_data(&theirs).unwrap();
            assert_eq!(log.tiles[&their_path(&tile)], data);
        }
        let mut our_paths: Vec<_> = tiles_of(size).map(|tile| tile.path()).collect();
        their_paths.sort();
        our_paths.sort();
        assert_eq!(our_paths, their_paths, "size {size}");
        let mut hashes = log.hashes();
        for index in (0..size).step_by((size as usize / 40).max(1)) {
            let ours = inclusion_proof(index, size, &mut hashes).unwrap();
            let their_proof = tlog_tiles::prove_record(size, index, &theirs).unwrap();
            assert_eq!(
                ours,
                their_proof.iter().map(|hash| hash.0).collect::<Vec<_>>()
            );
            let ours = consistency_proof(index + 1, size, &mut hashes).unwrap();
            let their_proof = tlog_tiles::prove_tree(size, index + 1, &theirs).unwrap();
            assert_eq!(
                ours,
                their_proof.iter().map(|hash| hash.0).collect::<Vec<_>>()
            );
        }
    }
}

/// `tlog_tiles` writes Go's paths, which begin with the tile's height.
fn their_path(tile: &tlog_tiles::Tile) -> String {
    tile.path().replacen("tile/8/", "tile/", 1)
}

#[test]
fn a_damaged_or_missing_tile_is_named() {
    let log = log_of(300);
    let damage = |address: TileAddress| {
        let mut bytes = log.read(address).unwrap();
        if address.level() == 1 {
            bytes.pop();
        }
        Ok::<_, String>(bytes)
    };
    let damaged = Edge::open(300, damage).unwrap_err();
    let expected = EdgeError::Damaged {
        path: "tile/1/000.p/1".to_owned(),
        found: 31,
        expected: 32,
    };
    assert_eq!(damaged, expected);
    let missing = Edge::open(300, |address| Err::<Vec<u8>, _>(address.path()));
    assert_eq!(missing, Err(EdgeError::Fetch("tile/0/001.p/44".to_owned())));
    let mut damaged = TileHashes::new(300, |_| Ok::<_, String>(vec![0; 33]));
    assert!(matches!(
        inclusion_proof(0, 300, &mut damaged),
        Err(ProofError::Source(TileReadError::Damaged(_)))
    ));
    let mut hashes = log.hashes();
    for (height, index) in [
        (0, 300),
        (8, 1),
        (9, 0),
        (63, 0),
        (64, 0),
        (200, 1),
        (0, u64::MAX),
    ] {
        assert!(matches!(
            hashes.hash(Subtree { height, index }),
            Err(TileReadError::OutOfTree { .. })
        ));
    }
}

#[test]
fn a_bundle_fits_its_tile_entry_by_entry() {
    let log = log_of(600);
    for address in entry_bundles_of(600) {
        let first = address.first_entry() as usize;
        let mut entries = log.entries[first..first + usize::from(address.width())].to_vec();
        let tile = hashes(&log.tiles[&address.tile().path()]).unwrap();
        assert_eq!(check_bundle(&entries, &tile), Ok(()));
        entries[3].push(b'!');
        assert_eq!(check_bundle(&entries, &tile), Err(MisfitError::Entry(3)));
        entries.pop();
        assert!(matches!(
            check_bundle(&entries, &tile),
            Err(MisfitError::Length { .. })
        ));
    }
}
