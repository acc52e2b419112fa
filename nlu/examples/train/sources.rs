//! What each head learns from, and how much each source is believed.

use lara_nlu::{Example, strip_accents};
use std::collections::{HashMap, HashSet};
use std::error::Error;
use std::fs::File;
use std::path::PathBuf;

type Outcome = Result<Set, Box<dyn Error>>;

/// Labelled texts; copies of one text share a group.
#[derive(Debug, Default)]
pub(crate) struct Set {
    /// The rows.
    pub(crate) examples: Vec<Example>,
    groups: usize,
}

impl Set {
    /// Adds a text, and its copy without accents if that differs.
    fn add(&mut self, text: &str, label: &str, weight: f32) {
        self.groups += 1;
        self.push(text, label, weight);
        let stripped = strip_accents(text);
        if stripped != text {
            self.push(&stripped, label, weight);
        }
    }

    fn push(&mut self, text: &str, label: &str, weight: f32) {
        let (text, label, group) = (text.to_owned(), label.to_owned(), self.groups);
        self.examples.push(Example { text, label, weight, group, embedding: Vec::new() });
    }
}

/// The folder `training/`.
#[derive(Debug)]
pub(crate) struct Sources(PathBuf);

/// Intents whose messages are complaints by their meaning.
const COMPLAINTS: [&str; 6] =
    ["damaged_item", "wrong_item", "missing_item", "late_delivery", "poor_service", "payment_issue"];
/// Intents that may or may not come with a complaint.
const EITHER: [&str; 8] = [
    "request_refund",
    "track_refund",
    "human_agent",
    "opt_out",
    "exchange_item",
    "suggestion",
    "cancel_order",
    "delete_account",
];

impl Sources {
    /// The folder.
    pub(crate) fn new(folder: PathBuf) -> Self {
        Self(folder)
    }

    /// Rows of a file as maps from heading to cell; none if an optional file is missing.
    fn rows(&self, name: &str) -> Result<Vec<HashMap<String, String>>, Box<dyn Error>> {
        let path = self.0.join(name);
        if !path.exists() && name.contains("extra") {
            return Ok(Vec::new());
        }
        let file = File::open(&path).map_err(|error| format!("{}: {error}", path.display()))?;
        let mut reader = csv::Reader::from_reader(file);
        Ok(reader.deserialize().collect::<Result<Vec<HashMap<String, String>>, _>>()?)
    }

    /// (text, label) of a file.
    fn labelled(&self, name: &str) -> Result<Vec<(String, String)>, Box<dyn Error>> {
        let mut pairs = Vec::new();
        for mut row in self.rows(name)? {
            let (text, label) =
                (row.remove("text").unwrap_or_default(), row.remove("label").unwrap_or_default());
            pairs.push((text, label));
        }
        Ok(pairs)
    }

    /// The intents written for Lara.
    fn own_intents(&self) -> Result<Vec<(String, String)>, Box<dyn Error>> {
        let mut rows = Vec::new();
        for file in ["intents_en.csv", "intents_vi.csv", "extra_en.csv", "extra_vi.csv"] {
            rows.extend(self.labelled(file)?);
        }
        Ok(rows)
    }

    /// Rows of (text, sentiment, complaint, urgent).
    fn moods(&self) -> Result<Vec<[String; 4]>, Box<dyn Error>> {
        let mut moods = Vec::new();
        for file in ["mood.csv", "mood_extra.csv"] {
            for mut row in self.rows(file)? {
                moods.push(
                    ["text", "sentiment", "complaint", "urgent"]
                        .map(|key| row.remove(key).unwrap_or_default()),
                );
            }
        }
        Ok(moods)
    }

    /// Our intents, those of Bitext, and what is none of them.
    pub(crate) fn intents(&self) -> Outcome {
        let mut set = Set::default();
        for (text, label) in self.own_intents()? {
            set.add(&text, &label, 1.0);
        }
        for (file, weight) in [("bitext", 0.3), ("clinc150", 0.15), ("banking77", 0.15)] {
            for (text, label) in self.labelled(&format!("third_party/{file}.csv"))? {
                set.add(&text, &label, weight);
            }
        }
        Ok(set)
    }

