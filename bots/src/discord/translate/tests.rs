//! Every recorded payload, and what people do to us on Discord.

use super::super::ids::{Address, Nonce, Snowflake};
use super::super::places::{Places, Thread};
use super::super::settings::Settings;
use super::{Known, Odd, translate};
use lara_core::listen::Event;
use lara_core::model::{BrandId, Channel, ChannelId, ChannelKind, Delivery, MessageId};
use serde_json::{Value, json};
use std::fmt::Write as _;
use std::path::Path;
use std::sync::Arc;
use uuid::Uuid;

/// The bot of the recorded payloads.
const BOT: u64 = 4_000;
/// The bot of those recorded from Spacebar.
const SPACEBAR: u64 = 1_573_828_605_790_773_292;

/// A channel with settings, and what is known of places.
struct Scene {
    channel: Arc<Channel>,
    settings: Settings,
    places: Places,
    bot: u64,
}

impl Scene {
    fn new(settings: Value) -> Self {
        let id = Uuid::from_u128(1);
        let kind = ChannelKind::Discord;
        let mut channel = Channel::new(ChannelId::new(id), BrandId::new(id), kind, "discord", Delivery::Push);
        channel.settings = settings;
        let settings = Settings::of(&channel).unwrap();
        Self { channel: Arc::new(channel), settings, places: Places::default(), bot: BOT }
    }

    /// The events of a payload, one a line.
    fn reads(&self, name: &str, data: &Value) -> String {
        let known = Known {
            channel: &self.channel,
            settings: &self.settings,
            bot: Some(Snowflake(self.bot)),
            places: &self.places,
        };
        match translate(&known, name, data) {
            Ok(events) => events.iter().map(line).collect::<Vec<_>>().join("\n"),
            Err(Odd(reason)) => format!("odd: {reason}"),
        }
    }

    fn hears(&self, message: &Value) -> String {
        self.reads("MESSAGE_CREATE", message)
    }
}

/// An event as a line.
fn line(event: &Event) -> String {
    match event {
        Event::Ignored(_, why) => format!("ignored: {why}"),
        Event::Happened(_, happening) => format!("{happening:?}"),
        Event::Said(said) => {
            let details = &said.details;
            let mut line =
                format!("{} {} says {:?} ({})", said.visibility, said.address, said.text, said.external);
            if let Some(name) = &details.name {
                write!(line, " name={name:?}").unwrap();
            }
            if let Some(language) = details.language {
                write!(line, " language={language}").unwrap();
            }
            if let Some(at) = details.said_at {
                write!(line, " at={}", jiff::Timestamp::from_millisecond(at.millis()).unwrap()).unwrap();
            }
            if let Some(link) = &details.link {
                write!(line, " link={link}").unwrap();
            }
            for attachment in &details.attachments {
                let shown = &attachment.shown;
                write!(line, "\n  {} {:?} {:?} {:?}", shown.kind, shown.name, shown.mime, attachment.source)
                    .unwrap();
            }
            line
        }
    }
}

/// Name and data of a payload as it comes over the gateway; bare objects are told by their shape.
fn event(payload: &Value) -> (String, Value) {
    if let Some(name) = payload["t"].as_str() {
        return (name.to_owned(), payload["d"].clone());
    }
    let name = match payload {
        payload if payload.get("op").is_some() => "",
        payload if payload.get("application_id").is_some() && payload.get("token").is_some() => {
            "INTERACTION_CREATE"
        }
        payload if payload.get("author").is_some() => "MESSAGE_CREATE",
        _ => "",
    };
    (name.to_owned(), payload.clone())
}

fn payloads() -> Vec<(String, Value)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/payloads/discord");
    let mut payloads: Vec<(String, Value)> = std::fs::read_dir(folder)
        .unwrap()
        .map(|file| {
            let file = file.unwrap();
            let text = std::fs::read_to_string(file.path()).unwrap();
            (file.file_name().into_string().unwrap(), serde_json::from_str(&text).unwrap())
        })
        .collect();
    payloads.sort_by(|(one, _), (other, _)| one.cmp(other));
    payloads
}

