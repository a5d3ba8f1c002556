//! The folder: every step that a power failure could undo is synced before the next one relies on it.

use std::ffi::OsStr;
use std::fs::{self, File, OpenOptions};
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use super::{BlobKey, failed_here};
use crate::base::{Problem, Result};

#[derive(Debug, Clone)]
pub(super) struct Folder(PathBuf);

impl Folder {
    /// Makes the folder where it is missing.
    pub(super) fn open(dir: &Path) -> io::Result<Self> {
        make_dir(dir)?;
        Ok(Self(dir.to_owned()))
    }

    /// Runs a step that blocks, at `place` below the folder, on a thread where it may.
    pub(super) async fn run<T: Send + 'static>(
        &self,
        place: &str,
        step: impl FnOnce(&Path) -> io::Result<T> + Send + 'static,
    ) -> Result<T> {
        let path = self.0.join(place);
        tokio::task::spawn_blocking(move || step(&path))
            .await
            .map_err(Problem::internal)?
            .map_err(failed_here)
    }
}

/// Writes beside the place, syncs, renames into place, syncs the directory.
///
/// A reader sees the whole blob or none. A blob that is there is written again all the same: whoever put it
/// may have lost power between the rename and the last sync, and its length proves nothing.
pub(super) fn put(path: &Path, content: &[u8]) -> io::Result<()> {
    let dir = path.parent().ok_or(ErrorKind::InvalidInput)?;
    make_dir(dir)?;
    let beside = path.with_extension(uuid::Uuid::new_v4().simple().to_string());
    let written = write_synced(&beside, content).and_then(|()| fs::rename(&beside, path));
    if written.is_err() {
        // The first failure is the one to tell; a leftover is found by its name, see `old`.
        fs::remove_file(&beside).ok();
    }
    written?;
    sync_dir(dir)
}

/// The content; none when there is no such file.
pub(super) fn get(path: &Path) -> io::Result<Option<Vec<u8>>> {
    match fs::read(path) {
        Ok(content) => Ok(Some(content)),
        Err(why) if why.kind() == ErrorKind::NotFound => Ok(None),
        Err(why) => Err(why),
    }
}

/// Removes the file for good; a missing one is removed already.
pub(super) fn delete(path: &Path) -> io::Result<()> {
    match fs::remove_file(path) {
        Ok(()) => path.parent().map_or(Ok(()), sync_dir),
        Err(why) if why.kind() == ErrorKind::NotFound => Ok(()),
        Err(why) => Err(why),
    }
}

/// Blobs two levels below `dir` that were put before `until`. What a crash left beside a blob's place and is as old
/// is removed on the way: no put takes that long.
pub(super) fn old(dir: &Path, until: SystemTime) -> io::Result<Vec<BlobKey>> {
    let mut keys = Vec::new();
    for below in paths_in(dir)? {
        for file in paths_in(&below)? {
            if modified(&file)?.is_none_or(|at| at >= until) {
                continue;
            }
            let name = file.file_name().and_then(OsStr::to_str).unwrap_or_default();
            match name.split_once('.') {
                None => keys.extend(BlobKey::parse(name)),
                Some((blob, _)) if BlobKey::parse(blob).is_some() => delete(&file)?,
                Some(_) => {}
            }
        }
    }
    Ok(keys)
}

