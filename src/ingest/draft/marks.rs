//! Marks cell by cell, wide or long.

use std::collections::{BTreeMap, HashMap, btree_map};
use std::sync::{Arc, OnceLock};

use super::{At, Draft, DraftEnrolment};
use crate::ingest::clean;
use crate::ingest::damage::{Meant, cell_damage};
use crate::ingest::findings::{Findings, RowCount};
use crate::ingest::number::{parse_decimal, spreadsheet_decimal};
use crate::ingest::raw::RawCell;
use crate::ingest::sheet::{Origin, Row, Sheet};
use crate::model::{Decimal, Issue, MarkGrid, MarkState, MarkWords, Place, Severity, WordMeaning};
use crate::policy::Policy;

/// What a mark cell says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum CellValue {
    /// A number between 0 and the full mark.
    Number(Decimal),
    /// A reason for none.
    State(MarkState),
}

/// One cell of marks.
#[derive(Debug, Clone, Copy)]
pub(crate) struct CellMark {
    /// Number of the student.
    pub(crate) student: u32,
    /// Position of the item in the offering.
    pub(crate) item: u32,
    /// What it says.
    pub(crate) value: CellValue,
    /// Position in [`Draft::mark_sheets`].
    pub(crate) sheet: u32,
    /// Row and column, from 1.
    pub(crate) at: (u32, u32),
}

/// One offering's items.
#[derive(Debug, Default)]
pub(crate) struct OfferingItems {
    ids: HashMap<String, u32>,
    /// Identifiers in order.
    list: Vec<String>,
    /// Names in the same order.
    titles: Vec<Option<String>>,
    /// By identifier or name in header form, found where a wide sheet asks; `None` where two items share it.
    names: OnceLock<HashMap<String, Option<u32>>>,
    /// Full marks in the order of the items.
    pub(crate) full: Vec<Decimal>,
}

impl OfferingItems {
    /// The item of an identifier.
    pub(crate) fn id(&self, id: &str) -> Option<u32> {
        self.ids.get(id).copied()
    }

    /// All items with their positions.
    pub(crate) fn all(&self) -> impl Iterator<Item = (&str, u32)> {
        self.list.iter().map(String::as_str).zip(0u32..)
    }

    /// The item a column heads: by identifier, then by name, the unit in brackets aside.
    fn headed(&self, header: &str) -> Option<u32> {
        let id = clean::identifier(header);
        let name = clean::normalise_header(header);
        let bare = name.split_once('(').map_or(name.as_str(), |(bare, _)| bare);
        let names = self.names.get_or_init(|| self.header_names());
        self.id(&id)
            .or_else(|| names.get(&name).copied().flatten())
            .or_else(|| names.get(bare).copied().flatten())
    }

    fn header_names(&self) -> HashMap<String, Option<u32>> {
        let mut names = HashMap::new();
        for ((id, at), title) in self.all().zip(&self.titles) {
            for name in [Some(id), title.as_deref()].into_iter().flatten().map(clean::normalise_header) {
                let slot = names.entry(name).or_insert(Some(at));
                *slot = slot.filter(|first| *first == at);
            }
        }
        names
    }
}

/// Which items there are, and in which offering.
#[derive(Debug, Default)]
pub(crate) struct ItemIndex {
    pub(crate) offerings: BTreeMap<String, OfferingItems>,
    /// Item → its offering, where only one has it.
    only: HashMap<String, Option<(String, u32)>>,
}

impl ItemIndex {
    /// All items read so far.
    pub(crate) fn new(draft: &Draft) -> Self {
        let mut index = Self::default();
        for (id, offering) in &draft.offerings {
            let known = index.offerings.entry(id.clone()).or_default();
            for (at, (label, item)) in (0u32..).zip(&offering.items) {
                known.ids.insert(label.0.clone(), at);
                known.list.push(label.0.clone());
                known.titles.push(item.value.name.clone());
                known.full.push(item.value.full);
                let here = Some((id.clone(), at));
                index.only.entry(label.0.clone()).and_modify(|slot| *slot = None).or_insert(here);
            }
        }
        index
    }

