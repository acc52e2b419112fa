//! Rows of a sparse part and a dense tail.
#![expect(
    clippy::as_conversions,
    clippy::indexing_slicing,
    reason = "numeric kernel: sizes are far below 2^32 and indices are made here"
)]

/// Rows of (column, value), stored end to end, each with a dense tail whose columns follow the sparse ones.
#[derive(Debug, Clone, Default)]
pub(crate) struct Matrix {
    columns: Vec<u32>,
    values: Vec<f32>,
    ends: Vec<usize>,
    tails: Vec<f32>,
    /// How many sparse columns there are.
    sparse: usize,
    /// How many dense ones.
    dense: usize,
}

/// Sums in eight lanes, so that the compiler may use wide registers; the order is fixed, hence the sum is too.
pub(crate) fn dot(a: &[f32], b: &[f32]) -> f32 {
    let (a, a_rest) = a.as_chunks::<8>();
    let (b, b_rest) = b.as_chunks::<8>();
    let mut lanes = [0.0_f32; 8];
    for (a, b) in a.iter().zip(b) {
        for ((lane, a), b) in lanes.iter_mut().zip(a).zip(b) {
            *lane += a * b;
        }
    }
    let rest: f32 = a_rest.iter().zip(b_rest).map(|(a, b)| a * b).sum();
    lanes.iter().sum::<f32>() + rest
}

impl Matrix {
    /// No rows yet, `sparse` columns and a tail of `dense` more.
    pub(crate) fn new(sparse: usize, dense: usize) -> Self {
        Self { sparse, dense, ..Self::default() }
    }

    /// How many columns there are.
    pub(crate) const fn width(&self) -> usize {
        self.sparse + self.dense
    }

    /// Adds a row; `tail` has the length of the dense part.
    pub(crate) fn push(
        &mut self,
        row: impl IntoIterator<Item = (u32, f32)>,
        tail: impl IntoIterator<Item = f32>,
    ) {
        for (column, value) in row {
            self.columns.push(column);
            self.values.push(value);
        }
        self.ends.push(self.columns.len());
        self.tails.extend(tail);
        self.tails.resize(self.ends.len() * self.dense, 0.0);
    }

    /// Columns and values of a row's sparse part.
    fn row(&self, at: usize) -> (&[u32], &[f32]) {
        let start = if at == 0 { 0 } else { self.ends[at - 1] };
        let end = self.ends[at];
        (&self.columns[start..end], &self.values[start..end])
    }

    /// The dense part of a row.
    pub(crate) fn tail(&self, at: usize) -> &[f32] {
        &self.tails[at * self.dense..(at + 1) * self.dense]
    }

    /// The product of a row with weights, one a column.
    pub(crate) fn dot(&self, at: usize, weights: &[f32]) -> f32 {
        let (columns, values) = self.row(at);
        let sum: f32 =
            columns.iter().zip(values).map(|(column, value)| weights[*column as usize] * value).sum();
        sum + dot(self.tail(at), &weights[self.sparse..])
    }

    /// Adds `scale` times a row to weights.
    pub(crate) fn add_to(&self, at: usize, scale: f32, weights: &mut [f32]) {
        let (columns, values) = self.row(at);
        for (column, value) in columns.iter().zip(values) {
            weights[*column as usize] += scale * value;
        }
        for (weight, value) in weights[self.sparse..].iter_mut().zip(self.tail(at)) {
            *weight += scale * value;
        }
    }

    /// The squared length of a row.
    pub(crate) fn norm2(&self, at: usize) -> f32 {
        let tail = self.tail(at);
        self.row(at).1.iter().map(|value| value * value).sum::<f32>() + dot(tail, tail)
    }
}
