//! `lara learn train`: a candidate, its comparison with what is live, and its promotion.

use super::print::{Tone, counted, percent, toned};
use super::{Class, Common, GONE};
use crate::commands::progress::{Shown, bar};
use crate::config::Config;
use crate::understanding::Mind;
use crate::wire;
use anyhow::{Context, Result, bail, ensure};
use lara_core::model::{Intent, Lesson, ModelState, ModelVersion, Pin, Timestamp};
use lara_core::ports::{Lessons, Models, NewModel, Promoted, Templates};
use lara_nlu::learn::{
    COMPARE_STEPS, Comparison, LiveRecipe, PartName, RETRAIN_STEPS, TrainingSet, Verdict, compare, retrain,
};
use lara_nlu::{Engine, Head, pack};
use serde_json::json;
use std::collections::BTreeMap;

/// Fewer examples of a new intent are hardly told from the rest.
const FEW: usize = 5;

/// Arguments of `lara learn train`.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(flatten)]
    common: Common,
    /// Train and compare, store and promote nothing
    #[arg(long)]
    dry_run: bool,
    /// Chance, made repeatable: the same lessons and seed give the same model
    #[arg(long, default_value_t = 1)]
    seed: u64,
}

/// What the training starts from.
struct Material {
    lessons: Vec<Lesson>,
    pins: Vec<Pin>,
    recipe: LiveRecipe,
    live: Mind,
}

/// What came of it.
struct Trained {
    head: Head,
    comparison: Comparison,
    /// Training, and comparing.
    millis: [i64; 2],
    starters: usize,
}

pub(super) async fn run(config: &Config, args: &Args) -> Result<()> {
    let class = Class::open(config, &args.common).await?;
    // Lessons taught from here on are newer than the candidate, whether it has seen them or not.
    let trained_at = wire::now();
    let material = material(&class).await?;
    ensure!(
        !material.lessons.is_empty(),
        "{} has taught nothing yet: lara learn add FILE.csv, or lara learn label --text \"..\" LABEL",
        class.brand.name
    );
    let (lessons, live) = (material.lessons.clone(), material.live.clone());
    let (shipped, seed, shown) = (class.shipped.clone(), args.seed, Shown::unless_json(args.common.json));
    let trained = tokio::task::spawn_blocking(move || work(&material, shipped, seed, shown)).await??;
    let verdict = trained.comparison.verdict();
    let note = note(&verdict);
    let number = if args.dry_run {
        None
    } else {
        Some(keep(&class, &trained, &lessons, trained_at, &note, (&verdict, live.number)).await?)
    };
    if args.common.json {
        println!("{}", report(&trained, &lessons, &verdict, number));
        return Ok(());
    }
    print(&trained, &lessons, &live);
    // A model that cannot be read cannot come back.
    let was = if live.trouble.is_some() { 0 } else { live.number };
    conclude(&class, &verdict, number, was);
    advise(&class, &lessons).await
}

async fn material(class: &Class) -> Result<Material> {
    let id = class.brand.id;
    let (lessons, pins) = (class.store.lessons(id).await?, class.store.pins(id).await?);
    let live = class.live().await?;
    let versions = class.store.models(id).await?;
    let trained_at = |version: &ModelVersion| LiveRecipe::TrainedAt(version.trained_at);
    let recipe = versions.iter().find(|version| version.state == ModelState::Live).map(trained_at);
    Ok(Material { lessons, pins, recipe: recipe.unwrap_or(LiveRecipe::Shipped), live })
}

/// The work itself, on threads of its own.
fn work(material: &Material, shipped: Engine, seed: u64, shown: Shown) -> Result<Trained> {
    let steps = usize::try_from(RETRAIN_STEPS + COMPARE_STEPS)?;
    let bar = bar(shown, steps, "steps of training and comparing");
    let set = TrainingSet::new(&material.lessons);
    let started = wire::now();
    let candidate = retrain(&set, seed, &|| bar.inc(1)).context("cannot train on these lessons")?;
    let trained = wire::now();
    let comparison =
        compare(&set, &candidate, material.recipe, seed, &|| bar.inc(1)).context("cannot compare")?;
    bar.finish_and_clear();
    let engine = shipped.with_intents(candidate.head.clone(), "candidate");
    let comparison = comparison.with_pins(&material.pins, &material.live.engine, &engine);
    let millis = [trained.since(started).0, wire::now().since(trained).0];
    Ok(Trained { head: candidate.head, comparison, millis, starters: set.starters() })
}

fn note(verdict: &Verdict) -> String {
    match verdict {
        Verdict::Promote => "no worse than what was live".to_owned(),
        Verdict::Keep { reasons } => reasons.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "),
    }
}

