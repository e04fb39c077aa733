//! Fetches by HTTP.

use std::borrow::Cow;
use std::sync::Arc;

use futures_util::future::BoxFuture;
use reqwest::header::{
    ACCEPT, ACCEPT_ENCODING, CONTENT_ENCODING, CONTENT_TYPE, ETAG, HeaderName, HeaderValue,
    IF_NONE_MATCH, LOCATION, RETRY_AFTER,
};
use reqwest::{Client, RequestBuilder, Response};
use tokio::sync::OwnedSemaphorePermit;
use url::Url;

use super::address::AddressRules;
use super::admission;
use super::body::{self, Watch};
use super::cause;
use super::error::{FetchError, Waited, shown};
use super::limits::Limits;
use super::names::{CheckedNames, Names, SystemNames};
use super::redirect;
use super::request::{Fetch, Fetched, Outcome, Request};
use super::retry_after;
use super::slots::ServerSlots;
use crate::clock::{Clock, SystemClock};

const USER_AGENT: &str = concat!("ommatidia-harvester/", env!("CARGO_PKG_VERSION"));
/// The longest value of a header that is kept, in bytes.
const LONGEST_KEPT: usize = 255;
/// All headers of an answer by HTTP/2, in bytes; of one by HTTP/1 the client takes a hundred.
const MOST_HEADERS: u32 = 64 * 1024;

/// Fetches by HTTP/1.1 and HTTP/2: without proxy, cookies, referrer or credentials, from permitted addresses alone.
pub struct HttpFetch {
    pub(super) client: Client,
    rules: Arc<AddressRules>,
    pub(super) limits: Limits,
    slots: ServerSlots,
}

impl HttpFetch {
    /// Asks the machine's resolver for addresses. The program has chosen rustls' cryptography before.
    ///
    /// # Errors
    /// [`FetchError::Client`] where it has not, or this machine has no certificates to trust.
    pub fn new(rules: AddressRules, limits: Limits) -> Result<Self, FetchError> {
        Self::with_names(rules, limits, Arc::new(SystemNames))
    }

    /// As [`Self::new`], with addresses from elsewhere.
    ///
    /// # Errors
    /// As [`Self::new`].
    pub fn with_names(
        rules: AddressRules,
        limits: Limits,
        names: Arc<dyn Names>,
    ) -> Result<Self, FetchError> {
        // the client would panic
        if rustls::crypto::CryptoProvider::get_default().is_none() {
            return Err(FetchError::Client {
                cause: "no cryptography was chosen; install rustls' ring provider when the program starts".to_owned(),
            });
        }
        let rules = Arc::new(rules);
        let resolver = CheckedNames {
            names,
            rules: Arc::clone(&rules),
        };
        let client = Client::builder()
            .user_agent(USER_AGENT)
            .dns_resolver(resolver)
            .no_proxy()
            .referer(false)
            .redirect(reqwest::redirect::Policy::none())
            // undone here (`inflate`), and so asked for here
            .no_gzip()
            .connect_timeout(limits.connect)
            .pool_max_idle_per_host(limits.at_once.max(1))
            .http2_max_header_list_size(MOST_HEADERS)
            .build()
            .map_err(|error| FetchError::Client {
                cause: cause::root_cause(&error),
            })?;
        Ok(Self {
            client,
            rules,
            limits,
            slots: ServerSlots::new(limits.at_once),
        })
    }

    async fn get(&self, request: Request<'_>) -> Result<Outcome, FetchError> {
        let _turn = self.turn(request.url).await?;
        // from here: waiting for one's own other requests is not the server's fault
        let watch = Watch::begin(&self.limits, request.most);
        let mut url = Cow::Borrowed(request.url);
        let mut followed = 0;
        loop {
            let response = self.send(&url, &request, &watch).await?;
            if !redirect::is_redirect(response.status().as_u16()) {
                return outcome(&url, response, &request, &watch).await;
            }
            let location = response.headers().get(LOCATION);
            let next = redirect::next(&url, location.map(HeaderValue::as_bytes), followed)?;
            self.admit(&next)?;
            url = Cow::Owned(next);
            followed += 1;
        }
    }

