//! The tables from the gateways' codes to outcomes.
//!
//! A row that ends in `*` is for all codes that begin so; the first row that fits counts. A code that fits none is
//! *permanent*: the gateway did refuse the message, and stopping the channel for a code about one number would
//! keep an alert from everybody else.

use std::time::Duration;

use crate::platform::push::outcome::Outcome;

#[derive(Clone, Copy)]
enum Class {
    /// Seconds until this number may be written to again.
    Later(u64),
    /// Seconds for which our account is too fast.
    Rate(u64),
    Permanent,
    Config,
    Refused,
    Unknown,
}

const MINUTE: u64 = 60;
const HOUR: u64 = 3600;
const DAY: u64 = 24 * HOUR;

const ALIYUN: &[(&str, Class)] = &[
    // The text says whether the minute's, the hour's or the day's number is used up, see `window`.
    ("isv.BUSINESS_LIMIT_CONTROL", Class::Later(HOUR)),
    ("isv.DAY_LIMIT_CONTROL", Class::Rate(HOUR)),
    ("isv.MONTH_LIMIT_CONTROL", Class::Config),
    ("isv.MOBILE_NUMBER_ILLEGAL", Class::Permanent),
    ("isv.MOBILE_COUNT_OVER_LIMIT", Class::Permanent),
    ("isv.SMS_SIGNATURE_ILLEGAL", Class::Config),
    ("isv.SMS_SIGNATURE_SCENE_ILLEGAL", Class::Config),
    ("isv.SMS_SIGN_ILLEGAL", Class::Config),
    ("isv.SMS_TEMPLATE_ILLEGAL", Class::Config),
    ("isv.PRODUCT_UN_SUBSCRIPT", Class::Config),
    ("isv.PRODUCT_UNSUBSCRIBE", Class::Config),
    ("isv.ACCOUNT_*", Class::Config),
    ("isv.DENY_IP_RANGE", Class::Config),
    ("isv.OUT_OF_SERVICE", Class::Config),
    ("isv.AMOUNT_NOT_ENOUGH", Class::Config),
    ("isv.TEMPLATE_MISSING_PARAMETERS", Class::Permanent),
    ("isv.INVALID_PARAMETERS", Class::Permanent),
    ("isv.INVALID_JSON_PARAM", Class::Permanent),
    ("isv.PARAM_LENGTH_LIMIT", Class::Permanent),
    ("isv.PARAM_NOT_SUPPORT_URL", Class::Permanent),
    ("isv.BLACK_KEY_CONTROL_LIMIT", Class::Permanent),
    ("isv.SMS_CONTENT_ILLEGAL", Class::Permanent),
    ("isp.RAM_PERMISSION_DENY", Class::Config),
    ("isp.SYSTEM_ERROR", Class::Unknown),
    ("isp.GATEWAY_ERROR", Class::Unknown),
    // Of the interface as a whole.
    ("SignatureDoesNotMatch", Class::Config),
    ("IncompleteSignature", Class::Config),
    ("InvalidAccessKeyId*", Class::Config),
    ("InvalidTimeStamp*", Class::Config), // our clock is wrong
    ("Forbidden*", Class::Config),
    ("NoPermission", Class::Config),
    // Each request of ours has a nonce of its own: something in between sent one twice, and the first got through.
    ("SignatureNonceUsed", Class::Unknown),
    ("Throttling*", Class::Rate(1)),
    ("ServiceUnavailable", Class::Unknown),
    ("InternalError", Class::Unknown),
];

