//! A second opinion for the models of the brands: an encoder beside them, where `[understanding]` asks for one.

use crate::config::Understanding;
use lara_core::ports::Classifier;
use std::sync::Arc;

#[cfg(feature = "bert")]
pub(crate) use bert::check;

/// The classifier with what the configuration asks for. Whoever serves goes on without an encoder that cannot be had, and
/// says so once.
pub(crate) fn with_encoder(first: Arc<dyn Classifier>, settings: &Understanding) -> Arc<dyn Classifier> {
    if !settings.wants_bert() {
        return first;
    }
    #[cfg(feature = "bert")]
    let reason = match bert::open(first.clone(), settings) {
        Ok(classifier) => return classifier,
        Err(reason) => reason,
    };
    #[cfg(not(feature = "bert"))]
    let reason = MISSING;
    tracing::warn!("the linear engine reads alone: {reason}");
    first
}

#[cfg(not(feature = "bert"))]
const MISSING: &str = "this build has no bert engine, build it with the feature bert";

/// Whether the encoder the configuration asks for can be had; the reason if not.
#[cfg(not(feature = "bert"))]
pub(crate) fn check(settings: &Understanding) -> Option<Result<(), String>> {
    settings.wants_bert().then(|| Err(MISSING.to_owned()))
}

#[cfg(feature = "bert")]
mod bert {
    //! The encoder as this build has it.

    use crate::config::{EncoderFolders, Understanding};
    use async_trait::async_trait;
    use lara_core::model::{BrandId, Language, Reading};
    use lara_core::ports::{Ask, Classifier, ClassifyError, StoreResult};
    use lara_nlu::Engine;
    use lara_nlu::encoder::{BertEngine, Folders};
    use std::sync::Arc;
    use std::sync::atomic::{AtomicBool, Ordering};
    use std::time::Duration;

    /// A reply is due within two seconds; an encoder answers within fifty milliseconds when it is not overrun.
    const DEADLINE_MS: u64 = 500;
    /// Always: the mood gains from the encoder however sure the intent is.
    const CASCADE: f32 = 1.0;

    /// Asks the encoder after the brand's own model.
    struct SecondOpinion {
        first: Arc<dyn Classifier>,
        bert: BertEngine,
        cascade: f32,
        deadline: Duration,
        /// Whether it was said that the encoder did not answer.
        said: AtomicBool,
    }

    pub(super) fn open(
        first: Arc<dyn Classifier>,
        settings: &Understanding,
    ) -> Result<Arc<dyn Classifier>, String> {
        Ok(Arc::new(SecondOpinion {
            first,
            bert: load(settings)?,
            // Above 1, so that full confidence is asked about too.
            cascade: settings
                .cascade
                .map_or(f32::MAX, |cascade| if cascade >= CASCADE { f32::MAX } else { cascade }),
            deadline: Duration::from_millis(settings.deadline_ms.unwrap_or(DEADLINE_MS)),
            said: AtomicBool::new(false),
        }))
    }

    /// Whether the encoder the configuration asks for can be had; the reason if not.
    pub(crate) fn check(settings: &Understanding) -> Option<Result<(), String>> {
        settings.wants_bert().then(|| load(settings).map(drop))
    }

    fn load(settings: &Understanding) -> Result<BertEngine, String> {
        let encoders = match settings.encoder.clone() {
            None => {
                return Err("no encoder is named: set encoder in [understanding] or LARA_ENCODER".to_owned());
            }
            Some(EncoderFolders::One(folder)) => vec![(None, folder)],
            Some(EncoderFolders::Each(each)) => {
                let each = [(Language::English, each.en), (Language::Vietnamese, each.vi)];
                each.into_iter().filter_map(|(language, folder)| Some((Some(language), folder?))).collect()
            }
        };
        let shipped = Engine::shipped().map_err(|error| error.to_string())?;
        let folders = Folders { encoders, sentiment: settings.sentiment_model.clone() };
        BertEngine::open(shipped, &folders).map_err(|error| error.to_string())
    }

    #[async_trait]
    impl Classifier for SecondOpinion {
        async fn classify(&self, asks: &[Ask<'_>]) -> Result<Vec<Reading>, ClassifyError> {
            let mut readings = self.first.classify(asks).await?;
            let texts: Vec<&str> = asks.iter().map(|ask| ask.text).collect();
            let heard = self.bert.reconsider(&texts, &mut readings, self.cascade, self.deadline).await;
            if let Err(reason) = heard {
                let messages = u64::try_from(texts.len()).unwrap_or(u64::MAX);
                metrics::counter!("lara_encoder_unanswered_total").increment(messages);
                if !self.said.swap(true, Ordering::Relaxed) {
                    tracing::warn!(%reason, "the linear engine reads alone; from here on this is only counted");
                }
            }
            Ok(readings)
        }

        async fn threshold(&self, brand: BrandId) -> StoreResult<f32> {
            self.first.threshold(brand).await
        }

        fn forget(&self, brand: Option<BrandId>) {
            self.first.forget(brand);
        }
    }
}
