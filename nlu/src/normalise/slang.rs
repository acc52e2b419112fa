//! What people type on phones and the words they mean; and which of the two languages a text is typed in.

use std::collections::HashMap;
use std::sync::LazyLock;

type Map = HashMap<&'static str, &'static str>;

/// Phone shorthand in Vietnamese, then in English, as the lists are written.
pub(crate) const SHORTHAND: [&str; 2] = [include_str!("teencode.txt"), include_str!("texting.txt")];

static TEENCODE: LazyLock<Map> = LazyLock::new(|| parse(SHORTHAND[0]));
static TEXTING: LazyLock<Map> = LazyLock::new(|| parse(SHORTHAND[1]));

/// Each line is `meaning = what people type, several`; `#` opens a comment.
fn parse(text: &'static str) -> Map {
    text.lines()
        .filter(|line| !line.starts_with('#'))
        .filter_map(|line| line.split_once(" = "))
        .flat_map(|(long, shorts)| shorts.split_whitespace().map(move |short| (short, long)))
        .collect()
}

/// Words that show a text to be Vietnamese although it has no accents; English has none of them.
const UNACCENTED: &str = "ko khong hok khum hong dc duoc cua nhu nao oi toi tui minh mik gia bao nhieu vay sao roi \
    chua giao hang cho voi nay muon mua dat doi tra huy bi nhan vien gui giup lam biet xin chao cam ngay hom mau bn \
    sp sdt ntn dia thanh toan tien hoan giam tai khoan khau gio cua thoi gian luon nhe vang duong nguoi loi thieu lau \
    dep ngon ung ib nhung cung duoc dang theo kiem chuyen hoi thich loai nhanh cham chat luong khach khong dau trong \
    ngoai mot hai tuan thang nam gui lai them bot bang phai con\u{20}nua moi gi hen tam biet thoi dung";

/// Common English words that are not Vietnamese syllables.
const ENGLISH: &str = "the is are was my you your it of and for have has does did what when where how why could would \
    please order this that with want need help get i'm any much from there thanks hi hello we they will been i not \
    don't can't can do if but so me our out when which who item items delivery refund about";

static VOTES: LazyLock<HashMap<&'static str, i32>> = LazyLock::new(|| {
    let vietnamese = UNACCENTED.split_whitespace().map(|word| (word, 1));
    vietnamese.chain(ENGLISH.split_whitespace().map(|word| (word, -1))).collect()
});

/// Which shorthand a text is written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Shorthand {
    /// Vietnamese texting.
    Teencode,
    /// English texting.
    Texting,
}

impl Shorthand {
    /// What a token of this shorthand stands for.
    pub(crate) fn expand(self, token: &str) -> Option<&'static str> {
        match self {
            Self::Teencode => TEENCODE.get(token).copied(),
            Self::Texting => TEXTING.get(token).copied(),
        }
    }
}

/// +1 for an unaccented Vietnamese word, -1 for an English one, else 0.
pub(crate) fn vote(token: &str) -> i32 {
    VOTES.get(token).copied().unwrap_or(0)
}
