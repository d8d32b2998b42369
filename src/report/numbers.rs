//! The one place where a report's numbers are rounded: by the rule of the policy.

use num_rational::BigRational;

use super::document::{Cell, Form};
use crate::policy::Rounding;

/// What stands where a number is not known.
pub const UNKNOWN: &str = "—";

/// Writes numbers as the policy rounds them.
#[derive(Debug, Clone, Copy)]
pub struct Numbers {
    /// The rule of the policy; its digits hold for attainments.
    pub rounding: Rounding,
}

impl Numbers {
    /// An attainment or another fraction, with the digits of the policy.
    pub fn fraction(&self, value: f64) -> String {
        self.digits(value, self.rounding.digits)
    }

    /// A number with so many digits, halves and cut-offs as the policy says.
    pub fn digits(&self, value: f64, digits: u32) -> String {
        if !value.is_finite() {
            return UNKNOWN.to_owned();
        }
        let rounding = Rounding { digits, ..self.rounding };
        let exact = || BigRational::from_float(value).unwrap_or_default();
        rounding.round_float(value, 0.0, &exact).to_string().replace('-', "−")
    }

    /// A number with at most so many digits, noughts at the end left out: a weight, a full mark.
    pub fn short(&self, value: f64, digits: u32) -> String {
        let text = self.digits(value, digits);
        if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.').to_owned() } else { text }
    }

    /// A fraction in per cent with one digit, without the sign.
    pub fn percent(&self, value: f64) -> String {
        self.digits(value * 100.0, 1)
    }

    /// A probability with two digits; what would round to 0 or 1 is said to lie below 0.01 or above 0.99.
    pub fn probability(&self, value: f64) -> String {
        if value < 0.01 {
            "<0.01".to_owned()
        } else if value > 0.99 {
            ">0.99".to_owned()
        } else {
            self.digits(value, 2)
        }
    }

    /// A change, with its sign.
    pub fn change(&self, value: f64) -> String {
        let text = self.fraction(value);
        if value > 0.0 { format!("+{text}") } else { text }
    }

    /// The form of a column of attainments.
    pub fn form(&self) -> Form {
        Form::Decimals(u8::try_from(self.rounding.digits).unwrap_or(u8::MAX))
    }

    /// The form of a column of changes of attainments.
    pub fn change_form(&self) -> Form {
        Form::Change(u8::try_from(self.rounding.digits).unwrap_or(u8::MAX))
    }

    /// A cell with an attainment, or with the sign of an unknown number.
    pub fn cell(&self, value: Option<f64>) -> Cell {
        known(value, |value| self.fraction(value))
    }

    /// A cell with a number of so many digits.
    pub fn digits_cell(&self, value: Option<f64>, digits: u32) -> Cell {
        known(value, |value| self.digits(value, digits))
    }

    /// A cell with a number of at most so many digits.
    pub fn short_cell(&self, value: Option<f64>, digits: u32) -> Cell {
        known(value, |value| self.short(value, digits))
    }

    /// A cell with a count.
    pub fn count_cell(&self, value: Option<f64>) -> Cell {
        known(value, |value| self.digits(value, 0))
    }

    /// A cell with a probability.
    pub fn probability_cell(&self, value: Option<f64>) -> Cell {
        known(value, |value| self.probability(value))
    }

    /// A cell with a share in per cent.
    pub fn percent_cell(&self, value: Option<f64>) -> Cell {
        known(value, |value| self.percent(value))
    }
}

fn known(value: Option<f64>, write: impl Fn(f64) -> String) -> Cell {
    match value.filter(|value| value.is_finite()) {
        Some(value) => Cell::number(value, write(value)),
        None => Cell::text(UNKNOWN),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::RoundingMode;

    #[test]
    fn every_number_follows_the_rule_of_the_policy() {
        let cut =
            Numbers { rounding: Rounding { mode: RoundingMode::Truncate, digits: 2, ..Rounding::default() } };
        assert_eq!(cut.fraction(0.659), "0.65");
        assert_eq!(cut.percent(0.6559), "65.5");
        let up = Numbers { rounding: Rounding { digits: 2, ..Rounding::default() } };
        assert_eq!(up.fraction(0.655_000_1), "0.66");
        assert_eq!(
            (up.short(25.0, 2), up.short(0.5, 4), up.short(100.0, 0)),
            ("25".into(), "0.5".into(), "100".into())
        );
        assert_eq!(up.change(-0.05), "−0.05");
    }

    #[test]
    fn a_probability_is_never_shown_as_certain() {
        let numbers = Numbers { rounding: Rounding::default() };
        assert_eq!(numbers.probability(1e-9), "<0.01");
        assert_eq!(numbers.probability(1.0), ">0.99");
        assert_eq!(numbers.probability(0.923), "0.92");
    }
}
