//! Messages nobody understood, put together by what they say: proposals for new intents.
//!
//! Average-link agglomeration (Sokal, Michener 1958) over the likeness of texts: unlike a chain of nearest neighbours it
//! needs no number of clusters, and no order of arrival decides.
#![expect(
    clippy::as_conversions,
    clippy::cast_precision_loss,
    clippy::indexing_slicing,
    reason = "numeric kernel: counts are far below 2^24 and indices are made here"
)]

use super::group_key;
use super::similar::{Point, Rarity};
use super::starters::starters;
use crate::head::Scratch;
use crate::normalise::{Kind, Normalised, strip_accents};
use lara_core::model::{Intent, TALK_KEYS};
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// The most different texts that are looked at: the work grows with their square.
const MOST: usize = 1_500;

/// The first so many characters of a text say what it wants; comparing ten kilobytes with ten kilobytes takes minutes.
const READ: usize = 500;

fn beginning(text: &str) -> &str {
    text.char_indices().nth(READ).and_then(|(end, _)| text.get(..end)).unwrap_or(text)
}

/// How to look.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ClusterOptions {
    /// Fewer different texts are no cluster.
    pub least: usize,
    /// Mean likeness from which two groups are one, 0..=1.
    pub alike: f32,
}

impl Default for ClusterOptions {
    fn default() -> Self {
        Self { least: 3, alike: 0.2 }
    }
}

/// Texts that seem to want the same.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Cluster {
    /// A label made of the words they share; a human should choose a better one.
    pub name: Intent,
    /// How many messages, equal ones counted each.
    pub messages: usize,
    /// The different texts, the most typical first.
    pub texts: Vec<String>,
    /// How alike they are on average, 0..=1.
    pub likeness: f32,
}

/// The clusters of these messages, the largest first.
#[must_use]
pub fn clusters(messages: &[String], options: ClusterOptions) -> Vec<Cluster> {
    let mut counts: BTreeMap<usize, usize> = BTreeMap::new();
    let mut texts: Vec<&str> = Vec::new();
    let mut known: HashMap<String, usize> = HashMap::new();
    let mut scratch = Normalised::default();
    for message in messages {
        let key = group_key(&mut scratch, message);
        // Without a word there is nothing to tell.
        if !scratch.has_words() {
            continue;
        }
        let next = texts.len();
        if next == MOST && !known.contains_key(&key) {
            continue;
        }
        let at = *known.entry(key).or_insert(next);
        if at == next {
            texts.push(message);
        }
        *counts.entry(at).or_default() += 1;
    }
    // Half of all Vietnamese messages are typed without accents: those and the others must find each other.
    let ours = starters().iter().filter(|starter| starter.own).map(|starter| starter.row.text.as_str());
    let plain: Vec<String> =
        ours.chain(texts.iter().copied()).map(|text| strip_accents(beginning(text))).collect();
    let rarity = Rarity::of(plain.iter().map(String::as_str));
    let mut scratch = Scratch::default();
    let mine = plain.get(plain.len() - texts.len()..).unwrap_or_default();
    let points: Vec<Point> = mine
        .iter()
        .zip(&texts)
        .map(|(plain, text)| rarity.point_spelled(&mut scratch, plain, text))
        .collect();
    let mut alike = vec![vec![0.0_f32; points.len()]; points.len()];
    for a in 0..points.len() {
        for b in a..points.len() {
            let like = points[a].likeness(&points[b]);
            (alike[a][b], alike[b][a]) = (like, like);
        }
    }
    let mut found: Vec<Cluster> = agglomerate(&alike, options.alike)
        .into_iter()
        .filter(|members| members.len() >= options.least.max(1))
        .map(|members| describe(&members, &texts, &counts, &alike))
        .collect();
    found.sort_by(|a, b| b.messages.cmp(&a.messages).then_with(|| a.texts.cmp(&b.texts)));
    apart(&mut found);
    found
}

