//! Linear models: the rows they learn from, the solver, and what turns margins into probabilities.

mod calibration;
mod matrix;
mod solver;

pub(crate) use calibration::{Calibration, HeldOut, Top};
pub(crate) use matrix::Matrix;
pub(crate) use solver::{Problem, Weights, solve_all, solve_collect};
