//! The roll of processes: who of those that ran here is no more.
//!
//! Each process keeps an empty file in the data folder that bears its name and is locked as long as it lives; the kernel
//! opens the lock when it dies, however that comes about. Whoever starts next finds files that nobody locks, and lets
//! go of what those held in the database, which would otherwise stay held until its time is over.

use std::fs::{self, File, OpenOptions};
use std::io;
use std::path::{Path, PathBuf};

use super::db::Node;
use crate::base::id::Id;

/// Where Linux says what this machine is called. Locks are only believed on the machine that they are on: a folder that
/// machines share may keep them from each other.
const MACHINE: &str = "/proc/sys/kernel/hostname";

/// The roll in a data folder.
#[derive(Debug, Clone)]
pub struct Roll {
    folder: PathBuf,
    machine: String,
}

/// A process that is on the roll, as long as this lives. Its file stays behind however it ends, since work that is cut
/// off at a shutdown is held just as by the killed.
#[derive(Debug)]
pub struct Present {
    _lock: File,
}

impl Roll {
    /// The roll in `data_dir`, which is made where it is missing.
    pub fn open(data_dir: &Path) -> io::Result<Self> {
        let folder = data_dir.join("nodes");
        fs::create_dir_all(&folder)?;
        let machine = fs::read_to_string(MACHINE).unwrap_or_default();
        let machine = machine.trim().replace(['/', '.'], "-");
        Ok(Self { folder, machine })
    }

    /// Puts `node` on the roll.
    pub fn enter(&self, node: Id<Node>) -> io::Result<Present> {
        let path = self.path(node);
        // It gets its name when it is locked already, so that nobody takes it for one who is gone.
        let unnamed = path.with_extension("new");
        let lock = OpenOptions::new().create(true).truncate(false).write(true).open(&unnamed)?;
        lock.try_lock()?;
        fs::rename(unnamed, &path)?;
        Ok(Present { _lock: lock })
    }

    /// Who is on the roll and no more.
    pub fn gone(&self) -> io::Result<Vec<Id<Node>>> {
        let mut gone = Vec::new();
        for file in fs::read_dir(&self.folder)? {
            let file = file?;
            let name = file.file_name();
            let Some(node) = name.to_str().and_then(|name| self.node(name)) else { continue };
            if File::open(file.path()).is_ok_and(|file| file.try_lock().is_ok()) {
                gone.push(node);
            }
        }
        Ok(gone)
    }

    /// Takes one who is gone from the roll.
    pub fn strike(&self, node: Id<Node>) -> io::Result<()> {
        fs::remove_file(self.path(node))
    }

    fn path(&self, node: Id<Node>) -> PathBuf {
        self.folder.join(format!("{node}.{}", self.machine))
    }

    /// Whose file it is; none when it is another machine's or no file of the roll.
    fn node(&self, file_name: &str) -> Option<Id<Node>> {
        let (node, machine) = file_name.split_once('.')?;
        if machine == self.machine { node.parse().ok() } else { None }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn who_lets_go_of_the_lock_is_gone_until_struck() {
        let dir = tempfile::tempdir().unwrap();
        let roll = Roll::open(dir.path()).unwrap();
        let (alive, killed) = (Id::new(), Id::new());
        let _alive = roll.enter(alive).unwrap();
        drop(roll.enter(killed).unwrap());
        assert_eq!(roll.gone().unwrap(), [killed]);
        roll.strike(killed).unwrap();
        assert_eq!(roll.gone().unwrap(), []);
    }

    #[test]
    fn files_of_other_machines_and_of_nobody_are_left_alone() {
        let dir = tempfile::tempdir().unwrap();
        let roll = Roll::open(dir.path()).unwrap();
        let other = Roll { machine: format!("{}-2", roll.machine), ..roll.clone() };
        File::create(other.path(Id::new())).unwrap();
        File::create(roll.path(Id::new()).with_extension("new")).unwrap();
        File::create(roll.folder.join("README")).unwrap();
        assert_eq!(roll.gone().unwrap(), []);
    }
}
