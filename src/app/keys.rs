//! Where the keys come from: the settings, or a file in the data folder that is made on first start.

use secrecy::{ExposeSecret, SecretString};

use super::Refusal;
use crate::platform::config::Settings;
use crate::platform::secrets::{CipherKind, SecretSettings, Secrets};

/// The keys of this town.
///
/// A town that already has data but has lost its key file is refused: new keys would make every name and
/// phone in it unreadable, and nobody would notice before the next reading.
pub fn keys(settings: &Settings, has_data: bool) -> Result<Secrets, Refusal> {
    let texts = &settings.secrets;
    if texts.token_keys.is_some() || texts.field_keys.is_some() || texts.index_key.is_some() {
        let copy = |text: &Option<SecretString>| text.as_ref().map(|t| SecretString::from(t.expose_secret()));
        let given = SecretSettings {
            token_keys: copy(&texts.token_keys),
            field_keys: copy(&texts.field_keys),
            index_key: copy(&texts.index_key),
        };
        return Secrets::from_settings(&given).map_err(|mistakes| {
            let told: Vec<String> = mistakes.iter().map(ToString::to_string).collect();
            Refusal::new("密钥设置有误", told.join("\n"))
        });
    }
    let folder = &settings.data_dir;
    let failed = |problem| Refusal::new("密钥文件无法使用", format!("{problem:?}"));
    if Secrets::exists(folder).map_err(failed)? {
        return Secrets::load(folder).map_err(failed);
    }
    if has_data {
        let missing = folder.join("secrets.toml");
        return Err(Refusal::new(
            "缺少密钥文件",
            format!("数据库中已有数据,但 {} 不见了;请从备份恢复它", missing.display()),
        ));
    }
    std::fs::create_dir_all(folder).map_err(|error| Refusal::new("无法建立数据目录", error))?;
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
