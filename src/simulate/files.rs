//! The simulated institution as the files of a workspace.

use polars::prelude::PolarsError;

use super::truth::TruthRow;
use super::{Design, Simulator};
use crate::ingest::GeneratedFile;
use crate::message::Lang;
use crate::model::{Dataset, Offering};
use crate::template::{
    CourseWorkbook, course_workbook, csv_file, marks, marks_parquet, sheet_parquet, sheets,
};

/// A simulated workspace that cannot be written.
#[derive(Debug, thiserror::Error)]
pub enum SimulateError {
    /// The Parquet writer refused.
    #[error("Parquet: {0}")]
    Parquet(#[from] PolarsError),
    /// The XLSX writer refused.
    #[error("XLSX: {0}")]
    Xlsx(#[from] rust_xlsxwriter::XlsxError),
}

/// The files of a simulated workspace: `attain.toml`, a file per logical table, course workbooks in `courses/`,
/// `value_added.toml`, and `truth.csv` beside them.
///
/// # Errors
/// What the writers of Parquet and XLSX say.
pub fn simulate(design: &Design) -> Result<Vec<GeneratedFile>, SimulateError> {
    let simulator = Simulator::new(design.clone());
    let dataset = simulator.dataset(0);
    let mut files = vec![GeneratedFile::new("attain.toml", settings(design))];
    let in_tables = |offering: &Offering| !design.workbooks.contains(&offering.id);
    for sheet in sheets(&dataset, &in_tables) {
        let bulk = design.parquet && matches!(sheet.key, "roster" | "students" | "measures");
        files.push(if bulk { sheet_parquet(&sheet)? } else { csv_file(&sheet) });
    }
    files.push(if design.parquet {
        marks_parquet(&dataset)?
    } else {
        csv_file(&marks(&dataset, &in_tables))
    });
    let mut truth = simulator.truth(&dataset);
    truth.extend(simulator.unit_effects());
    files.push(truth_file(&truth));
    if !dataset.measures.is_empty() {
        files.push(GeneratedFile::new("value_added.toml", simulator.declared()));
    }
    files.extend(workbooks(design, &dataset)?);
    Ok(files)
}

fn settings(design: &Design) -> String {
    format!(
        "# 模拟数据，由固定种子 {} 生成；真值见 truth.csv。\n\
         # Simulated data from seed {}; what is true of it stands in truth.csv.\n\
         [workspace]\n\
         institution = \"{}\"\n\
         policy = \"ceeaa-2024\"\n\
         language = \"zh-CN\"\n",
        design.seed, design.seed, design.institution
    )
}

fn workbooks(design: &Design, dataset: &Dataset) -> Result<Vec<GeneratedFile>, SimulateError> {
    let mut files = Vec::new();
    for offering in dataset.offerings.iter().filter(|offering| design.workbooks.contains(&offering.id)) {
        let bytes =
            course_workbook(&CourseWorkbook::of(dataset, offering, &["ceeaa-2024", "ceeaa-2022"]), Lang::Zh)?;
        files.push(GeneratedFile::new(format!("courses/{}.xlsx", offering.id), bytes));
    }
    Ok(files)
}

/// The truth as CSV, values to 9 decimal places: as far as their error bound.
fn truth_file(rows: &[TruthRow]) -> GeneratedFile {
    let mut text = String::from("level,programme,plan,cohort,offering,course,target,rule,value,error\n");
    for row in rows {
        let TruthRow { level, programme, plan, cohort, offering, course, target, rule, value, error } = row;
        text += &format!(
            "{level},{programme},{plan},{cohort},{offering},{course},{target},{rule},{value:.9},{error:e}\n"
        );
    }
    GeneratedFile::new("truth.csv", text)
}