    /// The only offering with an item, or the code of the issue.
    pub(crate) fn only(&self, item: &str) -> Result<(&str, u32), &'static str> {
        match self.only.get(item) {
            Some(Some((offering, at))) => Ok((offering, *at)),
            Some(None) => Err("item_ambiguous"),
            None => Err("item_unknown"),
        }
    }
}

/// Where the marks of a sheet go.
struct Reader<'r> {
    index: Arc<ItemIndex>,
    words: &'r MarkWords,
    sheet_number: u32,
    /// The offering the rows speak of, and for a wide sheet its item columns: (column, offering, item).
    columns: BTreeMap<Option<String>, Vec<(u32, String, u32)>>,
}

/// What became of a cell.
enum Taken {
    New,
    Same,
    Refused,
}

/// Takes all marks of a sheet.
pub(crate) fn read_marks(draft: &mut Draft, sheet: &Sheet<'_>, policy: &Policy, findings: &mut Findings) {
    let sheet_number = u32::try_from(draft.mark_sheets.len()).unwrap_or(u32::MAX);
    draft.mark_sheets.push(sheet.raw.place());
    let mut reader = Reader {
        index: draft.item_index(),
        words: &policy.marks.words,
        sheet_number,
        columns: BTreeMap::new(),
    };
    let long = sheet.has("item");
    let mut count = RowCount {
        file: sheet.raw.file.clone(),
        sheet: sheet.raw.sheet.clone(),
        table: "marks",
        rows: 0,
        used: 0,
        listed: 0,
    };
    for raw in sheet.rows() {
        count.rows += 1;
        let row = &mut Row::new(sheet, raw, findings);
        let read = if long { reader.long_row(draft, row) } else { reader.wide_row(draft, row) };
        *(if read.is_some() { &mut count.used } else { &mut count.listed }) += 1;
    }
    findings.rows.push(count);
}

