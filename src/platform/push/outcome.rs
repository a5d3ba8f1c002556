//! How a message fared at a gateway, and the one table from WeChat's answers to it; other gateways have theirs.
//!
//! The sender acts on the class alone. *Unknown* is a class of its own: the message may have arrived, and
//! sending it again may tell a person twice. The table reads the numeric code; of the text it takes only
//! the name of the field that 47003 complains about, which WeChat tells nowhere else.

use std::time::Duration;

/// How one message fared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// The gateway took it.
    Accepted {
        /// The gateway's own number for it, when it gave one.
        provider_ref: Option<String>,
    },
    /// Nothing happened; try again later.
    Retry,
    /// There is no access token, or it is not accepted even after a refresh; nothing was sent. Pause the channel.
    Token,
    /// Too fast: pause the channel; this does not count as an attempt.
    Rate {
        /// How long to pause.
        wait: Duration,
    },
    /// This one recipient has had enough for now; the channel goes on. Try again later, or by another channel; this
    /// does not count as an attempt.
    Later {
        /// When.
        wait: Duration,
        /// The gateway's code.
        code: String,
    },
    /// This message will never be taken: a bad recipient or a fault in what we wrote.
    Permanent {
        /// The gateway's code; for 47003 followed by the template key, as in `47003:thing1`.
        code: String,
    },
    /// Our account or settings are wrong: stop the channel, raise the alarm, keep the messages.
    Config {
        /// The gateway's code.
        code: String,
    },
    /// The person does not want it, or their one-shot consent is used up. Never retry; use another channel.
    Refused {
        /// The gateway's code.
        code: String,
    },
    /// It may have arrived. Reconcile before sending again.
    Unknown,
}

/// What can go wrong below the gateway's own codes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Transport {
    /// No connection came about, so nothing left this machine.
    NotSent,
    /// The connection ended, or time ran out, after the request may have left.
    Lost,
    /// An answer came that is not what the gateway speaks: cut short, a web page, too long.
    Garbled,
    /// An HTTP status other than 200.
    Status {
        /// The status.
        status: u16,
        /// The `Retry-After` header.
        retry_after: Option<Duration>,
    },
}

const MINUTE: u64 = 60;
const HOUR: u64 = 3600;

/// A class without its particulars.
#[derive(Clone, Copy)]
enum Class {
    Retry,
    Token,
    /// Seconds to pause.
    Rate(u64),
    Permanent,
    Config,
    Refused,
}

/// WeChat's codes. They are one namespace over sign-in, subscribe messages and the official account.
const WECHAT: &[(i64, Class)] = &[
    (-1, Class::Retry),         // system busy
    (40001, Class::Token),      // access token invalid or not the latest
    (40014, Class::Token),      // access token malformed
    (42001, Class::Token),      // access token expired
    (42007, Class::Token),      // access token revoked by a password change
    (40013, Class::Config),     // app id invalid
    (40125, Class::Config),     // secret invalid
    (40164, Class::Config),     // our address is not on the allow-list
    (41001, Class::Config),     // access token missing
    (41002, Class::Config),     // app id missing
    (41004, Class::Config),     // secret missing
    (41008, Class::Config),     // code missing
    (48001, Class::Config),     // the account has no right to this interface
    (48006, Class::Config),     // monthly resets of the quota used up
    (50002, Class::Config),     // account limited
    (89503, Class::Config),     // the account's administrator has to confirm
    (89506, Class::Config),     // the account's administrator refused
    (40029, Class::Permanent),  // sign-in or phone code invalid or expired
    (40163, Class::Permanent),  // code already used
    (40226, Class::Refused),    // high-risk user
    (40003, Class::Permanent),  // open id wrong or of another app
    (40037, Class::Config),     // template wrong or deleted
    (40249, Class::Config),     // template blocked
    (41030, Class::Config),     // page not in the published version
    (47003, Class::Permanent),  // a value does not fit its template field
    (43101, Class::Refused),    // declined, unsubscribed or one-shot consent used up
    (43004, Class::Refused),    // does not follow the official account
    (43019, Class::Refused),    // on the official account's blacklist
    (43107, Class::Rate(HOUR)), // long-term messages to one person too often
    (43108, Class::Rate(HOUR)), // the same, over all templates
    (45168, Class::Permanent),  // sensitive words
    // Either the minute's or the day's quota; one try a minute does no harm while the day's is used up.
    (45009, Class::Rate(MINUTE)),
    (45011, Class::Rate(MINUTE)), // too frequent
    (45066, Class::Rate(MINUTE)), // same client_msg_id again too soon
];

impl Outcome {
    /// What an `errcode` other than 0 means; `errmsg` is looked at for 47003 only.
    ///
    /// A code that is not in the table is *permanent*: WeChat did refuse the message, and stopping the
    /// whole channel for a code about one person would keep an alert from everybody else.
    pub fn of_wechat(errcode: i64, errmsg: &str) -> Self {
        let class = WECHAT.iter().find(|(code, _)| *code == errcode).map_or(Class::Permanent, |row| row.1);
        let code = match template_key(errmsg) {
            Some(key) if errcode == 47003 => format!("47003:{key}"),
            _ => errcode.to_string(),
        };
        match class {
            Class::Retry => Self::Retry,
            Class::Token => Self::Token,
            Class::Rate(seconds) => Self::Rate { wait: Duration::from_secs(seconds) },
            Class::Permanent => Self::Permanent { code },
            Class::Config => Self::Config { code },
            Class::Refused => Self::Refused { code },
        }
    }

