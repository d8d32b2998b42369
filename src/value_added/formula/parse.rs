//! The reader of formulas: signs, then sums of products.

use super::{Formula, FormulaError, FormulaProblem, RandomTerm, Term, Variable};

#[derive(Debug, Clone, PartialEq)]
enum Token {
    Name(String),
    Number(String),
    Sign(&'static str),
}

/// Names, numbers and signs of a formula.
const MOST_TOKENS: usize = 1_000;
/// Terms that products and random terms are taken apart into.
const MOST_TERMS: usize = 1_000;

const SIGNS: [&str; 11] = ["||", "~", "+", "-", "*", ":", "/", "^", "(", ")", "|"];

pub(super) fn parse(text: &str) -> Result<Formula, FormulaError> {
    let mut reader = Reader { tokens: tokens(text)?, next: 0, end: text.chars().count() + 1, n_terms: 0 };
    if let Some((position, _)) = reader.tokens.get(MOST_TOKENS) {
        return Err(FormulaError { position: *position, problem: FormulaProblem::TooLong });
    }
    let response = reader.name("the outcome")?;
    reader.sign("~", "`~`")?;
    let mut sum = reader.sum(true)?;
    if reader.next < reader.tokens.len() {
        return Err(reader.unexpected());
    }
    let order = order_of_appearance(&sum);
    arrange(&mut sum.terms, &order);
    for random in &mut sum.random {
        arrange(&mut random.terms, &order);
    }
    Ok(Formula { response, intercept: sum.intercept, terms: sum.terms, random: sum.random })
}

fn tokens(text: &str) -> Result<Vec<(usize, Token)>, FormulaError> {
    let chars: Vec<char> = text.chars().collect();
    let mut tokens = Vec::new();
    let mut at = 0;
    while at < chars.len() {
        let start = at;
        let c = chars[at];
        if c.is_whitespace() {
            at += 1;
        } else if c == '`' {
            let close = chars[at + 1..].iter().position(|c| *c == '`').ok_or(FormulaError {
                position: chars.len() + 1,
                problem: FormulaProblem::EndsBefore("a closing backtick"),
            })?;
            tokens.push((start + 1, Token::Name(chars[at + 1..at + 1 + close].iter().collect())));
            at += close + 2;
        } else if c.is_alphabetic() || c == '_' || c == '.' {
            while at < chars.len() && (chars[at].is_alphanumeric() || matches!(chars[at], '_' | '.')) {
                at += 1;
            }
            tokens.push((start + 1, Token::Name(chars[start..at].iter().collect())));
        } else if c.is_ascii_digit() {
            while at < chars.len() && chars[at].is_ascii_digit() {
                at += 1;
            }
            tokens.push((start + 1, Token::Number(chars[start..at].iter().collect())));
        } else {
            let sign = SIGNS
                .iter()
                .find(|sign| sign.chars().enumerate().all(|(i, s)| chars.get(at + i) == Some(&s)));
            let sign = sign.ok_or(FormulaError {
                position: start + 1,
                problem: FormulaProblem::Unexpected(c.to_string()),
            })?;
            tokens.push((start + 1, Token::Sign(sign)));
            at += sign.len();
        }
    }
    Ok(tokens)
}

#[derive(Default)]
struct Sum {
    intercept: bool,
    terms: Vec<Term>,
    random: Vec<RandomTerm>,
}

impl Sum {
    fn add(&mut self, term: Term) {
        let same = |other: &Term| {
            other.variables.len() == term.variables.len()
                && term.variables.iter().all(|v| other.variables.contains(v))
        };
        if !self.terms.iter().any(same) {
            self.terms.push(term);
        }
    }
}

struct Reader {
    tokens: Vec<(usize, Token)>,
    next: usize,
    end: usize,
    /// Terms made so far.
    n_terms: usize,
}

impl Reader {
    fn peek(&self) -> Option<&Token> {
        self.tokens.get(self.next).map(|(_, token)| token)
    }

    fn position(&self) -> usize {
        self.tokens.get(self.next).map_or(self.end, |(position, _)| *position)
    }

    fn fail(&self, problem: FormulaProblem) -> FormulaError {
        FormulaError { position: self.position(), problem }
    }

    /// Counts terms about to be made.
    fn make(&mut self, n: usize) -> Result<(), FormulaError> {
        self.n_terms += n;
        if self.n_terms > MOST_TERMS { Err(self.fail(FormulaProblem::TooLong)) } else { Ok(()) }
    }

    fn unexpected(&self) -> FormulaError {
        let shown = match self.peek() {
            Some(Token::Name(text) | Token::Number(text)) => text.clone(),
            Some(Token::Sign(sign)) => (*sign).to_owned(),
            None => String::new(),
        };
        self.fail(FormulaProblem::Unexpected(shown))
    }

    fn wanted(&self, what: &'static str) -> FormulaError {
        match self.peek() {
            None => self.fail(FormulaProblem::EndsBefore(what)),
            Some(_) => self.unexpected(),
        }
    }

    fn takes(&mut self, sign: &str) -> bool {
        let found =
            self.peek() == Some(&Token::Sign(SIGNS.iter().find(|s| **s == sign).copied().unwrap_or("")));
        self.next += usize::from(found);
        found
    }

    fn sign(&mut self, sign: &'static str, what: &'static str) -> Result<(), FormulaError> {
        if self.takes(sign) { Ok(()) } else { Err(self.wanted(what)) }
    }

