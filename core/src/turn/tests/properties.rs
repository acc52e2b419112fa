//! What holds whatever is said, whoever says it, and however it is read.

use super::*;
use crate::model::{ChannelKind, MessageLanguage, RankedIntent};
use proptest::prelude::*;

fn reading() -> impl Strategy<Value = Reading> {
    let intents = || {
        prop::sample::select(
            Intent::STARTERS.iter().copied().chain(["out_of_scope", "no_such_intent"]).collect::<Vec<_>>(),
        )
    };
    let languages = prop::sample::select(MessageLanguage::ALL.to_vec());
    let others = (intents(), prop::option::of(intents()), prop::option::of(intents()));
    (languages, others, 0.0..=1.0_f32, -1.0..=1.0_f32, 0.0..=1.0_f32, prop::bool::weighted(0.1)).prop_map(
        |(language, (intent, runner_up, also), confidence, score, complaint, urgent)| {
            let ranked = |intent: &str| RankedIntent { intent: Intent::new(intent), confidence };
            Reading {
                language,
                intent: Intent::new(intent),
                confidence,
                runner_up: runner_up.map(ranked),
                also: also.map(ranked).into_iter().collect(),
                score,
                complaint,
                urgent,
                ..Reading::default()
            }
        },
    )
}

fn stage() -> impl Strategy<Value = Stage> {
    let owners =
        prop::sample::select(vec![Owner::Bot, Owner::Bot, Owner::Waiting, Owner::Agent, Owner::Closed]);
    let places = prop::sample::select(Visibility::ALL.to_vec());
    let level = (0..3_u8, any::<bool>());
    (owners, places, level, 0..3_usize, any::<bool>(), any::<bool>(), prop::bool::weighted(0.2), 0..200_i64)
        .prop_map(|(owner, place, (level, pushed), orders, knows_facts, answered, opted_out, hours)| {
            let mut stage = Stage::new();
            if !knows_facts {
                stage = stage.ruled(|brand| brand.facts = crate::model::Facts::default());
            }
            if level > 0 {
                stage = stage.verified("Quỳnh *_[x](y)").likes("size", "M");
                for order in ["SECRET-1", "SECRET-2", "SECRET-3"].into_iter().take(orders) {
                    stage = stage.with_order(super::order(order, OrderStatus::Shipped, &["Ly"]));
                }
            }
            if level == 1 {
                stage = stage.claimed();
            }
            stage = stage.said_in(place);
            if pushed {
                stage = stage.pushed(ChannelKind::Telegram);
            }
            stage.conversation.owner = owner;
            stage.memory.answered_before = answered;
            stage.now = stage.now.plus(Millis::minutes(hours * 60));
            if opted_out {
                stage.memory.address.opted_out_at = Some(stage.now);
            }
            stage
        })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn the_promises_hold(
        mut stage in stage(),
        talk in prop::collection::vec(("(\\PC{0,30}|đơn của em đâu|SECRET-1|cái đầu|stop|human|\\{\\{x\\}\\}|👍)", reading()), 1..6),
    ) {
        for (text, reading) in talk {
            let before = stage.clone();
            let turn = stage.says(&text, reading.clone());
            let complains = reading.complaint >= 0.5 || reading.urgent;
            let silenced = matches!(before.conversation.owner, Owner::Agent | Owner::Closed);
            if silenced {
                prop_assert!(turn.reply.is_none());
            }
            if stage.run[0].visibility == Visibility::Public {
                prop_assert!(turn.reply.is_none());
            }
            if before.memory.address.opted_out_at.is_some() && turn.decision.kind != DecisionKind::OptIn {
                prop_assert!(turn.reply.is_none());
            }
            if complains && !silenced {
                prop_assert!(matches!(turn.queue, QueueChange::Put(_)), "{}", shown(&turn));
            }
            if let Some(reply) = &turn.reply {
                prop_assert!(!reply.text.trim().is_empty());
                // Only who is in danger may hear the same line in public: help stands beside it.
                let again = Some(&reply.text) == before.memory.last_bot_text.as_ref();
                prop_assert!(!again || (reply.aside.is_some() && turn.decision.reason == "public_complaint_told"));
                let may_show = before.memory.address.level == crate::model::Level::Verified
                    && stage.run[0].visibility == Visibility::Direct;
                let aside = reply.aside.as_deref().unwrap_or_default();
                if !may_show {
                    prop_assert!(!reply.text.contains("SECRET") && !aside.contains("SECRET"), "{}", reply.text);
                }
                if stage.run[0].visibility == Visibility::PublicAddressed {
                    prop_assert!(!reply.text.contains("Quỳnh") && !aside.contains("Quỳnh"), "{}", reply.text);
                }
                if !aside.is_empty() {
                    prop_assert_eq!(stage.run[0].visibility, Visibility::PublicAddressed);
                    prop_assert!(matches!(turn.queue, QueueChange::Put(_)));
                }
            }
            prop_assert_eq!(turn.decision.reply, turn.reply.as_ref().map(|reply| reply.id));
            prop_assert_eq!(turn.done_seq, stage.run.last().unwrap().seq);
            if matches!(turn.queue, QueueChange::Put(_)) {
                prop_assert!(turn.owner != Owner::Bot);
            }
        }
    }
}
