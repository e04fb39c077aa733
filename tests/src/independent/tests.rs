//! The judge is judged: against published values, and on forms that it has to refuse.

use super::{bundle, canonical, tree};

/// The roots of the trees of 0, 1, 2, 3, 7 and 8 leaves that the Certificate Transparency project publishes with its
/// test leaves; the same leaves as in its reference implementation.
#[test]
fn roots_are_those_of_the_reference_trees() {
    let leaves: [&[u8]; 8] = [
        b"",
        b"\0",
        b"\x10",
        b"\x20\x21",
        b"\x30\x31",
        b"\x40\x41\x42\x43",
        b"\x50\x51\x52\x53\x54\x55\x56\x57",
        b"\x60\x61\x62\x63\x64\x65\x66\x67\x68\x69\x6a\x6b\x6c\x6d\x6e\x6f",
    ];
    let hashes: Vec<_> = leaves.iter().map(|leaf| tree::leaf(leaf)).collect();
    let root = |size: usize| super::reader::hex(&tree::root(&hashes[..size]));
    assert_eq!(
        root(0),
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    );
    assert_eq!(
        root(1),
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"
    );
    assert_eq!(
        root(2),
        "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"
    );
    assert_eq!(
        root(3),
        "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77"
    );
    assert_eq!(
        root(7),
        "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c"
    );
    assert_eq!(
        root(8),
        "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"
    );
}

#[test]
fn tiles_are_numbered_as_the_specification_shows() {
    assert_eq!(tree::numbered(0, 256), "000");
    assert_eq!(tree::numbered(1_234_067, 256), "x001/x234/067");
    assert_eq!(tree::numbered(273, 112), "273.p/112");
}

#[test]
fn only_the_canonical_form_of_an_entry_is_taken() {
    canonical::parse(br#"{"a":"\n\u001f\"x","b":9007199254740991}"#).unwrap();
    for refused in [
        r#"{"b":1,"a":2}"#,
        r#"{"a":1,"a":1}"#,
        r#"{"a": 1}"#,
        r#"{"a":1.0}"#,
        r#"{"a":01}"#,
        r#"{"a":9007199254740992}"#,
        r#"{"a":-1}"#,
        r#"{"a":"\u0041"}"#,
        r#"{"a":"\/"}"#,
        r#"[1]"#,
    ] {
        assert!(canonical::parse(refused.as_bytes()).is_err(), "{refused}");
    }
}

#[test]
fn only_one_frame_with_its_size_is_a_record_bundle() {
    let plain = b"\0\0\0\x03abc\0\0\0\0";
    let mut compressor = zstd::bulk::Compressor::new(3).unwrap();
    let frame = compressor.compress(plain).unwrap();
    assert_eq!(
        bundle::records(&frame, 2).unwrap(),
        [Some(b"abc".to_vec()), None]
    );
    assert!(bundle::records(&frame, 1).is_err());
    assert!(bundle::records(&frame, 3).is_err());
    assert!(bundle::records(&[&frame[..], &frame].concat(), 2).is_err());
    assert!(bundle::records(&frame[..frame.len() - 1], 2).is_err());
    compressor.include_contentsize(false).unwrap();
    assert!(bundle::records(&compressor.compress(plain).unwrap(), 2).is_err());
    compressor.include_contentsize(true).unwrap();
    assert_eq!(
        bundle::records(&compressor.compress(b"").unwrap(), 0).unwrap(),
        []
    );
}

#[test]
fn entries_come_out_even_or_not_at_all() {
    assert_eq!(
        bundle::entries(b"\0\x01a\0\0").unwrap(),
        [b"a".to_vec(), Vec::new()]
    );
    assert!(bundle::entries(b"\0\x02a").is_err());
    assert!(bundle::entries(b"\0").is_err());
}
