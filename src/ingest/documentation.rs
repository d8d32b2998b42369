//! The documentation of a workspace, made from the list of its tables.

use std::fmt::Write;

use super::logical::{Holds, LOGICAL_TABLES, LogicalColumn, LogicalTable};

/// What stands above the tables.
const HEAD: &str = "\
# 工作区的数据表 / Tables of a workspace

本文件由程序生成。This file is generated.

工作区是一个含 `attain.toml` 的文件夹；每张表可以是 CSV、TSV、XLSX、XLS、ODS 或 Parquet，文件名或工作表名用表的英文键或中文名。
`courses/` 中的工作簿每个为一次开课：工作表 课程信息（项目与内容两列）、课程目标、考核方案、目标分配、成绩。
表头可在前 10 行中的任何一行；编号一律为文本；成绩为精确小数，空白为未交，评价方案认识的文字（缺考、缓考 …）为相应状态。

A workspace is a folder with an `attain.toml`. Each table may be CSV, TSV, XLSX, XLS, ODS or Parquet; the file or the sheet is named
by the table's key or its Chinese name. Each workbook in `courses/` is one offering. The header may stand in any of the first ten rows.
Identifiers are text, always. Marks are exact decimals; an empty cell is work not handed in; words the policy knows are states.

```toml
[workspace]
institution = \"…\"        # 可省 optional
policy = \"ceeaa-2024\"    # 内置方案，或本文件夹中的方案文件 built in, or a file of this folder
language = \"zh-CN\"       # 或 or \"en\"

[tables]                 # 可省：哪些文件是哪张表 optional: which files are which table
marks = [\"marks-*.parquet\"]

[columns.marks]          # 可省：我们的列 = 文件中的列名 optional: our column = header in the file
mark = \"score\"

[values]                 # 可省：文件中没有的列的值 optional: values of columns the files do not have
programme = \"CS\"
```
";

/// The text of `docs/workspace.md`: every table with its columns, in Chinese and in English.
pub fn workspace_markdown() -> String {
    let mut text = String::from(HEAD);
    for table in LOGICAL_TABLES {
        describe(&mut text, table);
    }
    text
}

fn describe(text: &mut String, table: &LogicalTable) {
    // Writing to a String cannot fail.
    let _ =
        writeln!(text, "\n## `{}` {}\n\n{}。{}", table.key, table.names.join("、"), table.doc.0, table.doc.1);
    if !table.keys.is_empty() {
        let _ = writeln!(text, "\n主键 key: `{}`", table.keys.join("`, `"));
    }
    text.push_str("\n| 列 column | 也可写作 also | 内容 holds | 必填 required | 说明 meaning |\n|---|---|---|---|---|\n");
    for column in table.columns {
        let _ = writeln!(text, "{}", line(column));
    }
    if table.open {
        text.push_str("\n其余列也会读取。Further columns are read too.\n");
    }
}

fn line(column: &LogicalColumn) -> String {
    let required = if column.required { "✓" } else { "" };
    let (zh, en) = column.doc;
    let meaning = format!("{zh} / {en}").replace('|', "\\|");
    let aliases = column.aliases.join("、");
    format!("| `{}` | {aliases} | {} | {required} | {meaning} |", column.name, holds(column.holds))
}

/// What a column holds, in both languages.
fn holds(holds: Holds) -> &'static str {
    match holds {
        Holds::Identifier => "编号（文本）identifier (text)",
        Holds::Text => "文字 text",
        Holds::Decimal => "精确小数 exact decimal",
        Holds::Fraction => "0…1 或百分数 0…1 or per cent",
        Holds::Count => "整数 whole number",
        Holds::Flag => "是/否 yes/no",
        Holds::Strength => "数字或字母 number or letter",
        Holds::Mark => "分数或文字 mark or word",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_column_of_every_table_is_documented() {
        let text = workspace_markdown();
        for table in LOGICAL_TABLES {
            assert!(text.contains(&format!("## `{}`", table.key)));
            for column in table.columns {
                assert!(text.contains(&format!("| `{}` |", column.name)));
            }
        }
    }
}
