//! `omma-harvester init`: the folder of a new harvester, with the first roster that it goes by.
//!
//! Everything that can be refused is looked at before the folder is made; what is made is there in whole or not at all.

use std::path::PathBuf;

use anyhow::{Context, ensure};
use protocol::note::VerifierKey;
use protocol::roster::TrustedRoster;

use crate::config::{self, Config};
use crate::data_folder::{DataFolder, write_durably};
use crate::fetch::Cidr;
use crate::operate::following::RosterSource;
use crate::roster::HeldRoster;
use crate::roster::commands::{Console, DONE, shown, wait};

/// What a harvester begins with.
#[derive(Debug, clap::Args)]
pub struct InitArguments {
    /// The harvester's folder: new, or empty
    #[arg(long, value_name = "DIR")]
    pub data: PathBuf,
    /// The federation's roster: a file, or an http(s) address. Newer versions are looked for at the same place
    #[arg(long, value_name = "FILE_OR_URL")]
    pub roster: String,
    /// A root's key, as the federation told you by another way than the roster
    #[arg(long = "root", value_name = "VKEY", required = true)]
    pub roots: Vec<VerifierKey>,
    /// How many of these roots have to have signed the first roster (default: all of them)
    #[arg(long, value_name = "N")]
    pub threshold: Option<u64>,
    /// Addresses that members may be at although they are not public, such as 127.0.0.0/8
    #[arg(long, value_name = "CIDR")]
    pub allow: Vec<Cidr>,
}

/// Makes the folder of a new harvester. The answer is the program's exit code, 0.
///
/// # Errors
/// A sentence that says what is wrong and what to do; nothing is left behind.
pub fn run(arguments: &InitArguments, console: &mut Console<'_>) -> anyhow::Result<u8> {
    let (written, source) = place(&arguments.roster)?;
    // the roster's own threshold is the roster's own word; what an operator was told is these keys
    let threshold = arguments.threshold.unwrap_or(arguments.roots.len() as u64);
    let config = config_text(&written, threshold, arguments)?;
    let fetch = console.fetch;
    let note = wait(async { source.read(None, fetch).await })?;
    let trusted = TrustedRoster::first(&note, &arguments.roots, threshold).with_context(|| {
        format!(
            "the roster {written} is refused; compare --root and --threshold with what the federation says"
        )
    })?;
    let folder = DataFolder::create(&arguments.data, |folder| {
        HeldRoster::first(folder, &note, &arguments.roots, threshold)?;
        write_durably(&folder.config(), config.as_bytes())
    })?;
    say_what_was_made(&folder, &trusted, console)?;
    Ok(DONE)
}

/// The source as it is written into the configuration, and as it is read: a file by its absolute path, as a server starts elsewhere.
fn place(given: &str) -> anyhow::Result<(String, RosterSource)> {
    let source = RosterSource::parse(given);
    let RosterSource::File(path) = &source else {
        return Ok((given.to_owned(), source));
    };
    let path = std::path::absolute(path).with_context(|| format!("{given:?} is no path"))?;
    let text = path
        .to_str()
        .with_context(|| format!("{} is not UTF-8; give another name", path.display()))?;
    Ok((text.to_owned(), RosterSource::File(path.clone())))
}

/// The text of `config.toml`, read back: what every later command would refuse is refused now.
fn config_text(source: &str, threshold: u64, arguments: &InitArguments) -> anyhow::Result<String> {
    let roots: Vec<_> = arguments.roots.iter().map(ToString::to_string).collect();
    let allow: Vec<_> = arguments.allow.iter().map(ToString::to_string).collect();
    let text = config::text(source, &roots, threshold, &allow);
    let config = Config::parse(&text).context("these settings are refused")?;
    ensure!(
        config.roster.source == source,
        "the roster's place {source:?} cannot be written into the configuration; give another name"
    );
    Ok(text)
}

