//! Every URL of a node.

use ::web::http::{self, read};
use actix_web::web::{self, ServiceConfig};

use super::{
    annotations, catalogue, files, help, home, iiif, log_files, machine, oai, openapi, resource,
    sitemap, studies, study_lists, zarr, zip,
};

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
    // pictures of images: docs/design/0006-iiif.md
    .service(read("/iiif/presentation/3/{name}/manifest", iiif::manifest))
    .service(read("/iiif/3/{path:.*}", iiif::image))
    .service(read("/id/{name}/thumbnail", iiif::thumbnail))
    .service(read("/id/{name}/iiif", iiif::service))
    .service(read("/id/{name}/iiif/{path:.*}", iiif::service))
    // images as OME-Zarr, for programs
    .service(read("/zarr/{name}/{path:.*}", zarr::file))
    .service(read("/id/{name}/zarr", zarr::redirect))
    .service(read("/id/{name}/zarr/{path:.*}", zarr::redirect))
    // what the archive is about: docs/PROTOCOL.md section 2
    .service(read("/id/{name}", resource::resource))
    .service(read("/id/{name}/files/{path:.*}", files::file))
    .service(read("/id/{name}/annotations", annotations::annotations))
    .service(read("/id/{name}/plates", study_lists::plates))
    .service(zip::resource("/id/{name}/files.zip"))
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
    .service(::web::oai::resource("/oai", oai::answer))
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
    .service(read("/assets/{name}", http::asset));
}

/// Puts all URLs in their places.
pub(super) fn mount(node: &mut ServiceConfig, base_path: &str) {
    http::mount(node, base_path, urls);
}
