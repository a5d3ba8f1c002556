//! Migrating, and taking a copy.

use std::fs::File;
use std::path::Path;

use diesel::prelude::*;

use crate::app::Refusal;
use crate::app::keys::Sealed;
use crate::platform::config::{Profile, Settings};
use crate::platform::db::{DatabaseUrl, DbConnection, migrations};
use crate::platform::private;

/// The database as it is; a path with a typing error would otherwise make a new, empty one.
pub(super) fn existing(settings: &Settings) -> Result<DbConnection, Refusal> {
    if let DatabaseUrl::Sqlite(path) = &settings.database.url
        && !path.exists()
    {
        let how = format!("{};请核对 DATABASE_URL 和 WANGGE_DATA_DIR,新建用 wangge migrate", path.display());
        return Err(Refusal::new("没有数据库文件", how));
    }
    settings.database.connect().map_err(|error| Refusal::new("数据库打不开", error))
}

/// Makes an empty SQLite file where there is none, for its owner alone; SQLite gives its log the same mode.
fn make_file(settings: &Settings) -> Result<(), Refusal> {
    let DatabaseUrl::Sqlite(path) = &settings.database.url else { return Ok(()) };
    let failed = |error| Refusal::new("无法建立数据目录", error);
    if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        private::folder(folder).map_err(failed)?;
    }
    match private::file(path) {
        Err(error) if error.kind() != std::io::ErrorKind::AlreadyExists => Err(failed(error)),
        _ => Ok(()),
    }
}

/// Applies the migrations that are pending; answers their names. Refuses while another process owns the file,
/// which knows the old tables only.
pub fn migrate(settings: &Settings) -> Result<Vec<String>, Refusal> {
    make_file(settings)?;
    let _owned = settings.database.own().map_err(|error| Refusal::new("数据库打不开", error))?;
    migrations::migrate(&mut existing(settings)?)
        .map_err(|problem| Refusal::new("数据库升级失败", format!("{problem:?}")))
}

/// A town's own machine migrates by itself; elsewhere someone decides when.
pub fn ready(settings: &Settings) -> Result<(), Refusal> {
    if settings.profile == Profile::Embedded {
        return migrate(settings).map(drop);
    }
    match pending(settings)? {
        0 => Ok(()),
        n => Err(Refusal::new("数据库尚未升级", format!("有 {n} 项待执行;请先备份,再运行 wangge migrate"))),
    }
}

/// How many migrations are pending.
pub fn pending(settings: &Settings) -> Result<usize, Refusal> {
    migrations::pending(&mut existing(settings)?)
        .map_err(|problem| Refusal::new("数据库无法读取", format!("{problem:?}")))
}

/// What is sealed already; nothing before the first migration.
pub fn sealed(settings: &Settings) -> Result<Sealed, Refusal> {
    let mut c = existing(settings)?;
    let begun = migrations::begun(&mut c);
    let sealed = begun.and_then(|begun| if begun { Sealed::read(&mut c) } else { Ok(Sealed::default()) });
    sealed.map_err(|problem| Refusal::new("数据库无法读取", format!("{problem:?}")))
}

/// Writes a consistent copy of a SQLite database to `target`, which must not exist; the server may run.
///
/// The copy gets its name only when it is whole and on disk. PostgreSQL has its own tools, which know
/// more than we do.
pub fn backup(settings: &Settings, target: &Path) -> Result<(), Refusal> {
    let DatabaseUrl::Sqlite(_) = &settings.database.url else {
        let how = "请用 pg_dump --format=custom --file=备份文件 \"$DATABASE_URL\",恢复用 pg_restore";
        return Err(Refusal::new("PostgreSQL 由其自带工具备份", how));
    };
    let failed = |error: &dyn std::fmt::Display| Refusal::new("备份失败", error);
    if target.exists() {
        return Err(failed(&format!("{} 已存在,不会覆盖", target.display())));
    }
    let mut c = existing(settings)?;
    let partial = target.with_extension("partial");
    let made =
        copy(&mut c, &partial).and_then(|()| settle(&partial, target).map_err(|error| error.to_string()));
    if made.is_err() {
        // Half a copy is of no use and may fill the disk that the next one needs; the failure is the thing to tell.
        drop(std::fs::remove_file(&partial));
    }
    made.map_err(|error| failed(&error))
}

