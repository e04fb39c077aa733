//! Signatures on checkpoints: those of witnesses are kept, those of strangers are no reason to keep a note twice.

use std::sync::Arc;

use protocol::cosignature::Cosigner;
use protocol::note::SigningKey;

use super::fixture::{SmallLog, desk};
use crate::fetch::MemoryFetch;
use crate::harvest::harvest;
use crate::ledger::log;

#[tokio::test(flavor = "multi_thread")]
async fn cosignatures_are_kept_though_they_are_not_served_any_more() {
    let web = Arc::new(MemoryFetch::new());
    let (_folder, desk) = desk(web.clone(), 64 << 10);
    let log = SmallLog::of("ada", 3);
    log.serve(&web, 1);
    let task = log.task(&[(1, 0, None)]);
    let plain = log.note(1);
    let checkpoint = protocol::checkpoint::Checkpoint::parse(plain.text()).unwrap();
    let cosigned = |name: &str, seed: u8, time: u64| {
        let witness = Cosigner::from_seed(name, &[seed; 32]).unwrap();
        witness.cosign(&checkpoint, time).unwrap()
    };
    let (old, new) = (
        cosigned("one/witness", 5, 100),
        cosigned("one/witness", 5, 200),
    );
    let other = cosigned("two/witness", 6, 100);
    for (served, kept) in [
        (vec![&old], vec![&old]),
        (vec![], vec![&old]),
        (vec![&other], vec![&other, &old]),
        (vec![&new], vec![&new, &other]),
        (vec![], vec![&new, &other]),
    ] {
        let with = |signatures: &[&protocol::note::NoteSignature]| {
            let mut note = plain.clone();
            for signature in signatures {
                note.add((*signature).clone()).unwrap();
            }
            note.to_bytes()
        };
        web.put(&log.url("checkpoint"), with(&served));
        harvest(&desk, &task).await.unwrap();
        let known = log::all(&mut desk.ledger.reader().unwrap()).unwrap();
        assert_eq!(known[0].head.as_ref().unwrap().note, with(&kept));
        let mirrored = desk.mirror.log(&log.origin()).read("checkpoint").unwrap();
        assert_eq!(mirrored.unwrap(), with(&kept));
    }
}

#[test]
fn a_note_is_kept_once_however_it_is_dressed_up() {
    let web = Arc::new(MemoryFetch::new());
    let (_folder, desk) = desk(web, 64 << 10);
    let origin = SmallLog::of("ada", 0).origin();
    for size in 1..3 {
        let log = SmallLog::of("ada", size);
        for seed in 2..40 {
            let mut note = log.note(1);
            let stranger = SigningKey::from_seed("stranger", &[seed; 32]).unwrap();
            note.add(stranger.sign(note.text())).unwrap();
            desk.keep_note(origin.as_str(), &note.to_bytes()).unwrap();
        }
    }
    assert_eq!(std::fs::read_dir(&desk.evidence).unwrap().count(), 2);
}
