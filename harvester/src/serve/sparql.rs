//! `/sparql`: the SPARQL 1.1 Protocol, queries alone, and the service description.
//!
//! Without a query, GET answers with the description of the service, or, to a browser, with a page that has a form. A browser
//! that sends a query without naming a form of the answer gets the page again, with the answer or the error on it. Every other
//! error is a problem document (RFC 9457); which limit a query passed is in its `type`.
//!
//! A query whose client goes away is given up as soon as the framework drops the request: the server has to be built with
//! `h1_allow_half_closed(false)`, else it learns of it only when it wants to write.

mod accept;
mod description;
mod examples;
mod page;
mod problem;
mod request;
mod table;

use std::io::Read;
use std::sync::Arc;
use std::time::Instant;

use ::web::{Site, http};
use actix_web::http::header::{
    CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_SECURITY_POLICY, CONTENT_TYPE, RETRY_AFTER, VARY,
    X_CONTENT_TYPE_OPTIONS,
};
use actix_web::http::{Method, StatusCode};
use actix_web::web::{self, Bytes};
use actix_web::{HttpRequest, HttpResponse, HttpResponseBuilder, Resource};
use futures_util::stream;
use oxigraph::model::NamedNode;

use crate::operate::Harvester;
use crate::query::{Answer, Queries, QueryError, QueryLimits, Question, ResultFormat, Wanted};
use accept::Accept;
pub(super) use page::link;
use problem::Problem;
use request::Asked;

/// Names the state of the federation on which an answer was computed (PROTOCOL.md section 7). `Ommatidia-State` is another thing: how one
/// resource stands.
pub const STATE_HEADER: &str = "Ommatidia-Federation-State";

/// Bytes of a result that are read from the disk at once.
const CHUNK: usize = 64 << 10;

/// Says the id of the current state, if there is one.
pub type StateProvider = dyn Fn() -> Option<String> + Send + Sync;

/// Who answers queries now.
pub type QueriesProvider = dyn Fn() -> Result<Queries, QueryError> + Send + Sync;

/// What the handlers need; registered as `web::Data<Endpoint>`.
pub struct Endpoint {
    /// Who answers the queries: another after a rebuild.
    pub queries: Box<QueriesProvider>,
    /// How much a query may ask for.
    pub limits: QueryLimits,
    /// What the layout says on the page.
    pub site: Site,
    /// The whole address of the endpoint; without one, that by which it was asked.
    pub address: Option<String>,
    /// What the IRIs of all records begin with, for links in tables.
    pub namespace: String,
    /// The id of the current state.
    pub state: Box<StateProvider>,
}

impl Endpoint {
    /// The endpoint of a harvester.
    pub fn of(harvester: Arc<Harvester>) -> anyhow::Result<Self> {
        let site = super::state::site(&harvester)?;
        let base = harvester.config().base_url()?;
        let stated = Arc::clone(&harvester);
        let namespace = harvester.roster().namespace.to_string();
        Ok(Self {
            limits: harvester.query_limits(),
            queries: Box::new(move || harvester.queries().map_err(QueryError::broken)),
            site,
            namespace,
            address: base.and_then(|base| Some(base.join("sparql").ok()?.to_string())),
            state: Box::new(move || stated.state().map(|state| state.id)),
        })
    }
}

/// The resource at this path, with all its methods.
pub fn resource(path: &str) -> Resource {
    web::resource(path)
        .route(web::get().to(get))
        .route(web::head().to(get))
        .route(web::post().to(post))
        .default_service(web::to(other_method))
}

/// `GET` and `HEAD`: a query, or what there is to know.
async fn get(endpoint: web::Data<Endpoint>, request: HttpRequest) -> HttpResponse {
    let asked = match Asked::of_address(request.query_string()) {
        Ok(asked) => asked,
        Err(problem) => return problem.response(),
    };
    let accept = Accept::of(request.headers());
    let answer = match asked.query {
        Some(_) => return answer_in_kind(&endpoint, &request, asked, accept).await,
        None if asked.names_a_dataset() => Err(Problem::malformed(
            "a dataset is named and no query; give the parameter query",
        )),
        None => about(&endpoint, &request, &accept),
    };
    answer.unwrap_or_else(|problem| problem.response())
}

