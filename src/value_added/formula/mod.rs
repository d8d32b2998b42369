//! Model formulas in Wilkinson's notation.
//!
//! Source: G. N. Wilkinson and C. E. Rogers, "Symbolic description of factorial models", Applied Statistics 22
//! (1973), with the random terms of D. Bates et al., Journal of Statistical Software 67 (2015):
//!
//! | notation | meaning |
//! |---|---|
//! | `exit ~ entry + gender` | an intercept, `entry`, `gender` |
//! | `0 + …` or `… - 1` | no intercept |
//! | `a:b`, `a*b` | the interaction; `a + b + a:b` |
//! | `x^3` | the third power of a number |
//! | `(1 + x \| g)` | intercept and slope per level of `g`, correlated |
//! | `(1 + x \|\| g)` | the same, uncorrelated |
//! | `(1 \| a/b)` | `(1 \| a) + (1 \| a:b)` |
//!
//! A name that is no plain word stands between backticks.

mod parse;

use std::fmt;
use thiserror::Error;

/// Why a formula could not be read.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("formula, character {position}: {problem}")]
pub struct FormulaError {
    /// The character, counted from 1.
    pub position: usize,
    /// What is wrong there.
    pub problem: FormulaProblem,
}

/// What is wrong with a formula.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum FormulaProblem {
    /// A sign that has no meaning here.
    #[error("`{0}` is not expected here")]
    Unexpected(String),
    /// The formula ends too early.
    #[error("the formula ends where {0} is expected")]
    EndsBefore(&'static str),
    /// A power that is not a whole number from 1 to 9.
    #[error("a power must be a whole number from 1 to 9")]
    BadPower,
    /// A random term inside a random term.
    #[error("a random term cannot hold another")]
    NestedRandomTerm,
    /// Only terms can be taken away, not random ones.
    #[error("only the intercept can be taken away")]
    CannotRemove,
    /// A random term without any effect.
    #[error("a random term needs at least one effect")]
    NoEffect,
    /// More names and signs, or more terms, than any model has: `*` doubles the terms with each name.
    #[error("the formula has too many terms")]
    TooLong,
}

/// A column, or a power of one.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Variable {
    /// The column.
    pub name: String,
    /// 1, or the power of a number.
    pub power: u32,
}

/// A main effect (one variable) or an interaction (several).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Term {
    /// The variables, in the order in which the formula first names them.
    pub variables: Vec<Variable>,
}

/// Effects that vary over the levels of a grouping factor.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RandomTerm {
    /// Whether the intercept varies.
    pub intercept: bool,
    /// What else varies; all effects of one random term are correlated.
    pub terms: Vec<Term>,
    /// The columns whose combinations are the levels.
    pub grouping: Vec<String>,
}

/// A model formula.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Formula {
    /// The outcome.
    pub response: String,
    /// Whether the fixed part has an intercept.
    pub intercept: bool,
    /// The fixed part: main effects first, then interactions by their order.
    pub terms: Vec<Term>,
    /// The random terms in the order written, with `/` and `||` taken apart.
    pub random: Vec<RandomTerm>,
}

impl Formula {
    /// Reads a formula.
    ///
    /// # Errors
    /// [`FormulaError`] with the character and what is wrong there.
    pub fn parse(text: &str) -> Result<Self, FormulaError> {
        parse::parse(text)
    }

    /// All columns the formula names, in order, each once.
    #[must_use]
    pub fn columns(&self) -> Vec<&str> {
        let fixed = self.terms.iter().flat_map(|term| &term.variables).map(|v| v.name.as_str());
        let random = self.random.iter().flat_map(|random| {
            let effects = random.terms.iter().flat_map(|term| &term.variables).map(|v| v.name.as_str());
            effects.chain(random.grouping.iter().map(String::as_str))
        });
        let mut columns: Vec<&str> = Vec::new();
        for name in std::iter::once(self.response.as_str()).chain(fixed).chain(random) {
            if !columns.contains(&name) {
                columns.push(name);
            }
        }
        columns
    }

