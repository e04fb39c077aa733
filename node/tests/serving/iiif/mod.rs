//! Pictures of images: the IIIF Image API 3.0 and Presentation API 3.0 as viewers see them.

mod load;
mod manifests;
mod pictures;
mod refusals;
mod samples;
mod sources;
mod standing;
mod validator;

use std::sync::Arc;

use crate::deposit;
use crate::server::Server;
use sources::Shown;

/// A server with one study of three images: of five planes, three times and two channels; of colour; and one that is broken.
fn server() -> (Server, Arc<Shown>) {
    server_with("/", "")
}

fn server_with(path: &str, further: &str) -> (Server, Arc<Shown>) {
    let shown = Arc::new(Shown::default());
    let images: Arc<dyn node::image::Images> = Arc::clone(&shown) as _;
    let server = Server::showing(images, path, further);
    let folder = server.deposit("one");
    deposit::study(&folder, "one", 3, &[]);
    let report = server.import(&folder);
    assert_eq!(report.id.as_deref(), Some("DND-S1"), "{report:?}");
    (server, shown)
}

const STACK: &str = "DND-S1-I1";
const COLOUR: &str = "DND-S1-I2";
const BROKEN: &str = "DND-S1-I3";
