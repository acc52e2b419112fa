//! A wire that can be cut: stands between Lara and a PostgreSQL server, so that one test can take the database away
//! without taking it from the others.

use std::sync::Arc;
use tokio::io::copy_bidirectional;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

/// A forwarding port.
#[derive(Debug)]
pub(crate) struct Proxy {
    port: u16,
    whole: Arc<watch::Sender<bool>>,
}

impl Proxy {
    /// Forwards a local port to `target` (host:port).
    pub(crate) async fn to(target: &str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let whole = Arc::new(watch::Sender::new(true));
        let (target, state) = (target.to_owned(), Arc::clone(&whole));
        tokio::spawn(async move {
            while let Ok((near, _)) = listener.accept().await {
                // A cut wire accepts and hangs up at once: what a client of a dead server behind a balancer sees.
                if *state.borrow() {
                    tokio::spawn(forward(near, target.clone(), state.subscribe()));
                }
            }
        });
        Self { port, whole }
    }

    /// The same database URL by way of this wire.
    pub(crate) fn url(&self, direct: &str) -> String {
        let (head, rest) = direct.split_once('@').expect("postgres://user@host:port/name");
        let (_, name) = rest.split_once('/').expect("the URL names a database");
        format!("{head}@127.0.0.1:{}/{name}", self.port)
    }

    /// Cuts every connection and refuses new ones.
    pub(crate) fn cut(&self) {
        self.whole.send_replace(false);
    }

    /// Lets connections through again.
    pub(crate) fn mend(&self) {
        self.whole.send_replace(true);
    }
}

async fn forward(mut near: TcpStream, target: String, mut whole: watch::Receiver<bool>) {
    let Ok(mut far) = TcpStream::connect(&target).await else { return };
    tokio::select! {
        _ = copy_bidirectional(&mut near, &mut far) => {}
        _ = whole.wait_for(|whole| !whole) => {}
    }
}
