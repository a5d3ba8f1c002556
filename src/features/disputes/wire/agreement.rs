//! An agreement on its way in.

use chrono::NaiveDate;
use serde::Deserialize;
use utoipa::ToSchema;

use crate::base::check::Check;
use crate::base::id::Id;
use crate::base::problem::Result;
use crate::features::attachments::{Photo, Remark, check_papers};
use crate::features::disputes::model::{Agreement, AgreementForm, Party, PersonalStatus, Settlement, Signed};

/// The most items of one agreement.
const MOST_ITEMS: usize = 20;

/// Who put their names and seals under a written agreement.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SignedBody {
    /// The parties that signed, sealed or left a fingerprint.
    #[serde(default)]
    #[schema(max_items = 20)]
    pub parties: Vec<Id<Party>>,
    /// Whether the mediator signed.
    #[serde(default)]
    pub mediator: bool,
    /// Whether the committee's seal is on it.
    #[serde(default)]
    pub seal: bool,
}

/// What was agreed. A written agreement needs all of it (人民调解法 29), an oral one its record (28). What is absent is
/// taken from the draft, when there is one of the same form. The texts are stored encrypted.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "form": "written_agreement", "agreement_no": "示例调〔2026〕12号", "parties": "示例甲与示例乙,均为示例村二组村民",
    "facts": "示例:因灌溉先后发生争执,双方均有责任", "items": ["示例:逢单日甲户用水,逢双日乙户用水"],
    "signed": {
        "parties": ["party_01h455vb4pex5vsknk084sn02q", "party_01h455vb4pex5vsknk084sn02r"],
        "mediator": true, "seal": true
    },
    "effective_on": "2026-11-22", "performance_due_on": "2026-12-22"
}))]
pub struct AgreementBody {
    /// How it was made.
    pub form: AgreementForm,
    /// The number of the agreement, at most 40 characters.
    #[schema(max_length = 40)]
    pub agreement_no: Option<String>,
    /// Whether it settles who is whose husband, wife, child or parent, which no court confirms; required in a quarrel
    /// of a family.
    pub personal_status: Option<PersonalStatus>,
    /// Who the parties are, at most 1,000 characters.
    #[schema(max_length = 1000)]
    pub parties: Option<String>,
    /// The main facts, what was disputed and who answers for what, at most 2,000 characters.
    #[schema(max_length = 2000)]
    pub facts: Option<String>,
    /// What was agreed, how and by when it is performed; 1 to 20 items of at most 500 characters.
    #[serde(default)]
    #[schema(max_items = 20)]
    pub items: Vec<String>,
    /// Who signed.
    #[serde(default)]
    pub signed: SignedBody,
    /// The day on which it took effect (Asia/Shanghai); today when absent.
    #[serde(default, deserialize_with = "crate::base::day::optional_day")]
    pub effective_on: Option<NaiveDate>,
    /// The day by which it is to be performed; only what is performed at once needs none.
    #[serde(default, deserialize_with = "crate::base::day::optional_day")]
    pub performance_due_on: Option<NaiveDate>,
    /// A remark that the reporter may read, at most 500 characters.
    #[schema(max_length = 500)]
    pub note: Option<String>,
    /// Photos of the signed paper that were uploaded before, at most 9. They are shown like the texts: to those who
    /// work on the case, for a purpose.
    #[serde(default)]
    #[schema(max_items = 9)]
    pub papers: Vec<Id<Photo>>,
}

impl AgreementBody {
    /// The agreement with its dates, the papers and the remark, or 422 for what is too long. Whether it is complete is judged
    /// with the dispute at hand.
    pub fn parse(self, today: NaiveDate) -> Result<(Settlement, Vec<Id<Photo>>, Remark)> {
        let mut check = Check::new();
        if self.items.len() > MOST_ITEMS {
            check.refuse("items", format!("最多 {MOST_ITEMS} 条"));
        }
        let items = self.items.iter().take(MOST_ITEMS).enumerate();
        let items = items.map(|(n, item)| check.text(&format!("items[{n}]"), item, 1, 500)).collect();
        let agreement = Agreement {
            form: self.form,
            parties: check.optional_text("parties", self.parties.as_deref(), 1000),
            facts: check.optional_text("facts", self.facts.as_deref(), 2000),
            items,
            signed: Signed {
                parties: self.signed.parties,
                mediator: self.signed.mediator,
                seal: self.signed.seal,
            },
        };
        check_papers(&mut check, &self.papers);
        let remark = Remark::words(&mut check, self.note.as_deref());
        let settlement = Settlement {
            agreement,
            no: check.optional_text("agreement_no", self.agreement_no.as_deref(), 40),
            personal_status: self.personal_status,
            effective_on: self.effective_on.unwrap_or(today),
            performance_due_on: self.performance_due_on,
        };
        check.finish((settlement, self.papers, remark))
    }
}
