//! The tidy tables every chart, report and other program reads, their schema, the run manifest and the writers.

pub mod schema;
pub mod table;

pub use table::{Column, ColumnSchema, Kind, Table, TableSchema, TextColumn, Value};
