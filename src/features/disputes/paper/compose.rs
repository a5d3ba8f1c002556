//! From the facts to the paper.

use super::draft::{BLANK, Draft};
use crate::base::id::Id;
use crate::base::sensitive::PersonName;
use crate::features::disputes::model::{AgreementForm, Party, PartySide};

/// What the file knows already.
#[derive(Debug, Clone)]
pub struct Known {
    /// The number of the case.
    pub case_no: String,
    /// What people quarrel about, in Chinese.
    pub about: &'static str,
    /// Which committee mediates.
    pub committee: Option<String>,
    /// The parties in order.
    pub parties: Vec<(Id<Party>, PartySide, PersonName)>,
}

/// A paper as a row of paragraphs; `text` and `docx` print it.
#[derive(Clone, PartialEq, Eq)]
pub struct Paper(pub(super) Vec<Line>);

/// One paragraph.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Line {
    /// The name of the paper, centred.
    Title(String),
    /// A number, on the right.
    Number(String),
    /// The heading of a group of content.
    Heading(String),
    /// A paragraph.
    Body(String),
    /// A line to sign on.
    Signature(String),
    /// The day, on the right.
    Day(String),
}

impl std::fmt::Debug for Paper {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Paper({} paragraphs, •••)", self.0.len())
    }
}

/// The paper that the draft stands for.
pub fn compose(draft: &Draft, known: &Known) -> Paper {
    let written = draft.form == AgreementForm::WrittenAgreement;
    let mut lines = vec![
        Line::Title(if written { "人民调解协议书" } else { "人民调解口头协议登记表" }.to_owned()),
        Line::Number(format!("编号：{}", draft.no.as_deref().unwrap_or(BLANK))),
        Line::Heading("一、当事人的基本情况".to_owned()),
    ];
    for (id, side, name) in &known.parties {
        let situation = draft.situation(*id).map(|words| format!("，{words}")).unwrap_or_default();
        lines.push(Line::Body(format!("{}：{}{situation}", side.label(), name.expose())));
    }
    lines.push(Line::Heading("二、纠纷的主要事实、争议事项以及各方当事人的责任".to_owned()));
    lines.push(Line::Body(format!("纠纷类型：{}（案卷号 {}）", known.about, known.case_no)));
    for (name, words) in
        [("主要事实", &draft.facts), ("争议事项", &draft.disputed), ("各方责任", &draft.responsibilities)]
    {
        // What article 29 asks of a written agreement is left open where it is missing.
        match words {
            Some(words) => lines.push(Line::Body(format!("{name}：{words}"))),
            None if written => lines.push(Line::Body(format!("{name}：{BLANK}"))),
            None => {}
        }
    }
    lines.push(Line::Heading("三、协议内容，履行的方式、期限".to_owned()));
    lines.push(Line::Body("经调解，当事人自愿达成如下协议：".to_owned()));
    for (n, item) in draft.items.iter().enumerate() {
        lines.push(Line::Body(format!("{}. {}", n + 1, item.words())));
    }
    if draft.items.is_empty() {
        lines.push(Line::Body(format!("1. {BLANK}")));
    }
    lines.extend(closing(written, known.parties.len()));
    lines.extend(signatures(written, known));
    Paper(lines)
}

/// From when it binds (29, 30), and that a court may be asked to confirm it (33).
fn closing(written: bool, parties: usize) -> Vec<Line> {
    let says: &[String] = if written {
        &[
            "本协议书自各方当事人签名、盖章或者按指印，人民调解员签名并加盖人民调解委员会印章之日起生效。"
                .to_owned(),
            "双方当事人认为有必要的，可以自本协议生效之日起三十日内共同向人民法院申请司法确认。".to_owned(),
            format!("本协议书一式{}份，由当事人各执一份，人民调解委员会留存一份。", parties + 1),
        ]
    } else {
        &[
            "当事人认为无需制作调解协议书，以上协议内容由人民调解员记录。".to_owned(),
            "口头调解协议自各方当事人达成协议之日起生效。".to_owned(),
        ]
    };
    says.iter().cloned().map(Line::Body).collect()
}

