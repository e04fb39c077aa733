//! `[images.converter]`: the program of somebody else that reads formats which are not read here.

use serde::Deserialize;

use super::{ConfigError, refused};

/// What stands in the command for the file that is to be converted.
pub const INPUT: &str = "{input}";

/// What stands in the command for what is to be written.
pub const OUTPUT: &str = "{output}";

/// Formats of one file that Bio-Formats reads and no reader here does, by the ends of their names. Those of several files (OIF,
/// VSI with its folder, ICS with its IDS) are not among them: a converter is given one file.
const FORMATS: &[&str] = &[
    "1sc", "am", "c01", "czi", "dm2", "dm3", "dm4", "dv", "gwy", "ims", "ipw", "jpk", "jpx", "lif",
    "lim", "lof", "mvd2", "nd2", "obf", "oib", "oir", "pcoraw", "r3d", "sdt", "ser", "sld", "spe",
    "vws", "xlef", "zvi",
];

/// Formats that are read here, whatever somebody wants to have converted.
const READ_HERE: &[&str] = &[
    "jpeg", "jpg", "lsm", "mrc", "ome", "png", "stk", "tf8", "tif", "tiff", "zarr", "zip",
];

/// Letters of a name: it stands in every record that is made by its way.
const MOST_LETTERS: usize = 100;

/// A program that converts, and what it may cost.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ConverterConfig {
    /// The program and its arguments, among them `{input}` and `{output}`. No shell reads it.
    pub command: Vec<String>,
    /// What it is called in records; without it the name of its file, and the version that it says.
    pub name: Option<String>,
    /// What it writes.
    #[serde(default)]
    pub writes: Writes,
    /// The ends of the names of files that it is given, without their dots, in lower case.
    #[serde(default = "formats")]
    pub formats: Vec<String>,
    /// Seconds that one conversion may take.
    #[serde(default = "seconds")]
    pub seconds: u64,
    /// MiB of memory that one conversion may take, of all its processes.
    #[serde(default = "memory_mib")]
    pub memory_mib: u64,
    /// MiB that one conversion may write.
    #[serde(default = "disk_mib")]
    pub disk_mib: u64,
    /// Conversions at once.
    #[serde(default = "at_once")]
    pub at_once: usize,
}

/// What a converter writes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Writes {
    /// A folder: OME-Zarr, of one image or in the layout of bioformats2raw.
    #[default]
    OmeZarr,
    /// A file: OME-TIFF.
    OmeTiff,
}

fn formats() -> Vec<String> {
    FORMATS.iter().copied().map(str::to_owned).collect()
}

fn seconds() -> u64 {
    3600
}

fn memory_mib() -> u64 {
    4096
}

fn disk_mib() -> u64 {
    102_400
}

fn at_once() -> usize {
    1
}

/// Whether a file of this name is of a format that a converter can be expected to read.
pub fn is_for_converters(name: &str) -> bool {
    ending_of(name).is_some_and(|ending| FORMATS.contains(&ending.as_str()))
}

/// What stands behind the last dot of a name, in lower case.
pub fn ending_of(name: &str) -> Option<String> {
    let (_, ending) = name.rsplit('/').next()?.rsplit_once('.')?;
    Some(ending.to_ascii_lowercase())
}

impl ConverterConfig {
    pub(super) fn check(&self) -> Result<(), ConfigError> {
        self.check_command()?;
        if self.name.as_deref().is_some_and(|name| !is_name(name)) {
            return Err(refused(
                "images.converter.name",
                format!(
                    "it must be one line of 1 to {MOST_LETTERS} letters, such as \"bfconvert 7.3.1\""
                ),
            ));
        }
        for format in &self.formats {
            check_format(format)?;
        }
        if self.formats.is_empty() {
            return Err(refused(
                "images.converter.formats",
                "it is empty, so nothing would be converted; name formats, or leave the key out for those that Bio-Formats reads",
            ));
        }
        let between = |key, value: u64, least: u64, most: u64| match (least..=most).contains(&value)
        {
            true => Ok(()),
            false => Err(refused(
                key,
                format!("it must be between {least} and {most}"),
            )),
        };
        between("images.converter.seconds", self.seconds, 1, 604_800)?;
        between("images.converter.memory_mib", self.memory_mib, 16, 1 << 24)?;
        between("images.converter.disk_mib", self.disk_mib, 1, 1 << 30)?;
        between("images.converter.at_once", self.at_once as u64, 1, 64)
    }

