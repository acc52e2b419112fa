//! `lara classify`: one message a line in, what it means as one JSON line out. No database, no configuration, but for
//! `--brand`.

use super::engine::{Choice, Chosen, unavailable};
use crate::config::Config;
use crate::{understanding, wire};
use anyhow::{Context, Result};
use lara_core::model::{Intent, MessageLanguage, Reading, Sentiment};
use lara_nlu::Engine;
use serde::{Deserialize, Serialize};
use std::io::{self, BufRead, BufReader, BufWriter, Write};
use std::process::ExitCode;

/// `lara classify`
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(flatten)]
    choice: Choice,

    /// Read with the live model of this brand, from the configured database
    #[arg(long, value_name = "BRAND", conflicts_with = "model")]
    pub(crate) brand: Option<String>,
}

/// Messages read together when more are waiting: an encoder reads many at once faster than one by one.
const TOGETHER: usize = 128;

/// A line may be a JSON object instead of plain text.
#[derive(Deserialize)]
struct Line {
    text: String,
}

/// What is printed: the outside contract.
#[derive(Serialize)]
struct Answer<'a> {
    text: &'a str,
    language: MessageLanguage,
    intent: &'a Intent,
    confidence: f32,
    sentiment: Sentiment,
    score: f32,
    complaint: f32,
    urgent: bool,
}

impl<'a> Answer<'a> {
    fn new(text: &'a str, reading: &'a Reading) -> Self {
        let Reading { language, intent, confidence, sentiment, score, complaint, urgent, .. } = reading;
        Self {
            text,
            language: *language,
            intent,
            confidence: *confidence,
            sentiment: *sentiment,
            score: *score,
            complaint: *complaint,
            urgent: *urgent,
        }
    }
}

/// Runs the command with the live model of the brand that was named.
pub(crate) async fn run_for_brand(config: &Config, args: &Args) -> Result<ExitCode> {
    let shipped = Engine::shipped().context("the shipped model cannot be read")?;
    let store = wire::open_store(config).await?;
    let brand = wire::choose_brand(&store, args.brand.as_deref()).await?;
    let mind = understanding::live(&*store, brand.id, &shipped).await?;
    if let Some(trouble) = mind.trouble {
        let why = format!("model {} of {:?} cannot be used: {trouble}", mind.number, brand.slug);
        return Ok(unavailable(&why));
    }
    match args.choice.open_over(Engine::clone(&mind.engine)) {
        Ok(engine) => answer(&engine),
        Err(code) => Ok(code),
    }
}

/// Runs the command without a database.
pub(crate) fn run(args: &Args) -> Result<ExitCode> {
    match args.choice.open()? {
        Ok(engine) => answer(&engine),
        Err(code) => Ok(code),
    }
}

fn answer(engine: &Chosen) -> Result<ExitCode> {
    match answer_all(engine, BufReader::with_capacity(1 << 16, io::stdin().lock()), io::stdout().lock()) {
        // Whoever reads us has seen enough (`| head`).
        Err(error) if is_broken_pipe(&error) => Ok(ExitCode::SUCCESS),
        other => other.map(|()| ExitCode::SUCCESS).context("cannot read the messages or print the answers"),
    }
}

fn is_broken_pipe(error: &anyhow::Error) -> bool {
    let kind = error.downcast_ref::<io::Error>().map(io::Error::kind);
    let kind = kind.or_else(|| error.downcast_ref::<serde_json::Error>()?.io_error_kind());
    kind == Some(io::ErrorKind::BrokenPipe)
}

fn answer_all<R: io::Read>(engine: &Chosen, mut input: BufReader<R>, output: impl Write) -> Result<()> {
    let mut output = BufWriter::with_capacity(1 << 16, output);
    let mut line = Vec::new();
    let mut waiting: Vec<String> = Vec::new();
    loop {
        line.clear();
        let ended = input.read_until(b'\n', &mut line)? == 0;
        if !ended {
            let bytes = line.strip_suffix(b"\n").unwrap_or(&line);
            let bytes = bytes.strip_suffix(b"\r").unwrap_or(bytes);
            waiting.push(message(&String::from_utf8_lossy(bytes)));
        }
        // Nothing more to read for now: whoever waits for an answer gets it.
        if ended || waiting.len() >= TOGETHER || input.buffer().is_empty() {
            let texts: Vec<&str> = waiting.iter().map(String::as_str).collect();
            for (text, reading) in texts.iter().zip(engine.read(&texts)?) {
                serde_json::to_writer(&mut output, &Answer::new(text, &reading))?;
                output.write_all(b"\n")?;
            }
            waiting.clear();
            output.flush()?;
        }
        if ended {
            return Ok(());
        }
    }
}

