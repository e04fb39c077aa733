//! Under which licence descriptions may be used: what an operator sets, and what is said of it everywhere.
//!
//! It is that of the *descriptions*. Images and files have the licence that their study names.

use crate::page::web_link;

/// What holds where an operator sets nothing: CC0, as catalogues that are to be put together ask for.
pub const METADATA_LICENCE: &str = "https://creativecommons.org/publicdomain/zero/1.0/";

/// The licence that a setting means: CC0 where it is left out, none where it is empty.
///
/// # Errors
/// Says what is wrong with a text that is no address on the web.
pub fn metadata_licence(setting: Option<&str>) -> Result<Option<String>, String> {
    match setting.map(str::trim) {
        None => Ok(Some(METADATA_LICENCE.to_owned())),
        Some("") => Ok(None),
        Some(address) if web_link(address).is_some_and(crate::formats::is_iri) => {
            Ok(Some(address.to_owned()))
        }
        Some(other) => Err(format!(
            "{other:?} is no address of a licence; give one like {METADATA_LICENCE}, or \"\" to name none"
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::{METADATA_LICENCE, metadata_licence};

    #[test]
    fn a_licence_is_an_address_or_left_out_or_none() {
        let by = "https://creativecommons.org/licenses/by/4.0/";
        assert_eq!(
            metadata_licence(None),
            Ok(Some(METADATA_LICENCE.to_owned()))
        );
        assert_eq!(metadata_licence(Some(by)), Ok(Some(by.to_owned())));
        assert_eq!(metadata_licence(Some("")), Ok(None));
        for wrong in [
            "CC0",
            "javascript:alert(1)",
            "https://example.org/a b",
            "https://example.org/<",
        ] {
            assert!(metadata_licence(Some(wrong)).is_err(), "{wrong}");
        }
    }
}
