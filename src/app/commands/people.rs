//! The first administrators of a town; everybody else is appointed by them.

use secrecy::SecretString;

use super::told;
use crate::app::{Refusal, app};
use crate::base::area_code::AreaCode;
use crate::base::clock::Clock;
use crate::base::sensitive::{PersonName, Phone};
use crate::features::staff;
use crate::platform::access::Role;
use crate::platform::config::Settings;

/// An administrator as the command line names one.
pub struct NewAdministrator {
    /// `admin`, `security_admin` or `auditor`.
    pub role: String,
    /// The town's code.
    pub town: String,
    /// The name.
    pub name: String,
    /// The phone.
    pub phone: String,
    /// The password.
    pub password: SecretString,
}

/// Adds the first administrator of a kind; answers the account's id.
pub async fn add_administrator(settings: &Settings, new: NewAdministrator) -> Result<String, Refusal> {
    let wrong = |what: &str, why: &dyn std::fmt::Display| Refusal::new(what, why);
    let first = staff::FirstMember {
        role: new.role.parse::<Role>().map_err(|why| wrong("--role", &why))?,
        town: new.town.parse::<AreaCode>().map_err(|why| wrong("--town", &why))?,
        name: PersonName::parse(&new.name).map_err(|why| wrong("--name", &why))?,
        phone: Phone::parse(&new.phone).map_err(|why| wrong("--phone", &why))?,
        password: new.password,
    };
    let app = app(settings, Clock::System)?;
    staff::add_first(&app, first).await.map(|id| id.to_string()).map_err(told("账号没有建立"))
}
