//! `lara chat`: the engine in the terminal, on a throw-away store or on the configured one's brand.

use crate::config::Config;
use crate::pipeline::Pipeline;
use anyhow::Result;
use std::io::{BufRead, IsTerminal, Write};

/// Arguments of `lara chat`.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Brand to talk to [default: the demo brand, on a throw-away store]
    #[arg(long)]
    brand: Option<String>,
    /// Talk as the customer with this e-mail [default: a stranger]
    #[arg(long = "as", value_name = "EMAIL")]
    customer: Option<String>,
}

/// Runs the conversation until end of input.
pub(crate) async fn run(config: &Config, args: &Args) -> Result<()> {
    let pipeline = match &args.brand {
        Some(slug) => Pipeline::on_configured(config, slug).await?,
        None => Pipeline::on_demo().await?,
    };
    let address = match &args.customer {
        Some(email) => pipeline.known_address(email).await?,
        None => pipeline.stranger(),
    };
    let interactive = std::io::stdin().is_terminal();
    if interactive {
        println!("You are talking to {}. End with Ctrl-D.", pipeline.brand_name());
    }
    let prompt = || {
        if interactive {
            print!("> ");
            let _ = std::io::stdout().flush();
        }
    };
    prompt();
    for line in std::io::stdin().lock().lines() {
        let line = line?;
        if !line.trim().is_empty() {
            let done = pipeline.say(&address, &line, None).await?;
            match done.reply_plain() {
                Some(reply) => println!("{reply}"),
                None => println!("({})", done.decision.kind),
            }
            for button in done.quick_replies() {
                println!("  [{button}]");
            }
        }
        prompt();
    }
    Ok(())
}
