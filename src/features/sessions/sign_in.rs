//! Signing in with phone and password.

use secrecy::SecretString;

use super::model::{Device, Tokens};
use super::open::open;
use super::subject::Standing;
use crate::base::problem::Result;
use crate::base::sensitive::Phone;
use crate::features::staff;
use crate::platform::web::App;

/// Opens a session for the member of staff whom phone and password belong to.
///
/// # Errors
/// As [`staff::verify`].
pub async fn by_password(app: &App, phone: Phone, password: SecretString, device: Device) -> Result<Tokens> {
    let verified = staff::verify(app, &phone, password).await?;
    let kept = app.clone();
    let opened = app.db.write(move |tx| {
        let holder = staff::admit(tx, &verified)?;
        open(tx, &kept, &Standing::staff(holder), &device, "password")
    });
    opened.await
}