/// Stores the candidate and promotes it where it may be.
async fn keep(
    class: &Class,
    trained: &Trained,
    lessons: &[Lesson],
    trained_at: Timestamp,
    note: &str,
    (verdict, was): (&Verdict, i64),
) -> Result<i64> {
    let model = NewModel {
        brand: class.brand.id,
        bytes: pack(&[("intent", &trained.head)]),
        trained_at,
        lessons: i64::try_from(lessons.len())?,
        scores: serde_json::to_value(&trained.comparison)?,
        note: note.to_owned(),
    };
    let number = class.store.add_model(&model).await?;
    let number = number.with_context(|| format!("{}: {GONE}", class.brand.name))?;
    if *verdict == Verdict::Promote {
        match class.store.promote(class.brand.id, number, was, wire::now()).await? {
            Promoted::Done => {}
            Promoted::Stale | Promoted::Missing => {
                bail!("another model became live meanwhile; {number} is kept as a candidate: train again")
            }
        }
    }
    Ok(number)
}

fn report(
    trained: &Trained,
    lessons: &[Lesson],
    verdict: &Verdict,
    number: Option<i64>,
) -> serde_json::Value {
    let reasons: Vec<String> = match verdict {
        Verdict::Promote => Vec::new(),
        Verdict::Keep { reasons } => reasons.iter().map(ToString::to_string).collect(),
    };
    let [train, compare] = trained.millis;
    json!({
        "verdict": if reasons.is_empty() { "promote" } else { "keep" },
        "reasons": reasons,
        "model": number,
        "promoted": number.is_some() && reasons.is_empty(),
        "lessons": lessons.len(),
        "starters": trained.starters,
        "comparison": trained.comparison,
        "train_millis": train,
        "compare_millis": compare,
    })
}

fn print(trained: &Trained, lessons: &[Lesson], live: &Mind) {
    let labels: std::collections::BTreeSet<&Intent> = lessons.iter().map(|lesson| &lesson.label).collect();
    println!(
        "{} of {} and {} starter examples; trained in {} ms, compared in {} ms",
        counted(lessons.len(), "lesson"),
        counted(labels.len(), "label"),
        trained.starters,
        trained.millis[0],
        trained.millis[1]
    );
    if let Some(trouble) = &live.trouble {
        println!("Model {} cannot be used: {trouble}; the shipped one reads in its place.", live.number);
    }
    println!("\n{:<34} {:>6} {:>9} {:>9} {:>6} {:>6} {:>7}", "", "rows", "live", "new", "won", "lost", "p");
    for part in &trained.comparison.parts {
        let name = match part.part {
            PartName::Lessons => "lessons: right intent likeliest",
            PartName::Starters => "starters: right intent likeliest",
            PartName::Answered => "sure enough to be answered",
            PartName::OutOfScope => "out of scope, turned away",
        };
        let shown = format!(
            "{name:<34} {:>6} {:>9} {:>9} {:>6} {:>6} {:>7.3}",
            part.rows,
            percent(part.live.accuracy),
            percent(part.candidate.accuracy),
            part.won,
            part.lost,
            part.p
        );
        println!("{}", if part.is_worse() { toned(Tone::Bad, &shown) } else { shown });
    }
    let pins = &trained.comparison.pins;
    if !pins.is_empty() {
        let right = pins.iter().filter(|pin| pin.candidate == pin.expected).count();
        println!("{:<34} {:>6} {right} of {} right", "pinned messages", pins.len(), pins.len());
    }
    println!(
        "{}",
        toned(Tone::Faint, "each row read by a model that had not seen it; p: chance of such a loss")
    );
}

fn conclude(class: &Class, verdict: &Verdict, number: Option<i64>, was: i64) {
    println!();
    match (verdict, number) {
        (Verdict::Promote, Some(number)) => {
            println!("{}", toned(Tone::Good, &format!("Promoted: model {number} reads from now on.")));
            println!("Back again with: lara learn rollback --brand {} --to {was}", class.brand.slug);
        }
        (Verdict::Promote, None) => println!("It would be promoted (dry run: nothing stored)."),
        (Verdict::Keep { reasons }, number) => {
            println!("{}", toned(Tone::Bad, "Kept back: what is live stays."));
            for reason in reasons {
                println!("- {reason}");
            }
            match number {
                Some(number) => println!(
                    "It is model {number}, a candidate. Look at: lara learn review --brand {}",
                    class.brand.slug
                ),
                None => println!("(dry run: nothing stored)"),
            }
        }
    }
}

/// What is still missing for the brand's own intents.
async fn advise(class: &Class, lessons: &[Lesson]) -> Result<()> {
    let mut own: BTreeMap<&Intent, usize> = BTreeMap::new();
    for lesson in lessons.iter().filter(|lesson| !is_starter(&lesson.label)) {
        *own.entry(&lesson.label).or_default() += 1;
    }
    let published = class.store.live(class.brand.id).await?;
    for (label, count) in own {
        if count < FEW {
            println!("{label} has {}: with {FEW} it can be told apart better.", counted(count, "lesson"));
        }
        if !published.iter().any(|version| version.name.key == label.as_str()) {
            println!("{label} has no template: until one of that key is published, Lara asks or hands over.");
        }
    }
    Ok(())
}

fn is_starter(label: &Intent) -> bool {
    label.is_out_of_scope() || Intent::STARTERS.contains(&label.as_str())
}
