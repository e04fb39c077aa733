//! Which addresses a stranger may send a harvester to.
//!
//! A roster, a redirect or a record names a host; what that name stands for is whatever its owner writes into the DNS,
//! which may be the database beside the harvester or the metadata service of its cloud. So only addresses that anybody
//! on the Internet could reach as well are connected to, unless an operator allowed a range.

use std::net::IpAddr;

use super::cidr::Cidr;
use super::special::{REFUSED, leads_to};

/// An address that is not connected to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{address} is {why}")]
pub struct RefusedAddress {
    /// The address.
    pub address: IpAddr,
    /// What addresses these are: a noun phrase.
    pub why: &'static str,
}

/// Which addresses may be connected to: all global ones, and what an operator allowed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AddressRules {
    allow: Vec<Cidr>,
}

impl AddressRules {
    /// Global addresses, and those in these ranges (`--allow`).
    pub fn new(allow: Vec<Cidr>) -> Self {
        Self { allow }
    }

    /// Any address: for what an operator types on a command line.
    pub fn any() -> Self {
        Self::new(vec![Cidr::v4([0; 4], 0), Cidr::v6([0; 4], 0)])
    }

    /// As these, and beside them the ranges in which these addresses are, where they are not global: who asks a server on the own
    /// machine or in the own house may be sent on there.
    pub fn beside(mut self, addresses: &[IpAddr]) -> Self {
        for address in addresses {
            let range = REFUSED.iter().find(|(range, _)| range.contains(*address));
            self.allow.extend(range.map(|(range, _)| *range));
        }
        self
    }

    /// Whether this address may be connected to.
    ///
    /// # Errors
    /// [`RefusedAddress`] says what address it is. Of one that only leads to an IPv4 address the latter is judged.
    pub fn check(&self, address: IpAddr) -> Result<(), RefusedAddress> {
        if self.allow.iter().any(|range| range.contains(address)) {
            return Ok(());
        }
        if let Some(inner) = leads_to(address) {
            return self
                .check(IpAddr::V4(inner))
                .map_err(|refused| RefusedAddress { address, ..refused });
        }
        match REFUSED.iter().find(|(range, _)| range.contains(address)) {
            Some((_, why)) => Err(RefusedAddress { address, why }),
            None => Ok(()),
        }
    }
}

