//! What phrases are about: failures, threats, praise, time, money, who speaks to whom (`models/phrases.txt`).

/// Declares the themes, their names in the file, and how many there are.
macro_rules! themes {
    ($($(#[$doc:meta])* $theme:ident = $name:literal),+ $(,)?) => {
        /// A theme.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub(crate) enum Theme { $($(#[$doc])* $theme),+ }

        impl Theme {
            /// Every theme, in the order of its number.
            pub(crate) const ALL: &'static [Self] = &[$(Self::$theme),+];

            fn named(name: &str) -> Option<Self> {
                match name {
                    $($name => Some(Self::$theme),)+
                    _ => None,
                }
            }
        }
    };
}

themes! {
    /// Broken, wrong, not working.
    Fault = "fault",
    /// Late, waiting.
    Delay = "delay",
    /// Not there, no answer.
    Absence = "absence",
    /// Fraud, fakes, hidden fees.
    Cheat = "cheating",
    /// Staff and service.
    Rude = "rudeness",
    /// Wants it put right.
    Redress = "redress",
    /// Goes elsewhere, tells others to.
    Leave = "leaving",
    /// Law, police, regulators.
    Legal = "legal",
    /// Illness, injury, danger.
    Health = "health",
    /// Tells the public.
    Viral = "viral",
    /// What went well.
    Praise = "praise",
    /// Thanks.
    Thanks = "thanks",
    /// Praise that is often meant otherwise.
    Sarcasm = "sarcasm",
    /// What should happen: arrive, work, answer.
    Expected = "expected",
    /// When, how long.
    Time = "time",
    /// Prices and payment.
    Money = "money",
    /// I, we.
    First = "first",
    /// You, the shop.
    Second = "second",
    /// Hopes and proposals.
    Wish = "wish",
    /// If, whether, can I.
    Suppose = "suppose",
    /// Than, instead.
    Compare = "compare",
    /// Courtesies.
    Polite = "polite",
    /// Demands and outcries.
    Urge = "urge",
    /// Why on earth.
    Why = "why",
    /// What was.
    Past = "past",
    /// Announcements.
    News = "news",
    /// Glad about life.
    Joy = "joy",
    /// Sad about life.
    Gloom = "gloom",
    /// It was put right.
    Solved = "solved",
    /// Asks how something is done.
    HowTo = "howto",
    /// Particles that end a Vietnamese sentence.
    Particle = "particle",
}

/// How many themes there are.
pub(crate) const THEMES: usize = Theme::ALL.len();

impl Theme {
    /// (theme, language, phrase) of a list whose lines are `theme language: phrase, phrase`; where a line does not say,
    /// the language is that of the list.
    pub(super) fn lines(
        list: &'static str,
        language: &'static str,
    ) -> impl Iterator<Item = (Self, &'static str, &'static str)> {
        let lines = list.lines().filter(|line| !line.starts_with('#'));
        lines
            .filter_map(move |line| {
                let (heading, phrases) = line.split_once(": ")?;
                let (theme, language) = heading.split_once(' ').unwrap_or((heading, language));
                Some((Self::named(theme)?, language, phrases))
            })
            .flat_map(|(theme, language, phrases)| {
                phrases.split(", ").map(move |phrase| (theme, language, phrase.trim()))
            })
    }

    /// Whether it is trouble; denied (`not broken`) it is none.
    pub(crate) const fn is_trouble(self) -> bool {
        matches!(
            self,
            Self::Fault
                | Self::Delay
                | Self::Cheat
                | Self::Rude
                | Self::Legal
                | Self::Health
                | Self::Viral
                | Self::Gloom
                | Self::Urge
        )
    }
}

/// A set of themes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Themes(u32);

const _: () = assert!(THEMES <= 32, "a set of themes has 32 bits");

impl Themes {
    /// Adds one.
    pub(crate) fn insert(&mut self, theme: Theme) {
        self.0 |= Self::bit(theme);
    }

    /// Whether it holds one.
    pub(crate) const fn contains(self, theme: Theme) -> bool {
        self.0 & Self::bit(theme) != 0
    }

    #[expect(clippy::as_conversions, reason = "the number of a variant")]
    const fn bit(theme: Theme) -> u32 {
        1 << theme as u32
    }
}
