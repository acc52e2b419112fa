//! Sparse rows.
#![expect(
    clippy::as_conversions,
    clippy::indexing_slicing,
    reason = "numeric kernel: sizes are far below 2^32 and indices are made here"
)]

/// Rows of (column, value), stored end to end.
#[derive(Debug, Clone, Default)]
pub(crate) struct Matrix {
    columns: Vec<u32>,
    values: Vec<f32>,
    ends: Vec<usize>,
    /// How many columns there are.
    pub width: usize,
}

impl Matrix {
    /// No rows yet, `width` columns.
    pub(crate) fn new(width: usize) -> Self {
        Self { width, ..Self::default() }
    }

    /// Adds a row.
    pub(crate) fn push(&mut self, row: impl IntoIterator<Item = (u32, f32)>) {
        for (column, value) in row {
            self.columns.push(column);
            self.values.push(value);
        }
        self.ends.push(self.columns.len());
    }

    /// Columns and values of a row.
    pub(crate) fn row(&self, at: usize) -> (&[u32], &[f32]) {
        let start = if at == 0 { 0 } else { self.ends[at - 1] };
        let end = self.ends[at];
        (&self.columns[start..end], &self.values[start..end])
    }

    /// The product of a row with dense weights.
    pub(crate) fn dot(&self, at: usize, weights: &[f32]) -> f32 {
        let (columns, values) = self.row(at);
        columns.iter().zip(values).map(|(column, value)| weights[*column as usize] * value).sum()
    }

    /// Adds `scale` times a row to dense weights.
    pub(crate) fn add_to(&self, at: usize, scale: f32, weights: &mut [f32]) {
        let (columns, values) = self.row(at);
        for (column, value) in columns.iter().zip(values) {
            weights[*column as usize] += scale * value;
        }
    }

    /// The squared length of a row.
    pub(crate) fn norm2(&self, at: usize) -> f32 {
        self.row(at).1.iter().map(|value| value * value).sum()
    }
}
