//! One suite over both sides of the seam: what [`Fetch`] promises.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use url::Url;

use super::server::{Server, Step, answer, fetcher, path_of};
use crate::fetch::{Fault, Fetch, FetchError, Limits, MemoryFetch, Outcome, Request};

/// Serves these bytes at a URL, or nothing any more.
type Place = dyn Fn(&Url, Option<&[u8]>);

/// A web of one server, and a way to it.
struct World {
    fetch: Box<dyn Fetch>,
    base: Url,
    place: Box<Place>,
}

impl World {
    fn url(&self, path: &str) -> Url {
        self.base.join(path).unwrap()
    }

    fn put(&self, path: &str, body: &[u8]) {
        (self.place)(&self.url(path), Some(body));
    }

    fn remove(&self, path: &str) {
        (self.place)(&self.url(path), None);
    }

    async fn get(&self, path: &str, most: u64, etag: Option<&str>) -> Result<Outcome, FetchError> {
        let url = self.url(path);
        self.fetch
            .fetch(Request::new(&url, most).unless(etag))
            .await
    }
}

fn in_memory() -> World {
    let web = Arc::new(MemoryFetch::new());
    let there = Arc::clone(&web);
    World {
        fetch: Box::new(Shared(web)),
        base: Url::parse("https://images.example.org/").unwrap(),
        place: Box::new(move |url, body| match body {
            Some(body) => there.put(url, body),
            None => there.remove(url),
        }),
    }
}

/// The twin is set while it is used, so that two hold it.
struct Shared(Arc<MemoryFetch>);

impl Fetch for Shared {
    fn fetch<'a>(
        &'a self,
        request: Request<'a>,
    ) -> futures_util::future::BoxFuture<'a, Result<Outcome, FetchError>> {
        self.0.fetch(request)
    }
}

async fn by_http() -> World {
    let bodies: Arc<Mutex<HashMap<String, Vec<u8>>>> = Arc::default();
    let held = Arc::clone(&bodies);
    let server =
        Server::by(move |head| vec![Step::Send(served(&held.lock().unwrap(), head))]).await;
    World {
        fetch: Box::new(fetcher(Limits::default())),
        base: server.url("/"),
        place: Box::new(move |url, body| {
            let mut bodies = bodies.lock().unwrap();
            match body {
                Some(body) => bodies.insert(url.path().to_owned(), body.to_vec()),
                None => bodies.remove(url.path()),
            };
        }),
    }
}

/// As a web server with files would answer; the tag follows from the length, which is enough for these stories.
fn served(bodies: &HashMap<String, Vec<u8>>, head: &str) -> Vec<u8> {
    let Some(body) = bodies.get(path_of(head)) else {
        return answer("404 Not Found", &[], b"nothing here");
    };
    let tag = format!("\"{}\"", body.len());
    if head.contains(&format!("if-none-match: {tag}\r\n")) {
        return answer("304 Not Modified", &[], b"");
    }
    let headers = [
        format!("ETag: {tag}"),
        "Content-Type: application/octet-stream".to_owned(),
    ];
    answer("200 OK", &headers.each_ref().map(String::as_str), body)
}

async fn both() -> [World; 2] {
    [in_memory(), by_http().await]
}

