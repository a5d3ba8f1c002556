//! Reads the household ledger (住户台账) that townships keep as a spreadsheet: one line per person, the lines of
//! one household number are a household. Knows nothing of what is stored already.

use std::collections::{HashMap, HashSet};

use chrono::NaiveDate;

use super::model::{CODE_LENGTH, Gender, Part, Person, Relation, Smartphone, holds_households};
use crate::base::area_code::AreaCode;
use crate::base::problem::Result;
use crate::base::sensitive::{Address, CitizenId, PersonName, Phone};
use crate::platform::sheet::{ColumnSpec, Limits, Row, RowError, Sheet};

/// The largest ledger, in MiB; a town of 15,000 persons has about one.
pub const LARGEST: usize = 20;

macro_rules! columns {
    ($($column:ident = $name:literal [$($synonym:literal)*] $required:literal;)+) => {
        $(pub(super) const $column: ColumnSpec =
            ColumnSpec { name: $name, synonyms: &[$($synonym),*], required: $required };)+
        const COLUMNS: [ColumnSpec; 11] = [$($column),+];
    };
}

columns! {
    AREA = "网格编码" ["网格代码" "网格编号" "所属网格编码"] true;
    CODE = "户编号" ["户号" "住户编号" "家庭编号" "户编码"] true;
    HEAD = "户主" ["户主姓名"] false;
    NAME = "姓名" ["成员姓名" "家庭成员" "家庭成员姓名" "居民姓名"] false;
    RELATION = "与户主关系" ["关系" "与户主的关系" "家庭关系"] false;
    CITIZEN = "身份证号" ["身份证号码" "身份证" "公民身份号码" "证件号码"] false;
    GENDER = "性别" [] false;
    BORN = "出生年份" ["出生日期" "出生年月" "出生年" "生日"] false;
    PHONE = "电话" ["手机" "手机号" "手机号码" "联系电话" "电话号码" "联系方式"] false;
    ADDRESS = "住址" ["地址" "家庭住址" "居住地址" "现住址" "详细地址"] false;
    SMARTPHONE = "智能手机" ["有无智能手机" "是否有智能手机" "是否使用智能手机"] false;
}

/// A person and the line on which they stand.
#[derive(Debug, Clone)]
pub struct ListedPerson {
    /// The line.
    pub line: u32,
    /// The person.
    pub person: Person,
}

/// A household as its lines tell it; what no line tells is left open.
#[derive(Debug, Clone)]
pub struct ListedHousehold {
    /// Its first line.
    pub line: u32,
    /// The grid or micro-grid.
    pub area: AreaCode,
    /// The town's number.
    pub code: String,
    /// Where it is, when a line tells.
    pub address: Option<Address>,
    /// Yes when one line says so, no when none does and one says no.
    pub smartphone: Smartphone,
    /// Its persons in the order of the lines.
    pub persons: Vec<ListedPerson>,
}

/// A ledger that has been read.
#[derive(Debug, Default)]
pub struct Ledger {
    /// In the order of their first lines.
    pub households: Vec<ListedHousehold>,
    /// What is wrong with single lines.
    pub errors: Vec<RowError>,
    places: HashMap<(AreaCode, String), usize>,
    citizens: HashSet<CitizenId>,
}

/// Reads an XLSX or CSV. Faults of the file as a whole are the problem, those of lines are in [`Ledger::errors`].
pub fn read(bytes: &[u8], today: NaiveDate) -> Result<Ledger> {
    let sheet = Sheet::read(bytes, &Limits { bytes: LARGEST << 20, ..Limits::default() })?;
    let mut ledger = Ledger { errors: sheet.errors().to_vec(), ..Ledger::default() };
    for row in sheet.columns(&COLUMNS)?.rows() {
        ledger.take(row, today);
    }
    Ok(ledger)
}

