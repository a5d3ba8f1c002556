//! What each field of a WeChat message template takes, so that one over-long title does not make WeChat
//! refuse (47003) a notice for a whole village.
//!
//! Official prose is cut; numbers, dates and names are refused instead, because a shortened one is a
//! wrong one. Called before a delivery is written, never while sending. Lengths count characters.

use std::fmt;

use chrono::{Datelike, NaiveDate, NaiveTime};

/// The type of a field, which WeChat writes into its key: `thing1` is a [`TemplateField::Thing`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TemplateField {
    /// `thing`: up to 20 characters of any script; longer text is cut.
    Thing,
    /// `character_string`: up to 32 letters, digits and symbols of ASCII.
    CharacterString,
    /// `number`: up to 32 digits, decimals allowed.
    Number,
    /// `letter`: up to 32 Latin letters.
    Letter,
    /// `symbol`: up to 5 symbols.
    Symbol,
    /// `phrase`: up to 5 Han characters.
    Phrase,
    /// `name`: up to 10 characters with Han among them, or up to 20 letters and symbols.
    Name,
    /// `time`: a time of day, with or without a date before it, or a range of them joined by `~`.
    Time,
    /// `date`: a date, with or without a time of day after it, or a range of them joined by `~`.
    Date,
    /// `amount`: an optional currency sign, up to 10 digits, decimals allowed, an optional 元.
    Amount,
    /// `phone_number`: up to 17 digits and symbols.
    PhoneNumber,
    /// `car_number`: up to 8 letters and digits; the first and the last may be Han.
    CarNumber,
    /// `const` or `enum`: one of the words that the template lists, which only WeChat knows.
    Enum,
}

/// Why a text does not fit; the text itself is not repeated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unfit {
    /// No such type of field.
    UnknownKey,
    /// Nothing is left after blanks are taken off.
    Empty,
    /// More characters than the field takes.
    TooLong {
        /// The most it takes.
        max: usize,
    },
    /// Characters, or an order of them, that the field does not take.
    WrongForm,
}

impl fmt::Display for Unfit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::UnknownKey => f.write_str("微信模板没有这种字段"),
            Self::Empty => f.write_str("不能为空"),
            Self::TooLong { max } => write!(f, "最多 {max} 个字"),
            Self::WrongForm => f.write_str("格式不符合微信模板字段的要求"),
        }
    }
}

impl std::error::Error for Unfit {}

/// The text as the field `key` takes it: line breaks and control characters become blanks, and official
/// prose (`thing`) of more than 20 characters keeps its first 19 and an ellipsis.
///
/// # Errors
/// [`Unfit`] when the key's type is unknown or its field would not take the text.
pub fn fit(key: &str, text: &str) -> Result<String, Unfit> {
    TemplateField::of_key(key).ok_or(Unfit::UnknownKey)?.fit(text)
}

impl TemplateField {
    /// The type that `key` names: a word and a number, such as `phone_number3`.
    pub fn of_key(key: &str) -> Option<Self> {
        let word = key.trim_end_matches(|c: char| c.is_ascii_digit());
        if word.len() == key.len() {
            return None;
        }
        Some(match word {
            "thing" => Self::Thing,
            "character_string" => Self::CharacterString,
            "number" => Self::Number,
            "letter" => Self::Letter,
            "symbol" => Self::Symbol,
            "phrase" => Self::Phrase,
            "name" => Self::Name,
            "time" => Self::Time,
            "date" => Self::Date,
            "amount" => Self::Amount,
            "phone_number" => Self::PhoneNumber,
            "car_number" => Self::CarNumber,
            "const" | "enum" => Self::Enum,
            _ => return None,
        })
    }

