//! Notes, keys, checkpoints, cosignatures: by themselves, and against the crate `signed_note`.

use proptest::prelude::*;
use protocol::checkpoint::{self, Checkpoint, CheckpointError};
use protocol::cosignature::{self, Cosigner};
use protocol::note::{Algorithm, Note, NoteError, NoteSignature, SigningKey, VerifierKey};
use signed_note::Verifier as _;

use super::fixture::{Log, key};
use super::properties;

/// The note that the documentation of Go's package `note` signs.
const KNOWN_KEY: &str = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";
const KNOWN_NOTE: &str = "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n\n— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n";

#[test]
fn a_note_that_others_signed_verifies() {
    let key = VerifierKey::parse(KNOWN_KEY).unwrap();
    let note = Note::parse(KNOWN_NOTE.as_bytes()).unwrap();
    assert_eq!(note.verify(std::slice::from_ref(&key)), Ok(vec![0]));
    assert_eq!(key.algorithm(), Algorithm::Ed25519);
    let altered = Note::parse(KNOWN_NOTE.replace("problem is", "problem was").as_bytes()).unwrap();
    assert_eq!(
        altered.verify(&[key]),
        Err(NoteError::BadSignature("PeterNeumann".to_owned()))
    );
}

fn their_verifier(vkey: &VerifierKey) -> signed_note::VerifierList {
    signed_note::VerifierList::new(vec![Box::new(
        signed_note::StandardVerifier::new(vkey.as_str()).unwrap(),
    )])
}

fn base64(bytes: &[u8]) -> String {
    base64::Engine::encode(&base64::engine::general_purpose::STANDARD, bytes)
}

proptest! {
    #[test]
    fn signed_note_signs_and_verifies_the_same(name in "[a-z]{1,8}\\.example/[a-zé-ü0-9/.-]{0,8}", seed in any::<[u8; 32]>(), text in "[ -~é-ü\n]{0,80}") {
        let text = format!("{text}\n");
        let key = SigningKey::from_seed(&name, &seed).unwrap();
        let note = key.sign_note(text.clone()).unwrap();
        let secret = format!("PRIVATE+KEY+{name}+{:08x}+{}", key.vkey().key_id(), base64(&[&[1][..], &seed].concat()));
        let signer = signed_note::StandardSigner::new(&secret).unwrap();
        let mut theirs = signed_note::Note::new(text.as_bytes(), &[]).unwrap();
        theirs.add_sigs(&[&signer]).unwrap();
        prop_assert_eq!(note.to_bytes(), theirs.to_bytes());
        let read = signed_note::Note::from_bytes(&note.to_bytes()).unwrap();
        prop_assert!(read.verify(&their_verifier(key.vkey())).is_ok());
        prop_assert_eq!(&Note::parse(&note.to_bytes()).unwrap(), &note);
        prop_assert_eq!(note.verify(&[key.vkey().clone()]), Ok(vec![0]));
    }

    #[test]
    fn what_we_read_signed_note_reads_too(at in any::<prop::sample::Index>(), with in any::<char>(), remove in any::<bool>()) {
        let mut characters: Vec<char> = KNOWN_NOTE.chars().collect();
        let place = at.index(characters.len());
        if remove {
            characters.remove(place);
        } else {
            characters[place] = with;
        }
        let altered = String::from_iter(characters).into_bytes();
        properties::note(&altered);
        let theirs = signed_note::Note::from_bytes(&altered);
        match Note::parse(&altered) {
            Ok(ours) => {
                let theirs = theirs.unwrap();
                prop_assert_eq!(ours.text().as_bytes(), theirs.text());
                let verified = ours.verify(&[VerifierKey::parse(KNOWN_KEY).unwrap()]).is_ok();
                let verifier = their_verifier(&VerifierKey::parse(KNOWN_KEY).unwrap());
                prop_assert_eq!(verified, theirs.verify(&verifier).is_ok());
                prop_assert!(!verified || altered == KNOWN_NOTE.as_bytes());
            }
            // U+0080 to U+009F are not refused by name in the text; in key names we refuse all control characters
            Err(_) => prop_assert!(theirs.is_err() || with.is_control()),
        }
    }
}

