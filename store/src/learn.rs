//! What brands teach: lessons, pins, and the models made of them.

use crate::Store;
use crate::changes::{Told, tell};
use crate::db::{all, batch, exec, opt};
use crate::rows::{
    BytesRow, HeardRow, IdRow, LabelRow, LessonRow, ModelRow, NumberRow, PinRow, into_models, to_json,
};
use crate::sql::learn as sql;
use lara_core::model::{BrandId, Heard, Intent, Lesson, MessageId, ModelVersion, Pin, Timestamp};
use lara_core::ports::{ChangeKind, Lessons, MODELS_KEPT, Models, NewModel, Promoted, StoreResult, Taught};
use serde::Serialize;
use sha2::{Digest as _, Sha256};
use std::collections::HashMap;
use unicode_normalization::UnicodeNormalization as _;

/// Lessons written by one statement.
const BATCH: usize = 500;

/// What a text is known by: SHA-256 of its letters, without regard to case and blanks.
fn digest(text: &str) -> String {
    let plain: String = text.nfc().flat_map(char::to_lowercase).collect();
    let plain = plain.split_whitespace().collect::<Vec<_>>().join(" ");
    Sha256::digest(plain.as_bytes()).iter().fold(String::with_capacity(64), |mut hex, byte| {
        for half in [byte >> 4, byte & 15] {
            hex.push(char::from_digit(u32::from(half), 16).unwrap_or('0'));
        }
        hex
    })
}

#[derive(Serialize)]
struct Line<'a> {
    brand_id: BrandId,
    digest: String,
    text: &'a str,
    language: &'static str,
    label: &'a str,
    source: &'static str,
    agent_id: Option<String>,
    message_id: Option<String>,
    at: i64,
}

impl<'a> Line<'a> {
    fn of(lesson: &'a Lesson) -> Self {
        Self {
            brand_id: lesson.brand,
            digest: digest(&lesson.text),
            text: &lesson.text,
            language: lesson.language.as_str(),
            label: lesson.label.as_str(),
            source: lesson.source.as_str(),
            agent_id: lesson.by.map(|id| id.to_string()),
            message_id: lesson.message.map(|id| id.to_string()),
            at: lesson.at.millis(),
        }
    }
}

/// How a label compares with the one before.
fn taught(before: Option<&str>, label: &str) -> Taught {
    match before {
        None => Taught::New,
        Some(before) if before == label => Taught::Known,
        Some(before) => Taught::Relabelled { before: Intent::new(before) },
    }
}

#[async_trait::async_trait]
impl Lessons for Store {
    async fn teach(&self, lessons: &[Lesson]) -> StoreResult<Vec<Taught>> {
        let mut tx = self.db.write().await?;
        let mut answers = Vec::with_capacity(lessons.len());
        if let Some(lesson) = lessons.first()
            && opt!(tx, IdRow, sql::MODELS_HOLD, lesson.brand.to_string())?.is_none()
        {
            return Ok(answers);
        }
        for part in lessons.chunks(BATCH) {
            let lines: Vec<Line<'_>> = part.iter().map(Line::of).collect();
            let known = all!(tx, LabelRow, sql::LESSONS_KNOWN, batch(&lines)?)?;
            let mut known: HashMap<String, String> =
                known.into_iter().map(|row| (row.digest, row.label)).collect();
            // A statement writes a row once: of equal texts the last.
            let mut last: HashMap<String, Line<'_>> = HashMap::new();
            for line in lines {
                let before = known.insert(line.digest.clone(), line.label.to_owned());
                answers.push(taught(before.as_deref(), line.label));
                last.insert(line.digest.clone(), line);
            }
            let mut lines: Vec<Line<'_>> = last.into_values().collect();
            // In one order, so that two who teach the same at once wait for each other and do not lock up.
            lines.sort_by(|a, b| a.digest.cmp(&b.digest));
            exec!(tx, sql::LESSONS_PUT, batch(&lines)?)?;
        }
        tx.commit().await?;
        Ok(answers)
    }

    async fn lessons(&self, brand: BrandId) -> StoreResult<Vec<Lesson>> {
        let mut on = self.db.read().await?;
        into_models(all!(on, LessonRow, sql::LESSONS, brand.to_string())?)
    }

    async fn unlearn(&self, brand: BrandId, text: &str) -> StoreResult<bool> {
        let mut tx = self.db.write().await?;
        let gone = exec!(tx, sql::LESSON_FORGET, brand.to_string(), digest(text))?;
        tx.commit().await?;
        Ok(gone > 0)
    }