    /// Waits for a turn at a server that may be asked.
    pub(super) async fn turn(&self, url: &Url) -> Result<OwnedSemaphorePermit, FetchError> {
        self.admit(url)?;
        let turn = self.slots.take(url).await;
        turn.map_err(|error| FetchError::Client {
            cause: error.to_string(),
        })
    }

    pub(super) fn admit(&self, url: &Url) -> Result<(), FetchError> {
        admission::check_form(url)?;
        admission::check_literal(url, &self.rules)
    }

    /// Sends the request and waits for the headers.
    async fn send(
        &self,
        url: &Url,
        request: &Request<'_>,
        watch: &Watch<'_>,
    ) -> Result<Response, FetchError> {
        let mut sending = self
            .client
            .get(url.clone())
            .header(ACCEPT, request.accept)
            .header(ACCEPT_ENCODING, "gzip");
        // a tag that cannot be sent costs a body that is at hand already, and nothing else
        if let Some(Ok(etag)) = request.etag.map(HeaderValue::from_str) {
            sending = sending.header(IF_NONE_MATCH, etag);
        }
        self.answered(url, sending, watch).await
    }

    /// Waits for the headers.
    pub(super) async fn answered(
        &self,
        url: &Url,
        sending: RequestBuilder,
        watch: &Watch<'_>,
    ) -> Result<Response, FetchError> {
        let time = self.limits.answer;
        watch
            .within(time, Waited::Answer(time), sending.send())
            .await
            .map_err(|waited| FetchError::Timeout {
                url: shown(url),
                waited,
            })?
            .map_err(|error| cause::of_sending(url, &error, &self.limits))
    }
}

impl Fetch for HttpFetch {
    fn fetch<'a>(&'a self, request: Request<'a>) -> BoxFuture<'a, Result<Outcome, FetchError>> {
        Box::pin(self.get(request))
    }
}

/// What an answer that points nowhere else says.
async fn outcome(
    url: &Url,
    response: Response,
    request: &Request<'_>,
    watch: &Watch<'_>,
) -> Result<Outcome, FetchError> {
    match response.status().as_u16() {
        200 => {
            let is_gzip = is_gzip(url, &response)?;
            let etag = kept(&response, ETAG);
            let content_type = kept(&response, CONTENT_TYPE);
            Ok(Outcome::Body(Fetched {
                body: body::read(url, response, is_gzip, request.most, watch).await?,
                etag,
                content_type,
            }))
        }
        304 if request.etag.is_some() => Ok(Outcome::NotModified),
        404 | 410 => Ok(Outcome::Absent),
        status => Err(unexpected(url, &response, status)),
    }
}

/// Whether a body is in gzip; any other coding, or twice this one, was not asked for.
pub(super) fn is_gzip(url: &Url, response: &Response) -> Result<bool, FetchError> {
    let mut is_gzip = false;
    for coding in response.headers().get_all(CONTENT_ENCODING) {
        if coding.as_bytes().eq_ignore_ascii_case(b"gzip") && !is_gzip {
            is_gzip = true;
        } else if !coding.as_bytes().eq_ignore_ascii_case(b"identity") {
            let text = String::from_utf8_lossy(coding.as_bytes());
            return Err(FetchError::Coding {
                url: shown(url),
                cause: super::error::bounded(&format!(
                    "it came in the coding {text:?}, which was not asked for"
                )),
            });
        }
    }
    Ok(is_gzip)
}

pub(super) fn unexpected(url: &Url, response: &Response, status: u16) -> FetchError {
    let url = shown(url);
    let after = response
        .headers()
        .get(RETRY_AFTER)
        .filter(|_| matches!(status, 429 | 503))
        .and_then(|value| retry_after::read(value.to_str().ok()?, SystemClock.now()));
    match after {
        Some(after) => FetchError::Backoff { url, status, after },
        None => FetchError::Status { url, status },
    }
}

pub(super) fn kept(response: &Response, name: HeaderName) -> Option<String> {
    let value = response.headers().get(name)?.to_str().ok()?;
    (value.len() <= LONGEST_KEPT).then(|| value.to_owned())
}