#[test]
fn only_notes_are_read() {
    for bad in [
        "",
        "\n",
        "text\n",
        "text\n\n",
        "text\n\n— name AAAAAAE=",
        "text\n\n— name AAAAAAE=\n\n",
        "text\n\n- name AAAAAAE=\n",
        "text\n\n— na+me AAAAAAE=\n",
        "text\n\n—  AAAAAAE=\n",
        "text\n\n— name AAAAAAE\n",
        "text\n\n— name AAAAAAF=\n",
        "text\n\n— name AAAA\n",
        "text\n\n— name AAAAAA==\n",
        "te\tt\n\n— name AAAAAAE=\n",
        "te\0t\n\n— name AAAAAAE=\n",
        "text\r\n\n— name AAAAAAE=\n",
        "text\n\n— name AAAAAAE=\r\n",
        "text\n\n— na\u{2003}me AAAAAAE=\n",
    ] {
        assert!(Note::parse(bad.as_bytes()).is_err(), "{bad:?}");
    }
    for good in [
        "\n\n— name AAAAAAE=\n",
        "a\n\nb\n\n— name AAAAAAE=\n— name AAAAAAE=\n",
    ] {
        assert_eq!(Note::parse(good.as_bytes()).unwrap().to_string(), good);
    }
    assert!(Note::parse(b"\xff\n\n\xe2\x80\x94 name AAAAAAE=\n").is_err());
}

#[test]
fn signatures_are_limited() {
    let line = |bytes: usize| format!("— name {}\n", base64(&vec![0; bytes]));
    let note = |lines: usize, bytes: usize| format!("text\n\n{}", line(bytes).repeat(lines));
    assert!(Note::parse(note(32, 68).as_bytes()).is_ok());
    let too_large =
        |text: String| matches!(Note::parse(text.as_bytes()), Err(NoteError::TooLarge(_)));
    assert!(too_large(note(33, 68)));
    assert!(too_large(note(10_000, 5)));
    assert!(too_large(note(1, 100_000)));
    assert!(too_large("x".repeat(5 << 20) + "\n\n" + &line(68)));
    let mut full = Note::parse(note(32, 68).as_bytes()).unwrap();
    let before = full.clone();
    assert!(full.add(key("x.org/log", 1).sign("text\n")).is_err());
    assert_eq!(full, before);
    assert_eq!(
        full.add(before.signatures()[0].clone()),
        Ok(()),
        "a signature that is there is not added again"
    );
}

#[test]
fn a_false_signature_in_a_known_name_spoils_the_note_and_unknown_ones_do_not() {
    let (one, other) = (key("x.org/one", 1), key("x.org/other", 2));
    let mut note = one.sign_note("text\n").unwrap();
    note.add(other.sign("another text\n")).unwrap();
    assert_eq!(
        note.verify(&[one.vkey().clone()]),
        Ok(vec![0]),
        "a key nobody asked about is ignored"
    );
    let both = [one.vkey().clone(), other.vkey().clone()];
    assert_eq!(
        note.verify(&both),
        Err(NoteError::BadSignature("x.org/other".to_owned()))
    );
    let stranger = key("x.org/one", 3);
    assert_eq!(
        note.verify(&[stranger.vkey().clone()]),
        Err(NoteError::NoKnownKey),
        "the same name, another key"
    );
}

#[test]
fn verifier_keys_are_read_strictly() {
    let key = key("x.org/log", 1);
    let vkey = key.vkey().as_str();
    assert_eq!(VerifierKey::parse(vkey).unwrap(), *key.vkey());
    let (name, rest) = vkey.split_once('+').unwrap();
    let (id, blob) = rest.split_once('+').unwrap();
    for bad in [
        format!("{name}+{id}"),
        format!("+{id}+{blob}"),
        format!("other+{id}+{blob}"),
        format!("{name}+{}+{blob}", id.to_uppercase() + "0"),
        format!("{name}+00000000+{blob}"),
        format!("{name}+{id}+{}", &blob[..8]),
        format!("{name}+{id}+"),
        format!("{name} +{id}+{blob}"),
        format!("{vkey}\n"),
    ] {
        assert!(VerifierKey::parse(&bad).is_err(), "{bad}");
    }
    // the neutral element is a point of the curve, and a key for which anyone can sign
    let mut weak = [0; 32];
    weak[0] = 1;
    let blob = [&[1][..], &weak].concat();
    let id =
        protocol::digest::Digest::of(&[b"x\n", &blob[..]].concat()).to_string()[..8].to_owned();
    assert!(VerifierKey::parse(&format!("x+{id}+{}", base64(&blob))).is_err());
    // a type of the future is carried
    let unknown = format!("x.org/log+00000001+{}", base64(&[6, 1, 2, 3]));
    let key = VerifierKey::parse(&unknown).unwrap();
    assert_eq!(
        (key.algorithm(), key.as_str()),
        (Algorithm::Unknown(6), unknown.as_str())
    );
    assert!(!key.verify("text\n", &[0; 64]));
}

