//! Destinations of deliveries: addresses on loopback, direct or by a route.

use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use crate::error::SettingError;
use crate::webhook_url::{self, Origin, WebhookUrl};

/// Routes from origins to loopback.
#[derive(Debug, Default)]
pub(crate) struct WebhookRoutes(BTreeMap<Origin, Vec<SocketAddr>>);

/// Addresses to connect to, and the target of the request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct WebhookDestination {
    /// Loopback addresses, in the order in which they are tried.
    pub(crate) addresses: Vec<SocketAddr>,
    /// The value of the header `Host`.
    pub(crate) host: String,
    pub(crate) path: String,
}

impl WebhookRoutes {
    /// Adds a route from one origin to another: from `https://hooks.example.com` to `http://127.0.0.1:9000`.
    pub(crate) fn add(&mut self, from: &str, to: &str) -> Result<(), SettingError> {
        let from =
            origin_alone(from).ok_or_else(|| SettingError::Origin(webhook_url::shown(from)))?;
        let place = origin_alone(to).filter(|origin| origin.scheme == "http");
        let addresses = place.and_then(|origin| loopback(&origin));
        let addresses =
            addresses.ok_or_else(|| SettingError::LoopbackOrigin(webhook_url::shown(to)))?;
        self.0.insert(from, addresses);
        Ok(())
    }

    /// Returns the destination of a webhook's URL, or the reason why it has none.
    pub(crate) fn destination(&self, url: &str) -> Result<WebhookDestination, String> {
        let WebhookUrl {
            origin,
            authority,
            target,
            ..
        } = WebhookUrl::read(url).ok_or("its URL cannot be read")?;
        let routed = self.0.get(&origin).cloned();
        let direct = || loopback(&origin).filter(|_| origin.scheme == "http");
        let addresses = routed.or_else(direct).ok_or_else(|| {
            format!(
                "`{}://{}` is no plain http on loopback, and is not routed there",
                origin.scheme, origin.host
            )
        })?;
        Ok(WebhookDestination {
            addresses,
            host: authority,
            path: target,
        })
    }
}

/// Returns the origin of a URL that says no more than that.
fn origin_alone(url: &str) -> Option<Origin> {
    let read = WebhookUrl::read(url)?;
    (read.target == "/" && !read.has_user).then_some(read.origin)
}

/// Returns the addresses of an origin on loopback. No name is ever looked up: `localhost` is both of its addresses.
fn loopback(origin: &Origin) -> Option<Vec<SocketAddr>> {
    let (v4, v6) = (
        IpAddr::from(Ipv4Addr::LOCALHOST),
        IpAddr::from(Ipv6Addr::LOCALHOST),
    );
    let bare = origin.host.trim_start_matches('[').trim_end_matches(']');
    let addresses = match bare {
        "localhost" => vec![v4, v6],
        bare => vec![bare.parse().ok().filter(IpAddr::is_loopback)?],
    };
    let at_port = |address| SocketAddr::new(address, origin.port);
    Some(addresses.into_iter().map(at_port).collect())
}

#[cfg(test)]
mod tests {
    use super::{WebhookDestination, WebhookRoutes};

    fn to(routes: &WebhookRoutes, url: &str) -> Result<(Vec<String>, String, String), String> {
        let text = |to: WebhookDestination| {
            let addresses = to.addresses.iter().map(ToString::to_string);
            (addresses.collect(), to.host, to.path)
        };
        routes.destination(url).map(text)
    }

    #[test]
    fn only_plain_http_on_loopback_is_gone_to_directly() {
        let routes = WebhookRoutes::default();
        let found = |addresses: &[&str], host: &str, path: &str| {
            let addresses = addresses.iter().map(ToString::to_string).collect();
            Ok((addresses, host.to_owned(), path.to_owned()))
        };
        assert_eq!(
            to(&routes, "http://localhost:8080/hook?x=1"),
            found(
                &["127.0.0.1:8080", "[::1]:8080"],
                "localhost:8080",
                "/hook?x=1"
            )
        );
        assert_eq!(
            to(&routes, "http://u:p@127.0.0.1"),
            found(&["127.0.0.1:80"], "127.0.0.1", "/")
        );
        assert_eq!(
            to(&routes, "http://[::1]:9/"),
            found(&["[::1]:9"], "[::1]:9", "/")
        );
        for url in [
            "https://hooks.example.com/",
            "https://localhost:8443/",
            "https://127.0.0.1/",
            "http://192.0.2.1/",
            "http://127.0.0.1.example.com/",
            "http://127.0.0.1:65536/",
        ] {
            assert!(to(&routes, url).is_err(), "{url}");
        }
    }

    #[test]
    fn routed_origin_goes_to_loopback_and_keeps_its_name_and_path() {
        let mut routes = WebhookRoutes::default();
        let added = routes.add("https://Hooks.example.com", "http://127.0.0.1:9000/");
        assert!(added.is_ok());
        assert_eq!(
            to(&routes, "https://hooks.example.com:443/a?b=c"),
            Ok((
                vec!["127.0.0.1:9000".to_owned()],
                "hooks.example.com:443".to_owned(),
                "/a?b=c".to_owned()
            ))
        );
        assert!(to(&routes, "https://hooks.example.com:444/a").is_err());
    }

    #[test]
    fn routes_lead_from_an_origin_to_loopback_and_nowhere_else() {
        let mut routes = WebhookRoutes::default();
        for (from, target) in [
            ("hooks.example.com", "http://127.0.0.1:9000"),
            ("https://hooks.example.com/path", "http://127.0.0.1:9000"),
            ("https://hooks.example.com", "http://192.0.2.1:9000"),
            ("https://hooks.example.com", "http://hooks.example.net"),
            ("https://hooks.example.com", "https://127.0.0.1:9000"),
            ("https://hooks.example.com", "http://127.0.0.1:9000/hook"),
        ] {
            assert!(routes.add(from, target).is_err(), "{from} {target}");
        }
    }
}
