//! What a machine shows of a notice. People hear it once and cannot ask again, so it is short and says what to do.

use super::model::OutletKind;
use crate::features::notices::Brief;

/// Characters of one line of a screen.
const LED: usize = 40;
/// Characters that a loudspeaker reads in some two minutes.
const SCRIPT: usize = 500;
/// Bytes that WeCom takes of a text.
const WECOM: usize = 2048;

/// The text for an outlet; none where people show it by hand.
pub fn text(kind: OutletKind, notice: &Brief) -> Option<String> {
    match kind {
        OutletKind::Led => Some(led(notice)),
        OutletKind::Loudspeaker => Some(script(notice)),
        OutletKind::WecomGroup => Some(wecom(notice)),
        OutletKind::WxGroup | OutletKind::Outdoor | OutletKind::Douyin | OutletKind::Paper => None,
    }
}

/// One line: the title, and what to do when there is room for it.
fn led(notice: &Brief) -> String {
    let whole = match &notice.instruction {
        Some(instruction) => format!("{}:{instruction}", notice.title),
        None => notice.title.clone(),
    };
    if whole.chars().count() <= LED { plain(&whole) } else { cut(&plain(&notice.title), LED) }
}

/// Read aloud: what it is about, what happens, what to do.
fn script(notice: &Brief) -> String {
    let instruction = notice.instruction.as_ref().map(|what| format!("请记住:{what}。")).unwrap_or_default();
    let head = format!("村民朋友们,请注意。{}。", notice.title);
    let room = SCRIPT.saturating_sub(head.chars().count() + instruction.chars().count());
    let text = plain(&format!("{head}{}{instruction}", cut(&notice.body, room)));
    text.replace("。。", "。")
}

fn wecom(notice: &Brief) -> String {
    let instruction = notice.instruction.as_ref().map(|what| format!("\n{what}")).unwrap_or_default();
    let head = format!("【{}】{}\n", notice.kind.label(), notice.title);
    let mut body = notice.body.clone();
    while head.len() + body.len() + instruction.len() > WECOM && body.pop().is_some() {}
    format!("{head}{body}{instruction}")
}

/// At most `most` characters, the last of them an ellipsis where something was left out.
fn cut(text: &str, most: usize) -> String {
    if text.chars().count() <= most {
        return text.to_owned();
    }
    let mut short: String = text.chars().take(most.saturating_sub(1)).collect();
    short.push('…');
    short
}

/// In one line.
fn plain(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::id::Id;
    use crate::features::notices::{NoticeKind, NoticeState};

    fn notice(title: &str, body: &str, instruction: Option<&str>) -> Brief {
        Brief {
            id: Id::new(),
            kind: NoticeKind::Warning,
            level: None,
            title: title.to_owned(),
            body: body.to_owned(),
            instruction: instruction.map(str::to_owned),
            state: NoticeState::Published,
            published_at: None,
        }
    }

    #[test]
    fn a_line_of_a_screen_has_forty_characters_at_most() {
        let short = text(OutletKind::Led, &notice("警惕冒充客服", "示例", Some("先打 96110")));
        assert_eq!(short.as_deref(), Some("警惕冒充客服:先打 96110"));
        let long = text(OutletKind::Led, &notice(&"长".repeat(60), "示例", Some("先打 96110"))).unwrap();
        assert_eq!((long.chars().count(), long.ends_with('…')), (40, true));
    }

    #[test]
    fn whatever_is_left_out_it_is_never_what_to_do() {
        let notice = notice("示例", &"很长的正文。".repeat(600), Some("不转账"));
        for kind in [OutletKind::Loudspeaker, OutletKind::WecomGroup] {
            let text = text(kind, &notice).unwrap();
            assert!(
                text.contains("不转账") && text.chars().count() <= 700 && text.len() <= 2048,
                "{kind}: {text}"
            );
        }
        assert_eq!(text(OutletKind::Paper, &notice), None);
    }
}
