//! The toy file system of a container.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex},
};

use jiff::Timestamp;

use super::inode::{Disk, Errno, Inode};

/// How many files and folders there may be.
const MAX_NODES: usize = 50_000;
/// How many links may lead to each other.
const MAX_LINKS: usize = 40;
/// The longest path.
const MAX_PATH: usize = 4_096;

/// Something in the file system.
#[derive(Clone, Debug)]
pub(crate) enum Node {
    /// A folder.
    Dir,
    /// A file.
    File(Arc<Mutex<Inode>>),
    /// A symbolic link and where it leads.
    Link(String),
    /// A device.
    Device(Device),
    /// A file whose content is made when it is read.
    Live(Live),
    /// A named pipe; nobody writes to it.
    Pipe,
}

/// A device.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Device {
    /// `/dev/null`
    Null,
    /// `/dev/zero`
    Zero,
    /// `/dev/urandom`
    Random,
    /// `/dev/full`
    Full,
}

/// A file whose content is made when it is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Live {
    /// Memory in use, of version 2 of the control groups.
    MemoryCurrent,
    /// The parts of the memory in use.
    MemoryStat,
    /// CPU time used.
    CpuStat,
    /// CPU time used, in nanoseconds: version 1.
    CpuAcct,
    /// `/proc/meminfo`
    MemInfo,
    /// `/proc/uptime`
    Uptime,
    /// `/proc/loadavg`
    LoadAverage,
}

/// A node and what is noted with it.
#[derive(Clone, Debug)]
pub(crate) struct Entry {
    /// What it is.
    pub(crate) node: Node,
    /// The permissions.
    pub(crate) mode: u32,
    /// When it was last written.
    pub(crate) modified: Timestamp,
}

/// A file system: one for all disks of a container.
#[derive(Debug)]
pub(crate) struct Tree {
    /// By absolute path without a slash at the end.
    nodes: BTreeMap<String, Entry>,
    /// Where the disks are mounted. The first is the root's.
    mounts: Vec<(String, Arc<Disk>)>,
}

impl Tree {
    /// An empty one, on a disk of its own.
    pub(crate) fn new(root: Arc<Disk>, now: Timestamp) -> Self {
        let mut tree = Self {
            nodes: BTreeMap::new(),
            mounts: vec![("/".to_owned(), root)],
        };
        tree.put("/", Node::Dir, 0o755, now);
        tree
    }

    /// Puts something at a place without any check, and makes the folders above it.
    pub(crate) fn put(&mut self, path: &str, node: Node, mode: u32, now: Timestamp) {
        let mut above = parent(path);
        while above != "/" && !self.nodes.contains_key(above) {
            self.nodes.insert(
                above.to_owned(),
                Entry {
                    node: Node::Dir,
                    mode: 0o755,
                    modified: now,
                },
            );
            above = parent(above);
        }
        self.nodes.insert(
            path.to_owned(),
            Entry {
                node,
                mode,
                modified: now,
            },
        );
    }

    /// Mounts a disk at a folder.
    pub(crate) fn mount(&mut self, path: &str, disk: Arc<Disk>, now: Timestamp) {
        self.put(path, Node::Dir, 0o755, now);
        self.mounts.push((path.to_owned(), disk));
    }

    /// Takes over a mounted disk of another file system with everything on it.
    pub(crate) fn take_over(&mut self, other: &Self, path: &str, now: Timestamp) -> bool {
        let Some((_, disk)) = other.mounts.iter().find(|(mount, _)| mount == path) else {
            return false;
        };
        self.mount(path, disk.clone(), now);
        for (at, entry) in other.below(path) {
            self.nodes.insert(at.to_owned(), entry.clone());
        }
        true
    }

    /// The mounts with their disks.
    pub(crate) fn mounts(&self) -> &[(String, Arc<Disk>)] {
        &self.mounts
    }

    /// The disk that a path is on, and where it is mounted.
    pub(crate) fn disk_of(&self, path: &str) -> Option<(&str, &Arc<Disk>)> {
        let holds = |mount: &str| {
            mount == "/"
                || path == mount
                || path
                    .strip_prefix(mount)
                    .is_some_and(|rest| rest.starts_with('/'))
        };
        let found = self
            .mounts
            .iter()
            .filter(|(mount, _)| holds(mount))
            .max_by_key(|(mount, _)| mount.len());
        found.map(|(mount, disk)| (mount.as_str(), disk))
    }

    /// What is at a path that was resolved.
    pub(crate) fn get(&self, path: &str) -> Option<&Entry> {
        self.nodes.get(path)
    }

    /// The same, to change it.
    pub(crate) fn get_mut(&mut self, path: &str) -> Option<&mut Entry> {
        self.nodes.get_mut(path)
    }

    /// The names in a folder, sorted, with what they name.
    pub(crate) fn list(&self, folder: &str) -> Vec<(String, Entry)> {
        let start = if folder == "/" { 1 } else { folder.len() + 1 };
        let children = self.below(folder).filter_map(|(path, entry)| {
            let name = path.get(start..)?;
            (!name.contains('/') && !name.is_empty()).then(|| (name.to_owned(), entry.clone()))
        });
        children.collect()
    }