/// What lies in a directory; nothing in one that is missing or is none.
fn paths_in(dir: &Path) -> io::Result<Vec<PathBuf>> {
    match fs::read_dir(dir) {
        Ok(entries) => entries.map(|entry| entry.map(|entry| entry.path())).collect(),
        Err(why) if matches!(why.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => Ok(vec![]),
        Err(why) => Err(why),
    }
}

/// When the file was last written; none when it is gone.
fn modified(file: &Path) -> io::Result<Option<SystemTime>> {
    match fs::metadata(file) {
        Ok(known) => known.modified().map(Some),
        Err(why) if why.kind() == ErrorKind::NotFound => Ok(None),
        Err(why) => Err(why),
    }
}

fn write_synced(path: &Path, content: &[u8]) -> io::Result<()> {
    let mut file = OpenOptions::new().write(true).create_new(true).open(path)?;
    file.write_all(content)?;
    file.sync_all()
}

/// Makes a directory and those above it, and syncs the parent of each, new or not: another thread may have made it
/// a moment ago and not have come to its sync.
fn make_dir(dir: &Path) -> io::Result<()> {
    let parent = dir.parent().filter(|parent| !parent.as_os_str().is_empty());
    match fs::create_dir(dir) {
        Ok(()) => {}
        Err(why) if why.kind() == ErrorKind::AlreadyExists && dir.is_dir() => {}
        Err(why) if why.kind() == ErrorKind::NotFound => {
            make_dir(parent.ok_or(why)?)?;
            return make_dir(dir);
        }
        Err(why) => return Err(why),
    }
    sync_dir(parent.unwrap_or(Path::new(".")))
}

fn sync_dir(dir: &Path) -> io::Result<()> {
    File::open(dir)?.sync_all()
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use std::time::Duration;

    use super::super::{BlobKey, BlobSettings, Blobs};
    use super::*;

    fn files(dir: &Path) -> Vec<PathBuf> {
        let entries = fs::read_dir(dir).unwrap().map(|entry| entry.unwrap().path());
        entries.flat_map(|path| if path.is_dir() { files(&path) } else { vec![path] }).collect()
    }

    #[tokio::test]
    async fn a_blob_is_whole_in_its_place_and_nothing_lies_beside_it() {
        let dir = tempfile::tempdir().unwrap();
        let blobs = Blobs::open(&BlobSettings::Local { dir: dir.path().join("a/b") }).unwrap();
        let content = vec![7; 300_000];
        let key = BlobKey::of(&content);
        assert_eq!(blobs.get(&key).await.unwrap(), None);
        for _ in 0..2 {
            blobs.put(&key, content.clone()).await.unwrap();
            assert_eq!(files(dir.path()), [dir.path().join("a/b").join(key.path())]);
        }
        assert_eq!(blobs.get(&key).await.unwrap(), Some(content));
        for _ in 0..2 {
            blobs.delete(&key).await.unwrap();
            assert!(!blobs.exists(&key).await.unwrap());
        }
    }

    #[test]
    fn what_a_crash_left_beside_a_blob_is_removed_once_it_is_old_and_nothing_else() {
        let dir = tempfile::tempdir().unwrap();
        let key = BlobKey::of(b"content");
        let path = dir.path().join(key.path());
        put(&path, b"content").unwrap();
        let leftover = path.with_extension("0123456789abcdef0123456789abcdef");
        let foreign = path.with_file_name("read.me");
        fs::write(&leftover, b"cont").unwrap();
        fs::write(&foreign, b"not ours").unwrap();
        let shard = dir.path().join(&key.path()[..2]);
        let written = modified(&foreign).unwrap().unwrap();
        let (before, after) = (written - Duration::from_secs(60), written + Duration::from_secs(60));
        assert_eq!(old(&shard, before).unwrap(), []);
        assert!(leftover.exists());
        assert_eq!(old(&shard, after).unwrap(), [key]);
        assert!(!leftover.exists() && path.exists() && foreign.exists());
        assert_eq!(old(&dir.path().join("no such shard"), after).unwrap(), []);
    }

    #[test]
    fn a_put_that_fails_leaves_nothing_behind() {
        let dir = tempfile::tempdir().unwrap();
        let place = dir.path().join("taken");
        fs::create_dir_all(place.join("by a directory")).unwrap();
        assert!(put(&place, b"content").is_err());
        assert_eq!(files(dir.path()), Vec::<PathBuf>::new());
    }

    #[test]
    fn many_threads_may_put_the_same_blob() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("ab/cd/abcd");
        std::thread::scope(|threads| {
            let puts: Vec<_> = (0..8).map(|_| threads.spawn(|| put(&path, b"content"))).collect();
            puts.into_iter().for_each(|put| put.join().unwrap().unwrap());
        });
        assert_eq!(files(dir.path()), std::slice::from_ref(&path));
        assert_eq!(get(&path).unwrap().as_deref(), Some(&b"content"[..]));
    }
}