/// `POST`: a query, as a form or as it is.
async fn post(
    endpoint: web::Data<Endpoint>,
    request: HttpRequest,
    body: web::Payload,
) -> HttpResponse {
    let limit = endpoint.limits.query_bytes;
    let asked = match Asked::of_body(&request, body, limit).await {
        Ok(asked) => asked,
        Err(problem) => return problem.response(),
    };
    let accept = Accept::of(request.headers());
    answer_in_kind(&endpoint, &request, asked, accept).await
}

/// A page for a browser that names no form of the answer, a result or a problem document for everybody else.
async fn answer_in_kind(
    endpoint: &Endpoint,
    request: &HttpRequest,
    asked: Asked,
    accept: Accept,
) -> HttpResponse {
    if asked.format.is_none() && accept.prefers_page() {
        return page_of_answer(endpoint, request, asked).await;
    }
    answer(endpoint, request, asked, accept)
        .await
        .unwrap_or_else(|problem| problem.response())
}

/// The page with the answer, or with what is wrong with the query.
async fn page_of_answer(endpoint: &Endpoint, request: &HttpRequest, asked: Asked) -> HttpResponse {
    let address = address(endpoint, request);
    let text = asked.query.clone().unwrap_or_default();
    let started = Instant::now();
    let state = (endpoint.state)();
    let outcome = table(endpoint, request, asked).await;
    let mut response = HttpResponse::Ok();
    with_headers(&mut response, state);
    if let Err(problem) = &outcome {
        response.status(problem.status());
        if let Some(seconds) = problem.retry_after() {
            response.insert_header((RETRY_AFTER, seconds.to_string()));
        }
    }
    let asked = page::Answered {
        query: &text,
        outcome,
        seconds: started.elapsed().as_secs_f64(),
    };
    match page::page(endpoint, &address, Some(asked)) {
        Ok(page) => as_page(&mut response).body(page),
        Err(error) => Problem::internal(error).response(),
    }
}

/// The beginning of the result, for the page.
async fn table(
    endpoint: &Endpoint,
    request: &HttpRequest,
    asked: Asked,
) -> Result<table::Shown, Problem> {
    let question = Question {
        text: asked.query.unwrap_or_default(),
        dataset: asked.dataset,
        wanted: Wanted::Weighed(Arc::new(table::weight)),
        base: Some(address(endpoint, request)),
    };
    let answer = (endpoint.queries)()?.run(question).await?;
    let links = table::Links {
        namespace: endpoint.namespace.clone(),
        base_path: endpoint.site.base_path.clone(),
    };
    let shown = web::block(move || table::read(answer, &links)).await;
    shown.map_err(Problem::internal)?.map_err(Problem::internal)
}

/// What a page with a script is sent with.
fn as_page(response: &mut HttpResponseBuilder) -> &mut HttpResponseBuilder {
    response
        .insert_header((CONTENT_TYPE, with_charset("text/html")))
        .insert_header((CONTENT_SECURITY_POLICY, http::EDITOR_POLICY))
}

/// `OPTIONS` says what may be asked, to browsers that want to know before they ask; any other method is refused.
async fn other_method(request: HttpRequest) -> HttpResponse {
    if *request.method() == Method::OPTIONS {
        return http::preflight(problem::METHODS);
    }
    Problem::method(request.method().as_str()).response()
}

async fn answer(
    endpoint: &Endpoint,
    request: &HttpRequest,
    asked: Asked,
    accept: Accept,
) -> Result<HttpResponse, Problem> {
    let text = asked.query.ok_or_else(|| {
        Problem::malformed("there is no query; give the parameter query, or the query as the body with Content-Type application/sparql-query")
    })?;
    // a form on the page: a browser shows neither of these as well as the program that a person has for them
    let is_download = asked.format.is_some() && accept.prefers_page();
    let wanted = match asked.format {
        Some(name) => Wanted::Named(name),
        None => Wanted::Weighed(Arc::new(move |media_type| accept.weight(media_type))),
    };
    // taken before the snapshot of the store, so that the data are of this state or of a newer one
    let state = (endpoint.state)();
    let question = Question {
        text,
        dataset: asked.dataset,
        wanted,
        base: Some(address(endpoint, request)),
    };
    let answer = (endpoint.queries)()?.run(question).await?;
    let mut response = HttpResponse::Ok();
    with_headers(&mut response, state);
    response.insert_header((CONTENT_TYPE, with_charset(answer.media_type())));
    if is_download {
        let name = file_name(answer.media_type());
        let disposition = format!("attachment; filename=\"{name}\"");
        response.insert_header((CONTENT_DISPOSITION, disposition));
    }
    Ok(send(response, answer))
}

