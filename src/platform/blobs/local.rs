//! The folder: every step that a power failure could undo is synced before the next one relies on it.

use std::fs::{self, File, OpenOptions};
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};

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

    /// Runs a step that blocks on a thread where it may.
    pub(super) async fn run<T: Send + 'static>(
        &self,
        key: &BlobKey,
        step: impl FnOnce(&Path) -> io::Result<T> + Send + 'static,
    ) -> Result<T> {
        let path = self.0.join(key.path());
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
        // The first failure is the one to tell; a leftover is found by its name, which no blob has.
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