    /// Everything below a folder, by path.
    pub(crate) fn below<'a>(
        &'a self,
        folder: &str,
    ) -> impl Iterator<Item = (&'a str, &'a Entry)> + use<'a> {
        let prefix = if folder == "/" {
            "/".to_owned()
        } else {
            format!("{folder}/")
        };
        let range = self.nodes.range(prefix.clone()..);
        range
            .take_while(move |(path, _)| path.starts_with(&prefix))
            .filter(|(path, _)| *path != "/")
            .map(|(path, entry)| (path.as_str(), entry))
    }

    /// The absolute path that a path means. Links are followed, also the last part if `follow` is set. The last part need
    /// not exist.
    ///
    /// # Errors
    /// A part in between is missing or no folder, or links go round.
    pub(crate) fn resolve(&self, from: &str, path: &str, follow: bool) -> Result<String, Errno> {
        if path.is_empty() {
            return Err(Errno::NotFound);
        }
        if path.len() > MAX_PATH {
            return Err(Errno::Invalid);
        }
        let mut parts: Vec<String> = path.split('/').rev().map(str::to_owned).collect();
        let mut at = if path.starts_with('/') {
            "/".to_owned()
        } else {
            from.to_owned()
        };
        let must_be_folder = path.ends_with('/');
        let mut links = 0;
        while let Some(part) = parts.pop() {
            match part.as_str() {
                "" | "." => continue,
                ".." => {
                    at = parent(&at).to_owned();
                    continue;
                }
                _ => {}
            }
            match self.nodes.get(&at).map(|entry| &entry.node) {
                Some(Node::Dir) => {}
                Some(_) => return Err(Errno::NotDir),
                None => return Err(Errno::NotFound),
            }
            let next = join(&at, &part);
            let last = parts.iter().all(|part| part.is_empty());
            match self.nodes.get(&next).map(|entry| &entry.node) {
                Some(Node::Link(target)) if !last || follow || must_be_folder => {
                    links += 1;
                    if links > MAX_LINKS || parts.len() > MAX_PATH {
                        return Err(Errno::Loop);
                    }
                    if target.starts_with('/') {
                        "/".clone_into(&mut at);
                    }
                    parts.extend(target.split('/').rev().map(str::to_owned));
                }
                _ => at = next,
            }
        }
        if must_be_folder
            && self
                .nodes
                .get(&at)
                .is_some_and(|entry| !matches!(entry.node, Node::Dir))
        {
            return Err(Errno::NotDir);
        }
        Ok(at)
    }

    /// Checks that something new can be put at a path that was resolved.
    fn check_place(&self, path: &str) -> Result<(), Errno> {
        match self.nodes.get(parent(path)).map(|entry| &entry.node) {
            Some(Node::Dir) => {}
            Some(_) => return Err(Errno::NotDir),
            None => return Err(Errno::NotFound),
        }
        let read_only = ["/proc", "/sys"]
            .iter()
            .any(|fixed| path.starts_with(fixed));
        if read_only {
            return Err(Errno::ReadOnly);
        }
        if self.nodes.len() >= MAX_NODES {
            return Err(Errno::NoSpace);
        }
        Ok(())
    }

    /// A file to write at a path that was resolved: the one that is there, or a new one.
    ///
    /// # Errors
    /// There is no folder for it, or a folder is there.
    pub(crate) fn create(
        &mut self,
        path: &str,
        now: Timestamp,
    ) -> Result<Arc<Mutex<Inode>>, Errno> {
        match self.nodes.get_mut(path) {
            Some(Entry {
                node: Node::File(inode),
                modified,
                ..
            }) => {
                *modified = now;
                Ok(inode.clone())
            }
            Some(Entry {
                node: Node::Dir, ..
            }) => Err(Errno::IsDir),
            Some(Entry {
                node: Node::Live(_),
                ..
            }) => Err(Errno::Denied),
            Some(_) => Err(Errno::Invalid),
            None => {
                self.check_place(path)?;
                let (_, disk) = self.disk_of(path).ok_or(Errno::Io)?;
                let inode = Arc::new(Mutex::new(Inode::empty(disk)));
                self.put(path, Node::File(inode.clone()), 0o644, now);
                Ok(inode)
            }
        }
    }

    /// Makes a folder, a link or a pipe at a path that was resolved.
    ///
    /// # Errors
    /// Something is there, or there is no folder for it.
    pub(crate) fn make(&mut self, path: &str, node: Node, now: Timestamp) -> Result<(), Errno> {
        if self.nodes.contains_key(path) {
            return Err(Errno::Exists);
        }
        self.check_place(path)?;
        let mode = if matches!(node, Node::Link(_)) {
            0o777
        } else {
            0o755
        };
        self.put(path, node, mode, now);
        Ok(())
    }

    /// Removes what is at a path that was resolved.
    ///
    /// # Errors
    /// Nothing is there, or a folder that is not empty and `all` is not set, or a place where a disk is mounted.
    pub(crate) fn remove(&mut self, path: &str, all: bool) -> Result<(), Errno> {
        if !self.nodes.contains_key(path) {
            return Err(Errno::NotFound);
        }
        let fixed = ["/", "/proc", "/sys", "/dev"].contains(&path)
            || path.starts_with("/proc/")
            || path.starts_with("/sys/");
        if fixed || self.mounts.iter().any(|(mount, _)| mount == path) {
            return Err(Errno::Denied);
        }
        let below: Vec<String> = self.below(path).map(|(path, _)| path.to_owned()).collect();
        if !below.is_empty() && !all {
            return Err(Errno::NotEmpty);
        }
        for path in &below {
            self.nodes.remove(path);
        }
        self.nodes.remove(path);
        Ok(())
    }

    /// Takes out what is at a path and below it, without any check.
    pub(crate) fn take_out(&mut self, path: &str) {
        let below: Vec<String> = self.below(path).map(|(path, _)| path.to_owned()).collect();
        for path in below {
            self.nodes.remove(&path);
        }
        self.nodes.remove(path);
    }

    /// Moves what is at one path that was resolved to another. A file or link that is there is replaced.
    ///
    /// # Errors
    /// There is nothing to move, no folder to move it to, or a folder in the way.
    pub(crate) fn rename(&mut self, from: &str, to: &str) -> Result<(), Errno> {
        if from == to {
            return Ok(());
        }
        if to.starts_with(&format!("{from}/")) {
            return Err(Errno::Invalid);
        }
        if !self.nodes.contains_key(from) {
            return Err(Errno::NotFound);
        }
        match self.nodes.get(to).map(|entry| &entry.node) {
            Some(Node::Dir) => return Err(Errno::IsDir),
            Some(_) => {}
            None => self.check_place(to)?,
        }
        let below: Vec<String> = self.below(from).map(|(path, _)| path.to_owned()).collect();
        for path in below {
            if let (Some(entry), Some(rest)) = (self.nodes.remove(&path), path.get(from.len()..)) {
                self.nodes.insert(format!("{to}{rest}"), entry);
            }
        }
        if let Some(entry) = self.nodes.remove(from) {
            self.nodes.insert(to.to_owned(), entry);
        }
        Ok(())
    }
}