fn body(outcome: Outcome) -> crate::fetch::Fetched {
    match outcome {
        Outcome::Body(fetched) => fetched,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn what_is_there_is_fetched_and_what_is_not_is_absent() {
    for world in both().await {
        world.put("log/checkpoint", b"one");
        let fetched = body(world.get("log/checkpoint", 3, None).await.unwrap());
        assert_eq!(fetched.body, b"one");
        assert_eq!(fetched.content_type.unwrap(), "application/octet-stream");
        for path in ["log", "log/checkpoint/", "log/checkpoin"] {
            assert_eq!(
                world.get(path, 3, None).await.unwrap(),
                Outcome::Absent,
                "{path}"
            );
        }
        world.remove("log/checkpoint");
        assert_eq!(
            world.get("log/checkpoint", 3, None).await.unwrap(),
            Outcome::Absent
        );
    }
}

#[tokio::test]
async fn what_has_not_changed_is_not_sent_again() {
    for world in both().await {
        world.put("log/checkpoint", b"one");
        let first = body(
            world
                .get("log/checkpoint", 100, Some("\"other\""))
                .await
                .unwrap(),
        );
        let tag = first.etag.as_deref();
        assert_eq!(
            world.get("log/checkpoint", 100, tag).await.unwrap(),
            Outcome::NotModified
        );
        world.put("log/checkpoint", b"three");
        let second = body(world.get("log/checkpoint", 100, tag).await.unwrap());
        assert_eq!(second.body, b"three");
        assert_ne!(second.etag, first.etag);
    }
}

#[tokio::test]
async fn what_is_too_large_is_not_fetched() {
    for world in both().await {
        world.put("log/checkpoint", &[0; 101]);
        let error = world.get("log/checkpoint", 100, None).await.unwrap_err();
        let url = world.url("log/checkpoint").to_string();
        assert_eq!(error, FetchError::TooLarge { url, most: 100 });
    }
}

#[tokio::test]
async fn what_is_no_plain_web_address_is_not_asked_for() {
    for world in both().await {
        for text in [
            "file:///etc/passwd",
            "ftp://images.example.org/",
            "data:text/plain,a",
        ] {
            let url = Url::parse(text).unwrap();
            let error = world.fetch.fetch(Request::new(&url, 10)).await.unwrap_err();
            assert!(matches!(error, FetchError::Scheme { .. }), "{error}");
        }
        let long = format!("https://images.example.org/{}", "a".repeat(9000));
        for text in ["https://ada:secret@images.example.org/", &long] {
            let url = Url::parse(text).unwrap();
            let error = world.fetch.fetch(Request::new(&url, 10)).await.unwrap_err();
            assert!(matches!(error, FetchError::Unfit { .. }), "{error}");
            assert!(!error.to_string().contains("secret"), "{error}");
        }
    }
}

#[tokio::test]
async fn faults_of_the_twin_come_and_go_while_it_is_in_use() {
    let web = MemoryFetch::new();
    let member = Url::parse("https://images.example.org/").unwrap();
    let checkpoint = member.join("log/checkpoint").unwrap();
    let tile = member.join("log/tile/0/000").unwrap();
    web.put(&checkpoint, "one");
    let get = async |url: &Url| web.fetch(Request::new(url, 100)).await;
    for fault in [
        Fault::Unknown,
        Fault::Down,
        Fault::Untrusted,
        Fault::Loopback,
        Fault::Silent,
        Fault::Status(500),
        Fault::Busy(Duration::from_secs(120)),
        Fault::Moved(tile.clone()),
        Fault::BreaksOff,
    ] {
        web.fail(&member, fault.clone());
        let error = get(&checkpoint).await.unwrap_err();
        assert!(error.is_about_reaching(), "{fault:?}");
        assert!(error.to_string().contains(checkpoint.as_str()), "{error}");
        let expected = (fault == Fault::Busy(Duration::from_secs(120))).then_some(120);
        assert_eq!(error.retry_after().map(|time| time.as_secs()), expected);
    }
    assert_eq!(
        get(&tile).await.unwrap(),
        Outcome::Absent,
        "nothing has no half"
    );
    web.fail(&checkpoint, Fault::Status(404));
    assert_eq!(
        get(&checkpoint).await.unwrap(),
        Outcome::Absent,
        "the nearer fault counts"
    );
    web.mend(&checkpoint);
    web.mend(&member);
    assert_eq!(body(get(&checkpoint).await.unwrap()).body, b"one");
    assert_eq!(
        (web.asked(&checkpoint), web.asked(&tile), web.asked_in_all()),
        (11, 1, 12)
    );
}
