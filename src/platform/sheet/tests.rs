use std::io::{Cursor, Write};

use rust_xlsxwriter::{ExcelDateTime, Format, Formula, Workbook};
use zip::write::SimpleFileOptions;

use super::*;

const NAME: ColumnSpec = ColumnSpec { name: "姓名", synonyms: &["户主姓名"], required: true };
const PHONE: ColumnSpec =
    ColumnSpec { name: "手机号码", synonyms: &["电话", "联系电话"], required: true };
const BORN: ColumnSpec = ColumnSpec { name: "出生日期", synonyms: &[], required: false };
const SPECS: [ColumnSpec; 3] = [NAME, PHONE, BORN];

fn read(bytes: &[u8]) -> Result<Sheet> {
    Sheet::read(bytes, &Limits::default())
}

fn rows(sheet: &Sheet) -> Vec<(u32, [&str; 3])> {
    let table = sheet.columns(&SPECS).unwrap();
    let rows: Vec<_> = table.rows().map(|row| (row.line(), row.cells().map(str::to_owned))).collect();
    rows.into_iter().map(|(line, cells)| (line, cells.map(|cell| &*cell.leak()))).collect()
}

fn lines(sheet: &Sheet) -> Vec<u32> {
    sheet.errors().iter().map(|error| error.line).collect()
}

fn code(bytes: &[u8]) -> Option<Code> {
    read(bytes).err().map(|problem| problem.code())
}

fn gb18030(text: &str) -> Vec<u8> {
    encoding_rs::GB18030.encode(text).0.into_owned()
}

#[test]
fn a_workbook_comes_out_as_people_see_it() {
    let mut book = Workbook::new();
    let page = book.add_worksheet();
    page.write(0, 0, "示例镇住户表").unwrap();
    for (column, header) in
        ["\u{ff0a}姓 名", "出生日期\u{ff1a}", "联系电话\u{ff08}必填\u{ff09}", "备注"].into_iter().enumerate()
    {
        page.write(1, column as u16, header).unwrap();
    }
    let day = Format::new().set_num_format("yyyy/m/d");
    page.write(2, 0, " 示例甲 ").unwrap();
    page.write_with_format(2, 1, ExcelDateTime::from_ymd(1980, 3, 7).unwrap(), &day).unwrap();
    page.write(2, 2, 13_800_000_001_i64).unwrap();
    page.write(4, 0, "示例乙").unwrap();
    page.write(4, 1, Formula::new("=A1").set_result("1990-01-02")).unwrap();
    page.write(4, 2, "013800000002").unwrap();
    let sheet = read(&book.save_to_buffer().unwrap()).unwrap();
    assert_eq!(
        rows(&sheet),
        [(3, ["示例甲", "13800000001", "1980-03-07"]), (5, ["示例乙", "013800000002", "1990-01-02"])]
    );
    assert_eq!(sheet.errors(), []);
}

#[test]
fn a_number_that_excel_has_already_spoilt_is_told_by_its_cell() {
    let mut book = Workbook::new();
    book.add_worksheet().write(1, 2, 330_102_198_003_070_012_f64).unwrap();
    let sheet = read(&book.save_to_buffer().unwrap()).unwrap();
    let [error] = sheet.errors() else { panic!("{:?}", sheet.errors()) };
    assert_eq!((error.line, error.column.as_deref()), (2, Some("C")));
}

#[test]
fn a_csv_reads_alike_in_every_encoding_that_excel_writes() {
    let text = "姓名,电话,出生日期\r\n示例甲,13800000001,1980-03-07\r\n\r\n\"示例\n乙\",13800000002,\r\n示例丙,,\r\n";
    let marked = ["\u{feff}", text].concat();
    for bytes in [text.as_bytes().to_vec(), marked.into_bytes(), gb18030(text)] {
        let sheet = read(&bytes).unwrap();
        assert_eq!(sheet.errors(), []);
        let expected = [
            (2, ["示例甲", "13800000001", "1980-03-07"]),
            (4, ["示例\n乙", "13800000002", ""]),
            (5, ["示例丙", "", ""]),
        ];
        assert_eq!(rows(&sheet), expected);
    }
}

#[test]
fn lines_that_cannot_be_read_are_told_and_the_others_are_kept() {
    let mut bytes = "姓名,电话,出生日期\n示例甲,1\n示例乙,2,\n示例丙,3,,\n".as_bytes().to_vec();
    bytes.extend(b"\xE7\xA4,4,\n");
    bytes.extend("示例丁,3.30102E+17,\n".as_bytes());
    let sheet = read(&bytes).unwrap();
    assert_eq!(lines(&sheet), [2, 4, 5, 6]);
    assert_eq!(rows(&sheet), [(3, ["示例乙", "2", ""]), (6, ["示例丁", "", ""])]);

    let sheet = read("姓名,电话\n示例甲,1\n\"示例乙,2\n示例丙,3\n".as_bytes()).unwrap();
    assert_eq!(lines(&sheet), [3]);
}

