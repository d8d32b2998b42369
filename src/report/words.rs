//! What all reports say in the same way: captions, verdicts, intervals, sentences about a figure, headings of tables.

use std::collections::{BTreeMap, BTreeSet};

use super::document::{Align, Block, Cell, DocColumn, DocFigure, DocTable, Document, Form, Numbered, Span};
use super::numbers::{Numbers, UNKNOWN};
use crate::chart::figure::Size;
use crate::chart::{Chart, ChartContext, Selection, Tables, invisible, words};
use crate::message::{self, Lang};
use crate::policy::{Policy, framework};
use crate::results::Table;

/// How reports are made, decided outside.
#[derive(Debug, Clone, Copy)]
pub struct ReportContext<'a> {
    /// The language of every text.
    pub lang: Lang,
    /// How numbers are written.
    pub numbers: Numbers,
    /// What produced the tables: program, version.
    pub source: &'a str,
}

/// The names of captions, as texts refer to them.
pub(super) struct Captions<'a> {
    /// The language of the document.
    pub(super) lang: Lang,
    numbers: BTreeMap<&'a str, (Numbered, usize)>,
}

impl<'a> Captions<'a> {
    pub(super) fn of(document: &'a Document) -> Self {
        Self { lang: document.lang, numbers: document.numbers() }
    }

    /// What a label counts, and its number.
    pub(super) fn number(&self, label: &str) -> Option<(Numbered, usize)> {
        self.numbers.get(label).copied()
    }

    /// `表 2`, `Figure 1`; the label itself where nothing in the document has it.
    pub(super) fn name(&self, label: &str) -> String {
        match self.number(label) {
            Some((kind, number)) => {
                let key = match kind {
                    Numbered::Table => "report.word.table",
                    Numbered::Figure => "report.word.figure",
                };
                format!("{} {number}", message::text(self.lang, key, &[]))
            }
            None => label.to_owned(),
        }
    }
}

/// The text without control and format characters; every white space is a space.
pub(super) fn clean(text: &str) -> String {
    text.chars()
        .filter(|&character| character.is_whitespace() || !invisible(character))
        .map(
            |character| {
                if character.is_whitespace() && !"\u{3000}\u{a0}".contains(character) {
                    ' '
                } else {
                    character
                }
            },
        )
        .collect()
}

/// What stands before the colon or the end of the first sentence of a text: `工程知识` of `工程知识：能将……`.
pub(super) fn title(text: &str) -> &str {
    let end = text.find(['：', '。']).or_else(|| text.find(": ")).unwrap_or(text.len());
    text[..end].trim_end()
}

