//! An agreement while it is being drafted.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::reveal::check_purpose;
use crate::base::check::Check;
use crate::base::id::Id;
use crate::base::problem::{Basis, FieldError, Result};
use crate::features::attachments::Remark;
use crate::features::disputes::actions::Drafted;
use crate::features::disputes::model::{AgreementForm, MOST_PARTIES, Party};
use crate::features::disputes::paper::{Draft, Hint, HintKind, Item, PaperFormat, Situation};

/// The most items of one agreement.
const MOST_ITEMS: usize = 20;

/// Who a party is besides its name.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SituationBody {
    /// The party.
    pub party: Id<Party>,
    /// Age, occupation, where they live; 1 to 200 characters.
    #[schema(min_length = 1, max_length = 200)]
    pub words: String,
}

/// One thing that was agreed.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ItemBody {
    /// What, 1 to 300 characters.
    #[schema(min_length = 1, max_length = 300)]
    pub content: String,
    /// How it is performed, at most 100 characters.
    #[schema(max_length = 100)]
    pub manner: Option<String>,
    /// By when (Asia/Shanghai).
    #[serde(default, deserialize_with = "crate::base::day::optional_day")]
    pub due_on: Option<NaiveDate>,
    /// Performed on the spot, so that it needs no day.
    #[serde(default)]
    pub at_once: bool,
}

/// What a mediator has put together so far; anything may still be missing. Stored encrypted, in the place of an older draft.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "form": "written_agreement", "agreement_no": "示例调〔2026〕12号",
    "situations": [{ "party": "party_01h455vb4pex5vsknk084sn02q", "words": "示例村二组村民" }],
    "facts": "示例:两户因灌溉先后发生争执", "disputed": "示例:旱季用水先后", "responsibilities": "示例:双方均有责任",
    "items": [{ "content": "逢单日甲户用水,逢双日乙户用水", "manner": "自行放水", "due_on": "2026-12-22" }]
}))]
pub struct DraftBody {
    /// Whether it will be signed on paper, or is the record of an oral agreement.
    pub form: AgreementForm,
    /// The number of the agreement, at most 40 characters.
    #[schema(max_length = 40)]
    pub agreement_no: Option<String>,
    /// Who the parties are, at most 20.
    #[serde(default)]
    #[schema(max_items = 20)]
    pub situations: Vec<SituationBody>,
    /// The main facts, at most 1,000 characters.
    #[schema(max_length = 1000)]
    pub facts: Option<String>,
    /// What is disputed, at most 500 characters.
    #[schema(max_length = 500)]
    pub disputed: Option<String>,
    /// Who answers for what, at most 500 characters.
    #[schema(max_length = 500)]
    pub responsibilities: Option<String>,
    /// What was agreed, at most 20 items.
    #[serde(default)]
    #[schema(max_items = 20)]
    pub items: Vec<ItemBody>,
}

impl DraftBody {
    /// The draft, or 422 for what is too long.
    pub fn parse(self) -> Result<(Draft, Remark)> {
        let mut check = Check::new();
        for (field, number, most) in
            [("situations", self.situations.len(), MOST_PARTIES), ("items", self.items.len(), MOST_ITEMS)]
        {
            if number > most {
                check.refuse(field, format!("最多 {most} 条"));
            }
        }
        let situations = self.situations.into_iter().take(MOST_PARTIES).enumerate();
        let situations = situations.map(|(n, SituationBody { party, words })| Situation {
            party,
            words: check.text(&format!("situations[{n}].words"), &words, 1, 200),
        });
        let situations = situations.collect();
        let items = self.items.into_iter().take(MOST_ITEMS).enumerate();
        let items = items.map(|(n, item)| Item {
            content: check.text(&format!("items[{n}].content"), &item.content, 1, 300),
            manner: check.optional_text(&format!("items[{n}].manner"), item.manner.as_deref(), 100),
            due_on: item.due_on,
            at_once: item.at_once,
        });
        let items = items.collect();
        let draft = Draft {
            form: self.form,
            no: check.optional_text("agreement_no", self.agreement_no.as_deref(), 40),
            situations,
            facts: check.optional_text("facts", self.facts.as_deref(), 1000),
            disputed: check.optional_text("disputed", self.disputed.as_deref(), 500),
            responsibilities: check.optional_text("responsibilities", self.responsibilities.as_deref(), 500),
            items,
        };
        check.finish((draft, Remark::default()))
    }
}

/// What a draft must still say, and what looks wrong; what it says is had by `draft/reveal`.
#[derive(Debug, Serialize, ToSchema)]
pub struct DraftView {
    /// Whether it will be signed on paper.
    pub form: AgreementForm,
    /// What the law asks for and the draft does not say (人民调解法 28, 29), by its field.
    pub missing: Vec<FieldError>,
    /// What looks wrong, as far as its words tell. Whether interest is too high is not among it: that depends on a rate
    /// that is published each month.
    pub hints: Vec<HintView>,
}

/// Something that looks wrong.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({ "kind": "no_unit", "label": "金额缺少单位", "field": "items[0].content", "words": "5000" }))]
pub struct HintView {
    /// What.
    pub kind: HintKind,
    /// The same for people.
    #[schema(value_type = String)]
    pub label: &'static str,
    /// The field of the draft.
    pub field: String,
    /// The words that it is about.
    pub words: String,
    /// The law that it touches.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub basis: Option<Basis>,
}

impl From<Hint> for HintView {
    fn from(hint: Hint) -> Self {
        let Hint { kind, field, words, basis } = hint;
        Self { kind, label: kind.label(), field, words, basis }
    }
}

impl From<Drafted> for DraftView {
    fn from(drafted: Drafted) -> Self {
        let hints = drafted.hints.into_iter().map(HintView::from).collect();
        Self { form: drafted.form, missing: drafted.missing, hints }
    }
}

/// Why the draft is to be printed, and as what.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "purpose": "打印协议书供双方签字", "format": "docx" }))]
pub struct DraftRevealBody {
    /// 2 to 200 characters; kept in the audit log.
    #[schema(min_length = 2, max_length = 200)]
    pub purpose: String,
    /// How.
    pub format: PaperFormat,
}

impl DraftRevealBody {
    /// Purpose and format, or 422.
    pub fn parse(self) -> Result<(String, PaperFormat)> {
        let mut check = Check::new();
        let purpose = check_purpose(&mut check, &self.purpose);
        check.finish((purpose, self.format))
    }
}
