//! `lara channel add`: connects a brand to a platform, and says what is to be done next.

use super::said;
use crate::channels::{Rest, built, made_by_us, taken};
use crate::config::{ChannelTable, Config, ConfiguredKind, SecretRef, TelegramGroups, TelegramMode, clear};
use crate::wire;
use anyhow::{Context, Result, bail};
use lara_core::model::{Channel, ChannelKind, Finding, Gravity, Language};
use lara_core::ports::{Brands, Saved, Symptom};
use lara_store::Store;
use std::path::PathBuf;
use std::sync::Arc;
use tokio_util::sync::CancellationToken;

/// What `--help` ends with.
pub(super) const EXAMPLES: &str = "\
A SECRET is env:NAME, file:PATH, or - for the next line of standard input. What is written
out stays in the history of the shell and is seen by who lists the processes.

Examples:
  lara channel add telegram --token-file telegram.token
  pass show shop/discord | lara channel add discord --token - --guild 1234567890
  lara channel add messenger --account 1029384756 --token env:PAGE_TOKEN --app-secret env:APP_SECRET

docs/channels/ says for each platform where these things are found.";

/// Arguments of `lara channel add`.
#[derive(Debug, clap::Args)]
#[expect(clippy::struct_excessive_bools, reason = "each is a switch of the command line")]
pub(crate) struct Args {
    /// Which kind of channel
    kind: ConfiguredKind,
    /// Short name of the channel [default: the kind]
    #[arg(long)]
    name: Option<String>,
    /// Short name of the brand; may be left out when there is one only
    #[arg(long)]
    brand: Option<String>,
    /// Token: of the bot, the page, the number, or of the brand's app
    #[arg(long, value_name = "SECRET", conflicts_with = "token_file")]
    token: Option<SecretRef>,
    /// A file whose first line is the token; - is standard input
    #[arg(long, value_name = "FILE")]
    token_file: Option<PathBuf>,
    /// Messenger, Instagram, WhatsApp: the app's secret, which signs webhooks
    #[arg(long, value_name = "SECRET")]
    app_secret: Option<SecretRef>,
    /// Messenger, Instagram, WhatsApp: word that confirms the webhook's address [default: one is made]
    #[arg(long, value_name = "SECRET")]
    verify_token: Option<SecretRef>,
    /// Telegram: proves webhooks [default: one is made]; app: signs replies
    #[arg(long, value_name = "SECRET")]
    webhook_secret: Option<SecretRef>,
    /// Page id, Instagram account id, or phone number id; Telegram and Discord tell it by the token
    #[arg(long, value_name = "ID")]
    account: Option<String>,
    /// Telegram: ask for messages, or have them posted to the public address [default: polling]
    #[arg(long)]
    mode: Option<TelegramMode>,
    /// Discord: the one server to listen to [default: all the bot is in]
    #[arg(long, value_name = "ID")]
    guild: Option<String>,
    /// Telegram: what is done in groups [default: listen, and answer when addressed]
    #[arg(long)]
    groups: Option<TelegramGroups>,
    /// Discord: a channel to listen to though the brand is not addressed; Telegram: a group, if not all (may be repeated)
    #[arg(long, value_name = "ID")]
    watch: Vec<String>,
    /// Discord: ask for the content of all messages, which the developer portal must allow
    #[arg(long)]
    message_content: bool,
    /// Discord: answer each public question in a thread of its own
    #[arg(long)]
    threads: bool,
    /// Telegram, Discord: somebody of the brand, whose answers are take-overs (may be repeated)
    #[arg(long, value_name = "ID")]
    colleague: Vec<String>,
    /// Discord: a role of people of the brand (may be repeated)
    #[arg(long, value_name = "ID")]
    colleague_role: Vec<String>,
    /// Messenger, Instagram, WhatsApp: id of the app
    #[arg(long, value_name = "ID")]
    app_id: Option<String>,
    /// WhatsApp: id of the business account
    #[arg(long, value_name = "ID")]
    waba: Option<String>,
    /// Messenger, Instagram, WhatsApp: version of the Graph API
    #[arg(long, value_name = "VERSION")]
    api_version: Option<String>,
    /// Telegram, Discord: where the API is, for proxies and tests
    #[arg(long, value_name = "URL")]
    api_url: Option<url::Url>,
    /// Discord: where the gateway is, for proxies and tests
    #[arg(long, value_name = "URL")]
    gateway_url: Option<url::Url>,
    /// Messenger, Instagram, WhatsApp: where the Graph API is, for proxies and tests
    #[arg(long, value_name = "URL")]
    graph_url: Option<url::Url>,
    /// Web: a site that may embed the chat, e.g. `https://shop.example` (may be repeated)
    #[arg(long, value_name = "ORIGIN")]
    site: Vec<String>,
    /// App: where replies are posted
    #[arg(long, value_name = "URL")]
    webhook_url: Option<url::Url>,
    /// App: its token may say who a customer is
    #[arg(long)]
    may_assert_identity: bool,
    /// Change a channel that is there: what is given replaces what it had
    #[arg(long)]
    replace: bool,
    /// Store it without asking the platform
    #[arg(long)]
    no_check: bool,
}

