//! Every statement, by name, as each database gets it. One text serves both; a pair exists only where the databases
//! differ. [`ALL`] is what the test prepares on both.

pub(crate) mod alerts;
pub(crate) mod api;
pub(crate) mod attachments;
pub(crate) mod brands;
pub(crate) mod changes;
pub(crate) mod channels;
pub(crate) mod commit;
pub(crate) mod desk;
pub(crate) mod directory;
pub(crate) mod endings;
pub(crate) mod erasure;
pub(crate) mod files;
pub(crate) mod happenings;
pub(crate) mod identity;
pub(crate) mod lanes;
pub(crate) mod learn;
pub(crate) mod learnt;
pub(crate) mod listen;
pub(crate) mod outbox;
pub(crate) mod privacy;
pub(crate) mod retention;
pub(crate) mod shops;

/// One statement.
#[derive(Debug, Clone, Copy)]
pub struct Sql {
    /// Its name, for tests and errors.
    pub name: &'static str,
    /// The text for SQLite.
    pub sqlite: &'static str,
    /// The text for PostgreSQL.
    pub postgres: &'static str,
}

/// Declares statements as constants and lists them in `STATEMENTS`. Three forms:
/// - `NAME = "text";` one text for both;
/// - `NAME = batch(column TYPE, ..) "text";` one text for both over `b`, the rows of the JSON array `$1`;
/// - `NAME = sqlite "text" postgres "text";` a pair.
macro_rules! statements {
    ($($(#[$doc:meta])* $name:ident = $kind:ident $(($($column:ident $type:ident),+))? $text:literal $($other:ident $pair:literal)?;)+) => {
        $($(#[$doc])* pub(crate) const $name: $crate::sql::Sql =
            $crate::sql::statements!(@one $name $kind $(($($column $type),+))? $text $($other $pair)?);)+

        /// The statements of this file.
        pub(crate) const STATEMENTS: &[$crate::sql::Sql] = &[$($name),+];
    };
    (@one $name:ident both $text:literal) => {
        $crate::sql::Sql { name: stringify!($name), sqlite: $text, postgres: $text }
    };
    (@one $name:ident batch($first:ident $first_type:ident $(, $column:ident $type:ident)*) $text:literal) => {
        $crate::sql::Sql {
            name: stringify!($name),
            sqlite: concat!(
                "WITH b AS (SELECT value ->> '", stringify!($first), "' AS ", stringify!($first),
                $(", value ->> '", stringify!($column), "' AS ", stringify!($column),)*
                " FROM json_each($1)) ", $text
            ),
            postgres: concat!(
                "WITH b AS (SELECT * FROM json_to_recordset($1::text::json) AS r(",
                stringify!($first), " ", stringify!($first_type),
                $(", ", stringify!($column), " ", stringify!($type),)*
                ")) ", $text
            ),
        }
    };
    (@one $name:ident sqlite $text:literal postgres $pair:literal) => {
        $crate::sql::Sql { name: stringify!($name), sqlite: $text, postgres: $pair }
    };
}
pub(crate) use statements;

/// Every statement, file by file.
pub const ALL: &[&[Sql]] = &[
    alerts::STATEMENTS,
    api::STATEMENTS,
    attachments::STATEMENTS,
    brands::STATEMENTS,
    brands::removal::STATEMENTS,
    changes::STATEMENTS,
    channels::STATEMENTS,
    commit::STATEMENTS,
    desk::STATEMENTS,
    directory::STATEMENTS,
    endings::STATEMENTS,
    erasure::STATEMENTS,
    files::STATEMENTS,
    happenings::STATEMENTS,
    identity::STATEMENTS,
    lanes::STATEMENTS,
    learn::STATEMENTS,
    learnt::STATEMENTS,
    listen::STATEMENTS,
    outbox::STATEMENTS,
    privacy::STATEMENTS,
    retention::STATEMENTS,
    shops::STATEMENTS,
    crate::pages::STATEMENTS,
    crate::pages::people::STATEMENTS,
    crate::pages::BY_HAND,
    crate::pages::LISTS,
];