    async fn pin(&self, pin: &Pin) -> StoreResult<Taught> {
        let (brand, digest) = (pin.brand.to_string(), digest(&pin.text));
        let (by, at) = (pin.by.map(|id| id.to_string()), pin.at.millis());
        let mut tx = self.db.write().await?;
        let before = opt!(tx, LabelRow, sql::PIN_KNOWN, &brand, &digest)?.map(|row| row.label);
        exec!(tx, sql::PIN_PUT, &brand, &digest, &pin.text, pin.label.as_str(), by, at)?;
        tx.commit().await?;
        Ok(taught(before.as_deref(), pin.label.as_str()))
    }

    async fn pins(&self, brand: BrandId) -> StoreResult<Vec<Pin>> {
        let mut on = self.db.read().await?;
        into_models(all!(on, PinRow, sql::PINS, brand.to_string())?)
    }

    async fn unpin(&self, brand: BrandId, text: &str) -> StoreResult<bool> {
        let mut tx = self.db.write().await?;
        let gone = exec!(tx, sql::PIN_FORGET, brand.to_string(), digest(text))?;
        tx.commit().await?;
        Ok(gone > 0)
    }

    async fn heard(&self, brand: BrandId, message: MessageId) -> StoreResult<Option<Heard>> {
        let mut on = self.db.read().await?;
        let row = opt!(on, HeardRow, sql::HEARD, brand.to_string(), message.to_string())?;
        row.map(Heard::try_from).transpose()
    }

    async fn unsure(&self, brand: BrandId, limit: u32) -> StoreResult<Vec<Heard>> {
        let mut on = self.db.read().await?;
        into_models(all!(on, HeardRow, sql::HEARD_UNSURE, brand.to_string(), i64::from(limit))?)
    }
}

#[async_trait::async_trait]
impl Models for Store {
    async fn live_model(&self, brand: BrandId) -> StoreResult<Option<(i64, Vec<u8>)>> {
        let mut on = self.db.read().await?;
        let row = opt!(on, BytesRow, sql::MODEL_LIVE, brand.to_string())?;
        Ok(row.and_then(|row| Some((row.number, row.bytes?))))
    }

    async fn model(&self, brand: BrandId, number: i64) -> StoreResult<Option<Vec<u8>>> {
        let mut on = self.db.read().await?;
        Ok(opt!(on, BytesRow, sql::MODEL, brand.to_string(), number)?.and_then(|row| row.bytes))
    }

    async fn models(&self, brand: BrandId) -> StoreResult<Vec<ModelVersion>> {
        let mut on = self.db.read().await?;
        into_models(all!(on, ModelRow, sql::MODELS, brand.to_string())?)
    }

    async fn add_model(&self, model: &NewModel) -> StoreResult<Option<i64>> {
        let (brand, scores) = (model.brand.to_string(), to_json(&model.scores)?);
        let (at, bytes) = (model.trained_at.millis(), model.bytes.as_slice());
        let mut tx = self.db.write().await?;
        if opt!(tx, IdRow, sql::MODELS_HOLD, &brand)?.is_none() {
            return Ok(None);
        }
        let number = opt!(tx, NumberRow, sql::MODEL_NEXT, &brand)?.map_or(1, |row| row.number);
        exec!(tx, sql::MODEL_ADD, &brand, number, at, model.lessons, scores, &model.note, bytes)?;
        exec!(tx, sql::MODELS_EMPTY, &brand, number - MODELS_KEPT)?;
        tx.commit().await?;
        Ok(Some(number))
    }

    async fn promote(&self, brand: BrandId, number: i64, was: i64, now: Timestamp) -> StoreResult<Promoted> {
        let id = brand.to_string();
        let mut tx = self.db.write().await?;
        opt!(tx, IdRow, sql::MODELS_HOLD, &id)?;
        let live = opt!(tx, BytesRow, sql::MODEL_LIVE, &id)?.map_or(0, |row| row.number);
        if live != was {
            return Ok(Promoted::Stale);
        }
        exec!(tx, sql::MODEL_RETIRE, &id)?;
        if number != 0 && exec!(tx, sql::MODEL_PROMOTE, &id, number)? == 0 {
            tx.rollback().await?;
            return Ok(Promoted::Missing);
        }
        tell(&mut tx, &[Told::brand(brand, ChangeKind::Model, now)]).await?;
        tx.commit().await?;
        Ok(Promoted::Done)
    }
}

#[cfg(test)]
mod tests {
    use super::digest;

    #[test]
    fn case_blanks_and_the_form_of_accents_make_no_other_text() {
        assert_eq!(digest(" Đơn  của EM đâu\n"), digest("đơn của em đâu"));
        assert_eq!(digest("Nguye\u{302}\u{303}n"), digest("nguyễn"));
        assert_ne!(digest("don cua em dau"), digest("đơn của em đâu"));
        assert_eq!(digest("").len(), 64);
    }
}
