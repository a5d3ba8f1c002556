//! Which passwords may be chosen: by 等保 (GB/T 22239-2019) or by NIST SP 800-63B.
//!
//! The two disagree: 等保 assessments ask for mixed characters and a change every 90 days, NIST forbids
//! both. An installation picks one; staff start with `dengbao`.

use chrono::TimeDelta;
use serde::{Deserialize, Serialize};

use super::blocklist;
use crate::base::clock::Timestamp;
use crate::base::sensitive::{PersonName, Phone};

/// Longer texts are refused, so that hashing stays cheap. NIST asks for 64 at least.
const LONGEST: usize = 128;
/// How many characters in a row of one's own phone number give it away.
const PHONE_PART: usize = 6;

/// A set of rules for new passwords.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PasswordProfile {
    /// 等保 level 2 and 3 (GB/T 22239-2019, 8.1.4.1): 8 characters, 3 of 4 classes, 90 days, no reuse of the last 5.
    #[default]
    Dengbao,
    /// NIST SP 800-63B: 15 characters where the password is the only factor, not a common one, no other rule.
    Nist,
}

/// Whom a password is for; it may not be made of this.
#[derive(Debug, Clone, Copy, Default)]
pub struct About<'a> {
    /// The account's phone.
    pub phone: Option<&'a Phone>,
    /// The person's name.
    pub name: Option<&'a PersonName>,
}

impl PasswordProfile {
    /// Whether `password` may be chosen; otherwise every reason against it, in Chinese.
    ///
    /// Reuse is asked of [`PasswordGate::is_reused`](super::PasswordGate::is_reused) with the newest
    /// [`Self::history`] hashes.
    pub fn check(self, password: &str, about: About<'_>) -> Result<(), Vec<String>> {
        let mut against = Vec::new();
        let length = password.chars().count();
        if length < self.shortest() {
            against.push(format!("至少 {} 个字符", self.shortest()));
        }
        if length > LONGEST {
            against.push(format!("最多 {LONGEST} 个字符"));
        }
        if self == Self::Dengbao && classes(password) < 3 {
            against.push("须包含大写字母、小写字母、数字、符号中的至少三类".to_owned());
        }
        if about.phone.is_some_and(|phone| shares_part(password, phone.expose(), PHONE_PART)) {
            against.push("不能包含本人手机号码".to_owned());
        }
        if about.name.is_some_and(|name| contains_name(password, name.expose())) {
            against.push("不能包含本人姓名".to_owned());
        }
        if blocklist::is_common(password) {
            against.push("过于常见,容易被猜到".to_owned());
        }
        if against.is_empty() { Ok(()) } else { Err(against) }
    }

    /// How many of the newest passwords may not be chosen again.
    pub const fn history(self) -> usize {
        match self {
            Self::Dengbao => 5,
            Self::Nist => 0,
        }
    }

    /// When a password that was set at `set_at` must be changed; `None`: only when it is known to others.
    pub fn expires_at(self, set_at: Timestamp) -> Option<Timestamp> {
        match self {
            Self::Dengbao => Some(set_at.plus(TimeDelta::days(90))),
            Self::Nist => None,
        }
    }

    const fn shortest(self) -> usize {
        match self {
            Self::Dengbao => 8,
            Self::Nist => 15,
        }
    }
}

/// How many of the four classes occur; letters without case, such as Chinese ones, count as symbols.
fn classes(password: &str) -> usize {
    let has = |class: fn(char) -> bool| usize::from(password.chars().any(class));
    has(|c| c.is_ascii_uppercase())
        + has(|c| c.is_ascii_lowercase())
        + has(|c| c.is_ascii_digit())
        + has(|c| !c.is_ascii_alphanumeric())
}

/// Whether `length` bytes in a row of `own` (ASCII) stand in `password`.
fn shares_part(password: &str, own: &str, length: usize) -> bool {
    let windows = own.as_bytes().windows(length);
    windows.into_iter().any(|part| password.as_bytes().windows(length).any(|other| other == part))
}

/// A name of one letter would forbid too much.
fn contains_name(password: &str, name: &str) -> bool {
    name.chars().count() > 1 && password.to_lowercase().contains(&name.to_lowercase())
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn reasons(profile: PasswordProfile, password: &str) -> usize {
        let phone = Phone::parse("13800005678").unwrap();
        let name = PersonName::parse("示例张三").unwrap();
        let about = About { phone: Some(&phone), name: Some(&name) };
        profile.check(password, about).err().map_or(0, |against| against.len())
    }

    #[test]
    fn dengbao_wants_eight_characters_of_three_classes() {
        use PasswordProfile::Dengbao;
        for good in ["Hx7-mqpz", "river7-Bend", "山高路远-Wq7"] {
            assert_eq!(reasons(Dengbao, good), 0, "{good}");
        }
        for (bad, count) in [("Hx7-mqp", 1), ("hx7mqpzz", 1), ("hx7", 2), ("", 3)] {
            assert_eq!(reasons(Dengbao, bad), count, "{bad}");
        }
    }

    #[test]
    fn nist_wants_fifteen_characters_and_no_mixture() {
        use PasswordProfile::Nist;
        assert_eq!(reasons(Nist, "lantern over the river"), 0);
        assert_eq!(reasons(Nist, "春江潮水连海平海上明月共潮生"), 1, "fourteen characters");
        assert_eq!(reasons(Nist, "Hx7-mqpz"), 1);
        assert_eq!(reasons(Nist, &"山".repeat(129)), 2, "too long, and one character over and over");
    }

    #[test]
    fn what_others_know_of_a_person_is_no_secret() {
        for profile in [PasswordProfile::Dengbao, PasswordProfile::Nist] {
            assert_eq!(reasons(profile, "Xq-13800005678-zW"), 1);
            assert_eq!(reasons(profile, "Xq-005678-zWmmrtKp"), 1);
            assert_eq!(reasons(profile, "Xq-示例张三-zWmmr7tKp"), 1);
        }
    }

    #[test]
    fn only_dengbao_lets_passwords_age() {
        let set_at = Timestamp::from_millis(0);
        let ends = PasswordProfile::Dengbao.expires_at(set_at);
        assert_eq!(ends.map(|at| at.since(set_at)), Some(TimeDelta::days(90)));
        assert_eq!(PasswordProfile::Nist.expires_at(set_at), None);
        assert_eq!((PasswordProfile::Dengbao.history(), PasswordProfile::Nist.history()), (5, 0));
    }
}