    /// What a failure below the codes means for a text message: as for a WeChat message, but a gateway that answers
    /// 500 may have passed the message on, and a second one costs money and trust.
    pub fn of_sms_transport(failure: Transport) -> Self {
        match failure {
            Transport::Status { status: 500, .. } => Self::Unknown,
            other => Self::of_transport(other),
        }
    }

    /// What a failure below WeChat's codes means for a WeChat message.
    ///
    /// 500 is WeChat's own "try again"; 502 and 504 come from something in between that may have passed the
    /// message on. A status that WeChat does not document tells nothing.
    pub fn of_transport(failure: Transport) -> Self {
        match failure {
            Transport::NotSent | Transport::Status { status: 500, .. } => Self::Retry,
            Transport::Status { status: 429 | 503, retry_after } => {
                let wait = retry_after.unwrap_or(Duration::from_secs(MINUTE));
                Self::Rate { wait: wait.min(Duration::from_secs(24 * HOUR)) }
            }
            Transport::Lost | Transport::Garbled | Transport::Status { .. } => Self::Unknown,
        }
    }
}

/// The key in `data.<key>.value`, when it looks like one; the rest of the text is WeChat's to change.
fn template_key(errmsg: &str) -> Option<&str> {
    let (_, rest) = errmsg.split_once("data.")?;
    let (key, _) = rest.split_once(".value")?;
    let plain = key.len() <= 32 && key.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
    (plain && !key.is_empty()).then_some(key)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn word(errcode: i64) -> &'static str {
        match Outcome::of_wechat(errcode, "") {
            Outcome::Accepted { .. } => "ok",
            Outcome::Retry => "retry",
            Outcome::Token => "token",
            Outcome::Rate { .. } => "rate",
            Outcome::Later { .. } => "later",
            Outcome::Permanent { .. } => "permanent",
            Outcome::Config { .. } => "config",
            Outcome::Refused { .. } => "refused",
            Outcome::Unknown => "unknown",
        }
    }

    #[test]
    fn every_documented_code_has_its_class() {
        let documented: [(&str, &[i64]); 6] = [
            ("retry", &[-1]),
            ("token", &[40001, 40014, 42001, 42007]),
            ("rate", &[43107, 43108, 45009, 45011, 45066]),
            ("permanent", &[40003, 40029, 40163, 45168, 47003]),
            (
                "config",
                &[
                    40013, 40037, 40125, 40164, 40249, 41001, 41002, 41004, 41008, 41030, 48001, 48006,
                    50002, 89503, 89506,
                ],
            ),
            ("refused", &[40226, 43004, 43019, 43101]),
        ];
        for (class, codes) in documented {
            for code in codes {
                assert_eq!(word(*code), class, "{code}");
            }
        }
        let count: usize = documented.iter().map(|(_, codes)| codes.len()).sum();
        assert_eq!(count, WECHAT.len(), "a row of the table is not tested, or stands twice");
    }

    #[test]
    fn a_code_nobody_documented_concerns_one_message_only() {
        assert_eq!(Outcome::of_wechat(123_456, ""), Outcome::Permanent { code: "123456".into() });
    }

    #[test]
    fn a_value_that_does_not_fit_names_its_key() {
        let named = Outcome::of_wechat(47003, "argument invalid! data.thing1.value is empty rid: 1-2-3");
        assert_eq!(named, Outcome::Permanent { code: "47003:thing1".into() });
        let odd = Outcome::of_wechat(47003, "data.<script>.value");
        assert_eq!(odd, Outcome::Permanent { code: "47003".into() });
    }

    #[test]
    fn what_may_have_arrived_is_never_called_a_failure() {
        let status = |status| Outcome::of_transport(Transport::Status { status, retry_after: None });
        for lost in [Transport::Lost, Transport::Garbled] {
            assert_eq!(Outcome::of_transport(lost), Outcome::Unknown, "{lost:?}");
        }
        for code in [302, 400, 404, 502, 504] {
            assert_eq!(status(code), Outcome::Unknown, "{code}");
        }
        assert_eq!(Outcome::of_transport(Transport::NotSent), Outcome::Retry);
        assert_eq!(status(500), Outcome::Retry);
    }

    #[test]
    fn a_text_message_may_have_left_a_gateway_that_answers_500() {
        let status = |status| Outcome::of_sms_transport(Transport::Status { status, retry_after: None });
        assert_eq!((status(500), status(502)), (Outcome::Unknown, Outcome::Unknown));
        assert_eq!(status(429), Outcome::Rate { wait: Duration::from_secs(60) });
        assert_eq!(Outcome::of_sms_transport(Transport::NotSent), Outcome::Retry);
        assert_eq!(Outcome::of_sms_transport(Transport::Lost), Outcome::Unknown);
    }

    #[test]
    fn retry_after_is_honoured_within_a_day() {
        let wait = |status, seconds: Option<u64>| {
            let retry_after = seconds.map(Duration::from_secs);
            Outcome::of_transport(Transport::Status { status, retry_after })
        };
        assert_eq!(wait(429, Some(7)), Outcome::Rate { wait: Duration::from_secs(7) });
        assert_eq!(wait(503, None), Outcome::Rate { wait: Duration::from_secs(60) });
        assert_eq!(wait(429, Some(u64::MAX)), Outcome::Rate { wait: Duration::from_secs(86_400) });
    }
}
