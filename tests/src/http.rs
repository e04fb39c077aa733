//! Reading over HTTP, as a stranger would: no cookies, no redirects followed, nothing decoded.

use std::sync::LazyLock;

use reqwest::blocking::{Client, Response};

use crate::patience::LONG;

static CLIENT: LazyLock<Client> = LazyLock::new(|| {
    // two providers of cryptography in one process panic when none is chosen; nothing here speaks TLS
    let _ = rustls::crypto::ring::default_provider().install_default();
    Client::builder()
        .timeout(LONG)
        .no_gzip()
        .redirect(reqwest::redirect::Policy::none())
        .build()
        .unwrap()
});

/// What came back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// The status.
    pub status: u16,
    /// The media type, empty where none is stated.
    pub media_type: String,
    /// The strong or weak validator, empty where none is stated.
    pub etag: String,
    /// The body.
    pub body: Vec<u8>,
}

impl Answer {
    /// The body as text.
    pub fn text(&self) -> &str {
        std::str::from_utf8(&self.body).unwrap()
    }
}

fn answer(response: Response) -> Answer {
    let header = |name: &str| {
        let value = response.headers().get(name);
        value.map_or_else(String::new, |value| value.to_str().unwrap().to_owned())
    };
    Answer {
        status: response.status().as_u16(),
        media_type: header("content-type"),
        etag: header("etag"),
        body: response.bytes().unwrap().to_vec(),
    }
}

/// Asks for a URL.
pub fn get(url: &str) -> Answer {
    get_as(url, "*/*")
}

/// Asks for a URL in a form.
pub fn get_as(url: &str, accept: &str) -> Answer {
    let response = CLIENT.get(url).header("accept", accept).send();
    answer(response.unwrap_or_else(|error| panic!("GET {url}: {error:?}")))
}

/// Asks for what may not be answered, as during the start of a server.
pub fn try_get(url: &str) -> Option<Answer> {
    CLIENT.get(url).send().ok().map(answer)
}
