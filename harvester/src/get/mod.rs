//! Fetches a study's files so that nobody has to be believed (CONTRACT: `omma-harvester get`).
//!
//! `vouched` asks a portal for the study's record and proves, by the roster, that its member announced it in its log; the record
//! states the digest of the list of files, the list (`listing`) that of every file. So what comes from wherever is as it was signed,
//! or is told apart (`transfer`, `fetching`). Downloads go on where they broke off (`partial`), into a `folder` that one of them has at a time.

mod fetching;
mod folder;
mod listing;
mod partial;
mod patience;
mod portal;
mod progress;
mod proof;
mod ranges;
mod report;
mod transfer;
mod vouched;

use std::fs;
use std::net::IpAddr;
use std::path::PathBuf;
use std::sync::OnceLock;
use std::time::Duration;

use ::web::words;
use anyhow::{Context, ensure};
use futures_util::{StreamExt, stream};
use protocol::manifest::ManifestRow;
use url::Url;

use self::folder::{Folder, Places};
use self::listing::{Listing, Wanted, list};
use self::portal::Asked;
use self::progress::Progress;
use self::report::Report;
use self::transfer::{Done, Transfer};
use self::vouched::{Named, Vouched, vouch};
use crate::fetch::{AddressRules, Cidr, HttpFetch, Limits, Names, SystemNames};
use crate::roster::commands::{Console, shown, wait};

/// Fetch a study's files, and hold every byte against what was signed.
#[derive(Debug, clap::Args)]
pub struct GetArguments {
    /// The address of the portal
    #[arg(long, value_name = "PORTAL")]
    pub url: String,
    /// A study, one version of it, or an image: DND-S42, DND-S42.2, DND-S42-I7, or its address
    pub id: String,
    /// The folder that the files go into
    #[arg(long, value_name = "DIR")]
    pub out: PathBuf,
    /// Only files whose path fits, such as '*.tif' or 'plate1/*'
    #[arg(long, value_name = "GLOB")]
    pub only: Vec<String>,
    /// The federation's roster, where the portal is not to be believed about who belongs to it
    #[arg(long, value_name = "FILE")]
    pub roster: Option<PathBuf>,
    /// Requests at once
    #[arg(long, value_name = "N", default_value_t = 4, value_parser = clap::value_parser!(u8).range(1..=16))]
    pub connections: u8,
    /// How often a request that fails is made again; each pause is twice as long
    #[arg(long, value_name = "N", default_value_t = 6, value_parser = clap::value_parser!(u32).range(0..=100))]
    pub retries: u32,
    /// Addresses that nodes may be at although they are not public, such as 10.0.0.0/8; where the portal itself is need not be said
    #[arg(long, value_name = "CIDR")]
    pub allow: Vec<Cidr>,
    /// Print a JSON document
    #[arg(long)]
    pub json: bool,
}

/// What was had instead of what was signed, before the first file was asked for. In a chain of causes it says that it ran and refused.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
struct Untrue(String);

/// What is known before the first file is asked for.
struct Begun {
    vouched: Vouched,
    listing: Listing,
    /// all files of the study, wanted or not: no name of one may be given to what stands beside another
    listed: Vec<ManifestRow>,
    /// which addresses its files may be at
    rules: AddressRules,
}

/// Fetches. The answer is the program's exit code: 0 when everything is there as it was signed, 2 when something is not.
///
/// # Errors
/// A sentence that says why it could not begin, and what to do.
pub fn run(arguments: &GetArguments, console: &mut Console<'_>) -> anyhow::Result<u8> {
    let portal = crate::cli::portal(&arguments.url)?;
    let portal = Url::parse(&portal).context("the portal is no address")?;
    let named = Named::parse(&arguments.id)?;
    let wanted = Wanted::new(&arguments.only, named.image.clone())?;
    let roster = arguments.roster.as_ref().map(|path| {
        fs::read(path).with_context(|| format!("the roster {} cannot be read", path.display()))
    });
    let roster = roster.transpose()?;
    // before anything is asked: what cannot be kept need not be fetched
    let folder = Folder::take(&arguments.out, &named.study)?;
    let now = console.clock.now().unix_timestamp();
    let begun = match wait(begin(arguments, &portal, &named, roster, now)) {
        Err(error) if error.is::<Untrue>() => return refuse(arguments, &error, console),
        begun => begun?,
    };
    let Begun {
        vouched, listed, ..
    } = &begun;
    let rows = wanted.of(listed)?;
    say_who_vouches(vouched, console)?;
    keep_evidence(&folder, &begun)?;
    let places = folder.places(listed);
    check_room(&folder, &places, &rows)?;
    let bytes = rows
        .iter()
        .fold(0, |sum: u64, row| sum.saturating_add(row.bytes));
    console.say(format!(
        "{}, {}",
        words::count(rows.len() as u64, "file", "files"),
        words::bytes(bytes)
    ))?;
    let done = wait(bring_all(arguments, &begun, &rows, &places, bytes))?;
    let report = Report {
        vouched,
        roster_from: if arguments.roster.is_some() {
            "file"
        } else {
            "portal"
        },
        folder: &arguments.out,
        files: rows.into_iter().cloned().zip(done).collect(),
    };
    for line in report.complaints() {
        console.say(line)?;
    }
    if arguments.json {
        console.print(format!("{:#}", report.json()))?;
    } else {
        console.print(report.sentence())?;
    }
    Ok(report.exit())
}

