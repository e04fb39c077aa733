//! Datatypes: which lexical forms are valid, and how values are ordered (XML Schema 1.1 part 2, SPARQL 1.1 section 17.3).

use std::cmp::Ordering;
use std::str::FromStr;

use oxrdf::vocab::{rdf, xsd};
use oxrdf::{Literal, NamedNodeRef};
use oxsdatatypes::{
    Boolean, Date, DateTime, DayTimeDuration, Decimal, Double, Duration, Float, GDay, GMonth,
    GMonthDay, GYear, GYearMonth, Integer, Time, YearMonthDuration,
};

/// Whether the lexical form is one that the literal's datatype has. Of a datatype that is not XML Schema's nothing is known, and
/// every form is taken to be valid.
pub(super) fn is_valid(literal: &Literal) -> bool {
    let (value, datatype) = (literal.value(), literal.datatype());
    if datatype == rdf::LANG_STRING {
        return literal.language().is_some();
    }
    if let Some((least, greatest)) = integer_range(datatype) {
        return is_integer(value) && in_range(value, least, greatest);
    }
    let parses: fn(&str) -> bool = match () {
        () if datatype == xsd::INTEGER => is_integer,
        () if datatype == xsd::BOOLEAN => parses::<Boolean>,
        () if datatype == xsd::DECIMAL => is_decimal,
        () if datatype == xsd::DOUBLE => parses::<Double>,
        () if datatype == xsd::FLOAT => parses::<Float>,
        () if datatype == xsd::DATE_TIME => parses::<DateTime>,
        () if datatype.as_str() == DATE_TIME_STAMP => {
            |value| DateTime::from_str(value).is_ok_and(|time| time.timezone_offset().is_some())
        }
        () if datatype == xsd::DATE => parses::<Date>,
        () if datatype == xsd::TIME => parses::<Time>,
        () if datatype == xsd::G_YEAR => parses::<GYear>,
        () if datatype == xsd::G_YEAR_MONTH => parses::<GYearMonth>,
        () if datatype == xsd::G_MONTH_DAY => parses::<GMonthDay>,
        () if datatype == xsd::G_MONTH => parses::<GMonth>,
        () if datatype == xsd::G_DAY => parses::<GDay>,
        () if datatype == xsd::DURATION => parses::<Duration>,
        () if datatype == xsd::YEAR_MONTH_DURATION => parses::<YearMonthDuration>,
        () if datatype == xsd::DAY_TIME_DURATION => parses::<DayTimeDuration>,
        () if datatype == xsd::HEX_BINARY => {
            |value| value.len() % 2 == 0 && value.bytes().all(|byte| byte.is_ascii_hexdigit())
        }
        () => return true,
    };
    parses(value)
}

const DATE_TIME_STAMP: &str = "http://www.w3.org/2001/XMLSchema#dateTimeStamp";

fn parses<T: FromStr>(value: &str) -> bool {
    T::from_str(value).is_ok()
}

fn is_integer(value: &str) -> bool {
    let digits = value.strip_prefix(['+', '-']).unwrap_or(value);
    !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit())
}

fn is_decimal(value: &str) -> bool {
    let unsigned = value.strip_prefix(['+', '-']).unwrap_or(value);
    let (whole, fraction) = unsigned.split_once('.').unwrap_or((unsigned, ""));
    let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    digits(whole) && digits(fraction) && !(whole.is_empty() && fraction.is_empty())
}

/// The least and the greatest value of a datatype derived from integer; `None` on a side without limit.
fn integer_range(datatype: NamedNodeRef<'_>) -> Option<(Option<i128>, Option<i128>)> {
    let name = datatype
        .as_str()
        .strip_prefix("http://www.w3.org/2001/XMLSchema#")?;
    Some(match name {
        "long" => (Some(i64::MIN.into()), Some(i64::MAX.into())),
        "int" => (Some(i32::MIN.into()), Some(i32::MAX.into())),
        "short" => (Some(i16::MIN.into()), Some(i16::MAX.into())),
        "byte" => (Some(i8::MIN.into()), Some(i8::MAX.into())),
        "unsignedLong" => (Some(0), Some(u64::MAX.into())),
        "unsignedInt" => (Some(0), Some(u32::MAX.into())),
        "unsignedShort" => (Some(0), Some(u16::MAX.into())),
        "unsignedByte" => (Some(0), Some(u8::MAX.into())),
        "nonNegativeInteger" => (Some(0), None),
        "positiveInteger" => (Some(1), None),
        "nonPositiveInteger" => (None, Some(0)),
        "negativeInteger" => (None, Some(-1)),
        _ => return None,
    })
}

/// A number beyond 128 bits is beyond every limit on its side.
fn in_range(value: &str, least: Option<i128>, greatest: Option<i128>) -> bool {
    match value.parse::<i128>() {
        Ok(number) => {
            least.is_none_or(|least| number >= least)
                && greatest.is_none_or(|greatest| number <= greatest)
        }
        Err(_) if value.starts_with('-') => least.is_none(),
        Err(_) => greatest.is_none(),
    }
}

/// The order of two literals, or `None` where they cannot be compared: other kinds of values, ill-formed ones, a time with a zone
/// against one without when the zone could decide.
pub(super) fn compare(left: &Literal, right: &Literal) -> Option<Ordering> {
    match (Value::of(left)?, Value::of(right)?) {
        (Value::Number(left), Value::Number(right)) => left.compare(&right),
        (Value::DateTime(left), Value::DateTime(right)) => left.partial_cmp(&right),
        (Value::Date(left), Value::Date(right)) => left.partial_cmp(&right),
        (Value::Time(left), Value::Time(right)) => left.partial_cmp(&right),
        (Value::Year(left), Value::Year(right)) => left.partial_cmp(&right),
        (Value::YearMonth(left), Value::YearMonth(right)) => left.partial_cmp(&right),
        (Value::Duration(left), Value::Duration(right)) => left.partial_cmp(&right),
        (Value::Boolean(left), Value::Boolean(right)) => Some(left.cmp(&right)),
        (Value::Text(left), Value::Text(right)) => Some(left.cmp(right)),
        _ => None,
    }
}

