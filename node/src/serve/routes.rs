//! Every URL of a node.

use ::web::http;
use actix_web::dev::HttpServiceFactory;
use actix_web::http::Method;
use actix_web::web::{self, ServiceConfig};
use actix_web::{FromRequest, Handler, HttpRequest, HttpResponse, Responder};

use super::error::ServeError;
use super::{
    catalogue, files, help, home, log_files, machine, oai, openapi, resource, sitemap, studies,
    study_lists,
};

/// The methods that every URL answers but `/oai`.
const METHODS: &str = "GET, HEAD, OPTIONS";

fn urls(node: &mut ServiceConfig) {
    // what is asked for most comes first: the patterns are tried in this order
    node.service(
        // the log: docs/PROTOCOL.md section 3
        web::scope("/log")
            .service(read("/", log_files::about))
            .service(read("/checkpoint", log_files::checkpoint))
            .service(read("/record/{path:.*}", log_files::record))
            .service(read("/tile/entries/{path:.*}", log_files::entry_bundle))
            .service(read("/tile/{path:.*}", log_files::tile))
            .service(read("/records/{path:.*}", log_files::record_bundle)),
    )
    // what the archive is about: docs/PROTOCOL.md section 2
    .service(read("/id/{name}", resource::resource))
    .service(read("/id/{name}/files/{path:.*}", files::file))
    .service(read("/id/{name}/files", study_lists::files))
    .service(read("/id/{name}/versions", study_lists::versions))
    .service(read("/id/{name}/files.tsv", files::manifest))
    .service(read("/id/{name}/sha256sums.txt", files::sums))
    .service(read("/", home::home))
    .service(read("/studies", studies::studies))
    .service(read("/help", help::help))
    .service(read("/catalogue.{form}", catalogue::catalogue))
    .service(read("/.well-known/void", catalogue::void))
    // for programs
    .service(read("/.well-known/ommatidia.json", machine::node))
    .service(::web::oai::resource("/oai", oai::answer).default_service(web::to(another_than_oai)))
    .service(read("/context/1", http::context))
    .service(read("/api/openapi.json", openapi::openapi))
    .service(read("/healthz", http::alive))
    .service(read("/readyz", machine::ready))
    .service(read("/metrics", machine::metrics))
    // for browsers
    .service(read("/robots.txt", sitemap::robots))
    .service(read("/sitemap.xml", sitemap::index))
    .service(read("/sitemap-{number}.xml", sitemap::part))
    .service(read("/favicon.svg", http::mark))
    .service(read("/assets/{name}", machine::asset));
}

/// Puts all URLs below the path of the base URL, and below `/` too: a proxy may pass that path on or take it away.
pub(super) fn mount(node: &mut ServiceConfig, base_path: &str) {
    let below = base_path.trim_end_matches('/');
    if !below.is_empty() {
        node.service(web::scope(below).configure(urls));
    }
    urls(node);
    node.default_service(web::to(nothing));
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
