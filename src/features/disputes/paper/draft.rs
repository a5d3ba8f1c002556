//! The facts of an agreement while it is being drafted.

use chrono::{Datelike, NaiveDate};
use serde::{Deserialize, Serialize};

use crate::base::id::Id;
use crate::base::problem::{Problem, Result};
use crate::features::disputes::model::{Agreement, AgreementForm, Party, Signed};
use crate::platform::privacy::{Field, Vault};

/// What stands where something is still missing.
pub(super) const BLANK: &str = "________";

/// What a mediator has put together. Texts may name people, so it is stored sealed and prints nothing.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Draft {
    /// Whether it will be signed on paper, or is the record of an oral agreement.
    pub form: AgreementForm,
    /// The number of the agreement.
    pub no: Option<String>,
    /// Who the parties are, besides their names (29, 1).
    pub situations: Vec<Situation>,
    /// The main facts (29, 2).
    pub facts: Option<String>,
    /// What is disputed (29, 2).
    pub disputed: Option<String>,
    /// Who answers for what (29, 2).
    pub responsibilities: Option<String>,
    /// What was agreed (29, 3).
    pub items: Vec<Item>,
}

/// Who a party is: age, occupation, where they live.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Situation {
    /// The party.
    pub party: Id<Party>,
    /// In words.
    pub words: String,
}

/// One thing that was agreed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Item {
    /// What.
    pub content: String,
    /// How it is performed.
    pub manner: Option<String>,
    /// By when.
    pub due_on: Option<NaiveDate>,
    /// Performed on the spot, so that it needs no day.
    pub at_once: bool,
}

impl std::fmt::Debug for Draft {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Draft({}, •••)", self.form)
    }
}

impl Draft {
    /// The draft that was sealed.
    pub fn open(sealed: &[u8], vault: &Vault) -> Result<Self> {
        serde_json::from_str(&vault.open(Field::Note, sealed)?).map_err(Problem::internal)
    }

    /// What is known of a party besides the name.
    pub fn situation(&self, party: Id<Party>) -> Option<&str> {
        let found = self.situations.iter().find(|situation| situation.party == party);
        found.map(|situation| situation.words.as_str())
    }

    /// The last day on which something of it is to be performed.
    pub fn last_due(&self) -> Option<NaiveDate> {
        self.items.iter().filter_map(|item| item.due_on).max()
    }

    /// The agreement that the draft becomes once it is signed. `named` are the parties with their names.
    pub fn agreement(&self, named: &[(Id<Party>, String)], signed: Signed) -> Agreement {
        let parties = named.iter().map(|(id, name)| match self.situation(*id) {
            Some(words) => format!("{name}，{words}"),
            None => name.clone(),
        });
        let facts =
            [("主要事实", &self.facts), ("争议事项", &self.disputed), ("各方责任", &self.responsibilities)];
        let facts: Vec<_> = facts
            .into_iter()
            .filter_map(|(name, words)| Some(format!("{name}：{}", words.as_ref()?)))
            .collect();
        Agreement {
            form: self.form,
            parties: Some(parties.collect::<Vec<_>>().join("\n")),
            facts: (!facts.is_empty()).then(|| facts.join("\n")),
            items: self.items.iter().map(Item::words).collect(),
            signed,
        }
    }
}

impl Item {
    /// The item as it stands in the agreement.
    pub fn words(&self) -> String {
        let due = match self.due_on {
            _ if self.at_once => "当场履行".to_owned(),
            Some(day) => format!("{}前", in_chinese(day)),
            None => BLANK.to_owned(),
        };
        let content = self.content.trim_end_matches(['。', ';', '；']);
        let manner = self.manner.as_deref().unwrap_or(BLANK);
        format!("{content}。履行方式：{manner}；履行期限：{due}。")
    }
}

/// `2026年4月1日`.
pub(super) fn in_chinese(day: NaiveDate) -> String {
    format!("{}年{}月{}日", day.year(), day.month(), day.day())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_item_says_what_how_and_by_when_and_leaves_room_for_what_is_missing() {
        let mut item = Item {
            content: "乙方向甲方赔偿5000元。".into(),
            manner: Some("现金".into()),
            due_on: NaiveDate::from_ymd_opt(2026, 4, 1),
            at_once: false,
        };
        assert_eq!(item.words(), "乙方向甲方赔偿5000元。履行方式：现金；履行期限：2026年4月1日前。");
        item.at_once = true;
        assert!(item.words().ends_with("履行期限：当场履行。"));
        let bare = Item { content: "清理水渠".into(), manner: None, due_on: None, at_once: false };
        assert_eq!(bare.words(), "清理水渠。履行方式：________；履行期限：________。");
    }
}
