//! `lara learn versions`, `rollback`: the brand's models and which of them reads.

use super::print::{Tone, toned};
use super::{Class, Common};
use crate::config::Config;
use crate::understanding;
use crate::wire;
use anyhow::{Context, Result, bail, ensure};
use lara_core::model::ModelState;
use lara_core::ports::{Models, Promoted};
use serde_json::json;

/// Arguments of `lara learn versions`.
#[derive(Debug, clap::Args)]
pub(crate) struct ListArgs {
    #[command(flatten)]
    common: Common,
}

/// Arguments of `lara learn rollback`.
#[derive(Debug, clap::Args)]
pub(crate) struct RollbackArgs {
    #[command(flatten)]
    common: Common,
    /// Number of the model, from `lara learn versions`; 0 is the one that ships with lara
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(i64).range(0..))]
    to: i64,
}

pub(super) async fn list(config: &Config, args: &ListArgs) -> Result<()> {
    let class = Class::open(config, &args.common).await?;
    let versions = class.store.models(class.brand.id).await?;
    if args.common.json {
        println!("{}", json!({ "versions": versions }));
        return Ok(());
    }
    let none_live = !versions.iter().any(|version| version.state == ModelState::Live);
    for version in &versions {
        let at = jiff::Timestamp::from_millisecond(version.trained_at.millis())
            .map_or_else(|_| "-".to_owned(), |at| at.strftime("%Y-%m-%d %H:%M UTC").to_string());
        let state = match version.state {
            ModelState::Live => toned(Tone::Good, "live     "),
            ModelState::Candidate => "candidate".to_owned(),
            ModelState::Retired => toned(Tone::Faint, "retired  "),
        };
        let gone = if version.whole { "" } else { " (too old to come back)" };
        println!(
            "{:>4}  {state}  {at}  {:>5} lessons  {}{gone}",
            version.number, version.lessons, version.note
        );
    }
    let state = if none_live { toned(Tone::Good, "live     ") } else { "         ".to_owned() };
    println!("{:>4}  {state}  ships with lara", 0);
    Ok(())
}

pub(super) async fn roll_back(config: &Config, args: &RollbackArgs) -> Result<()> {
    let class = Class::open(config, &args.common).await?;
    let was = put_back(&class, args.to).await?;
    if args.common.json {
        println!("{}", json!({ "live": args.to, "was": was }));
    } else {
        println!("Model {} reads from now on, in place of {was}.", args.to);
    }
    Ok(())
}

/// Makes a model live that was live before, and says which was live until now. One that could not read is refused.
async fn put_back(class: &Class, to: i64) -> Result<i64> {
    let id = class.brand.id;
    let was = class.live().await?.number;
    ensure!(was != to, "model {was} is live already");
    if to != 0 {
        let versions = class.store.models(id).await?;
        if let Some(never) =
            versions.iter().find(|version| version.number == to && version.state == ModelState::Candidate)
        {
            bail!("model {to} never was live: {}; lara learn train makes a better one", never.note);
        }
        let bytes = class.store.model(id, to).await?;
        let bytes = bytes.with_context(|| {
            format!("{} has no model {to} that could come back: see lara learn versions", class.brand.name)
        })?;
        if let Err(trouble) = understanding::engine(&class.shipped, to, &bytes) {
            bail!(
                "model {to} cannot be used: {trouble}; model {was} stays live: lara learn train makes a new one"
            );
        }
    }
    match class.store.promote(id, to, was, wire::now()).await? {
        Promoted::Done => Ok(was),
        Promoted::Stale => bail!("another model became live meanwhile: see lara learn versions"),
        Promoted::Missing => bail!("model {to} is gone: see lara learn versions"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use lara_core::model::{Brand, BrandId, BrandSettings, Facts, Timestamp};
    use lara_core::ports::{Brands, NewModel};
    use lara_nlu::{Engine, Options, Recipe, Row, examples, pack, train};
    use lara_store::Store;
    use std::sync::Arc;
    use uuid::Uuid;

    async fn class(folder: &tempfile::TempDir) -> Class {
        let url = format!("sqlite:{}", folder.path().join("lara.db").display());
        let store = Arc::new(Store::open(&url).await.unwrap());
        let brand = Brand {
            id: BrandId::new(Uuid::from_u128(1)),
            slug: "tea".to_owned(),
            name: "Tea".to_owned(),
            demo: false,
            settings: BrandSettings::default(),
            facts: Facts::default(),
            rev: 1,
        };
        store.add_brand(&brand, Timestamp::default()).await.unwrap();
        Class { store, brand, shipped: Engine::shipped().unwrap() }
    }

    async fn adds(class: &Class, bytes: &[u8], note: &str) -> i64 {
        let model = NewModel {
            brand: class.brand.id,
            bytes: bytes.to_vec(),
            trained_at: Timestamp::default(),
            lessons: 2,
            scores: serde_json::Value::Null,
            note: note.to_owned(),
        };
        class.store.add_model(&model).await.unwrap().unwrap()
    }

    async fn promotes(class: &Class, number: i64, was: i64) {
        let done = class.store.promote(class.brand.id, number, was, Timestamp::default()).await;
        assert_eq!(done.unwrap(), Promoted::Done);
    }

    fn fish_or_fowl() -> Vec<u8> {
        let row = |text: &str, label: &str| Row { text: text.to_owned(), label: label.to_owned() };
        let rows = [row("salmon", "fish"), row("trout", "fish"), row("hen", "fowl"), row("duck", "fowl")];
        pack(&[("intent", &train(&examples(&rows), &Options::new(Recipe::Topic)).unwrap())])
    }

    #[tokio::test]
    async fn a_model_that_could_not_read_does_not_come_back_and_the_live_one_stays() {
        let folder = tempfile::tempdir().unwrap();
        let class = class(&folder).await;
        let broken = adds(&class, b"LARA no more", "").await;
        promotes(&class, broken, 0).await;
        let live = adds(&class, &fish_or_fowl(), "").await;
        promotes(&class, live, broken).await;
        let worse = adds(&class, &fish_or_fowl(), "two pins were read otherwise").await;
        for (to, says) in [
            (broken, "cannot be used: the model does not start with the mark of a Lara model"),
            (worse, "never was live: two pins were read otherwise"),
            (9, "Tea has no model 9 that could come back"),
            (live, "is live already"),
        ] {
            let refused = put_back(&class, to).await.unwrap_err().to_string();
            assert!(refused.contains(says), "{to}: {refused}");
            assert_eq!(class.live().await.unwrap().number, live);
        }
        assert_eq!(put_back(&class, 0).await.unwrap(), live);
        assert_eq!(put_back(&class, live).await.unwrap(), 0);
    }
}
