//! What the parties said when asked; acceptance, and refusal.

use serde::Deserialize;
use utoipa::ToSchema;

use super::registration::PartyBody;
use crate::base::check::Check;
use crate::base::id::Id;
use crate::base::problem::Result;
use crate::features::attachments::Remark;
use crate::features::disputes::actions::{Hearing, Judgement};
use crate::features::disputes::model::{Answer, DisputeLevel, MOST_PARTIES, Party};
use crate::platform::privacy::Vault;

/// What a party said.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AnswerBody {
    /// Who, as the dispute lists them.
    pub party: Id<Party>,
    /// Whether it wants mediation.
    pub consents: bool,
}

fn check_answers(check: &mut Check, answers: Vec<AnswerBody>) -> Vec<Answer> {
    if answers.len() > MOST_PARTIES {
        check.refuse("answers", format!("最多 {MOST_PARTIES} 条"));
    }
    answers.into_iter().map(|AnswerBody { party, consents }| Answer { party, consents }).collect()
}

/// What the parties said, and parties that were not known before.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "answers": [{ "party": "party_01h455vb4pex5vsknk084sn02q", "consents": true }],
    "parties": [{ "side": "respondent", "name": "示例乙", "consents": true }], "note": "示例:电话征询"
}))]
pub struct ConsentBody {
    /// What known parties said, at most 20.
    #[serde(default)]
    #[schema(max_items = 20)]
    pub answers: Vec<AnswerBody>,
    /// Parties to be written down, at most 20 with those known.
    #[serde(default)]
    #[schema(max_items = 20)]
    pub parties: Vec<PartyBody>,
    /// A remark that the reporter may read, at most 500 characters.
    #[schema(max_length = 500)]
    pub note: Option<String>,
}

impl ConsentBody {
    /// What was said and the remark, or 422.
    pub fn parse(self, vault: &Vault) -> Result<(Hearing, Remark)> {
        let mut check = Check::new();
        if self.answers.is_empty() && self.parties.is_empty() {
            check.refuse("answers", "请填写当事人的答复,或补登当事人");
        }
        let parties = PartyBody::check_all(&self.parties, &mut check, vault)?;
        let answers = check_answers(&mut check, self.answers);
        let remark = Remark::words(&mut check, self.note.as_deref());
        check.finish((Hearing { answers, parties }, remark))
    }
}

/// Acceptance for mediation. Everybody on the two sides must have been asked, here or before, and agreed.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "answers": [
        { "party": "party_01h455vb4pex5vsknk084sn02q", "consents": true },
        { "party": "party_01h455vb4pex5vsknk084sn02r", "consents": true }
    ],
    "level": "simple", "cause": "示例:旱季用水紧张"
}))]
pub struct AcceptanceBody {
    /// What the parties said, for those not asked before; at most 20.
    #[serde(default)]
    #[schema(max_items = 20)]
    pub answers: Vec<AnswerBody>,
    /// How hard it is to settle; as before when absent, `general` at first. What is `mass`, or may turn violent, is
    /// `major` whatever stands here.
    pub level: Option<DisputeLevel>,
    /// What brought it about, in a few words and without names, at most 200 characters.
    #[schema(max_length = 200)]
    pub cause: Option<String>,
    /// Whether many people are in it.
    #[serde(default)]
    pub mass: bool,
    /// A remark that the reporter may read, at most 500 characters.
    #[schema(max_length = 500)]
    pub note: Option<String>,
}

impl AcceptanceBody {
    /// Answers, what the office makes of it, and the remark, or 422.
    pub fn parse(self) -> Result<(Vec<Answer>, Judgement, Remark)> {
        let mut check = Check::new();
        let answers = check_answers(&mut check, self.answers);
        let cause = check.optional_text("cause", self.cause.as_deref(), 200);
        let remark = Remark::words(&mut check, self.note.as_deref());
        check.finish((answers, Judgement { level: self.level, cause, mass: self.mass }, remark))
    }
}

/// That a party refuses mediation clearly (人民调解法 17); there is no session after that.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "answers": [{ "party": "party_01h455vb4pex5vsknk084sn02r", "consents": false }], "note": "示例:被申请人当面拒绝"
}))]
pub struct RefusalBody {
    /// What the parties said, unless it is on record; at most 20. Somebody on the two sides must have refused.
    #[serde(default)]
    #[schema(max_items = 20)]
    pub answers: Vec<AnswerBody>,
    /// A remark that the reporter may read, at most 500 characters.
    #[schema(max_length = 500)]
    pub note: Option<String>,
}

impl RefusalBody {
    /// Answers and remark, or 422.
    pub fn parse(self) -> Result<(Vec<Answer>, Remark)> {
        let mut check = Check::new();
        let answers = check_answers(&mut check, self.answers);
        let remark = Remark::words(&mut check, self.note.as_deref());
        check.finish((answers, remark))
    }
}
