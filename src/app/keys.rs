//! Where the keys come from: the settings, or a file in the data folder that is made on first start. And whether
//! they are the keys of this town.

use super::Refusal;
use crate::base::problem::{Problem, Result as Done};
use crate::base::sensitive::{Address, Phone};
use crate::features::{households, staff};
use crate::platform::config::Settings;
use crate::platform::db::DbConnection;
use crate::platform::privacy::Vault;
use crate::platform::private;
use crate::platform::secrets::{CipherKind, Secrets};

/// A few values that were sealed earlier: the oldest phone of staff with its index, the oldest address.
///
/// Either may be there without the other: a town may import its households before it names anybody.
#[derive(Default)]
pub struct Sealed {
    phone: Option<(Vec<u8>, Vec<u8>)>,
    address: Option<Vec<u8>>,
}

impl Sealed {
    /// Looks into the tables, which must be there.
    pub fn read(c: &mut DbConnection) -> Done<Self> {
        Ok(Self { phone: staff::sample(c)?, address: households::sample(c)? })
    }

    /// Whether nobody's data are sealed yet.
    pub fn is_empty(&self) -> bool {
        self.phone.is_none() && self.address.is_none()
    }

    /// Refuses keys that do not open what is there, or do not find it: told now rather than by the first person
    /// who cannot sign in.
    pub fn opens_with(&self, vault: &Vault) -> Result<(), Refusal> {
        let wrong = |why: &dyn std::fmt::Display| {
            let told =
                format!("数据库中的姓名、电话不是用它们加密的({why});请恢复原来的密钥,或把旧密钥加回列表");
            Refusal::settings("密钥与数据不符", told)
        };
        let cause = |problem: Problem| problem.cause().map(ToString::to_string).unwrap_or_default();
        if let Some((sealed, index)) = &self.phone {
            let phone: Phone = vault.open_value(sealed).map_err(|problem| wrong(&cause(problem)))?;
            if vault.index_value(&phone) != *index {
                return Err(wrong(&"secrets.index_key"));
            }
        }
        if let Some(sealed) = &self.address {
            vault.open_value::<Address>(sealed).map_err(|problem| wrong(&cause(problem)))?;
        }
        Ok(())
    }
}

/// The keys of this town.
///
/// A town that already has data but has lost its key file is refused: new keys would make every name and
/// phone in it unreadable, and nobody would notice before the next reading.
pub fn keys(settings: &Settings, has_data: bool) -> Result<Secrets, Refusal> {
    if settings.secrets.any() {
        return settings.secrets.read().map_err(|mistakes| Refusal::settings("密钥设置有误", mistakes));
    }
    let folder = &settings.data_dir;
    let failed = |problem| Refusal::settings("密钥文件无法使用", format!("{problem:?}"));
    if Secrets::exists(folder).map_err(failed)? {
        return Secrets::load(folder).map_err(failed);
    }
    if has_data {
        let missing = folder.join("secrets.toml");
        return Err(Refusal::settings(
            "缺少密钥文件",
            format!("数据库中已有数据,但 {} 不见了;请从备份恢复它", missing.display()),
        ));
    }
    private::folder(folder).map_err(|error| Refusal::new("无法建立数据目录", error))?;
    Secrets::create(folder, CipherKind::Aes256Gcm).map_err(failed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_town_with_data_and_without_its_keys_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let dir = folder.path().display().to_string();
        let settings = Settings::from_parts("", &[("WANGGE_DATA_DIR", &dir)]).unwrap();
        assert!(keys(&settings, true).is_err());
        assert!(keys(&settings, false).is_ok());
        assert!(keys(&settings, true).is_ok(), "the keys of the first start are found again");
    }
}