#[test]
fn missing_and_double_headers_are_all_named() {
    let sheet = read("联系电话,电话,出生日期\n1,2,3\n".as_bytes()).unwrap();
    let problem = sheet.columns(&SPECS).unwrap_err();
    let messages: Vec<_> = problem.errors().iter().map(|error| error.message.as_str()).collect();
    assert_eq!(messages, ["缺少“姓名”列(也可写作 户主姓名)", "“手机号码”列重复,请只保留一列"]);
    assert_eq!(read(b"").unwrap().columns(&SPECS).unwrap_err().errors().len(), 2);
}

#[test]
fn a_complaint_of_an_import_names_the_line_and_the_column() {
    let sheet = read("姓名,电话\n示例甲,1\n".as_bytes()).unwrap();
    let error = sheet.columns(&SPECS).unwrap().rows().next().unwrap().error(&PHONE, "不是手机号码");
    let json = serde_json::json!({"line": 2, "column": "手机号码", "message": "不是手机号码"});
    assert_eq!(serde_json::to_value(error).unwrap(), json);
}

#[test]
fn a_file_made_of_errors_does_not_fill_the_memory() {
    let sheet = read(["a,b\n", &"a\n".repeat(2_000)].concat().as_bytes()).unwrap();
    assert_eq!(sheet.errors().len(), 1_000);
}

#[test]
fn too_many_lines_columns_and_bytes_are_refused() {
    let limits = Limits { bytes: 5_000, rows: 10, columns: 4, text: 100, ..Limits::default() };
    let code = |text: &str| Sheet::read(text.as_bytes(), &limits).err().map(|problem| problem.code());
    assert_eq!(code(&"a\n".repeat(10)), None);
    assert_eq!(code(&"a\n".repeat(11)), Some(Code::TooLarge));
    assert_eq!(code("a,b,c,d,e"), Some(Code::TooLarge));
    assert_eq!(code(&"a".repeat(101)), Some(Code::TooLarge));
    assert_eq!(code(&"\n".repeat(5_001)), Some(Code::TooLarge));
}

#[test]
fn other_files_are_refused() {
    let utf16: Vec<u8> = "name,phone".encode_utf16().flat_map(u16::to_le_bytes).collect();
    for other in [&b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1"[..], b"%PDF-1.7\n", b"\x89PNG\r\n\x1A\n", &utf16] {
        assert_eq!(code(other), Some(Code::UnsupportedMedia));
    }
    assert_eq!(code(b"PK\x03\x04 and no more"), Some(Code::InvalidFields));
}

fn archive(part: &str, content: &[u8]) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    zip.start_file(part, SimpleFileOptions::default()).unwrap();
    zip.write_all(content).unwrap();
    zip.finish().unwrap().into_inner()
}

#[test]
fn a_bomb_is_refused_even_when_it_lies_about_its_size() {
    let limits = Limits { unpacked: 1 << 20, ..Limits::default() };
    let mut bomb = archive("xl/worksheets/sheet1.xml", &vec![b' '; 3 << 20]);
    let refused = |bomb: &[u8]| unpack::check(bomb, &limits).err().map(|problem| problem.code());
    assert_eq!(refused(&bomb), Some(Code::TooLarge));
    let size = (3_u32 << 20).to_le_bytes();
    for at in 0..bomb.len() - 4 {
        if bomb[at..at + 4] == size {
            bomb[at..at + 4].copy_from_slice(&[1, 0, 0, 0]);
        }
    }
    assert!(refused(&bomb).is_some());
}

#[test]
fn a_count_of_strings_that_cannot_be_is_refused() {
    let claim = |count: &str| {
        let strings = format!("<sst uniqueCount = \"{count}\"><si><t>a</t></si></sst>");
        unpack::check(&archive("xl/sharedStrings.xml", strings.as_bytes()), &Limits::default()).is_err()
    };
    assert!(!claim("1"));
    assert!(claim("99999999999") && claim("99999999999999999999999"));
}

#[test]
fn columns_are_called_as_the_spreadsheet_calls_them() {
    assert_eq!([0, 25, 26, 701, 702].map(letters), ["A", "Z", "AA", "ZZ", "AAA"]);
}