/// Findings that say that what was given is wrong: a channel that is added so is not stored.
const GIVEN_WRONG: &[&str] = &[
    "token_missing",
    "token_invalid",
    "token_revoked",
    "token_expired",
    "account_missing",
    "account_mismatch",
    "app_secret_missing",
    "app_secret_wrong",
    "settings_wrong",
];

impl Args {
    fn table(&self, brand: &str) -> Result<ChannelTable> {
        let some = |list: &[String]| (!list.is_empty()).then(|| list.to_vec());
        let token_file = self.token_file.as_ref().map(|path| match path.to_str() {
            Some("-") => SecretRef::Input,
            _ => SecretRef::File(path.clone()),
        });
        let table = ChannelTable {
            account: self.account.clone(),
            token: self.token.clone().or(token_file),
            app_secret: self.app_secret.clone(),
            verify_token: self.verify_token.clone(),
            webhook_secret: self.webhook_secret.clone(),
            allowed_origins: some(&self.site),
            may_assert_identity: self.may_assert_identity.then_some(true),
            webhook_url: self.webhook_url.clone(),
            mode: self.mode,
            groups: self.groups,
            api_url: self.api_url.clone(),
            gateway_url: self.gateway_url.clone(),
            guild: self.guild.clone(),
            watched: some(&self.watch),
            message_content: self.message_content.then_some(true),
            threads: self.threads.then_some(true),
            colleagues: some(&self.colleague),
            colleague_roles: some(&self.colleague_role),
            graph_url: self.graph_url.clone(),
            api_version: self.api_version.clone(),
            app_id: self.app_id.clone(),
            waba: self.waba.clone(),
            ..ChannelTable::new(self.kind, brand.to_owned())
        };
        table.check()?;
        for (name, _) in table.secrets().filter(|(_, secret)| secret.is_plain()) {
            let option = name.replace('_', "-");
            eprintln!(
                "lara: --{option} stands in the history of your shell now; file:PATH, env:NAME or - keep it out"
            );
        }
        Ok(table)
    }
}

/// Runs `lara channel add`.
pub(super) async fn run(config: &Config, store: Arc<Store>, args: &Args) -> Result<()> {
    let kind = ChannelKind::from(args.kind);
    let name = args.name.clone().unwrap_or_else(|| kind.to_string());
    if !name_fits(&name) {
        bail!("the name {name:?} may have lower-case letters, digits and dashes only, at most 40");
    }
    let brand = wire::choose_brand(&store, args.brand.as_deref()).await?;
    let known = store.channels(Some(brand.id)).await?.into_iter().find(|channel| channel.name == name);
    let in_use = known.as_ref().is_some_and(|known| !known.is_removed());
    if in_use && !args.replace {
        bail!(
            "{} has a channel {name:?} already: change it with --replace, or choose another --name",
            brand.name
        );
    }
    if !in_use && args.replace {
        bail!("there is no channel {name:?} to replace: leave out --replace");
    }
    let table = args.table(&brand.slug)?;
    if !in_use {
        table.check_whole().map_err(|error| anyhow::anyhow!("{error}: {}", option_of(&error.to_string())))?;
    }
    let channel = built(&brand, &name, &table, known, Rest::Stays)?;
    let shared = wire::serve(config, store.clone(), CancellationToken::new())?.channels;
    let findings = if args.no_check { Vec::new() } else { lara_bots::check(&shared, &channel).await };
    said::print(&channel, &findings, Language::English);
    if let Some(wrong) = findings.iter().find(|finding| is_given_wrong(finding)) {
        bail!("nothing was stored ({}); --no-check stores it all the same", wrong.code);
    }
    match store.put_channel(&channel, wire::now()).await? {
        Saved::Done => {}
        Saved::Taken | Saved::Stale => bail!("{}", taken(&channel)),
    }
    if !args.no_check {
        shared.health.note(&channel, Symptom::Checked(findings)).await;
    }
    let done = if in_use { "Changed" } else { "Added" };
    println!("{done} {name} ({}) for {}.", lara_core::wording::channel_name(kind), brand.name);
    next(config, &channel, args, &brand.slug)
}