#[test]
fn the_text_of_a_checkpoint_has_one_spelling() {
    let root = "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=";
    for good in [
        format!("x.org/log\n0\n{root}\n"),
        format!("x.org/log\n18446744073709551615\n{root}\nmore\nand more\n"),
    ] {
        assert_eq!(Checkpoint::parse(&good).unwrap().to_string(), good);
    }
    for bad in [
        String::new(),
        format!("x.org/log\n0\n{root}"),
        format!("\n0\n{root}\n"),
        format!("x.org/log\n00\n{root}\n"),
        format!("x.org/log\n01\n{root}\n"),
        format!("x.org/log\n+1\n{root}\n"),
        format!("x.org/log\n\n{root}\n"),
        format!("x.org/log\n18446744073709551616\n{root}\n"),
        format!("x.org/log\n1\n{}\n", &root[4..]),
        format!("x.org/log\n1\n{root}\n\n"),
        format!("https://x.org/log\n1\n{root}\n"),
        "x.org/log\n1\n".to_owned(),
    ] {
        assert!(Checkpoint::parse(&bad).is_err(), "{bad:?}");
        properties::checkpoint(bad.as_bytes());
    }
}

#[test]
fn a_checkpoint_is_opened_by_its_logs_keys_only() {
    let mut log = Log::new("x.org/log");
    log.append([b"one".to_vec()]);
    let note = log.signed(1);
    let opened = checkpoint::open(&note.to_bytes(), &[key("x.org/log", 1).vkey().clone()]).unwrap();
    assert_eq!(opened.checkpoint(), &log.checkpoint());
    assert_eq!(opened.signers().len(), 1);
    let with = |key: &VerifierKey| checkpoint::open(&note.to_bytes(), std::slice::from_ref(key));
    assert_eq!(
        with(key("x.org/log", 2).vkey()),
        Err(CheckpointError::Note(NoteError::NoKnownKey))
    );
    assert!(matches!(
        with(key("x.org/other", 1).vkey()),
        Err(CheckpointError::ForeignKey { .. })
    ));
    let witness = Cosigner::from_seed("x.org/log", &[1; 32]).unwrap();
    assert!(matches!(
        with(witness.vkey()),
        Err(CheckpointError::ForeignKey { .. })
    ));
    assert!(log.checkpoint().sign(&key("x.org/other", 1)).is_err());
}

#[test]
fn a_cosignature_says_when_and_covers_the_checkpoint() {
    let mut log = Log::new("x.org/log");
    log.append([b"one".to_vec()]);
    let witness = Cosigner::from_seed("w.org/witness", &[5; 32]).unwrap();
    let mut note = log.signed(1);
    assert_eq!(cosignature::verify(&note, witness.vkey()), Ok(None));
    note.add(witness.cosign(&log.checkpoint(), 1_679_315_147).unwrap())
        .unwrap();
    note.add(witness.cosign(&log.checkpoint(), 1_679_315_140).unwrap())
        .unwrap();
    assert_eq!(
        cosignature::verify(&note, witness.vkey()),
        Ok(Some(1_679_315_147))
    );
    assert_eq!(
        note.verify(&[key("x.org/log", 1).vkey().clone(), witness.vkey().clone()]),
        Ok(vec![0, 1])
    );
    assert!(
        cosignature::verify(&note, key("x.org/log", 1).vkey()).is_err(),
        "a log's key is no witness's"
    );
    assert!(witness.cosign(&log.checkpoint(), 1 << 63).is_err());

    // the message, written out by hand and verified by others under the same public key as a plain Ed25519 key
    let bytes = note.signatures()[1].bytes();
    assert_eq!(bytes[..8], 1_679_315_147_u64.to_be_bytes());
    let message = format!("cosignature/v1\ntime 1679315147\n{}", log.checkpoint());
    let plain = SigningKey::from_seed("w.org/witness", &[5; 32]).unwrap();
    assert_eq!(plain.vkey().public_key(), witness.vkey().public_key());
    assert_ne!(plain.vkey().key_id(), witness.vkey().key_id());
    let theirs = signed_note::StandardVerifier::new(plain.vkey().as_str()).unwrap();
    assert!(theirs.verify(message.as_bytes(), &bytes[8..]));

    // another time under the same signature is found out
    let forged = NoteSignature::by(
        witness.vkey(),
        [&1_u64.to_be_bytes()[..], &bytes[8..]].concat(),
    )
    .unwrap();
    let mut note = log.signed(1);
    note.add(forged).unwrap();
    assert!(cosignature::verify(&note, witness.vkey()).is_err());
}
