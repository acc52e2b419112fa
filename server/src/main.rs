//! The `lara` binary: reads the configuration, wires the parts together and runs one command.

mod alerts;
mod config;
mod clock;
mod key;
mod logging;
mod notices;
mod wire;
mod channels;
mod opinion;
mod understanding;
mod pipeline;
mod proxy;
mod demo;
mod workers;
mod health;
mod commands;

use anyhow::Result;
use clap::Parser;
use commands::{Cli, Command};
use config::Config;
use std::process::ExitCode;

fn main() -> ExitCode {
    let cli = Cli::parse();
    match run(&cli) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("lara: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(cli: &Cli) -> Result<ExitCode> {
    // Commands about the understanding alone read neither configuration nor database.
    match &cli.command {
        Some(Command::Classify(args)) if args.brand.is_none() => return commands::classify::run(args),
        Some(Command::Evaluate(args)) => return commands::evaluate::run(args),
        Some(Command::Train(args)) => return commands::train::run(args),
        _ => {}
    }
    // Only fails when another provider is installed already, which is as good.
    rustls::crypto::ring::default_provider().install_default().ok();
    let config = Config::load(cli.config.as_deref())?;
    start_logging(&config, cli.command.as_ref());
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(dispatch(cli, config))
}

async fn dispatch(cli: &Cli, config: Config) -> Result<ExitCode> {
    let done = match &cli.command {
        None => commands::serve::run(config, &commands::serve::Args::default()).await,
        Some(Command::Serve(args)) => commands::serve::run(config, args).await,
        Some(Command::Chat(args)) => commands::chat::run(&config, args).await,
        Some(Command::Replay(args)) => commands::replay::run(args).await,
        Some(Command::Load(args)) => commands::load::run(args).await,
        Some(Command::Import(args)) => commands::import::run(&config, args).await,
        Some(Command::Export(command)) => commands::export::run(&config, command).await,
        Some(Command::Erase(args)) => commands::person::erase(&config, args).await,
        Some(Command::Brand(command)) => commands::brand::run(&config, command).await,
        Some(Command::Channel(command)) => commands::channel::run(&config, command).await,
        Some(Command::Shop(command)) => commands::shop::run(&config, command).await,
        Some(Command::Alert(command)) => commands::alert::run(&config, command).await,
        Some(Command::Agent(command)) => commands::agent::run(&config, command).await,
        Some(Command::Token(command)) => commands::token::run(&config, command).await,
        Some(Command::Template(command)) => commands::template::run(&config, command).await,
        Some(Command::Doctor(args)) => commands::doctor::run(&config, args).await,
        Some(Command::Learn(command)) => commands::learn::run(&config, command).await,
        Some(Command::Classify(args)) => return commands::classify::run_for_brand(&config, args).await,
        Some(Command::Evaluate(_) | Command::Train(_)) => Ok(()),
    };
    done.map(|()| ExitCode::SUCCESS)
}

/// Serving logs what happens; the other commands only what goes wrong.
fn start_logging(config: &Config, command: Option<&Command>) {
    let serving = matches!(command, None | Some(Command::Serve(_)));
    logging::start(config, if serving { config.log.as_str() } else { "warn" });
}
