//! Tables of results as JSON records, for commands that print one.

use serde_json::{Map, Value};

use crate::results::{Column, Table};

/// One object per row; what is not known is `null`.
pub(super) fn records(table: &Table) -> Vec<Map<String, Value>> {
    let cell = |column: &Column, row: usize| match column {
        Column::Text(texts) => texts.get(row).map(Value::from),
        Column::Integer(numbers) => numbers[row].map(Value::from),
        Column::Number(numbers) => numbers[row].map(Value::from),
        Column::Flag(flags) => flags[row].map(Value::from),
    };
    let record = |row| {
        let cells = table
            .columns()
            .map(|(schema, column)| (schema.name.to_owned(), cell(column, row).unwrap_or(Value::Null)));
        cells.collect()
    };
    (0..table.len()).map(record).collect()
}
