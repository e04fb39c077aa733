//! Two ledgers side by side: both give their rows in one order, and neither is held in memory.

use std::cmp::Ordering;
use std::fmt;

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Binary, Integer, Nullable, Text};

use super::{MOST_LISTED, Problem};
use crate::ledger::Ledger;

/// Compares the entries, the resources and the newest announcements of the ledger that is used with those of one that was made from the mirror.
///
/// # Errors
/// When one cannot be read; what differs is in the problems.
pub fn compare(ours: &Ledger, made: &Ledger, problems: &mut Vec<Problem>) -> anyhow::Result<()> {
    compare_by::<Entry>(
        "SELECT entry.log, log.origin, entry.place, entry.class, resource.accession, entry.version, entry.digest, entry.sequence \
         FROM entry JOIN log ON log.id = entry.log LEFT JOIN resource ON resource.id = entry.resource \
         ORDER BY entry.log, entry.place",
        (ours, made),
        problems,
    )?;
    compare_by::<Resource>(
        "SELECT accession, puts, state, reason, successor FROM resource ORDER BY accession",
        (ours, made),
        problems,
    )?;
    // earlier ones may have more among them when they are made again, because bytes have come since
    compare_by::<Announcement>(
        "SELECT resource.accession, announcement.sequence, announcement.place, announcement.version \
         FROM announcement JOIN resource ON resource.id = announcement.resource WHERE announcement.next IS NULL \
         ORDER BY resource.accession",
        (ours, made),
        problems,
    )
}

/// A row that says what it is about.
trait Row: QueryableByName<diesel::sqlite::Sqlite> + PartialEq + fmt::Display + 'static {
    /// What such rows are called.
    const WHAT: &'static str;

    /// Its place in the order of the query.
    fn order(&self, other: &Self) -> Ordering;

    /// What it is about.
    fn about(&self) -> String;
}

#[derive(Debug, PartialEq, QueryableByName)]
struct Entry {
    /// a log has the same number in both
    #[diesel(sql_type = Integer)]
    log: i32,
    #[diesel(sql_type = Text)]
    origin: String,
    #[diesel(sql_type = BigInt)]
    place: i64,
    #[diesel(sql_type = Integer)]
    class: i32,
    #[diesel(sql_type = Nullable<Text>)]
    accession: Option<String>,
    #[diesel(sql_type = Nullable<BigInt>)]
    version: Option<i64>,
    #[diesel(sql_type = Nullable<Binary>)]
    digest: Option<Vec<u8>>,
    #[diesel(sql_type = BigInt)]
    sequence: i64,
}

impl Row for Entry {
    const WHAT: &'static str = "entries";

    fn order(&self, other: &Self) -> Ordering {
        (self.log, self.place).cmp(&(other.log, other.place))
    }

    fn about(&self) -> String {
        format!("entry {} of {}", self.place, self.origin)
    }
}

impl fmt::Display for Entry {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let accession = self.accession.as_deref().unwrap_or_default();
        let version = self.version.unwrap_or(0);
        write!(formatter, "class {} of {accession}.{version} (", self.class)?;
        for byte in self.digest.iter().flatten().take(8) {
            write!(formatter, "{byte:02x}")?;
        }
        write!(formatter, ", window {})", self.sequence)
    }
}

#[derive(Debug, PartialEq, QueryableByName)]
struct Resource {
    #[diesel(sql_type = Text)]
    accession: String,
    #[diesel(sql_type = BigInt)]
    puts: i64,
    #[diesel(sql_type = Nullable<Integer>)]
    state: Option<i32>,
    #[diesel(sql_type = Nullable<Text>)]
    reason: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    successor: Option<String>,
}

impl Row for Resource {
    const WHAT: &'static str = "resources";

    fn order(&self, other: &Self) -> Ordering {
        self.accession.cmp(&other.accession)
    }

    fn about(&self) -> String {
        self.accession.clone()
    }
}

impl fmt::Display for Resource {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            formatter,
            "{} versions, state {:?} {} {}",
            self.puts,
            self.state,
            self.reason.as_deref().unwrap_or_default(),
            self.successor.as_deref().unwrap_or_default()
        )
    }
}

#[derive(Debug, PartialEq, QueryableByName)]
struct Announcement {
    #[diesel(sql_type = Text)]
    accession: String,
    #[diesel(sql_type = BigInt)]
    sequence: i64,
    #[diesel(sql_type = BigInt)]
    place: i64,
    #[diesel(sql_type = Nullable<BigInt>)]
    version: Option<i64>,
}

impl Row for Announcement {
    const WHAT: &'static str = "announcements";

    fn order(&self, other: &Self) -> Ordering {
        self.accession.cmp(&other.accession)
    }

    fn about(&self) -> String {
        format!("the announcement of {}", self.accession)
    }
}

impl fmt::Display for Announcement {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (sequence, place, version) = (self.sequence, self.place, self.version);
        write!(
            formatter,
            "entry {place} in window {sequence}, version {version:?}"
        )
    }
}

fn compare_by<R: Row>(
    query: &str,
    (ours, made): (&Ledger, &Ledger),
    problems: &mut Vec<Problem>,
) -> anyhow::Result<()> {
    let (ours, made) = (&mut *ours.reader()?, &mut *made.reader()?);
    let mut ours = diesel::sql_query(query).load_iter::<R, _>(ours)?;
    let mut made = diesel::sql_query(query).load_iter::<R, _>(made)?;
    let (mut our, mut other) = (ours.next().transpose()?, made.next().transpose()?);
    let mut found = 0;
    loop {
        let order = match (&our, &other) {
            (None, None) => break,
            (Some(_), None) => Ordering::Less,
            (None, Some(_)) => Ordering::Greater,
            (Some(our), Some(other)) => our.order(other),
        };
        let only_ours = if order.is_le() { our.take() } else { None };
        let only_made = if order.is_ge() { other.take() } else { None };
        if let Some(sentence) = difference(only_ours.as_ref(), only_made.as_ref()) {
            found += 1;
            if found <= MOST_LISTED {
                problems.push(Problem::new("ledger", sentence));
            }
        }
        if only_ours.is_some() {
            our = ours.next().transpose()?;
        }
        if only_made.is_some() {
            other = made.next().transpose()?;
        }
    }
    if found > MOST_LISTED {
        let rest = found - MOST_LISTED;
        problems.push(Problem::new(
            "ledger",
            format!("{rest} more {} differ", R::WHAT),
        ));
    }
    Ok(())
}

/// What two rows about one thing say differently, or the one that there is.
fn difference<R: Row>(ours: Option<&R>, made: Option<&R>) -> Option<String> {
    if ours == made {
        return None;
    }
    let about = ours.or(made)?.about();
    let say = |row: Option<&R>| row.map_or("nothing".to_owned(), ToString::to_string);
    Some(format!(
        "{about}: the ledger has {}, and the mirror gives {}; `omma-harvester rebuild` mends it",
        say(ours),
        say(made)
    ))
}