/// What a result is called on the disk of who takes it along.
fn file_name(media_type: &str) -> String {
    let mut formats = ResultFormat::TABLES.iter().chain(&ResultFormat::GRAPHS);
    let format = formats.find(|format| format.media_type() == media_type);
    format!("result.{}", format.map_or("txt", |format| format.name()))
}

fn about(
    endpoint: &Endpoint,
    request: &HttpRequest,
    accept: &Accept,
) -> Result<HttpResponse, Problem> {
    let mut response = HttpResponse::Ok();
    with_headers(&mut response, (endpoint.state)());
    let address = address(endpoint, request);
    if NamedNode::new(&address).is_err() {
        return Err(Problem::malformed(format!(
            "the address {address} is no IRI; ask with another Host"
        )));
    }
    let Some(format) = description::choose(accept) else {
        return Err(Problem::not_acceptable(&description::MEDIA_TYPES));
    };
    match format {
        description::Shape::Page => {
            let page = page::page(endpoint, &address, None).map_err(Problem::internal)?;
            Ok(as_page(&mut response).body(page))
        }
        description::Shape::Graph(format, media_type) => {
            let body = description::description(&address, format).map_err(Problem::internal)?;
            response.insert_header((CONTENT_TYPE, with_charset(media_type)));
            Ok(response.body(body))
        }
    }
}

fn with_headers(response: &mut HttpResponseBuilder, state: Option<String>) {
    response
        .insert_header((CACHE_CONTROL, "no-cache"))
        .insert_header((X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .insert_header((VARY, "Accept"));
    if let Some(state) = state {
        response.insert_header((STATE_HEADER, state));
    }
}

/// Text has its encoding said, where the media type does not fix it.
fn with_charset(media_type: &str) -> String {
    if media_type.starts_with("text/") {
        format!("{media_type}; charset=utf-8")
    } else {
        media_type.to_owned()
    }
}

/// The whole address of the endpoint.
fn address(endpoint: &Endpoint, request: &HttpRequest) -> String {
    endpoint.address.clone().unwrap_or_else(|| {
        let connection = request.connection_info();
        format!(
            "{}://{}{}",
            connection.scheme(),
            connection.host(),
            request.path()
        )
    })
}

/// A result is complete when this is called: its length is known, and only the disk can fail.
fn send(mut response: HttpResponseBuilder, answer: Answer) -> HttpResponse {
    let length = answer.length();
    if !answer.is_on_disk() {
        let mut bytes = Vec::with_capacity(usize::try_from(length).unwrap_or(0));
        let mut answer = answer;
        return match answer.read_to_end(&mut bytes) {
            Ok(_) => response.body(bytes),
            Err(error) => Problem::internal(error).response(),
        };
    }
    let chunks = stream::try_unfold(answer, |answer| async {
        web::block(move || read_chunk(answer))
            .await
            .map_err(std::io::Error::other)?
    });
    response.no_chunking(length);
    response.streaming(chunks)
}

/// The next bytes, and what is left; nothing at the end.
fn read_chunk(mut answer: Answer) -> std::io::Result<Option<(Bytes, Answer)>> {
    let mut chunk = vec![0; CHUNK];
    let length = answer.read(&mut chunk).inspect_err(|error| {
        tracing::error!(%error, "a result could not be read back from the disk");
    })?;
    chunk.truncate(length);
    Ok((length > 0).then(|| (Bytes::from(chunk), answer)))
}

/// The status that a kind of problem has.
fn status(word: &str) -> StatusCode {
    match word {
        "not-acceptable" => StatusCode::NOT_ACCEPTABLE,
        "method" => StatusCode::METHOD_NOT_ALLOWED,
        "media-type" => StatusCode::UNSUPPORTED_MEDIA_TYPE,
        "query-length" => StatusCode::PAYLOAD_TOO_LARGE,
        "slow-request" => StatusCode::REQUEST_TIMEOUT,
        // it is well-formed, and asks for more than is given: asking the same again does not help
        "query-time" | "query-rows" | "query-size" | "query-memory" | "query-text" => {
            StatusCode::UNPROCESSABLE_ENTITY
        }
        "busy" => StatusCode::SERVICE_UNAVAILABLE,
        "internal" => StatusCode::INTERNAL_SERVER_ERROR,
        _ => StatusCode::BAD_REQUEST,
    }
}
