//! The theme and the table of fonts: what a word processor expects beside the styles.

use super::parts::XML;

/// The fonts that the styles name. A machine without a Chinese font of that name takes its sibling.
pub(super) fn fonts() -> String {
    let font = |name: &str, other: &str, (panose, charset): (&str, &str), (family, pitch): (&str, &str)| {
        let other = if other.is_empty() { String::new() } else { format!("<w:altName w:val=\"{other}\"/>") };
        format!(
            "<w:font w:name=\"{name}\">{other}<w:panose1 w:val=\"{panose}\"/><w:charset w:val=\"{charset}\"/>\
             <w:family w:val=\"{family}\"/><w:pitch w:val=\"{pitch}\"/></w:font>"
        )
    };
    [
        format!("{XML}<w:fonts xmlns:w=\"{}\">", super::parts::MAIN),
        font("Times New Roman", "", ("02020603050405020304", "00"), ("roman", "variable")),
        font("Arial", "", ("020B0604020202020204", "00"), ("swiss", "variable")),
        font("Calibri", "Carlito", ("020F0502020204030204", "00"), ("swiss", "variable")),
        font("SimSun", "宋体", ("02010600030101010101", "86"), ("auto", "variable")),
        font("SimHei", "黑体", ("02010609060101010101", "86"), ("modern", "fixed")),
        "</w:fonts>".to_owned(),
    ]
    .concat()
}

/// The smallest theme: the colours of the reports, the fonts of the styles, plain fills and lines.
pub(super) fn theme() -> String {
    let colour = |name: &str, value: &str| format!("<a:{name}><a:srgbClr val=\"{value}\"/></a:{name}>");
    let colours: String = [
        ("dk1", "000000"),
        ("lt1", "FFFFFF"),
        ("dk2", "333333"),
        ("lt2", "EEEEEE"),
        ("accent1", "0072B2"),
        ("accent2", "D55E00"),
        ("accent3", "009E73"),
        ("accent4", "CC79A7"),
        ("accent5", "56B4E9"),
        ("accent6", "E69F00"),
        ("hlink", "0072B2"),
        ("folHlink", "CC79A7"),
    ]
    .iter()
    .map(|(name, value)| colour(name, value))
    .collect();
    let family = |latin: &str, chinese: &str| {
        format!("<a:latin typeface=\"{latin}\"/><a:ea typeface=\"{chinese}\"/><a:cs typeface=\"\"/>")
    };
    let fill = "<a:solidFill><a:schemeClr val=\"phClr\"/></a:solidFill>";
    let line = format!("<a:ln w=\"9525\">{fill}</a:ln>");
    let effect = "<a:effectStyle><a:effectLst/></a:effectStyle>";
    format!(
        "{XML}<a:theme xmlns:a=\"http://schemas.openxmlformats.org/drawingml/2006/main\" name=\"attain\">\
         <a:themeElements><a:clrScheme name=\"attain\">{colours}</a:clrScheme><a:fontScheme name=\"attain\">\
         <a:majorFont>{}</a:majorFont><a:minorFont>{}</a:minorFont></a:fontScheme><a:fmtScheme name=\"attain\">\
         <a:fillStyleLst>{}</a:fillStyleLst><a:lnStyleLst>{}</a:lnStyleLst>\
         <a:effectStyleLst>{}</a:effectStyleLst><a:bgFillStyleLst>{}</a:bgFillStyleLst></a:fmtScheme>\
         </a:themeElements></a:theme>",
        family("Arial", "SimHei"),
        family("Times New Roman", "SimSun"),
        fill.repeat(3),
        line.repeat(3),
        effect.repeat(3),
        fill.repeat(3),
    )
}
