//! The commands of `lara`, one file each.

pub(crate) mod serve;
pub(crate) mod chat;
mod engine;
pub(crate) mod classify;
pub(crate) mod evaluate;
pub(crate) mod train;
pub(crate) mod learn;
pub(crate) mod replay;
pub(crate) mod load;
pub(crate) mod import;
pub(crate) mod export;
mod care;
pub(crate) mod person;
pub(crate) mod brand;
pub(crate) mod channel;
pub(crate) mod shop;
pub(crate) mod agent;
pub(crate) mod alert;
pub(crate) mod template;
pub(crate) mod token;
pub(crate) mod doctor;
mod progress;

use clap::{Parser, Subcommand};
use std::path::PathBuf;

/// Lara answers a brand's customers, knows who is writing, and hands complaints to a human before they spread.
#[derive(Debug, Parser)]
#[command(name = "lara", version, after_help = "Without a command, lara serves: it needs no configuration.")]
pub(crate) struct Cli {
    /// Configuration file [default: lara.toml, if there is one]
    #[arg(long, global = true, env = "LARA_CONFIG", value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,

    #[command(subcommand)]
    pub(crate) command: Option<Command>,
}

/// What `lara` can do.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Serve the channels, the desk and the API (what lara does without a command)
    Serve(serve::Args),
    /// Talk to the engine in the terminal, as a customer would
    Chat(chat::Args),
    /// Read messages from standard input and print what each means, one JSON line a message
    Classify(classify::Args),
    /// Score the understanding on a labelled CSV file
    Evaluate(evaluate::Args),
    /// Train the understanding on labelled CSV files
    Train(train::Args),
    /// Teach Lara what a brand's customers mean: correct, train, compare, promote, roll back
    #[command(subcommand)]
    Learn(learn::Command),
    /// Put a file of messages through the whole pipeline on a throw-away store and show every decision
    Replay(replay::Args),
    /// Send messages to a running server and measure it
    Load(load::Args),
    /// Bring in customers, orders or products from a CSV file
    Import(import::Args),
    /// Write customers, orders, products or conversations to a file
    #[command(subcommand)]
    Export(export::Command),
    /// Erase a person: everything that identifies them and every word they said
    Erase(person::EraseArgs),
    /// Brands
    #[command(subcommand)]
    Brand(brand::Command),
    /// Channels to customers: Telegram, Discord, Messenger, Instagram, WhatsApp, web, app
    #[command(subcommand)]
    Channel(channel::Command),
    /// Shop systems that tell of orders: Shopify, WooCommerce
    #[command(subcommand)]
    Shop(shop::Command),
    /// The people at the desk
    #[command(subcommand)]
    Agent(agent::Command),
    /// Tokens of the REST API
    #[command(subcommand)]
    Token(token::Command),
    /// Whom to wake
    #[command(subcommand)]
    Alert(alert::Command),
    /// Reply templates
    #[command(subcommand)]
    Template(template::Command),
    /// Say in plain words what is missing or broken
    Doctor(doctor::Args),
}
