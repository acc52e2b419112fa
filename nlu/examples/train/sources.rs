//! What each head learns from, and how much each source is believed.

use lara_nlu::{Example, strip_accents};
use std::collections::{BTreeMap, HashMap, HashSet};
use std::error::Error;
use std::fs::File;
use std::path::PathBuf;

type Outcome = Result<Set, Box<dyn Error>>;

/// Labelled texts; copies of one text share a group.
#[derive(Debug, Default)]
pub(crate) struct Set {
    /// The rows.
    pub(crate) examples: Vec<Example>,
    /// Which of them cross-validation is judged by: the rest is there to help.
    pub(crate) judged: Vec<bool>,
    groups: usize,
}

impl Set {
    /// Adds a text, and its copy without accents if that differs.
    fn add(&mut self, text: &str, label: &str, weight: f32) {
        if weight <= 0.0 {
            return;
        }
        self.groups += 1;
        self.push(text, label, weight);
        let stripped = strip_accents(text);
        if stripped != text {
            self.push(&stripped, label, weight);
        }
    }

    /// Moves the labels' shares of the weight half way to even ones: a head that is to find the rare ones too must not
    /// bet on the common ones.
    pub(crate) fn evened(mut self) -> Self {
        let mut sums: BTreeMap<&str, f32> = BTreeMap::new();
        for example in &self.examples {
            *sums.entry(&example.label).or_default() += example.weight;
        }
        let even = sums.values().sum::<f32>() / f32::from(u16::try_from(sums.len()).unwrap_or(u16::MAX));
        let factors: BTreeMap<String, f32> =
            sums.iter().map(|(label, sum)| ((*label).to_owned(), (even / sum).sqrt())).collect();
        for example in &mut self.examples {
            example.weight *= factors.get(&example.label).copied().unwrap_or(1.0);
        }
        self
    }

    fn push(&mut self, text: &str, label: &str, weight: f32) {
        let (text, label, group) = (text.to_owned(), label.to_owned(), self.groups);
        self.judged.push(weight >= 1.0);
        self.examples.push(Example { text, label, weight, group, embedding: Vec::new() });
    }
}

/// The folder `training/`, and which of its files are left out (to see what they are worth to the others).
#[derive(Debug)]
pub(crate) struct Sources {
    folder: PathBuf,
    without: Vec<String>,
}

/// A message whose mood was labelled.
#[derive(Debug, Clone)]
pub(crate) struct Mood {
    file: &'static str,
    text: String,
    sentiment: String,
    complaint: bool,
    urgent: bool,
    /// None in files that do not say.
    severity: Option<String>,
    weight: f32,
}

/// Files of moods, and how much their rows count.
const MOODS: [(&str, f32); 10] = [
    ("mood", 1.0),
    ("mood_extra", 1.0),
    ("posts_en", 1.0),
    ("chatter_en", 1.0),
    ("chatter_us_en", 1.0),
    ("brands_en", 1.0),
    ("posts_vi", 1.0),
    ("posts_vi_wishes", 1.0),
    ("posts_vi_course", 4.0),
    // Courtesy, irony and negation: few rows that must not drown.
    ("mood_manners", 2.0),
];

/// Files of intents written for Lara that stand for moods too.
const INTENTS: [&str; 4] = ["intents_en.csv", "intents_vi.csv", "extra_en.csv", "extra_vi.csv"];
/// The same by other hands, for the intents alone: nobody read their moods, and with them the sentiments of posts get worse.
const MORE_INTENTS: [&str; 2] = ["more_en.csv", "more_vi.csv"];

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

/// Whether a file of moods holds posts and reviews rather than messages to a brand.
fn is_public(file: &str) -> bool {
    file.starts_with("posts") || file.starts_with("chatter")
}

impl Sources {
    /// The folder.
    pub(crate) const fn new(folder: PathBuf, without: Vec<String>) -> Self {
        Self { folder, without }
    }

