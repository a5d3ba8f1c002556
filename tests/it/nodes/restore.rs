//! The backup and the restore that deploy/README.md describes, on a server that is at work.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use serde_json::json;
use wangge::base::id::Id;
use wangge::features::attachments::Photo;
use wangge::features::hazards::Hazard;

use super::GRID;
use super::api::{Client, found, text};
use super::program::Program;
use crate::town::upload;

#[actix_web::test]
async fn what_was_acknowledged_before_a_backup_is_there_after_the_restore() {
    let folder = tempfile::tempdir().unwrap();
    let (data, backup) = (folder.path().join("town"), folder.path().join("backup"));
    let program = Program::new(&data, &[]);
    let firsts = found(&program, folder.path(), 3);
    let server = program.start("serve");
    let client = Client::of(&server.base);
    let by = [client.sign_in(&firsts[0]).await, client.sign_in(&firsts[1]).await];
    let phone = client.hire(&by, "grid_worker", GRID).await;
    let worker = client.sign_in(&phone).await;
    let mut kept = Vec::new();
    for _ in 0..10 {
        kept.push(report(&client, &worker).await);
    }

    // Work goes on while the copy is made, by the script that cron runs.
    let done = Arc::new(AtomicBool::new(false));
    let copying = {
        let (done, data, backup) = (Arc::clone(&done), data.clone(), backup.clone());
        std::thread::spawn(move || {
            let copied = Program::new(&data, &[]).command("deploy/backup").arg(&backup).output().unwrap();
            done.store(true, Ordering::SeqCst);
            copied
        })
    };
    while !done.load(Ordering::SeqCst) {
        report(&client, &worker).await;
    }
    let copied = copying.join().unwrap();
    assert!(copied.status.success(), "{}", String::from_utf8_lossy(&copied.stderr));
    server.kill();
    let keys = std::fs::read(data.join("secrets.toml")).unwrap(); // as kept elsewhere
    std::fs::remove_dir_all(&data).unwrap();

    restore(&backup, &data);
    let refused = program.try_run(&["audit", "verify"], "");
    assert_eq!(refused.status.code(), Some(78), "a town without its keys starts anew with others");
    std::fs::write(data.join("secrets.toml"), keys).unwrap();
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        std::fs::set_permissions(data.join("secrets.toml"), PermissionsExt::from_mode(0o600)).unwrap();
    }
    program.run(&["audit", "verify"], "");
    program.run(&["counters", "verify"], "");
    let server = program.start("serve");
    let client = Client::of(&server.base);
    let worker = client.sign_in(&phone).await;
    for (hazard, photo) in &kept {
        assert_eq!(&text(&client.get(&worker, &format!("/hazards/{hazard}")).await, "id"), hazard);
        let picture = client.request(&worker, "GET", &format!("/photos/{photo}")).send().await.unwrap();
        assert_eq!(picture.status(), 200);
        assert!(!picture.bytes().await.unwrap().is_empty());
    }
    let homes = client.get(&worker, "/households").await;
    assert_eq!(homes["items"].as_array().unwrap().len(), 3);
    let home = text(&homes["items"][0], "id");
    let body = json!({ "purpose": "核对恢复的数据", "fields": ["name", "address"] });
    let plain = client.post(&worker, &format!("/households/{home}/reveal"), None, body).await.to_string();
    assert!(plain.contains("示例居民") && plain.contains("示例村一组"), "{plain}");
    assert!(server.stop());
}

/// A hazard with a photo, acknowledged.
async fn report(client: &Client, worker: &str) -> (String, String) {
    let (hazard, photo) = (Id::<Hazard>::new().to_string(), Id::<Photo>::new().to_string());
    let (media, form) = upload(&photo);
    let request = client.request(worker, "POST", "/photos").header("Content-Type", media).body(form);
    assert_eq!(request.send().await.unwrap().status(), 201);
    let body = json!({ "id": hazard, "area_code": GRID, "field": "road_traffic", "title": "示例隐患",
        "detail": "示例", "photos": [photo] });
    client.post(worker, "/hazards", None, body).await;
    (hazard, photo)
}

/// As deploy/README.md says, but for who owns the files.
fn restore(backup: &Path, data: &Path) {
    let steps = "set -eu; umask 077; mkdir -p \"$2\"; cd \"$1/databases\"; file=$(ls wangge-*.db); \
                 sha256sum -c \"$file.sha256\"; cp \"$file\" \"$2/wangge.db\"; cp -a \"$1/photos\" \"$2/\"";
    let done =
        std::process::Command::new("sh").args(["-c", steps, "sh"]).args([backup, data]).output().unwrap();
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
}

#[test]
fn a_photo_goes_out_of_the_backup_when_the_town_has_had_none_of_it_for_as_long_as_databases_are_kept() {
    let folder = tempfile::tempdir().unwrap();
    let (data, backup) = (folder.path().join("town"), folder.path().join("backup"));
    let program = Program::new(&data, &[]);
    program.run(&["migrate"], "");
    let photo = |of: &Path, name: &str| of.join("photos/ab/cd").join(name);
    std::fs::create_dir_all(photo(&data, "x").parent().unwrap()).unwrap();
    for name in ["kept", "deleted", "cut-short.7"] {
        std::fs::write(photo(&data, name), name).unwrap();
    }
    let copy = || {
        let done = program.command("deploy/backup").arg(&backup).output().unwrap();
        assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
        std::thread::sleep(std::time::Duration::from_millis(1100)); // copies are named by the second
    };
    let age = |path: &Path, days| {
        let done = std::process::Command::new("touch").args(["-d", days]).arg(path).status().unwrap();
        assert!(done.success());
    };
    copy();
    assert!(!photo(&backup, "cut-short.7").exists());
    std::fs::remove_file(photo(&data, "deleted")).unwrap();
    let leftover = backup.join("databases/wangge-20260101-000000.partial");
    std::fs::write(&leftover, "half").unwrap();
    for (path, days) in [(photo(&backup, "kept"), "40 days ago"), (photo(&backup, "deleted"), "29 days ago")]
    {
        age(&path, days);
    }
    age(&leftover, "1 day ago");
    copy();
    assert!(photo(&backup, "kept").exists() && photo(&backup, "deleted").exists() && !leftover.exists());
    age(&photo(&backup, "deleted"), "32 days ago");
    copy();
    assert!(photo(&backup, "kept").exists() && !photo(&backup, "deleted").exists());
}
