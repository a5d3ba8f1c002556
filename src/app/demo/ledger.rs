//! Who lives here: 4,400 households with 14,500 persons, 700 of them without a smartphone.
//!
//! Names are 示例 with a heavenly stem and an earthly branch; phones are of the invented series 1991 000 xxxx, one per
//! household; ID numbers are left out.

use super::Stage;
use super::dice::Dice;
use super::places::{grids, village_name};
use crate::app::Refusal;
use crate::features::households;
use crate::platform::access::policy::ImportHouseholds;
use crate::platform::access::system;

const HOUSEHOLDS: usize = 4_400;
const STEMS: [&str; 10] = ["甲", "乙", "丙", "丁", "戊", "己", "庚", "辛", "壬", "癸"];
const BRANCHES: [&str; 12] = ["子", "丑", "寅", "卯", "辰", "巳", "午", "未", "申", "酉", "戌", "亥"];

/// The phone of a household's head, from 19910000001.
pub fn phone(household: usize) -> String {
    format!("1991{:07}", household + 1)
}

/// How many households there are, and whether the household of this number has a smartphone.
pub fn has_smartphone(household: usize) -> bool {
    (household * 31 + 5) % 44 >= 7
}

/// Every household's number.
pub fn all() -> std::ops::Range<usize> {
    0..HOUSEHOLDS
}

/// Two to five persons; 14,500 together.
fn size(household: usize) -> usize {
    let usual = 3 + usize::from(household % 44 < 13);
    match household % 10 {
        0 => usual - 1,
        5 => usual + 1,
        _ => usual,
    }
}

/// The ledger as a town keeps it.
fn ledger(dice: &mut Dice) -> String {
    let grids = grids();
    let mut text = String::from("网格编码,户编号,姓名,与户主关系,性别,出生年份,电话,住址,智能手机\n");
    for home in all() {
        let grid = &grids[home % grids.len()];
        let born = dice.between(1944, 1994);
        let address = format!("{}示例{}组{}号", village_name(grid), home % 7 + 1, home / grids.len() + 1);
        let phone_here = if has_smartphone(home) { "是" } else { "否" };
        for member in 0..size(home) {
            let relation = ["户主", "配偶", "子女", "子女", "父母"][member];
            let born = match member {
                0 => born,
                1 => born + dice.between(-5, 5),
                4 => born - dice.between(20, 30),
                _ => (born + dice.between(20, 32)).min(2024),
            };
            let male = if member < 2 { member == 0 } else { dice.luck(50) };
            let name = format!("示例{}{}", STEMS[(home + member) % 10], dice.pick(&BRANCHES));
            let phone = if member == 0 { phone(home) } else { String::new() };
            let gender = if male { "男" } else { "女" };
            text.push_str(&format!(
                "{grid},H{:04},{name},{relation},{gender},{born},{phone},{address},{phone_here}\n",
                home + 1
            ));
        }
    }
    text
}

/// Takes the ledger over, as the command `import households` does; answers how much it was.
pub async fn fill(stage: &Stage, dice: &mut Dice) -> Result<String, Refusal> {
    let app = &stage.house.app;
    let by = system::<ImportHouseholds>(
        "the sample town's households come from a ledger, like those of every town",
    );
    let at = households::Register { db: app.db.clone(), vault: app.vault.clone() };
    let plan = households::import(at, by, ledger(dice).into_bytes(), false).await;
    let plan = plan.map_err(|problem| Refusal::new("住户没有写入", format!("{problem:?}")))?;
    if let Some(error) = plan.errors.first() {
        return Err(Refusal::new("住户没有写入", format!("第 {} 行:{}", error.line, error.message)));
    }
    let without = all().filter(|home| !has_smartphone(*home)).count();
    let (homes, persons) = (plan.household_tally.created, plan.resident_tally.created);
    Ok(format!("住户 {homes} 户(无智能手机 {without} 户),居民 {persons} 人"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_town_has_the_size_of_the_report() {
        assert_eq!(all().map(size).sum::<usize>(), 14_500);
        assert_eq!(all().filter(|home| !has_smartphone(*home)).count(), 700);
        assert_eq!(ledger(&mut Dice::new(1)).lines().count(), 14_501);
    }
}