impl Reader<'_> {
    fn long_row(&mut self, draft: &mut Draft, row: &mut Row<'_, '_>) -> Option<()> {
        let (student, item) = (row.id("student"), row.id("item"));
        if item.is_none() && row.cell("item").is_blank() {
            row.error("cell_empty", "item", &[("column", "item")]);
        }
        let offering = if row.sheet().has("offering") { Some(row.id("offering")?) } else { None };
        let (student, item) = (student?, item?);
        let (offering, at) = match &offering {
            Some(offering) => match self.index.offerings.get(offering).map(|items| items.id(&item)) {
                Some(Some(at)) => (offering.clone(), at),
                Some(None) => {
                    row.error("item_unknown", "item", &[("item", &item)]);
                    return None;
                }
                None => {
                    row.error("offering_unknown", "offering", &[("offering", offering)]);
                    return None;
                }
            },
            None => match self.index.only(&item) {
                Ok((offering, at)) => (offering.to_owned(), at),
                Err(code) => {
                    row.error(code, "item", &[("item", &item)]);
                    return None;
                }
            },
        };
        let student = self.enrol(draft, row, &student, &offering);
        let column = match row.sheet().columns.get("mark") {
            Some(Origin::Column(column)) => *column,
            _ => 0,
        };
        match self.take(draft, row, (student, &offering, at), column) {
            Taken::New => Some(()),
            Taken::Refused => None,
            Taken::Same => {
                row.say("mark_repeated", Severity::Note, "mark", &[("item", &item)]);
                None
            }
        }
    }

    fn wide_row(&mut self, draft: &mut Draft, row: &mut Row<'_, '_>) -> Option<()> {
        let shown = row.cell("student").to_string();
        if is_summary(&shown) {
            row.say("summary_row", Severity::Note, "student", &[("value", &shown)]);
            return None;
        }
        let student = row.id("student");
        let offering = if row.sheet().has("offering") { Some(row.id("offering")?) } else { None };
        let student = student?;
        if let Some(offering) = offering.as_ref().filter(|id| !self.index.offerings.contains_key(*id)) {
            row.error("offering_unknown", "offering", &[("offering", offering)]);
            return None;
        }
        let columns = self.item_columns(row, offering.as_ref());
        let mut offerings: Vec<&String> = columns.iter().map(|(_, offering, _)| offering).collect();
        offerings.extend(&offering);
        offerings.dedup();
        let single = offerings.len() <= 1;
        if let Some(offering) = offerings.first().filter(|_| single) {
            self.enrol(draft, row, &student, offering);
        }
        let mut repeated = !columns.is_empty();
        for (column, offering, item) in &columns {
            if !single && row.cell_at(*column).is_blank() {
                continue;
            }
            let number = self.enrol(draft, row, &student, offering);
            repeated &= matches!(self.take(draft, row, (number, offering, *item), *column), Taken::Same);
        }
        if repeated {
            row.say("mark_repeated", Severity::Note, "student", &[("item", "—")]);
            return None;
        }
        Some(())
    }

    /// The item columns of a wide sheet for an offering, found once.
    fn item_columns(&mut self, row: &mut Row<'_, '_>, offering: Option<&String>) -> Vec<(u32, String, u32)> {
        if let Some(known) = self.columns.get(&offering.cloned()) {
            return known.clone();
        }
        let sheet = row.sheet();
        let mut named = sheet.extra.clone();
        if let Some(Origin::Column(at)) = sheet.columns.get("mark") {
            // Without a column of items this is no mark of a long table but an item called so.
            named.push((*at, sheet.raw.cell(sheet.first_row - 1, *at).to_string()));
        }
        let mut columns = Vec::new();
        for (column, header) in named {
            let found = match offering {
                Some(offering) => self
                    .index
                    .offerings
                    .get(offering)
                    .and_then(|items| items.headed(&header))
                    .map(|item| (column, offering.clone(), item)),
                None => {
                    let id = clean::identifier(&header);
                    self.index.only(&id).ok().map(|(offering, item)| (column, offering.to_owned(), item))
                }
            };
            match found {
                Some(found) => columns.push(found),
                None => {
                    let severity = if is_usual_column(&header) { Severity::Note } else { Severity::Warning };
                    let place = sheet.raw.place_at(sheet.first_row - 1, column);
                    row.push(Issue::new("mark_column_unknown", severity, place).with("column", header));
                }
            }
        }
        self.columns.insert(offering.cloned(), columns.clone());
        columns
    }

    /// Puts the student of a row on the offering's roster.
    fn enrol(&self, draft: &mut Draft, row: &mut Row<'_, '_>, student: &str, offering: &str) -> u32 {
        let place = row.place("student");
        let number = draft.students.met(student, &place);
        let known = draft.offering(offering, &place).roster.entry(number);
        let is_new = matches!(known, btree_map::Entry::Vacant(_));
        let enrolment = known.or_insert_with(|| At { value: DraftEnrolment::default(), place });
        // Rows of one student say the same thing; only the first one is read, which also reports once.
        if is_new || enrolment.value.in_roster && enrolment.value.section.is_none() {
            let section = row.id("section");
            let retake = row.flag("retake");
            let enrolment = &mut enrolment.value;
            enrolment.section = enrolment.section.take().or(section.map(Into::into));
            enrolment.retake |= retake;
            let name = row.text("name");
            let student = &mut draft.students.list[number as usize];
            student.name = student.name.take().or(name);
        }
        number
    }

    /// Takes a cell.
    fn take(
        &self,
        draft: &mut Draft,
        row: &mut Row<'_, '_>,
        (student, offering, item): (u32, &str, u32),
        column: u32,
    ) -> Taken {
        let place = row.place_at(column);
        let full = self.index.offerings.get(offering).and_then(|items| items.full.get(item as usize));
        let full = full.copied().unwrap_or_default();
        let (value, refused) = match mark(row.cell_at(column), full, self.words, &place) {
            Ok(value) => (value, false),
            Err(issue) => {
                row.push(issue);
                (CellValue::State(MarkState::Rejected), true)
            }
        };
        let at = place.row.unwrap_or(0);
        let cell = CellMark { student, item, value, sheet: self.sheet_number, at: (at, column) };
        let known = match draft.offering(offering, &place).marks.entry((student, item)) {
            btree_map::Entry::Occupied(known) => known.into_mut(),
            btree_map::Entry::Vacant(new) => {
                new.insert(cell);
                return if refused { Taken::Refused } else { Taken::New };
            }
        };
        if known.value == value {
            return Taken::Same;
        }
        known.value = CellValue::State(MarkState::Rejected);
        let (sheet, (at_row, at_column)) = (known.sheet as usize, known.at);
        let sheet = draft.mark_sheets.get(sheet).cloned().unwrap_or_default();
        let first = Place { row: Some(at_row), column: Some(at_column), ..sheet };
        let issue = Issue::new("mark_conflict", Severity::Error, place);
        row.push(issue.with("value", row.cell_at(column)).with("first", first));
        Taken::Refused
    }
}

