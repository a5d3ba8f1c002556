//! Texts as they are compared: folded, so that what people take for the same is the same.
//!
//! Folding is NFKC (full-width letters become half-width, `㎡` becomes `m2`), then lower case, then letters and digits
//! alone: blanks, punctuation and emoji are dropped, so that `3-2-101` is found in `3-2-101室` and `燃气泄漏` across a
//! line break. A question is split at blanks into words; each must occur in one of a case's texts, in any order. A word of
//! one character is looked for like any other.

use icu_normalizer::ComposingNormalizerBorrowed;

use crate::base::problem::{Problem, Result};
use crate::features::cases::model::CaseKind;

/// The field of the query.
const FIELD: &str = "q";
/// The longest question, characters.
pub const LONGEST: usize = 64;
/// The most words of a question.
const MOST_WORDS: usize = 8;
/// The most grams that a question is looked up by. Only ligatures that unfold into whole sentences come near it; what
/// is left over is compared with the texts themselves, as everything is.
const MOST_GRAMS: usize = 64;

/// A text as it is compared.
pub fn fold(text: &str) -> String {
    if text.chars().all(is_plain) {
        // The same as below for nearly every text that a town writes, without looking anything up.
        return text
            .chars()
            .filter(|c| is_ideograph(*c) || c.is_ascii_alphanumeric())
            .map(|c| c.to_ascii_lowercase())
            .collect();
    }
    fold_any(text)
}

fn fold_any(text: &str) -> String {
    const NFKC: ComposingNormalizerBorrowed = ComposingNormalizerBorrowed::new_nfkc();
    let lower =
        |text: &str| text.chars().flat_map(char::to_lowercase).filter(|c| c.is_alphanumeric()).collect();
    lower(&NFKC.normalize(text))
}

/// A character of the block that holds the Chinese characters in common use.
fn is_ideograph(c: char) -> bool {
    ('\u{4e00}'..='\u{9fff}').contains(&c)
}

/// A character that folding keeps, lowers or drops, whatever stands beside it.
fn is_plain(c: char) -> bool {
    is_ideograph(c)
        || c.is_ascii()
        || "、。《》“”\u{ff0c}\u{ff1a}\u{ff1b}\u{ff01}\u{ff1f}\u{ff08}\u{ff09}".contains(c)
}

/// Every part of a folded text that is one or two characters long, with repetitions.
pub fn grams(folded: &str) -> impl Iterator<Item = &str> {
    folded.char_indices().flat_map(|(start, first)| {
        let middle = start + first.len_utf8();
        let second = folded.get(middle..).and_then(|rest| rest.chars().next());
        let pair = second.and_then(|second| folded.get(start..middle + second.len_utf8()));
        folded.get(start..middle).into_iter().chain(pair)
    })
}

/// What somebody looks for: at least one word, none of them empty, all folded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Words(Vec<String>);

impl Words {
    /// The words of a question; none when it is blank. 422 when it is too long or has neither letter nor digit.
    pub fn parse(question: &str) -> Result<Option<Self>> {
        if question.trim().is_empty() {
            return Ok(None);
        }
        if question.chars().count() > LONGEST {
            return Err(Problem::field(FIELD, format!("最多 {LONGEST} 个字")));
        }
        let mut words: Vec<String> =
            question.split_whitespace().map(fold).filter(|word| !word.is_empty()).collect();
        words.sort();
        words.dedup();
        match words.len() {
            0 => Err(Problem::field(FIELD, "请输入文字或数字")),
            1..=MOST_WORDS => Ok(Some(Self(words))),
            _ => Err(Problem::field(FIELD, format!("最多 {MOST_WORDS} 个词"))),
        }
    }

    /// Whether each word occurs in one of `texts`.
    pub fn occur_in(&self, texts: &[&str]) -> bool {
        let folded: Vec<String> = texts.iter().map(|text| fold(text)).collect();
        self.0.iter().all(|word| folded.iter().any(|text| text.contains(word.as_str())))
    }

    /// The case number that the question is, as it is stored, when it is nothing else: letters, nine digits of the town, the
    /// year, and at least five digits.
    pub fn number(&self) -> Option<String> {
        let [word] = self.0.as_slice() else { return None };
        let of =
            |kind: &CaseKind| word.strip_prefix(&kind.letters().to_lowercase()).map(|rest| (*kind, rest));
        let (kind, digits) = CaseKind::ALL.iter().find_map(of)?;
        let (town, rest) = digits.split_at_checked(9)?;
        let (year, n) = rest.split_at_checked(4)?;
        let whole = n.len() >= 5 && digits.bytes().all(|digit| digit.is_ascii_digit());
        whole.then(|| format!("{}-{town}-{year}-{n}", kind.letters()))
    }