const TENCENT: &[(&str, Class)] = &[
    ("FailedOperation.PhoneNumberInBlacklist", Class::Refused),
    ("FailedOperation.ContainSensitiveWord", Class::Permanent),
    ("FailedOperation.TemplateParamSetNotMatchApprovedTemplate", Class::Permanent),
    ("FailedOperation.SignatureIncorrectOrUnapproved", Class::Config),
    ("FailedOperation.TemplateIncorrectOrUnapproved", Class::Config),
    ("FailedOperation.TemplateUnapprovedOrNotExist", Class::Config),
    ("FailedOperation.InsufficientBalanceInSmsPackage", Class::Config),
    // Our template was approved as advertising, which may be sent from 8 to 22 h only.
    ("FailedOperation.MarketingSendTimeConstraint", Class::Config),
    ("LimitExceeded.PhoneNumberThirtySecondLimit", Class::Later(30)),
    ("LimitExceeded.DeliveryFrequencyLimit", Class::Later(MINUTE)),
    ("LimitExceeded.PhoneNumberOneHourLimit", Class::Later(HOUR)),
    ("LimitExceeded.PhoneNumberDailyLimit", Class::Later(DAY)),
    ("LimitExceeded.PhoneNumberSameContentDailyLimit", Class::Later(DAY)),
    ("LimitExceeded.AppDailyLimit", Class::Rate(HOUR)),
    ("LimitExceeded.AppMainlandChinaDailyLimit", Class::Rate(HOUR)),
    ("LimitExceeded.DailyLimit", Class::Rate(HOUR)),
    ("LimitExceeded*", Class::Later(HOUR)),
    ("RequestLimitExceeded*", Class::Rate(1)),
    ("InvalidParameterValue*", Class::Permanent),
    ("UnauthorizedOperation*", Class::Config),
    ("AuthFailure*", Class::Config),
    ("InternalError*", Class::Unknown),
];

/// What a `Code` of Alibaba Cloud other than `OK` means; `message` is looked at for the window of a limit only.
pub(super) fn of_aliyun(code: &str, message: &str) -> Outcome {
    match outcome(ALIYUN, code) {
        Outcome::Later { code: named, .. } => {
            Outcome::Later { wait: Duration::from_secs(window(message)), code: named }
        }
        other => other,
    }
}

/// What a `Code` of Tencent Cloud other than `Ok` means.
pub(super) fn of_tencent(code: &str) -> Outcome {
    outcome(TENCENT, code)
}

fn outcome(table: &[(&str, Class)], code: &str) -> Outcome {
    let fits = |row: &str| match row.strip_suffix('*') {
        Some(beginning) => code.starts_with(beginning),
        None => row == code,
    };
    let class = table.iter().find(|(row, _)| fits(row)).map_or(Class::Permanent, |row| row.1);
    // It is stored and shown: a code and nothing that a gateway may have put there instead.
    let code: String = code.chars().filter(char::is_ascii_graphic).take(64).collect();
    match class {
        Class::Later(seconds) => Outcome::Later { wait: Duration::from_secs(seconds), code },
        Class::Rate(seconds) => Outcome::Rate { wait: Duration::from_secs(seconds) },
        Class::Permanent => Outcome::Permanent { code },
        Class::Config => Outcome::Config { code },
        Class::Refused => Outcome::Refused { code },
        Class::Unknown => Outcome::Unknown,
    }
}

