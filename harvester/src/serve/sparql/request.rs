//! Reads what a request asks (SPARQL 1.1 Protocol section 2.1).

use std::time::Duration;

use actix_web::web::Payload;
use actix_web::{HttpMessage, HttpRequest};
use futures_util::StreamExt;
use percent_encoding::percent_decode;

use super::problem::Problem;
use crate::query::{Dataset, QueryError};

/// How long a body may take to come.
const BODY_TIME: Duration = Duration::from_secs(30);
/// Bytes of a body beside the query: names of graphs.
const BESIDE_QUERY: usize = 64 << 10;
/// A letter of a query is three bytes at most when it is written for a form.
const ENCODED: usize = 3;
/// Parameters that are read at most.
const PARAMETERS: usize = 256;

/// What a request asks.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Asked {
    /// The query, if there is one.
    pub query: Option<String>,
    /// The dataset that it names.
    pub dataset: Dataset,
    /// The parameter `format`, our own: for the form on the page, since a browser cannot say `Accept`.
    pub format: Option<String>,
}

impl Asked {
    /// What the part of the address behind `?` asks.
    pub fn of_address(text: &str) -> Result<Asked, Problem> {
        Asked::of_parameters(parameters(text.as_bytes())?)
    }

    /// What a body asks, together with the address.
    pub async fn of_body(
        request: &HttpRequest,
        body: Payload,
        query_bytes: usize,
    ) -> Result<Asked, Problem> {
        let of_address = parameters(request.query_string().as_bytes())?;
        match kind(request)? {
            Kind::Query => {
                let bytes = read(body, query_bytes, query_bytes).await?;
                let text = String::from_utf8(bytes)
                    .map_err(|_| Problem::malformed("the query is not UTF-8"))?;
                let asked = Asked::of_parameters(of_address)?;
                if asked.query.is_some() {
                    return Err(Problem::malformed(
                        "there is a query in the address and another in the body; give one",
                    ));
                }
                Ok(Asked {
                    query: Some(text),
                    ..asked
                })
            }
            Kind::Form => {
                let limit = query_bytes
                    .saturating_mul(ENCODED)
                    .saturating_add(BESIDE_QUERY);
                let bytes = read(body, limit, query_bytes).await?;
                let mut all = of_address;
                all.extend(parameters(&bytes)?);
                Asked::of_parameters(all)
            }
        }
    }

    /// Whether it names graphs.
    pub fn names_a_dataset(&self) -> bool {
        self.dataset != Dataset::default()
    }

    fn of_parameters(parameters: Vec<(String, String)>) -> Result<Asked, Problem> {
        let all = |wanted: &'static str| {
            parameters
                .iter()
                .filter(move |(name, _)| name == wanted)
                .map(|(_, value)| value.as_str())
        };
        let update = ["update", "using-graph-uri", "using-named-graph-uri"];
        if update.into_iter().any(|name| all(name).next().is_some()) {
            return Err(QueryError::Update.into());
        }
        let one = |name: &'static str| {
            let mut values = all(name);
            match (values.next(), values.next()) {
                (Some(_), Some(_)) => Err(Problem::malformed(format!(
                    "the parameter {name} stands there twice; give it once"
                ))),
                (value, _) => Ok(value.map(str::to_owned)),
            }
        };
        Ok(Asked {
            query: one("query")?,
            dataset: Dataset::parse(all("default-graph-uri"), all("named-graph-uri"))?,
            format: one("format")?.filter(|format| !format.is_empty()),
        })
    }
}

enum Kind {
    Query,
    Form,
}

/// What the body is said to be.
fn kind(request: &HttpRequest) -> Result<Kind, Problem> {
    let kind = match request.content_type() {
        "application/sparql-query" => Kind::Query,
        "application/x-www-form-urlencoded" => Kind::Form,
        "application/sparql-update" => return Err(QueryError::Update.into()),
        other => {
            return Err(Problem::media_type(format!(
                "a query is sent as application/sparql-query or application/x-www-form-urlencoded, and this body is {}",
                if other.is_empty() {
                    "of no named type"
                } else {
                    other
                }
            )));
        }
    };
    match request.encoding() {
        Ok(encoding) if encoding.name() == "UTF-8" => Ok(kind),
        _ => Err(Problem::media_type(
            "a query is sent as UTF-8; leave charset out or say utf-8",
        )),
    }
}

/// The body, up to a limit of bytes and of time.
async fn read(mut body: Payload, limit: usize, query_bytes: usize) -> Result<Vec<u8>, Problem> {
    let all = async {
        let mut bytes = Vec::new();
        while let Some(chunk) = body.next().await {
            let chunk = chunk
                .map_err(|error| Problem::malformed(format!("the body cannot be read: {error}")))?;
            if bytes.len() + chunk.len() > limit {
                return Err(QueryError::TooLong { limit: query_bytes }.into());
            }
            bytes.extend_from_slice(&chunk);
        }
        Ok(bytes)
    };
    tokio::time::timeout(BODY_TIME, all)
        .await
        .unwrap_or_else(|_| Err(Problem::slow(BODY_TIME.as_secs())))
}

/// Reads `name=value&…` as forms are written (URL Standard section 5.1), except that what is not UTF-8 is refused.
fn parameters(text: &[u8]) -> Result<Vec<(String, String)>, Problem> {
    let pairs = text
        .split(|byte| *byte == b'&')
        .filter(|pair| !pair.is_empty());
    let mut read = Vec::new();
    for pair in pairs {
        if read.len() == PARAMETERS {
            return Err(Problem::malformed(format!(
                "there are more than {PARAMETERS} parameters"
            )));
        }
        let mut parts = pair.splitn(2, |byte| *byte == b'=');
        let name = decode(parts.next().unwrap_or_default())?;
        let value = decode(parts.next().unwrap_or_default())?;
        read.push((name, value));
    }
    Ok(read)
}

fn decode(text: &[u8]) -> Result<String, Problem> {
    let spaced: Vec<u8> = text
        .iter()
        .map(|byte| if *byte == b'+' { b' ' } else { *byte })
        .collect();
    let decoded = percent_decode(&spaced).decode_utf8();
    decoded
        .map(|text| text.into_owned())
        .map_err(|_| Problem::malformed("a parameter is not UTF-8"))
}
