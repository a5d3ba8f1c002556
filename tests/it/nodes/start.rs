//! What a process says when it does not start, and how it ends then.

use diesel::connection::SimpleConnection;
use wangge::platform::config::Settings;

use super::api::found;
use super::program::Program;
use super::{KEYS, on_postgres};

#[test]
fn wrong_settings_end_otherwise_than_what_may_pass() {
    let folder = tempfile::tempdir().unwrap();
    let ends = |arguments: &[&str], settings: &[(&str, &str)]| {
        Program::new(folder.path(), settings).try_run(arguments, "").status.code()
    };
    assert_eq!(ends(&["serve"], &[("WANGGE_LOG__LEVL", "info")]), Some(78));
    assert_eq!(ends(&["serve"], &[("WANGGE_LOG__LEVEL", "!!")]), Some(78));
    assert_eq!(ends(&["audit", "verify"], &[]), Some(1), "no database yet");
    let away = ("DATABASE_URL", "postgres://me@127.0.0.1:1/town?connect_timeout=1");
    assert_eq!(ends(&["serve"], &[&[away], &KEYS[..]].concat()), Some(1), "the database may come later");
}

#[test]
fn keys_that_are_not_those_of_the_town_are_told_at_the_start() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("town");
    let program = Program::new(&data, &KEYS);
    found(&program, folder.path(), 1);
    program.run(&["audit", "verify"], "");
    let other = "EEECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";
    let field = format!("1:aes-256-gcm:{other}");
    for (name, value) in
        [("WANGGE_SECRETS__FIELD_KEYS", field.as_str()), ("WANGGE_SECRETS__INDEX_KEY", other)]
    {
        let changed: Vec<_> = KEYS.into_iter().map(|(n, v)| (n, if n == name { value } else { v })).collect();
        let refused = Program::new(&data, &changed).try_run(&["audit", "verify"], "");
        let told = String::from_utf8_lossy(&refused.stderr).into_owned();
        assert!(refused.status.code() == Some(78) && told.contains("密钥与数据不符"), "{name}: {told}");
    }
}

#[test]
fn a_ledger_that_was_imported_before_anybody_was_named_keeps_its_keys() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("town");
    let program = Program::new(&data, &[]);
    found(&program, folder.path(), 1);
    let settings = Settings::from_parts("", &[("WANGGE_DATA_DIR", &data.display().to_string())]).unwrap();
    let mut c = settings.database.connect().unwrap();
    c.batch_execute("DELETE FROM posts; DELETE FROM staff_members").unwrap();
    std::fs::remove_file(data.join("secrets.toml")).unwrap();
    let refused = program.try_run(&["counters", "verify"], "");
    assert_eq!(refused.status.code(), Some(78));
    assert!(!data.join("secrets.toml").exists(), "new keys were made");
}

#[test]
fn a_second_process_does_not_migrate_the_file_of_the_first() {
    let folder = tempfile::tempdir().unwrap();
    let program = Program::new(&folder.path().join("town"), &[]);
    let server = program.start("serve");
    for command in ["migrate", "serve"] {
        let refused = program.try_run(&[command], "");
        let told = String::from_utf8_lossy(&refused.stderr).into_owned();
        assert!(refused.status.code() == Some(1) && told.contains("town/wangge.lock"), "{command}: {told}");
    }
    assert!(server.stop());
}

#[actix_web::test]
async fn background_work_in_a_process_of_its_own_is_asked_how_it_is_doing() {
    let Some((url, _place)) = on_postgres() else {
        eprintln!("skipped: `wangge work` is for PostgreSQL (.ci/with-postgres)");
        return;
    };
    let folder = tempfile::tempdir().unwrap();
    let program = Program::new(folder.path(), &[&[("DATABASE_URL", url.as_str())], &KEYS[..]].concat());
    let work = program.start("work");
    wangge::platform::tls::install_crypto();
    for path in ["healthz", "readyz", "metrics"] {
        let answer = reqwest::get(format!("{}/{path}", work.base)).await.unwrap();
        assert_eq!(answer.status(), 200, "{path}");
    }
    assert!(work.stop());
}
