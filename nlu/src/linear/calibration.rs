//! From margins to probabilities, learnt from rows the model had not seen (cross-validation).
#![expect(clippy::indexing_slicing, reason = "numeric kernel: indices are made here")]

/// The logistic function.
pub(crate) fn logistic(z: f32) -> f32 {
    1.0 / (1.0 + (-z).exp())
}

/// Log-odds, kept finite.
fn logit(p: f32) -> f32 {
    let p = p.clamp(1e-6, 1.0 - 1e-6);
    (p / (1.0 - p)).ln()
}

/// Replaces margins by probabilities that add up to one.
pub(crate) fn softmax(values: &mut [f32]) {
    let top = values.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    let mut sum = 0.0;
    for value in values.iter_mut() {
        *value = (*value - top).exp();
        sum += *value;
    }
    for value in values.iter_mut() {
        *value /= sum;
    }
}

/// How margins become probabilities, and when they are too weak to answer on.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Calibration {
    /// Margins are multiplied by this before the softmax (an inverse temperature).
    pub scale: f32,
    /// Added to each class's scaled margin (Platt's second parameter).
    pub offsets: Vec<f32>,
    /// Logistic weights of the evidence for "the top class is right".
    pub trust: [f32; SIGNS],
    /// Below this trust the answer is "none of these".
    pub threshold: f32,
}

const SIGNS: usize = 5;

/// The two best classes of one row and the probability of the best.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Top {
    /// Best class.
    pub first: usize,
    /// Second best; the same as `first` if there is only one.
    pub second: usize,
    /// Probability of the best.
    pub p_first: f32,
    /// Probability of the second best.
    pub p_second: f32,
    /// Calibrated probability that the best is right.
    pub trust: f32,
}

/// Rows held out in cross-validation: margins of every class, end to end, the true class, and the row's weight.
#[derive(Debug, Clone, Default)]
pub(crate) struct HeldOut {
    /// `classes` margins a row.
    pub margins: Vec<f32>,
    /// True class of each row.
    pub truth: Vec<usize>,
    /// Weight of each row.
    pub weights: Vec<f32>,
}

impl Calibration {
    /// What a head without calibration uses.
    pub(crate) fn neutral(classes: usize) -> Self {
        Self { scale: 4.0, offsets: vec![0.0; classes], trust: [0.0, 1.0, 0.0, 0.0, 0.0], threshold: 0.0 }
    }

    /// Fits scale, offsets and trust. `oos` is the class that means "none of the others".
    pub(crate) fn fit(held_out: &HeldOut, classes: usize, oos: Option<usize>) -> Self {
        let mut fitted = Self::neutral(classes);
        if held_out.truth.is_empty() || classes < 2 {
            return fitted;
        }
        fitted.fit_scale(held_out, classes);
        fitted.fit_trust(held_out, classes, oos);
        fitted.fit_threshold(held_out, classes, oos);
        fitted
    }

    /// Turns margins into probabilities in place and reads the two best.
    pub(crate) fn read(&self, margins: &mut [f32], oos: Option<usize>) -> Top {
        let (first, second) = two_best(margins);
        let signs = signs(margins, first, second, oos);
        for (margin, offset) in margins.iter_mut().zip(&self.offsets) {
            *margin = *margin * self.scale + offset;
        }
        // Offsets may change who is best.
        let (first, second) =
            if self.offsets.iter().any(|o| *o != 0.0) { two_best(margins) } else { (first, second) };
        softmax(margins);
        let (p_first, p_second) = (margins[first], margins[second]);
        let mut z = self.trust[1] * logit(p_first);
        for (weight, sign) in self.trust.iter().zip(signs).skip(2) {
            z += weight * sign;
        }
        Top { first, second, p_first, p_second, trust: logistic(z + self.trust[0]) }
    }

    /// Gradient descent on the weighted log-loss: one scale, and an offset a class where there are few classes.
    fn fit_scale(&mut self, held_out: &HeldOut, classes: usize) {
        let few = classes <= 5;
        let total: f32 = held_out.weights.iter().sum::<f32>().max(1e-6);
        let mut row = vec![0.0; classes];
        let (mut log_scale, mut rate) = (self.scale.ln(), 0.5_f32);
        let steps = if few { 200 } else { 40 };
        for _ in 0..steps {
            let scale = log_scale.exp();
            let mut slope = 0.0;
            let mut slopes = vec![0.0; classes];
            for ((margins, truth), weight) in
                held_out.margins.chunks_exact(classes).zip(&held_out.truth).zip(&held_out.weights)
            {
                for ((out, margin), offset) in row.iter_mut().zip(margins).zip(&self.offsets) {
                    *out = margin * scale + offset;
                }
                softmax(&mut row);
                for (class, p) in row.iter().enumerate() {
                    let error = weight * (p - f32::from(u8::from(class == *truth)));
                    slope += error * margins[class] * scale;
                    slopes[class] += error;
                }
            }
            log_scale -= (rate * slope / total).clamp(-0.5, 0.5);
            if few {
                for (offset, slope) in self.offsets.iter_mut().zip(&slopes) {
                    *offset -= 2.0 * rate * slope / total;
                }
            }
            rate *= 0.99;
        }
        self.scale = log_scale.exp().clamp(0.1, 50.0);
    }

