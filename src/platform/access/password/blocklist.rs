//! Common passwords, Chinese habits included.
//!
//! A password is reduced to its skeleton first: lower case, usual substitutions undone, digits and
//! symbols at both ends dropped. So one entry stands for `Woaini1314!`, `w0aini` and `WOAINI520`.

/// Words that people take, as skeletons: pinyin, English, keyboard walks, our own surroundings.
const WORDS: &[&str] = &[
    "a",
    "aa",
    "aaa",
    "abc",
    "abcd",
    "abcabc",
    "abcdef",
    "abcdefg",
    "admin",
    "administrator",
    "asd",
    "asdasd",
    "asdf",
    "asdfgh",
    "asdfghjkl",
    "baobao",
    "beijing",
    "changeme",
    "china",
    "chongqing",
    "default",
    "dragon",
    "football",
    "gonganju",
    "guanli",
    "guanliyuan",
    "guest",
    "huawei",
    "iloveyou",
    "jiedao",
    "juwei",
    "letmein",
    "login",
    "love",
    "master",
    "mima",
    "monkey",
    "nihao",
    "pass",
    "passwd",
    "password",
    "passwordpassword",
    "princess",
    "qaz",
    "qazwsx",
    "qazwsxedc",
    "qq",
    "qwe",
    "qweasd",
    "qweasdzxc",
    "qwer",
    "qwerty",
    "qwertyuiop",
    "qazxsw",
    "root",
    "shequ",
    "sunshine",
    "superman",
    "system",
    "taobao",
    "temp",
    "tencent",
    "test",
    "tiankong",
    "user",
    "wangge",
    "wanggeyuan",
    "wangluo",
    "weixin",
    "welcome",
    "woaini",
    "woainiwoaini",
    "woaizhongguo",
    "xiangzhen",
    "xinfang",
    "zaixian",
    "zhenzhengfu",
    "zhongguo",
    "zhengfu",
    "zhenfu",
    "zxc",
    "zxcvbn",
    "zxcvbnm",
    "网格",
    "网格员",
    "密码",
    "管理员",
    "中国",
    "我爱你",
];

/// Runs along which fingers walk.
const WALKS: &[&str] = &[
    "01234567890123456789",
    "qwertyuiopasdfghjklzxcvbnm",
    "1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik9ol0p",
    "1q2w3e4r5t6y7u8i9o0p",
    "abcdefghijklmnopqrstuvwxyz",
    "!@#$%^&*()",
];

/// Whether `password` is among the first that anyone would try.
pub(super) fn is_common(password: &str) -> bool {
    let lower = password.to_lowercase();
    let plain = skeleton(&lower);
    is_repetition(&lower) || is_walk(&lower) || plain.is_empty() || WORDS.contains(&plain.as_str())
}

fn skeleton(lower: &str) -> String {
    // The ends are cut before letters are put back, or `admin1!` would become `admini`.
    let core = lower.trim_matches(|c: char| !c.is_alphabetic());
    core.chars()
        .map(|c| match c {
            '0' => 'o',
            '1' | '!' => 'i',
            '3' => 'e',
            '4' | '@' => 'a',
            '5' | '$' => 's',
            other => other,
        })
        .collect()
}

/// One to four characters over and over.
fn is_repetition(lower: &str) -> bool {
    let letters: Vec<char> = lower.chars().collect();
    (1..=4).any(|unit| {
        letters.len() > unit && letters.iter().zip(letters.iter().skip(unit)).all(|(a, b)| a == b)
    })
}

/// A piece of a walk, forwards or backwards.
fn is_walk(lower: &str) -> bool {
    let backwards: String = lower.chars().rev().collect();
    WALKS.iter().any(|walk| walk.contains(lower) || walk.contains(&backwards))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn habits_are_seen_through_their_decoration() {
        for common in [
            "Woaini1314",
            "w0aini520!",
            "P@ssw0rd",
            "Passw0rd2026",
            "Admin@123",
            "admin1!",
            "1qaz2wsx3EDC",
            "Qwerty123!",
            "Wangge@2026",
            "Abc123456",
            "88888888",
            "1231231231231231",
            "123456789012345",
            "9876543210",
            "1qaz!",
            "网格员123456",
            "19900101",
            "5201314aa",
            "Aa123456",
            "abcabcabcabcabc",
            "poiuytrewq",
        ] {
            assert!(is_common(common), "{common}");
        }
    }

    #[test]
    fn other_texts_are_left_alone() {
        for fine in
            ["river7-Bend", "lantern over the river", "Hx7-mqpz", "一蓑烟雨任平生", "administered-42x"]
        {
            assert!(!is_common(fine), "{fine}");
        }
    }
}
