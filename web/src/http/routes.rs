//! How the URLs of a program are put in place. Which there are stands on one page of each program, its `routes.rs`.

use actix_web::dev::HttpServiceFactory;
use actix_web::http::Method;
use actix_web::web::{self, ServiceConfig};
use actix_web::{FromRequest, Handler, HttpRequest, HttpResponse, Responder};

use super::headers::preflight;
use super::refused::Refused;

/// The methods that every URL answers which is only read.
pub const METHODS: &str = "GET, HEAD, OPTIONS";

/// Puts all URLs below the path of the base URL, and below `/` too: a proxy may pass that path on or take it away.
pub fn mount(program: &mut ServiceConfig, base_path: &str, urls: fn(&mut ServiceConfig)) {
    let below = base_path.trim_end_matches('/');
    if !below.is_empty() {
        program.service(web::scope(below).configure(urls));
    }
    urls(program);
    program.default_service(web::to(nothing));
}

/// A URL that is read and nothing else.
pub fn read<F, Args>(path: &str, handler: F) -> impl HttpServiceFactory + 'static
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
async fn another_method(request: HttpRequest) -> Result<HttpResponse, Refused> {
    if *request.method() != Method::OPTIONS {
        return Err(Refused::method(&request, METHODS));
    }
    Ok(preflight(METHODS))
}

async fn nothing(request: HttpRequest) -> Result<HttpResponse, Refused> {
    let path = request.path();
    Err(Refused::Nothing(format!("there is nothing at {path}")))
}
