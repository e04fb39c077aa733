//! Every URL of a harvester.

use ::web::http::{self, read};
use actix_web::web::ServiceConfig;

use super::{
    browse, catalogue, help, home, landing, machine, members, mirrored, oai, openapi, record,
    resolve, rosters, search, similar, sitemap, sparql, term, thumbnails, vocabulary,
};

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
        .service(read("/api/v1/images/{name}/similar", similar::of_image))
        .service(read("/api/v1/similar", similar::in_studies))
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
        .service(::web::oai::resource("/oai", oai::answer))
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
        .service(read("/similar", similar::page))
        .service(read("/terms/{term:.*}", browse::term))
        .service(read("/help", help::contents))
        .service(read("/help/{page}", help::one))
        .service(read("/thumbnails/{name}/{side}", thumbnails::thumbnail))
        .service(read("/favicon.svg", http::mark))
        .service(read("/assets/{name}", http::asset));
}

/// Puts all URLs in their places.
pub(super) fn mount(harvester: &mut ServiceConfig, base_path: &str) {
    http::mount(harvester, base_path, urls);
}
