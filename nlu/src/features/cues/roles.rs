//! What words do to the words around them.

use std::collections::HashMap;
use std::sync::LazyLock;

const NEGATIONS: &str = "not no never without neither nor nothing none nobody barely hardly lack lacks lacking không chưa \
    chẳng chả đừng đéo méo đâu_có khong chua chang";
const BOOSTERS: &str = "very really so too extremely absolutely totally super such incredibly completely utterly truly \
    insanely seriously highly most quite fucking damn freaking bloody rất quá siêu cực lắm thật cực_kỳ hết hẳn vô_cùng \
    rat qua lam sieu cuc";
const DAMPENERS: &str = "bit slightly somewhat kinda sorta fairly mildly little partly hơi khá tạm hoi";
const CONTRASTS: &str = "but however although though yet except nhưng tuy song nhung";
const SWEARS: &str = "fuck fucking fucked fuckin fucks shit shitty shite bullshit bs crap crappy wtf damn dammit ass \
    asshole assholes arse idiot idiots moron morons stupid dumb sucks bitch bastard bastards piss pissed hell đm vãi địt \
    lồn cặc đcm ngu chó cứt khốn đểu mẹ_nó";
const CONDITIONS: &str = "if unless whether would could might nếu lỡ nhỡ giả_sử neu";
/// What may follow a `không` or `chưa` that asks.
const AFTER_QUESTION: &str = "ạ shop bạn em anh chị ad admin mọi mn nhỉ vậy thế hả z a ? à nhé quán";
/// Pictures that mock.
const MOCKING: &str = "🙃 🙄 🤡 👏 💩 🤦 😒 😏 🤷 😑 🖕 🤮 🐌 🐢 🦥";

/// What a word does besides meaning something: a word may play several roles.
pub(super) const NEGATION: u8 = 1;
pub(super) const BOOSTER: u8 = 2;
pub(super) const DAMPENER: u8 = 4;
pub(super) const CONTRAST: u8 = 8;
pub(super) const SWEAR: u8 = 16;
pub(super) const CONDITION: u8 = 32;
pub(super) const AFTER: u8 = 64;
pub(super) const MOCKERY: u8 = 128;

static ROLES: LazyLock<HashMap<&'static str, u8>> = LazyLock::new(|| {
    let mut roles: HashMap<&'static str, u8> = HashMap::new();
    for (role, list) in [
        (NEGATION, NEGATIONS),
        (BOOSTER, BOOSTERS),
        (DAMPENER, DAMPENERS),
        (CONTRAST, CONTRASTS),
        (SWEAR, SWEARS),
        (CONDITION, CONDITIONS),
        (AFTER, AFTER_QUESTION),
        (MOCKERY, MOCKING),
    ] {
        for word in list.split_ascii_whitespace() {
            *roles.entry(word).or_default() |= role;
        }
    }
    roles
});

/// The roles of a word.
pub(super) fn of(word: &str) -> u8 {
    // `isn't`, `couldn't`, `won't`.
    let contracted = if word.ends_with("n't") { NEGATION } else { 0 };
    ROLES.get(word).copied().unwrap_or(0) | contracted
}

/// Whether a negation is one of those that also ask, at the end of a Vietnamese question.
pub(super) fn asks(word: &str) -> bool {
    matches!(word, "không" | "chưa" | "khong" | "chua")
}