/// Seconds of the window that `触发分钟级流控Permits:1` and its like speak of; an hour when it is not told.
fn window(message: &str) -> u64 {
    let says = |words: [&str; 2]| words.iter().any(|word| message.contains(word));
    if says(["分钟", "minute"]) {
        MINUTE
    } else if says(["天级", "day"]) {
        DAY
    } else {
        HOUR
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn word(outcome: &Outcome) -> &'static str {
        match outcome {
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
    fn every_documented_code_of_aliyun_has_its_class() {
        let documented: [(&str, &[&str]); 5] = [
            ("later", &["isv.BUSINESS_LIMIT_CONTROL"]),
            ("rate", &["isv.DAY_LIMIT_CONTROL", "Throttling.User"]),
            (
                "permanent",
                &[
                    "isv.MOBILE_NUMBER_ILLEGAL",
                    "isv.MOBILE_COUNT_OVER_LIMIT",
                    "isv.TEMPLATE_MISSING_PARAMETERS",
                    "isv.INVALID_PARAMETERS",
                    "isv.INVALID_JSON_PARAM",
                    "isv.PARAM_LENGTH_LIMIT",
                    "isv.PARAM_NOT_SUPPORT_URL",
                    "isv.BLACK_KEY_CONTROL_LIMIT",
                    "isv.SMS_CONTENT_ILLEGAL",
                ],
            ),
            (
                "config",
                &[
                    "isv.MONTH_LIMIT_CONTROL",
                    "isv.SMS_SIGNATURE_ILLEGAL",
                    "isv.SMS_SIGNATURE_SCENE_ILLEGAL",
                    "isv.SMS_SIGN_ILLEGAL",
                    "isv.SMS_TEMPLATE_ILLEGAL",
                    "isv.PRODUCT_UN_SUBSCRIPT",
                    "isv.PRODUCT_UNSUBSCRIBE",
                    "isv.ACCOUNT_NOT_EXISTS",
                    "isv.DENY_IP_RANGE",
                    "isv.OUT_OF_SERVICE",
                    "isv.AMOUNT_NOT_ENOUGH",
                    "isp.RAM_PERMISSION_DENY",
                    "SignatureDoesNotMatch",
                    "IncompleteSignature",
                    "InvalidAccessKeyId.NotFound",
                    "InvalidTimeStamp.Expired",
                    "Forbidden.RAM",
                    "NoPermission",
                ],
            ),
            (
                "unknown",
                &[
                    "isp.SYSTEM_ERROR",
                    "isp.GATEWAY_ERROR",
                    "SignatureNonceUsed",
                    "ServiceUnavailable",
                    "InternalError",
                ],
            ),
        ];
        all_have(&documented, ALIYUN, |code| of_aliyun(code, ""));
    }

    #[test]
    fn every_documented_code_of_tencent_has_its_class() {
        let documented: [(&str, &[&str]); 6] = [
            ("refused", &["FailedOperation.PhoneNumberInBlacklist"]),
            (
                "permanent",
                &[
                    "FailedOperation.ContainSensitiveWord",
                    "FailedOperation.TemplateParamSetNotMatchApprovedTemplate",
                    "InvalidParameterValue.IncorrectPhoneNumber",
                ],
            ),
            (
                "config",
                &[
                    "FailedOperation.SignatureIncorrectOrUnapproved",
                    "FailedOperation.TemplateIncorrectOrUnapproved",
                    "FailedOperation.TemplateUnapprovedOrNotExist",
                    "FailedOperation.InsufficientBalanceInSmsPackage",
                    "FailedOperation.MarketingSendTimeConstraint",
                    "UnauthorizedOperation.SmsSdkAppIdVerifyFail",
                    "AuthFailure.SignatureExpire",
                ],
            ),
            (
                "later",
                &[
                    "LimitExceeded.PhoneNumberThirtySecondLimit",
                    "LimitExceeded.DeliveryFrequencyLimit",
                    "LimitExceeded.PhoneNumberOneHourLimit",
                    "LimitExceeded.PhoneNumberDailyLimit",
                    "LimitExceeded.PhoneNumberSameContentDailyLimit",
                    "LimitExceeded.SomethingNew",
                ],
            ),
            (
                "rate",
                &[
                    "LimitExceeded.AppDailyLimit",
                    "LimitExceeded.AppMainlandChinaDailyLimit",
                    "LimitExceeded.DailyLimit",
                    "RequestLimitExceeded.IPLimitExceeded",
                ],
            ),
            ("unknown", &["InternalError.Timeout"]),
        ];
        all_have(&documented, TENCENT, of_tencent);
    }

    /// Each row of `table` is tested exactly once, and each code has the class that it is listed under.
    fn all_have(documented: &[(&str, &[&str])], table: &[(&str, Class)], of: impl Fn(&str) -> Outcome) {
        for (class, codes) in documented {
            for code in *codes {
                assert_eq!(word(&of(code)), *class, "{code}");
            }
        }
        let count: usize = documented.iter().map(|(_, codes)| codes.len()).sum();
        assert_eq!(count, table.len(), "a row of the table is not tested, or stands twice");
    }

    #[test]
    fn the_window_of_a_limit_is_read_from_its_text() {
        let wait = |message| match of_aliyun("isv.BUSINESS_LIMIT_CONTROL", message) {
            Outcome::Later { wait, .. } => wait.as_secs(),
            other => panic!("{other:?}"),
        };
        assert_eq!(wait("触发分钟级流控Permits:1"), 60);
        assert_eq!(wait("触发小时级流控Permits:5"), 3600);
        assert_eq!(wait("触发天级流控Permits:50"), 86_400);
        assert_eq!(wait("?"), 3600);
    }

    #[test]
    fn a_code_nobody_documented_concerns_one_message_only() {
        assert_eq!(of_tencent("Some.New"), Outcome::Permanent { code: "Some.New".into() });
        assert_eq!(of_aliyun("isv.NEW 新", ""), Outcome::Permanent { code: "isv.NEW".into() });
    }
}
