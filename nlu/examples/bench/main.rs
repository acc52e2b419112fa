//! Measures the understanding against its bars: `scripts/bench-nlu DATA`.
//!
//! With ENCODERS, the folder of `scripts/encoders`, and the feature `bert`, what encoders add is measured instead.
//! DATA is a folder with `intent/`, `sentiment/` and `complaint/` sets (columns text,label) that nothing here is trained on
//! beyond what each line says. Prints one Markdown table; what runs is told on standard error.

#[cfg(feature = "bert")]
mod encoder;
mod held_out;
mod language;
mod sets;
mod table;

use lara_nlu::Engine;
use lara_nlu::evaluate::{Judge, Task, evaluate, train_for};
use lara_nlu::shots;
use sets::Sets;
use std::error::Error;
use std::path::PathBuf;
use table::Table;

pub(crate) type Outcome<T = ()> = Result<T, Box<dyn Error>>;

/// The shops whose own messages they are trained and measured on.
const SHOPS: [&str; 5] = ["phone_shop", "shoe_shop", "book_shop", "food_delivery", "banking"];

fn main() -> Outcome {
    let Some(folder) = std::env::args_os().nth(1) else {
        return Err("usage: bench DATA (a folder with intent/, sentiment/ and complaint/)".into());
    };
    let sets = Sets::new(PathBuf::from(folder));
    let mut table = Table::default();
    if let Some(encoders) = std::env::args_os().nth(2) {
        return with_encoders(&sets, &PathBuf::from(encoders), table);
    }
    let resident = memory()?;
    let engine = Engine::shipped()?;
    // The lexicon and the vectors are read by the first message.
    let _ = engine.classify("hello");
    let loaded = memory()?.saturating_sub(resident);
    trained(&sets, &mut table)?;
    shipped(&sets, &engine, &mut table)?;
    held_out::measure(&engine, &mut table)?;
    table.percent("language, one to three words", 97.0, language::accuracy(&sets, &engine)?);
    table.at_most("memory of the engine, MB", 60.0, f64::from(loaded) / 1e3);
    table.print();
    Ok(())
}

#[cfg(feature = "bert")]
fn with_encoders(sets: &Sets, encoders: &std::path::Path, mut table: Table) -> Outcome {
    let cascade = encoder::measure(sets, encoders, &mut table)?;
    table.print();
    println!("\n{}", cascade.join("\n"));
    Ok(())
}

#[cfg(not(feature = "bert"))]
fn with_encoders(_: &Sets, _: &std::path::Path, _: Table) -> Outcome {
    Err("encoders are measured by builds with --features bert".into())
}

#[cfg(feature = "bert")]
#[expect(clippy::disallowed_methods, reason = "a benchmark measures real time; nothing decides by it")]
fn now() -> std::time::Instant {
    std::time::Instant::now()
}

/// What is trained on a set's own rows.
fn trained(sets: &Sets, table: &mut Table) -> Outcome {
    let (train, test) = (sets.rows("intent/banking77_train")?, sets.rows("intent/banking77_test")?);
    let banking = evaluate(Task::Intent, &train_for(Task::Intent, &train)?, &test)?.report;
    table.percent("Banking77 test, full", 92.5, banking.accuracy);
    let mut few = Vec::new();
    for seed in 1..=3 {
        let judge = train_for(Task::Intent, &shots(&train, 10, seed))?;
        few.push(evaluate(Task::Intent, &judge, &test)?.report.accuracy);
    }
    table.percent("Banking77 test, 10 rows a label, mean of seeds 1 to 3", 76.0, sets::mean(&few));
    let judge = train_for(Task::Intent, &sets.rows("intent/clinc150_train")?)?;
    let clinc = evaluate(Task::Intent, &judge, &sets.rows("intent/clinc150_val")?)?.report;
    table.percent("CLINC150 val, in scope", 92.0, clinc.in_scope_accuracy.unwrap_or_default());
    table.percent("CLINC150 val, out of scope turned away", 60.0, clinc.oos_recall.unwrap_or_default());
    let mut shops = Vec::new();
    for shop in SHOPS {
        let (train, test) = sets::split(sets.rows(&format!("intent/vi_{shop}_train"))?);
        let report = evaluate(Task::Intent, &train_for(Task::Intent, &train)?, &test)?.report;
        eprintln!("{shop}: {:.3} of {} rows", report.accuracy, report.n);
        shops.push(report.accuracy);
    }
    table.percent("five Vietnamese shops, mean", 94.0, sets::mean(&shops));
    let judge = train_for(Task::Intent, &sets.rows("intent/bitext27_train")?)?;
    let bitext = evaluate(Task::Intent, &judge, &sets.rows("intent/bitext27_val")?)?.report;
    table.percent("bitext27 val", 98.0, bitext.accuracy);
    table.at_least(
        "classify, Banking77's 77 classes, messages a second, one thread",
        20_000.0,
        banking.messages_per_second,
    );
    table.at_most("train Banking77, seconds, all cores", 5.0, banking.train_seconds);
    Ok(())
}

/// The shipped heads of mood, on sets nothing was learnt from.
fn shipped(sets: &Sets, engine: &Engine, table: &mut Table) -> Outcome {
    let judge = Judge::Shipped(engine);
    let report = |task, name: &str| -> Outcome<_> { Ok(evaluate(task, &judge, &sets.rows(name)?)?.report) };
    let tweets = report(Task::Sentiment, "sentiment/tweeteval_val")?;
    table.percent("tweeteval_val, macro recall", 62.0, tweets.macro_recall);
    let airline = report(Task::Sentiment, "sentiment/airline_tweets_dev")?;
    table.percent("airline_tweets_dev, macro recall", 67.0, airline.macro_recall);
    let reviews = report(Task::Sentiment, "sentiment/aivivn_dev")?;
    table.percent("aivivn_dev, macro F1", 84.0, reviews.macro_f1);
    let mut rows = sets.rows("sentiment/uit_vsfc_dev")?;
    rows.retain(|row| row.label != "neutral");
    let students = evaluate(Task::Sentiment, &judge, &rows)?.report;
    table.percent("uit_vsfc_dev without its neutral rows, macro F1", 84.0, students.macro_f1);
    let complaints = report(Task::Complaint, "complaint/complaint_tweets_dev")?;
    table.percent("complaint_tweets_dev, macro F1", 76.0, complaints.macro_f1);
    Ok(())
}

/// Kilobytes this process holds in memory (Linux: `VmRSS` of `/proc/self/status`).
fn memory() -> Outcome<u32> {
    let status = std::fs::read_to_string("/proc/self/status")?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).ok_or("no VmRSS")?;
    Ok(line.trim().trim_end_matches("kB").trim().parse()?)
}
