//! How requests come and answers go over HTTP: GET with arguments in the address, POST with arguments in a form
//! (OAI-PMH 2.0 section 3.1.1). Answers are compressed for clients that like that (section 3.1.3).

use std::time::Duration;

use actix_web::web::Payload;
use actix_web::{HttpMessage, HttpRequest, HttpResponse};
use futures_util::StreamExt;
use protocol::digest::Digest;

use super::answer::MEDIA_TYPE;
use super::error::Refusal;
use super::parameters::{MOST_BYTES, parameters};
use crate::http::{Document, Keep, conditional};

/// What `OPTIONS` says.
pub const METHODS: &str = "GET, HEAD, POST, OPTIONS";

/// How long a body may take to come.
const BODY_TIME: Duration = Duration::from_secs(30);

type Arguments = Result<Vec<(String, String)>, Refusal>;

/// The arguments of GET.
pub fn arguments_of_address(request: &HttpRequest) -> Arguments {
    parameters(request.query_string().as_bytes())
}

/// The arguments of POST. Those in the address count too, so that none is silently left out.
pub async fn arguments_of_body(request: &HttpRequest, body: Payload) -> Arguments {
    let of_address = arguments_of_address(request);
    let bytes = read(body).await;
    if request.content_type() != "application/x-www-form-urlencoded" {
        return Err(Refusal::argument(
            "arguments are posted with Content-Type application/x-www-form-urlencoded",
        ));
    }
    let mut all = of_address?;
    all.extend(parameters(&bytes?)?);
    Ok(all)
}

async fn read(mut body: Payload) -> Result<Vec<u8>, Refusal> {
    let all = async {
        let mut bytes = Vec::new();
        while let Some(chunk) = body.next().await {
            let chunk = chunk
                .map_err(|error| Refusal::argument(format!("the body cannot be read: {error}")))?;
            // the reader of arguments says what is too long
            if bytes.len() <= MOST_BYTES {
                bytes.extend_from_slice(&chunk);
            } else {
                break;
            }
        }
        Ok(bytes)
    };
    tokio::time::timeout(BODY_TIME, all)
        .await
        .unwrap_or_else(|_| {
            let seconds = BODY_TIME.as_secs();
            Err(Refusal::argument(format!(
                "the body did not come in {seconds} seconds"
            )))
        })
}

/// Sends an answer. It is never kept: the next may have more.
pub fn respond(answer: String, request: &HttpRequest) -> HttpResponse {
    let tag = conditional::weak(&Digest::of(answer.as_bytes()), "");
    Document::text(answer, tag, MEDIA_TYPE, Keep::Revalidate).respond(request)
}
