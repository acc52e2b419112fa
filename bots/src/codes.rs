//! One-time codes in deep links. A link carries a code as it stands, so that whoever opens it says the code by that; what the
//! code is worth is judged where every typed one is judged.

/// What every code begins with.
const MARK: &str = "LARA-";
/// How many groups follow, and how long each is.
const GROUPS: usize = 2;
const GROUP: usize = 4;

/// The code a link carries; `None` for payloads of others: campaigns, advertisements, other people's guesses at ours.
pub(crate) fn code(payload: &str) -> Option<&str> {
    let payload = payload.trim();
    let (mark, rest) = payload.split_at_checked(MARK.len())?;
    let mut groups = rest.split('-');
    let fits = |group: &str| group.len() == GROUP && group.bytes().all(|byte| byte.is_ascii_alphanumeric());
    let is_code = mark.eq_ignore_ascii_case(MARK)
        && groups.by_ref().take(GROUPS).filter(|group| fits(group)).count() == GROUPS
        && groups.next().is_none();
    is_code.then_some(payload)
}

#[cfg(test)]
mod tests {
    use super::code;

    #[test]
    fn a_code_is_known_by_its_shape() {
        for good in ["LARA-7K3M-9QXD", "lara-7k3m-9qxd", " LARA-7K3M-9QXD\n"] {
            assert_eq!(code(good), Some(good.trim()), "{good:?}");
        }
        for other in [
            "",
            "ref_42",
            "LARA",
            "LARA-",
            "LARA-7K3M",
            "LARA-7K3M-9QXD-1111",
            "LARA-7K3M-9QXDD",
            "LARA-7K3M-9QX",
            "LARA--7K3M-9QXD",
            "LARA-7K3M 9QXD",
            "LARÂ-7K3M-9QXD",
            "say_-100_1_2_3",
            "😀😀😀😀😀",
        ] {
            assert_eq!(code(other), None, "{other:?}");
        }
    }
}