/// The message of a line: the text of a JSON object, or the line itself.
fn message(line: &str) -> String {
    if !line.trim_start().starts_with('{') {
        return line.to_owned();
    }
    let object = serde_json::from_str::<Line>(line);
    // A lone surrogate is all that may be wrong with it: platforms cut emoji in half.
    let object = object.or_else(|_| serde_json::from_str::<Line>(&without_lone_surrogates(line)));
    object.map_or_else(|_| line.to_owned(), |object| object.text)
}

/// Half a surrogate pair, written as an escape, becomes the replacement character.
fn without_lone_surrogates(line: &str) -> String {
    let half = |text: &str| {
        let digits = text.strip_prefix("\\u")?.get(..4)?;
        u16::from_str_radix(digits, 16).ok().filter(|unit| (0xd800..0xe000).contains(unit))
    };
    let mut fixed = String::with_capacity(line.len());
    let mut rest = line;
    while let Some(at) = rest.find('\\') {
        let (before, escape) = rest.split_at(at);
        fixed.push_str(before);
        // Escapes are ASCII, but what follows a stray backslash may not be.
        let length = match half(escape) {
            Some(0xd800..0xdc00) if escape.get(6..).and_then(half).is_some_and(|low| low >= 0xdc00) => 12,
            Some(_) => {
                fixed.push_str("\\ufffd");
                rest = escape.get(6..).unwrap_or_default();
                continue;
            }
            None => 1 + escape.chars().nth(1).map_or(0, char::len_utf8),
        };
        fixed.push_str(escape.get(..length).unwrap_or(escape));
        rest = escape.get(length..).unwrap_or_default();
    }
    fixed + rest
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::Value;

    fn answers(input: &str) -> Vec<Value> {
        let engine = Chosen::Linear(Box::new(Engine::shipped().unwrap()));
        let mut output = Vec::new();
        answer_all(&engine, BufReader::new(input.as_bytes()), &mut output).unwrap();
        String::from_utf8(output).unwrap().lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }

    #[test]
    fn every_line_has_an_answer_in_order() {
        let answers =
            answers("where is my order\n\n{\"text\": \"đơn của mình đâu\\nshop\"}\r\n{not json\nlast");
        let texts: Vec<&str> = answers.iter().map(|answer| answer["text"].as_str().unwrap()).collect();
        assert_eq!(texts, ["where is my order", "", "đơn của mình đâu\nshop", "{not json", "last"]);
        assert_eq!(answers[0]["intent"], "track_order");
        assert_eq!(answers[1]["language"], "und");
        assert_eq!(answers[1]["intent"], "out_of_scope");
        assert_eq!(answers[2]["language"], "vi");
    }

    #[test]
    fn half_an_emoji_is_no_reason_to_refuse_a_message() {
        let answers = answers("{\"text\": \"hi \\ud83d\"}\n{\"text\": \"\\ud83d\\ude00 \\\\ud83d ok\"}");
        assert_eq!(answers[0]["text"], "hi \u{fffd}");
        assert_eq!(answers[1]["text"], "\u{1f600} \\ud83d ok");
    }

    #[test]
    fn an_answer_has_the_fields_of_the_contract() {
        let answers = answers("hi");
        let fields: Vec<&str> = answers[0].as_object().unwrap().keys().map(String::as_str).collect();
        let mut expected =
            ["text", "language", "intent", "confidence", "sentiment", "score", "complaint", "urgent"]
                .to_vec();
        expected.sort_unstable();
        let mut found = fields.clone();
        found.sort_unstable();
        assert_eq!(found, expected);
    }
}
