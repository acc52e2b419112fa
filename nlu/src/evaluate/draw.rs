//! A confusion matrix to look at: as text for a terminal, as SVG for a page.

use super::Confusion;
use std::fmt::Write;

/// Wider matrices do not fit a terminal; their labels are listed instead.
const WIDEST: usize = 24;
/// Mistakes listed under a matrix, at most.
const MISTAKES: usize = 20;
/// Side of a cell of the drawing, in pixels.
const CELL: usize = 22;
/// Room a letter of a label needs, in tenths of a pixel.
const LETTER: usize = 66;

impl Confusion {
    /// The matrix as text: a row for each true label, a column for each answer, then the mistakes that happen most.
    /// With more than 24 labels: one line a label instead of the matrix.
    #[must_use]
    pub fn to_text(&self) -> String {
        let labels = self.labels();
        let mut out = String::new();
        if labels.len() <= WIDEST {
            self.write_matrix(&mut out, &labels);
        } else {
            self.write_list(&mut out, &labels);
        }
        let mistakes = self.mistakes();
        if !mistakes.is_empty() {
            out.push_str("\nmost frequent mistakes (true -> answered)\n");
        }
        for (truth, predicted, count) in mistakes.into_iter().take(MISTAKES) {
            // Writing to a string cannot fail.
            let _ = writeln!(out, "{count:6}  {truth} -> {predicted}");
        }
        out
    }

    fn write_matrix(&self, out: &mut String, labels: &[&str]) {
        let width = labels.iter().map(|label| label.chars().count()).max().unwrap_or(0).max(4);
        let _ = write!(out, "{:width$}  ", "true");
        for at in 1..=labels.len() {
            let _ = write!(out, "{at:>6}");
        }
        out.push('\n');
        for (at, truth) in (1..).zip(labels) {
            let _ = write!(out, "{truth:width$}  ");
            for predicted in labels {
                match self.count(truth, predicted) {
                    0 => out.push_str("     ."),
                    count => {
                        let _ = write!(out, "{count:6}");
                    }
                }
            }
            let _ = writeln!(out, "   {at}");
        }
    }

    fn write_list(&self, out: &mut String, labels: &[&str]) {
        let width = labels.iter().map(|label| label.chars().count()).max().unwrap_or(0);
        let _ = writeln!(out, "{:width$}    rows  found  right when said", "label");
        for label in labels {
            let row = self.of(label);
            let percent = |part: u64, whole: u64| match (100 * part).checked_div(whole) {
                Some(share) => format!("{share} %"),
                None => "-".to_owned(),
            };
            let (found, right) = (percent(row.hit, row.truth), percent(row.hit, row.predicted));
            let _ = writeln!(out, "{label:width$}  {:6}  {found:>5}  {right:>15}", row.truth);
        }
    }

    /// The matrix as one self-contained SVG image, readable in both themes; every cell names itself when pointed at.
    #[must_use]
    pub fn to_svg(&self) -> String {
        let labels = self.labels();
        let longest = labels.iter().map(|label| label.chars().count()).max().unwrap_or(0);
        let margin = longest * LETTER / 10 + 16;
        let side = margin + labels.len() * CELL + 16;
        let mut out = format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {side} {side}\" width=\"{side}\" \
             height=\"{side}\" role=\"img\" aria-label=\"confusion matrix\">\n<style>{STYLE}</style>\n\
             <rect class=\"paper\" width=\"{side}\" height=\"{side}\"/>\n"
        );
        for (at, label) in labels.iter().enumerate() {
            let (middle, edge) = (margin + at * CELL + CELL / 2, margin - 6);
            let label = escaped(label);
            let _ =
                writeln!(out, "<text x=\"{edge}\" y=\"{}\" text-anchor=\"end\">{label}</text>", middle + 4);
            let _ = writeln!(
                out,
                "<text transform=\"translate({},{edge}) rotate(-90)\">{label}</text>",
                middle + 4
            );
        }
        for (down, truth) in labels.iter().enumerate() {
            for (across, predicted) in labels.iter().enumerate() {
                self.draw_cell(&mut out, (truth, predicted), margin + across * CELL, margin + down * CELL);
            }
        }
        out.push_str("</svg>\n");
        out
    }

    fn draw_cell(&self, out: &mut String, (truth, predicted): (&str, &str), x: usize, y: usize) {
        let count = self.count(truth, predicted);
        let kind = match (count, truth == predicted) {
            (0, _) => "none",
            (_, true) => "right",
            (_, false) => "wrong",
        };
        let strength = (100 * count).checked_div(self.of(truth).truth).unwrap_or(0).clamp(12, 100);
        let side = CELL - 1;
        let _ =
            write!(out, "<g><rect class=\"{kind}\" x=\"{x}\" y=\"{y}\" width=\"{side}\" height=\"{side}\"");
        if count > 0 {
            let (text_x, text_y) = (x + CELL / 2, y + CELL / 2 + 4);
            let (truth, predicted) = (escaped(truth), escaped(predicted));
            let _ = writeln!(
                out,
                " fill-opacity=\"{}.{:02}\"/><text class=\"count\" x=\"{text_x}\" y=\"{text_y}\" \
                 text-anchor=\"middle\">{count}</text><title>{truth} answered as {predicted}: {count}</title></g>",
                strength / 100,
                strength % 100
            );
        } else {
            out.push_str("/></g>\n");
        }
    }
}

const STYLE: &str = "text{font:11px system-ui,sans-serif;fill:#1c2430}.count{font-size:9px}.paper{fill:#fff}\
    .none{fill:#f1f3f6}.right{fill:#2f9e6e}.wrong{fill:#d9482b}\
    @media(prefers-color-scheme:dark){text{fill:#dfe5ee}.paper{fill:#12161c}.none{fill:#1b212a}}";

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
