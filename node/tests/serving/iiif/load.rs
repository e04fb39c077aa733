//! Ten thousand tiles at once.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use futures_util::StreamExt as _;
use futures_util::stream;

use super::{STACK, server_with};

#[test]
fn ten_thousand_tiles_at_once_give_tiles_and_requests_to_come_again_and_nothing_breaks() {
    let further = "at_once = 2\nwaiting = 16\ncache_mib = 1\n";
    let (server, shown) = server_with("/", further);
    // open it first: what is slow here is making
    assert_eq!(
        server.get(&format!("/iiif/3/{STACK}/info.json")).status,
        200
    );
    shown.gate.set(true);
    let address = server.url(&format!("/iiif/3/{STACK}"));
    let counts: Arc<[AtomicU64; 2]> = Arc::default();
    let client = reqwest::Client::new();
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .unwrap();
    let gate = Arc::clone(&shown.gate);
    runtime.block_on(async {
        let requests = (0..10_000_u32).map(|number| {
            let (client, counts, gate) = (client.clone(), Arc::clone(&counts), Arc::clone(&gate));
            let (x, y) = (number % 100 * 8, number / 100 * 5);
            let url = format!("{address}/{x},{y},8,5/max/0/default.jpg");
            async move {
                let answer = client.get(url).send().await.unwrap();
                match answer.status().as_u16() {
                    200 => {
                        assert!(!answer.bytes().await.unwrap().is_empty());
                        counts[0].fetch_add(1, Ordering::Relaxed);
                    }
                    503 => {
                        assert_eq!(answer.headers()["retry-after"], "1");
                        counts[1].fetch_add(1, Ordering::Relaxed);
                        // somebody was sent away: now those who wait may have theirs
                        gate.set(false);
                    }
                    other => panic!("{other}: {:?}", answer.text().await),
                }
            }
        });
        stream::iter(requests)
            .buffer_unordered(400)
            .collect::<Vec<()>>()
            .await;
    });
    let [tiles, sent_away] = [&counts[0], &counts[1]].map(|count| count.load(Ordering::Relaxed));
    assert_eq!(tiles + sent_away, 10_000);
    assert!(
        tiles >= 18 && sent_away > 0,
        "{tiles} tiles, {sent_away} sent away"
    );
    assert_eq!(server.get("/healthz").status, 200);
}
