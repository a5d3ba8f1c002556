//! Twenty agreements as they are written, and what a mediator is told of each.

use super::*;
use crate::features::disputes::model::AgreementForm;
use crate::features::disputes::paper::Item;

fn told(content: &str) -> Vec<(HintKind, String)> {
    let item = Item { content: content.into(), manner: None, due_on: None, at_once: true };
    let draft = Draft {
        form: AgreementForm::WrittenAgreement,
        no: None,
        situations: vec![],
        facts: None,
        disputed: None,
        responsibilities: None,
        items: vec![item],
    };
    hints(&draft, NaiveDate::default()).into_iter().map(|hint| (hint.kind, hint.words)).collect()
}

#[test]
fn twenty_sample_agreements_are_told_what_is_wrong_and_nothing_else() {
    use HintKind::{Interest, NoUnit, PersonalStatus};
    let samples: [(&str, &[(HintKind, &str)]); 20] = [
        ("乙方一次性赔偿甲方医疗费5000元", &[]),
        ("乙方一次性赔偿甲方医疗费5000", &[(NoUnit, "5000")]),
        ("乙方赔偿甲方误工费、护理费共计3,200.50元,双方互不追究", &[]),
        ("乙方支付甲方货款五千给甲方之子代收", &[(NoUnit, "五千")]),
        ("乙方偿还借款５万。余款不再追讨", &[(NoUnit, "５万")]),
        ("乙方偿还借款5万元,分两期支付,每期2.5万元", &[]),
        ("乙方返还甲方耕牛一头,并赔礼道歉", &[]),
        ("逢单日甲户用水,逢双日乙户用水", &[]),
        ("乙方于2026-04-01支付工资,由村委会见证", &[]),
        ("支付时间为2026年4月1日,支付方式为转账", &[]),
        ("双方按照补偿协议第3项执行", &[]),
        ("乙方支付补偿款：3000，签字时付清", &[(NoUnit, "3000")]),
        ("借款10万元,按月息百分之二支付利息", &[(Interest, "利息")]),
        ("借款20000元,年利率12%,一年内还清", &[(Interest, "利率")]),
        ("双方同意离婚,孩子由女方抚养", &[(PersonalStatus, "离婚")]),
        ("双方解除收养关系,养父母不再支付生活费", &[(PersonalStatus, "收养")]),
        ("男方每月给付抚养费800元至孩子年满十八周岁", &[]),
        ("确认双方存在亲子关系,一次性补偿6000整", &[(NoUnit, "6000"), (PersonalStatus, "亲子关系")]),
        ("乙方清理水渠,费用由双方各承担50%", &[]),
        ("甲方退还定金贰仟,乙方搬离房屋", &[(NoUnit, "贰仟")]),
    ];
    for (content, expected) in samples {
        let expected: Vec<_> = expected.iter().map(|(kind, words)| (*kind, (*words).to_owned())).collect();
        assert_eq!(told(content), expected, "{content}");
    }
}

#[test]
fn a_day_that_has_passed_is_no_time_to_perform() {
    let day = |n| NaiveDate::from_ymd_opt(2026, 3, n);
    let item =
        |due, at_once| Item { content: "清理水渠".into(), manner: None, due_on: day(due), at_once };
    let draft = Draft {
        form: AgreementForm::OralAgreement,
        no: None,
        situations: vec![],
        facts: None,
        disputed: None,
        responsibilities: None,
        items: vec![item(9, false), item(10, false), item(1, true)],
    };
    let found = hints(&draft, day(10).unwrap());
    let found: Vec<_> = found.iter().map(|hint| (hint.kind, hint.field.as_str())).collect();
    assert_eq!(found, [(HintKind::DueInPast, "items[0].due_on")]);
}
