//! How much a file may ask for before it is refused.

/// One mebibyte.
const MIB: u64 = 1 << 20;

/// How much one input file may ask of the machine. The defaults refuse the known hostile workbooks within 100 MB
/// of memory and leave room for every honest one we have seen; a workbook beyond them belongs in CSV or Parquet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of a workbook file. A grade book of 5,000 students × 50 items is under 5 MB.
    pub workbook_bytes: u64,
    /// Bytes of a delimited text file: 10 million marks in long form are about 200 MB.
    pub delimited_bytes: u64,
    /// Bytes of a Parquet file read cell by cell; bulk columns have no such limit.
    pub parquet_table_bytes: u64,
    /// Parts inside a zipped workbook. A workbook of 255 sheets, each with drawing and relations, has about 1,000.
    pub archive_entries: usize,
    /// Bytes of all parts of a workbook once inflated. Two million cells of marks are about 70 MiB.
    pub inflated_bytes: u64,
    /// Inflated over packed size. Sheets of marks reach 10 to 40; deflate itself ends at 1,032.
    pub inflation_ratio: u64,
    /// Bytes of a part up to which its ratio is not looked at: small parts of blanks compress without harm.
    pub ratio_free_bytes: u64,
    /// Bytes of XML without a single tag, that is of one text. A cell holds at most 32,767 characters, which is
    /// 128 KiB in UTF-8; formulas and escapes make it somewhat more.
    pub unbroken_bytes: usize,
    /// Cells of a workbook that hold something.
    pub workbook_cells: usize,
    /// Cells of a delimited text file.
    pub delimited_cells: usize,
    /// Bytes of text kept from a workbook: a text shared by many cells is kept in each of them.
    pub text_bytes: usize,
    /// Issues of one kind listed one by one; the rest is counted in one issue.
    pub listed_issues: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            workbook_bytes: 64 * MIB,
            delimited_bytes: 512 * MIB,
            parquet_table_bytes: 64 * MIB,
            archive_entries: 4_096,
            inflated_bytes: 128 * MIB,
            inflation_ratio: 200,
            ratio_free_bytes: 8 * MIB,
            unbroken_bytes: 1 << 20,
            workbook_cells: 2_000_000,
            delimited_cells: 40_000_000,
            text_bytes: 64 << 20,
            listed_issues: 100,
        }
    }
}
