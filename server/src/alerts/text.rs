//! What an alert says: enough to come, and nothing of the customer.

use lara_core::model::{AlertRule, Brand, Language};
use serde::Serialize;
use url::Url;
use uuid::Uuid;

/// An alert, written.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Written {
    /// Its id; what a receiver knows a repeated one by.
    pub(crate) id: Uuid,
    /// Why: `urgent`, `unclaimed`, `channel_dead`, `test`.
    pub(crate) rule: &'static str,
    /// Slug of the brand.
    pub(crate) brand: String,
    /// One line.
    pub(crate) text: String,
    /// Where to go.
    pub(crate) link: Url,
    /// When it was raised: milliseconds since 1970.
    pub(crate) at: i64,
}

impl Written {
    /// For a person: the line and where to go.
    pub(crate) fn message(&self) -> String {
        format!("{}\n{}", self.text, self.link)
    }
}

/// The line of an alert. `channel` is the name of the channel it is about, `minutes` how long a customer has waited.
pub(crate) fn line(
    rule: AlertRule,
    language: Language,
    brand: &Brand,
    channel: &str,
    minutes: i64,
) -> String {
    let name = &brand.name;
    match (rule, language) {
        (AlertRule::Urgent, Language::English) => format!("{name}: urgent. A customer needs a human now."),
        (AlertRule::Urgent, Language::Vietnamese) => {
            format!("{name}: khẩn cấp. Có khách cần người thật ngay.")
        }
        (AlertRule::Unclaimed, Language::English) => {
            format!("{name}: a customer has waited {minutes} minutes for a human.")
        }
        (AlertRule::Unclaimed, Language::Vietnamese) => {
            format!("{name}: có khách đã chờ nhân viên {minutes} phút.")
        }
        (AlertRule::ChannelDead, Language::English) => format!(
            "{name}: the channel {channel} is dead. It neither hears nor sends until somebody mends it; lara doctor says what is wrong."
        ),
        (AlertRule::ChannelDead, Language::Vietnamese) => format!(
            "{name}: kênh {channel} đã ngừng. Kênh không nhận và không gửi được tin cho tới khi có người sửa; lara doctor cho biết hỏng ở đâu."
        ),
    }
}

/// The line of a test.
pub(crate) fn test_line(language: Language, target: &str) -> String {
    match language {
        Language::English => format!("Lara: a test. Alerts of {target:?} arrive here."),
        Language::Vietnamese => format!("Lara: tin thử. Cảnh báo của {target:?} sẽ đến đây."),
    }
}
