//! What a notice is, its states, steps and rules.

mod audience;
mod content;
mod frozen;
mod row;
mod steps;

pub use audience::{AgeBand, Audience, FEWEST};
pub use content::{Content, Plan, is_targeted, outermost};
pub use frozen::{Frozen, pack, unpack};
pub use row::{NoticeRow, RATIFY_WITHIN};
pub use steps::{NoticeState, NoticeStep};

crate::id_kind! {
    /// A notice; whoever drafts it makes the id.
    Notice = "notice";
    /// A message to one resident on one channel.
    Delivery = "delivery";
    /// One sender's hold on some deliveries; only its holder may say what became of them.
    Lease = "lease";
}

crate::text_enum! {
    /// What a notice is for.
    pub enum NoticeKind {
        Warning = "warning" "预警",
        Case = "case" "案例",
        Education = "education" "宣传",
        Policy = "policy" "政策",
        Emergency = "emergency" "应急",
    }
}

crate::text_enum! {
    /// How grave a warning is; CAP severity Extreme, Severe, Moderate, Minor.
    pub enum WarningLevel {
        Red = "red" "红色",
        Orange = "orange" "橙色",
        Yellow = "yellow" "黄色",
        Blue = "blue" "蓝色",
    }
}

crate::text_enum! {
    /// Which fraud a notice is about: the ten types of the Ministry of Public Security (2024) and those of the countryside.
    pub enum FraudType {
        Brushing = "brushing" "刷单返利",
        FakeInvestment = "fake_investment" "虚假网络投资理财",
        FakeShopping = "fake_shopping" "虚假购物服务",
        FakeCustomerService = "fake_customer_service" "冒充电商物流客服",
        FakeLoan = "fake_loan" "虚假贷款",
        FakeCredit = "fake_credit" "虚假征信",
        FakeLeader = "fake_leader" "冒充领导熟人",
        FakeAuthority = "fake_authority" "冒充公检法及政府机关",
        Romance = "romance" "网络婚恋交友",
        GameTrade = "game_trade" "网络游戏产品虚假交易",
        ElderProject = "elder_project" "虚假养老项目",
        CheapFarmInput = "cheap_farm_input" "低价农资",
        AccountLending = "account_lending" "出租出借两卡",
        Other = "other" "其他",
    }
}

crate::text_enum! {
    /// An outside channel to persons.
    pub enum Channel {
        WxSubscribe = "wx_subscribe" "微信订阅消息",
        WxTemplate = "wx_template" "公众号模板消息",
        Sms = "sms" "短信",
    }
}