fn scene_of(file: &str) -> Scene {
    let mut scene = Scene::new(json!({ "watched": ["2000"] }));
    if file.starts_with("spacebar") {
        scene.bot = SPACEBAR;
    }
    scene
}

#[test]
fn every_recorded_payload_becomes_what_it_is() {
    let mut all = String::new();
    for (file, payload) in payloads() {
        let (name, data) = event(&payload);
        writeln!(all, "{file}\n  {}", scene_of(&file).reads(&name, &data).replace('\n', "\n  ")).unwrap();
    }
    insta::assert_snapshot!("payloads", all);
}

#[test]
fn what_the_library_read_means_the_same() {
    let mut compared = 0;
    for (file, payload) in payloads() {
        let Ok(event) = serde_json::from_value::<serenity::model::event::Event>(payload.clone()) else {
            continue;
        };
        let Some((name, data, _)) = super::super::gateway::read(event) else { continue };
        let scene = scene_of(&file);
        assert_eq!(scene.reads(&name, &data), scene.reads(&name, &payload["d"]), "{file}");
        compared += 1;
    }
    assert!(compared >= 20, "{compared}");
}

#[test]
fn no_payload_cut_short_makes_it_fall_over() {
    let scene = Scene::new(json!({ "watched": ["2000"], "colleague_roles": ["7"] }));
    for (_, payload) in payloads() {
        let (name, data) = event(&payload);
        let Some(members) = data.as_object() else { continue };
        for member in members.keys() {
            for odd in [json!(null), json!(7), json!("x"), json!([]), json!({}), json!([[]]), json!(-1.5)] {
                let mut data = data.clone();
                data[member.as_str()] = odd;
                scene.reads(&name, &data);
            }
            let mut data = data.clone();
            data.as_object_mut().unwrap().remove(member);
            scene.reads(&name, &data);
        }
    }
    for nothing in [json!(null), json!([]), json!("x"), json!(7)] {
        for name in [
            "MESSAGE_CREATE",
            "MESSAGE_UPDATE",
            "MESSAGE_DELETE",
            "MESSAGE_DELETE_BULK",
            "INTERACTION_CREATE",
        ] {
            assert!(scene.reads(name, &nothing).starts_with("odd"), "{name} {nothing}");
        }
    }
}

// ------------------------------------------------------------------------------------------------------------- the people

fn lan(channel: u64, text: &str) -> Value {
    json!({
        "id": "1573834238149525515", "channel_id": channel.to_string(), "guild_id": "1000", "type": 0, "content": text,
        "author": { "id": "3000", "username": "lan", "global_name": "Lan" }, "member": { "nick": "Lan Hà Nội", "roles": [] },
        "mentions": [], "attachments": [],
    })
}

#[test]
fn a_server_is_listened_to_only_where_it_is_watched_or_the_brand_is_addressed() {
    let scene = Scene::new(json!({ "watched": ["2000"] }));
    assert!(scene.hears(&lan(2_000, "áo đẹp quá")).starts_with("public 2000:3000 says \"áo đẹp quá\""));
    assert_eq!(scene.hears(&lan(2_001, "áo đẹp quá")), "ignored: not_addressed");
    let mentioned = scene.hears(&lan(2_001, "<@4000>, đơn của mình đâu?"));
    assert!(mentioned.starts_with("public_addressed 2001:3000 says \"đơn của mình đâu?\""), "{mentioned}");
    assert!(mentioned.contains("name=\"Lan Hà Nội\""), "{mentioned}");
    assert!(
        mentioned.contains("link=https://discord.com/channels/1000/2001/1573834238149525515"),
        "{mentioned}"
    );
    let mut reply = lan(2_001, "bao giờ giao?");
    reply["type"] = json!(19);
    reply["referenced_message"] = json!({ "id": "9", "author": { "id": "4000", "bot": true } });
    assert!(scene.hears(&reply).starts_with("public_addressed 2001:3000 says \"bao giờ giao?\""));
    let elsewhere = Scene::new(json!({ "guild": "1", "watched": ["2000"] }));
    assert_eq!(elsewhere.hears(&lan(2_000, "<@4000> hi")), "ignored: other_server");
}

