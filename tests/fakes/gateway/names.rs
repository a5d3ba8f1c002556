//! The accounts that exist here. None of them exists anywhere else.

/// The mini-program.
pub const APPID: &str = "wxfake0000000000";
/// Its secret.
pub const SECRET: &str = "fake-secret-0123456789abcdef0123";
/// The official account.
pub const OFFICIAL_APPID: &str = "wxfakeofficial00";
/// Its secret.
pub const OFFICIAL_SECRET: &str = "fake-official-0123456789abcdef01";
/// What both sign their pushes with.
pub const TOKEN: &str = "FakeToken";
/// What both encrypt their pushes with.
pub const AES_KEY: &str = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG";

/// The account at Alibaba Cloud.
pub const ALIYUN_KEY: &str = "LTAIfake00000000";
/// Its secret.
pub const ALIYUN_SECRET: &str = "fake-aliyun-secret-0123456789ab";
/// The account at Tencent Cloud.
pub const TENCENT_KEY: &str = "AKIDfake000000000000";
/// Its secret.
pub const TENCENT_SECRET: &str = "fake-tencent-secret-0123456789a";
/// Its SdkAppId.
pub const TENCENT_APP: &str = "1400000000";
/// The sign name at both.
pub const SIGN_NAME: &str = "示例镇";
/// The template at both: two gaps, `title` and `instruction` at Alibaba Cloud.
pub const SMS_TEMPLATE: &str = "SMS_100000000";

/// A group robot. Any key that begins with `fake-robot-` is one.
pub const ROBOT: &str = "fake-robot-0001";
/// What receivers of webhooks know messages by: 32 bytes.
pub const HOOK_SECRET: &str = "whsec_ZmFrZS13ZWJob29rLXNlY3JldC0wMTIzNDU2Nzg5YWI=";
