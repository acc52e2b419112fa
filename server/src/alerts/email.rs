//! Alerts by e-mail.

use super::http::NotSent;
use super::text::Written;
use lettre::message::Mailbox;
use lettre::message::header::{ContentType, HeaderName, HeaderValue};
use lettre::transport::smtp::Error;
use lettre::{AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor};
use secrecy::{ExposeSecret, SecretString};
use std::time::Duration;
use tokio::time::{Instant, timeout_at};

/// How long each step of the talk with the mail server may take.
const TIMEOUT: Duration = Duration::from_secs(10);
/// How long all of it may take, however many steps a slow server makes of it: well under the lease of an alert.
const IN_ALL: Duration = Duration::from_mins(1);

/// Sends an alert to everybody of a list, in one message.
pub(crate) async fn send(
    smtp: &SecretString,
    from: &str,
    to: &[String],
    alert: &Written,
) -> Result<(), NotSent> {
    let transport = AsyncSmtpTransport::<Tokio1Executor>::from_url(smtp.expose_secret())
        .map_err(|_| NotSent::Refused("smtp_url_invalid"))?
        .timeout(Some(TIMEOUT))
        .build();
    let message = compose(from, to, alert)?;
    let deadline = Instant::now() + IN_ALL;
    // What fails before the message is on its way can be tried again: so the way is tried first.
    match timeout_at(deadline, transport.test_connection()).await {
        Err(_) => return Err(NotSent::Later(None, "mail_server_unreachable")),
        Ok(Ok(true)) => {}
        Ok(Ok(false)) => return Err(NotSent::Later(None, "mail_server_busy")),
        Ok(Err(error)) => {
            return Err(match answered(&error) {
                Some(refused @ NotSent::Refused(_)) => refused,
                _ => NotSent::Later(None, "mail_server_unreachable"),
            });
        }
    }
    match timeout_at(deadline, transport.send(message)).await {
        Err(_) => Err(NotSent::Uncertain("mail_server_silent")),
        Ok(Ok(_)) => Ok(()),
        Ok(Err(error)) => Err(answered(&error).unwrap_or(NotSent::Uncertain("mail_server_silent"))),
    }
}

/// What the server itself answered, or what we did not even say.
fn answered(error: &Error) -> Option<NotSent> {
    if error.is_transient() {
        Some(NotSent::Later(None, "mail_server_busy"))
    } else if error.is_permanent() {
        Some(NotSent::Refused("mail_refused"))
    } else if error.is_client() {
        Some(NotSent::Refused("mail_client"))
    } else {
        None
    }
}

fn compose(from: &str, to: &[String], alert: &Written) -> Result<Message, NotSent> {
    let mailbox = |text: &str| text.parse::<Mailbox>().map_err(|_| NotSent::Refused("address_invalid"));
    let from = mailbox(from)?;
    // The same alert has the same id, whoever sends it.
    let id = format!("<{}@{}>", alert.id, from.email.domain());
    let mut builder = Message::builder().message_id(Some(id)).from(from).subject(&alert.text);
    for to in to {
        builder = builder.to(mailbox(to)?);
    }
    let message = builder.header(ContentType::TEXT_PLAIN).body(format!("{}\n", alert.message()));
    let mut message = message.map_err(|_| NotSent::Refused("address_invalid"))?;
    // RFC 3834: no machine answers a machine.
    let name = HeaderName::new_from_ascii_str("Auto-Submitted");
    message.headers_mut().insert_raw(HeaderValue::new(name, "auto-generated".to_owned()));
    Ok(message)
}
