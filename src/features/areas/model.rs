//! What an area is, and which codes a town may give out itself.

use chrono::NaiveDate;

use crate::base::area_code::{AreaCode, AreaLevel};
use crate::base::check::Check;
use crate::base::clock::Timestamp;
use crate::base::problem::Result;

/// The longest name of an area, in characters.
pub const NAME_LENGTH: usize = 30;

crate::text_enum! {
    /// What a grid is for.
    pub enum GridKind {
        Basic = "basic" "基础网格",
        Exclusive = "exclusive" "专属网格",
    }
}

/// An area as it is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Area {
    /// The code, which also says what it lies in.
    pub code: AreaCode,
    /// The name, 1 to [`NAME_LENGTH`] characters.
    pub name: String,
    /// How fine it is.
    pub level: AreaLevel,
    /// The area that it lies in; none for a province.
    pub parent: Option<AreaCode>,
    /// What a grid is for; none for other areas.
    pub grid_kind: Option<GridKind>,
    /// The first day (Asia/Shanghai) on which it was in use; none when it came with a list without dates.
    pub valid_from: Option<NaiveDate>,
    /// The day on which it was closed; none while it is in use.
    pub valid_to: Option<NaiveDate>,
    /// Counts changes.
    pub version: i32,
    /// When it was last changed.
    pub updated_at: Timestamp,
}

impl Area {
    /// Whether a town keeps it itself, rather than the state.
    pub fn is_own(&self) -> bool {
        is_own(self.level)
    }

    /// Whether it is in use.
    pub fn is_open(&self) -> bool {
        self.valid_to.is_none()
    }
}

/// Which areas a list shows.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// Only those directly in this one.
    pub parent: Option<AreaCode>,
    /// Only those of this level.
    pub level: Option<AreaLevel>,
    /// Closed ones too.
    pub closed: bool,
    /// Only codes after this one.
    pub after: Option<AreaCode>,
}

/// An area that is to be made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewArea {
    /// The code.
    pub code: AreaCode,
    /// The name.
    pub name: String,
    /// What a grid is for; none for other areas.
    pub grid_kind: Option<GridKind>,
    /// The first day of use.
    pub valid_from: Option<NaiveDate>,
}

impl NewArea {
    /// A village, grid or micro-grid that a town makes itself; 422 for codes above that, which the state gives out,
    /// for a kind where there is none, and for a first day after `today`.
    pub fn parse(
        code: AreaCode,
        name: &str,
        grid_kind: Option<GridKind>,
        valid_from: Option<NaiveDate>,
        today: NaiveDate,
    ) -> Result<Self> {
        let mut check = Check::new();
        let name = check.text("name", name, 1, NAME_LENGTH);
        if !is_own(code.level()) {
            check.refuse("code", "只能新建村(社区)、网格和微网格,上级区划请导入");
        } else if let Err(why) = usable(&code) {
            check.refuse("code", why);
        }
        if grid_kind.is_some() && code.level() != AreaLevel::Grid {
            check.refuse("grid_kind", "只有网格才有类型");
        }
        if valid_from.is_some_and(|day| day > today) {
            check.refuse("valid_from", "不能晚于今天");
        }
        let grid_kind = grid_kind.or_else(|| default_kind(code.level()));
        check.finish(Self { code, name, grid_kind, valid_from: Some(valid_from.unwrap_or(today)) })
    }
}

/// Whether a town keeps areas of this level itself.
fn is_own(level: AreaLevel) -> bool {
    level >= AreaLevel::Village
}

/// A grid is a basic one unless someone says otherwise.
pub fn default_kind(level: AreaLevel) -> Option<GridKind> {
    (level == AreaLevel::Grid).then_some(GridKind::Basic)
}

/// Refuses codes that end in zeros below the town: in statistics these stand for the whole above.
pub fn usable(code: &AreaCode) -> std::result::Result<(), &'static str> {
    let above = code.parent().map_or(0, |parent| parent.as_str().len());
    let own = code.as_str().get(above..).unwrap_or_default();
    let whole = is_own(code.level()) && own.bytes().all(|digit| digit == b'0');
    if whole { Err("本级编号不能全为 0") } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(code: &str, kind: Option<GridKind>, day: u32) -> Result<NewArea> {
        let today = NaiveDate::from_ymd_opt(2026, 3, 5).unwrap();
        let from = NaiveDate::from_ymd_opt(2026, 3, day);
        NewArea::parse(code.parse().unwrap(), "示例一网格", kind, from, today)
    }

    #[test]
    fn a_town_makes_villages_grids_and_micro_grids_and_nothing_above() {
        for code in ["500114119201", "500114119201001", "50011411920100101"] {
            assert!(parse(code, None, 5).is_ok(), "{code}");
        }
        for code in ["50", "500114", "500114119", "500114119000", "500114119201000"] {
            assert!(parse(code, None, 5).is_err(), "{code}");
        }
    }

    #[test]
    fn a_grid_is_basic_unless_said_otherwise_and_a_village_has_no_kind() {
        assert_eq!(parse("500114119201001", None, 5).unwrap().grid_kind, Some(GridKind::Basic));
        assert!(parse("500114119201", Some(GridKind::Exclusive), 5).is_err());
    }

    #[test]
    fn an_area_does_not_begin_tomorrow() {
        assert!(parse("500114119201", None, 6).is_err());
    }
}