/// A column of a table to be made: its heading's key, how it is aligned, how its numbers are shown.
pub(super) type Column = (&'static str, Align, Form);

/// A column of texts.
pub(super) const fn left(key: &'static str) -> Column {
    (key, Align::Left, Form::Text)
}

/// A column of short marks.
pub(super) const fn centre(key: &'static str) -> Column {
    (key, Align::Centre, Form::Text)
}

/// A column of numbers.
pub(super) const fn right(key: &'static str, form: Form) -> Column {
    (key, Align::Right, form)
}

impl ReportContext<'_> {
    /// A text of the catalogue under `report.`.
    pub(super) fn text(&self, key: &str, values: &[(&str, &str)]) -> String {
        message::text(self.lang, &format!("report.{key}"), values)
    }

    /// A heading.
    pub(super) fn heading(&self, level: u8, key: &str, values: &[(&str, &str)]) -> Block {
        Block::Heading { level, text: self.text(&format!("heading.{key}"), values) }
    }

    /// Chapters numbered from 1; a chapter without content is left out and takes no number.
    pub(super) fn chapters(&self, sections: Vec<(&str, Vec<Block>)>) -> Vec<Block> {
        let filled = sections.into_iter().filter(|(_, content)| !content.is_empty());
        (1..)
            .zip(filled)
            .flat_map(|(number, (key, content)): (u32, _)| {
                let heading = self.heading(1, key, &[("number", &number.to_string())]);
                std::iter::once(heading).chain(content)
            })
            .collect()
    }

    /// The line at the foot of every page.
    pub(super) fn footer(&self, policy: &Policy) -> String {
        self.text("footer", &[("source", self.source), ("policy", &policy.key)])
    }

    /// A paragraph of one text.
    pub(super) fn paragraph(&self, key: &str, values: &[(&str, &str)]) -> Block {
        Block::Paragraph(vec![Span::Text(self.text(key, values))])
    }

    /// Parts joined as the language joins them in a list.
    pub(super) fn list(&self, parts: &[String]) -> String {
        parts.join(if self.lang == Lang::Zh { "、" } else { ", " })
    }

    /// A table without lines; caption and sheet are those of its label.
    pub(super) fn table(&self, label: &str, values: &[(&str, &str)], columns: &[Column]) -> DocTable {
        let head = |key: &str| Cell::text(words::capital(self.text(&format!("column.{key}"), values).trim()));
        DocTable {
            label: format!("table-{label}"),
            sheet: self.text(&format!("sheet.{label}"), &[]),
            caption: self.text(&format!("table.{label}"), values),
            columns: columns.iter().map(|&(_, align, form)| DocColumn { align, form }).collect(),
            header: vec![columns.iter().map(|(key, ..)| head(key)).collect()],
            ..DocTable::default()
        }
    }

    /// A verdict of the tables in words.
    pub(super) fn verdict(&self, key: Option<&str>) -> String {
        key.map_or_else(|| UNKNOWN.to_owned(), |key| message::text(self.lang, &format!("verdict.{key}"), &[]))
    }

    /// A reason of the tables in words.
    pub(super) fn reason(&self, key: &str) -> String {
        let name = format!("reason.{key}");
        if message::has(&name) { message::text(self.lang, &name, &[]) } else { key.to_owned() }
    }

    /// An objective's name: `课程目标 1` where it is but a number.
    pub(super) fn objective(&self, id: &str) -> String {
        self.named("objective", id)
    }

    /// A requirement's name.
    pub(super) fn requirement(&self, id: &str) -> String {
        self.named("requirement", id)
    }

    /// An indicator's name.
    pub(super) fn indicator(&self, id: &str) -> String {
        self.named("indicator", id)
    }

    /// The name of a part of the chain: with its kind where the identifier is but a number.
    pub(super) fn named(&self, kind: &str, id: &str) -> String {
        if id.starts_with(|c: char| c.is_ascii_digit()) {
            self.text(&format!("named.{kind}"), &[("id", id)])
        } else {
            id.to_owned()
        }
    }

    /// The ends of the interval in a row: `0.60–0.66`.
    pub(super) fn interval(&self, table: &Table, row: usize) -> Option<String> {
        let (low, high) = (table.number(row, "low")?, table.number(row, "high")?);
        Some(format!("{}–{}", self.numbers.fraction(low), self.numbers.fraction(high)))
    }

    /// The level of the intervals of some rows, `95%`; empty where there is none.
    pub(super) fn level(&self, table: &Table) -> String {
        let kinds = (0..table.len()).filter_map(|row| table.text(row, "interval")).map(str::to_owned);
        let kinds: BTreeSet<String> = kinds.collect();
        self.charted(|context| words::level(&kinds, context)).trim().to_owned()
    }

    /// The level of the intervals that the policy asks for, `95%`.
    pub(super) fn confidence(&self, policy: &Policy) -> String {
        format!("{}%", self.numbers.short(policy.uncertainty.confidence * 100.0, 1))
    }

    /// A value of a row as the policy writes it, with the number itself.
    pub(super) fn value(&self, table: &Table, row: usize) -> Cell {
        match table.number(row, "value") {
            Some(value) => {
                let shown =
                    table.text(row, "shown").map_or_else(|| self.numbers.fraction(value), str::to_owned);
                Cell::number(value, shown)
            }
            None => Cell::text(UNKNOWN),
        }
    }

    /// What a row says about something, as a sentence: value, interval, expected value, verdict, probability; or
    /// why there is no value.
    pub(super) fn fact(&self, name: &str, table: &Table, row: usize) -> Vec<Span> {
        let value = self.value(table, row);
        if value.number.is_none() {
            let reason = table.text(row, "reason").map_or_else(String::new, |key| self.reason(key));
            return vec![Span::Text(self.text("fact.none", &[("name", name), ("reason", &reason)]))];
        }
        // A name that ends in a number or a Latin letter is set off from the Chinese that follows.
        let name = match name.chars().next_back() {
            Some(last) if last.is_ascii() && self.lang == Lang::Zh => format!("{name} "),
            _ => name.to_owned(),
        };
        let mut text = self.text("fact.value", &[("name", &name), ("value", &value.text)]);
        if let Some(interval) = self.interval(table, row) {
            let level = self.level(&table.take(&[row]));
            text += &self.text("fact.interval", &[("level", &level), ("interval", &interval)]);
        }
        if let Some(expected) = table.number(row, "expected") {
            let verdict = self.verdict(table.text(row, "verdict"));
            text += &self.text(
                "fact.expected",
                &[("expected", &self.numbers.fraction(expected)), ("verdict", &verdict)],
            );
        }
        if let Some(p) = table.number(row, "p_below") {
            let shown = self.numbers.probability(p);
            let key = match shown.chars().next() {
                Some('<') => "fact.p_small",
                Some('>') => "fact.p_large",
                _ => "fact.p_below",
            };
            text += &self.text(key, &[("p", shown.trim_start_matches(['<', '>']))]);
        }
        if let Some(reason) = table.text(row, "reason") {
            text += &self.text("fact.why", &[("reason", &self.reason(reason))]);
        }
        vec![Span::Text(text + &self.text("fact.end", &[]))]
    }

    /// The identifier of a part of the chain in a row and what it is called: what stands before the colon of its text.
    pub(super) fn with_title(&self, table: &Table, row: usize, kind: &str) -> String {
        let text = self.with_text(table, row, kind);
        title(&text).to_owned()
    }

    /// The identifier and the text of a part of the chain in a row. What a crosswalk made carries the titles of its
    /// framework in both languages; here it gets the one of the document.
    pub(super) fn with_text(&self, table: &Table, row: usize, kind: &str) -> String {
        let id = table.text(row, kind).unwrap_or_default();
        let own = table.text(row, &format!("{kind}_text")).unwrap_or_default();
        let crossed = table.text(row, "method").is_some_and(|method| method.ends_with("/crosswalk"));
        let framework = table.text(row, "framework").filter(|_| crossed).and_then(framework);
        let title = framework.and_then(|found| found.requirements.into_iter().find(|item| item.id == id));
        let text = title.map_or_else(|| own.to_owned(), |item| item.title.get(self.lang).to_owned());
        format!("{id} {text}").trim_end().to_owned()
    }

    /// How many are reached, not reached and open, as a sentence of the catalogue.
    pub(super) fn counted(&self, key: &str, [reached, missed, open]: [usize; 3]) -> String {
        let text = |n: usize| n.to_string();
        let without = if open == 0 { String::new() } else { self.text("see.open", &[("n", &text(open))]) };
        let values = [
            ("total", &*text(reached + missed + open)),
            ("reached", &*text(reached)),
            ("missed", &*text(missed)),
            ("open", &*without),
        ];
        self.text(key, &values)
    }

    /// How the values of a table were made: method, interval, policy; each kind once.
    pub(super) fn method(&self, table: &Table) -> String {
        let of = |column: &str| -> Vec<String> {
            let all: BTreeSet<&str> = (0..table.len()).filter_map(|row| table.text(row, column)).collect();
            all.into_iter().map(str::to_owned).collect()
        };
        let (methods, intervals) = self.charted(|context| {
            let methods: Vec<String> = of("method").iter().map(|key| words::method(key, context)).collect();
            (context.join(&methods), words::intervals(&of("interval").into_iter().collect(), context))
        });
        let policy = of("policy").join(", ");
        let intervals = if intervals.is_empty() { self.text("no_interval", &[]) } else { intervals };
        let values = [("method", &*methods), ("interval", &*intervals), ("policy", &*policy)];
        self.text("note.method", &values)
    }

    /// Does something with the context of charts.
    pub(super) fn charted<R>(&self, with: impl FnOnce(&ChartContext<'_>) -> R) -> R {
        let numbers = self.numbers;
        let show = move |value: f64| numbers.fraction(value);
        with(&ChartContext { lang: self.lang, size: Size::Page, show: &show, source: self.source })
    }

    /// The figures of a chart, none where its tables hold nothing for it. A figure's title becomes its caption, and
    /// its source stands at the foot of the document.
    pub(super) fn figures(
        &self,
        chart: &dyn Chart,
        tables: &dyn Tables,
        selection: &Selection,
    ) -> Vec<DocFigure> {
        let made = self.charted(|context| chart.build(tables, selection, context)).unwrap_or_default();
        let label = |number: usize| match number {
            1 => format!("figure-{}", chart.key()),
            _ => format!("figure-{}-{number}", chart.key()),
        };
        (1..)
            .zip(made)
            .map(|(number, mut figure)| {
                figure.source.clear();
                DocFigure {
                    label: label(number),
                    caption: std::mem::take(&mut figure.title),
                    alt: figure.alt.clone(),
                    figure,
                }
            })
            .collect()
    }
}
