//! The chain of one cohort as nodes and flows, read from the tables.

use std::collections::BTreeMap;

use super::read::{self, Heading, Tables, natural};
use super::{ChartContext, ChartError, Selection};
use crate::results::Table;

/// The tables of the chain.
pub(super) const TABLES: &[&str] = &[
    "contributions",
    "cohort_courses",
    "indicators",
    "requirements",
    "training_objectives",
    "requirement_support",
];

/// One thing of the chain.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Node {
    /// Its name in full.
    pub label: String,
    /// Its name in the picture.
    pub short: String,
    /// Its value as the policy rounds it; empty where there is none.
    pub shown: String,
    /// Whether it is reached, decided exactly elsewhere.
    pub reached: Option<bool>,
}

/// What one thing gives to another.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Flow {
    /// Column that it comes from: 0 courses, 1 indicators, 2 requirements.
    pub level: usize,
    /// Node that it comes from.
    pub from: usize,
    /// Node of the next column that it goes to.
    pub to: usize,
    /// Its share: 1 is the whole of one indicator.
    pub width: f64,
    /// Verdict on what it comes from.
    pub reached: Option<bool>,
}

/// Courses, indicators, requirements and training objectives of one cohort.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Chain {
    /// Programme and cohort; method and policy.
    pub heading: Heading,
    /// The four columns.
    pub columns: [Vec<Node>; 4],
    /// What flows between them.
    pub flows: Vec<Flow>,
    /// Courses, also where they are drawn together.
    pub courses: usize,
    /// Whether courses are drawn together.
    pub grouped: bool,
    /// Students assessed, the most of any requirement.
    pub n: Option<usize>,
}

/// The names of a column's items with the table and the column they stand in.
const LEVELS: [(&str, &str); 4] = [
    ("cohort_courses", "course"),
    ("indicators", "indicator"),
    ("requirements", "requirement"),
    ("training_objectives", "training_objective"),
];

/// The chains of the selected cohorts; of each programme the latest where no cohort is named.
pub(super) fn chains(
    tables: &dyn Tables,
    selection: &Selection,
    context: &ChartContext<'_>,
) -> Result<Vec<Chain>, ChartError> {
    let table = read::table(tables, TABLES[0], &["programme", "cohort", "indicator", "course", "weight"])?;
    let mut cohorts: Vec<((String, String), Vec<usize>)> = Vec::new();
    for group in read::groups(table, ("programme", "cohort"), selection) {
        match cohorts.iter_mut().find(|known| known.0.0 == group.0.0) {
            Some(known) if selection.part.is_none() => {
                if natural(&known.0.1) < natural(&group.0.1) {
                    *known = group;
                }
            }
            _ => cohorts.push(group),
        }
    }
    Ok(cohorts.iter().map(|(key, rows)| chain(tables, (table, rows), key, context)).collect())
}

fn chain(
    tables: &dyn Tables,
    (table, rows): (&Table, &[usize]),
    (programme, cohort): &(String, String),
    context: &ChartContext<'_>,
) -> Chain {
    let key = (programme.as_str(), cohort.as_str());
    let (mut ids, names) = identifiers(table, rows);
    let mut chain = Chain { courses: ids[0].len(), ..Chain::default() };
    courses_to_indicators(&mut chain, (table, rows), &mut ids);
    requirement_flows(&mut chain, (tables, programme), (table, rows), &mut ids);
    for (column, (ids, (from, name))) in ids.iter().zip(LEVELS).enumerate() {
        let facts = facts(tables.table(from), key, name);
        chain.columns[column] = ids
            .iter()
            .map(|id| {
                let known = names.get(id.as_str()).filter(|name| !name.is_empty());
                let name = known.map_or(id.as_str(), |name| *name);
                let says = read::requirement_text(tables, (programme, cohort, id));
                let fact = facts.get(id.as_str()).cloned().unwrap_or_default();
                called(fact, (column, id), (name, &says), context)
            })
            .collect();
    }
    for flow in &mut chain.flows {
        flow.reached = chain.columns[flow.level][flow.from].reached;
    }
    let name = read::programme_name(tables, programme);
    chain.heading =
        heading(tables, key, context.text("chart.cohort", &[("name", &name), ("cohort", cohort)]));
    chain.n = tables.table("requirements").and_then(|table| {
        let rows = own_rows(table, key);
        rows.filter_map(|row| table.number(row, "n_assessed")).map(|n| n.max(0.0) as usize).max()
    });
    chain
}

