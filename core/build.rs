//! Lists the shipped templates so that they are compiled in: `templates/<language>/*.hbs`, their partials and samples.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs, io};

fn main() -> io::Result<()> {
    let root = PathBuf::from(env::var("CARGO_MANIFEST_DIR").map_err(io::Error::other)?).join("../templates");
    println!("cargo::rerun-if-changed={}", root.display());
    let mut code = String::new();
    let _ = writeln!(code, "pub(super) const TEMPLATES: &[(&str, &str, &str)] = &[");
    for language in ["en", "vi"] {
        list(&mut code, Some(language), &root.join(language), "hbs")?;
    }
    let _ = writeln!(code, "];\npub(super) const PARTIALS: &[(&str, &str, &str)] = &[");
    for language in ["en", "vi"] {
        list(&mut code, Some(language), &root.join(language).join("partials"), "hbs")?;
    }
    let _ = writeln!(code, "];\npub(super) const SAMPLES: &[(&str, &str)] = &[");
    list(&mut code, None, &root.join("samples"), "json")?;
    let _ = writeln!(code, "];");
    let out = PathBuf::from(env::var("OUT_DIR").map_err(io::Error::other)?);
    fs::write(out.join("shipped.rs"), code)
}

/// One line a file: language if there is one, name without its ending, content.
fn list(code: &mut String, language: Option<&str>, folder: &Path, ending: &str) -> io::Result<()> {
    if !folder.is_dir() {
        return Ok(());
    }
    println!("cargo::rerun-if-changed={}", folder.display());
    let mut paths: Vec<PathBuf> =
        fs::read_dir(folder)?.map(|entry| entry.map(|entry| entry.path())).collect::<io::Result<_>>()?;
    paths.sort();
    for path in paths.iter().filter(|path| path.extension().is_some_and(|found| found == ending)) {
        println!("cargo::rerun-if-changed={}", path.display());
        let name = path.file_stem().and_then(|stem| stem.to_str()).unwrap_or_default();
        let language = language.map(|language| format!("{language:?}, ")).unwrap_or_default();
        let path = path.canonicalize()?.to_string_lossy().into_owned();
        let _ = writeln!(code, "({language}{name:?}, include_str!({path:?})),");
    }
    Ok(())
}
