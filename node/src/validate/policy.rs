//! What a node asks for beyond the profile: more, never less.

use serde::Deserialize;

/// The table `[policy]` of `config.toml`. The default asks for nothing beyond the profile.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Policy {
    /// Fields without which this node takes no study, by their names in the study file.
    pub required: Vec<AskedFor>,
    /// Largest sum of the sizes of a study's files, in bytes.
    pub max_bytes: Option<u64>,
    /// Largest number of files of a study.
    pub max_files: Option<u64>,
    /// Media types of files that this node takes: `image/tiff`, or `image/*` for all images; all, when empty.
    pub media_types: Vec<String>,
}

/// A field that the profile asks for without requiring it of every study.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AskedFor {
    /// A description of at least 50 characters.
    Description,
    /// An organism, or a kind of sample that has none.
    Organisms,
    /// An imaging method.
    ImagingMethods,
    /// A study component.
    Components,
    /// An ORCID of at least one author.
    Orcid,
    /// A ROR of at least one affiliation.
    Ror,
    /// An article with a DOI or PubMed number.
    Publication,
    /// Who paid.
    Funding,
    /// A keyword.
    Keywords,
    /// A biosample.
    Biosamples,
    /// How specimens were prepared.
    Specimens,
    /// How images were acquired.
    Acquisitions,
    /// Channels of at least one image.
    Channels,
    /// A figure that the data stand behind.
    Supports,
    /// Terms of use of the data.
    DataUse,
}

impl Policy {
    /// Whether files of a media type are taken.
    pub fn takes(&self, media_type: &str) -> bool {
        let matches = |allowed: &String| match allowed.strip_suffix("/*") {
            Some(kind) => media_type.split('/').next() == Some(kind),
            None => allowed.eq_ignore_ascii_case(media_type),
        };
        self.media_types.is_empty() || self.media_types.iter().any(matches)
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

    use super::*;

    #[test]
    fn an_empty_table_asks_for_nothing_and_a_wrong_name_is_refused() {
        assert_eq!(toml::from_str::<Policy>("").unwrap(), Policy::default());
        let policy: Policy =
            toml::from_str("required = [\"keywords\", \"orcid\"]\nmedia_types = [\"image/*\"]")
                .unwrap();
        assert_eq!(policy.required, [AskedFor::Keywords, AskedFor::Orcid]);
        assert!(policy.takes("image/png") && !policy.takes("text/html"));
        assert!(toml::from_str::<Policy>("required = [\"colour\"]").is_err());
        assert!(toml::from_str::<Policy>("max_byte = 3").is_err());
    }
}
