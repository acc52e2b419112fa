//! Passwords: argon2id, off the async threads, a few at a time.

use argon2::Argon2;
use argon2::password_hash::{PasswordHasher as _, PasswordVerifier as _};
use lara_core::ports::SecretHash;
use secrecy::{ExposeSecret as _, SecretString};
use tokio::sync::{Semaphore, SemaphorePermit};
use tokio::task::spawn_blocking;

/// How many passwords are worked on at once: each takes 19 MiB and tens of milliseconds of a core.
const AT_ONCE: usize = 4;

/// Why a password could not be worked on. The password itself is never part of it.
#[derive(Debug, thiserror::Error)]
#[error("the password hash failed")]
pub(crate) struct PasswordError;

/// Hashes and checks passwords.
#[derive(Debug)]
pub(crate) struct Passwords {
    seats: Semaphore,
    /// Checked instead when there is no such agent, so that the answer takes as long.
    nobody: tokio::sync::OnceCell<SecretHash>,
}

impl Default for Passwords {
    fn default() -> Self {
        Self { seats: Semaphore::new(AT_ONCE), nobody: tokio::sync::OnceCell::new() }
    }
}

/// The right to work on one password now.
#[derive(Debug)]
pub(crate) struct Seat<'a>(#[expect(dead_code, reason = "free again when dropped")] SemaphorePermit<'a>);

async fn hashed(password: SecretString) -> Result<SecretHash, PasswordError> {
    spawn_blocking(move || {
        Argon2::default()
            .hash_password(password.expose_secret().as_bytes())
            .map(|hash| SecretHash(hash.to_string()))
            .map_err(|_| PasswordError)
    })
    .await
    .map_err(|_| PasswordError)?
}

impl Passwords {
    /// Waits until a password may be worked on.
    pub(crate) async fn seat(&self) -> Result<Seat<'_>, PasswordError> {
        self.seats.acquire().await.map(Seat).map_err(|_| PasswordError)
    }

    /// The hash to store, with a fresh salt.
    pub(crate) async fn hash(&self, password: SecretString) -> Result<SecretHash, PasswordError> {
        let _seat = self.seat().await?;
        hashed(password).await
    }

    /// Whether `password` fits; with no hash the same work is done and the answer is no.
    pub(crate) async fn fits(
        &self,
        _seat: &Seat<'_>,
        password: SecretString,
        hash: Option<SecretHash>,
    ) -> Result<bool, PasswordError> {
        let known = hash.is_some();
        let hash = match hash {
            Some(hash) => hash,
            None => self
                .nobody
                .get_or_try_init(|| hashed(SecretString::from("nobody has this password")))
                .await?
                .clone(),
        };
        let fits = spawn_blocking(move || {
            Argon2::default().verify_password(password.expose_secret().as_bytes(), hash.0.as_str()).is_ok()
        })
        .await
        .map_err(|_| PasswordError)?;
        Ok(fits && known)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn fits(passwords: &Passwords, password: &str, hash: Option<SecretHash>) -> bool {
        let seat = passwords.seat().await.unwrap();
        passwords.fits(&seat, password.into(), hash).await.unwrap()
    }

    #[tokio::test]
    async fn only_the_right_password_fits_and_the_hash_is_argon2id() {
        let passwords = Passwords::default();
        let hash = passwords.hash("mật khẩu của Lan".into()).await.unwrap();
        assert!(hash.0.starts_with("$argon2id$"), "{}", hash.0);
        assert!(fits(&passwords, "mật khẩu của Lan", Some(hash.clone())).await);
        assert!(!fits(&passwords, "mat khau cua Lan", Some(hash)).await);
    }

    #[tokio::test]
    async fn nobody_gets_in_without_an_account_and_a_broken_hash_fits_nothing() {
        let passwords = Passwords::default();
        assert!(!fits(&passwords, "nobody has this password", None).await);
        assert!(!fits(&passwords, "x", Some(SecretHash("not a hash".to_owned()))).await);
    }
}
