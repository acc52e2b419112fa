//! What Meta says of a channel: whose the token is and until when, what it permits, where the app's webhook leads, what the
//! account is subscribed to. A subscription that is gone is made anew: Meta ends those of webhooks that failed for hours.

use super::graph::{Api, CallError, Unready, errors};
use super::node::Node;
use super::settings::{APP_SECRET, VERIFY_TOKEN};
use super::way;
use crate::Shared;
use futures_util::FutureExt as _;
use futures_util::future::BoxFuture;
use lara_core::model::{Channel, ChannelKind, Finding};
use lara_core::ports::SendError;
use secrecy::ExposeSecret as _;
use serde_json::{Value, json};
use url::Url;

/// What a page must tell us of (messenger-platform webhooks). Comments come with `feed`.
const PAGE_FIELDS: &[&str] = &[
    "messages",
    "messaging_postbacks",
    "messaging_referrals",
    "messaging_optins",
    "message_echoes",
    "message_deliveries",
    "message_reads",
    "message_edits",
    "messaging_handovers",
    "standby",
    "messaging_policy_enforcement",
    "feed",
];
/// What an Instagram account must tell us of; echoes come with `messages` (instagram-platform webhooks).
const INSTAGRAM_FIELDS: &[&str] =
    &["messages", "messaging_postbacks", "messaging_referral", "messaging_seen", "comments"];
/// What a WhatsApp Business Account must tell us of; `smb_message_echoes` only with the phone's own app beside us.
const WHATSAPP_FIELDS: &[&str] = &["messages"];

/// What the token must permit (permissions reference).
const fn permissions(kind: ChannelKind) -> &'static [&'static str] {
    match kind {
        ChannelKind::Messenger => &["pages_messaging", "pages_manage_metadata"],
        ChannelKind::Whatsapp => &["whatsapp_business_messaging", "whatsapp_business_management"],
        _ => &[],
    }
}

const fn fields(kind: ChannelKind) -> &'static [&'static str] {
    match kind {
        ChannelKind::Instagram => INSTAGRAM_FIELDS,
        ChannelKind::Whatsapp => WHATSAPP_FIELDS,
        _ => PAGE_FIELDS,
    }
}

const fn object(kind: ChannelKind) -> &'static str {
    match kind {
        ChannelKind::Instagram => "instagram",
        ChannelKind::Whatsapp => "whatsapp_business_account",
        _ => "page",
    }
}

/// Checks one channel.
pub(super) fn check(shared: &Shared, channel: Channel) -> BoxFuture<'static, Vec<Finding>> {
    let shared = shared.clone();
    async move {
        let (client, webhook) = (&shared.platforms, webhook_url(&shared.public_url));
        let mut findings = stored(&channel);
        match Api::of(client, &channel) {
            Ok(api) => Check { api, channel: &channel, shared: &shared }.all(&webhook, &mut findings).await,
            Err(Unready::Token) => findings.push(Finding::broken("token_missing")),
            Err(Unready::Settings) => findings.push(Finding::broken("settings_wrong").with(channel.name)),
        }
        findings
    }
    .boxed()
}

/// Where Meta must send events.
fn webhook_url(public: &Url) -> String {
    format!("{}/webhooks/meta", public.as_str().trim_end_matches('/'))
}

/// What is wrong before anybody is asked.
fn stored(channel: &Channel) -> Vec<Finding> {
    let mut findings = Vec::new();
    if channel.account.is_none() {
        findings.push(Finding::broken("account_missing"));
    }
    if channel.secrets.get(APP_SECRET).is_none() {
        findings.push(Finding::broken("app_secret_missing"));
    }
    if channel.secrets.get(VERIFY_TOKEN).is_none() {
        findings.push(Finding::warning("verify_token_missing"));
    }
    findings
}

struct Check<'c> {
    api: Api<'c>,
    channel: &'c Channel,
    shared: &'c Shared,
}

