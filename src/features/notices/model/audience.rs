//! To whom of its areas a notice is aimed: by what people say of themselves, and by age.
//!
//! No list of persons and no score: a rule of two kinds of facts, with an assessment kept beside it, and never for
//! fewer than twenty. 个人信息保护法 6, 24, 55, 56; `docs/decisions/0035-audiences.md`.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::features::households::{Declared, DeclaredTag};

/// A notice to less than everybody in a whole grid must reach at least so many persons: fewer would be a letter to
/// somebody, and would tell the neighbours whom it is about.
pub const FEWEST: i64 = 20;

/// An age band in full years, both ends inside.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "from": 60, "to": 150 }))]
pub struct AgeBand {
    /// The youngest, 0 to 150.
    #[schema(minimum = 0, maximum = 150)]
    pub from: i32,
    /// The oldest, at least `from`, at most 150.
    #[schema(minimum = 0, maximum = 150)]
    pub to: i32,
}

/// Whom of its areas a notice is for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "tags": ["elder"], "age": { "from": 60, "to": 150 },
    "assessment": "仅按本人申报的标签和年龄段确定范围,不涉及敏感信息;目的为养老项目诈骗预警"
}))]
pub struct Audience {
    /// Those who declared one of them; everybody when empty.
    #[serde(default)]
    #[schema(max_items = 11)]
    pub tags: Vec<DeclaredTag>,
    /// Those of this age.
    pub age: Option<AgeBand>,
    /// Why the aim is needed and what it means for people's rights, 10 to 500 characters; kept with the notice
    /// (个人信息保护法 55, 56).
    #[schema(min_length = 10, max_length = 500)]
    pub assessment: String,
}

impl Audience {
    /// Whether somebody who said this of themselves is meant, in the year `year`.
    pub fn holds(&self, person: &Declared, year: i32) -> bool {
        let by_tag = self.tags.is_empty() || self.tags.iter().any(|tag| person.tags.contains(tag));
        let of_age =
            |age: AgeBand| person.birth_year.is_some_and(|born| (age.from..=age.to).contains(&(year - born)));
        !person.no_targeting && by_tag && self.age.is_none_or(of_age)
    }

    /// The same as a condition on the resident `r` in SQL; made of our own words and numbers, so nothing is bound.
    pub fn sql(&self, r: &str, year: i32) -> String {
        let mut all = vec![format!("NOT {r}.no_targeting")];
        if !self.tags.is_empty() {
            let words: Vec<_> = self.tags.iter().map(|tag| format!("'{tag}'")).collect();
            all.push(format!(
                "EXISTS (SELECT 1 FROM resident_tags t WHERE t.resident_id = {r}.id AND t.tag IN ({}))",
                words.join(", ")
            ));
        }
        if let Some(AgeBand { from, to }) = self.age {
            all.push(format!("{r}.birth_year BETWEEN {} AND {}", year - to, year - from));
        }
        all.join(" AND ")
    }

    /// The rule in words, for whoever asks why they got it.
    pub fn words(&self) -> String {
        let mut parts = Vec::new();
        if !self.tags.is_empty() {
            let labels: Vec<_> = self.tags.iter().map(|tag| tag.label()).collect();
            parts.push(format!("自己申报过“{}”", labels.join("”或“")));
        }
        if let Some(AgeBand { from, to }) = self.age {
            parts.push(match (from, to) {
                (0, to) => format!("年龄在 {to} 岁以下(含)"),
                (from, 150) => format!("年龄在 {from} 岁以上(含)"),
                (from, to) => format!("年龄在 {from} 至 {to} 岁"),
            });
        }
        parts.join(",并且")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rule(tags: &[DeclaredTag], age: Option<(i32, i32)>) -> Audience {
        let age = age.map(|(from, to)| AgeBand { from, to });
        Audience { tags: tags.to_vec(), age, assessment: "示例".into() }
    }

    #[test]
    fn one_tag_is_enough_and_the_age_must_be_known() {
        let person = |tag, birth_year| Declared { tags: vec![tag], no_targeting: false, birth_year };
        let both = rule(&[DeclaredTag::Elder, DeclaredTag::Farmer], Some((60, 150)));
        assert!(both.holds(&person(DeclaredTag::Farmer, Some(1966)), 2026));
        assert!(!both.holds(&person(DeclaredTag::Farmer, Some(1967)), 2026));
        assert!(!both.holds(&person(DeclaredTag::Farmer, None), 2026));
        assert!(!both.holds(&person(DeclaredTag::Student, Some(1950)), 2026));
        let unwilling = Declared { no_targeting: true, ..person(DeclaredTag::Farmer, Some(1950)) };
        assert!(!both.holds(&unwilling, 2026));
        assert!(rule(&[], Some((0, 18))).holds(&person(DeclaredTag::Student, Some(2008)), 2026));
    }

    #[test]
    fn the_rule_can_be_told_to_whoever_it_meets() {
        assert_eq!(
            rule(&[DeclaredTag::Elder], Some((60, 150))).words(),
            "自己申报过“老年人”,并且年龄在 60 岁以上(含)"
        );
    }
}
