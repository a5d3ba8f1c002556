//! What a lead and a dissuasion are; what is suspected has a file of its own.

mod dissuasion;
mod lead;
mod suspect;

pub use dissuasion::{
    Dissuaded, Dissuasion, DissuasionFacts, DissuasionMethod, DissuasionResult, DissuasionRow,
    DissuasionWords, MOST_CORRECTIONS, MOST_FEN, NewDissuasion, OlderVersion,
};
pub use lead::{
    DismissReason, FraudLead, LeadContent, LeadReporter, LeadRow, LeadState, LeadStep, NewLead, Verdict,
};
pub use suspect::{Suspect, SuspectKind};

crate::text_enum! {
    /// By which way a swindler came to somebody.
    pub enum ContactWay {
        Call = "call" "电话",
        Sms = "sms" "短信",
        Wechat = "wechat" "微信",
        Qq = "qq" "QQ",
        ShortVideo = "short_video" "短视频、直播",
        Shopping = "shopping" "购物平台",
        App = "app" "其他应用",
        Web = "web" "网页、搜索",
        Email = "email" "电子邮件",
        InPerson = "in_person" "当面",
        Other = "other" "其他",
    }
}
