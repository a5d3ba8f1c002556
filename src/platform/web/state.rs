//! What every handler may ask for, as `web::Data<App>`.

use std::sync::Arc;

use super::authenticate::TokenReader;
use crate::base::clock::Clock;
use crate::platform::access::Principals;
use crate::platform::access::password::{PasswordGate, PasswordProfile};
use crate::platform::access::token::TokenMint;
use crate::platform::db::Db;
use crate::platform::privacy::Vault;
use crate::platform::push::WeChat;

/// The built house, as handlers see it. Made once by `app`; cheap to clone.
#[derive(Clone)]
pub struct App {
    /// The database.
    pub db: Db,
    /// Seals and opens personal data.
    pub vault: Arc<Vault>,
    /// What time it is.
    pub clock: Clock,
    /// Who holds a session.
    pub principals: Principals,
    /// Reads access tokens.
    pub reader: Arc<dyn TokenReader>,
    /// Issues access tokens.
    pub tokens: Arc<TokenMint>,
    /// Hashes passwords.
    pub passwords: PasswordGate,
    /// Which passwords may be chosen.
    pub password_profile: PasswordProfile,
    /// The mini-program's server side.
    pub wechat: Arc<WeChat>,
}
