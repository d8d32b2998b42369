//! The columns of a Parquet file and their types, as far as tables know them.

use std::fs::File;

use polars::prelude::{ArrowDataType, ParquetReader, PolarsError, SerReader};
use polars_parquet::parquet::metadata::{FileMetadata, SchemaDescriptor};
use polars_parquet::parquet::schema::types::{
    IntegerType, ParquetType, PrimitiveConvertedType, PrimitiveLogicalType, PrimitiveType,
};

use super::format::Source;
use crate::model::Issue;

/// What a Parquet file says about itself.
pub(super) struct Schema {
    /// Whole numbers of 8 and 16 bits are said to be of 32, as which they are stored.
    pub(super) metadata: FileMetadata,
    /// Name and type of each column, in order.
    columns: Vec<(String, ArrowDataType)>,
}

/// Reads the end of a file.
///
/// # Errors
/// The issue that says why the file cannot be read.
pub(super) fn of(source: &Source<'_>) -> Result<Schema, Issue> {
    let damaged = |cause: PolarsError| source.damaged(&cause.to_string());
    let file = || File::open(source.path).map_err(|cause| source.unreadable(&cause.to_string()));
    let mut reader = ParquetReader::new(file()?);
    let metadata = widened(reader.get_metadata().map_err(damaged)?);
    let mut reader = ParquetReader::new(file()?);
    reader.set_metadata(metadata.clone().into());
    let schema = reader.schema().map_err(damaged)?;
    let columns = schema.iter().map(|(name, field)| (name.to_string(), field.dtype().clone())).collect();
    Ok(Schema { metadata, columns })
}

impl Schema {
    /// The names of all columns.
    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.columns.iter().map(|(name, _)| name.as_str())
    }

    /// The names of the columns that can be read.
    pub(super) fn known(&self) -> impl Iterator<Item = &str> {
        self.columns.iter().filter(|(_, kind)| is_known(kind)).map(|(name, _)| name.as_str())
    }

    /// The columns that cannot be read, each with its type.
    pub(super) fn unknown(&self) -> impl Iterator<Item = (&str, String)> {
        let unknown = self.columns.iter().filter(|(_, kind)| !is_known(kind));
        unknown.map(|(name, kind)| (name.as_str(), format!("{kind:?}")))
    }
}

/// Whether cells of a type become texts, numbers or truth values. Dates, decimals and lists do not: whoever exports
/// them knows whether they mean a text or a number.
fn is_known(kind: &ArrowDataType) -> bool {
    use ArrowDataType as Kind;
    match kind {
        Kind::Null
        | Kind::Boolean
        | Kind::Int32
        | Kind::Int64
        | Kind::UInt32
        | Kind::UInt64
        | Kind::Float32
        | Kind::Float64
        | Kind::Utf8
        | Kind::LargeUtf8
        | Kind::Utf8View
        | Kind::Binary
        | Kind::LargeBinary
        | Kind::BinaryView => true,
        Kind::Dictionary(_, values, _) => is_known(values),
        _ => false,
    }
}

/// The metadata without what it says about columns being narrow whole numbers.
fn widened(metadata: &FileMetadata) -> FileMetadata {
    let schema = &metadata.schema_descr;
    if !schema.fields().iter().any(is_narrow) {
        return metadata.clone();
    }
    let wide = |field: &ParquetType| match field {
        ParquetType::PrimitiveType(column) if is_narrow(field) => ParquetType::PrimitiveType(PrimitiveType {
            logical_type: None,
            converted_type: None,
            ..column.clone()
        }),
        other => other.clone(),
    };
    let fields = schema.fields().iter().map(wide).collect();
    let schema_descr = SchemaDescriptor::new(schema.name().into(), fields);
    // The writer's own account of the types would bring them back.
    FileMetadata { schema_descr, key_value_metadata: None, ..metadata.clone() }
}

fn is_narrow(field: &ParquetType) -> bool {
    use IntegerType::{Int8, Int16, UInt8, UInt16};
    let ParquetType::PrimitiveType(column) = field else { return false };
    matches!(column.logical_type, Some(PrimitiveLogicalType::Integer(Int8 | Int16 | UInt8 | UInt16)))
        || matches!(
            column.converted_type,
            Some(
                PrimitiveConvertedType::Int8
                    | PrimitiveConvertedType::Int16
                    | PrimitiveConvertedType::Uint8
                    | PrimitiveConvertedType::Uint16
            )
        )
}
