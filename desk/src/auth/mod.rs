//! Who is at the door: passwords, logins, form tokens, throttling, and the guard every route passes.

mod guard;
mod link;
mod password;
mod secret;
mod throttle;

#[cfg(test)]
pub(crate) use guard::turned_away;
pub(crate) use guard::{Access, LOGIN, Reader, Visitor, guard, set_cookie, visitor};
pub(crate) use link::agent_link;
pub(crate) use password::Passwords;
#[cfg(test)]
pub(crate) use secret::form_token;
pub(crate) use secret::{digest, fresh_token, hex};
pub(crate) use throttle::{Throttle, lock_after};
