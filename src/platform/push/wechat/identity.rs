//! How WeChat names a person to us. The names print as dots: who holds one can look the person up.

use std::fmt;

use serde::{Deserialize, Serialize};

macro_rules! opaque {
    ($($(#[$doc:meta])* $name:ident),+) => { $(
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(String);

        impl $name {
            /// The name as WeChat or our own store gave it.
            pub fn new(plain: impl Into<String>) -> Self {
                Self(plain.into())
            }

            /// The plain text, for the store and for WeChat.
            pub fn expose(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("•••")
            }
        }
    )+ };
}

opaque! {
    /// A person within one app (`openid`).
    OpenId,
    /// A person over all apps of one Open Platform account (`unionid`).
    UnionId
}

/// Who signed in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WeChatUser {
    /// The person within our mini-program.
    pub openid: OpenId,
    /// The person over all apps of our account; only when the mini-program is bound to one.
    pub unionid: Option<UnionId>,
}
