//! `lara alert`: try whom to wake.

use crate::alerts::{Alarm, NotSent, Written, test_line};
use crate::config::{Config, nearest};
use crate::wire;
use anyhow::{Result, bail};
use lara_core::model::Language;

/// Subcommands of `lara alert`.
#[derive(Debug, clap::Subcommand)]
pub(crate) enum Command {
    /// Send a test to one target of lara.toml, now
    Test {
        /// The name behind `alerts.` in lara.toml
        name: String,
    },
}

/// Runs `lara alert`.
pub(crate) async fn run(config: &Config, command: &Command) -> Result<()> {
    let Command::Test { name } = command;
    let alarm = Alarm::new(config, wire::open_store(config).await?)?;
    let Some(target) = alarm.targets.get(name) else {
        match nearest(name, alarm.targets.keys().map(String::as_str)) {
            Some(right) => bail!("lara.toml has no [alerts.{name}]: did you mean {right:?}?"),
            None => bail!("lara.toml has no [alerts.{name}]: see docs/how-to/wake-a-human.md"),
        }
    };
    let written = Written {
        id: wire::uuid(),
        rule: "test",
        brand: target.brand.clone().unwrap_or_default(),
        text: test_line(target.language.unwrap_or(Language::English), name),
        link: alarm.page("desk"),
        at: wire::now().millis(),
    };
    match alarm.send(target, &written).await {
        Ok(()) => println!("sent: look whether it arrived"),
        Err(NotSent::Uncertain(code)) => {
            bail!("it may have arrived ({code}): look there before you try again")
        }
        Err(NotSent::Later(_, code)) => bail!("it did not arrive ({code}): try again in a while"),
        Err(NotSent::Refused(code)) => {
            bail!(
                "it was refused ({code}): look at [alerts.{name}] in lara.toml and at docs/how-to/wake-a-human.md"
            )
        }
    }
    Ok(())
}
