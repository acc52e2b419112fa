//! L2-regularised squared-hinge SVM by dual coordinate descent, one class against the rest.
//!
//! Hsieh, Chang, Lin, Keerthi, Sundararajan, "A dual coordinate descent method for large-scale linear SVM", ICML 2008:
//! algorithm 3 (with shrinking), the solver behind LIBLINEAR's `-s 1`. Classes are independent, so they are shared
//! out over threads; each class draws its own permutations from the seed, so the answer does not depend on how many.
#![expect(
    clippy::as_conversions,
    clippy::indexing_slicing,
    reason = "numeric kernel: sizes are far below 2^32 and indices are made here"
)]

use super::Matrix;
use crate::rng::Rng;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

/// One training set, seen by every class.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Problem<'a> {
    /// The rows.
    pub rows: &'a Matrix,
    /// The class of each row.
    pub classes: &'a [usize],
    /// The cost of each row: how much its mistakes matter.
    pub costs: &'a [f32],
    /// Which rows to learn from.
    pub subset: &'a [usize],
    /// Factor on the cost of rows that belong to the class being learnt.
    pub positive: f32,
    /// Chance, made repeatable.
    pub seed: u64,
}

/// What one class learnt.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Weights {
    /// One weight per column.
    pub columns: Vec<f32>,
    /// Added to every margin.
    pub bias: f32,
}

impl Weights {
    /// How far a row lies on the class's side.
    pub(crate) fn margin(&self, rows: &Matrix, at: usize) -> f32 {
        rows.dot(at, &self.columns) + self.bias
    }
}

/// Stops when the largest violation falls below this (LIBLINEAR's default for `-s 1` is 0.1).
const TOLERANCE: f32 = 0.1;
/// Passes over the rows at most.
const PASSES: usize = 60;

/// Learns `classes` classes and hands each to `done`, on all cores.
pub(crate) fn solve_all(problem: Problem<'_>, classes: usize, done: impl Fn(usize, Weights) + Sync) {
    let next = AtomicUsize::new(0);
    let threads = std::thread::available_parallelism().map_or(1, usize::from).min(classes.max(1));
    let done = &done;
    let next = &next;
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(move || {
                loop {
                    let class = next.fetch_add(1, Ordering::Relaxed);
                    if class >= classes {
                        return;
                    }
                    done(class, solve(problem, class));
                }
            });
        }
    });
}

/// Collects what `solve_all` hands out, in order.
pub(crate) fn solve_collect(problem: Problem<'_>, classes: usize) -> Vec<Weights> {
    let slots: Vec<Mutex<Option<Weights>>> = (0..classes).map(|_| Mutex::new(None)).collect();
    solve_all(problem, classes, |class, weights| {
        if let Ok(mut slot) = slots[class].lock() {
            *slot = Some(weights);
        }
    });
    slots.into_iter().filter_map(|slot| slot.into_inner().ok().flatten()).collect()
}

/// The rows still in play, with what the solver keeps of each.
struct State<'a> {
    problem: Problem<'a>,
    signs: Vec<f32>,
    alphas: Vec<f32>,
    diagonals: Vec<f32>,
    norms: Vec<f32>,
    weights: Weights,
}

fn solve(problem: Problem<'_>, class: usize) -> Weights {
    let Problem { rows, classes, costs, subset, positive, seed } = problem;
    let sign = |row: usize| if classes[row] == class { 1.0 } else { -1.0 };
    let cost = |row: usize| if classes[row] == class { costs[row] * positive } else { costs[row] };
    let diagonals: Vec<f32> = subset.iter().map(|row| 0.5 / cost(*row)).collect();
    let mut state = State {
        problem,
        signs: subset.iter().map(|row| sign(*row)).collect(),
        alphas: vec![0.0; subset.len()],
        // The bias is a column of ones.
        norms: subset.iter().zip(&diagonals).map(|(row, d)| rows.norm2(*row) + 1.0 + d).collect(),
        diagonals,
        weights: Weights { columns: vec![0.0; rows.width()], bias: 0.0 },
    };
    let mut rng = Rng::new(seed ^ (class as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15));
    let mut active: Vec<usize> = (0..subset.len()).collect();
    let mut ceiling = f32::INFINITY;
    for _ in 0..PASSES {
        rng.shuffle(&mut active);
        let (largest, smallest) = state.pass(&mut active, ceiling);
        if largest - smallest <= TOLERANCE {
            if active.len() == subset.len() {
                break;
            }
            // Done with what is left: look at everything once more before believing it.
            active = (0..subset.len()).collect();
            ceiling = f32::INFINITY;
            continue;
        }
        ceiling = if largest <= 0.0 { f32::INFINITY } else { largest };
    }
    state.weights
}

impl State<'_> {
    /// One pass over the active rows; drops those at their bound. Gives the largest and smallest projected gradient.
    fn pass(&mut self, active: &mut Vec<usize>, ceiling: f32) -> (f32, f32) {
        let rows = self.problem.rows;
        let (mut largest, mut smallest) = (f32::NEG_INFINITY, f32::INFINITY);
        let mut at = 0;
        while at < active.len() {
            let i = active[at];
            let row = self.problem.subset[i];
            let (sign, alpha) = (self.signs[i], self.alphas[i]);
            let margin = rows.dot(row, &self.weights.columns) + self.weights.bias;
            let gradient = sign * margin - 1.0 + alpha * self.diagonals[i];
            let mut projected = gradient;
            if alpha == 0.0 {
                if gradient > ceiling {
                    active.swap_remove(at);
                    continue;
                }
                projected = gradient.min(0.0);
            }
            largest = largest.max(projected);
            smallest = smallest.min(projected);
            if projected.abs() > 1e-6 {
                let moved = (alpha - gradient / self.norms[i]).max(0.0);
                let change = (moved - alpha) * sign;
                self.alphas[i] = moved;
                rows.add_to(row, change, &mut self.weights.columns);
                self.weights.bias += change;
            }
            at += 1;
        }
        (largest, smallest)
    }
}