impl Check<'_> {
    async fn all(&self, webhook: &str, findings: &mut Vec<Finding>) {
        let account = match self.account().await {
            Ok(found) => found,
            Err(error) => return findings.push(self.trouble(error)),
        };
        findings.extend(account);
        findings.extend(self.token().await);
        findings.extend(self.subscription().await);
        findings.extend(self.webhook(webhook).await);
    }

    /// Whose the token is.
    async fn account(&self) -> Result<Vec<Finding>, CallError> {
        let Some(account) = &self.channel.account else { return Ok(Vec::new()) };
        let (path, wanted) = match self.channel.kind {
            ChannelKind::Messenger => ("me", "id,name"),
            ChannelKind::Instagram => (&**account, "username"),
            _ => (&**account, "display_phone_number,verified_name,quality_rating,platform_type"),
        };
        let answer = self.api.get(path, &[("fields", wanted)]).await?;
        let node = Node::new(&answer);
        let name = ["name", "username", "verified_name", "display_phone_number", "id"];
        let name = name.into_iter().find_map(|name| node.id(name)).unwrap_or_default();
        if self.channel.kind == ChannelKind::Messenger && node.id("id").as_ref() != Some(account) {
            return Ok(vec![Finding::broken("account_mismatch").with(name)]);
        }
        let called = node.text("username").or_else(|| node.text("display_phone_number"));
        if let Some(called) = called.filter(|_| self.channel.kind != ChannelKind::Messenger) {
            way::learn(self.shared, self.channel, called).await;
        }
        let mut findings = vec![Finding::fine("token_valid").with(name)];
        if let Some(rating @ ("RED" | "LOW")) = node.text("quality_rating") {
            findings.push(Finding::warning("quality_low").with(rating));
        }
        if let Some(platform @ ("NOT_APPLICABLE" | "ON_PREMISE")) = node.text("platform_type") {
            findings.push(Finding::broken("number_unregistered").with(platform));
        }
        Ok(findings)
    }

    /// The token of the app itself, where both halves are known.
    fn app(&self) -> Option<(&str, String)> {
        let id = self.api.settings.app_id.as_deref()?;
        let secret = self.channel.secrets.get(APP_SECRET)?;
        // Instagram's own host has no app tokens.
        let has_apps = !self.api.is_instagram();
        has_apps.then(|| (id, format!("{id}|{}", secret.expose_secret())))
    }

    /// Until when the token is good, and for what (`debug_token`).
    async fn token(&self) -> Vec<Finding> {
        let Some((_, app)) = self.app() else { return Vec::new() };
        let asked = match self.api.debug(&app).await {
            Ok(asked) => asked,
            // The token is good, as was seen: it is the app's half that is not.
            Err(CallError::Refused(_)) => return vec![Finding::broken("app_secret_wrong")],
            Err(_) => return Vec::new(),
        };
        let data = Node::new(&asked).get("data");
        let mut findings = Vec::new();
        if let Some(end) = data.moment("expires_at") {
            let day = jiff::Timestamp::from_millisecond(end.millis())
                .map(|end| end.strftime("%Y-%m-%d").to_string());
            findings.push(if end > self.shared.clock.now() {
                Finding::warning("token_expires").with(day.unwrap_or_default())
            } else {
                Finding::broken("token_expired")
            });
        }
        let granted: Vec<&str> = strings(data, "scopes");
        let missing = permissions(self.channel.kind).iter().filter(|one| !granted.contains(*one));
        let missing = missing.copied().collect::<Vec<_>>().join(", ");
        if !granted.is_empty() && !missing.is_empty() {
            findings.push(Finding::broken("permission_missing").with(missing));
        }
        findings
    }

    /// What of the account our app is told.
    async fn subscription(&self) -> Vec<Finding> {
        let path = match self.channel.kind {
            ChannelKind::Whatsapp => match &self.api.settings.waba {
                Some(waba) => format!("{waba}/subscribed_apps"),
                None => return Vec::new(),
            },
            _ => "me/subscribed_apps".to_owned(),
        };
        let apps = match self.api.get(&path, &[]).await {
            Ok(apps) => apps,
            Err(error) => return vec![self.trouble(error)],
        };
        let missing = self.unsubscribed(&apps);
        let all = fields(self.channel.kind).join(",");
        if missing.is_empty() {
            return vec![Finding::fine("webhook_subscribed").with(all)];
        }
        let body = match self.channel.kind {
            ChannelKind::Whatsapp => json!({}),
            // A page that stands for its Instagram account is subscribed for messages; the rest is the app's to choose.
            ChannelKind::Instagram if !self.api.is_instagram() => json!({ "subscribed_fields": "messages" }),
            _ => json!({ "subscribed_fields": all }),
        };
        match self.api.post(&path, &body).await {
            Ok(_) => vec![Finding::fine("webhook_subscribed").with(all)],
            Err(_) => vec![Finding::broken("webhook_not_subscribed").with(missing.join(", "))],
        }
    }

    /// The fields our app is not subscribed to, as `subscribed_apps` says.
    fn unsubscribed(&self, apps: &Value) -> Vec<&'static str> {
        let ours = self.api.settings.app_id.as_ref();
        let is_ours = |app: &Node<'_>| {
            let id = app.id("id").or_else(|| app.get("whatsapp_business_api_data").id("id"));
            ours.is_none() || id.is_none() || id.as_ref() == ours
        };
        let Some(app) = Node::new(apps).list("data").find(is_ours) else {
            return fields(self.channel.kind).to_vec();
        };
        let subscribed: Vec<&str> = strings(app, "subscribed_fields");
        let any_will_do = self.channel.kind != ChannelKind::Messenger && !self.api.is_instagram();
        let missing = fields(self.channel.kind).iter().copied();
        missing.filter(|field| !any_will_do && !subscribed.contains(field)).collect()
    }

    /// Where the app's webhook leads.
    async fn webhook(&self, expected: &str) -> Vec<Finding> {
        let Some((id, app)) = self.app() else { return Vec::new() };
        let Ok(answer) = self.api.get_as(&app, &format!("{id}/subscriptions")).await else {
            return Vec::new();
        };
        let object = object(self.channel.kind);
        let Some(found) = Node::new(&answer).list("data").find(|one| one.text("object") == Some(object))
        else {
            return vec![Finding::broken("webhook_missing")];
        };
        let leads = found.text("callback_url").unwrap_or_default();
        if leads != expected {
            return vec![Finding::broken("webhook_elsewhere").with(leads)];
        }
        let told: Vec<&str> = found.list("fields").filter_map(|field| field.text("name")).collect();
        let missing = fields(self.channel.kind).iter().copied().filter(|field| !told.contains(field));
        let missing = missing.collect::<Vec<_>>().join(", ");
        if missing.is_empty() || told.is_empty() {
            vec![Finding::fine("webhook_set").with(leads)]
        } else {
            vec![Finding::broken("webhook_not_subscribed").with(missing)]
        }
    }

    /// What a failed call says.
    fn trouble(&self, error: CallError) -> Finding {
        let refusal = match error {
            CallError::NotSent | CallError::NoAnswer => return Finding::warning("platform_unreachable"),
            CallError::Refused(refusal) => refusal,
        };
        match errors::judge(refusal) {
            SendError::Retry(_, errors::TOKEN) => Finding::broken(errors::TOKEN),
            SendError::TooFast(_, _, code) => Finding::warning(code),
            SendError::Rejected(errors::PERMISSION) => {
                Finding::broken(errors::PERMISSION).with(permissions(self.channel.kind).join(", "))
            }
            _ => Finding::warning("platform_error").with(refusal.status.to_string()),
        }
    }
}

fn strings<'a>(node: Node<'a>, name: &str) -> Vec<&'a str> {
    let list = node.get(name).value().and_then(Value::as_array);
    list.into_iter().flatten().filter_map(Value::as_str).collect()
}
