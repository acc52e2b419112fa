//! The difference of two texts by lines: longest common subsequence. Texts are at most 16 KiB.

/// A line of a difference.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Line<'a> {
    /// In both.
    Same(&'a str),
    /// Only in the new one.
    Added(&'a str),
    /// Only in the old one.
    Removed(&'a str),
}

impl<'a> Line<'a> {
    /// The class of its colour.
    pub(crate) const fn class(self) -> &'static str {
        match self {
            Self::Same(_) => "same",
            Self::Added(_) => "add",
            Self::Removed(_) => "del",
        }
    }

    /// The sign before it.
    pub(crate) const fn sign(self) -> &'static str {
        match self {
            Self::Same(_) => " ",
            Self::Added(_) => "+",
            Self::Removed(_) => "−",
        }
    }

    /// The line.
    pub(crate) const fn text(self) -> &'a str {
        match self {
            Self::Same(text) | Self::Added(text) | Self::Removed(text) => text,
        }
    }
}

/// Beyond this many lines a side the texts are shown one after the other: the table would grow with their product.
const LONGEST: usize = 600;

/// The lines of `old` and `new`, in order.
pub(crate) fn differences<'a>(old: &'a str, new: &'a str) -> Vec<Line<'a>> {
    let old: Vec<&str> = old.lines().collect();
    let new: Vec<&str> = new.lines().collect();
    if old.len() > LONGEST || new.len() > LONGEST {
        return old.into_iter().map(Line::Removed).chain(new.into_iter().map(Line::Added)).collect();
    }
    let width = new.len() + 1;
    let mut longest = vec![0_u32; (old.len() + 1) * width];
    let at = |table: &[u32], i: usize, j: usize| table.get(i * width + j).copied().unwrap_or(0);
    for (i, left) in old.iter().enumerate().rev() {
        for (j, right) in new.iter().enumerate().rev() {
            let value = if left == right {
                at(&longest, i + 1, j + 1) + 1
            } else {
                at(&longest, i + 1, j).max(at(&longest, i, j + 1))
            };
            if let Some(cell) = longest.get_mut(i * width + j) {
                *cell = value;
            }
        }
    }
    let (mut i, mut j) = (0, 0);
    let mut lines = Vec::with_capacity(old.len().max(new.len()));
    loop {
        match (old.get(i), new.get(j)) {
            (Some(left), Some(right)) if left == right => {
                lines.push(Line::Same(left));
                (i, j) = (i + 1, j + 1);
            }
            (Some(left), right) if right.is_none() || at(&longest, i + 1, j) >= at(&longest, i, j + 1) => {
                lines.push(Line::Removed(left));
                i += 1;
            }
            (_, Some(right)) => {
                lines.push(Line::Added(right));
                j += 1;
            }
            _ => return lines,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_changed_line_is_removed_and_added_and_the_rest_stays() {
        let lines = differences("a\nb\nc", "a\nB\nc\nd");
        assert_eq!(
            lines,
            [Line::Same("a"), Line::Removed("b"), Line::Added("B"), Line::Same("c"), Line::Added("d"),]
        );
    }

    #[test]
    fn the_same_text_has_no_difference_and_nothing_is_nothing() {
        assert!(differences("x\ny", "x\ny").iter().all(|line| matches!(line, Line::Same(_))));
        assert!(differences("", "").is_empty());
        assert_eq!(differences("", "x"), [Line::Added("x")]);
    }
}
