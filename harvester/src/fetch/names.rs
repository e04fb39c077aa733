//! From a name to the addresses that may be connected to.
//!
//! The connection is made to an address that came from here, and every one that comes from here was checked; the name
//! is not looked up a second time. So a name that changes its address between the check and the connection (DNS
//! rebinding) gains nothing.

use std::io;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use futures_util::future::BoxFuture;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};

use super::address::{AddressRules, RefusedAddress};

/// The most addresses of one name that are tried: a name can have thousands, and each attempt may cost seconds.
const MOST_ADDRESSES: usize = 16;

/// Looks names up.
pub trait Names: Send + Sync {
    /// All addresses of a name, in the order in which to try them; how long that may take is for the caller to bound.
    ///
    /// # Errors
    /// What the resolver says where there are none or it cannot tell.
    fn addresses<'a>(&'a self, name: &'a str) -> BoxFuture<'a, io::Result<Vec<IpAddr>>>;
}

/// The machine's resolver, with its hosts file and search order.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemNames;

impl Names for SystemNames {
    fn addresses<'a>(&'a self, name: &'a str) -> BoxFuture<'a, io::Result<Vec<IpAddr>>> {
        Box::pin(async move {
            let found = tokio::net::lookup_host((name, 0)).await?;
            Ok(found.map(|address| address.ip()).collect())
        })
    }
}

/// That a name has no address.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub(super) struct UnknownName(pub(super) String);

/// Tells the HTTP client only of addresses that the rules permit.
pub(super) struct CheckedNames {
    pub(super) names: Arc<dyn Names>,
    pub(super) rules: Arc<AddressRules>,
}

impl Resolve for CheckedNames {
    fn resolve(&self, name: Name) -> Resolving {
        let names = Arc::clone(&self.names);
        let rules = Arc::clone(&self.rules);
        Box::pin(async move {
            let found = names
                .addresses(name.as_str())
                .await
                .map_err(|error| UnknownName(error.to_string()))?;
            let addresses = permitted(&rules, found)?
                .ok_or_else(|| UnknownName("the name has no address".to_owned()))?;
            // port 0 stands for the URL's port
            let addresses = addresses
                .into_iter()
                .map(|address| SocketAddr::new(address, 0));
            Ok(Box::new(addresses) as Addrs)
        })
    }
}

/// Those that may be connected to; `None` where there are none at all.
fn permitted(
    rules: &AddressRules,
    found: Vec<IpAddr>,
) -> Result<Option<Vec<IpAddr>>, RefusedAddress> {
    let mut first_refused = None;
    let mut permitted = Vec::new();
    for address in found {
        match rules.check(address) {
            Ok(()) if permitted.len() < MOST_ADDRESSES => permitted.push(address),
            Ok(()) => break,
            Err(refused) => first_refused = first_refused.or(Some(refused)),
        }
    }
    match first_refused {
        Some(refused) if permitted.is_empty() => Err(refused),
        _ => Ok(Some(permitted).filter(|permitted| !permitted.is_empty())),
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

    use super::*;

    fn addresses(texts: &[&str]) -> Vec<IpAddr> {
        texts.iter().map(|text| text.parse().unwrap()).collect()
    }

    #[test]
    fn of_several_addresses_only_the_permitted_are_used() {
        let rules = AddressRules::default();
        let mixed = addresses(&["10.0.0.1", "8.8.8.8", "::1", "2600::1"]);
        assert_eq!(
            permitted(&rules, mixed).unwrap().unwrap(),
            addresses(&["8.8.8.8", "2600::1"])
        );
        let refused = permitted(&rules, addresses(&["10.0.0.1", "::1"])).unwrap_err();
        assert_eq!(refused.address, addresses(&["10.0.0.1"])[0]);
        assert_eq!(permitted(&rules, Vec::new()).unwrap(), None);
    }

    #[test]
    fn a_name_with_thousands_of_addresses_costs_no_more_than_a_few_attempts() {
        let many = (0..5000).map(|n| IpAddr::from([8, 8, (n >> 8) as u8, n as u8]));
        let tried = permitted(&AddressRules::default(), many.collect());
        assert_eq!(tried.unwrap().unwrap().len(), MOST_ADDRESSES);
    }
}
