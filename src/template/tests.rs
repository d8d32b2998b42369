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
