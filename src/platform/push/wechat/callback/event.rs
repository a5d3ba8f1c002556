//! The events that we know, read from a tree with tolerance for WeChat's spellings.

use serde_json::Value;

use super::Refused;
use super::tree::{list, member, text};
use crate::base::clock::Timestamp;
use crate::platform::push::wechat::OpenId;

/// The longest id of anything that we keep; WeChat's are below 64.
const LONGEST: usize = 128;

/// What a person answered to one template.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answered {
    /// The template.
    pub template: String,
    /// Whether they want it.
    pub accepted: bool,
}

/// What became of one subscribe message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SentReport {
    /// The template.
    pub template: String,
    /// WeChat's number of the message; empty when it does not say.
    pub msgid: String,
    /// 0 when it arrived.
    pub error_code: String,
}

/// What happened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Told {
    /// Somebody answered the question for consent.
    Popup(Vec<Answered>),
    /// Somebody changed an answer in the settings of WeChat.
    Changed(Vec<Answered>),
    /// Subscribe messages were delivered, or were not.
    Sent(Vec<SentReport>),
    /// A template message of the official account was delivered, or was not.
    TemplateFinished {
        /// WeChat's number of the message.
        msgid: String,
        /// `success`, `failed:user block`, `failed: system failed`.
        status: String,
    },
    /// Somebody follows the official account from now on.
    Followed,
    /// Somebody follows it no longer.
    Unfollowed,
    /// Somebody took back what they let us know, or closed their account; we forget who they are.
    Withdrawn,
    /// Something that we do not act on.
    Other,
}

/// One event of one person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// Who it is about.
    pub person: OpenId,
    /// When it happened, to the second.
    pub created_at: Timestamp,
    /// What happened.
    pub told: Told,
    /// WeChat's word for it.
    word: String,
    /// WeChat's number of the push, when it has one.
    msgid: Option<String>,
}

impl Event {
    /// Reads an event.
    pub(super) fn read(tree: &Value) -> Result<Self, Refused> {
        let short = |name: &str| text(tree, name).filter(|text| text.len() <= LONGEST);
        let seconds: i64 = short("CreateTime").and_then(|at| at.parse().ok()).ok_or(Refused::Unreadable)?;
        let word = short("Event").or_else(|| short("MsgType")).ok_or(Refused::Unreadable)?;
        // Of a withdrawal the sender is WeChat itself, and the person stands in a member of its own.
        let sender = short("FromUserName").ok_or(Refused::Unreadable)?;
        let person = short("OpenID").unwrap_or(sender);
        let told = match word.as_str() {
            "subscribe_msg_popup_event" => Told::Popup(answers(tree, "SubscribeMsgPopupEvent")),
            "subscribe_msg_change_event" => Told::Changed(answers(tree, "SubscribeMsgChangeEvent")),
            "subscribe_msg_sent_event" => Told::Sent(reports(tree)),
            "TEMPLATESENDJOBFINISH" => Told::TemplateFinished {
                msgid: short("MsgID").or_else(|| short("MsgId")).unwrap_or_default(),
                status: short("Status").unwrap_or_default(),
            },
            "subscribe" => Told::Followed,
            "unsubscribe" => Told::Unfollowed,
            "user_authorization_revoke" | "user_authorization_cancellation" => Told::Withdrawn,
            _ => Told::Other,
        };
        let msgid = short("MsgId").or_else(|| short("MsgID"));
        Ok(Self {
            person: OpenId::new(person),
            created_at: Timestamp::from_millis(seconds.saturating_mul(1000)),
            told,
            word,
            msgid,
        })
    }

    /// WeChat's word for what happened.
    pub fn word(&self) -> &str {
        &self.word
    }

