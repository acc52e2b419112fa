//! The key that seals the secrets of channels: from `LARA_SECRET_KEY`, or from a file beside the database, made at the
//! first start. It is not in the database, so that a copy of the database alone gives no token away.

use crate::wire;
use anyhow::{Context, Result, bail};
use std::io::Write as _;
use std::path::Path;

/// The name of the environment variable: 64 hexadecimal digits.
const VARIABLE: &str = "LARA_SECRET_KEY";
/// The name of the file in the data folder.
const FILE: &str = "secret.key";

/// The key.
pub(crate) fn secret_key(data_dir: &Path) -> Result<[u8; 32]> {
    if let Ok(text) = std::env::var(VARIABLE) {
        return parse(&text).with_context(|| format!("{VARIABLE} is no key: give 64 hexadecimal digits"));
    }
    let path = data_dir.join(FILE);
    match std::fs::read_to_string(&path) {
        Ok(text) => parse(&text).with_context(|| {
            format!("{} is no key: give back the file it was, or set {VARIABLE}", path.display())
        }),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => make(&path),
        Err(error) => Err(error).with_context(|| format!("cannot read {}", path.display())),
    }
}

/// A new key in a file that only its owner reads. It gets its name when it is whole, so that nobody finds half a key, and
/// of two processes that make it at once, one does.
fn make(path: &Path) -> Result<[u8; 32]> {
    let cannot = || format!("cannot write {}", path.display());
    let fresh = path.with_extension(format!("{}.new", wire::secret(8)?));
    write(&fresh, &wire::secret(32)?).with_context(cannot)?;
    let linked = std::fs::hard_link(&fresh, path);
    let exists = path.exists();
    match linked {
        // A file system without links: whole all the same, and two that start at once there are one operator's doing.
        Err(_) if !exists => std::fs::rename(&fresh, path).with_context(cannot)?,
        _ => std::fs::remove_file(&fresh).with_context(|| format!("cannot remove {}", fresh.display()))?,
    }
    parse(&std::fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?)
}

fn write(path: &Path, text: &str) -> std::io::Result<()> {
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()
}

fn parse(text: &str) -> Result<[u8; 32]> {
    let text = text.trim();
    let mut key = [0_u8; 32];
    if text.len() != 64 || !text.is_ascii() {
        bail!("not 64 hexadecimal digits");
    }
    for (place, byte) in key.iter_mut().enumerate() {
        let digits = text.get(place * 2..place * 2 + 2).unwrap_or_default();
        *byte = u8::from_str_radix(digits, 16).context("not hexadecimal")?;
    }
    Ok(key)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_key_is_made_once_and_found_again() {
        let folder = tempfile::tempdir().unwrap();
        let key = secret_key(folder.path()).unwrap();
        assert_eq!(secret_key(folder.path()).unwrap(), key);
        assert_ne!(key, [0; 32]);
        let files = std::fs::read_dir(folder.path()).unwrap().map(|file| file.unwrap().file_name());
        assert_eq!(files.collect::<Vec<_>>(), [FILE], "what it was made in is gone");
    }

    #[test]
    fn a_broken_key_file_says_what_to_do() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join(FILE), "not a key").unwrap();
        let error = format!("{:#}", secret_key(folder.path()).unwrap_err());
        assert!(error.contains("secret.key is no key") && error.contains(VARIABLE), "{error}");
    }
}