/// The courses, indicators and requirements of the rows, each once, and the names of the courses; the fourth level is
/// still empty.
fn identifiers<'a>(table: &'a Table, rows: &[usize]) -> ([Vec<String>; 4], BTreeMap<&'a str, &'a str>) {
    let text = |row: usize, name: &str| table.text(row, name).unwrap_or_default();
    let mut ids: [Vec<String>; 4] = Default::default();
    let mut names = BTreeMap::new();
    for &row in rows {
        for (ids, name) in ids.iter_mut().zip(["course", "indicator", "requirement"]) {
            let id = text(row, name);
            if !ids.iter().any(|known| known == id) {
                ids.push(id.to_owned());
            }
        }
        names.insert(text(row, "course"), text(row, "course_name"));
    }
    for ids in ids[1..3].iter_mut() {
        ids.sort_by_cached_key(|id| natural(id));
    }
    (ids, names)
}

/// A node with its names.
fn called(
    node: Node,
    (column, id): (usize, &str),
    (name, says): (&str, &str),
    context: &ChartContext<'_>,
) -> Node {
    let level = |key: &str| format!("{} {id}", context.text(&format!("chart.level.{key}"), &[]));
    let (label, short) = match column {
        0 => (name.to_owned(), name.to_owned()),
        2 => (level("requirement"), format!("{id} {says}").trim().to_owned()),
        3 => (level("training_objective"), id.to_owned()),
        _ => (id.to_owned(), id.to_owned()),
    };
    Node { label, short, ..node }
}

fn heading(tables: &dyn Tables, (programme, cohort): (&str, &str), name: String) -> Heading {
    let found = tables.table("requirements").and_then(|table| {
        let row = own_rows(table, (programme, cohort)).next_back()?;
        Some((
            table.text(row, "method")?.to_owned(),
            table.text(row, "policy").unwrap_or_default().to_owned(),
        ))
    });
    let (method, policy) = found.unwrap_or_default();
    Heading { id: format!("{programme}-{cohort}"), name, method, policy, ..Heading::default() }
}

/// The rows of a cohort in order: combined evaluations last, so they stand where there are some; none of those
/// that surveys alone or a crosswalk made.
fn own_rows<'a>(table: &'a Table, (programme, cohort): (&'a str, &'a str)) -> std::vec::IntoIter<usize> {
    let mut rows: Vec<usize> = (0..table.len())
        .filter(|&row| {
            table.text(row, "programme") == Some(programme)
                && table.text(row, "cohort") == Some(cohort)
                && !table.text(row, "method").is_some_and(|method| method.ends_with("/crosswalk"))
        })
        .collect();
    let evaluated = table.schema().iter().any(|column| column.name == "evaluation");
    if evaluated {
        rows.retain(|&row| table.text(row, "evaluation") != Some("indirect"));
        rows.sort_by_key(|&row| table.text(row, "evaluation") == Some("combined"));
    }
    rows.into_iter()
}

/// Value and verdict of each item of a column. A course without a figure of its own has the verdict of its
/// objectives: reached where all are, not reached where one is not.
fn facts(table: Option<&Table>, key: (&str, &str), name: &str) -> BTreeMap<String, Node> {
    let mut found: BTreeMap<String, Node> = BTreeMap::new();
    let mut objectives: BTreeMap<String, Vec<Option<bool>>> = BTreeMap::new();
    let Some(table) = table else { return found };
    for row in own_rows(table, key) {
        let Some(id) = table.text(row, name) else { continue };
        let reached = match table.text(row, "verdict") {
            Some(super::objective::column::REACHED) => Some(true),
            Some(super::objective::column::NOT_REACHED) => Some(false),
            _ => None,
        };
        if name == "course" && table.text(row, "objective").is_some() {
            objectives.entry(id.to_owned()).or_default().push(reached);
        } else if reached.is_some() || !found.contains_key(id) {
            let shown = table.text(row, "shown").unwrap_or_default().to_owned();
            found.insert(id.to_owned(), Node { shown, reached, ..Node::default() });
        }
    }
    for (id, verdicts) in objectives {
        let reached = match verdicts.as_slice() {
            all if all.contains(&Some(false)) => Some(false),
            all if all.contains(&None) => None,
            _ => Some(true),
        };
        found.entry(id).or_insert(Node { reached, ..Node::default() });
    }
    found
}

