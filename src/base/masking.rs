//! Numbers of persons in free text: phones, ID numbers, bank cards.
//!
//! Whoever reports writes them into titles and details although no field asks for them. What leaves the house as a file
//! shows them masked. It is a net with meshes: names and addresses in free text it does not know.

/// So many digits in a row are somebody's number: a mobile or a landline with its area code has 11, an ID number 15 or
/// 18, a bank card 16 to 19.
const FEWEST: usize = 11;
/// From here on six digits stay in front, as of an ID number; of a shorter one three.
const LONG: usize = 15;
/// Digits after a blank or a hyphen belong to the same number from so many on: `138 0000 5678` is one number, a date with
/// its days is none.
const GROUP: usize = 3;

/// `text` with the middle of each such number as stars.
pub fn masked_numbers(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find(|c| digit(c).is_some()) {
        let (before, from) = rest.split_at(start);
        shown.push_str(before);
        let (digits, length) = number(from);
        let (number, after) = from.split_at(length);
        if digits.chars().count() >= FEWEST {
            shown.push_str(&masked(&digits));
        } else {
            shown.push_str(number);
        }
        rest = after;
    }
    shown + rest
}

/// A digit in either width.
fn digit(c: char) -> Option<char> {
    match c {
        '0'..='9' => Some(c),
        '\u{ff10}'..='\u{ff19}' => char::from_digit(u32::from(c) - 0xff10, 10),
        _ => None,
    }
}

/// The digits of the number that `text` begins with, and how many bytes it takes up.
fn number(text: &str) -> (String, usize) {
    let group = |text: &str| -> (String, usize) {
        let digits: String = text.chars().map_while(digit).collect();
        let length = text.chars().take_while(|c| digit(*c).is_some()).map(char::len_utf8).sum();
        (digits, length)
    };
    let (mut digits, mut length) = group(text);
    while let Some(rest) = text.get(length..) {
        let Some(gap) = rest.chars().next().filter(|c| matches!(c, ' ' | '-' | '\u{3000}' | '\u{ff0d}'))
        else {
            break;
        };
        let (more, taken) = group(rest.get(gap.len_utf8()..).unwrap_or_default());
        if more.chars().count() < GROUP {
            break;
        }
        digits.push_str(&more);
        length += gap.len_utf8() + taken;
    }
    // The check place of an ID number may be the letter X.
    if digits.len() == 17
        && let Some(check) = text.get(length..).and_then(|rest| rest.chars().next())
        && matches!(check, 'x' | 'X' | '\u{ff38}' | '\u{ff58}')
    {
        digits.push('X');
        length += check.len_utf8();
    }
    (digits, length)
}

fn masked(digits: &str) -> String {
    let (head, tail) = if digits.len() >= LONG { (6, 2) } else { (3, 4) };
    let stars = "*".repeat(digits.len() - head - tail);
    format!("{}{stars}{}", &digits[..head], &digits[digits.len() - tail..])
}

#[cfg(test)]
mod tests {
    use super::masked_numbers;

    #[test]
    fn numbers_of_persons_are_masked_however_they_are_written() {
        for (text, shown) in [
            ("电话13800005678,请回", "电话138****5678,请回"),
            ("138-0000-5678/138 0000 5678", "138****5678/138****5678"),
            ("１３８００００５６７８", "138****5678"),
            ("+86 13800005678", "+861******5678"),
            ("身份证11010519491231002X。", "身份证110105**********2X。"),
            ("110105 19491231 002x", "110105**********2X"),
            ("卡号6222 0000 0000 0000 123", "卡号622200***********23"),
            ("023-72680000", "023****0000"),
        ] {
            assert_eq!(masked_numbers(text), shown, "{text}");
        }
    }

    #[test]
    fn dates_amounts_and_short_numbers_stay() {
        for text in [
            "2026-03-02 14:30",
            "3-2-101室",
            "5000元",
            "12345热线",
            "",
            "2026-03-02 至 2026-03-05",
            "72680000",
        ] {
            assert_eq!(masked_numbers(text), text);
        }
    }
}