    /// Rows of a file as maps from heading to cell; none if an optional file is missing.
    fn rows(&self, name: &str) -> Result<Vec<HashMap<String, String>>, Box<dyn Error>> {
        let path = self.folder.join(name);
        if self.without.iter().any(|file| name.contains(file)) || !path.exists() {
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
        for file in INTENTS {
            rows.extend(self.labelled(file)?);
        }
        Ok(rows)
    }

    /// The messages whose mood was labelled.
    fn moods(&self) -> Result<Vec<Mood>, Box<dyn Error>> {
        let mut moods = Vec::new();
        for (file, weight) in MOODS {
            for mut row in self.rows(&format!("{file}.csv"))? {
                let mut cell = |key: &str| row.remove(key);
                moods.push(Mood {
                    file,
                    text: cell("text").unwrap_or_default(),
                    sentiment: cell("sentiment").unwrap_or_default(),
                    complaint: cell("complaint").is_some_and(|word| word == "yes"),
                    urgent: cell("urgent").is_some_and(|word| word == "yes"),
                    severity: cell("severity"),
                    weight,
                });
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
        for file in MORE_INTENTS {
            for (text, label) in self.labelled(file)? {
                set.add(&text, &label, 1.0);
            }
        }
        for (file, weight) in [("bitext", 0.3), ("clinc150", 0.15), ("banking77", 0.15)] {
            for (text, label) in self.labelled(&format!("third_party/{file}.csv"))? {
                set.add(&text, &label, weight);
            }
        }
        Ok(set)
    }

    /// positive, neutral, negative: `customers` is what messages to a brand weigh beside posts and reviews.
    pub(crate) fn sentiment(&self, customers: f32) -> Outcome {
        let mut set = Set::default();
        for mood in self.moods()? {
            let share = match mood.file {
                // Half of it is neutral and its moods are mild: with it a head bets on neutral (weights 1 and 0.25 tried).
                file if file.starts_with("chatter") => 0.0,
                file if is_public(file) => 1.0,
                _ => customers,
            };
            set.add(&mood.text, &mood.sentiment, share * mood.weight);
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
            set.add(&text, mood, 0.3 * customers);
        }
        for (text, label) in self.labelled("third_party/uci_sentences.csv")? {
            set.add(&text, &label, 0.6);
        }
        for (text, label) in self.labelled("third_party/vi_app_reviews.csv")? {
            set.add(&text, &label, 0.6);
        }
        for (text, _) in self.labelled("third_party/clinc150.csv")? {
            set.add(&text, "neutral", 0.3 * customers);
        }
        Ok(set)
    }

    /// Reviews whose words mean what they say, and questions without a mood.
    pub(crate) fn plain_sentiment(&self) -> Outcome {
        let mut set = Set::default();
        for file in ["uci_sentences", "vi_app_reviews"] {
            for (text, label) in self.labelled(&format!("third_party/{file}.csv"))? {
                set.add(&text, &label, 1.0);
            }
        }
        for (text, label) in self.own_intents()? {
            let moody = COMPLAINTS.contains(&label.as_str()) || EITHER.contains(&label.as_str());
            if !moody && label != "praise" && label != "thanks" {
                set.add(&text, "neutral", 1.0);
            }
        }
        Ok(set)
    }

    /// complaint or not.
    pub(crate) fn complaint(&self) -> Outcome {
        let mut set = Set::default();
        let word = |complaint: bool| if complaint { "complaint" } else { "not_complaint" };
        for mood in self.moods()? {
            // Written for the sentiment: a fault of a course is not labelled a complaint there.
            if mood.file == "posts_vi_course" {
                continue;
            }
            // Messages in private are fewer than public ones, and are what a desk mostly gets.
            let weight = if mood.file.starts_with("mood") { 3.0 } else { 1.0 };
            set.add(&mood.text, word(mood.complaint), weight * mood.weight);
        }
        for (text, label) in self.own_intents()? {
            if !EITHER.contains(&label.as_str()) {
                set.add(&text, word(COMPLAINTS.contains(&label.as_str())), 1.0);
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
        let judged: HashSet<&str> = moods.iter().map(|mood| mood.text.as_str()).collect();
        for mood in &moods {
            set.add(&mood.text, word(mood.urgent), mood.weight);
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

    /// How far displeasure goes; only of files that say.
    pub(crate) fn severity(&self) -> Outcome {
        let mut set = Set::default();
        for mood in self.moods()? {
            if let Some(severity) = mood.severity.as_ref().filter(|_| mood.file != "posts_vi_course") {
                set.add(&mood.text, severity, mood.weight);
            }
        }
        Ok(set)
    }

    /// en, vi, other.
    pub(crate) fn language(&self) -> Outcome {
        let mut set = Set::default();
        let mut sentences = self.labelled("third_party/langid.csv")?;
        for (file, language) in
            [("intents_en", "en"), ("intents_vi", "vi"), ("extra_en", "en"), ("extra_vi", "vi")]
        {
            sentences.extend(
                self.labelled(&format!("{file}.csv"))?.into_iter().map(|(text, _)| (text, language.into())),
            );
        }
        for file in ["posts_vi.csv", "brands_en.csv"] {
            for mut row in self.rows(file)? {
                let mut cell = |key: &str| row.remove(key).unwrap_or_default();
                sentences.push((cell("text"), cell("language")));
            }
        }
        for (row, (text, label)) in sentences.iter().enumerate() {
            set.add(text, label, 1.0);
            for window in windows(text, row) {
                set.add(&window, label, 0.5);
            }
        }
        for (row, (text, label)) in self.labelled("language_other.csv")?.iter().enumerate() {
            set.add(text, label, 1.0);
            for window in windows(text, row) {
                set.add(&window, label, 0.3);
            }
        }
        Ok(set)
    }
}

/// Words that customers of either language use: alone they say nothing of it.
const SHARED: &str = "ok oke okay shop ship size web website app video game combo code sms email mail zalo facebook fb \
    inbox menu sale order hotline link id pin wifi camera laptop iphone ipad samsung voucher cod s m l xl xxl set box \
    email sim card pass team fan hot like share live stream post page admin online offline blue black a b c d e";

/// One to three neighbouring words of a text: two runs a text, at places that depend on its number.
fn windows(text: &str, row: usize) -> Vec<String> {
    let words: Vec<&str> = text
        .split_whitespace()
        .map(|word| word.trim_matches(|c: char| !c.is_alphanumeric()))
        .filter(|word| word.chars().all(|c| c.is_alphabetic() || c == '\'') && !word.is_empty())
        .collect();
    let pick = |salt: usize| {
        let mixed = (row * 31 + salt * 7).wrapping_mul(0x9e37_79b9) >> 7;
        let length = 1 + mixed % 3;
        let start = (mixed / 3) % (words.len() + 1).saturating_sub(length).max(1);
        words.get(start..start + length)
    };
    let telling = |word: &&str| !SHARED.split_whitespace().any(|shared| word.eq_ignore_ascii_case(shared));
    (0..3).filter_map(pick).filter(|run| run.iter().any(telling)).map(|run| run.join(" ")).collect()
}
