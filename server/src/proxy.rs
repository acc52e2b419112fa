//! Which network address a request really came from: the peer's, or what trusted proxies say.

use axum::extract::{ConnectInfo, Request, State};
use axum::http::HeaderMap;
use axum::middleware::Next;
use axum::response::Response;
use lara_bots::ClientAddr;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

/// Puts the client's address beside the request, for the rate limits and for whatever else asks who calls.
pub(crate) async fn client_address(
    State(trusted): State<Arc<Vec<IpAddr>>>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    mut request: Request,
    next: Next,
) -> Response {
    put(&mut request, peer, &trusted);
    next.run(request).await
}

fn put(request: &mut Request, peer: SocketAddr, trusted: &[IpAddr]) {
    let address = client(peer.ip(), request.headers(), trusted);
    let extensions = request.extensions_mut();
    extensions.insert(ClientAddr(address));
    // Behind a proxy the peer is the same for everybody: who limits by it must see the client.
    extensions.insert(ConnectInfo(SocketAddr::new(address, peer.port())));
}

/// Walks `X-Forwarded-For` from the right, as long as the hop that wrote it is trusted; anybody else could have written
/// anything. An IPv4 address is one and the same written as IPv6 (`::ffff:10.0.0.1`), as dual-stack sockets give it.
fn client(peer: IpAddr, headers: &HeaderMap, trusted: &[IpAddr]) -> IpAddr {
    let values = headers.get_all("x-forwarded-for").iter().filter_map(|value| value.to_str().ok());
    let hops: Vec<&str> = values.flat_map(|value| value.split(',')).map(str::trim).collect();
    let mut address = peer.to_canonical();
    for hop in hops.iter().rev() {
        if !trusted.iter().any(|trusted| trusted.to_canonical() == address) {
            break;
        }
        match hop.parse::<IpAddr>() {
            Ok(before) => address = before.to_canonical(),
            Err(_) => break,
        }
    }
    address
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(peer: &str, forwarded: &str, trusted: &[&str]) -> String {
        let mut headers = HeaderMap::new();
        headers.insert("x-forwarded-for", forwarded.parse().unwrap());
        let trusted: Vec<IpAddr> = trusted.iter().map(|address| address.parse().unwrap()).collect();
        client(peer.parse().unwrap(), &headers, &trusted).to_string()
    }

    #[test]
    fn only_trusted_proxies_are_believed() {
        assert_eq!(found("203.0.113.9", "198.51.100.1", &[]), "203.0.113.9");
        assert_eq!(found("10.0.0.1", "198.51.100.1", &["10.0.0.1"]), "198.51.100.1");
        assert_eq!(found("10.0.0.1", "6.6.6.6, 198.51.100.1", &["10.0.0.1"]), "198.51.100.1");
        assert_eq!(found("10.0.0.1", "198.51.100.1, 10.0.0.2", &["10.0.0.1", "10.0.0.2"]), "198.51.100.1");
        assert_eq!(found("10.0.0.1", "nonsense", &["10.0.0.1"]), "10.0.0.1");
    }

    #[test]
    fn an_address_is_the_same_in_both_ways_of_writing_it() {
        assert_eq!(found("::ffff:10.0.0.1", "198.51.100.1", &["10.0.0.1"]), "198.51.100.1");
        assert_eq!(found("10.0.0.1", "::ffff:198.51.100.1", &["::ffff:10.0.0.1"]), "198.51.100.1");
        assert_eq!(found("::ffff:203.0.113.9", "198.51.100.1", &[]), "203.0.113.9");
    }

    #[test]
    fn who_asks_for_the_peer_is_told_the_client() {
        let peer: SocketAddr = "10.0.0.1:4321".parse().unwrap();
        let mut request = Request::new(axum::body::Body::empty());
        request.headers_mut().insert("x-forwarded-for", "198.51.100.1".parse().unwrap());
        request.extensions_mut().insert(ConnectInfo(peer));
        put(&mut request, peer, &[peer.ip()]);
        let ConnectInfo(seen) = request.extensions().get::<ConnectInfo<SocketAddr>>().unwrap();
        assert_eq!(seen.ip().to_string(), "198.51.100.1");
    }
}
