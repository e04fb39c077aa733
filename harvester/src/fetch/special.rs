//! The addresses that are not anybody's on the Internet, and those that lead to others.

use std::net::{IpAddr, Ipv4Addr};

use super::cidr::Cidr;

/// What is refused, the first that fits counting. The ranges are those of the IANA registries of special-purpose
/// addresses (RFC 6890, as updated by RFC 8190) that are not globally reachable, and multicast (RFC 5771, RFC 4291
/// section 2.7). A few that are reachable but where no web server of an institution can be (anycast relays) go with the
/// blocks that they lie in.
pub(super) const REFUSED: &[(Cidr, &str)] = &[
    (Cidr::v4([0, 0, 0, 0], 32), "the unspecified address"),
    (
        Cidr::v4([0, 0, 0, 0], 8),
        "an address of \"this network\" (RFC 791)",
    ),
    (Cidr::v4([10, 0, 0, 0], 8), "a private address (RFC 1918)"),
    (
        Cidr::v4([100, 64, 0, 0], 10),
        "an address behind a carrier's translation (RFC 6598)",
    ),
    (Cidr::v4([127, 0, 0, 0], 8), "a loopback address (RFC 1122)"),
    (
        Cidr::v4([169, 254, 0, 0], 16),
        "a link-local address (RFC 3927)",
    ),
    (
        Cidr::v4([172, 16, 0, 0], 12),
        "a private address (RFC 1918)",
    ),
    (
        Cidr::v4([192, 0, 0, 0], 24),
        "an address for protocols (RFC 6890)",
    ),
    (
        Cidr::v4([192, 0, 2, 0], 24),
        "an address for documentation (RFC 5737)",
    ),
    (
        Cidr::v4([192, 88, 99, 0], 24),
        "an address of 6to4 relays (RFC 7526)",
    ),
    (
        Cidr::v4([192, 168, 0, 0], 16),
        "a private address (RFC 1918)",
    ),
    (
        Cidr::v4([198, 18, 0, 0], 15),
        "an address for benchmarks (RFC 2544)",
    ),
    (
        Cidr::v4([198, 51, 100, 0], 24),
        "an address for documentation (RFC 5737)",
    ),
    (
        Cidr::v4([203, 0, 113, 0], 24),
        "an address for documentation (RFC 5737)",
    ),
    (
        Cidr::v4([224, 0, 0, 0], 4),
        "a multicast address (RFC 5771)",
    ),
    (
        Cidr::v4([240, 0, 0, 0], 4),
        "a reserved or broadcast address (RFC 1112)",
    ),
    (Cidr::v6([0; 4], 128), "the unspecified address"),
    (
        Cidr::v6_long([0, 0, 0, 0, 0, 0, 0, 1], 128),
        "a loopback address (RFC 4291)",
    ),
    (
        Cidr::v6_long([0, 0, 0, 0, 0, 0xffff, 0, 0], 96),
        "an IPv4-mapped address (RFC 4291)",
    ),
    (
        Cidr::v6([0x64, 0xff9b, 1, 0], 48),
        "an address of local translation (RFC 8215)",
    ),
    (
        Cidr::v6([0x100, 0, 0, 0], 64),
        "an address for discarding (RFC 6666)",
    ),
    (
        Cidr::v6([0x2001, 0, 0, 0], 23),
        "an address for protocols (RFC 2928), such as Teredo",
    ),
    (
        Cidr::v6([0x2001, 0xdb8, 0, 0], 32),
        "an address for documentation (RFC 3849)",
    ),
    (
        Cidr::v6([0x3fff, 0, 0, 0], 20),
        "an address for documentation (RFC 9637)",
    ),
    (
        Cidr::v6([0x5f00, 0, 0, 0], 16),
        "a segment routing identifier (RFC 9602)",
    ),
    (
        Cidr::v6([0xfc00, 0, 0, 0], 7),
        "a unique local address (RFC 4193)",
    ),
    (
        Cidr::v6([0xfe80, 0, 0, 0], 10),
        "a link-local address (RFC 4291)",
    ),
    (
        Cidr::v6([0xfec0, 0, 0, 0], 10),
        "a site-local address (RFC 3879)",
    ),
    (
        Cidr::v6([0xff00, 0, 0, 0], 8),
        "a multicast address (RFC 4291)",
    ),
    // all that is left outside of 2000::/3, IPv4-compatible addresses among it
    (
        Cidr::v6([0, 0, 0, 0], 3),
        "not a global unicast address (RFC 4291)",
    ),
    (
        Cidr::v6([0x4000, 0, 0, 0], 2),
        "not a global unicast address (RFC 4291)",
    ),
    (
        Cidr::v6([0x8000, 0, 0, 0], 1),
        "not a global unicast address (RFC 4291)",
    ),
];

/// IPv6 addresses that a router on the way turns into the IPv4 address in their last 32 bits (NAT64, RFC 6052 section
/// 2.1; a network with a prefix of its own for this cannot be told from others).
const TRANSLATED: Cidr = Cidr::v6([0x64, 0xff9b, 0, 0], 96);
/// IPv6 addresses that are reached through the IPv4 address in bits 16 to 47 (6to4, RFC 3056 section 2).
const TUNNELLED: Cidr = Cidr::v6([0x2002, 0, 0, 0], 16);

/// The IPv4 address that packets for this IPv6 address end at.
pub(super) fn leads_to(address: IpAddr) -> Option<Ipv4Addr> {
    let IpAddr::V6(v6) = address else { return None };
    let [_, first, second, .., seventh, eighth] = v6.segments();
    if TRANSLATED.contains(address) {
        Some(joined(seventh, eighth))
    } else if TUNNELLED.contains(address) {
        Some(joined(first, second))
    } else {
        None
    }
}

fn joined(high: u16, low: u16) -> Ipv4Addr {
    Ipv4Addr::from_bits(u32::from(high) << 16 | u32::from(low))
}
