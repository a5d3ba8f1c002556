//! Reads a list of areas and says what it would change; writes nothing.
//!
//! Columns `code`, `name`, `level`, `parent`, as the statistics bureau's lists have them. The last two repeat what the
//! code says and are held against it, because a shifted column is the commonest fault of such lists.

use std::collections::{BTreeMap, HashMap};

use super::model::{Area, NAME_LENGTH, NewArea, default_kind, usable};
use crate::base::area_code::{AreaCode, AreaLevel};
use crate::base::problem::Result;
use crate::platform::access::AreaScope;
use crate::platform::sheet::{ColumnSpec, Limits, Row, RowError, Sheet, Tally, in_order};

/// The largest list, in MiB; all of China's villages with their names have about 30.
pub const LARGEST: usize = 32;

const CODE: ColumnSpec =
    ColumnSpec {
        name: "code", synonyms: &["代码", "编码", "区划代码", "网格编码"], required: true
    };
const NAME: ColumnSpec =
    ColumnSpec { name: "name", synonyms: &["名称", "区划名称", "网格名称"], required: true };
const LEVEL: ColumnSpec = ColumnSpec { name: "level", synonyms: &["级别", "层级"], required: true };
const PARENT: ColumnSpec =
    ColumnSpec { name: "parent", synonyms: &["上级", "上级代码", "上级编码"], required: true };

/// A list as it stands in the file.
#[derive(Debug, Default)]
pub struct Listed {
    /// By code, each with its line.
    areas: BTreeMap<AreaCode, (u32, String)>,
    errors: Vec<RowError>,
}

/// What a list would change.
#[derive(Debug)]
pub struct Plan {
    /// Areas to make or to rename.
    pub put: Vec<NewArea>,
    /// How many of which.
    pub tally: Tally,
    /// What is wrong with the list, by line. Nothing may be written unless this is empty.
    pub errors: Vec<RowError>,
}

/// Reads a CSV or XLSX. Faults of the file as a whole are the problem; those of its lines come with [`Plan`].
pub fn read(bytes: &[u8]) -> Result<Listed> {
    let sheet = Sheet::read(bytes, &Limits { bytes: LARGEST << 20, rows: 1_000_000, ..Limits::default() })?;
    let mut listed = Listed { errors: sheet.errors().to_vec(), ..Listed::default() };
    for row in sheet.columns(&[CODE, NAME, LEVEL, PARENT])?.rows() {
        listed.take(row);
    }
    Ok(listed)
}

impl Listed {
    fn take(&mut self, row: Row<'_, 4>) {
        let [code, name, level, parent] = row.cells();
        let length = name.chars().count();
        if length == 0 {
            self.errors.push(row.error(&NAME, "名称不能为空"));
        } else if length > NAME_LENGTH {
            self.errors.push(row.error(&NAME, format!("名称最多 {NAME_LENGTH} 个字,现有 {length} 个")));
        } else if name.chars().any(char::is_control) {
            self.errors.push(row.error(&NAME, "名称不能含有换行等控制字符"));
        }
        let code: AreaCode = match code.parse() {
            Ok(code) => code,
            Err(why) => return self.errors.push(row.error(&CODE, format!("{why}"))),
        };
        if let Err(why) = usable(&code) {
            self.errors.push(row.error(&CODE, why));
        }
        let expected = code.level();
        match level_named(level) {
            Some(level) if level == expected => {}
            Some(_) => self.errors.push(row.error(&LEVEL, unlike(&code, expected))),
            None => self
                .errors
                .push(row.error(&LEVEL, "应为 province、district、town、village、grid 或 micro_grid")),
        }
        let above = code.parent();
        if parent != above.as_ref().map_or("", AreaCode::as_str) {
            let message = match &above {
                Some(above) => format!("上级应为 {above},即本级代码的前 {} 位", above.as_str().len()),
                None => "省级没有上级,应留空".to_owned(),
            };
            self.errors.push(row.error(&PARENT, message));
        }
        match self.areas.get(&code) {
            Some((line, _)) => self.errors.push(row.error(&CODE, format!("与第 {line} 行代码重复"))),
            None => drop(self.areas.insert(code, (row.line(), name.to_owned()))),
        }
    }

    /// Every code that the list names or lies in.
    pub fn codes(&self) -> Vec<AreaCode> {
        let mut codes: Vec<_> = self.areas.keys().cloned().collect();
        codes.extend(self.areas.keys().filter_map(AreaCode::parent));
        codes.sort();
        codes.dedup();
        codes
    }

    /// Holds the list against what is `known` of [`Self::codes`].
    pub fn plan(&self, scope: &AreaScope, known: &[Area]) -> Plan {
        let known: HashMap<&AreaCode, &Area> = known.iter().map(|area| (&area.code, area)).collect();
        let mut plan = Plan { put: vec![], tally: Tally::default(), errors: self.errors.clone() };
        for (code, (line, name)) in &self.areas {
            let mut refuse = |column: &ColumnSpec, message: String| {
                plan.errors.push(RowError { line: *line, column: Some(column.name.to_owned()), message });
            };
            if !scope.holds(code) {
                refuse(&CODE, "不在您的辖区内".to_owned());
                continue;
            }
            if let Some(area) = known.get(code) {
                if area.name == *name {
                    plan.tally.unchanged += 1;
                } else if !area.is_open() {
                    refuse(&CODE, "该区域已停用".to_owned());
                } else {
                    plan.tally.changed += 1;
                    plan.put.push(planned(code, name));
                }
                continue;
            }
            let above = code.parent().filter(|above| !self.areas.contains_key(above));
            match above.map(|above| (known.get(&above).map(|area| area.is_open()), above)) {
                Some((None, above)) => refuse(&PARENT, format!("上级 {above} 不存在,请先导入或列入本表")),
                Some((Some(false), above)) => refuse(&PARENT, format!("上级 {above} 已停用")),
                _ => {}
            }
            plan.tally.created += 1;
            plan.put.push(planned(code, name));
        }
        plan.errors = in_order(plan.errors);
        plan
    }
}

fn planned(code: &AreaCode, name: &str) -> NewArea {
    let grid_kind = default_kind(code.level());
    NewArea { code: code.clone(), name: name.to_owned(), grid_kind, valid_from: None }
}

fn level_named(text: &str) -> Option<AreaLevel> {
    AreaLevel::ALL.iter().copied().find(|level| level.as_str() == text || level.label() == text)
}

fn unlike(code: &AreaCode, level: AreaLevel) -> String {
    format!("{} 位代码的级别应为 {}({})", code.as_str().len(), level.as_str(), level.label())
}
