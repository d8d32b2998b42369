//! Reading a policy file: every mistake of it, or a policy that is checked.

use super::check::{self, PolicyError};
use super::{Policy, entries};

/// What stands in for an entry that every policy must have and that is missing or wrong, so that reading goes on.
const STAND_INS: [(&str, &str); 5] = [
    ("key", "\"-\""),
    ("title", "{ zh = \"-\", en = \"-\" }"),
    ("source", "\"-\""),
    ("date", "\"2000\""),
    ("status", "\"draft\""),
];

/// Reads and checks a policy file.
pub(super) fn read(text: &str) -> Result<Policy, PolicyError> {
    let entries::Entries { value, mut issues } = entries::read::<Policy>(text, &STAND_INS);
    issues.extend(value.iter().flat_map(|policy| check::check(policy, text)));
    match value {
        Some(policy) if issues.is_empty() => Ok(policy),
        draft => Err(PolicyError { issues, draft: draft.map(Box::new) }),
    }
}
