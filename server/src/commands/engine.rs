//! Which engine reads, for the commands that let one choose. An engine asked for by name is had or is an error.

use anyhow::{Context, Result};
use clap::ValueEnum;
use lara_core::model::Reading;
use lara_nlu::Engine;
use std::path::PathBuf;
use std::process::ExitCode;

/// The engine asked for cannot be had. Never answered with another engine.
const UNAVAILABLE: u8 = 2;

/// Flags of the commands that read messages.
#[derive(Debug, clap::Args)]
pub(crate) struct Choice {
    /// Which engine reads the messages
    #[arg(long, value_enum, default_value_t = EngineName::Linear)]
    pub(crate) engine: EngineName,

    /// A model made by `lara train`, instead of the shipped one
    #[arg(long, value_name = "FILE")]
    model: Option<PathBuf>,

    /// Folder of the sentence encoder that `--engine bert` uses
    #[arg(long, value_name = "DIR", env = "LARA_ENCODER")]
    encoder: Option<PathBuf>,
}

/// The engines of the outside contract.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum EngineName {
    /// N-grams and linear heads, in every build
    Linear,
    /// A sentence encoder, in builds with the `bert` feature
    Bert,
}

/// An engine that is there.
pub(crate) enum Chosen {
    /// N-grams.
    Linear(Box<Engine>),
    /// With an encoder.
    Bert(Box<bert::BertEngine>),
}

impl Choice {
    /// The engine, or the exit code after saying why there is none.
    pub(crate) fn open(&self) -> Result<Result<Chosen, ExitCode>> {
        Ok(self.linear()?.and_then(|linear| self.open_over(linear)))
    }

    /// The shipped model or the one named instead, without an encoder.
    pub(crate) fn linear(&self) -> Result<Result<Engine, ExitCode>> {
        let Some(path) = &self.model else {
            return Ok(Ok(Engine::shipped().context("the shipped model cannot be read")?));
        };
        let read = std::fs::read(path).map_err(anyhow::Error::from);
        let read = read.and_then(|bytes| Ok(Engine::from_bytes(&bytes)?));
        Ok(read.map_err(|error| unavailable(&format!("{}: {error:#}", path.display()))))
    }

    /// The same over a model that is already there, such as a brand's own.
    pub(crate) fn open_over(&self, linear: Engine) -> Result<Chosen, ExitCode> {
        if self.engine == EngineName::Linear {
            if linear.embedding_dims() > 0 {
                return Err(unavailable(
                    "this model was trained with an encoder: use --engine bert --encoder DIR",
                ));
            }
            if self.encoder.is_some() && std::env::var_os("LARA_ENCODER").is_none() {
                eprintln!("lara: --encoder only serves --engine bert; it is not used");
            }
            return Ok(Chosen::Linear(Box::new(linear)));
        }
        let opened = self.folder().and_then(|folder| bert::open(linear, folder));
        opened.map(|engine| Chosen::Bert(Box::new(engine))).map_err(|error| unavailable(&error))
    }

    /// The encoder of an engine that is yet to be trained; none for the linear one.
    pub(crate) fn encoder(&self) -> Result<Option<bert::Encoder>, ExitCode> {
        match self.engine {
            EngineName::Linear => Ok(None),
            EngineName::Bert => {
                self.folder().and_then(bert::encoder).map(Some).map_err(|error| unavailable(&error))
            }
        }
    }

    fn folder(&self) -> Result<&PathBuf, String> {
        self.encoder.as_ref().ok_or_else(|| {
            "--engine bert needs an encoder: name its folder with --encoder DIR or LARA_ENCODER \
             (scripts/encoders brings two)"
                .to_owned()
        })
    }
}

impl Chosen {
    /// Reads messages, in order.
    pub(crate) fn read(&self, texts: &[&str]) -> Result<Vec<Reading>> {
        match self {
            Self::Linear(engine) => Ok(engine.classify_batch(texts)),
            Self::Bert(engine) => engine.read(texts).context("the encoder does not answer"),
        }
    }

    /// The engine that judges rows, with their embeddings.
    pub(crate) fn judge(&self) -> &Engine {
        match self {
            Self::Linear(engine) => engine,
            Self::Bert(engine) => engine.judge(),
        }
    }

    /// The embeddings that the judge wants; none for the linear engine.
    pub(crate) fn embeddings(&self, texts: &[&str], seen: impl FnMut(usize)) -> Result<Vec<Vec<f32>>> {
        match self {
            Self::Linear(_) => Ok(Vec::new()),
            Self::Bert(engine) => engine.embeddings(texts, seen).context("the encoder does not answer"),
        }
    }
}

/// Says why there is no such engine.
pub(crate) fn unavailable(why: &str) -> ExitCode {
    eprintln!("lara: {why}");
    ExitCode::from(UNAVAILABLE)
}

#[cfg(feature = "bert")]
mod bert {
    //! The engine `bert` as this build has it.

    use lara_nlu::Engine;
    use lara_nlu::encoder::Folders;
    pub(crate) use lara_nlu::encoder::{BertEngine, Encoder};
    use std::path::{Path, PathBuf};

    pub(super) fn open(linear: Engine, folder: &Path) -> Result<BertEngine, String> {
        let sentiment = std::env::var_os("LARA_SENTIMENT_MODEL").map(PathBuf::from);
        let folders = Folders { encoders: vec![(None, folder.to_path_buf())], sentiment };
        BertEngine::open(linear, &folders).map_err(|error| error.to_string())
    }

    pub(super) fn encoder(folder: impl AsRef<Path>) -> Result<Encoder, String> {
        Encoder::open(folder).map_err(|error| error.to_string())
    }
}

#[cfg(not(feature = "bert"))]
mod bert {
    //! The engine `bert` in a build without it: nobody ever has one.

    use lara_core::model::Reading;
    use lara_nlu::Engine;
    use std::convert::Infallible;
    use std::path::Path;

    const MISSING: &str = "this build has no bert engine: build it with cargo build --release --features bert, or use --engine linear";

    pub(crate) enum BertEngine {}
    pub(crate) enum Encoder {}

    pub(super) fn open(_: Engine, _: impl AsRef<Path>) -> Result<BertEngine, String> {
        Err(MISSING.to_owned())
    }

    pub(super) fn encoder(_: impl AsRef<Path>) -> Result<Encoder, String> {
        Err(MISSING.to_owned())
    }

    impl BertEngine {
        pub(super) const fn read(&self, _: &[&str]) -> Result<Vec<Reading>, Infallible> {
            match *self {}
        }

        pub(super) const fn judge(&self) -> &Engine {
            match *self {}
        }

        pub(super) fn embeddings(
            &self,
            _: &[&str],
            _: impl FnMut(usize),
        ) -> Result<Vec<Vec<f32>>, Infallible> {
            match *self {}
        }
    }

    impl Encoder {
        pub(crate) fn embed<T>(&self, _: &[T], _: impl FnMut(usize)) -> Result<Vec<Vec<f32>>, Infallible> {
            match *self {}
        }
    }
}
