//! A range of addresses: `10.0.0.0/8`, `fc00::/7`, or a single one.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// Why a text is no range of addresses.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CidrError {
    /// The part before the slash is no address.
    #[error("{0:?} is no range of addresses; write one like 127.0.0.0/8, fc00::/7 or 10.1.2.3")]
    Address(String),
    /// The part after the slash is no length.
    #[error("{0:?} has no length that fits its address; write a number up to {1} after the slash")]
    Length(String, u8),
    /// It says an address and a length that leaves a part of it out: which of the two is meant?
    #[error(
        "{0:?} names an address inside of a range; write {1} for the range, or leave out the slash for the address"
    )]
    Inside(String, Cidr),
}

/// All addresses that begin with the same bits (RFC 4632 section 3.1, RFC 4291 section 2.3). IPv4 and IPv6 are apart: no
/// range of the one has an address of the other, also not in its mapped form.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Cidr {
    /// With all bits after `length` zero.
    first: IpAddr,
    length: u8,
}

impl Cidr {
    /// An IPv4 range of ours: for tables, where the text was checked when it was written.
    pub(super) const fn v4(octets: [u8; 4], length: u8) -> Self {
        let [a, b, c, d] = octets;
        Self {
            first: IpAddr::V4(Ipv4Addr::new(a, b, c, d)),
            length,
        }
    }

    /// An IPv6 range of ours, by its first four groups, the last four being zero.
    pub(super) const fn v6(groups: [u16; 4], length: u8) -> Self {
        let [a, b, c, d] = groups;
        Self {
            first: IpAddr::V6(Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0)),
            length,
        }
    }

    /// An IPv6 range of ours of which the first six groups count.
    pub(super) const fn v6_long(groups: [u16; 8], length: u8) -> Self {
        let [a, b, c, d, e, f, g, h] = groups;
        Self {
            first: IpAddr::V6(Ipv6Addr::new(a, b, c, d, e, f, g, h)),
            length,
        }
    }

    /// Whether this address is in the range.
    pub fn contains(&self, address: IpAddr) -> bool {
        self.first.is_ipv4() == address.is_ipv4() && beginning(address, self.length) == self.first
    }
}

/// The number of bits of an address of this kind.
fn width(address: IpAddr) -> u8 {
    match address {
        IpAddr::V4(_) => 32,
        IpAddr::V6(_) => 128,
    }
}

/// The address with all bits after the first `length` zero.
fn beginning(address: IpAddr, length: u8) -> IpAddr {
    let gone = u32::from(width(address).saturating_sub(length));
    // a shift by the full width is none that a machine can do, and leaves nothing
    match address {
        IpAddr::V4(address) => {
            let mask = u32::MAX.checked_shl(gone).unwrap_or(0);
            IpAddr::V4(Ipv4Addr::from_bits(address.to_bits() & mask))
        }
        IpAddr::V6(address) => {
            let mask = u128::MAX.checked_shl(gone).unwrap_or(0);
            IpAddr::V6(Ipv6Addr::from_bits(address.to_bits() & mask))
        }
    }
}

impl FromStr for Cidr {
    type Err = CidrError;

    fn from_str(text: &str) -> Result<Self, CidrError> {
        let (address, length) = match text.split_once('/') {
            Some((address, length)) => (address, Some(length)),
            None => (text, None),
        };
        let address: IpAddr = address
            .parse()
            .map_err(|_| CidrError::Address(text.to_owned()))?;
        let widest = width(address);
        let length = match length {
            None => widest,
            Some(digits) => digits
                .parse()
                .ok()
                // the number parser takes a sign as well
                .filter(|length| *length <= widest && digits.bytes().all(|b| b.is_ascii_digit()))
                .ok_or_else(|| CidrError::Length(text.to_owned(), widest))?,
        };
        let range = Self {
            first: beginning(address, length),
            length,
        };
        if range.first == address {
            Ok(range)
        } else {
            Err(CidrError::Inside(text.to_owned(), range))
        }
    }
}

impl fmt::Display for Cidr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.first, self.length)
    }
}

impl TryFrom<String> for Cidr {
    type Error = CidrError;

    fn try_from(text: String) -> Result<Self, CidrError> {
        text.parse()
    }
}

