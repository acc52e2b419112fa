//! `lara doctor`: what is missing or broken, in plain words, with what to do about it.

use crate::config::Config;
use crate::{opinion, understanding, wire};
use anyhow::{Result, bail};
use lara_core::act::template;
use lara_core::model::{self, ChannelKind, Gravity, Language};
use lara_core::ports::{Agents, Brands, Models, Symptom, Templates};
use lara_core::wording::channel_trouble;
use lara_nlu::Engine;
use lara_store::Store;
use std::sync::Arc;
use tokio_util::sync::CancellationToken;

/// Arguments of `lara doctor`.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Print one JSON object a finding
    #[arg(long)]
    json: bool,
}

/// How bad a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "lowercase")]
enum Grade {
    Good,
    Hint,
    Broken,
}

/// One finding.
#[derive(Debug, serde::Serialize)]
struct Finding {
    grade: Grade,
    what: String,
}

/// Looks at everything and prints what it found; fails when something is broken.
pub(crate) async fn run(config: &Config, args: &Args) -> Result<()> {
    let mut findings = Vec::new();
    let mut say = |grade, what: String| findings.push(Finding { grade, what });
    let shipped = Engine::shipped();
    match &shipped {
        Ok(_) => say(Grade::Good, "the shipped model loads".to_owned()),
        Err(error) => say(Grade::Broken, format!("the shipped model does not load: {error}")),
    }
    match opinion::check(&config.understanding) {
        None => {}
        Some(Ok(())) => say(Grade::Good, "the sentence encoder loads".to_owned()),
        Some(Err(reason)) => say(Grade::Broken, format!("the linear engine reads alone: {reason}")),
    }
    match wire::open_store(config).await {
        Ok(store) => {
            say(Grade::Good, "the database answers and its schema is up to date".to_owned());
            for (grade, what) in look_into(config, &store, shipped.as_ref().ok()).await? {
                say(grade, what);
            }
            for (grade, what) in channels(config, store).await? {
                say(grade, what);
            }
        }
        Err(error) => say(Grade::Broken, format!("{error:#}: check LARA_DATABASE_URL and LARA_DATA_DIR")),
    }
    for finding in &findings {
        if args.json {
            println!("{}", serde_json::to_string(finding)?);
        } else {
            let mark = match finding.grade {
                Grade::Good => "ok    ",
                Grade::Hint => "hint  ",
                Grade::Broken => "BROKEN",
            };
            println!("{mark} {}", finding.what);
        }
    }
    if findings.iter().any(|finding| finding.grade == Grade::Broken) {
        bail!("something is broken: see above");
    }
    Ok(())
}

/// Asks the platforms of all channels at once, and says what each is missing.
async fn channels(config: &Config, store: Arc<Store>) -> Result<Vec<(Grade, String)>> {
    let brands = store.brands().await?;
    let channels = store.channels(None).await?;
    let shared = wire::serve(config, store, CancellationToken::new())?.channels;
    let used = channels.iter().filter(|channel| !channel.is_removed() && channel.kind != ChannelKind::Local);
    let asked = used.map(|channel| async {
        let brand = brands.iter().find(|brand| brand.id == channel.brand);
        let name =
            format!("{} ({})", channel.name, brand.map(|brand| brand.slug.as_str()).unwrap_or_default());
        if channel.paused_at.is_some() {
            let what = format!("{name}: paused; it goes on with lara channel resume {}", channel.name);
            return vec![(Grade::Hint, what)];
        }
        let findings = lara_bots::check(&shared, channel).await;
        shared.health.note(channel, Symptom::Checked(findings.clone())).await;
        let said = |finding: &model::Finding| {
            let detail = finding.detail.as_deref();
            let said = channel_trouble(channel.kind, &finding.code, detail, Language::English);
            let grade = match finding.gravity {
                Gravity::Fine => Grade::Good,
                Gravity::Warning => Grade::Hint,
                Gravity::Broken => Grade::Broken,
            };
            let next = said.next.map(|next| format!(" {next}")).unwrap_or_default();
            (grade, format!("{name}: {}{next}", said.what))
        };
        findings.iter().map(said).collect()
    });
    Ok(futures_util::future::join_all(asked).await.into_iter().flatten().collect())
}

async fn look_into(
    config: &Config,
    store: &lara_store::Store,
    shipped: Option<&Engine>,
) -> Result<Vec<(Grade, String)>> {
    let mut found = Vec::new();
    if store.agents().await?.is_empty() {
        found.push((
            Grade::Hint,
            "nobody can log in at the desk yet: start lara and open the link it prints".to_owned(),
        ));
    }
    let brands = store.brands().await?;
    if brands.is_empty() {
        found.push((Grade::Hint, "there is no brand: lara brand add".to_owned()));
    }
    for brand in brands {
        if brand.demo {
            found.push((
                Grade::Hint,
                format!(
                    "the demo brand {:?} is there: remove it at the desk before customers come",
                    brand.slug
                ),
            ));
        }
        if store.channels(Some(brand.id)).await?.is_empty() {
            found.push((Grade::Hint, format!("{:?} has no channel: nobody can reach it", brand.slug)));
        }
        for language in lara_core::model::Language::ALL {
            let sheet = brand.facts.in_language(*language);
            if sheet == lara_core::model::FactSheet::default() {
                found.push((
                    Grade::Hint,
                    format!("{:?} has no facts in {language}: such questions go to humans", brand.slug),
                ));
            }
        }
        if let Some(shipped) = shipped
            && let Some((number, bytes)) = store.live_model(brand.id).await?
            && let Err(trouble) = understanding::engine(shipped, number, &bytes)
        {
            let what = format!(
                "{:?}: model {number} cannot be used: {trouble}; the shipped model reads until you train again: lara learn train --brand {}",
                brand.slug, brand.slug
            );
            found.push((Grade::Broken, what));
        }
        for version in store.live(brand.id).await? {
            if template::check(&version.name, &version.body).is_err() {
                let what = format!(
                    "{:?}: the published template {} ({}) is broken",
                    brand.slug, version.name.key, version.name.language
                );
                found.push((Grade::Broken, what));
            }
        }
    }
    let troubles = crate::alerts::troubles(config, store).await?;
    found.extend(troubles.into_iter().map(|trouble| (Grade::Broken, trouble)));
    let troubles = crate::notices::troubles(config, store).await?;
    found.extend(troubles.into_iter().map(|trouble| (Grade::Broken, trouble)));
    for (broken, trouble) in super::shop::troubles(store).await? {
        found.push((if broken { Grade::Broken } else { Grade::Hint }, trouble));
    }
    let local = config.public_url.host_str() == Some("localhost");
    if local {
        found.push((
            Grade::Hint,
            "customers cannot reach http://localhost: set LARA_PUBLIC_URL to the address they use".to_owned(),
        ));
    } else if config.public_url.scheme() != "https" {
        found.push((
            Grade::Hint,
            "the public URL is not https: browsers and platforms will refuse it".to_owned(),
        ));
    }
    Ok(found)
}