fn say_what_was_made(
    folder: &DataFolder,
    trusted: &TrustedRoster,
    console: &mut Console<'_>,
) -> anyhow::Result<()> {
    let roster = trusted.roster();
    let document = roster.document();
    console.say(format_args!(
        "{} is a harvester of {}: roster version {}, {} members, valid until {}",
        folder.path().display(),
        shown(&document.name),
        document.version,
        document.members.len(),
        document.expires
    ))?;
    if roster.is_expired(console.clock.now().unix_timestamp()) {
        console.say(
            "this roster has expired: nothing new is applied until the federation's roots make a newer one",
        )?;
    }
    console.say(format_args!(
        "next: `omma-harvester sync --data {0}`, or `omma-harvester serve --data {0}`",
        folder.path().display()
    ))
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

    use std::fs;

    use super::*;
    use crate::roster::commands::tests::{Desk, Web};

    #[test]
    fn a_harvester_is_made_of_a_roster_and_its_root() {
        let desk = Desk::new();
        let root = desk.federation();
        let line = format!(
            "init --data @data --roster @roster --root {root} --allow 127.0.0.0/8 --allow ::1"
        );
        let said = desk.types(&line).done();
        assert!(
            said.messages.contains("is a harvester of Open Images"),
            "{}",
            said.messages
        );
        assert_eq!(said.output, "");
        let folder = DataFolder::open(&desk.path("data")).unwrap();
        let config = Config::read(&folder.config()).unwrap();
        assert_eq!(config.roster.source, desk.path("roster").to_str().unwrap());
        assert_eq!(config.roots().unwrap(), [root]);
        assert_eq!(config.roster.threshold, 1);
        assert_eq!(config.allowed().unwrap().len(), 2);
        let held = HeldRoster::open(&folder).unwrap();
        let note = fs::read(desk.path("roster")).unwrap();
        assert_eq!(held.note(1).unwrap(), Some(note));
        // once is enough
        let before = desk.files();
        let refusal = desk.types(&line).refusal();
        assert!(refusal.contains("is there already"), "{refusal}");
        assert_eq!(desk.files(), before);
    }

    #[test]
    fn a_wrong_root_leaves_nothing_behind() {
        let desk = Desk::new();
        let root = desk.federation();
        let stranger = desk.root("stranger.key");
        let before = desk.files();
        for (words, expected) in [
            (
                format!("--roster @roster --root {stranger}"),
                "signed by 0 of the known roots",
            ),
            // by default all roots that were given have to have signed
            (
                format!("--roster @roster --root {root} --root {stranger}"),
                "needs 2",
            ),
            (
                format!("--roster @roster --root {root} --threshold 2"),
                "roster.threshold is 2",
            ),
            (
                format!("--roster @roster --root {root} --threshold 0"),
                "roster.threshold is 0",
            ),
            (
                format!("--roster @roster --root {root} --allow nowhere"),
                "nowhere",
            ),
            (
                format!("--roster @elsewhere --root {root}"),
                "elsewhere cannot be read",
            ),
            (format!("--roster @root.key --root {root}"), "is refused"),
            ("--roster @roster".to_owned(), "--root"),
        ] {
            let refusal = desk.types(&format!("init --data @data {words}")).refusal();
            assert!(refusal.contains(expected), "{words}: {refusal}");
        }
        assert_eq!(desk.files(), before);
        desk.types(&format!(
            "init --data @data --roster @roster --root {root} --root {stranger} --threshold 1"
        ))
        .done();
    }

    #[test]
    fn a_roster_from_an_address_that_does_not_answer_leaves_nothing_behind() {
        let desk = Desk::new();
        let root = desk.federation();
        let web = Web::start();
        let before = desk.files();
        let line = format!(
            "init --data @data --roster {} --root {root}",
            web.url("/roster")
        );
        let refusal = desk.types(&line).refusal();
        assert!(refusal.contains("does not exist"), "{refusal}");
        web.put("/roster", vec![b'x'; 5 << 20]);
        let refusal = desk.types(&line).refusal();
        assert!(refusal.contains("is larger than"), "{refusal}");
        assert_eq!(desk.files(), before);
        web.put("/roster", fs::read(desk.path("roster")).unwrap());
        desk.types(&line).done();
    }

    #[test]
    fn a_folder_that_cannot_be_filled_is_taken_away_again() {
        let desk = Desk::new();
        let root = desk.federation();
        fs::create_dir(desk.path("data")).unwrap();
        fs::write(desk.path("data/mine"), "of the user's").unwrap();
        let before = desk.files();
        let refusal = desk
            .types(&format!("init --data @data --roster @roster --root {root}"))
            .refusal();
        assert!(refusal.contains("is there already"), "{refusal}");
        assert_eq!(desk.files(), before);
    }
}