/// What a cell says, or why it is no mark.
pub(crate) fn mark(
    cell: &RawCell,
    full: Decimal,
    words: &MarkWords,
    place: &Place,
) -> Result<CellValue, Issue> {
    if cell.is_blank() {
        return Ok(CellValue::State(MarkState::Blank));
    }
    if let Some(damage) = cell_damage(cell, Meant::Number, place) {
        return Err(damage);
    }
    let number = match cell {
        RawCell::Number(number) => spreadsheet_decimal(*number),
        RawCell::Text(text) => parse_decimal(text),
        _ => None,
    };
    let problem = |code| Issue::new(code, Severity::Error, place.clone()).with("value", cell);
    let value = match number {
        Some(value) => value,
        None => match words.meaning(&clean::identifier(&cell.to_string())) {
            Some(WordMeaning::State(state)) => return Ok(CellValue::State(state)),
            Some(WordMeaning::Share(share)) => (full * share).normalize(),
            None => return Err(problem("mark_word_unknown")),
        },
    };
    if value.is_sign_negative() && !value.is_zero() {
        return Err(problem("mark_negative"));
    }
    if value > full {
        return Err(problem("mark_above_full").with("full", full));
    }
    // A column of so many places must hold its full mark too.
    let places = u8::try_from(value.normalize().scale()).unwrap_or(u8::MAX);
    if places > MarkGrid::MAX_SCALE || MarkGrid::units(full.ceil(), places).is_none() {
        return Err(problem("mark_too_fine"));
    }
    Ok(CellValue::Number(value.normalize()))
}

/// A row under the students that sums them up.
fn is_summary(shown: &str) -> bool {
    let name = clean::normalise_header(shown);
    [
        "平均",
        "平均分",
        "均分",
        "合计",
        "总计",
        "总分",
        "最高分",
        "最低分",
        "标准差",
        "满分",
        "mean",
        "average",
        "total",
        "max",
    ]
    .contains(&name.as_str())
}

/// Columns that registrars add and that are no items.
fn is_usual_column(header: &str) -> bool {
    let name = clean::normalise_header(header);
    let usual = [
        "序号",
        "备注",
        "总评",
        "总评成绩",
        "总分",
        "合计",
        "性别",
        "学院",
        "专业",
        "年级",
        "平均",
        "平均分",
        "成绩",
        "no.",
        "no",
        "total",
        "remark",
        "sex",
    ];
    usual.contains(&name.as_str())
}