    /// As [`fit`], for a field whose type is known.
    ///
    /// # Errors
    /// [`Unfit`], never [`Unfit::UnknownKey`].
    pub fn fit(self, text: &str) -> Result<String, Unfit> {
        let line: String = text.chars().map(|c| if breaks_line(c) { ' ' } else { c }).collect();
        let line = line.trim();
        if line.is_empty() {
            return Err(Unfit::Empty);
        }
        match self {
            Self::Thing => return Ok(cut(line, 20)),
            Self::CharacterString => within(line, 32, |c| c.is_ascii_graphic() || c == ' ')?,
            Self::Letter => within(line, 32, |c| c.is_ascii_alphabetic())?,
            Self::Symbol => within(line, 5, is_symbol)?,
            Self::Phrase => within(line, 5, is_han)?,
            Self::Name if line.chars().any(is_han) => within(line, 10, |c| !c.is_numeric())?,
            Self::Name => within(line, 20, |c| !c.is_numeric())?,
            Self::PhoneNumber => within(line, 17, |c| c.is_ascii_digit() || is_symbol(c) || c == ' ')?,
            Self::CarNumber => car_number(line)?,
            Self::Number => decimal(line, 32)?,
            Self::Amount => {
                let bare = line.strip_prefix(['\u{A5}', '\u{FFE5}', '$', '€', '£']).unwrap_or(line);
                decimal(bare.strip_suffix('元').unwrap_or(bare), 10)?;
            }
            Self::Time => each_end(line, |end| is_time(end) || is_date_and_time(end))?,
            Self::Date => each_end(line, |end| is_date(end) || is_date_and_time(end))?,
            Self::Enum => {}
        }
        Ok(line.to_owned())
    }
}

fn breaks_line(c: char) -> bool {
    c.is_control() || matches!(c, '\u{2028}' | '\u{2029}')
}

fn cut(line: &str, max: usize) -> String {
    if line.chars().count() <= max {
        return line.to_owned();
    }
    line.chars().take(max - 1).chain(['…']).collect()
}

fn within(line: &str, max: usize, takes: impl Fn(char) -> bool) -> Result<(), Unfit> {
    if !line.chars().all(takes) {
        return Err(Unfit::WrongForm);
    }
    if line.chars().count() > max { Err(Unfit::TooLong { max }) } else { Ok(()) }
}

fn is_han(c: char) -> bool {
    matches!(c, '\u{3007}' | '\u{3400}'..='\u{4DBF}' | '\u{4E00}'..='\u{9FFF}' | '\u{F900}'..='\u{FAFF}' | '\u{20000}'..='\u{323AF}')
}

fn is_symbol(c: char) -> bool {
    !c.is_alphanumeric() && !c.is_whitespace()
}

/// Digits, at most `max` in all, with or without a fraction.
fn decimal(line: &str, max: usize) -> Result<(), Unfit> {
    let (whole, fraction) = line.split_once('.').unwrap_or((line, "0"));
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    if !digits(whole) || !digits(fraction) {
        return Err(Unfit::WrongForm);
    }
    let count = line.bytes().filter(u8::is_ascii_digit).count();
    if count > max { Err(Unfit::TooLong { max }) } else { Ok(()) }
}

fn car_number(line: &str) -> Result<(), Unfit> {
    let inner = line.strip_prefix(is_han).unwrap_or(line);
    let inner = inner.strip_suffix(is_han).unwrap_or(inner);
    if !inner.chars().all(|c| c.is_ascii_alphanumeric()) {
        return Err(Unfit::WrongForm);
    }
    within(line, 8, |_| true)
}

fn each_end(line: &str, takes: impl Fn(&str) -> bool) -> Result<(), Unfit> {
    let fits = match line.split_once('~') {
        Some((from, to)) => takes(from.trim()) && takes(to.trim()),
        None => takes(line),
    };
    if fits { Ok(()) } else { Err(Unfit::WrongForm) }
}

fn is_time(text: &str) -> bool {
    ["%H:%M", "%H:%M:%S"].iter().any(|form| NaiveTime::parse_from_str(text, form).is_ok())
}

fn is_date(text: &str) -> bool {
    ["%Y年%m月%d日", "%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d"]
        .iter()
        .filter_map(|form| NaiveDate::parse_from_str(text, form).ok())
        // chrono takes years of any length.
        .any(|date| (1000..=9999).contains(&date.year()))
}

