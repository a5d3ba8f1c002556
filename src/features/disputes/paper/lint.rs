//! What in a draft looks wrong, as far as that can honestly be told from its words. Hints, no refusals: a mediator
//! knows what was meant.

use std::collections::BTreeSet;

use chrono::NaiveDate;

use super::draft::Draft;
use crate::base::problem::Basis;
use crate::features::disputes::model::CONFIRMATION_RULES;

crate::text_enum! {
    /// What looks wrong.
    pub enum HintKind {
        DueInPast = "due_in_past" "履行期限早于今天",
        NoUnit = "no_unit" "金额缺少单位",
        PersonalStatus = "personal_status" "可能涉及身份、收养或者婚姻关系",
        /// How much is lawful depends on a rate that is published each month and that nobody told this program.
        Interest = "interest" "约定了利息,请人工核对是否超过上限",
    }
}

/// One thing that looks wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hint {
    /// What.
    pub kind: HintKind,
    /// The field of the draft.
    pub field: String,
    /// The words that it is about; an amount or a phrase, never a name.
    pub words: String,
    /// The law that it touches.
    pub basis: Option<Basis>,
}

/// Courts confirm no agreement on these (规定 4).
const PERSONAL_STATUS: [&str; 6] = ["离婚", "复婚", "婚姻关系", "收养", "亲子关系", "身份关系"];
/// Where interest is agreed on.
const INTEREST: [&str; 5] = ["利息", "利率", "月息", "年息", "日息"];
/// The cap on interest of private loans: four times the one-year loan prime rate at the time of the contract.
const INTEREST_CAP: Basis = Basis {
    law: "最高人民法院关于审理民间借贷案件适用法律若干问题的规定",
    article: "第二十五条",
};
/// After these an amount of money follows.
const MONEY: [&str; 16] = [
    "赔偿", "赔付", "支付", "给付", "补偿", "返还", "退还", "偿还", "归还", "借款", "欠款", "工资", "货款",
    "费", "定金", "金额",
];
/// How far behind such a word the amount may begin, in characters.
const REACH: usize = 10;
/// What may follow an amount and is no unit of it.
const NO_UNIT: &str = "给于由并和及作为用以至整";

/// Everything that looks wrong in `draft` on `today`, in the order of its fields.
pub fn hints(draft: &Draft, today: NaiveDate) -> Vec<Hint> {
    let mut found = Vec::new();
    for (n, item) in draft.items.iter().enumerate() {
        let field = format!("items[{n}].content");
        for amount in amounts_without_unit(&item.content) {
            found.push(Hint { kind: HintKind::NoUnit, field: field.clone(), words: amount, basis: None });
        }
        let status = Basis { law: CONFIRMATION_RULES, article: "第四条" };
        let lists = [
            (HintKind::PersonalStatus, &PERSONAL_STATUS[..], status),
            (HintKind::Interest, &INTEREST[..], INTEREST_CAP),
        ];
        for (kind, phrases, basis) in lists {
            if let Some(phrase) = phrases.iter().find(|phrase| item.content.contains(**phrase)) {
                let words = (*phrase).to_owned();
                found.push(Hint { kind, field: field.clone(), words, basis: Some(basis) });
            }
        }
        if let Some(day) = item.due_on.filter(|day| *day < today && !item.at_once) {
            let field = format!("items[{n}].due_on");
            found.push(Hint { kind: HintKind::DueInPast, field, words: day.to_string(), basis: None });
        }
    }
    found
}

/// Amounts that follow a word of money and have no unit behind them.
fn amounts_without_unit(text: &str) -> Vec<String> {
    let letters: Vec<char> = text.chars().collect();
    let (mut seen, mut bare) = (BTreeSet::new(), Vec::new());
    for start in 0..letters.len() {
        let here: String = letters.iter().skip(start).take(2).collect();
        let Some(word) = MONEY.iter().find(|word| here.starts_with(**word)) else { continue };
        let Some(from) = amount_after(&letters, start + word.chars().count()) else { continue };
        let amount: String = letters.iter().skip(from).take_while(|c| is_amount(**c)).collect();
        let amount = amount.trim_end_matches([',', '.']).to_owned();
        let behind = letters.get(from + amount.chars().count());
        if seen.insert(from) && counts_as_amount(&amount) && !is_unit(behind.copied()) {
            bare.push(amount);
        }
    }
    bare
}

/// Where an amount begins after a word of money that ends before `from`; none when a pause or nothing comes first, or
/// when it is the number of an item (第3项).
fn amount_after(letters: &[char], from: usize) -> Option<usize> {
    let reach = letters.iter().enumerate().skip(from).take(REACH);
    let mut before = None;
    for (at, letter) in reach {
        if is_amount(*letter) && !matches!(letter, ',' | '.') {
            return (before != Some('第')).then_some(at);
        }
        if is_pause(*letter) && !matches!(letter, ':' | '：') {
            return None;
        }
        before = Some(*letter);
    }
    None
}

fn is_amount(letter: char) -> bool {
    letter.is_ascii_digit()
        || ('０'..='９').contains(&letter)
        || matches!(letter, ',' | '.')
        || "零一二三四五六七八九十百千万亿两壹贰叁肆伍陆柒捌玖拾佰仟".contains(letter)
}

/// A single Chinese numeral is a word like any other (一次、一头牛); only larger ones are taken for amounts.
fn counts_as_amount(amount: &str) -> bool {
    amount.chars().any(|c| c.is_ascii_digit() || ('０'..='９').contains(&c))
        || amount.chars().count() > 1 && amount.chars().any(|c| "十百千万亿拾佰仟".contains(c))
}

fn is_pause(letter: char) -> bool {
    letter.is_whitespace() || letter.is_ascii_punctuation() || "，。；：、！？（）“”《》".contains(letter)
}

/// Whether what follows an amount is a unit, or shows that it was a day or an hour (2026-04-01, 3:00).
fn is_unit(behind: Option<char>) -> bool {
    match behind {
        None => false,
        Some('%' | '％' | '‰' | '-' | '/' | ':' | '：') => true,
        Some(letter) => !is_pause(letter) && !NO_UNIT.contains(letter),
    }
}

#[cfg(test)]
mod tests;
