//! Dates: a day, a month or a year, and none in the future.

use time::macros::format_description;
use time::{Date, Month};

use super::report::Report;
use crate::study::{Property, Study};

/// Brings dates into form and refuses a release that is still to come.
pub(super) fn check(study: &mut Study, today: Date, report: &mut Report) {
    if let Some(given) = study.release_date.take() {
        match first_day(&given) {
            Some((_, first)) if first > today => {
                report.error("release_date", format!("{given} is in the future; a study cannot be published before its release date until holds exist"));
            }
            Some((date, _)) => {
                if date != given.trim() {
                    report.warning("release_date", format!("{given} was read as {date}"));
                }
                study.release_date = Some(date);
            }
            None => {
                report.error(
                    "release_date",
                    format!("{given:?} is not a date; write 2026-03-01, 2026-03 or 2026"),
                );
                study.release_date = Some(given);
            }
        }
    }
    for (index, article) in study.publications.iter_mut().enumerate() {
        let Some(given) = article.date.take() else {
            continue;
        };
        match first_day(&given) {
            Some((date, _)) => article.date = Some(date),
            None => {
                report.warning(
                    format!("publication[{index}].date"),
                    format!("{given:?} is not a date; it is kept as a further value"),
                );
                study.additional.push(Property {
                    name: "date of publication".to_owned(),
                    value: given,
                });
            }
        }
    }
}

/// A date in the form of `xsd:date`, `xsd:gYearMonth` or `xsd:gYear`, and the first day that it means. Of a time of day
/// the day is kept.
fn first_day(text: &str) -> Option<(String, Date)> {
    let text = text.trim();
    let (day, time) = text.split_once(['T', ' ']).unwrap_or((text, ""));
    let is_time = time.is_empty()
        || (time.len() >= 5
            && time
                .bytes()
                .all(|byte| byte.is_ascii_digit() || b":.+-Z".contains(&byte)));
    if !is_time
        || !day
            .bytes()
            .all(|byte| byte.is_ascii_digit() || byte == b'-')
    {
        return None;
    }
    let year = |text: &str| {
        (text.len() == 4)
            .then(|| text.parse::<i32>().ok())
            .flatten()
            .filter(|year| *year >= 1000)
    };
    let date = match day.len() {
        4 => Date::from_calendar_date(year(day)?, Month::January, 1).ok()?,
        7 => {
            let (given, month) = day.split_once('-')?;
            Date::from_calendar_date(
                year(given)?,
                Month::try_from(month.parse::<u8>().ok()?).ok()?,
                1,
            )
            .ok()?
        }
        10 => Date::parse(day, format_description!("[year]-[month]-[day]"))
            .ok()
            .filter(|date| date.year() >= 1000)?,
        _ => return None,
    };
    (day.len() == 10 || time.is_empty()).then(|| (day.to_owned(), date))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_months_and_years_are_dates() {
        let read = |text: &str| first_day(text).map(|(date, _)| date);
        for date in ["2026-03-01", "2026-03", "2026", "2024-02-29"] {
            assert_eq!(read(date).as_deref(), Some(date));
        }
        assert_eq!(
            read(" 2020-02-07T10:20:30Z ").as_deref(),
            Some("2020-02-07")
        );
        assert_eq!(read("2020-02-07 10:20").as_deref(), Some("2020-02-07"));
        for other in [
            "2023-02-29",
            "2026-13",
            "2026-3-1",
            "01/03/2026",
            "0000",
            "soon",
            "",
            "2026-03-01x",
            "20260301",
            "+026",
            "2026T10:00",
        ] {
            assert_eq!(read(other), None, "{other}");
        }
    }
}