impl Ledger {
    fn take(&mut self, row: Row<'_, 11>, today: NaiveDate) {
        let [area, code, head, name, relation, citizen, gender, born, phone, address, smartphone] =
            row.cells();
        let mut line = Line { row, errors: &mut self.errors };
        let area = line.read(&AREA, area, grid);
        let code = line.read(&CODE, code, household_code);
        let address =
            line.optional(&ADDRESS, address, |text| Address::parse(text).map_err(|e| e.to_string()));
        let smartphone = line.optional(&SMARTPHONE, smartphone, has_smartphone);
        let name = if name.is_empty() { head } else { name };
        let relation = if relation.is_empty() && name == head { "户主" } else { relation };
        let name = line.read(&NAME, name, |text| PersonName::parse(text).map_err(|e| e.to_string()));
        let relation = line.read(&RELATION, relation, relation_named);
        let gender = line.optional(&GENDER, gender, gender_named);
        let birth_year = line.optional(&BORN, born, year);
        let phone = line.optional(&PHONE, phone, |text| Phone::parse(text).map_err(|e| e.to_string()));
        let citizen =
            line.optional(&CITIZEN, citizen, |text| CitizenId::parse(text).map_err(|e| e.to_string()));
        let (Some(name), Some(relation)) = (name, relation) else { return };
        let mut person = Person { name, relation, gender, birth_year, phone, citizen };
        for (part, complaint) in person.complete(today) {
            line.refuse(column_of(part), complaint);
        }
        if person.citizen.as_ref().is_some_and(|citizen| !self.citizens.insert(citizen.clone())) {
            line.refuse(&CITIZEN, "身份证号在本表中重复");
        }
        let (Some(area), Some(code)) = (area, code) else { return };
        let count = self.households.len();
        let place = *self.places.entry((area.town(), code.clone())).or_insert(count);
        if place == count {
            let (line, smartphone) = (row.line(), Smartphone::Unknown);
            self.households.push(ListedHousehold {
                line,
                area: area.clone(),
                code,
                address: None,
                smartphone,
                persons: vec![],
            });
        }
        let Some(household) = self.households.get_mut(place) else { return };
        if household.area != area {
            line.refuse(&AREA, "与同一户其他行的网格编码不一致");
        }
        if address.is_some() && household.address.is_some() && household.address != address {
            line.refuse(&ADDRESS, "与同一户其他行的住址不一致");
        }
        let namesake = household.persons.iter().any(|other| {
            other.person.name == person.name && (other.person.citizen.is_none() || person.citizen.is_none())
        });
        if namesake {
            line.refuse(&NAME, "同一户有重名的人,请都填写身份证号以便区分");
        }
        household.address = household.address.take().or(address);
        household.smartphone = either(household.smartphone, smartphone.unwrap_or(Smartphone::Unknown));
        household.persons.push(ListedPerson { line: row.line(), person });
    }
}

/// One line and the place for its complaints.
struct Line<'a> {
    row: Row<'a, 11>,
    errors: &'a mut Vec<RowError>,
}

impl Line<'_> {
    fn refuse(&mut self, column: &ColumnSpec, message: impl Into<String>) {
        self.errors.push(self.row.error(column, message));
    }

    fn read<T>(
        &mut self,
        column: &ColumnSpec,
        text: &str,
        parse: impl Fn(&str) -> Result<T, String>,
    ) -> Option<T> {
        if text.is_empty() {
            self.refuse(column, "不能为空");
            return None;
        }
        self.optional(column, text, parse)
    }

    fn optional<T>(
        &mut self,
        column: &ColumnSpec,
        text: &str,
        parse: impl Fn(&str) -> Result<T, String>,
    ) -> Option<T> {
        if text.is_empty() {
            return None;
        }
        parse(text).map_err(|message| self.refuse(column, message)).ok()
    }
}

fn column_of(part: Part) -> &'static ColumnSpec {
    match part {
        Part::Gender => &GENDER,
        Part::BirthYear => &BORN,
        Part::Citizen => &CITIZEN,
    }
}

fn grid(text: &str) -> Result<AreaCode, String> {
    let code: AreaCode = text.parse().map_err(|why| format!("{why}"))?;
    let fine = holds_households(code.level());
    if fine { Ok(code) } else { Err("应为 15 位网格编码或 17 位微网格编码".to_owned()) }
}

fn household_code(text: &str) -> Result<String, String> {
    let fits = text.chars().count() <= CODE_LENGTH && !text.chars().any(char::is_control);
    if fits { Ok(text.to_owned()) } else { Err(format!("户编号最多 {CODE_LENGTH} 个字")) }
}

fn has_smartphone(text: &str) -> Result<Smartphone, String> {
    match text {
        "是" | "有" | "yes" | "Y" | "y" | "1" | "√" => Ok(Smartphone::Yes),
        "否" | "无" | "没有" | "no" | "N" | "n" | "0" | "×" => Ok(Smartphone::No),
        "不详" | "未知" | "unknown" => Ok(Smartphone::Unknown),
        _ => Err("请填 是 或 否".to_owned()),
    }
}

fn gender_named(text: &str) -> Result<Gender, String> {
    match text {
        "男" | "男性" | "male" | "1" => Ok(Gender::Male),
        "女" | "女性" | "female" | "2" => Ok(Gender::Female),
        _ => Err("请填 男 或 女".to_owned()),
    }
}