#[test]
fn a_thread_under_a_watched_channel_is_watched() {
    let mut scene = Scene::new(json!({ "watched": ["2000"] }));
    scene.places.parents.insert(Snowflake(2_500), Snowflake(2_000));
    assert!(scene.hears(&lan(2_500, "hàng giả à?")).starts_with("public 2500:3000"));
}

#[test]
fn a_talk_goes_on_in_the_threads_opened_for_it() {
    let mut scene = Scene::new(json!({}));
    let of: Address = "2000:3000".parse().unwrap();
    scene.places.threads.insert(Snowflake(2_600), Thread { of, private: false });
    scene.places.threads.insert(Snowflake(2_700), Thread { of, private: true });
    assert!(scene.hears(&lan(2_600, "còn size M không?")).starts_with("public_addressed 2000:3000"));
    assert!(scene.hears(&lan(2_700, "SĐT của mình là 0901")).starts_with("direct 2000:3000"));
    let mut other = lan(2_600, "mình cũng hỏi");
    other["author"]["id"] = json!("3001");
    assert_eq!(scene.hears(&other), "ignored: not_addressed");
    other["channel_id"] = json!("2700");
    assert!(scene.hears(&other).starts_with("HumanReplied { address: \"2000:3000\""));
}

#[test]
fn a_colleague_who_answers_takes_over() {
    let scene = Scene::new(json!({ "watched": ["2000"], "colleagues": ["77"], "colleague_roles": ["88"] }));
    let mut mai = lan(2_000, "Dạ để em xem giúp chị");
    mai["author"]["id"] = json!("77");
    assert_eq!(scene.hears(&mai), "ignored: colleague");
    mai["referenced_message"] = json!({ "id": "9", "author": { "id": "3000" } });
    assert_eq!(
        scene.hears(&mai),
        "HumanReplied { address: \"2000:3000\", external: \"1573834238149525515\", text: \"Dạ để em xem giúp chị\" }"
    );
    let mut by_role = lan(2_000, "");
    by_role["member"]["roles"] = json!(["88"]);
    by_role["author"]["id"] = json!("78");
    by_role["referenced_message"] = json!({ "id": "9", "author": { "id": "3000" } });
    assert_eq!(scene.hears(&by_role), "Handed { address: \"2000:3000\", to: Others }");
}

#[test]
fn our_own_message_on_the_gateway_proves_that_it_was_sent() {
    let scene = Scene::new(json!({}));
    let message = MessageId::new(Uuid::from_u128(42));
    let mut own = lan(2_000, "Dạ");
    own["author"] = json!({ "id": "4000", "bot": true });
    assert_eq!(scene.hears(&own), "ignored: own");
    own["nonce"] = json!(Nonce { message, place: 0, last: false }.to_string());
    assert_eq!(scene.hears(&own), "ignored: own");
    own["nonce"] = json!(Nonce { message, place: 1, last: true }.to_string());
    assert!(
        scene.hears(&own).starts_with(&format!("Receipt {{ of: Ours(MessageId({message})")),
        "{}",
        scene.hears(&own)
    );
}

