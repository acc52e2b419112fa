//! Reply templates as stored: immutable versions; the highest version of a key, language and channel is live.

use super::{AgentId, BrandId, ChannelKind, Language, TemplateId, Timestamp};
use serde::{Deserialize, Serialize};

/// Which text a template is: key x language x channel. A variant without a channel serves all channels that have none of their own.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct TemplateName {
    /// Key, e.g. `track_order`.
    pub key: String,
    /// Language.
    pub language: Language,
    /// The channel it is only for.
    pub channel: Option<ChannelKind>,
}

/// One published version. Unique by (brand, key, language, channel, version).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TemplateVersion {
    /// Id.
    pub id: TemplateId,
    /// Brand.
    pub brand: BrandId,
    /// Name.
    pub name: TemplateName,
    /// 1, 2, 3, ...; 0 is the shipped default, which is not stored.
    pub version: i64,
    /// Handlebars source.
    pub body: String,
    /// Who published it; `None` for the command line.
    pub published_by: Option<AgentId>,
    /// When.
    pub published_at: Timestamp,
    /// For a roll-back: the version whose body this is.
    pub restores: Option<i64>,
}
