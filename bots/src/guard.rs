//! No request of ours goes to a private address: the URL of a webhook or of an attachment is somebody's input, and behind our
//! firewall it would reach what only we may reach.

use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use url::{Host, Url};

/// Whether targets on private networks and on this machine are allowed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum PrivateTargets {
    /// They are refused.
    #[default]
    Refused,
    /// The operator allows them: the shop's own server stands beside ours.
    Allowed,
}

/// Resolves names for the HTTP client and leaves private addresses out. It stands inside the client, so that a name cannot
/// answer one thing when checked and another when used.
#[derive(Debug, Clone, Copy, Default)]
pub struct Guard(pub PrivateTargets);

/// A name with no address we may go to.
#[derive(Debug, thiserror::Error)]
#[error("the name has no public address")]
pub(crate) struct NoPublicAddress;

/// Whether a request failed because its name has no address we may go to.
pub(crate) fn is_private(error: &reqwest::Error) -> bool {
    let mut cause: Option<&(dyn std::error::Error + 'static)> = Some(error);
    while let Some(this) = cause {
        if this.is::<NoPublicAddress>() {
            return true;
        }
        cause = this.source();
    }
    false
}

impl Guard {
    /// Whether the client may be given this URL at all: http or https, and if its host is a number, a public one.
    #[must_use]
    pub fn admits(self, url: &Url) -> bool {
        let admitted = match url.host() {
            Some(Host::Ipv4(address)) => self.admits_address(IpAddr::V4(address)),
            Some(Host::Ipv6(address)) => self.admits_address(IpAddr::V6(address)),
            Some(Host::Domain(_)) => true,
            None => false,
        };
        matches!(url.scheme(), "http" | "https") && admitted
    }

    /// Whether a request may go to this address.
    #[must_use]
    pub fn admits_address(self, address: IpAddr) -> bool {
        self.0 == PrivateTargets::Allowed
            || match address.to_canonical() {
                IpAddr::V4(v4) => is_public_v4(v4),
                IpAddr::V6(v6) => is_public_v6(v6),
            }
    }
}

impl Resolve for Guard {
    fn resolve(&self, name: Name) -> Resolving {
        let guard = *self;
        Box::pin(async move {
            let found = tokio::net::lookup_host((name.as_str(), 0)).await?;
            let public: Vec<SocketAddr> =
                found.filter(|address| guard.admits_address(address.ip())).collect();
            if public.is_empty() {
                return Err(NoPublicAddress.into());
            }
            let addresses: Addrs = Box::new(public.into_iter());
            Ok(addresses)
        })
    }
}

/// Neither private, shared, local, documentation, benchmark, multicast nor reserved (IANA special-purpose registry).
fn is_public_v4(address: Ipv4Addr) -> bool {
    let [a, b, c, _] = address.octets();
    !(address.is_private()
        || address.is_loopback()
        || address.is_link_local()
        || address.is_broadcast()
        || address.is_documentation()
        || address.is_multicast()
        || a == 0
        || a >= 240
        || (a == 100 && (64..128).contains(&b))
        || (a == 198 && (b == 18 || b == 19))
        || (a == 192 && b == 0 && c == 0))
}

/// Global unicast (`2000::/3`) without documentation, Teredo and 6to4, whose inner address may be anything.
fn is_public_v6(address: Ipv6Addr) -> bool {
    let [a, b, ..] = address.segments();
    let teredo = a == 0x2001 && b == 0;
    let documentation = (a == 0x2001 && b == 0xdb8) || a == 0x3fff;
    (0x2000..0x4000).contains(&a) && !teredo && !documentation && a != 0x2002
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_public_addresses_are_admitted() {
        let guard = Guard(PrivateTargets::Refused);
        for private in [
            "127.0.0.1",
            "10.1.2.3",
            "172.16.0.1",
            "192.168.1.1",
            "169.254.169.254",
            "100.64.0.1",
            "0.0.0.0",
            "255.255.255.255",
            "224.0.0.1",
            "240.0.0.1",
            "198.18.0.1",
            "192.0.2.1",
            "192.0.0.8",
            "::1",
            "::",
            "fe80::1",
            "fc00::1",
            "ff02::1",
            "::ffff:127.0.0.1",
            "2002:7f00:1::",
            "2001::1",
            "2001:db8::1",
            "64:ff9b::7f00:1",
        ] {
            assert!(!guard.admits_address(private.parse().unwrap()), "{private}");
        }
        for public in ["203.0.114.1", "1.1.1.1", "2606:4700::1111", "::ffff:1.1.1.1", "100.128.0.1"] {
            assert!(guard.admits_address(public.parse().unwrap()), "{public}");
        }
    }

    #[test]
    fn urls_must_be_web_addresses() {
        for targets in [PrivateTargets::Refused, PrivateTargets::Allowed] {
            let admits = |url: &str| Guard(targets).admits(&Url::parse(url).unwrap());
            assert!(admits("https://shop.example/hook"));
            assert!(!admits("file:///etc/passwd") && !admits("ftp://shop.example/") && !admits("data:,x"));
        }
    }
}