    /// The same formula without its random terms.
    #[must_use]
    pub fn fixed_part(&self) -> Self {
        Self { random: Vec::new(), ..self.clone() }
    }
}

impl fmt::Display for Variable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name)?;
        if self.power == 1 { Ok(()) } else { write!(f, "^{}", self.power) }
    }
}

impl fmt::Display for Term {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<String> = self.variables.iter().map(ToString::to_string).collect();
        f.write_str(&names.join(":"))
    }
}

impl fmt::Display for RandomTerm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut effects: Vec<String> = vec![if self.intercept { "1" } else { "0" }.to_owned()];
        effects.extend(self.terms.iter().map(ToString::to_string));
        write!(f, "({} | {})", effects.join(" + "), self.grouping.join(":"))
    }
}

impl fmt::Display for Formula {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut parts: Vec<String> = vec![if self.intercept { "1" } else { "0" }.to_owned()];
        parts.extend(self.terms.iter().map(ToString::to_string));
        parts.extend(self.random.iter().map(ToString::to_string));
        write!(f, "{} ~ {}", self.response, parts.join(" + "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, shown: &str) {
        let formula = Formula::parse(text).unwrap();
        assert_eq!(formula.to_string(), shown, "{text}");
        assert_eq!(Formula::parse(shown).unwrap(), formula, "what is shown reads back");
    }

    #[test]
    fn every_notation_has_its_meaning() {
        check("y ~ x", "y ~ 1 + x");
        check("y ~ 0 + x + g", "y ~ 0 + x + g");
        check("y ~ x - 1", "y ~ 0 + x");
        check("y ~ a * b + b:a", "y ~ 1 + a + b + a:b");
        check("y ~ a*b*c", "y ~ 1 + a + b + c + a:b + a:c + b:c + a:b:c");
        check("y ~ x + x^2 + x^3", "y ~ 1 + x + x^2 + x^3");
        check("y ~ (1 + x | g)", "y ~ 1 + (1 + x | g)");
        check("y ~ x + (x | g) + (1|h)", "y ~ 1 + x + (1 + x | g) + (1 | h)");
        check("y ~ (x || g)", "y ~ 1 + (1 | g) + (0 + x | g)");
        check("y ~ (0 + x || g)", "y ~ 1 + (0 + x | g)");
        check("y ~ (1 | a/b/c)", "y ~ 1 + (1 | a) + (1 | a:b) + (1 | a:b:c)");
        check("成绩 ~ 入学 + (1 | 学院:专业)", "成绩 ~ 1 + 入学 + (1 | 学院:专业)");
        check("y ~ 1", "y ~ 1");
    }

    #[test]
    fn a_name_that_is_no_plain_word_stands_between_backticks() {
        assert_eq!(Formula::parse("`exit score` ~ `a+b`").unwrap().columns(), ["exit score", "a+b"]);
    }

    #[test]
    fn what_cannot_be_read_is_named_with_its_place() {
        for (text, position) in [
            ("", 1),
            ("y", 2),
            ("y ~", 4),
            ("y ~ x +", 8),
            ("y ~ x ~ z", 7),
            ("y ~ (1 | )", 10),
            ("y ~ (1 | g", 11),
            ("y ~ x^12", 7),
            ("y ~ (0 | g)", 5),
            ("y ~ ((1|g) | h)", 6),
            ("y ~ x - z", 9),
            ("y ~ 2", 5),
            ("y ~ `x", 7),
            // Each `*` doubles the terms.
            (&format!("y ~ a{}", "*b".repeat(60)), 23),
            (&format!("y ~ {}", "x + ".repeat(600)), 2001),
            (&format!("y ~ (a*b*c*d*e*f*g*h | g{})", "/h".repeat(9)), 44),
        ] {
            let error = Formula::parse(text).unwrap_err();
            assert_eq!(error.position, position, "{text}: {error}");
        }
    }
}