    fn check_command(&self) -> Result<(), ConfigError> {
        let key = "images.converter.command";
        let example = "give a program and its arguments, such as [\"bioformats2raw\", \"{input}\", \"{output}\"]";
        let Some((program, arguments)) = self.command.split_first() else {
            return Err(refused(key, format!("it is empty; {example}")));
        };
        if program.is_empty() || program.contains('{') {
            return Err(refused(
                key,
                format!("it begins with no program; {example}"),
            ));
        }
        if program.contains('/') && !program.starts_with('/') {
            return Err(refused(
                key,
                format!(
                    "{program:?} depends on the folder in which omma-node is started; give the whole path, or a name that is found in PATH"
                ),
            ));
        }
        if self.command.iter().any(|part| part.contains('\0')) {
            return Err(refused(key, "it has a character with the number 0 in it"));
        }
        for placeholder in [INPUT, OUTPUT] {
            if !arguments
                .iter()
                .any(|argument| argument.contains(placeholder))
            {
                return Err(refused(
                    key,
                    format!("no argument has {placeholder} in it; {example}"),
                ));
            }
        }
        Ok(())
    }
}

fn is_name(name: &str) -> bool {
    let letters = name.chars().count();
    (1..=MOST_LETTERS).contains(&letters)
        && name.trim() == name
        && !name.chars().any(char::is_control)
}

fn check_format(format: &str) -> Result<(), ConfigError> {
    let key = "images.converter.formats";
    let is_ending = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
    if format.is_empty() || format.len() > 10 || !format.bytes().all(is_ending) {
        return Err(refused(
            key,
            format!(
                "{format:?} is not the end of a name in lower case and without its dot, such as \"czi\""
            ),
        ));
    }
    if READ_HERE.contains(&format) {
        return Err(refused(
            key,
            format!("{format:?} is read here without a converter; leave it out"),
        ));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

    use super::{ConverterConfig, FORMATS, READ_HERE, Writes, ending_of, is_for_converters};
    use crate::deposit::media_type::is_microscopy;

    fn refusal(toml: &str) -> String {
        let config: ConverterConfig = toml::from_str(toml).unwrap();
        config.check().unwrap_err().to_string()
    }

    #[test]
    fn a_command_alone_is_enough() {
        let text = r#"command = ["bioformats2raw", "{input}", "{output}"]"#;
        let config: ConverterConfig = toml::from_str(text).unwrap();
        config.check().unwrap();
        assert_eq!(config.writes, Writes::OmeZarr);
        assert!(config.formats.iter().any(|format| format == "czi"));
        assert_eq!((config.seconds, config.at_once), (3600, 1));
    }

    #[test]
    fn what_could_not_work_is_refused_with_its_key() {
        for (toml, expected) in [
            ("command = []", "images.converter.command: it is empty"),
            (
                r#"command = ["", "{input} {output}"]"#,
                "begins with no program",
            ),
            (
                r#"command = ["bin/x", "{input}", "{output}"]"#,
                "give the whole path",
            ),
            (
                r#"command = ["x", "{output}"]"#,
                "no argument has {input} in it",
            ),
            (
                r#"command = ["x", "{input}"]"#,
                "no argument has {output} in it",
            ),
        ] {
            let said = refusal(toml);
            assert!(said.contains(expected), "{said}");
        }
        let command = r#"command = ["x", "{input}", "{output}"]"#;
        for (key, expected) in [
            ("formats = []", "nothing would be converted"),
            (r#"formats = [".czi"]"#, "without its dot"),
            (r#"formats = ["CZI"]"#, "lower case"),
            (r#"formats = ["tif"]"#, "read here without a converter"),
            (
                "seconds = 0",
                "images.converter.seconds: it must be between 1 and",
            ),
            (
                "memory_mib = 1",
                "images.converter.memory_mib: it must be between 16 and",
            ),
            ("disk_mib = 0", "images.converter.disk_mib"),
            ("at_once = 0", "images.converter.at_once"),
            (r#"name = """#, "images.converter.name"),
            (r#"name = "a\nb""#, "images.converter.name"),
        ] {
            let said = refusal(&format!("{command}\n{key}"));
            assert!(said.contains(expected), "{key}: {said}");
        }
    }

    #[test]
    fn the_formats_are_those_of_microscopes_that_are_not_read_here() {
        assert!(FORMATS.is_sorted() && READ_HERE.is_sorted());
        assert!(FORMATS.iter().all(|format| !READ_HERE.contains(format)));
        assert!(
            is_for_converters("a/b.CZI")
                && !is_for_converters("a.czi/b")
                && !is_for_converters("czi")
        );
        assert!(is_microscopy("a.czi") && is_microscopy("a.nd2"));
        assert_eq!(ending_of("x/Day 1.Lif").as_deref(), Some("lif"));
    }
}
