//! What the page holds as JSON: the tables by columns, the texts, what the columns mean, what the run was.
//!
//! A column is `{"t": [texts], "c": [codes]}` for texts (−1 = empty; only texts that a row uses are listed),
//! `{"v": [values]}` for numbers and flags (`null` = not known), and `{"k": value}` where all rows hold the same value.
//! A number is the shortest decimal that reads back as the same number: nothing is rounded here.

use std::fmt::Write as _;

use serde_json::{Map, Value, json};

use super::Explorer;
use super::units::without_students;
use crate::message;
use crate::results::schema::SCHEMAS;
use crate::results::{Column, Table, TextColumn};

/// Tables on the input files: their messages quote cells, which may be names.
const OF_THE_FILES: [&str; 2] = ["issues", "rows"];

/// What is left out first where a page would grow too large: the longest tables the chain can do without.
const DISPENSABLE: [&str; 5] = ["missing", "items", "course_terms", "objectives", "offerings"];

/// The texts that the page may need, by the beginning of their keys.
const WORDS: [&str; 13] = [
    "explorer.",
    "method.",
    "rule.",
    "reason.",
    "verdict.",
    "chart.word.",
    "chart.audience.",
    "chart.factor.",
    "chart.unit.",
    "chart.axis.effect.",
    "chart.axis.unit-effect",
    "chart.axis.unit-slope",
    "value_added.model.",
];

/// The tables as JSON, and the keys of those left out to stay within about `most` bytes.
pub(super) fn tables_json(tables: &[Table], most: usize) -> (String, Vec<&'static str>) {
    let shown = |table: &&Table| !table.schema().personal && !OF_THE_FILES.contains(&table.schema().key);
    let mut parts: Vec<(&'static str, String)> = tables
        .iter()
        .filter(shown)
        .map(|table| (table.schema().key, table_json(&without_students(table))))
        .collect();
    let mut left_out = Vec::new();
    for key in DISPENSABLE {
        if parts.iter().map(|(_, json)| json.len()).sum::<usize>() <= most {
            break;
        }
        let before = parts.len();
        parts.retain(|(own, _)| *own != key);
        if parts.len() < before {
            left_out.push(key);
        }
    }
    let parts: Vec<String> = parts.into_iter().map(|(key, json)| format!("\n\"{key}\":{json}")).collect();
    (format!("{{{}}}", parts.join(",")), left_out)
}

fn table_json(table: &Table) -> String {
    let mut json = format!("{{\"n\":{},\"columns\":{{", table.len());
    for (at, (schema, column)) in table.columns().enumerate() {
        // Writing to a string cannot fail.
        let _ = write!(json, "{}\"{}\":", if at == 0 { "" } else { "," }, schema.name);
        match column {
            Column::Text(texts) => push_texts(texts, &mut json),
            Column::Integer(values) => push_values(values, &mut json),
            Column::Number(values) => push_values(values, &mut json),
            Column::Flag(values) => push_values(values, &mut json),
        }
    }
    json.push_str("}}");
    json
}

fn push_texts(texts: &TextColumn, json: &mut String) {
    let first = texts.get(0);
    if texts.iter().all(|text| text == first) {
        let _ = write!(json, "{{\"k\":{}}}", safe(&json!(first).to_string()));
        return;
    }
    let mut places = vec![None; texts.dictionary().len()];
    let (mut used, mut codes) = (Vec::new(), Vec::new());
    for &code in texts.codes() {
        let place = (code != TextColumn::EMPTY).then(|| {
            *places[code as usize].get_or_insert_with(|| {
                used.push(&*texts.dictionary()[code as usize]);
                used.len() - 1
            })
        });
        codes.push(place.map_or_else(|| "-1".to_owned(), |place| place.to_string()));
    }
    let _ = write!(json, "{{\"t\":{},\"c\":[{}]}}", safe(&json!(used).to_string()), codes.join(","));
}

fn push_values<T: Copy + PartialEq + serde::Serialize>(values: &[Option<T>], json: &mut String) {
    let first = values.first().copied().flatten();
    if values.iter().all(|value| *value == first) {
        let _ = write!(json, "{{\"k\":{}}}", json!(first));
        return;
    }
    let _ = write!(json, "{{\"v\":{}}}", serde_json::to_string(values).unwrap_or_default());
}

/// JSON that can stand inside a `script` element: no text of it ends the element or opens a comment.
fn safe(json: &str) -> String {
    json.replace('<', "\\u003c")
        .replace('>', "\\u003e")
        .replace('&', "\\u0026")
        .replace('\u{2028}', "\\u2028")
        .replace('\u{2029}', "\\u2029")
}

/// The run: institution, programmes, policy, what the page does not hold.
pub(super) fn about_json(explorer: &Explorer<'_>, left_out: &[&str]) -> String {
    let policy = explorer.policy;
    let programmes: Vec<Value> = explorer
        .dataset
        .programmes
        .iter()
        .map(|programme| {
            let serves: Vec<Value> = programme
                .plans
                .iter()
                .flat_map(|plan| {
                    plan.requirement_support.iter().map(move |support| {
                        json!([
                            plan.version,
                            plan.requirements[support.requirement].id,
                            plan.training_objectives[support.training_objective].id,
                        ])
                    })
                })
                .collect();
            json!({"id": programme.id, "name": programme.name, "college": programme.college, "serves": serves})
        })
        .collect();
    let about = json!({
        "version": env!("CARGO_PKG_VERSION"),
        "lang": explorer.lang.tag(),
        "institution": explorer.dataset.institution,
        "programmes": programmes,
        "policy": policy.key,
        "policy_status": policy.status.key(),
        "digits": policy.rounding.digits,
        "seed": policy.uncertainty.seed,
        "public": explorer.public,
        "least": policy.privacy.suppress_below,
        "left_out": left_out,
    });
    safe(&about.to_string())
}

/// The texts of the page, both languages.
pub(super) fn words_json() -> String {
    let words: Map<String, Value> = WORDS
        .iter()
        .flat_map(|prefix| message::with_prefix(prefix))
        .map(|(key, text)| (key.to_owned(), json!([text.zh, text.en])))
        .collect();
    safe(&Value::Object(words).to_string())
}

/// The columns that identify a row, and what each column means, by table.
pub(super) fn schemas_json() -> String {
    let schemas: Map<String, Value> = SCHEMAS
        .iter()
        .filter(|schema| !schema.personal && !OF_THE_FILES.contains(&schema.key))
        .map(|schema| {
            let columns: Map<String, Value> = schema
                .iter()
                .map(|column| (column.name.to_owned(), json!([column.doc.0, column.doc.1])))
                .collect();
            (
                schema.key.to_owned(),
                json!({"keys": schema.keys, "doc": [schema.doc.0, schema.doc.1], "columns": columns}),
            )
        })
        .collect();
    safe(&Value::Object(schemas).to_string())
}