/// The path of the folder that holds a path.
pub(crate) fn parent(path: &str) -> &str {
    match path.rsplit_once('/') {
        Some(("", _)) | None => "/",
        Some((parent, _)) => parent,
    }
}

/// The last part of a path.
pub(crate) fn file_name(path: &str) -> &str {
    path.trim_end_matches('/')
        .rsplit('/')
        .next()
        .filter(|name| !name.is_empty())
        .unwrap_or("/")
}

/// A path in a folder.
pub(crate) fn join(folder: &str, name: &str) -> String {
    if folder.ends_with('/') {
        format!("{folder}{name}")
    } else {
        format!("{folder}/{name}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tree() -> Tree {
        let now = Timestamp::UNIX_EPOCH;
        let mut tree = Tree::new(Disk::new("root", 1 << 20), now);
        tree.put("/etc/app", Node::Dir, 0o755, now);
        tree.put("/etc/link", Node::Link("app".to_owned()), 0o777, now);
        tree.put("/loop", Node::Link("/loop".to_owned()), 0o777, now);
        tree.create("/etc/app/a", now).unwrap();
        tree
    }

    #[test]
    fn paths_are_resolved() {
        let tree = tree();
        for (path, means) in [
            ("/etc/../etc/./app//a", "/etc/app/a"),
            ("app/a", "/etc/app/a"),
            ("link/a", "/etc/app/a"),
            ("link/", "/etc/app"),
            ("../../..", "/"),
            ("app/new", "/etc/app/new"),
        ] {
            assert_eq!(
                tree.resolve("/etc", path, true).as_deref(),
                Ok(means),
                "{path}"
            );
        }
        assert_eq!(
            tree.resolve("/", "/etc/link", false).as_deref(),
            Ok("/etc/link")
        );
        assert_eq!(tree.resolve("/", "/loop", true), Err(Errno::Loop));
        assert_eq!(tree.resolve("/", "/etc/app/a/b", true), Err(Errno::NotDir));
        assert_eq!(tree.resolve("/", "/no/a", true), Err(Errno::NotFound));
    }

    #[test]
    fn folders_move_with_what_is_in_them() {
        let mut tree = tree();
        tree.rename("/etc/app", "/moved").unwrap();
        assert!(tree.get("/moved/a").is_some() && tree.get("/etc/app").is_none());
        assert_eq!(tree.rename("/moved", "/moved/in"), Err(Errno::Invalid));
        assert_eq!(tree.remove("/moved", false), Err(Errno::NotEmpty));
        tree.remove("/moved", true).unwrap();
        assert!(tree.list("/").iter().all(|(name, _)| name != "moved"));
    }
}