/// Joins the two groups most alike on average until none are alike enough.
fn agglomerate(alike: &[Vec<f32>], enough: f32) -> Vec<Vec<usize>> {
    let mut mean: Vec<Vec<f32>> = alike.to_vec();
    let mut members: Vec<Vec<usize>> = (0..alike.len()).map(|at| vec![at]).collect();
    // The nearest other group of each, kept up to date: a join costs one row.
    let nearest = |mean: &[Vec<f32>], members: &[Vec<usize>], at: usize| {
        let others = (0..members.len()).filter(|other| *other != at && !members[*other].is_empty());
        others.map(|other| (mean[at][other], other)).max_by(|a, b| a.0.total_cmp(&b.0).then(b.1.cmp(&a.1)))
    };
    let mut best: Vec<Option<(f32, usize)>> =
        (0..alike.len()).map(|at| nearest(&mean, &members, at)).collect();
    loop {
        let top =
            best.iter().enumerate().filter_map(|(at, best)| best.map(|(like, other)| (like, at, other)));
        let top = top.max_by(|a, b| a.0.total_cmp(&b.0).then(b.1.cmp(&a.1)));
        let Some((_, a, b)) = top.filter(|(like, ..)| *like >= enough) else { break };
        let (size_a, size_b) = (members[a].len() as f32, members[b].len() as f32);
        let joined: Vec<f32> = mean[a]
            .iter()
            .zip(&mean[b])
            .map(|(to_a, to_b)| (to_a * size_a + to_b * size_b) / (size_a + size_b))
            .collect();
        for (row, like) in mean.iter_mut().zip(&joined) {
            row[a] = *like;
        }
        mean[a] = joined;
        let moved = std::mem::take(&mut members[b]);
        members[a].extend(moved);
        best[b] = None;
        for at in 0..members.len() {
            let touched = at == a || best[at].is_some_and(|(_, other)| other == a || other == b);
            if members[at].is_empty() {
                continue;
            }
            if touched {
                best[at] = nearest(&mean, &members, at);
            } else if best[at].is_some_and(|(like, _)| mean[at][a] > like) {
                best[at] = Some((mean[at][a], a));
            }
        }
    }
    members.retain(|members| !members.is_empty());
    members
}

fn describe(
    members: &[usize],
    texts: &[&str],
    counts: &BTreeMap<usize, usize>,
    alike: &[Vec<f32>],
) -> Cluster {
    let typical =
        |at: usize| members.iter().map(|other| alike[at][*other]).sum::<f32>() / members.len() as f32;
    let mut ranked: Vec<(f32, usize)> = members.iter().map(|at| (typical(*at), *at)).collect();
    ranked.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
    let pairs: f32 =
        members.iter().flat_map(|a| members.iter().filter(move |b| *b > a).map(|b| alike[*a][*b])).sum();
    let count = (members.len() * (members.len().max(2) - 1)) as f32 / 2.0;
    let texts: Vec<String> = ranked.iter().map(|(_, at)| texts[*at].to_owned()).collect();
    Cluster {
        name: name(&texts),
        messages: members.iter().filter_map(|at| counts.get(at)).sum(),
        likeness: pairs / count.max(1.0),
        texts,
    }
}

/// The words most of the texts share and the starters rarely use.
fn name(texts: &[String]) -> Intent {
    let mut common: HashMap<String, usize> = HashMap::new();
    let mut all = 1_usize;
    let mut scratch = Normalised::default();
    for starter in starters().iter().filter(|starter| starter.own) {
        all += 1;
        for word in words(&mut scratch, &starter.row.text) {
            *common.entry(word).or_default() += 1;
        }
    }
    let mut held: BTreeMap<String, usize> = BTreeMap::new();
    for text in texts {
        for word in words(&mut scratch, text) {
            *held.entry(word).or_default() += 1;
        }
    }
    let worth = |word: &str, count: usize| {
        let rare = (all as f32 / (1 + common.get(word).copied().unwrap_or(0)) as f32).ln();
        // Several words say more than one, if as many texts have them.
        let longer = 1.0 + 0.3 * word.matches(' ').count() as f32;
        (count as f32 / texts.len() as f32) * rare * longer
    };
    let best = held
        .iter()
        .filter(|(word, _)| word.chars().any(char::is_alphabetic))
        .max_by(|a, b| worth(a.0, *a.1).total_cmp(&worth(b.0, *b.1)).then_with(|| b.0.cmp(a.0)));
    best.and_then(|(words, _)| Intent::suggested(words)).unwrap_or(Intent::from_static("new_intent"))
}

/// The words of a text, the pairs and the threes, each once.
fn words(scratch: &mut Normalised, text: &str) -> BTreeSet<String> {
    scratch.read(text);
    let tokens: Vec<&str> = scratch
        .tokens
        .iter()
        .map(|token| if token.kind == Kind::Word { scratch.word(token) } else { "" })
        .collect();
    let pairs = tokens.array_windows().filter(|[a, b]| !a.is_empty() && !b.is_empty());
    let pairs = pairs.map(|[a, b]| format!("{a} {b}"));
    let threes = tokens.array_windows().filter(|three: &&[&str; 3]| !three.contains(&""));
    let threes = threes.map(|[a, b, c]| format!("{a} {b} {c}"));
    let alone = tokens.iter().filter(|word| word.chars().count() > 2).map(|word| (*word).to_owned());
    alone.chain(pairs).chain(threes).collect()
}

/// Names that are taken, or are Lara's own, get a number.
fn apart(clusters: &mut [Cluster]) {
    let mut taken: BTreeSet<String> =
        Intent::STARTERS.iter().chain(TALK_KEYS).map(|label| (*label).to_owned()).collect();
    for cluster in clusters {
        let mut name = cluster.name.as_str().to_owned();
        let mut number = 2;
        while taken.contains(&name) {
            name = format!("{}_{number}", cluster.name.as_str());
            number += 1;
        }
        taken.insert(name.clone());
        cluster.name = Intent::new(name);
    }
}
