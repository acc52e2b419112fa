//! `lara agent`: who may use the desk, from the command line.

use crate::config::Config;
use crate::wire;
use anyhow::{Context, Result, bail};
use lara_core::model::{Agent, AgentId, Role};
use lara_core::ports::{Agents, Saved};

/// Subcommands of `lara agent`.
#[derive(Debug, clap::Subcommand)]
pub(crate) enum Command {
    /// Add somebody and print the one-time link with which they choose a password
    Add {
        /// E-mail, the login name
        email: String,
        /// Name customers see (default: the part of the e-mail before the @)
        #[arg(long)]
        name: Option<String>,
        /// What they may do
        #[arg(long, default_value = "agent", value_parser = parse_role)]
        role: Role,
    },
    /// Print a new one-time link for somebody who lost their password; their logins end when it is used
    Reset {
        /// E-mail
        email: String,
    },
    /// List who may use the desk
    List,
}

fn parse_role(word: &str) -> Result<Role, String> {
    word.parse().map_err(|_| "write agent, admin or owner".to_owned())
}

/// Runs `lara agent`.
pub(crate) async fn run(config: &Config, command: &Command) -> Result<()> {
    let store = wire::open_store(config).await?;
    match command {
        Command::Add { email, name, role } => {
            let email = email.trim().to_lowercase();
            let Some((local, _)) = email.split_once('@') else { bail!("{email:?} is no e-mail address") };
            let name = name.clone().unwrap_or_else(|| local.to_owned());
            let agent = Agent {
                id: AgentId::new(wire::uuid()),
                name,
                email: email.clone(),
                role: *role,
                disabled_at: None,
            };
            match store.add_agent(&agent, wire::now()).await? {
                Saved::Done => {}
                Saved::Taken | Saved::Stale => {
                    bail!("{email} is at the desk already: use lara agent reset {email}")
                }
            }
            print_link(config, &store, Some(agent.id)).await
        }
        Command::Reset { email } => {
            let email = email.trim().to_lowercase();
            let found = store.credentials(&email).await?;
            let found = found
                .with_context(|| format!("nobody at the desk has the e-mail {email}: use lara agent add"))?;
            print_link(config, &store, Some(found.agent.id)).await
        }
        Command::List => {
            for agent in store.agents().await? {
                let state = if agent.disabled_at.is_some() { "disabled" } else { "" };
                println!("{:<32} {:<6} {} {state}", agent.email, agent.role, agent.name);
            }
            Ok(())
        }
    }
}

async fn print_link(config: &Config, store: &lara_store::Store, agent: Option<AgentId>) -> Result<()> {
    println!("One-time link, good for 24 hours:\n  {}", wire::one_time_link(config, store, agent).await?);
    Ok(())
}