enum Value<'l> {
    Number(Number),
    DateTime(DateTime),
    Date(Date),
    Time(Time),
    Year(GYear),
    YearMonth(GYearMonth),
    Duration(Duration),
    Boolean(bool),
    Text(&'l str),
}

/// Integers and decimals are compared exactly, everything with a double as doubles.
enum Number {
    Integer(Integer),
    Decimal(Decimal),
    Double(f64),
}

impl<'l> Value<'l> {
    fn of(literal: &'l Literal) -> Option<Self> {
        let (value, datatype) = (literal.value(), literal.datatype());
        if datatype == xsd::INTEGER || integer_range(datatype).is_some() {
            // beyond 64 bits there is the double, which is exact enough to tell it from any limit in use
            let exact = Integer::from_str(value).map(Number::Integer).ok();
            return is_valid(literal)
                .then(|| exact.or_else(|| value.parse().map(Number::Double).ok()))
                .flatten()
                .map(Value::Number);
        }
        Some(match () {
            () if datatype == xsd::DECIMAL => Value::Number(Number::Decimal(value.parse().ok()?)),
            () if datatype == xsd::DOUBLE => {
                Value::Number(Number::Double(Double::from_str(value).ok()?.into()))
            }
            () if datatype == xsd::FLOAT => Value::Number(Number::Double(
                f32::from(Float::from_str(value).ok()?).into(),
            )),
            () if datatype == xsd::DATE_TIME || datatype.as_str() == DATE_TIME_STAMP => {
                Value::DateTime(value.parse().ok()?)
            }
            () if datatype == xsd::DATE => Value::Date(value.parse().ok()?),
            () if datatype == xsd::TIME => Value::Time(value.parse().ok()?),
            () if datatype == xsd::G_YEAR => Value::Year(value.parse().ok()?),
            () if datatype == xsd::G_YEAR_MONTH => Value::YearMonth(value.parse().ok()?),
            () if datatype == xsd::DURATION
                || datatype == xsd::DAY_TIME_DURATION
                || datatype == xsd::YEAR_MONTH_DURATION =>
            {
                Value::Duration(value.parse().ok()?)
            }
            () if datatype == xsd::BOOLEAN => Value::Boolean(Boolean::from_str(value).ok()?.into()),
            () if datatype == xsd::STRING => Value::Text(value),
            () => return None,
        })
    }
}

impl Number {
    fn compare(&self, other: &Self) -> Option<Ordering> {
        match (self, other) {
            (Self::Integer(left), Self::Integer(right)) => Some(left.cmp(right)),
            (Self::Double(_), _) | (_, Self::Double(_)) => {
                self.double().partial_cmp(&other.double())
            }
            _ => Some(self.decimal()?.cmp(&other.decimal()?)),
        }
    }

    fn double(&self) -> f64 {
        match self {
            Self::Integer(integer) => Double::from(*integer).into(),
            Self::Decimal(decimal) => Double::from(*decimal).into(),
            Self::Double(double) => *double,
        }
    }

    fn decimal(&self) -> Option<Decimal> {
        match self {
            Self::Integer(integer) => Some(Decimal::from(*integer)),
            Self::Decimal(decimal) => Some(*decimal),
            Self::Double(_) => None,
        }
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]
    use super::*;
    use oxrdf::NamedNode;

    fn literal(value: &str, datatype: &str) -> Literal {
        Literal::new_typed_literal(
            value,
            NamedNode::new(format!("http://www.w3.org/2001/XMLSchema#{datatype}")).unwrap(),
        )
    }

    #[test]
    fn lexical_forms_are_checked() {
        for (value, datatype, valid) in [
            ("42", "integer", true),
            ("4.2", "integer", false),
            ("123456789012345678901234567890", "integer", true),
            ("300", "byte", false),
            ("-1", "nonNegativeInteger", false),
            ("123456789012345678901234567890", "long", false),
            ("123456789012345678901234567890", "positiveInteger", true),
            ("2024-02-30", "date", false),
            ("2024-02-29", "date", true),
            ("2024", "gYear", true),
            ("2024-01-01T00:00:00", "dateTimeStamp", false),
            ("1.", "decimal", true),
            (".", "decimal", false),
            ("1e3", "decimal", false),
            ("1e3", "double", true),
            ("0a1", "hexBinary", false),
            ("anything", "string", true),
        ] {
            assert_eq!(
                is_valid(&literal(value, datatype)),
                valid,
                "{value} as {datatype}"
            );
        }
    }

    #[test]
    fn numbers_of_all_kinds_have_one_order() {
        let order = |left: (&str, &str), right: (&str, &str)| {
            compare(&literal(left.0, left.1), &literal(right.0, right.1))
        };
        assert_eq!(
            order(("4", "integer"), ("4.0", "decimal")),
            Some(Ordering::Equal)
        );
        assert_eq!(order(("4", "int"), ("4.5", "double")), Some(Ordering::Less));
        assert_eq!(
            order(
                ("123456789012345678901234567890", "integer"),
                ("1", "integer")
            ),
            Some(Ordering::Greater)
        );
        assert_eq!(order(("4", "integer"), ("4", "string")), None);
        assert_eq!(
            order(("2024-01-01", "date"), ("2023-12-31", "date")),
            Some(Ordering::Greater)
        );
        assert_eq!(order(("NaN", "double"), ("1", "integer")), None);
    }
}