    /// Grams that every case with these words has: the pairs of longer words, and words of one character.
    pub fn grams(&self) -> Vec<&str> {
        let mut all: Vec<&str> = Vec::new();
        for word in &self.0 {
            let single = word.chars().nth(1).is_none();
            all.extend(grams(word).filter(|gram| single || gram.chars().nth(1).is_some()));
        }
        all.sort_unstable();
        all.dedup();
        all.truncate(MOST_GRAMS);
        all
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn words(question: &str) -> Vec<String> {
        Words::parse(question).unwrap().unwrap().0
    }

    #[test]
    fn width_case_punctuation_and_emoji_make_no_difference() {
        for (text, folded) in [
            ("ＡＢＣ１２３", "abc123"),
            ("燃气,泄漏。\n（急）", "燃气泄漏急"),
            ("YH-500114119-2026-00042", "yh500114119202600042"),
            ("漏水😀👨‍👩‍👧水", "漏水水"),
            ("㎡ ①", "m21"),
            ("İstanbul", "istanbul"),
            ("e\u{301}", "é"),
            ("𠮷野家", "𠮷野家"),
            ("!?…——", ""),
        ] {
            assert_eq!(fold(text), folded, "{text}");
        }
    }

    #[test]
    fn plain_texts_fold_as_any() {
        let plain: String = ('\0'..=char::MAX).filter(|c| is_plain(*c)).collect();
        assert_eq!(fold(&plain), fold_any(&plain));
        for c in plain.chars() {
            assert_eq!(fold(&String::from(c)), fold_any(&String::from(c)), "{c}");
        }
    }

    #[test]
    fn folding_twice_changes_nothing() {
        for text in ["ＡｂC 漏水", "ﷺ㍿", "İI\u{307}", "ǅ"] {
            let once = fold(text);
            assert_eq!(fold(&once), once, "{text}");
        }
    }

    #[test]
    fn grams_are_the_characters_and_the_pairs() {
        assert_eq!(grams("漏水a").collect::<Vec<_>>(), ["漏", "漏水", "水", "水a", "a"]);
        assert_eq!(grams("").count(), 0);
    }

    #[test]
    fn a_question_is_words_without_signs() {
        assert_eq!(words("  燃气 泄漏 燃气 "), ["泄漏", "燃气"]);
        assert_eq!(words("3-2-101"), ["32101"]);
        assert_eq!(words("漏水 😀"), ["漏水"]);
        assert_eq!(Words::parse(" \n").unwrap(), None);
        let refused = |question: &str| Words::parse(question).unwrap_err().errors()[0].field.clone();
        assert_eq!(refused("😀 ,。"), "q");
        assert_eq!(refused(&"水".repeat(LONGEST + 1)), "q");
        assert_eq!(refused("一 二 三 四 五 六 七 八 九"), "q");
    }

    #[test]
    fn a_word_is_looked_up_by_its_pairs_and_a_single_character_by_itself() {
        let of = |question: &str| Words::parse(question).unwrap().unwrap();
        assert_eq!(of("燃气表").grams(), ["气表", "燃气"]);
        assert_eq!(of("水").grams(), ["水"]);
        assert_eq!(of("水 水管").grams(), ["水", "水管"]);
        assert!(of(&"ﷺ㍿㌀".repeat(20)).grams().len() <= MOST_GRAMS);
    }

    #[test]
    fn a_number_is_known_however_it_is_written() {
        let of = |question: &str| Words::parse(question).unwrap().unwrap().number();
        let stored = Some("YH-500114119-2026-00042".to_owned());
        for question in ["YH-500114119-2026-00042", "yh500114119202600042", "ＹＨ－500114119－2026－00042"]
        {
            assert_eq!(of(question), stored, "{question}");
        }
        assert_eq!(of("JF-500114119-2026-1234567"), Some("JF-500114119-2026-1234567".to_owned()));
        for question in [
            "YH-500114119-2026-42",
            "XX-500114119-2026-00042",
            "YH-500114119-2026-00042 燃气",
            "YH-500114119-2026-0004气",
            "YH",
        ] {
            assert_eq!(of(question), None, "{question}");
        }
    }

    #[test]
    fn words_occur_in_any_order_and_never_across_two_texts() {
        let of = |question: &str| Words::parse(question).unwrap().unwrap();
        assert!(of("水管 燃气").occur_in(&["燃气", "漏水管道"]));
        assert!(!of("气漏").occur_in(&["燃气", "漏水管道"]));
        assert!(of("ＡＢ").occur_in(&["x a-b"]));
    }
}
