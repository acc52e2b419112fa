//! The table that is printed.

/// Lines of (what, bar, figure, whether it holds).
#[derive(Default)]
pub(crate) struct Table(Vec<(String, String, String, bool)>);

impl Table {
    /// A share that should reach `bar` percent.
    pub(crate) fn percent(&mut self, what: &str, bar: f64, share: f64) {
        let percent = share * 100.0;
        self.0.push((what.to_owned(), format!("{bar}"), format!("{percent:.1}"), percent >= bar));
    }

    /// A figure that should reach `bar`.
    pub(crate) fn at_least(&mut self, what: &str, bar: f64, figure: f64) {
        self.0.push((what.to_owned(), format!("{bar:.0}"), format!("{figure:.0}"), figure >= bar));
    }

    /// A figure that should not pass `bar`.
    pub(crate) fn at_most(&mut self, what: &str, bar: f64, figure: f64) {
        self.0.push((what.to_owned(), format!("under {bar:.0}"), format!("{figure:.1}"), figure <= bar));
    }

    /// Prints it as Markdown.
    pub(crate) fn print(&self) {
        println!("| set | bar | measured | |\n|---|---|---|---|");
        for (what, bar, figure, holds) in &self.0 {
            println!("| {what} | {bar} | {figure} | {} |", if *holds { "" } else { "below" });
        }
    }
}
