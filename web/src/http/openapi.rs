//! `/api/openapi.json`: what may be asked of a program and what it answers, for programs (OpenAPI 3.1).
//!
//! Each program keeps its description as data beside its routes. Tests ask a real server for everything that stands there, and compare
//! the paths with the routes.

use actix_web::{HttpRequest, HttpResponse};

use super::conditional::Keep;
use super::document::Document;

/// In a description: where this server is reached.
const SERVER: &str = "https://server.invalid";
/// In a description: which version of the program this is.
const VERSION: &str = "0.0.0-this";

/// Answers with a description, made that of a server at `base` (which ends in `/`) and of a `version`.
pub fn openapi(request: &HttpRequest, text: &str, base: &str, version: &str) -> HttpResponse {
    let text = of_server(text, base, version);
    Document::hashed(text.into_bytes(), "application/json", Keep::Briefly).respond(request)
}

fn of_server(text: &str, base: &str, version: &str) -> String {
    // inside of a JSON string, where a quotation mark would end it
    let inside = |text: &str| {
        let quoted = serde_json::Value::from(text).to_string();
        quoted.trim_matches('"').to_owned()
    };
    text.replace(SERVER, &inside(base.trim_end_matches('/')))
        .replace(VERSION, &inside(version))
}

#[cfg(test)]
mod tests {
    use super::of_server;

    #[test]
    fn a_description_names_the_server_that_gives_it() {
        let text = r#"{"version":"0.0.0-this","servers":[{"url":"https://server.invalid"}]}"#;
        assert_eq!(
            of_server(text, "https://x.org/bio/", "1.2.3"),
            r#"{"version":"1.2.3","servers":[{"url":"https://x.org/bio"}]}"#
        );
    }
}
