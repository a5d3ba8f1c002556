//! The texts of one notice for each way of telling it: made from its title, body and instruction, so that no channel says
//! anything that was not approved. The only place that makes them: what is previewed is what outlets are sent.
//!
//! Whatever has to be left out, it is not what to do: half of "do not …" is worse than nothing.

use serde::Serialize;
use utoipa::ToSchema;

use super::model::{FraudType, NoticeKind, NoticeRow, WarningLevel};
use super::store::brief::Brief;

/// The most characters of a `thing` of a WeChat template.
pub const WX_THING: usize = 20;
/// The most characters of a text message that costs as one: 70 less what sign name and template take.
pub const SMS: usize = 60;
/// The most characters of a line on an LED board.
pub const LED: usize = 40;
/// What ends a sentence; the escapes are the wide `!` and `?`.
const STOPS: [char; 5] = ['。', '!', '\u{ff01}', '?', '\u{ff1f}'];
/// The fewest characters of a title that still say what it is about.
const TITLE: usize = 10;
/// The most characters of a notice that a loudspeaker reads, in some two minutes.
pub const SPOKEN: usize = 500;
/// The most bytes that WeCom takes of a text.
pub const WECOM: usize = 2048;

/// What a notice says, as far as texts are made of it.
#[derive(Debug, Clone, Copy)]
pub struct Said<'a> {
    /// What it is for.
    pub kind: NoticeKind,
    /// How grave.
    pub level: Option<WarningLevel>,
    /// Which fraud it is about.
    pub fraud_type: Option<FraudType>,
    /// In short.
    pub title: &'a str,
    /// In full.
    pub body: &'a str,
    /// What to do now.
    pub instruction: Option<&'a str>,
}

impl<'a> From<&'a NoticeRow> for Said<'a> {
    fn from(row: &'a NoticeRow) -> Self {
        let NoticeRow { kind, level, fraud_type, title, body, instruction, .. } = row;
        let (kind, level, fraud_type) = (*kind, *level, *fraud_type);
        Self { kind, level, fraud_type, title, body, instruction: instruction.as_deref() }
    }
}

impl<'a> From<&'a Brief> for Said<'a> {
    fn from(brief: &'a Brief) -> Self {
        let Brief { kind, level, fraud_type, title, body, instruction, .. } = brief;
        let (kind, level, fraud_type) = (*kind, *level, *fraud_type);
        Self { kind, level, fraud_type, title, body, instruction: instruction.as_deref() }
    }
}

/// One notice in the words of each channel.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[schema(example = json!({
    "wx_title": "警惕冒充快递客服退款诈骗", "wx_instruction": "不共享屏幕,不转账,先打 96110 核…",
    "sms": "橙色预警:警惕冒充快递客服退款诈骗。不共享屏幕,不转账,先打96110核实", "led": "警惕冒充快递客服退款诈骗:不共享屏幕,不转账,先打96110核实",
    "loudspeaker": "各位村民请注意,现在播报橙色预警……",
    "wecom": "【预警】警惕冒充快递客服退款诈骗\n示例:骗子以丢件理赔为名……\n不共享屏幕,不转账,先打 96110 核实", "plain": "警惕冒充快递客服退款诈骗。请您:不共享屏幕,不转账,先打96110核实。"
}))]
pub struct Texts {
    /// The title in a WeChat field, at most 20 characters.
    pub wx_title: String,
    /// What to do in a WeChat field, at most 20 characters.
    pub wx_instruction: String,
    /// A text message, at most 60 characters.
    pub sms: String,
    /// A line for an LED board, at most 40 characters.
    pub led: String,
    /// A script for a loudspeaker, as it is read aloud once.
    pub loudspeaker: String,
    /// A message for a WeCom group, at most 2,048 bytes.
    pub wecom: String,
    /// In plain language, for whoever reads it to somebody.
    pub plain: String,
}