fn copy(c: &mut DbConnection, partial: &Path) -> Result<(), String> {
    if partial.exists() {
        std::fs::remove_file(partial).map_err(|error| error.to_string())?;
    }
    // SQLite takes an empty file as a new one; made here, so that nobody else may read it.
    private::file(partial).map_err(|error| error.to_string())?;
    let copied = diesel::sql_query("VACUUM INTO ?")
        .bind::<diesel::sql_types::Text, _>(partial.to_string_lossy().into_owned())
        .execute(c);
    copied.map(drop).map_err(|error| error.to_string())
}

/// Flushes the copy, gives it its name, and flushes the folder that holds the name.
fn settle(partial: &Path, target: &Path) -> std::io::Result<()> {
    File::open(partial)?.sync_all()?;
    std::fs::rename(partial, target)?;
    let folder = target.parent().filter(|folder| !folder.as_os_str().is_empty());
    File::open(folder.unwrap_or(Path::new(".")))?.sync_all()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_backup_is_a_whole_database_and_never_overwrites() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        let url = format!("sqlite:{}", at("town.db").display());
        let settings = Settings::from_parts("", &[("DATABASE_URL", &url)]).unwrap();
        let all = migrate(&settings).unwrap().len();
        assert!(all > 0);
        backup(&settings, &at("copy.db")).unwrap();
        assert!(backup(&settings, &at("copy.db")).is_err());
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            assert_eq!(at("copy.db").metadata().unwrap().permissions().mode() & 0o777, 0o600);
        }
        let url = format!("sqlite:{}", at("copy.db").display());
        let copy = Settings::from_parts("", &[("DATABASE_URL", &url)]).unwrap();
        assert_eq!(pending(&copy).unwrap(), 0);
    }

    #[test]
    fn a_backup_that_fails_leaves_nothing_behind() {
        let folder = tempfile::tempdir().unwrap();
        let source = folder.path().join("town.db");
        let url = format!("sqlite:{}", source.display());
        let settings = Settings::from_parts("", &[("DATABASE_URL", &url)]).unwrap();
        migrate(&settings).unwrap();
        // Pages in the middle are noise, as on a disk that goes bad.
        let mut bytes = std::fs::read(&source).unwrap();
        let half = bytes.len() / 2;
        bytes[half..].fill(0xA5);
        std::fs::write(&source, bytes).unwrap();
        assert!(backup(&settings, &folder.path().join("copy.db")).is_err());
        assert!(!folder.path().join("copy.partial").exists() && !folder.path().join("copy.db").exists());
    }

    #[test]
    fn a_file_that_another_process_owns_is_not_migrated() {
        let folder = tempfile::tempdir().unwrap();
        let url = format!("sqlite:{}", folder.path().join("new/town.db").display());
        let settings = Settings::from_parts("", &[("DATABASE_URL", &url)]).unwrap();
        make_file(&settings).unwrap();
        let owned = settings.database.own().unwrap();
        assert!(migrate(&settings).is_err());
        assert!(pending(&settings).unwrap() > 0);
        drop(owned);
        assert!(!migrate(&settings).unwrap().is_empty());
    }

    #[test]
    fn only_migrating_makes_a_database_and_it_is_for_its_owner_alone() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("new/town.db");
        let url = format!("sqlite:{}", path.display());
        let settings = Settings::from_parts("", &[("DATABASE_URL", &url)]).unwrap();
        assert!(pending(&settings).is_err() && sealed(&settings).is_err());
        assert!(backup(&settings, &folder.path().join("copy.db")).is_err());
        assert!(!path.exists(), "asking made a file");
        migrate(&settings).unwrap();
        #[cfg(unix)]
        for (path, mode) in [(path.as_path(), 0o600), (&folder.path().join("new"), 0o700)] {
            use std::os::unix::fs::PermissionsExt;
            assert_eq!(path.metadata().unwrap().permissions().mode() & 0o777, mode, "{}", path.display());
        }
    }
}
