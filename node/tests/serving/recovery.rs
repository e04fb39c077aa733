//! An act that was decided and not completed is completed by the server.

use std::sync::Arc;

use node::deposit::{self as deposits, Found};
use node::publish;
use node::staging::{Held, Room};
use node::validate::validate;
use ontologies::Terms;

use crate::deposit;
use crate::server::{Server, eventually};

#[test]
fn what_a_killed_import_left_is_completed_while_the_server_runs() {
    let server = Server::start();
    let folder = server.deposit("one");
    deposit::study(&folder, "one", 1, &[]);
    {
        let archive = server.archive();
        let scratch = archive.folder().staging();
        let candidate = deposits::walk::candidates(&folder).remove(0);
        let Found::Deposit(deposit) = deposits::read(&candidate, deposits::Means::of(&scratch))
        else {
            panic!("the study cannot be read")
        };
        let today = archive.clock().now().date();
        let validated =
            validate(*deposit, Terms::builtin(), &archive.config().policy, today).unwrap();
        let room: Arc<Room> = Room::take(&archive).unwrap();
        let held = Held::hold(&archive, &room, validated).unwrap();
        let mut lease = archive.lease().unwrap();
        let decided = publish::decide(&archive, &mut lease, vec![held]).unwrap();
        assert!(decided.act.is_some());
        // as a killed process leaves it: nothing of what was staged is cleared away, and the lease is free
        std::mem::forget(decided);
    }
    let page = eventually("the study is published", || {
        let found = server.get("/id/DND-S1.nq");
        (found.status == 200).then_some(found)
    });
    assert!(page.text().contains("DND-S1"));
    assert_eq!(
        server.get("/log/checkpoint").text().lines().nth(1),
        Some("2")
    );
    eventually("the journal is empty", || {
        (!server.data().join("staging/act/act.json").exists()).then_some(())
    });
}
