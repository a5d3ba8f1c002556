//! Migrating, and taking a copy.

use std::fs::File;
use std::path::Path;

use diesel::prelude::*;

use crate::app::Refusal;
use crate::features::staff;
use crate::platform::config::Settings;
use crate::platform::db::{DatabaseUrl, DbConnection, migrations};

fn connect(settings: &Settings) -> Result<DbConnection, Refusal> {
    if let DatabaseUrl::Sqlite(path) = &settings.database.url {
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
        folder
            .map_or(Ok(()), std::fs::create_dir_all)
            .map_err(|error| Refusal::new("无法建立数据目录", error))?;
    }
    settings.database.connect().map_err(|error| Refusal::new("数据库打不开", error))
}

/// Applies the migrations that are pending; answers their names.
pub fn migrate(settings: &Settings) -> Result<Vec<String>, Refusal> {
    migrations::migrate(&mut connect(settings)?)
        .map_err(|problem| Refusal::new("数据库升级失败", format!("{problem:?}")))
}

/// How many migrations are pending.
pub fn pending(settings: &Settings) -> Result<usize, Refusal> {
    migrations::pending(&mut connect(settings)?)
        .map_err(|problem| Refusal::new("数据库无法读取", format!("{problem:?}")))
}

/// Whether there is anybody whose personal data are sealed; a town with households has staff, too.
pub fn has_people(settings: &Settings) -> Result<bool, Refusal> {
    let mut c = connect(settings)?;
    let known = migrations::begun(&mut c).and_then(|begun| Ok(begun && staff::exist(&mut c)?));
    known.map_err(|problem| Refusal::new("数据库无法读取", format!("{problem:?}")))
}

/// Writes a consistent copy of a SQLite database to `target`, which must not exist; the server may run.
///
/// The copy gets its name only when it is whole and on disk. PostgreSQL has its own tools, which know
/// more than we do.
pub fn backup(settings: &Settings, target: &Path) -> Result<(), Refusal> {
    let DatabaseUrl::Sqlite(source) = &settings.database.url else {
        let how = "请用 pg_dump --format=custom --file=备份文件 \"$DATABASE_URL\",恢复用 pg_restore";
        return Err(Refusal::new("PostgreSQL 由其自带工具备份", how));
    };
    let failed = |error: &dyn std::fmt::Display| Refusal::new("备份失败", error);
    if !source.exists() {
        return Err(failed(&format!("没有数据库文件 {}", source.display())));
    }
    if target.exists() {
        return Err(failed(&format!("{} 已存在,不会覆盖", target.display())));
    }
    let partial = target.with_extension("partial");
    if partial.exists() {
        std::fs::remove_file(&partial).map_err(|error| failed(&error))?;
    }
    // SQLite takes an empty file as a new one; made here, so that nobody else may read it.
    private(&partial).map_err(|error| failed(&error))?;
    let mut c = connect(settings)?;
    diesel::sql_query("VACUUM INTO ?")
        .bind::<diesel::sql_types::Text, _>(partial.to_string_lossy().into_owned())
        .execute(&mut c)
        .map_err(|error| failed(&error))?;
    settle(&partial, target).map_err(|error| failed(&error))
}

/// Makes an empty file that its owner alone may read.
fn private(path: &Path) -> std::io::Result<File> {
    let mut options = File::options();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
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
}