/// Flows of courses to indicators by their share of the declared weight, courses in the order of their indicators.
fn courses_to_indicators(chain: &mut Chain, (table, rows): (&Table, &[usize]), ids: &mut [Vec<String>; 4]) {
    let at = |ids: &[String], id: &str| ids.iter().position(|known| known == id).unwrap_or(0);
    let mut widths: BTreeMap<(usize, usize), f64> = BTreeMap::new();
    let mut totals = vec![0.0; ids[1].len()];
    for &row in rows {
        let text = |name: &str| table.text(row, name).unwrap_or_default();
        let (course, indicator) = (at(&ids[0], text("course")), at(&ids[1], text("indicator")));
        let weight = table.number(row, "weight").filter(|weight| *weight > 0.0).unwrap_or(0.0);
        *widths.entry((course, indicator)).or_default() += weight;
        totals[indicator] += weight;
    }
    let mut places = vec![(0.0, 0.0); ids[0].len()];
    for (&(course, indicator), width) in &mut widths {
        *width = if totals[indicator] > 0.0 { *width / totals[indicator] } else { 0.0 };
        places[course].0 += *width * indicator as f64;
        places[course].1 += *width;
    }
    let mean = |course: usize| places[course].0 / f64::max(places[course].1, 1e-12);
    let mut order: Vec<usize> = (0..ids[0].len()).collect();
    order.sort_by(|&a, &b| mean(a).total_cmp(&mean(b)).then(a.cmp(&b)));
    let mut place_of = vec![0; order.len()];
    for (place, &course) in order.iter().enumerate() {
        place_of[course] = place;
    }
    ids[0] = order.iter().map(|&course| ids[0][course].clone()).collect();
    let flows = widths.into_iter().filter(|(_, width)| *width > 0.0).map(|((course, indicator), width)| {
        Flow { level: 0, from: place_of[course], to: indicator, width, reached: None }
    });
    chain.flows.extend(flows);
}

/// Flows of indicators to their requirement, and of requirements to training objectives by their weights.
fn requirement_flows(
    chain: &mut Chain,
    (tables, programme): (&dyn Tables, &str),
    (table, rows): (&Table, &[usize]),
    ids: &mut [Vec<String>; 4],
) {
    let at = |ids: &[String], id: &str| ids.iter().position(|known| known == id);
    let mut own = vec![0.0; ids[2].len()];
    for (from, indicator) in ids[1].iter().enumerate() {
        let row = rows.iter().find(|&&row| table.text(row, "indicator") == Some(indicator));
        let requirement =
            row.and_then(|&row| at(&ids[2], table.text(row, "requirement").unwrap_or_default()));
        if let Some(to) = requirement {
            own[to] += 1.0;
            chain.flows.push(Flow { level: 1, from, to, width: 1.0, reached: None });
        }
    }
    let Some(links) = tables.table("requirement_support") else { return };
    let plan = rows.first().and_then(|&row| table.text(row, "plan")).unwrap_or_default();
    let mut weights: BTreeMap<(usize, String), f64> = BTreeMap::new();
    for row in links.rows_where(&[("programme", programme), ("plan", plan)]) {
        let from = at(&ids[2], links.text(row, "requirement").unwrap_or_default());
        if let (Some(from), Some(to)) = (from, links.text(row, "training_objective")) {
            *weights.entry((from, to.to_owned())).or_default() += links.number(row, "weight").unwrap_or(1.0);
        }
    }
    let mut targets: Vec<String> = weights.keys().map(|(_, to)| to.clone()).collect();
    targets.sort_by_cached_key(|id| natural(id));
    targets.dedup();
    for (from, own) in own.iter().enumerate() {
        let total: f64 =
            weights.iter().filter(|((known, _), _)| *known == from).map(|(_, weight)| weight).sum();
        for (to, target) in targets.iter().enumerate() {
            if let Some(weight) = weights.get(&(from, target.clone())).filter(|_| total > 0.0) {
                chain.flows.push(Flow { level: 2, from, to, width: own * weight / total, reached: None });
            }
        }
    }
    ids[3] = targets;
}

