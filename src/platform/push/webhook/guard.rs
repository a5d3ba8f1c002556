//! Which addresses a webhook may reach.
//!
//! An entry of a receiver must not become a way into our own machines: by name, by address, or by a name that is
//! resolved to something else a moment later. So a name is resolved here, once, every address that it has is looked
//! at, and the connection goes to what was looked at. Devices of a township stand in private networks; the operator
//! names those.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::Arc;

use ipnet::IpNet;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};

/// That a name leads where a webhook may not go.
#[derive(Debug)]
pub(super) struct Forbidden;

impl Forbidden {
    /// The word that a delivery keeps.
    pub const WORD: &'static str = "address_forbidden";

    /// Whether this is why a request failed.
    pub fn is_behind(error: &reqwest::Error) -> bool {
        let mut deeper = std::error::Error::source(error);
        while let Some(source) = deeper {
            if source.is::<Self>() {
                return true;
            }
            deeper = source.source();
        }
        false
    }
}

impl fmt::Display for Forbidden {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the name leads to an address that webhooks may not reach")
    }
}

impl std::error::Error for Forbidden {}

/// Resolves names and looks at addresses.
pub(super) struct Guard {
    allowed: Arc<[IpNet]>,
}

impl Guard {
    pub fn new(allowed: Vec<IpNet>) -> Self {
        Self { allowed: allowed.into() }
    }

    /// Whether a webhook may reach `address`.
    pub fn allows(&self, address: IpAddr) -> bool {
        let address = address.to_canonical();
        self.allowed.iter().any(|network| network.contains(&address)) || is_public(address)
    }

    /// The addresses, unless one of them may not be reached: whoever mixes them tries something.
    fn looked_at(&self, addresses: Vec<SocketAddr>) -> Result<Vec<SocketAddr>, Forbidden> {
        let all = addresses.iter().all(|address| self.allows(address.ip()));
        if all { Ok(addresses) } else { Err(Forbidden) }
    }
}

impl Resolve for Guard {
    fn resolve(&self, name: Name) -> Resolving {
        let guard = Self { allowed: Arc::clone(&self.allowed) };
        Box::pin(async move {
            let found = tokio::net::lookup_host((name.as_str(), 0)).await?.collect();
            let addresses: Addrs = Box::new(guard.looked_at(found)?.into_iter());
            Ok(addresses)
        })
    }
}

/// Whether the address belongs to the public internet and to no special purpose (RFC 6890 and its registries).
fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(v4) => is_public_v4(v4),
        IpAddr::V6(v6) => is_public_v6(v6),
    }
}

fn is_public_v4(address: Ipv4Addr) -> bool {
    let [a, b, c, _] = address.octets();
    // This network and "unspecified"; carrier NAT, where a cloud keeps its metadata; protocol assignments;
    // benchmarks; everything from multicast on, broadcast included.
    let special = a == 0
        || (a == 100 && (64..128).contains(&b))
        || (a == 192 && b == 0 && c == 0)
        || (a == 198 && (b == 18 || b == 19))
        || a >= 224;
    !(special
        || address.is_loopback()
        || address.is_private()
        || address.is_link_local()
        || address.is_documentation())
}

fn is_public_v6(address: Ipv6Addr) -> bool {
    let segments = address.segments();
    let embedded = |high: u16, low: u16| Ipv4Addr::from((u32::from(high) << 16) | u32::from(low));
    match segments {
        // NAT64 and 6to4 lead to the IPv4 address inside them.
        [0x64, 0xff9b, 0, 0, 0, 0, high, low] | [0x2002, high, low, ..] => is_public_v4(embedded(high, low)),
        // Documentation, and Teredo with what belongs to it.
        [0x2001, 0xdb8, ..] | [0x2001, 0..0x200, ..] => false,
        // Only global unicast: not ::, ::1, mapped or compatible IPv4, unique local, link-local, site-local, multicast.
        [first, ..] => (0x2000..0x4000).contains(&first),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn allows(networks: &[&str], address: &str) -> bool {
        let networks = networks.iter().map(|network| network.parse().unwrap()).collect();
        Guard::new(networks).allows(address.parse().unwrap())
    }

    #[test]
    fn nothing_of_our_own_is_reached() {
        for inside in [
            "127.0.0.1",
            "127.8.8.8",
            "0.0.0.0",
            "0.1.2.3",
            "10.0.0.1",
            "172.16.0.1",
            "192.168.1.1",
            "169.254.169.254",
            "100.100.100.200",
            "192.0.0.192",
            "198.18.0.1",
            "224.0.0.1",
            "255.255.255.255",
            "203.0.113.7",
            "::",
            "::1",
            "::ffff:127.0.0.1",
            "::ffff:10.0.0.1",
            "::127.0.0.1",
            "64:ff9b::7f00:1",
            "2002:7f00:1::1",
            "fc00::1",
            "fd00:ec2::254",
            "fe80::1",
            "fec0::1",
            "ff02::1",
            "2001:db8::1",
            "2001::1",
        ] {
            assert!(!allows(&[], inside), "{inside}");
        }
    }

    #[test]
    fn the_internet_and_what_the_operator_names_is_reached() {
        for outside in
            ["8.8.8.8", "172.32.0.1", "100.128.0.1", "2400:3200::1", "64:ff9b::808:808", "::ffff:8.8.8.8"]
        {
            assert!(allows(&[], outside), "{outside}");
        }
        assert!(allows(&["10.1.0.0/16"], "10.1.2.3"));
        assert!(allows(&["10.1.0.0/16"], "::ffff:10.1.2.3"), "one device, two spellings");
        assert!(!allows(&["10.1.0.0/16"], "10.2.0.1"));
        assert!(allows(&["fd00:1::/32"], "fd00:1::9"));
    }

    #[test]
    fn a_name_with_one_bad_address_is_refused_altogether() {
        let guard = Guard::new(vec![]);
        let at = |ip: &str| SocketAddr::new(ip.parse().unwrap(), 0);
        assert_eq!(guard.looked_at(vec![at("8.8.8.8")]).map(|all| all.len()).ok(), Some(1));
        assert!(guard.looked_at(vec![at("8.8.8.8"), at("127.0.0.1")]).is_err());
    }
}