impl Texts {
    /// The texts of a notice.
    pub fn of(said: &Said<'_>) -> Self {
        let (title, instruction) = (one_line(said.title), said.instruction.map(one_line));
        let heading = said.level.map(|level| format!("{}{}", level.label(), noun(said.kind)));
        let short = match &instruction {
            Some(what) => format!("{}。{what}", end_trimmed(&title)),
            None => title.clone(),
        };
        Self {
            wx_title: cut(&title, WX_THING),
            wx_instruction: cut(instruction.as_deref().unwrap_or("请点开查看详情"), WX_THING),
            sms: cut(&with(heading.as_deref(), &short), SMS),
            led: led(&title, instruction.as_deref()),
            loudspeaker: spoken(said, heading.as_deref(), &title, instruction.as_deref()),
            wecom: wecom(said, &title, instruction.as_deref()),
            plain: plain(said, &title, instruction.as_deref()),
        }
    }
}

fn noun(kind: NoticeKind) -> &'static str {
    match kind {
        NoticeKind::Emergency => "应急通知",
        NoticeKind::Warning => "预警",
        NoticeKind::Case => "案例",
        NoticeKind::Education | NoticeKind::Policy => "通知",
    }
}

fn with(heading: Option<&str>, text: &str) -> String {
    heading.map_or_else(|| text.to_owned(), |heading| format!("{heading}:{text}"))
}

/// One line: the title, as much of it as leaves room for what to do; the title alone where what to do is too long.
fn led(title: &str, instruction: Option<&str>) -> String {
    let Some(what) = instruction else { return cut(title, LED) };
    let short = end_trimmed(title);
    match LED.checked_sub(1 + what.chars().count()) {
        Some(room) if room >= TITLE.min(short.chars().count()) => format!("{}:{what}", cut(short, room)),
        _ => cut(title, LED),
    }
}

/// A script that can be read aloud: no brackets or dashes, figures of telephone numbers one by one. Of a long body as many
/// whole sentences as leave room for what to do.
fn spoken(said: &Said<'_>, heading: Option<&str>, title: &str, instruction: Option<&str>) -> String {
    let subject = heading.map_or_else(|| noun(said.kind).to_owned(), str::to_owned);
    let head = format!("各位村民请注意,现在播报{subject}。{}。", end_trimmed(title));
    let what = instruction.map(|what| format!("请大家:{}。", end_trimmed(what))).unwrap_or_default();
    let room = SPOKEN.saturating_sub(head.chars().count() + what.chars().count());
    let body = one_line(said.body);
    let body = sentences(&body, room);
    aloud(&format!("{head}{body}。{what}播报完毕。"))
}

/// As many whole sentences from the beginning as `longest` characters hold, without the last stop; of a first sentence
/// that is longer still, its beginning.
fn sentences(text: &str, longest: usize) -> &str {
    let end = text.char_indices().nth(longest).map_or(text.len(), |(at, _)| at);
    let held = &text[..end];
    let whole = if held.len() == text.len() { None } else { held.rfind(STOPS) };
    end_trimmed(&held[..whole.unwrap_or(held.len())])
}

/// What a group's robot says: the kind, the title, as much of the body as there is room for, what to do.
fn wecom(said: &Said<'_>, title: &str, instruction: Option<&str>) -> String {
    let head = format!("【{}】{title}\n", said.kind.label());
    let what = instruction.map(|what| format!("\n{what}")).unwrap_or_default();
    let room = WECOM.saturating_sub(head.len() + what.len());
    format!("{head}{}{what}", cut_bytes(said.body.trim(), room))
}

fn plain(said: &Said<'_>, title: &str, instruction: Option<&str>) -> String {
    let mut text = format!("{}。", end_trimmed(title));
    if let Some(fraud) = said.fraud_type.filter(|fraud| *fraud != FraudType::Other) {
        text.push_str(&format!("这是“{}”类骗局。", fraud.label()));
    }
    if let Some(what) = instruction {
        text.push_str(&format!("请您:{}。", end_trimmed(what)));
    }
    text
}

/// What a voice cannot say is left out, and the figures of a long number are spoken one by one: 96110 is no sum.
fn aloud(text: &str) -> String {
    const FIGURES: [&str; 10] = ["零", "幺", "二", "三", "四", "五", "六", "七", "八", "九"];
    let mut out = String::with_capacity(text.len());
    let mut digits = String::new();
    let flush = |digits: &mut String, out: &mut String| {
        if digits.len() >= 3 {
            let spoken = digits.bytes().filter_map(|b| FIGURES.get(usize::from(b.wrapping_sub(b'0'))));
            out.extend(spoken.copied());
        } else {
            out.push_str(digits);
        }
        digits.clear();
    };
    for c in text.chars() {
        if c.is_ascii_digit() {
            digits.push(c);
            continue;
        }
        flush(&mut digits, &mut out);
        if !"()\u{ff08}\u{ff09}【】[]「」“”\"'*#_—-".contains(c) {
            out.push(c);
        }
    }
    flush(&mut digits, &mut out);
    out
}

