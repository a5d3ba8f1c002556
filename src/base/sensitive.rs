//! Names, phones, ID numbers and addresses of persons: they print as dots and show themselves only
//! masked. The plain text is had by [`expose`](PersonName::expose), a word to search for.

use std::fmt;

/// Why a text is no such value; never repeats the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Unusable(&'static str);

impl fmt::Display for Unusable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

impl std::error::Error for Unusable {}

macro_rules! sensitive {
    ($($(#[$doc:meta])* $name:ident),+) => { $(
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, Hash)]
        pub struct $name(String);

        impl $name {
            /// The plain text. Each use must have a reason that an auditor would accept.
            pub fn expose(&self) -> &str {
                &self.0
            }

            /// What our own store gave back; it was looked at when it came in.
            pub fn stored(plain: String) -> Self {
                Self(plain)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("•••")
            }
        }
    )+ };
}

sensitive! {
    /// A person's name, 1 to 40 characters.
    PersonName,
    /// A mainland mobile number, 11 digits, without country code.
    Phone,
    /// A citizen's ID number (GB 11643-1999), 18 places.
    CitizenId,
    /// Where a person lives, 1 to 120 characters.
    Address
}

impl PersonName {
    /// Takes a name as people write it.
    pub fn parse(text: &str) -> Result<Self, Unusable> {
        let text = text.trim();
        let length = text.chars().count();
        if length == 0 || length > 40 || text.chars().any(char::is_control) {
            return Err(Unusable("姓名应为 1 到 40 个字"));
        }
        Ok(Self(text.to_owned()))
    }

    /// The family name and a star per further character: `张**`.
    pub fn masked(&self) -> String {
        let mut letters = self.0.chars();
        let first = letters.next().map(String::from).unwrap_or_default();
        first + &"*".repeat(letters.count().min(4))
    }
}

impl Phone {
    /// Takes a number as people and spreadsheets write it: with `+86`, blanks or hyphens.
    pub fn parse(text: &str) -> Result<Self, Unusable> {
        let digits: String = text.chars().filter(|c| !c.is_whitespace() && *c != '-').collect();
        let digits = digits.strip_prefix("+86").unwrap_or(&digits);
        let digits = if digits.len() == 13 { digits.strip_prefix("86").unwrap_or(digits) } else { digits };
        let fits = digits.len() == 11
            && digits.starts_with('1')
            && digits.bytes().all(|b| b.is_ascii_digit())
            && digits.as_bytes().get(1).is_some_and(|second| (b'3'..=b'9').contains(second));
        if fits { Ok(Self(digits.to_owned())) } else { Err(Unusable("应为 11 位手机号码")) }
    }

    /// First three and last four digits: `138****5678`.
    pub fn masked(&self) -> String {
        match (self.0.get(..3), self.0.get(7..)) {
            (Some(head), Some(tail)) => format!("{head}****{tail}"),
            _ => "****".to_owned(),
        }
    }
}

impl CitizenId {
    /// Takes an 18-place number whose date and check place are right.
    pub fn parse(text: &str) -> Result<Self, Unusable> {
        let text = text.trim().to_ascii_uppercase();
        let places = text.as_bytes();
        if places.len() != 18 || !places.iter().take(17).all(u8::is_ascii_digit) {
            return Err(Unusable("身份证号应为 18 位"));
        }
        let born = text.get(6..14).and_then(|day| chrono::NaiveDate::parse_from_str(day, "%Y%m%d").ok());
        if born.is_none() {
            return Err(Unusable("身份证号中的出生日期不存在"));
        }
        if places.last() != Some(&check_place(places)) {
            return Err(Unusable("身份证号校验位不符"));
        }
        Ok(Self(text))
    }

    /// The day of birth that the number names.
    pub fn born_on(&self) -> Option<chrono::NaiveDate> {
        chrono::NaiveDate::parse_from_str(self.0.get(6..14)?, "%Y%m%d").ok()
    }

    /// Whether the number names a woman (its 17th place is even).
    pub fn is_female(&self) -> bool {
        self.0.as_bytes().get(16).is_some_and(|place| place.is_multiple_of(2))
    }

    /// First six and last two places: `500114**********1X`.
    pub fn masked(&self) -> String {
        match (self.0.get(..6), self.0.get(16..)) {
            (Some(head), Some(tail)) => format!("{head}**********{tail}"),
            _ => "**********".to_owned(),
        }
    }
}

/// The check place by GB 11643: weights, modulo 11.
fn check_place(places: &[u8]) -> u8 {
    const WEIGHTS: [u32; 17] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
    const CHECKS: &[u8; 11] = b"10X98765432";
    let sum: u32 = WEIGHTS.iter().zip(places).map(|(weight, place)| weight * u32::from(place - b'0')).sum();
    CHECKS[sum as usize % 11]
}

impl Address {
    /// Takes an address as people write it.
    pub fn parse(text: &str) -> Result<Self, Unusable> {
        let text = text.trim();
        let length = text.chars().count();
        if length == 0 || length > 120 || text.chars().any(char::is_control) {
            return Err(Unusable("地址应为 1 到 120 个字"));
        }
        Ok(Self(text.to_owned()))
    }

    /// The first six characters, enough to tell villages apart.
    pub fn masked(&self) -> String {
        self.0.chars().take(6).collect::<String>() + "***"
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_two_numbers_of_the_standard_are_accepted_and_a_wrong_check_is_not() {
        for number in ["11010519491231002X", "440524188001010014"] {
            assert!(CitizenId::parse(number).is_ok(), "{number}");
        }
        for number in ["110105194912310020", "440524188013010014", "44052418800101001", "11010519491231002Y"]
        {
            assert!(CitizenId::parse(number).is_err(), "{number}");
        }
    }

    #[test]
    fn a_phone_is_taken_as_spreadsheets_write_it() {
        for text in ["13800005678", "+86 138-0000-5678", "86 13800005678", " 138 0000 5678 "] {
            assert_eq!(Phone::parse(text).map(|p| p.masked()), Ok("138****5678".to_owned()), "{text}");
        }
        for text in ["1380000567", "12800005678", "138000056781", "一三八", ""] {
            assert!(Phone::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn nothing_sensitive_prints_itself() {
        let name = PersonName::parse("张三丰").map(|n| format!("{n:?}{}", n.masked()));
        assert_eq!(name, Ok("•••张**".to_owned()));
    }
}
