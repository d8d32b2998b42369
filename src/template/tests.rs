//! Laws of the templates.

use std::io::Cursor;

use calamine::{Data, Reader as _, Xlsx};

use super::*;
use crate::message::Lang;
use crate::simulate::{Design, dataset};

fn workbook(lang: Lang) -> (CourseWorkbook, Vec<u8>) {
    let (dataset, _) = dataset(&Design::one_course(), 0);
    let content = CourseWorkbook::of(&dataset, &dataset.offerings[0], &["ceeaa-2024"]);
    let bytes = course_workbook(&content, lang).unwrap();
    (content, bytes)
}

#[test]
fn a_course_workbook_holds_what_it_was_given() {
    for (lang, sheets, retake) in [
        (Lang::Zh, ["说明", "课程信息", "课程目标", "考核方案", "目标分配", "成绩"], "重修"),
        (Lang::En, ["help", "course", "objectives", "items", "allocation", "marks"], "retake"),
    ] {
        let (content, bytes) = workbook(lang);
        let mut book: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).unwrap();
        assert_eq!(book.sheet_names(), sheets);
        let marks = book.worksheet_range(sheets[5]).unwrap();
        assert_eq!(marks.get_value((0, 3)), Some(&Data::String(retake.into())));
        for (row, student) in content.students.iter().enumerate() {
            let row = row as u32 + 1;
            assert_eq!(marks.get_value((row, 0)), Some(&Data::String(student.id.clone())));
            for item in 0..content.offering.items.len() {
                let written = marks.get_value((row, 4 + item as u32));
                let mark = content.offering.marks.decimal(row as usize - 1, item);
                match mark {
                    Some(mark) => {
                        assert_eq!(written, Some(&Data::Float(mark.to_string().parse().unwrap())));
                    }
                    None => {
                        assert!(matches!(written, None | Some(Data::String(_) | Data::Empty)), "{written:?}")
                    }
                }
            }
        }
        let columns = 4 + content.offering.items.len();
        assert_eq!((marks.height(), marks.width()), (content.students.len() + 1, columns));
        assert_eq!(book.worksheet_range(sheets[4]).unwrap().height(), content.offering.items.len() + 1);
    }
}

#[test]
fn the_same_content_gives_the_same_bytes() {
    assert_eq!(workbook(Lang::Zh).1, workbook(Lang::Zh).1);
}

#[test]
fn a_new_workspace_holds_a_chain_without_gaps() {
    for framework in crate::policy::builtin_frameworks() {
        for (lang, support, course) in [
            (Lang::Zh, "支撑矩阵", "courses/示例课程1.xlsx"),
            (Lang::En, "support", "courses/example-course-1.xlsx"),
        ] {
            let files = workspace(&framework, lang).unwrap();
            assert_eq!(files.len(), 5);
            assert_eq!(files[2].path, course);
            let settings: toml::Table =
                toml::from_str(std::str::from_utf8(&files[0].bytes).unwrap()).unwrap();
            for (key, file) in settings["tables"].as_table().unwrap() {
                assert!(crate::ingest::logical::logical_table(key).is_some(), "{key}");
                assert_eq!(file.as_str(), Some(files[1].path.as_str()));
            }
            let mut book: Xlsx<_> = Xlsx::new(Cursor::new(&files[1].bytes)).unwrap();
            let rows = book.worksheet_range(support).unwrap();
            // Two indicators per requirement, two courses per indicator.
            assert_eq!(rows.height(), 1 + 4 * framework.requirements.len(), "{}", framework.key);
        }
    }
}

#[test]
fn every_text_of_the_templates_stands_in_the_catalogue() {
    for lang in [Lang::Zh, Lang::En] {
        let framework = crate::policy::framework("ceeaa-2024").unwrap();
        for file in [workspace(&framework, lang).unwrap().swap_remove(1).bytes, workbook(lang).1] {
            let mut book: Xlsx<_> = Xlsx::new(Cursor::new(file)).unwrap();
            for (name, range) in book.worksheets() {
                assert!(!name.starts_with("template."), "{name}");
                for (row, column, cell) in range.used_cells() {
                    assert!(!cell.to_string().starts_with("template."), "{name} {row} {column}: {cell}");
                }
            }
        }
    }
}