/// The address that a URL's host is, if it is one and no name. However it was written (`2130706433`, `0x7f.1`), the URL
/// parser has made the usual form of it.
pub(super) fn literal(host: url::Host<&str>) -> Option<IpAddr> {
    match host {
        url::Host::Ipv4(address) => Some(IpAddr::V4(address)),
        url::Host::Ipv6(address) => Some(IpAddr::V6(address)),
        url::Host::Domain(_) => None,
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

    use std::net::{Ipv4Addr, Ipv6Addr};

    use proptest::prelude::*;

    use super::*;

    fn refused(rules: &AddressRules, address: &str) -> Option<&'static str> {
        rules
            .check(address.parse().unwrap())
            .err()
            .map(|refused| refused.why)
    }

    #[test]
    fn every_row_of_the_table_is_a_range_and_refuses_its_first_address() {
        let rules = AddressRules::default();
        for (range, _) in REFUSED {
            let text = range.to_string();
            assert_eq!(text.parse::<Cidr>().unwrap(), *range);
            let first = text.split_once('/').unwrap().0;
            assert!(refused(&rules, first).is_some(), "{text}");
        }
    }

    #[test]
    fn who_asks_the_own_machine_may_be_sent_on_there_and_nowhere_else() {
        let rules = AddressRules::default().beside(&["127.0.0.1".parse().unwrap()]);
        assert_eq!(refused(&rules, "127.0.0.2"), None);
        for address in ["10.0.0.1", "169.254.169.254", "::1"] {
            assert!(refused(&rules, address).is_some(), "{address}");
        }
        let global = AddressRules::default().beside(&["8.8.8.8".parse().unwrap()]);
        assert_eq!(global, AddressRules::default());
    }

    #[test]
    fn special_addresses_are_refused_and_said_to_be_what_they_are() {
        let rules = AddressRules::default();
        for (address, words) in [
            ("127.0.0.1", "loopback"),
            ("127.255.255.255", "loopback"),
            ("10.0.0.1", "private"),
            ("172.16.0.1", "private"),
            ("172.31.255.255", "private"),
            ("192.168.1.1", "private"),
            ("169.254.169.254", "link-local"),
            ("100.64.0.1", "carrier"),
            ("100.127.255.255", "carrier"),
            ("0.0.0.0", "unspecified"),
            ("0.1.2.3", "this network"),
            ("224.0.0.1", "multicast"),
            ("255.255.255.255", "broadcast"),
            ("::", "unspecified"),
            ("::1", "loopback"),
            ("::ffff:127.0.0.1", "IPv4-mapped"),
            ("::ffff:8.8.8.8", "IPv4-mapped"),
            ("::7f00:1", "not a global unicast"),
            ("::ffff:0:7f00:1", "not a global unicast"),
            ("64:ff9b::10.0.0.1", "private"),
            ("64:ff9b::169.254.169.254", "link-local"),
            ("64:ff9b:1::1", "local translation"),
            ("2002:7f00:1::", "loopback"),
            ("2002:c0a8:101::1", "private"),
            ("2001:0:7f00:1::", "Teredo"),
            ("2001:db8::1", "documentation"),
            ("fc00::1", "unique local"),
            ("fd00:ec2::254", "unique local"),
            ("fe80::1", "link-local"),
            ("febf::1", "link-local"),
            ("fec0::1", "site-local"),
            ("ff02::1", "multicast"),
            ("4000::1", "not a global unicast"),
            ("e000::1", "not a global unicast"),
        ] {
            let why = refused(&rules, address);
            assert!(
                why.is_some_and(|why| why.contains(words)),
                "{address}: {why:?}"
            );
        }
    }

    #[test]
    fn global_addresses_are_not_refused_up_to_the_edges() {
        for address in [
            "1.0.0.0",
            "9.255.255.255",
            "11.0.0.0",
            "100.63.255.255",
            "100.128.0.0",
            "126.255.255.255",
            "128.0.0.0",
            "169.253.255.255",
            "172.15.255.255",
            "172.32.0.0",
            "192.167.255.255",
            "192.169.0.0",
            "223.255.255.255",
            "2001:200::1",
            "2001:67c::1",
            "2600::1",
            "3ffe::1",
            "64:ff9b::8.8.8.8",
            "2002:808:808::1",
        ] {
            assert_eq!(
                refused(&AddressRules::default(), address),
                None,
                "{address}"
            );
        }
    }

    #[test]
    fn an_operator_allows_a_range_and_nothing_beside_it() {
        let rules = AddressRules::new(vec!["127.0.0.0/8".parse().unwrap()]);
        assert_eq!(refused(&rules, "127.0.0.1"), None);
        assert_eq!(refused(&rules, "64:ff9b::127.0.0.1"), None);
        assert!(refused(&rules, "::1").is_some());
        assert!(refused(&rules, "10.0.0.1").is_some());
        assert!(refused(&rules, "::ffff:127.0.0.1").is_some());
        assert_eq!(refused(&AddressRules::any(), "::ffff:127.0.0.1"), None);
        assert_eq!(refused(&AddressRules::any(), "10.0.0.1"), None);
    }

    proptest! {
        /// What the standard library knows as special is never let through, also not wrapped into IPv6.
        #[test]
        fn nothing_special_gets_through_in_any_wrapping(bits in any::<u32>(), special in 0..5_u8) {
            let bits = match special {
                0 => bits & 0x00ff_ffff | 0x7f00_0000,
                1 => bits & 0x00ff_ffff | 0x0a00_0000,
                2 => bits & 0x000f_ffff | 0xac10_0000,
                3 => bits & 0x0000_ffff | 0xa9fe_0000,
                _ => bits,
            };
            let v4 = Ipv4Addr::from_bits(bits);
            let special = v4.is_loopback() || v4.is_private() || v4.is_link_local() || v4.is_unspecified()
                || v4.is_broadcast() || v4.is_multicast() || v4.is_documentation();
            let [a, b, c, d] = v4.octets().map(u16::from);
            let (high, low) = (a << 8 | b, c << 8 | d);
            let rules = AddressRules::default();
            let plain = rules.check(IpAddr::V4(v4)).is_ok();
            prop_assert!(!(special && plain), "{v4}");
            for wrapped in [
                Ipv6Addr::new(0x64, 0xff9b, 0, 0, 0, 0, high, low),
                Ipv6Addr::new(0x2002, high, low, 0, 0, 0, 0, 1),
            ] {
                prop_assert_eq!(rules.check(IpAddr::V6(wrapped)).is_ok(), plain, "{}", wrapped);
            }
            prop_assert!(rules.check(IpAddr::V6(v4.to_ipv6_mapped())).is_err());
        }
    }
}
