//! A head as bytes: little-endian, lengths first, nothing that needs a parser.
#![expect(
    clippy::as_conversions,
    clippy::cast_possible_truncation,
    reason = "numeric kernel: lengths are far below 2^32"
)]

use super::Head;
use crate::error::EngineError;
use crate::features::{Recipe, Shape, Table};
use crate::linear::Calibration;

/// Appends numbers and texts.
#[derive(Debug, Default)]
pub(crate) struct Writer(pub Vec<u8>);

impl Writer {
    fn count(&mut self, count: usize) {
        self.0.extend((count as u32).to_le_bytes());
    }

    pub(crate) fn text(&mut self, text: &str) {
        self.count(text.len());
        self.0.extend(text.as_bytes());
    }

    pub(crate) fn floats(&mut self, values: &[f32]) {
        self.count(values.len());
        self.0.extend(values.iter().flat_map(|value| value.to_le_bytes()));
    }

    /// Sixteen bits of a float: the top half, rounded. Three digits are plenty for a scale.
    fn halves(&mut self, values: &[f32]) {
        self.count(values.len());
        for value in values {
            self.0.extend(((value.to_bits().saturating_add(0x8000) >> 16) as u16).to_le_bytes());
        }
    }

    pub(crate) fn head(&mut self, head: &Head) {
        self.count(match head.recipe {
            Recipe::Topic => 0,
            Recipe::Mood => 1,
            Recipe::Meaning => 2,
        });
        self.count(head.labels.len());
        for label in &head.labels {
            self.text(label);
        }
        self.count(head.hashes.len());
        self.0.extend(head.hashes.iter().flat_map(|hash| hash.to_le_bytes()));
        self.halves(&head.idf);
        self.halves(&head.scales);
        self.count(head.weights.len());
        self.0.extend(head.weights.iter().map(|weight| weight.to_le_bytes()[0]));
        self.count(head.shape.vector);
        self.count(head.shape.embedding);
        self.floats(&head.dense);
        self.floats(&head.bias);
        self.floats(&[head.calibration.scale, head.calibration.threshold]);
        self.floats(&head.calibration.offsets);
        self.floats(&head.calibration.trust);
    }
}

/// Takes them off again; every length is checked before it is believed.
#[derive(Debug)]
pub(crate) struct Reader<'a>(pub &'a [u8]);

impl<'a> Reader<'a> {
    fn take(&mut self, bytes: usize) -> Result<&'a [u8], EngineError> {
        let (taken, rest) = self.0.split_at_checked(bytes).ok_or(EngineError::Truncated)?;
        self.0 = rest;
        Ok(taken)
    }

    fn count(&mut self) -> Result<usize, EngineError> {
        let bytes = self.take(4)?.first_chunk().ok_or(EngineError::Truncated)?;
        Ok(u32::from_le_bytes(*bytes) as usize)
    }

    pub(crate) fn text(&mut self) -> Result<String, EngineError> {
        let length = self.count()?;
        String::from_utf8(self.take(length)?.to_vec()).map_err(|_| EngineError::Inconsistent)
    }

    fn items<const N: usize, T>(&mut self, read: impl Fn([u8; N]) -> T) -> Result<Vec<T>, EngineError> {
        let length = self.count()?;
        let bytes = self.take(length.checked_mul(N).ok_or(EngineError::Truncated)?)?;
        Ok(bytes.as_chunks::<N>().0.iter().map(|chunk| read(*chunk)).collect())
    }

    pub(crate) fn floats(&mut self) -> Result<Vec<f32>, EngineError> {
        self.items(f32::from_le_bytes)
    }

    fn halves(&mut self) -> Result<Vec<f32>, EngineError> {
        self.items(|half: [u8; 2]| f32::from_bits(u32::from(u16::from_le_bytes(half)) << 16))
    }

    pub(crate) fn head(&mut self) -> Result<Head, EngineError> {
        let recipe = match self.count()? {
            0 => Recipe::Topic,
            1 => Recipe::Mood,
            2 => Recipe::Meaning,
            _ => return Err(EngineError::Inconsistent),
        };
        let labels = (0..self.count()?).map(|_| self.text()).collect::<Result<Vec<_>, _>>()?;
        let hashes = self.items(u32::from_le_bytes)?;
        let idf = self.halves()?;
        let scales = self.halves()?;
        let weights = self.items(i8::from_le_bytes)?;
        let shape = Shape::new(recipe, self.count()?, self.count()?);
        let dense = self.floats()?;
        let bias = self.floats()?;
        let numbers = self.floats()?;
        let offsets = self.floats()?;
        let trust = self.floats()?;
        let (classes, rows) = (labels.len(), hashes.len());
        let whole = idf.len() == rows
            && scales.len() == rows
            && weights.len() == rows * classes
            && Some(dense.len()) == shape.checked_total().and_then(|total| total.checked_mul(classes))
            && bias.len() == classes
            && offsets.len() == classes
            && classes >= 2
            && numbers
                .iter()
                .chain(&idf)
                .chain(&scales)
                .chain(&dense)
                .chain(&bias)
                .all(|value| value.is_finite());
        let (&[scale, threshold], Ok(trust)) = (numbers.as_slice(), trust.try_into()) else {
            return Err(EngineError::Inconsistent);
        };
        if !whole {
            return Err(EngineError::Inconsistent);
        }
        let calibration = Calibration { scale, offsets, trust, threshold };
        Ok(Head {
            recipe,
            labels,
            table: Table::new(&hashes),
            hashes,
            idf,
            scales,
            weights,
            shape,
            dense,
            bias,
            calibration,
        })
    }
}