/// The words of GB/T 4761-2008 and those that people write.
fn relation_named(text: &str) -> Result<Relation, String> {
    match text {
        "户主" | "本人" | "本人或户主" | "head" => Ok(Relation::Head),
        "配偶" | "夫" | "妻" | "夫妻" | "丈夫" | "妻子" | "爱人" | "spouse" => {
            Ok(Relation::Spouse)
        }
        "子" | "女" | "子女" | "儿子" | "女儿" | "孩子" | "独生子" | "独生女" | "长子" | "长女" | "次子"
        | "次女" | "三子" | "三女" | "四子" | "四女" | "五子" | "五女" | "养子" | "养女" | "继子"
        | "继女" | "child" => Ok(Relation::Child),
        "父" | "母" | "父母" | "父亲" | "母亲" | "公公" | "婆婆" | "岳父" | "岳母" | "养父" | "养母"
        | "继父" | "继母" | "parent" => Ok(Relation::Parent),
        "其他" | "其它" | "儿媳" | "女婿" | "孙子" | "孙女" | "外孙" | "外孙子" | "外孙女" | "孙媳"
        | "曾孙子" | "曾孙女" | "祖父" | "祖母" | "外祖父" | "外祖母" | "爷爷" | "奶奶" | "兄" | "弟"
        | "姐" | "妹" | "哥哥" | "弟弟" | "姐姐" | "妹妹" | "兄弟" | "姐妹" | "嫂子" | "弟媳" | "姐夫"
        | "妹夫" | "侄子" | "侄女" | "外甥" | "外甥女" | "伯父" | "叔父" | "姑母" | "舅父" | "姨母"
        | "亲属" | "非亲属" | "保姆" | "other" => Ok(Relation::Other),
        _ => Err("请填 户主、配偶、子女、父母 或 其他".to_owned()),
    }
}

/// The year at the start of `1980`, `1980年`, `1980-03-07`, `1980.3`, `198003` and `19800307`.
fn year(text: &str) -> Result<i32, String> {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let year = matches!(digits, 4 | 6 | 8).then(|| text.get(..4)?.parse().ok()).flatten();
    year.ok_or_else(|| "请填四位年份,例如 1980".to_owned())
}

fn either(one: Smartphone, other: Smartphone) -> Smartphone {
    match (one, other) {
        (Smartphone::Yes, _) | (_, Smartphone::Yes) => Smartphone::Yes,
        (Smartphone::No, _) | (_, Smartphone::No) => Smartphone::No,
        _ => Smartphone::Unknown,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEADERS: &str =
        "网格编码,户编号,姓名,与户主关系,身份证号,性别,出生年月,联系电话,家庭住址,有无智能手机\n";

    fn ledger(lines: &str) -> Ledger {
        let today = NaiveDate::from_ymd_opt(2026, 3, 5).unwrap();
        read([HEADERS, lines].concat().as_bytes(), today).unwrap()
    }

    fn faults(lines: &str) -> Vec<(u32, String)> {
        let errors = ledger(lines).errors.into_iter();
        errors.map(|error| (error.line, error.column.unwrap_or_default())).collect()
    }

    #[test]
    fn the_lines_of_one_number_are_a_household() {
        let ledger = ledger(
            "500114119201001,H001,示例甲,户主,11010519491231002X,女,1949-12-31,138-0000-5678,示例村1号,否\n\
             500114119201001,H001,示例乙,儿子,,男,1980年,,,有\n\
             500114119201002,H002,示例丙,本人,,,,,示例村2号,\n",
        );
        assert_eq!(ledger.errors, []);
        let [first, second] = ledger.households.as_slice() else { panic!("{ledger:?}") };
        assert_eq!((first.line, first.persons.len(), first.smartphone), (2, 2, Smartphone::Yes));
        assert_eq!((second.line, second.smartphone), (4, Smartphone::Unknown));
        assert_eq!(first.persons[1].person.birth_year, Some(1980));
    }

    #[test]
    fn every_bad_cell_is_named_by_line_and_column() {
        let cell = |line, column: &str| (line, column.to_owned());
        assert_eq!(
            faults(
                "500114119201,,,弟兄伙,110105194912310020,不明,八零年,12345,示例村1号,大概\n\
                 500114119201001,H002,示例甲,户主,11010519491231002X,男,1950,,示例村2号,\n\
                 500114119201001,H003,示例乙,户主,11010519491231002X,,,,示例村3号,\n"
            ),
            [
                cell(2, "网格编码"),
                cell(2, "户编号"),
                cell(2, "智能手机"),
                cell(2, "姓名"),
                cell(2, "与户主关系"),
                cell(2, "性别"),
                cell(2, "出生年份"),
                cell(2, "电话"),
                cell(2, "身份证号"),
                cell(3, "性别"),
                cell(3, "出生年份"),
                cell(4, "身份证号"),
            ]
        );
    }

    #[test]
    fn lines_of_one_household_do_not_contradict_each_other() {
        let lines = "500114119201001,H001,示例甲,户主,,,,,示例村1号,\n\
                     500114119201002,H001,示例甲,配偶,,,,,示例村2号,\n";
        let columns: Vec<_> = faults(lines).into_iter().map(|(_, column)| column).collect();
        assert_eq!(columns, ["网格编码", "住址", "姓名"]);
    }

    #[test]
    fn a_sheet_that_names_only_heads_has_one_person_per_household() {
        let sheet = "网格编码,户编号,户主\n500114119201001,H001,示例甲\n";
        let ledger = read(sheet.as_bytes(), NaiveDate::from_ymd_opt(2026, 3, 5).unwrap()).unwrap();
        assert_eq!(ledger.errors, []);
        assert_eq!(ledger.households[0].persons[0].person.relation, Relation::Head);
    }
}