impl Chain {
    /// The chain cut between requirements into as many pieces as keep at most so many indicators each.
    pub(super) fn pieces(&self, most: usize) -> Vec<Self> {
        let inside = |requirement: usize| {
            self.flows.iter().filter(|flow| flow.level == 1 && flow.to == requirement).count()
        };
        let mut pieces: Vec<(Vec<usize>, usize)> = Vec::new();
        for requirement in 0..self.columns[2].len() {
            let count = inside(requirement);
            match pieces.last_mut().filter(|(_, known)| known + count <= most) {
                Some((own, known)) => {
                    own.push(requirement);
                    *known += count;
                }
                None => pieces.push((vec![requirement], count)),
            }
        }
        if pieces.len() < 2 {
            return vec![self.clone()];
        }
        pieces.iter().map(|(own, _)| self.only(own)).collect()
    }

    /// What belongs to some requirements.
    fn only(&self, requirements: &[usize]) -> Self {
        let mut kept: [Vec<usize>; 4] = [Vec::new(), Vec::new(), requirements.to_vec(), Vec::new()];
        for level in [1, 0] {
            let next = kept[level + 1].clone();
            let own = self.flows.iter().filter(|flow| flow.level == level && next.contains(&flow.to));
            kept[level] = own.map(|flow| flow.from).collect();
        }
        let goals = self.flows.iter().filter(|flow| flow.level == 2 && requirements.contains(&flow.from));
        kept[3] = goals.map(|flow| flow.to).collect();
        for own in &mut kept {
            own.sort_unstable();
            own.dedup();
        }
        let place = |column: usize, node: usize| kept[column].iter().position(|&known| known == node);
        let flows = self.flows.iter().filter_map(|flow| {
            let (from, to) = (place(flow.level, flow.from)?, place(flow.level + 1, flow.to)?);
            Some(Flow { from, to, ..*flow })
        });
        let column =
            |column: usize| kept[column].iter().map(|&node| self.columns[column][node].clone()).collect();
        Self {
            columns: [column(0), column(1), column(2), column(3)],
            flows: flows.collect(),
            courses: kept[0].len(),
            ..self.clone()
        }
    }

    /// The same with the courses of each requirement as one node; its ribbons stay parted by verdict.
    pub(super) fn together(&self, context: &ChartContext<'_>) -> Self {
        let requirement_of: BTreeMap<usize, usize> =
            self.flows.iter().filter(|flow| flow.level == 1).map(|flow| (flow.from, flow.to)).collect();
        let mut widths: BTreeMap<(usize, usize, u8), f64> = BTreeMap::new();
        let mut members: BTreeMap<usize, BTreeMap<usize, Option<bool>>> = BTreeMap::new();
        let order = |reached: Option<bool>| match reached {
            Some(true) => 0,
            Some(false) => 1,
            None => 2,
        };
        for flow in self.flows.iter().filter(|flow| flow.level == 0) {
            let Some(&group) = requirement_of.get(&flow.to) else { continue };
            *widths.entry((group, flow.to, order(flow.reached))).or_default() += flow.width;
            members.entry(group).or_default().insert(flow.from, flow.reached);
        }
        let groups: Vec<usize> = members.keys().copied().collect();
        let place = |group: usize| groups.binary_search(&group).unwrap_or(0);
        let node = |group: &usize| {
            let own = &members[group];
            let count = |wanted| own.values().filter(|reached| **reached == wanted).count();
            let (total, reached, missed) = (own.len(), count(Some(true)), count(Some(false)));
            let label = context.text("chart.chain-sankey.group", &[("total", &total.to_string())]);
            let judged = reached + missed > 0;
            let text = |missed: usize| {
                context.text("chart.chain-sankey.group.missed", &[("missed", &missed.to_string())])
            };
            let shown = if judged { text(missed) } else { String::new() };
            let verdict = match (reached, missed) {
                (_, 1..) => Some(false),
                (1.., 0) if reached == total => Some(true),
                _ => None,
            };
            Node { short: label.clone(), label, shown, reached: verdict }
        };
        let flows = widths.iter().map(|(&(group, to, verdict), &width)| Flow {
            level: 0,
            from: place(group),
            to,
            width,
            reached: [Some(true), Some(false), None][usize::from(verdict)],
        });
        let above = self.flows.iter().filter(|flow| flow.level > 0).copied();
        let [_, indicators, requirements, goals] = self.columns.clone();
        Self {
            columns: [groups.iter().map(node).collect(), indicators, requirements, goals],
            flows: flows.chain(above).collect(),
            grouped: true,
            ..self.clone()
        }
    }
}
