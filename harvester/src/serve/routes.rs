//! Every URL of a harvester.

use ::web::http;
use actix_web::dev::HttpServiceFactory;
use actix_web::http::Method;
use actix_web::web::{self, ServiceConfig};
use actix_web::{FromRequest, Handler, HttpRequest, HttpResponse, Responder};

use super::error::ServeError;
use super::{
    browse, catalogue, help, home, landing, machine, members, mirrored, oai, openapi, record,
    resolve, rosters, search, sitemap, sparql, term, thumbnails, vocabulary,
};

/// The methods that every URL answers but `/oai` and `/sparql`.
const METHODS: &str = "GET, HEAD, OPTIONS";

fn urls(harvester: &mut ServiceConfig) {
    harvester
        // questions
        .service(read("/api/v1/search", search::search))
        .service(read("/api/v1/suggest", search::suggest))
        .service(read("/api/v1/vocabulary", vocabulary::vocabulary))
        .service(sparql::resource("/sparql"))
        // what is known of one thing
        .service(read("/api/v1/records/{name}", record::record))
        .service(read("/api/v1/terms/{term:.*}", term::term))
        .service(read("/id/{name}", resolve::resource))
        .service(read("/id/{name}/{rest:.*}", resolve::below))
        // who belongs, and how they stand
        .service(read("/api/v1/members", members::list))
        .service(read("/api/v1/members/{id}", members::one))
        .service(read("/api/v1/members/{id}/report", members::report))
        .service(read("/members", members::all))
        .service(read("/members/{id}", members::member))
        .service(read("/members/{id}/evidence", members::evidence))
        .service(read(
            "/members/{id}/aside/{log}/{index}/{part}",
            members::aside,
        ))
        .service(read("/roster", rosters::newest))
        .service(read("/roster/{version}", rosters::version))
        // the mirror
        .service(read("/mirror/{log}/{path:.*}", mirrored::file))
        .service(read("/state/{id}", machine::state))
        // for programs
        .service(read("/.well-known/ommatidia.json", machine::harvester))
        .service(read("/.well-known/void", catalogue::void))
        .service(read("/catalogue.{form}", catalogue::catalogue))
        .service(read("/sitemap.xml", sitemap::index))
        .service(read("/sitemap-{number}.xml", sitemap::part))
        .service(read("/robots.txt", sitemap::robots))
        .service(
            ::web::oai::resource("/oai", oai::answer).default_service(web::to(another_than_oai)),
        )
        .service(read("/context/1", http::context))
        .service(read("/api/openapi.json", openapi::openapi))
        .service(read("/healthz", http::alive))
        .service(read("/readyz", machine::ready))
        .service(read("/metrics", machine::metrics))
        // for browsers
        .service(read("/", home::home))
        .service(read("/search", browse::results))
        .service(read("/studies/{name}", landing::study))
        .service(read("/images/{name}", landing::image))
        .service(read("/terms/{term:.*}", browse::term))
        .service(read("/help", help::contents))
        .service(read("/help/{page}", help::one))
        .service(read("/thumbnails/{name}/{side}", thumbnails::thumbnail))
        .service(read("/favicon.svg", http::mark))
        .service(read("/assets/{name}", machine::asset));
}

/// Puts all URLs below the path of the base URL, and below `/` too: a proxy may pass that path on or take it away.
pub(super) fn mount(harvester: &mut ServiceConfig, base_path: &str) {
    let below = base_path.trim_end_matches('/');
    if !below.is_empty() {
        harvester.service(web::scope(below).configure(urls));
    }
    urls(harvester);
    harvester.default_service(web::to(nothing));
}

/// A URL that is read and nothing else.
fn read<F, Args>(path: &str, handler: F) -> impl HttpServiceFactory + 'static
where
    F: Handler<Args> + Clone,
    Args: FromRequest + 'static,
    F::Output: Responder + 'static,
{
    web::resource(path)
        .route(web::get().to(handler.clone()))
        .route(web::head().to(handler))
        .default_service(web::to(another_method))
}

/// `OPTIONS` says what may be asked, to browsers that want to know before they ask; any other method is refused.
async fn another_method(request: HttpRequest) -> Result<HttpResponse, ServeError> {
    if *request.method() != Method::OPTIONS {
        return Err(refused(&request, METHODS));
    }
    Ok(http::preflight(METHODS))
}

/// `OPTIONS` is answered there.
async fn another_than_oai(request: HttpRequest) -> Result<HttpResponse, ServeError> {
    Err(refused(&request, ::web::oai::METHODS))
}

fn refused(request: &HttpRequest, allowed: &'static str) -> ServeError {
    let method = request.method().to_string();
    ServeError::Method { method, allowed }
}

async fn nothing(request: HttpRequest) -> Result<HttpResponse, ServeError> {
    Err(ServeError::NotFound(format!(
        "there is nothing at {}",
        request.path()
    )))
}
