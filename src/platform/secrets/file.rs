//! `secrets.toml`: the keys of a town's own machine, beside its data, readable by its owner alone.
//!
//! Losing the file means losing every encrypted field, so it is on disk before anyone is told, it is
//! never overwritten, and [`Secrets::load`] never makes one: the caller knows whether a database
//! exists already and must then refuse to start.

use std::fs::File;
use std::io::{Read, Write};
use std::path::Path;

use config::{Config, FileFormat};
use secrecy::{ExposeSecret, SecretString};

use super::settings::SecretSettings;
use super::{CipherKind, Secrets};
use crate::base::problem::{Problem, Result};
use crate::platform::private;

const NAME: &str = "secrets.toml";

impl Secrets {
    /// Whether `dir` holds a secrets file. An unreadable directory is a failure, not an absence.
    pub fn exists(dir: &Path) -> Result<bool> {
        dir.join(NAME).try_exists().map_err(|why| failed("look for", dir, why))
    }

    /// Reads `dir/secrets.toml`.
    ///
    /// Fails when it is absent, when group or others may read or write it, or when its content is wrong;
    /// the cause names every mistake and no secret.
    pub fn load(dir: &Path) -> Result<Self> {
        let mut file = File::open(dir.join(NAME)).map_err(|why| failed("open", dir, why))?;
        refuse_if_shared(&file, dir)?;
        let mut text = String::new();
        file.read_to_string(&mut text).map_err(|why| failed("read", dir, why))?;
        // The parser's own message would quote the line, and the line is a secret.
        let settings: SecretSettings = Config::builder()
            .add_source(config::File::from_str(&text, FileFormat::Toml))
            .build()
            .and_then(Config::try_deserialize)
            .map_err(|_| failed("parse", dir, "不是 TOML,或有不认识的项"))?;
        settings.read().map_err(|mistakes| failed("use", dir, mistakes))
    }

    /// Writes fresh random keys to `dir/secrets.toml`, mode 0600, and answers when they are on disk.
    ///
    /// Fails when the file exists already, whoever made it.
    pub fn create(dir: &Path, cipher: CipherKind) -> Result<Self> {
        let settings = SecretSettings::generate(cipher);
        // Written under another name first: a half-written file would bar every later start.
        let draft = dir.join(format!("{NAME}.{:016x}", rand::random::<u64>()));
        let done = write_durably(&draft, &render(&settings))
            .and_then(|()| std::fs::hard_link(&draft, dir.join(NAME)));
        let swept = std::fs::remove_file(&draft);
        done.and(swept)
            .and_then(|()| File::open(dir)?.sync_all())
            .map_err(|why| failed("create", dir, why))?;
        Self::load(dir)
    }
}

fn render(settings: &SecretSettings) -> SecretString {
    let show = |text: &Option<SecretString>| {
        text.as_ref().map(|text| text.expose_secret().to_owned()).unwrap_or_default()
    };
    format!(
        "# 网格系统密钥。丢失后加密内容无法恢复:请离线备份,不要与数据备份放在一起。\n\
         # 更换密钥:把新密钥写在逗号列表的最前面,保留旧密钥。\n\
         token_keys = \"{}\"\nfield_keys = \"{}\"\nindex_key = \"{}\"\n",
        show(&settings.token_keys),
        show(&settings.field_keys),
        show(&settings.index_key),
    )
    .into()
}

fn write_durably(path: &Path, text: &SecretString) -> std::io::Result<()> {
    let mut file = private::file(path)?;
    file.write_all(text.expose_secret().as_bytes())?;
    file.sync_all()
}

#[cfg(unix)]
fn refuse_if_shared(file: &File, dir: &Path) -> Result<()> {
    use std::os::unix::fs::PermissionsExt;
    let mode = file.metadata().map_err(|why| failed("inspect", dir, why))?.permissions().mode();
    if mode & 0o077 == 0 {
        return Ok(());
    }
    let mode = mode & 0o777;
    Err(failed("trust", dir, format!("权限为 {mode:o},其他用户可以访问;请执行 chmod 600")))
}

/// Windows has no mode bits; there the directory's access list, set by the installer, does this work.
#[cfg(not(unix))]
fn refuse_if_shared(_: &File, _: &Path) -> Result<()> {
    Ok(())
}

fn failed(what: &str, dir: &Path, why: impl std::fmt::Display) -> Problem {
    Problem::internal(format!("cannot {what} {}: {why}", dir.join(NAME).display()))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn cause(result: Result<Secrets>) -> String {
        result.err().and_then(|problem| problem.cause().map(ToString::to_string)).unwrap_or_default()
    }

    #[test]
    fn the_second_start_finds_the_keys_of_the_first() {
        let dir = tempfile::tempdir().unwrap();
        let first = Secrets::create(dir.path(), CipherKind::Sm4Gcm).unwrap();
        let second = Secrets::load(dir.path()).unwrap();
        assert_eq!(first.index_key.expose_secret(), second.index_key.expose_secret());
        assert_eq!(second.field_keys.current.cipher, CipherKind::Sm4Gcm);
        assert_eq!(std::fs::read_dir(dir.path()).unwrap().count(), 1, "the draft is swept");
    }

    #[test]
    fn a_missing_file_is_refused_and_a_present_one_is_never_overwritten() {
        let dir = tempfile::tempdir().unwrap();
        assert!(Secrets::load(dir.path()).is_err());
        assert!(!Secrets::exists(dir.path()).unwrap());
        std::fs::write(dir.path().join(NAME), "mine").unwrap();
        assert!(Secrets::create(dir.path(), CipherKind::Aes256Gcm).is_err());
        assert_eq!(std::fs::read_to_string(dir.path().join(NAME)).unwrap(), "mine");
    }

    #[cfg(unix)]
    #[test]
    fn a_file_that_others_can_read_is_refused_with_the_remedy() {
        use std::os::unix::fs::PermissionsExt;
        let dir = tempfile::tempdir().unwrap();
        Secrets::create(dir.path(), CipherKind::Aes256Gcm).unwrap();
        let path = dir.path().join(NAME);
        assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        std::fs::set_permissions(&path, PermissionsExt::from_mode(0o640)).unwrap();
        assert!(cause(Secrets::load(dir.path())).contains("chmod 600"));
    }

    #[test]
    fn a_broken_file_does_not_end_up_in_the_log() {
        let dir = tempfile::tempdir().unwrap();
        for content in
            ["index_key = geheim", "index_key = [\"geheim\"]", "geheim = 1", "index_key = \"geheim\""]
        {
            let path = dir.path().join(NAME);
            let _ = std::fs::remove_file(&path);
            write_durably(&path, &content.into()).unwrap();
            let cause = cause(Secrets::load(dir.path()));
            assert!(cause.starts_with("cannot ") && !cause.contains("geheim"), "{cause}");
        }
    }
}