    /// What two pushes of the same event have in common and two events do not.
    pub(super) fn identity(&self) -> String {
        let items = match &self.told {
            Told::Popup(answers) | Told::Changed(answers) => {
                answers.iter().map(|one| format!("{}={}", one.template, one.accepted)).collect()
            }
            Told::Sent(reports) => reports
                .iter()
                .map(|one| format!("{}={}={}", one.template, one.msgid, one.error_code))
                .collect(),
            Told::TemplateFinished { .. }
            | Told::Followed
            | Told::Unfollowed
            | Told::Withdrawn
            | Told::Other => vec![],
        };
        let (person, at) = (self.person.expose(), self.created_at.seconds());
        let msgid = self.msgid.as_deref().unwrap_or_default();
        format!("{person}\n{at}\n{}\n{msgid}\n{}", self.word, items.join("\n"))
    }
}

/// The items of an event: under `List`, or under `List` in a member of the event's own (XML).
fn items<'a>(tree: &'a Value, wrapper: &str) -> Vec<&'a Value> {
    match member(tree, wrapper) {
        Some(inner) => list(inner, "List"),
        None => list(tree, "List"),
    }
}

fn answers(tree: &Value, wrapper: &str) -> Vec<Answered> {
    let read = |item: &&Value| {
        let template = text(item, "TemplateId").filter(|id| id.len() <= LONGEST)?;
        let accepted = match text(item, "SubscribeStatusString")?.as_str() {
            "accept" => true,
            "reject" => false,
            _ => return None,
        };
        Some(Answered { template, accepted })
    };
    items(tree, wrapper).iter().filter_map(read).collect()
}

fn reports(tree: &Value) -> Vec<SentReport> {
    let read = |item: &&Value| {
        let short = |name: &str| text(item, name).filter(|text| text.len() <= LONGEST);
        Some(SentReport {
            template: short("TemplateId")?,
            msgid: short("MsgID").or_else(|| short("MsgId")).unwrap_or_default(),
            error_code: short("ErrorCode")?,
        })
    };
    items(tree, "SubscribeMsgSentEvent").iter().filter_map(read).collect()
}

#[cfg(test)]
mod tests {
    use super::super::tree;
    use super::*;

    fn event(body: &str) -> Event {
        Event::read(&tree::read(body.as_bytes()).unwrap()).unwrap()
    }

    const POPUP: &str = "<xml><ToUserName><![CDATA[gh_1]]></ToUserName><FromUserName><![CDATA[o1]]></FromUserName>\
        <CreateTime>1610969440</CreateTime><MsgType><![CDATA[event]]></MsgType>\
        <Event><![CDATA[subscribe_msg_popup_event]]></Event><SubscribeMsgPopupEvent>\
        <List><TemplateId><![CDATA[T1]]></TemplateId><SubscribeStatusString><![CDATA[accept]]></SubscribeStatusString>\
        <PopupScene>0</PopupScene></List>\
        <List><TemplateId><![CDATA[T2]]></TemplateId><SubscribeStatusString><![CDATA[reject]]></SubscribeStatusString>\
        <PopupScene>0</PopupScene></List></SubscribeMsgPopupEvent></xml>";

    fn answered(template: &str, accepted: bool) -> Answered {
        Answered { template: template.into(), accepted }
    }