impl From<Cidr> for String {
    fn from(range: Cidr) -> Self {
        range.to_string()
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

    use proptest::prelude::*;

    use super::*;

    /// The slow road: bit by bit, from the left.
    fn bits(address: IpAddr) -> Vec<bool> {
        let octets = match address {
            IpAddr::V4(address) => address.octets().to_vec(),
            IpAddr::V6(address) => address.octets().to_vec(),
        };
        octets
            .iter()
            .flat_map(|octet| (0..8).rev().map(move |place| octet >> place & 1 == 1))
            .collect()
    }

    fn any_address() -> impl Strategy<Value = IpAddr> {
        prop_oneof![
            any::<u32>().prop_map(|bits| IpAddr::V4(Ipv4Addr::from_bits(bits))),
            any::<u128>().prop_map(|bits| IpAddr::V6(Ipv6Addr::from_bits(bits))),
        ]
    }

    /// An address, and one that differs from it in a single bit or is any other.
    fn two_addresses() -> impl Strategy<Value = (IpAddr, IpAddr)> {
        let neighbours = (any_address(), 0..128_u32).prop_map(|(address, place)| match address {
            IpAddr::V4(v4) => {
                let other = Ipv4Addr::from_bits(v4.to_bits() ^ (1 << (place % 32)));
                (address, IpAddr::V4(other))
            }
            IpAddr::V6(v6) => {
                let other = Ipv6Addr::from_bits(v6.to_bits() ^ (1 << place));
                (address, IpAddr::V6(other))
            }
        });
        prop_oneof![neighbours, (any_address(), any_address())]
    }

    proptest! {
        #[test]
        fn a_range_has_what_begins_with_the_same_bits((one, other) in two_addresses(), length in 0..=128_u8) {
            let length = length.min(width(one));
            let range = Cidr { first: beginning(one, length), length };
            let (a, b) = (bits(one), bits(other));
            let same = a.len() == b.len() && a[..length.into()] == b[..length.into()];
            prop_assert!(range.contains(one));
            prop_assert_eq!(range.contains(other), same);
        }

        #[test]
        fn a_range_is_read_back_as_it_is_written((address, _) in two_addresses(), length in 0..=128_u8) {
            let length = length.min(width(address));
            let range = Cidr { first: beginning(address, length), length };
            prop_assert_eq!(range.to_string().parse::<Cidr>().unwrap(), range);
            let text = serde_json::to_string(&range).unwrap();
            prop_assert_eq!(serde_json::from_str::<Cidr>(&text).unwrap(), range);
        }

        #[test]
        fn no_text_makes_the_parser_panic(text in ".{0,40}") {
            let _ = text.parse::<Cidr>();
        }
    }

    #[test]
    fn ranges_are_written_as_an_operator_writes_them() {
        for (text, whole) in [
            ("127.0.0.0/8", "127.0.0.0/8"),
            ("::1/128", "::1/128"),
            ("10.1.2.3", "10.1.2.3/32"),
            ("fd00::1", "fd00::1/128"),
            ("0.0.0.0/0", "0.0.0.0/0"),
            ("::/0", "::/0"),
        ] {
            assert_eq!(text.parse::<Cidr>().unwrap().to_string(), whole);
        }
    }

    #[test]
    fn what_is_no_range_is_refused_with_what_to_write() {
        let refused = |text: &str| text.parse::<Cidr>().unwrap_err().to_string();
        insta::assert_snapshot!(refused("localhost"), @r#""localhost" is no range of addresses; write one like 127.0.0.0/8, fc00::/7 or 10.1.2.3"#);
        insta::assert_snapshot!(refused("10.0.0.0/33"), @r#""10.0.0.0/33" has no length that fits its address; write a number up to 32 after the slash"#);
        insta::assert_snapshot!(refused("10.1.2.3/8"), @r#""10.1.2.3/8" names an address inside of a range; write 10.0.0.0/8 for the range, or leave out the slash for the address"#);
        for text in [
            "",
            "/",
            "/8",
            "10.0.0.0/",
            "10.0.0.0/+8",
            "10.0.0.0/8/8",
            "::/129",
            "10/8",
            "010.0.0.0/8",
            "fe80::1%eth0",
        ] {
            assert!(text.parse::<Cidr>().is_err(), "{text}");
        }
    }
}
