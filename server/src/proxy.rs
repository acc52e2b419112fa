//! Which network address a request really came from: the peer's, or what trusted proxies say.

use axum::extract::{ConnectInfo, Request, State};
use axum::http::HeaderMap;
use axum::middleware::Next;
use axum::response::Response;
use lara_bots::ClientAddr;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

/// Puts the client's address beside the request for the rate limits.
pub(crate) async fn client_address(
    State(trusted): State<Arc<Vec<IpAddr>>>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    mut request: Request,
    next: Next,
) -> Response {
    let address = client(peer.ip(), request.headers(), &trusted);
    request.extensions_mut().insert(ClientAddr(address));
    next.run(request).await
}

/// Walks `X-Forwarded-For` from the right, as long as the hop that wrote it is trusted; anybody else could have written
/// anything.
fn client(peer: IpAddr, headers: &HeaderMap, trusted: &[IpAddr]) -> IpAddr {
    let values = headers.get_all("x-forwarded-for").iter().filter_map(|value| value.to_str().ok());
    let hops: Vec<&str> = values.flat_map(|value| value.split(',')).map(str::trim).collect();
    let mut address = peer;
    for hop in hops.iter().rev() {
        if !trusted.contains(&address) {
            break;
        }
        match hop.parse() {
            Ok(before) => address = before,
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
}