/// Who signs: everybody under a written agreement; under the record of an oral one whoever made the record.
fn signatures(written: bool, known: &Known) -> Vec<Line> {
    let mut lines = Vec::new();
    let sign = |who: &str, how: &str| Line::Signature(format!("{who}（{how}）：{BLANK}{BLANK}"));
    if written {
        lines.extend(known.parties.iter().map(|(_, side, _)| sign(side.label(), "签名、盖章或者按指印")));
    }
    lines.push(sign("人民调解员", "签名"));
    lines.push(sign("记录人", "签名"));
    let committee = known.committee.as_deref().unwrap_or("人民调解委员会");
    lines.push(Line::Signature(format!("{committee}（印章）")));
    lines.push(Line::Day(format!("{BLANK}年____月____日")));
    lines
}

#[cfg(test)]
pub(super) mod tests {
    use chrono::NaiveDate;

    use super::*;
    use crate::features::disputes::paper::{Item, Situation, text};

    /// A draft with everything, and what the file knows of it.
    pub fn full(form: AgreementForm) -> (Draft, Known) {
        let (one, other) = (Id::new(), Id::new());
        let named = |name: &str| PersonName::parse(name).unwrap();
        let draft = Draft {
            form,
            no: Some("示例调〔2026〕1号".into()),
            situations: vec![Situation { party: one, words: "示例村二组村民".into() }],
            facts: Some("示例:两户因灌溉先后发生争执".into()),
            disputed: Some("示例:旱季用水先后".into()),
            responsibilities: Some("示例:双方均有责任".into()),
            items: vec![Item {
                content: "示例:单日甲户用水,双日乙户用水".into(),
                manner: Some("自行放水".into()),
                due_on: NaiveDate::from_ymd_opt(2026, 4, 1),
                at_once: false,
            }],
        };
        let known = Known {
            case_no: "JF-500114119-2026-00042".into(),
            about: "用水灌溉",
            committee: Some("示例村人民调解委员会".into()),
            parties: vec![
                (one, PartySide::Applicant, named("示例甲")),
                (other, PartySide::Respondent, named("示例乙")),
            ],
        };
        (draft, known)
    }

    #[test]
    fn a_written_agreement_has_the_three_groups_of_article_29_and_lines_to_sign_on() {
        let (draft, known) = full(AgreementForm::WrittenAgreement);
        let printed = text(&compose(&draft, &known));
        let order = [
            "人民调解协议书",
            "编号：示例调〔2026〕1号",
            "一、当事人的基本情况",
            "申请人：示例甲，示例村二组村民",
            "被申请人：示例乙",
            "二、纠纷的主要事实、争议事项以及各方当事人的责任",
            "争议事项：示例:旱季用水先后",
            "三、协议内容，履行的方式、期限",
            "1. 示例:单日甲户用水,双日乙户用水。履行方式：自行放水；履行期限：2026年4月1日前。",
            "本协议书一式3份",
            "被申请人（签名、盖章或者按指印）：",
            "人民调解员（签名）：",
            "示例村人民调解委员会（印章）",
        ];
        let places: Vec<_> =
            order.iter().map(|words| printed.find(words).unwrap_or_else(|| panic!("{words}"))).collect();
        assert!(places.is_sorted(), "{printed}");
    }

    #[test]
    fn the_record_of_an_oral_agreement_is_signed_by_whoever_made_it() {
        let (mut draft, known) = full(AgreementForm::OralAgreement);
        draft.facts = None;
        let printed = text(&compose(&draft, &known));
        assert!(
            printed.contains("人民调解口头协议登记表") && printed.contains("由人民调解员记录"),
            "{printed}"
        );
        assert!(!printed.contains("按指印") && !printed.contains("主要事实："), "{printed}");
    }

    #[test]
    fn a_paper_prints_nothing_of_what_it_says() {
        let (draft, known) = full(AgreementForm::WrittenAgreement);
        let shown = format!("{:?} {draft:?} {known:?}", compose(&draft, &known));
        assert!(!shown.contains("示例甲") && !shown.contains("争执"), "{shown}");
    }
}
