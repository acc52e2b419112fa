//! The first words of a conversation say that a program speaks, where the brand wants it said; no others do.

use super::*;
use crate::model::ChannelKind;

/// Who says something first.
fn people() -> [(&'static str, Stage); 5] {
    let again = |mut stage: Stage| {
        stage.memory.returning = true;
        stage.memory.answered_before = false;
        stage
    };
    let fresh = |mut stage: Stage| {
        stage.memory.answered_before = false;
        stage
    };
    [
        ("a stranger", Stage::new()),
        ("a claimed person", fresh(lan().claimed())),
        ("a proven person, new", fresh(lan())),
        ("a proven person who comes back", again(lan())),
        (
            "a proven person whose complaint waits elsewhere",
            again(lan().waiting_elsewhere(EscalationReason::Complaint, Priority::High)),
        ),
    ]
}

fn brand_says_it(stage: Stage, says: bool) -> Stage {
    stage.ruled(|brand| brand.settings.says_it_is_a_bot = says)
}

/// Whether a text says that a program speaks, in either language.
fn says_so(text: &str) -> bool {
    text.contains("trợ lý tự động") || text.contains("assistant bot")
}

/// What somebody reads first, wherever it is shown.
fn first_words(turn: &Turn) -> String {
    let aside = turn.reply.as_ref().and_then(|reply| reply.aside.clone()).unwrap_or_default();
    format!("{}\n{aside}", said(turn))
}

/// Everything somebody may begin with, in both languages, in moods that change with `mood`. Who wants silence is not greeted.
fn beginnings(mood: usize) -> Vec<Reading> {
    let intents = Intent::STARTERS.iter().chain(&["out_of_scope"]).filter(|intent| **intent != "opt_out");
    let felt = |(at, reading): (usize, Reading)| match (at + mood) % 4 {
        0 => reading,
        1 => unsure(reading),
        2 => angry(reading, 0.8),
        _ => urgent(angry(reading, 0.9)),
    };
    intents.enumerate().flat_map(|(at, intent)| [(at, vi(intent)), (at, en(intent))]).map(felt).collect()
}

#[test]
fn the_first_words_say_it_on_every_channel_where_the_brand_wants_it() {
    for (mood, kind) in ChannelKind::ALL.iter().enumerate() {
        for (who, stage) in people() {
            for says in [true, false] {
                let stage = brand_says_it(stage.clone(), says).pushed(*kind);
                for reading in beginnings(mood) {
                    let mut stage = stage.clone();
                    let turn = stage.says("…", reading.clone());
                    let words = first_words(&turn);
                    let intent = &reading.intent;
                    assert!(turn.reply.is_some(), "{kind}, {who}, {intent}: {}", shown(&turn));
                    assert_eq!(says_so(&words), says, "{kind}, {who}, {intent}: {}", shown(&turn));
                    if says {
                        let human = if turn.language == Some(Language::English) {
                            "human"
                        } else {
                            "gặp nhân viên"
                        };
                        assert!(
                            words.contains(human),
                            "{kind}, {who}, {intent}: and the way to a human: {words}"
                        );
                    }
                }
            }
        }
    }
}

#[test]
fn she_says_it_once() {
    for kind in ChannelKind::ALL {
        for (who, stage) in people() {
            for (first, then) in
                [(vi("greeting"), vi("opening_hours")), (en("opening_hours"), en("delivery_options"))]
            {
                let mut stage = brand_says_it(stage.clone(), true).pushed(*kind);
                assert!(says_so(&said(&stage.says("…", first))), "{kind}, {who}");
                let next = said(&stage.says("…?", then));
                assert!(!next.is_empty() && !says_so(&next), "{kind}, {who}: {next}");
            }
        }
    }
}

#[test]
fn in_a_public_place_the_first_words_say_it_there_or_in_private_beside_it() {
    for (who, stage) in people() {
        for says in [true, false] {
            let stage = brand_says_it(stage.clone(), says)
                .pushed(ChannelKind::Discord)
                .said_in(Visibility::PublicAddressed);
            for reading in (0..4).flat_map(beginnings) {
                let turn = stage.clone().says("…", reading.clone());
                let words = first_words(&turn);
                if !words.trim().is_empty() {
                    assert_eq!(says_so(&words), says, "{who}, {}: {}", reading.intent, shown(&turn));
                }
            }
        }
    }
}

#[test]
fn who_wants_silence_is_not_greeted() {
    for (word, reading) in [("STOP", en("opt_out")), ("dừng", vi("opt_out"))] {
        let turn = brand_says_it(Stage::new(), true).says(word, reading);
        assert!(turn.reply.is_some() && !says_so(&said(&turn)), "{}", shown(&turn));
    }
}
