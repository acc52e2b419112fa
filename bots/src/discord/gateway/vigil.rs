//! Notices when the connection is lost and does not come back. serenity waits for the answer to a resume as long as the
//! heart beats, and does not say that it is resuming.

use std::time::Duration;
use tokio::sync::{Mutex, watch};

/// How long beginning the first session may take.
const FIRST: Duration = Duration::from_mins(1);
/// How long coming back may take: a resume takes a second, a new session of serenity's own ten.
const BACK: Duration = Duration::from_secs(15);
/// How often it is looked.
const LOOK: Duration = Duration::from_millis(500);

/// Returns when there is no session and none is likely to come. `sessions` moves at every READY and RESUMED.
pub(super) async fn lost(address: &Mutex<String>, mut sessions: watch::Receiver<u64>) {
    let mut patience = FIRST;
    while let Ok(Ok(())) = tokio::time::timeout(patience, sessions.changed()).await {
        asked_again(address).await;
        patience = BACK;
    }
}

/// Returns when serenity asks for the gateway's address again, which it does before it connects and never else. The lock
/// is fair: who gives it up gets it back at once only if nobody waits for it.
async fn asked_again(address: &Mutex<String>) {
    let mut held = address.lock().await;
    loop {
        tokio::time::sleep(LOOK).await;
        drop(held);
        match address.try_lock() {
            Ok(again) => held = again,
            Err(_) => return,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Arc;

    #[tokio::test(start_paused = true)]
    async fn a_connection_that_comes_back_is_kept_and_one_that_does_not_is_given_up() {
        let (address, (told, sessions)) = (Arc::new(Mutex::new(String::new())), watch::channel(0));
        let mut lost = Box::pin({
            let address = address.clone();
            async move { lost(&address, sessions).await }
        });
        told.send_modify(|count| *count += 1);
        let hour = Duration::from_hours(1);
        assert!(tokio::time::timeout(hour, &mut lost).await.is_err(), "a session is kept");
        // Reconnecting, and a session again.
        let connect = async {
            drop(address.lock().await);
            told.send_modify(|count| *count += 1);
            std::future::pending::<()>().await;
        };
        let watched = async {
            tokio::select! { () = &mut lost => {}, () = connect => {} }
        };
        assert!(tokio::time::timeout(hour, watched).await.is_err(), "it came back");
        // Reconnecting, and nobody answers.
        let connect = async {
            drop(address.lock().await);
            std::future::pending::<()>().await;
        };
        let watched = async {
            tokio::select! { () = &mut lost => {}, () = connect => {} }
        };
        assert!(tokio::time::timeout(hour, watched).await.is_ok(), "it did not");
    }
}