    /// positive, neutral, negative.
    pub(crate) fn sentiment(&self) -> Outcome {
        let mut set = Set::default();
        for [text, sentiment, _, _] in self.moods()? {
            set.add(&text, &sentiment, 1.0);
        }
        for (text, label) in self.own_intents()? {
            let mood = match label.as_str() {
                "praise" => "positive",
                "damaged_item" | "wrong_item" | "poor_service" | "missing_item" | "late_delivery" => {
                    "negative"
                }
                label if EITHER.contains(&label) || label == "thanks" || label == "payment_issue" => continue,
                _ => "neutral",
            };
            set.add(&text, mood, 0.3);
        }
        for (text, label) in self.labelled("third_party/uci_sentences.csv")? {
            set.add(&text, &label, 0.6);
        }
        for (text, label) in self.labelled("third_party/vi_app_reviews.csv")? {
            set.add(&text, &label, 0.6);
        }
        for (text, _) in self.labelled("third_party/clinc150.csv")? {
            set.add(&text, "neutral", 0.3);
        }
        Ok(set)
    }

    /// complaint or not.
    pub(crate) fn complaint(&self) -> Outcome {
        let mut set = Set::default();
        let word = |complaint: bool| if complaint { "complaint" } else { "not_complaint" };
        for [text, _, complaint, _] in self.moods()? {
            set.add(&text, word(complaint == "yes"), 1.0);
        }
        for (text, label) in self.own_intents()? {
            if !EITHER.contains(&label.as_str()) {
                set.add(&text, word(COMPLAINTS.contains(&label.as_str())), 0.5);
            }
        }
        for (text, label) in self.labelled("third_party/uci_sentences.csv")? {
            set.add(&text, word(label == "negative"), 0.2);
        }
        for (text, label) in self.labelled("third_party/vi_app_reviews.csv")? {
            if label != "neutral" {
                set.add(&text, word(label == "negative"), 0.3);
            }
        }
        for (text, label) in self.labelled("third_party/banking77_complaint.csv")? {
            set.add(&text, &label, 0.2);
        }
        for (text, _) in self.labelled("third_party/clinc150.csv")? {
            set.add(&text, word(false), 0.3);
        }
        Ok(set)
    }

    /// urgent or not.
    pub(crate) fn urgent(&self) -> Outcome {
        let mut set = Set::default();
        let word = |urgent: bool| if urgent { "urgent" } else { "calm" };
        let moods = self.moods()?;
        let judged: HashSet<&str> = moods.iter().map(|[text, ..]| text.as_str()).collect();
        for [text, _, _, urgent] in &moods {
            set.add(text, word(urgent == "yes"), 1.0);
        }
        for (text, label) in self.own_intents()? {
            // Those who leave or ask for staff may well be urgent, and nobody labelled them; of the complaints those
            // with a word of danger were read, and the urgent ones of them are among the moods.
            if label != "delete_account" && label != "human_agent" && !judged.contains(text.as_str()) {
                set.add(&text, "calm", 0.3);
            }
        }
        // Names, titles and numbers: what the words of danger also occur in.
        for (text, label) in self.labelled("calm_extra.csv")? {
            set.add(&text, &label, 1.0);
        }
        for file in ["uci_sentences", "clinc150", "vi_app_reviews"] {
            for (text, label) in self.labelled(&format!("third_party/{file}.csv"))? {
                // Of the reviews of Vietnamese banks' apps, those who complain may speak of fraud.
                if file != "vi_app_reviews" || label != "negative" {
                    set.add(&text, "calm", 0.3);
                }
            }
        }
        Ok(set)
    }

    /// en, vi, other.
    pub(crate) fn language(&self) -> Outcome {
        let mut set = Set::default();
        for (file, language) in
            [("intents_en", "en"), ("intents_vi", "vi"), ("extra_en", "en"), ("extra_vi", "vi")]
        {
            for (text, _) in self.labelled(&format!("{file}.csv"))? {
                set.add(&text, language, 1.0);
            }
        }
        for (text, label) in self.labelled("third_party/langid.csv")? {
            set.add(&text, &label, 1.0);
        }
        for (text, label) in self.labelled("language_other.csv")? {
            set.add(&text, &label, 1.0);
        }
        Ok(set)
    }
}