    fn name(&mut self, what: &'static str) -> Result<String, FormulaError> {
        match self.peek() {
            Some(Token::Name(name)) => {
                let name = name.clone();
                self.next += 1;
                Ok(name)
            }
            _ => Err(self.wanted(what)),
        }
    }

    /// `part + part - 1 …`; random terms only where `outer`.
    fn sum(&mut self, outer: bool) -> Result<Sum, FormulaError> {
        let mut sum = Sum { intercept: true, ..Sum::default() };
        self.part(&mut sum, outer)?;
        loop {
            if self.takes("+") {
                self.part(&mut sum, outer)?;
            } else if self.takes("-") {
                match self.peek() {
                    Some(Token::Number(digits)) if digits == "1" => {
                        self.next += 1;
                        sum.intercept = false;
                    }
                    None => return Err(self.wanted("a `1`")),
                    Some(_) => return Err(self.fail(FormulaProblem::CannotRemove)),
                }
            } else {
                return Ok(sum);
            }
        }
    }

    fn part(&mut self, sum: &mut Sum, outer: bool) -> Result<(), FormulaError> {
        match self.peek() {
            Some(Token::Number(digits)) if digits == "0" || digits == "1" => {
                sum.intercept = digits == "1";
                self.next += 1;
                Ok(())
            }
            Some(Token::Sign("(")) if outer => self.random(sum),
            Some(Token::Sign("(")) => Err(self.fail(FormulaProblem::NestedRandomTerm)),
            _ => {
                for term in self.product()? {
                    sum.add(term);
                }
                Ok(())
            }
        }
    }

    /// `a:b*c`, expanded.
    fn product(&mut self) -> Result<Vec<Term>, FormulaError> {
        let mut terms = vec![self.interaction()?];
        self.make(1)?;
        while self.takes("*") {
            self.make(terms.len() + 1)?;
            let right = self.interaction()?;
            let crossed: Vec<Term> = terms.iter().map(|left| join(left, &right)).collect();
            terms.push(right);
            terms.extend(crossed);
        }
        Ok(terms)
    }

    fn interaction(&mut self) -> Result<Term, FormulaError> {
        let mut term = Term { variables: vec![self.variable()?] };
        while self.takes(":") {
            term = join(&term, &Term { variables: vec![self.variable()?] });
        }
        Ok(term)
    }

    fn variable(&mut self) -> Result<Variable, FormulaError> {
        let name = self.name("a column")?;
        let mut power = 1;
        if self.takes("^") {
            power = match self.peek() {
                Some(Token::Number(digits)) => digits.parse().ok().filter(|p| (1..=9).contains(p)),
                _ => None,
            }
            .ok_or_else(|| self.fail(FormulaProblem::BadPower))?;
            self.next += 1;
        }
        Ok(Variable { name, power })
    }

    /// `(effects | grouping)` with `||` and `/` taken apart.
    fn random(&mut self, sum: &mut Sum) -> Result<(), FormulaError> {
        let opening = self.position();
        self.sign("(", "`(`")?;
        let effects = self.sum(false)?;
        let correlated = if self.takes("||") {
            false
        } else {
            self.sign("|", "`|`")?;
            true
        };
        let groupings = self.grouping()?;
        self.sign(")", "`)`")?;
        if !effects.intercept && effects.terms.is_empty() {
            return Err(FormulaError { position: opening, problem: FormulaProblem::NoEffect });
        }
        self.make(groupings.len() * (effects.terms.len() + 1))?;
        for grouping in groupings {
            if correlated {
                let terms = effects.terms.clone();
                sum.random.push(RandomTerm { intercept: effects.intercept, terms, grouping });
                continue;
            }
            if effects.intercept {
                sum.random.push(RandomTerm {
                    intercept: true,
                    terms: Vec::new(),
                    grouping: grouping.clone(),
                });
            }
            for term in &effects.terms {
                let (terms, grouping) = (vec![term.clone()], grouping.clone());
                sum.random.push(RandomTerm { intercept: false, terms, grouping });
            }
        }
        Ok(())
    }

    fn grouping(&mut self) -> Result<Vec<Vec<String>>, FormulaError> {
        let mut groupings = vec![self.combination()?];
        while self.takes("/") {
            let mut names = groupings.last().cloned().unwrap_or_default();
            names.extend(self.combination()?);
            groupings.push(names);
        }
        Ok(groupings)
    }

    fn combination(&mut self) -> Result<Vec<String>, FormulaError> {
        let mut names = vec![self.name("a grouping column")?];
        while self.takes(":") {
            names.push(self.name("a grouping column")?);
        }
        Ok(names)
    }
}

fn join(left: &Term, right: &Term) -> Term {
    let mut variables = left.variables.clone();
    for variable in &right.variables {
        if !variables.contains(variable) {
            variables.push(variable.clone());
        }
    }
    Term { variables }
}

/// Variables in the order in which the fixed part, then the random parts, first name them.
fn order_of_appearance(sum: &Sum) -> Vec<Variable> {
    let mut order: Vec<Variable> = Vec::new();
    let random = sum.random.iter().flat_map(|random| &random.terms);
    for variable in sum.terms.iter().chain(random).flat_map(|term| &term.variables) {
        if !order.contains(variable) {
            order.push(variable.clone());
        }
    }
    order
}

/// Variables inside a term by first appearance, terms by their order.
fn arrange(terms: &mut [Term], order: &[Variable]) {
    for term in &mut *terms {
        term.variables.sort_by_key(|variable| order.iter().position(|v| v == variable));
    }
    terms.sort_by_key(|term| term.variables.len());
}