fn is_given_wrong(finding: &Finding) -> bool {
    finding.gravity == Gravity::Broken && GIVEN_WRONG.contains(&finding.code.as_str())
}

/// The option that gives what a message says is needed.
fn option_of(message: &str) -> String {
    let needed =
        ["account", "app_secret", "token"].into_iter().find(|key| message.contains(&format!("needs {key}")));
    match needed {
        Some("account") => "give it with --account".to_owned(),
        Some("app_secret") => "give it with --app-secret env:NAME or file:PATH".to_owned(),
        _ => "give it with --token-file FILE, or --token - from standard input".to_owned(),
    }
}

fn name_fits(name: &str) -> bool {
    (1..=40).contains(&name.len())
        && name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
}

/// What is left for the operator to do.
fn next(config: &Config, channel: &Channel, args: &Args, brand: &str) -> Result<()> {
    println!("A running server takes it up within seconds; else start one with: lara");
    match args.kind {
        ConfiguredKind::Telegram => match channel.settings.get("mode").and_then(|mode| mode.as_str()) {
            Some("webhook") => println!("Lara tells Telegram to post to {}.", config.public_url),
            _ => println!(
                "Lara asks Telegram for messages: no public address is needed. Write to your bot to try it."
            ),
        },
        ConfiguredKind::Discord => {
            println!(
                "Write to the bot directly, or mention it, to try it. To invite it to your server, open:"
            );
            println!("  {}", invitation(channel));
        }
        ConfiguredKind::Messenger | ConfiguredKind::Instagram | ConfiguredKind::Whatsapp => {
            println!("In the app's webhook settings at Meta, enter:");
            println!("  Callback URL  {}", config.public_url.join("webhooks/meta")?);
            println!("  Verify token  {}", verify_token(channel, args)?);
            println!("and subscribe to the fields that docs/channels/{}.md names.", channel.kind);
        }
        ConfiguredKind::Web => {
            println!("Embed the chat with:\n  {}", wire::script_tag(config, brand)?);
        }
        ConfiguredKind::App => println!("The app speaks REST: docs/channels/app.md"),
    }
    println!("Look whether all is well with: lara channel test {}", channel.name);
    Ok(())
}

/// The word Meta confirms the address with. Shown only where Lara made it: the operator has to enter it there.
fn verify_token(channel: &Channel, args: &Args) -> Result<String> {
    if args.verify_token.is_some() {
        return Ok("(the one you gave)".to_owned());
    }
    let name = made_by_us(args.kind).context("this kind has no verify token")?;
    let made = channel.secrets.get(name).context("the verify token is not there")?;
    Ok(clear(made).to_owned())
}

/// Where the owner of a server invites the bot (docs.discord.com, "`OAuth2`", "Bot Authorization Flow"; permissions by
/// "Permissions", "Bitwise Permission Flags").
fn invitation(channel: &Channel) -> String {
    const VIEW_CHANNEL: u64 = 1 << 10;
    const SEND_MESSAGES: u64 = 1 << 11;
    const ATTACH_FILES: u64 = 1 << 15;
    const READ_MESSAGE_HISTORY: u64 = 1 << 16;
    const CREATE_PUBLIC_THREADS: u64 = 1 << 35;
    const CREATE_PRIVATE_THREADS: u64 = 1 << 36;
    const SEND_MESSAGES_IN_THREADS: u64 = 1 << 38;
    let permissions = VIEW_CHANNEL
        | SEND_MESSAGES
        | ATTACH_FILES
        | READ_MESSAGE_HISTORY
        | CREATE_PUBLIC_THREADS
        | CREATE_PRIVATE_THREADS
        | SEND_MESSAGES_IN_THREADS;
    let application = channel.account.as_deref().unwrap_or("YOUR_APPLICATION_ID");
    format!(
        "https://discord.com/oauth2/authorize?client_id={application}&scope=bot+applications.commands&permissions={permissions}"
    )
}