/// Nothing was fetched, since what vouches for it is not what it is said to be.
fn refuse(
    arguments: &GetArguments,
    why: &anyhow::Error,
    console: &mut Console<'_>,
) -> anyhow::Result<u8> {
    console.say(format!("omma-harvester: {why:#}"))?;
    if arguments.json {
        console.print(format!("{:#}", report::refused(&arguments.id, why)))?;
    }
    Ok(report::NOT_ALL)
}

/// How long servers may keep a person waiting who waits for much.
fn limits(arguments: &GetArguments) -> Limits {
    Limits {
        // a line that is shared by several requests may be slow without being at its end
        slowest: 1024,
        idle: Duration::from_secs(60),
        at_once: usize::from(arguments.connections),
        ..Limits::default()
    }
}

async fn begin(
    arguments: &GetArguments,
    base: &Url,
    named: &Named,
    roster: Option<Vec<u8>>,
    now: i64,
) -> anyhow::Result<Begun> {
    let limits = limits(arguments);
    let retries = arguments.retries;
    let fetch = HttpFetch::new(AddressRules::any(), limits)?;
    let portal = Asked {
        fetch: &fetch,
        base,
        retries,
    };
    let vouched = vouch(&portal, named, roster, now).await?;
    let rules = AddressRules::new(arguments.allow.clone()).beside(&addresses(base).await);
    let node = HttpFetch::new(rules.clone(), limits)?;
    let listing = list(&vouched, &node, retries).await?;
    let listed = listing.rows()?;
    Ok(Begun {
        vouched,
        listing,
        listed,
        rules,
    })
}

/// Where the portal is. It has answered, so that there is an address; where none is found now, nothing more is allowed.
async fn addresses(base: &Url) -> Vec<IpAddr> {
    match base.host() {
        Some(url::Host::Ipv4(address)) => vec![address.into()],
        Some(url::Host::Ipv6(address)) => vec![address.into()],
        Some(url::Host::Domain(name)) => SystemNames.addresses(name).await.unwrap_or_default(),
        None => Vec::new(),
    }
}

fn say_who_vouches(vouched: &Vouched, console: &mut Console<'_>) -> anyhow::Result<()> {
    let title = vouched.study.title.as_deref().unwrap_or_default();
    console.say(format!("{}: {}", vouched.id, shown(title)))?;
    let cosigned = match vouched.witnesses.len() {
        0 => String::new(),
        _ => format!(", cosigned by {}", shown(&vouched.witnesses.join(", "))),
    };
    console.say(format!(
        "announced by {} in entry {} of its log {}{cosigned}",
        shown(&vouched.member.name),
        vouched.index,
        vouched.origin
    ))?;
    if let Some(state) = &vouched.state {
        console.say(format!("note: the portal says that it is {}", shown(state)))?;
    }
    if vouched.is_roster_expired {
        console
            .say("note: the roster has expired, so that its keys may have been replaced since")?;
    }
    Ok(())
}

fn keep_evidence(folder: &Folder, begun: &Begun) -> anyhow::Result<()> {
    let (vouched, list) = (&begun.vouched, &begun.listing.bytes);
    let (stem, evidence) = (vouched.id.as_str(), &vouched.evidence);
    folder.keep(stem, "record.nq", &evidence.record)?;
    folder.keep(stem, "record.tlog-proof", &evidence.proof)?;
    folder.keep(stem, "roster", &evidence.roster)?;
    folder.keep(stem, "files.tsv", list)
}

/// Whether there is room for what is not there at all; what came of a file counts as there.
///
/// # Errors
/// When there is not.
fn check_room(folder: &Folder, places: &Places<'_>, rows: &[&ManifestRow]) -> anyhow::Result<()> {
    use std::os::unix::fs::MetadataExt;
    let lacks = |row: &ManifestRow| {
        let Ok(place) = places.of(&row.path) else {
            return 0;
        };
        // blocks, and not the length: a file that is on its way has its whole length from the beginning
        let held = |path| fs::metadata(path).map_or(0, |there| there.blocks() * 512);
        row.bytes
            .saturating_sub(held(&place.target).max(held(&place.part)))
    };
    // sizes are a stranger's words
    let needed = rows
        .iter()
        .copied()
        .map(lacks)
        .fold(0, |sum: u64, bytes| sum.saturating_add(bytes));
    if let Some(free) = folder.free() {
        ensure!(
            needed <= free,
            "there are {} free, and {} are needed: make room, give another folder, or fetch less with --only",
            words::bytes(free),
            words::bytes(needed)
        );
    }
    Ok(())
}

/// Brings the files of these rows, several at once; the answers are in the order of the rows.
async fn bring_all(
    arguments: &GetArguments,
    begun: &Begun,
    rows: &[&ManifestRow],
    places: &Places<'_>,
    bytes: u64,
) -> anyhow::Result<Vec<Done>> {
    let Begun {
        vouched,
        listing,
        rules,
        ..
    } = begun;
    let home = format!("id/{}/files/", vouched.id);
    let home = listing
        .base
        .join(&home)
        .context("the node has no address")?;
    // a client of its own: connections end with the runtime in which they were made
    let fetch = HttpFetch::new(rules.clone(), limits(arguments))?;
    let at_once = usize::from(arguments.connections);
    let progress = Progress::of(bytes);
    let transfer = Transfer {
        fetch: &fetch,
        home: &home,
        places,
        progress: &progress,
        retries: arguments.retries,
        at_once,
        ended: OnceLock::new(),
    };
    let done = stream::iter(0..rows.len())
        .map(|place| transfer.bring(rows[place]))
        .buffered(at_once)
        .collect()
        .await;
    progress.end();
    Ok(done)
}