#[test]
fn words_are_read_as_people_see_them() {
    let scene = Scene::new(json!({ "watched": ["2000"] }));
    let mut message = lan(2_000, "<@!5> ơi <:tim:123> <a:vui:124> 3 < 5 <3 <#2001> <@9>");
    message["mentions"] = json!([{ "id": "5", "username": "minh", "global_name": "Minh" }]);
    let heard = scene.hears(&message);
    assert!(heard.contains(r#"says "@Minh ơi :tim: :vui: 3 < 5 <3 <#2001> <@9>""#), "{heard}");
}

#[test]
fn without_the_intent_an_edit_is_no_correction_to_nothing() {
    let scene = Scene::new(json!({ "watched": ["2000"] }));
    let mut edit = lan(2_000, "");
    edit["edited_timestamp"] = json!("2026-11-21T22:44:10.647000+00:00");
    assert_eq!(scene.reads("MESSAGE_UPDATE", &edit), "ignored: no_content");
    edit["content"] = json!("đổi size L");
    assert_eq!(
        scene.reads("MESSAGE_UPDATE", &edit),
        "Edited { external: \"1573834238149525515\", text: \"đổi size L\" }"
    );
}

#[test]
fn help_me_reaches_a_human_in_private_and_in_ones_own_language() {
    let scene = Scene::new(json!({}));
    let mut help = json!({
        "id": "1573834238149525516", "type": 2, "token": "t", "channel_id": "2000", "guild_id": "1000", "locale": "vi",
        "application_id": "4000", "data": { "id": "1", "name": "help-me", "type": 1 },
        "member": { "user": { "id": "3000", "username": "lan" } },
    });
    let said = scene.reads("INTERACTION_CREATE", &help);
    assert!(said.starts_with("direct 2000:3000 says \"Gặp nhân viên\""), "{said}");
    assert!(said.contains("language=vi"), "{said}");
    help["locale"] = json!("en-GB");
    help["data"]["options"] = json!([{ "name": "message", "type": 3, "value": "my parcel is broken" }]);
    let said = scene.reads("INTERACTION_CREATE", &help);
    assert!(said.contains("says \"I want to talk to a human: my parcel is broken\""), "{said}");
    // The library writes the type and the options anew.
    let (_, mut event) =
        payloads().into_iter().find(|(file, _)| file == "twin_interaction_create.json").unwrap();
    event["d"]["data"] = help["data"].clone();
    let (name, data, undecoded) =
        super::super::gateway::read(serde_json::from_value(event).unwrap()).unwrap();
    assert!(!undecoded);
    let said = scene.reads(&name, &data);
    assert!(said.contains("says \"I want to talk to a human: my parcel is broken\""), "{said}");
    help["data"]["name"] = json!("ban");
    assert_eq!(scene.reads("INTERACTION_CREATE", &help), "ignored: other_command");
}

#[test]
fn link_says_a_code_between_the_brand_and_the_person_wherever_it_is_typed() {
    let scene = Scene::new(json!({}));
    let mut link = json!({
        "id": "1573834238149525516", "type": 2, "token": "t", "channel_id": "2000", "guild_id": "1000", "locale": "vi",
        "application_id": "4000", "data": { "id": "2", "name": "link", "type": 1,
            "options": [{ "name": "code", "type": 3, "value": " LARA-7K3M-9QXD " }] },
        "member": { "user": { "id": "3000", "username": "lan" } },
    });
    let said = "direct 3000 says \"LARA-7K3M-9QXD\"";
    assert!(scene.reads("INTERACTION_CREATE", &link).starts_with(said), "in a server");
    let mut direct = link.clone();
    direct["user"] = direct["member"]["user"].take();
    for member in ["guild_id", "member"] {
        direct.as_object_mut().unwrap().remove(member);
    }
    assert!(scene.reads("INTERACTION_CREATE", &direct).starts_with(said), "in direct messages");
    link["data"]["options"] = json!([]);
    assert_eq!(scene.reads("INTERACTION_CREATE", &link), "ignored: no_code");
    // A button cannot pass for the command.
    link["type"] = json!(3);
    assert!(!scene.reads("INTERACTION_CREATE", &link).contains("says"));
}

#[test]
fn a_button_says_its_title_and_only_ours_count() {
    let scene = Scene::new(json!({}));
    let mut click = json!({
        "id": "1573834238149525517", "type": 3, "token": "t", "channel_id": "9000", "user": { "id": "3000", "username": "lan" },
        "data": { "custom_id": "lara:say:0:Đổi hàng", "component_type": 2 }, "message": { "id": "5", "flags": 4 },
    });
    assert!(scene.reads("INTERACTION_CREATE", &click).starts_with("direct 3000 says \"Đổi hàng\""));
    click["guild_id"] = json!("1000");
    assert!(scene.reads("INTERACTION_CREATE", &click).starts_with("public_addressed 9000:3000 says"));
    click["message"]["flags"] = json!(68);
    assert!(scene.reads("INTERACTION_CREATE", &click).starts_with("direct 9000:3000 says"));
    click["data"]["custom_id"] = json!("buy:1");
    assert_eq!(scene.reads("INTERACTION_CREATE", &click), "ignored: foreign_button");
}
