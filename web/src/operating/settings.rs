//! Reading `config.toml`: what is unknown is refused, with the name that was probably meant.

use serde::de::DeserializeOwned;

/// How alike two names have to be to be taken for each other: 0 not at all, 1 the same.
const ALIKE: f64 = 0.7;

/// Reads settings from TOML. `T` refuses unknown keys (`deny_unknown_fields`).
///
/// # Errors
/// What is wrong and where, on one line; of an unknown key or value, the nearest that there is.
pub fn read_settings<T: DeserializeOwned>(text: &str) -> Result<T, String> {
    toml::from_str(text).map_err(|error| {
        let lines = error.to_string();
        let said = lines.split_whitespace().collect::<Vec<_>>().join(" ");
        match nearest(error.message()) {
            Some(name) => format!("{said}; did you mean `{name}`?"),
            None => said,
        }
    })
}

/// Of a refusal such as "unknown field `rowz`, expected `rows` or `slots`", the known name that is most like the unknown one.
fn nearest(refusal: &str) -> Option<&str> {
    if !refusal.starts_with("unknown ") {
        return None;
    }
    let mut quoted = refusal.split('`').skip(1).step_by(2);
    let unknown = quoted.next()?;
    quoted
        .map(|known| (strsim::jaro_winkler(unknown, known), known))
        .filter(|(alike, _)| *alike >= ALIKE)
        .max_by(|one, other| one.0.total_cmp(&other.0))
        .map(|(_, known)| known)
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::read_settings;

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Settings {
        #[serde(default)]
        max_connections: u64,
        #[expect(dead_code, reason = "a second name, that the first is chosen from two")]
        #[serde(default)]
        bind: String,
    }

    #[test]
    fn a_slip_of_the_pen_is_refused_with_the_name_that_was_meant() {
        for (text, wanted) in [
            ("max_conections = 1", "did you mean `max_connections`?"),
            ("maxConnections = 1", "did you mean `max_connections`?"),
            ("bnid = \"x\"", "did you mean `bind`?"),
        ] {
            let refused = read_settings::<Settings>(text);
            assert!(
                refused.as_ref().is_err_and(|why| why.contains(wanted)),
                "{text}: {refused:?}"
            );
            assert!(refused.is_err_and(|why| !why.contains('\n')), "{text}");
        }
    }

    #[test]
    fn what_is_like_nothing_is_only_refused() {
        for text in ["zzz = 1", "max_connections = \"bind\"", "max_connections ="] {
            let refused = read_settings::<Settings>(text);
            assert!(
                refused.is_err_and(|why| !why.contains("did you mean")),
                "{text}"
            );
        }
    }

    #[test]
    fn what_is_known_is_read() {
        let read = read_settings::<Settings>("max_connections = 7");
        assert!(read.is_ok_and(|settings| settings.max_connections == 7));
    }
}
