//! `lara template lint`: checks reply templates as the studio does before it publishes them.

use crate::config::Config;
use crate::wire;
use anyhow::{Context, Result, bail};
use lara_core::act::template;
use lara_core::model::{ChannelKind, Language, TemplateName};
use lara_core::ports::{Brands, Templates};
use std::path::{Path, PathBuf};

/// Subcommands of `lara template`.
#[derive(Debug, clap::Subcommand)]
pub(crate) enum Command {
    /// Check the shipped templates, those of a folder, or all published ones
    Lint {
        /// Folder laid out as `LANGUAGE/KEY[.CHANNEL].hbs` (default: the shipped templates)
        folder: Option<PathBuf>,
        /// Check what is published in the configured database as well
        #[arg(long)]
        published: bool,
    },
}

/// Runs `lara template`.
pub(crate) async fn run(config: &Config, command: &Command) -> Result<()> {
    let Command::Lint { folder, published } = command;
    let mut checked = 0;
    let mut faulty = 0;
    let mut check = |name: &TemplateName, body: &str, shown: &str| {
        checked += 1;
        if let Err(faults) = template::check(name, body) {
            faulty += 1;
            for fault in faults {
                let hint =
                    fault.nearest.map(|nearest| format!(" - did you mean {nearest}?")).unwrap_or_default();
                eprintln!("{shown}:{}:{}: {}{hint}", fault.line, fault.column, fault.message);
            }
        }
    };
    match folder {
        Some(folder) => {
            for (name, path) in find(folder)? {
                let body = std::fs::read_to_string(&path)
                    .with_context(|| format!("cannot read {}", path.display()))?;
                check(&name, &body, &path.display().to_string());
            }
        }
        None => {
            for (name, body) in template::shipped() {
                check(&name, body, &format!("templates/{}/{}.hbs", name.language, name.key));
            }
        }
    }
    if *published {
        let store = wire::open_store(config).await?;
        for brand in store.brands().await? {
            for version in store.live(brand.id).await? {
                let shown = format!(
                    "{}: {}/{} v{}",
                    brand.slug, version.name.language, version.name.key, version.version
                );
                check(&version.name, &version.body, &shown);
            }
        }
    }
    if faulty > 0 {
        bail!("{faulty} of {checked} templates are broken");
    }
    println!("{checked} templates are good");
    Ok(())
}

/// The templates of a folder, by the names their paths give them.
fn find(folder: &Path) -> Result<Vec<(TemplateName, PathBuf)>> {
    let mut found = Vec::new();
    for language in Language::ALL {
        let folder = folder.join(language.as_str());
        if !folder.is_dir() {
            continue;
        }
        for entry in
            std::fs::read_dir(&folder).with_context(|| format!("cannot read {}", folder.display()))?
        {
            let path = entry?.path();
            let Some(stem) =
                path.file_name().and_then(|name| name.to_str()).and_then(|name| name.strip_suffix(".hbs"))
            else {
                continue;
            };
            let (key, channel) = match stem.split_once('.') {
                Some((key, channel)) => {
                    (key, Some(channel.parse::<ChannelKind>().with_context(|| path.display().to_string())?))
                }
                None => (stem, None),
            };
            found.push((TemplateName { key: key.to_owned(), language: *language, channel }, path.clone()));
        }
    }
    if found.is_empty() {
        bail!("{} has no templates: it should hold en/ and vi/ with KEY.hbs files", folder.display());
    }
    Ok(found)
}