fn is_date_and_time(text: &str) -> bool {
    text.split_once(' ').is_some_and(|(date, time)| is_date(date) && is_time(time.trim()))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Texts that a key takes as they stand, and texts that it refuses.
    const ROWS: &[(&str, &[&str], &[&str])] = &[
        ("thing1", &["防范冒充公检法诈骗", "Notice 12!", "😀"], &[]),
        ("character_string2", &["NT-2026/0105 a#1"], &["编号1"]),
        ("number3", &["12", "3.50", "01234567890123456789012345678901"], &["-1", "1.", "1,000", "十"]),
        ("letter4", &["AbC"], &["A1", "A B", "甲"]),
        ("symbol5", &["!?…", "★★★★★"], &["a", "1", "甲"]),
        ("phrase6", &["已受理", "待核实中"], &["已 受理", "OK", "受理1"]),
        ("name7", &["张三", "阿不都·热合曼", "Anne-Marie O'Neil"], &["张3", "4you"]),
        (
            "time8",
            &["09:30", "23:59:59", "2026-01-05 09:30", "2026年1月5日 9:30~10:00", "9:00~10:00"],
            &["24:00", "9点", "2026-01-05"],
        ),
        (
            "date9",
            &["2019年10月1日", "2018-01-01", "2018/01/01", "2018.01.01 08:30", "2018-01-01~2018-02-01"],
            &["2018-02-30", "明天", "18-1-1", "08:30"],
        ),
        ("amount10", &["¥12.50", "¥100元", "$3", "1234567890"], &["12,50", "元", "约100元"]),
        ("phone_number11", &["+86-023 6812 3456", "13800005678"], &["电话123", "abc"]),
        ("car_number12", &["渝A12345", "渝A1234学", "AB12345"], &["渝渝1234", "渝A-1234"]),
        ("const13", &["已处理"], &[]),
        ("enum14", &["是"], &[]),
    ];

    #[test]
    fn each_field_takes_what_wechat_documents_and_nothing_else() {
        for (key, taken, refused) in ROWS {
            for text in *taken {
                assert_eq!(fit(key, text).as_deref(), Ok(*text), "{key}");
            }
            for text in *refused {
                assert_eq!(fit(key, text), Err(Unfit::WrongForm), "{key} {text}");
            }
            assert_eq!(fit(key, " \n\t"), Err(Unfit::Empty), "{key}");
        }
    }

    #[test]
    fn one_character_too_many_is_refused_rather_than_cut() {
        let limits = [
            ("character_string1", "a", 32),
            ("number1", "1", 32),
            ("letter1", "a", 32),
            ("symbol1", "!", 5),
            ("phrase1", "网", 5),
            ("name1", "张", 10),
            ("name1", "a", 20),
            ("amount1", "1", 10),
            ("phone_number1", "1", 17),
            ("car_number1", "A", 8),
        ];
        for (key, character, max) in limits {
            assert!(fit(key, &character.repeat(max)).is_ok(), "{key}");
            assert_eq!(fit(key, &character.repeat(max + 1)), Err(Unfit::TooLong { max }), "{key}");
        }
    }

    #[test]
    fn official_prose_is_cut_to_nineteen_characters_and_an_ellipsis() {
        let whole = "网".repeat(20);
        assert_eq!(fit("thing1", &whole), Ok(whole));
        assert_eq!(fit("thing1", &"网".repeat(21)), Ok("网".repeat(19) + "…"));
    }

    #[test]
    fn line_breaks_and_control_characters_become_blanks() {
        assert_eq!(fit("thing1", "转账\r前\u{0}先\u{2028}问\n"), Ok("转账 前 先 问".into()));
    }

    #[test]
    fn a_key_is_a_known_word_and_a_number() {
        for key in ["thing", "title1", "1", "", "thing1.value", "Thing1"] {
            assert_eq!(fit(key, "文"), Err(Unfit::UnknownKey), "{key}");
        }
    }
}