/// The text on one line, without what stands before and after it.
fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn end_trimmed(text: &str) -> &str {
    text.trim_end_matches(STOPS).trim_end_matches(['.', ';', '\u{ff1b}'])
}

/// At most `longest` characters, ending in `…` when the text is longer.
fn cut(text: &str, longest: usize) -> String {
    if text.chars().count() <= longest {
        return text.to_owned();
    }
    text.chars().take(longest.saturating_sub(1)).chain(['…']).collect()
}

/// At most `longest` bytes, ending in `…` when the text is longer.
fn cut_bytes(text: &str, longest: usize) -> String {
    if text.len() <= longest {
        return text.to_owned();
    }
    let room = longest.saturating_sub('…'.len_utf8());
    let fits = |(at, c): &(usize, char)| at + c.len_utf8() <= room;
    text.char_indices().take_while(fits).map(|(_, c)| c).chain(['…']).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn said<'a>(title: &'a str, body: &'a str, instruction: Option<&'a str>) -> Said<'a> {
        let (kind, level) = (NoticeKind::Warning, Some(WarningLevel::Orange));
        Said { kind, level, fraud_type: Some(FraudType::FakeCustomerService), title, body, instruction }
    }

    #[test]
    fn each_channel_says_the_same_in_its_own_length() {
        let texts =
            Texts::of(&said("警惕冒充客服退款", "示例:骗子以丢件理赔为名。", Some("不转账,先打96110核实。")));
        assert_eq!(texts.sms, "橙色预警:警惕冒充客服退款。不转账,先打96110核实。");
        assert_eq!(texts.led, "警惕冒充客服退款:不转账,先打96110核实。");
        assert_eq!(
            texts.loudspeaker,
            "各位村民请注意,现在播报橙色预警。警惕冒充客服退款。示例:骗子以丢件理赔为名。\
             请大家:不转账,先打九六幺幺零核实。播报完毕。"
        );
        assert_eq!(
            texts.wecom,
            "【预警】警惕冒充客服退款\n示例:骗子以丢件理赔为名。\n不转账,先打96110核实。"
        );
        assert_eq!(
            texts.plain,
            "警惕冒充客服退款。这是“冒充电商物流客服”类骗局。请您:不转账,先打96110核实。"
        );
    }

    #[test]
    fn whatever_is_left_out_it_is_not_what_to_do() {
        let (title, body) = ("长".repeat(60), "很长的正文。".repeat(600));
        let texts = Texts::of(&said(&title, &body, Some("不转账,先打 96110")));
        assert!(texts.led.starts_with("长长") && texts.led.ends_with("…:不转账,先打 96110"), "{}", texts.led);
        assert!(texts.loudspeaker.ends_with("很长的正文。请大家:不转账,先打 九六幺幺零。播报完毕。"));
        assert!(texts.wecom.ends_with("…\n不转账,先打 96110"));
        let long = Texts::of(&said(&title, &body, Some(&"不".repeat(39))));
        assert_eq!(long.led, cut(&title, LED), "half of it would say something else");
        let bare = Texts::of(&said("!!!", &body, Some(&"不".repeat(LED + 1))));
        assert_eq!(bare.led, "!!!", "a title of stops alone leaves no more room than there is");
    }

    proptest! {
        #[test]
        fn no_text_is_longer_than_its_channel_takes(title in "\\PC{1,60}", body in "\\PC{1,300}", what in proptest::option::of("\\PC{0,200}")) {
            let texts = Texts::of(&said(&title, &body, what.as_deref()));
            let length = |text: &str| text.chars().count();
            prop_assert!(length(&texts.wx_title) <= WX_THING && length(&texts.wx_instruction) <= WX_THING);
            prop_assert!(length(&texts.sms) <= SMS && length(&texts.led) <= LED);
            prop_assert!(texts.wecom.len() <= WECOM && length(&texts.loudspeaker) <= SPOKEN + 10);
            prop_assert!(!texts.led.chars().any(|c| c == '\n' || c == '\r'));
        }
    }
}
