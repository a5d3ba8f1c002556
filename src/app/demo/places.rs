//! Where it is: the town of the report, with villages and grids that do not exist.

use super::Stage;
use crate::app::Refusal;
use crate::features::areas;
use crate::platform::access::policy::KeepAreas;
use crate::platform::access::system;

/// The town.
pub const TOWN: &str = "500114119";
/// How many grids each village has; fifteen together.
const GRIDS: [usize; 6] = [3, 3, 3, 2, 2, 2];
/// How numbers are written in names.
pub const NUMERALS: [&str; 15] =
    ["一", "二", "三", "四", "五", "六", "七", "八", "九", "十", "十一", "十二", "十三", "十四", "十五"];

/// Codes of the villages.
pub fn villages() -> Vec<String> {
    (1..=GRIDS.len()).map(|n| format!("{TOWN}2{n:02}")).collect()
}

/// Codes of the grids.
pub fn grids() -> Vec<String> {
    let of = |(village, count): (String, usize)| (1..=count).map(move |n| format!("{village}{n:03}"));
    villages().into_iter().zip(GRIDS).flat_map(of).collect()
}

/// The village that a grid lies in.
pub fn village_of(grid: &str) -> &str {
    grid.get(..12).unwrap_or(grid)
}

/// The name of a village.
pub fn village_name(village: &str) -> String {
    let n: usize = village.get(10..12).and_then(|digits| digits.parse().ok()).unwrap_or(1);
    format!("示例{}村", NUMERALS.get(n.saturating_sub(1)).unwrap_or(&"某"))
}

/// What there is, in words.
pub fn told() -> String {
    format!("黔江区邻鄂镇,村 {} 个,网格 {} 个(边界为虚构)", villages().len(), grids().len())
}

/// Takes the list of areas over, as the command `import areas` does.
pub async fn fill(stage: &Stage) -> Result<(), Refusal> {
    let mut list = String::from("code,name,level,parent\n");
    let mut line = |code: &str, name: &str, level: &str, parent: &str| {
        list.push_str(&format!("{code},{name},{level},{parent}\n"));
    };
    line("50", "重庆市", "province", "");
    line("500114", "黔江区", "district", "50");
    line(TOWN, "邻鄂镇", "town", "500114");
    for village in villages() {
        line(&village, &village_name(&village), "village", TOWN);
    }
    for grid in grids() {
        let n: usize = grid.get(12..).and_then(|digits| digits.parse().ok()).unwrap_or(1);
        let name = format!("{}第{}网格", village_name(&grid), NUMERALS.get(n - 1).unwrap_or(&"某"));
        line(&grid, &name, "grid", village_of(&grid));
    }
    let by = system::<KeepAreas>("the sample town's areas come from a list, like those of every town");
    let plan = areas::import(&stage.house.app.db, &by, list.into_bytes(), false).await;
    let plan = plan.map_err(|problem| Refusal::new("区划没有写入", format!("{problem:?}")))?;
    match plan.errors.first() {
        Some(error) => Err(Refusal::new("区划没有写入", &error.message)),
        None => Ok(()),
    }
}