    #[test]
    fn an_answer_is_read_from_xml_and_from_both_shapes_of_json() {
        let xml = event(POPUP);
        assert_eq!(xml.told, Told::Popup(vec![answered("T1", true), answered("T2", false)]));
        assert_eq!((xml.person.expose(), xml.created_at.seconds()), ("o1", 1_610_969_440));
        let one = event(
            r#"{"ToUserName":"gh_1","FromUserName":"o1","CreateTime":"1610969440","MsgType":"event",
            "Event":"subscribe_msg_popup_event","List":{"TemplateId":"T1","SubscribeStatusString":"accept","PopupScene":"0"}}"#,
        );
        assert_eq!(one.told, Told::Popup(vec![answered("T1", true)]));
        let several = event(
            r#"{"FromUserName":"o1","CreateTime":1610969440,"MsgType":"event","Event":"subscribe_msg_change_event",
            "List":[{"TemplateId":"T1","SubscribeStatusString":"reject"},{"TemplateId":"T2","SubscribeStatusString":"odd"}]}"#,
        );
        assert_eq!(several.told, Told::Changed(vec![answered("T1", false)]));
    }

    #[test]
    fn a_report_of_a_message_is_read_with_numbers_as_texts() {
        let sent = event(
            r#"{"FromUserName":"o1","CreateTime":1620963428,"MsgType":"event","Event":"subscribe_msg_sent_event",
            "List":{"TemplateId":"T1","MsgID":1864323726461255680,"ErrorCode":"0","ErrorStatus":"success"}}"#,
        );
        let report =
            SentReport { template: "T1".into(), msgid: "1864323726461255680".into(), error_code: "0".into() };
        assert_eq!(sent.told, Told::Sent(vec![report]));
        let finished = event(
            "<xml><FromUserName>o2</FromUserName><CreateTime>1395658984</CreateTime><MsgType>event</MsgType>\
             <Event>TEMPLATESENDJOBFINISH</Event><MsgID>200163840</MsgID><Status><![CDATA[failed:user block]]></Status></xml>",
        );
        let expected =
            Told::TemplateFinished { msgid: "200163840".into(), status: "failed:user block".into() };
        assert_eq!(finished.told, expected);
    }

    #[test]
    fn whoever_begins_or_ends_to_follow_is_told_apart() {
        let told = |word: &str| {
            event(&format!(
                "<xml><FromUserName>o1</FromUserName><CreateTime>1</CreateTime><MsgType>event</MsgType>\
                 <Event><![CDATA[{word}]]></Event><EventKey></EventKey></xml>"
            ))
        };
        assert_eq!((told("subscribe").told, told("unsubscribe").told), (Told::Followed, Told::Unfollowed));
        assert_ne!(told("subscribe").identity(), told("unsubscribe").identity());
    }

    #[test]
    fn of_a_withdrawal_the_person_is_not_the_sender() {
        let revoked = event(
            r#"{"ToUserName":"gh_1","FromUserName":"wechat","CreateTime":1627359464,"MsgType":"event",
            "Event":"user_authorization_revoke"," OpenID":"o1"," AppID":"wx1"," RevokeInfo":"201"}"#,
        );
        assert_eq!((revoked.told.clone(), revoked.person.expose()), (Told::Withdrawn, "o1"));
    }

    #[test]
    fn the_same_event_is_the_same_and_another_is_not() {
        let first = event(POPUP).identity();
        assert_eq!(event(POPUP).identity(), first);
        for (what, by) in [
            ("T2", "T3"),
            ("1610969440", "1610969441"),
            (">o1<", ">o2<"),
            ("[o1]", "[o2]"),
            ("reject", "accept"),
        ] {
            let other = POPUP.replace(what, by);
            assert_eq!(other == POPUP, event(&other).identity() == first, "{what}");
        }
        let sent = |msgid: &str| {
            event(&format!(
                r#"{{"FromUserName":"o1","CreateTime":1,"Event":"subscribe_msg_sent_event",
                "List":{{"TemplateId":"T1","MsgID":"{msgid}","ErrorCode":0}}}}"#
            ))
        };
        assert_ne!(sent("1").identity(), sent("2").identity(), "two messages in one second");
    }

    #[test]
    fn what_has_no_sender_time_or_word_is_no_event() {
        for lacking in ["FromUserName", "CreateTime", "Event"] {
            let mut whole = serde_json::json!({ "FromUserName": "o1", "CreateTime": 1, "Event": "x" });
            whole.as_object_mut().unwrap().remove(lacking);
            assert_eq!(Event::read(&whole), Err(Refused::Unreadable), "{lacking}");
        }
    }
}