    /// Logistic regression (gradient descent with momentum, standard sizes) of "the top class is right".
    fn fit_trust(&mut self, held_out: &HeldOut, classes: usize, oos: Option<usize>) {
        let rows: Vec<([f32; SIGNS], f32, f32)> = held_out
            .margins
            .chunks_exact(classes)
            .zip(&held_out.truth)
            .zip(&held_out.weights)
            .map(|((margins, truth), weight)| {
                let mut margins = margins.to_vec();
                let (first, second) = two_best(&margins);
                let mut signs = signs(&margins, first, second, oos);
                let top = self.read(&mut margins, oos);
                signs[1] = logit(top.p_first);
                (signs, f32::from(u8::from(top.first == *truth)), *weight)
            })
            .collect();
        let total: f32 = rows.iter().map(|row| row.2).sum::<f32>().max(1e-6);
        let mut weights = [0.0, 1.0, 0.0, 0.0, 0.0];
        let mut speed = [0.0_f32; SIGNS];
        for _ in 0..400 {
            let mut slope = [0.0_f32; SIGNS];
            for (signs, right, weight) in &rows {
                let z: f32 = signs.iter().zip(&weights).map(|(s, w)| s * w).sum();
                let error = weight * (logistic(z) - right);
                for (slope, sign) in slope.iter_mut().zip(signs) {
                    *slope += error * sign;
                }
            }
            for ((weight, speed), slope) in weights.iter_mut().zip(&mut speed).zip(&slope) {
                *speed = 0.9 * *speed - 0.15 * (slope / total);
                *weight += *speed;
            }
        }
        self.trust = weights;
    }

    /// The threshold that serves both sides best: rows of a class answered rightly (eight ninths of the weight) and
    /// rows of none turned away: most messages ask for something. Without rows of none, each row stands in for one by
    /// hiding its class.
    fn fit_threshold(&mut self, held_out: &HeldOut, classes: usize, oos: Option<usize>) {
        if classes < 3 {
            return;
        }
        let (mut inside, mut outside) = (Vec::new(), Vec::new());
        let (mut inside_all, mut outside_all) = (0.0, 0.0);
        let has_oos = oos.is_some_and(|oos| held_out.truth.contains(&oos));
        for ((margins, truth), weight) in
            held_out.margins.chunks_exact(classes).zip(&held_out.truth).zip(&held_out.weights)
        {
            let top = self.read(&mut margins.to_vec(), oos);
            if Some(*truth) == oos {
                outside_all += weight;
                outside.push((if Some(top.first) == oos { 0.0 } else { top.trust }, *weight));
                continue;
            }
            inside_all += weight;
            if top.first == *truth {
                inside.push((top.trust, *weight));
            }
            if !has_oos {
                let mut hidden = margins.to_vec();
                hidden[*truth] = f32::MIN / 1e6;
                let top = self.read(&mut hidden, oos);
                outside_all += weight;
                outside.push((top.trust, *weight));
            }
        }
        let share = |rows: &[(f32, f32)], all: f32, keep: &dyn Fn(f32) -> bool| {
            rows.iter().filter(|row| keep(row.0)).map(|row| row.1).sum::<f32>() / f32::max(all, 1e-6)
        };
        let mut best = (f32::NEG_INFINITY, 0.0);
        for step in 0..=95_u8 {
            let threshold = f32::from(step) / 100.0;
            let worth = 8.0 * share(&inside, inside_all, &|trust| trust >= threshold)
                + share(&outside, outside_all, &|trust| trust < threshold);
            if worth > best.0 {
                best = (worth, threshold);
            }
        }
        self.threshold = best.1;
    }
}

fn two_best(values: &[f32]) -> (usize, usize) {
    let (mut first, mut second) = (0, 0);
    for (at, value) in values.iter().enumerate().skip(1) {
        if *value > values[first] {
            second = first;
            first = at;
        } else if second == first || *value > values[second] {
            second = at;
        }
    }
    (first, second)
}

/// Constant, log-odds (filled in by the caller), best margin, lead over the second, margin of "none".
fn signs(margins: &[f32], first: usize, second: usize, oos: Option<usize>) -> [f32; SIGNS] {
    [1.0, 0.0, margins[first], margins[first] - margins[second], oos.map_or(-1.0, |oos| margins[oos])]
}
