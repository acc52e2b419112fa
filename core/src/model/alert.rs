//! Why a human is woken.

use super::names::words;

words! {
    /// A rule that wakes somebody.
    AlertRule {
        /// An escalation is urgent: health, law, press.
        Urgent = "urgent",
        /// An escalation has waited too long for somebody to take it.
        Unclaimed = "unclaimed",
        /// A channel neither hears nor sends until somebody mends it.
        ChannelDead = "channel_dead",
    }
}
