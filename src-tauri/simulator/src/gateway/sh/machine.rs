//! The inside of a container: its name, its limits, its files.

use std::sync::{Mutex, MutexGuard};

use jiff::Timestamp;

use crate::{
    gateway::{
        inode::{Disk, Inode},
        spec::{LeaseId, Service},
        tree::{Device, Live, Node, Tree, join},
    },
    sync::lock,
    time::seconds_between,
};

/// Files of more bytes are not given to tests as a whole.
const MAX_READ: u64 = 64 << 20;
/// Memory of the node, in bytes: what `/proc/meminfo` and `free` show, which is more than the container may use.
const NODE_MEMORY: u64 = 251 << 30;

/// The inside of a container.
#[derive(Debug)]
pub(crate) struct Machine {
    /// Its host name: the name of its pod.
    pub(crate) hostname: String,
    /// Its environment.
    pub(crate) env: Vec<(String, String)>,
    /// Its image.
    pub(crate) image: String,
    /// Its CPU in thousandths of a core.
    pub(crate) cpu_millis: u64,
    /// Its memory in bytes.
    pub(crate) memory: u64,
    /// The models of its GPUs.
    pub(crate) gpus: Vec<String>,
    /// When it started.
    pub(crate) started: Timestamp,
    missing: Vec<String>,
    tree: Mutex<Tree>,
}

impl Machine {
    /// A fresh container. Persistent volumes are taken over from the one `before` it.
    pub(crate) fn new(
        name: &str,
        lease: &LeaseId,
        service: &Service,
        started: Timestamp,
        before: Option<&Self>,
    ) -> Self {
        let mut tree = Tree::new(Disk::new("overlay", service.storage), started);
        for folder in [
            "/bin",
            "/etc",
            "/home",
            "/dev",
            "/opt",
            "/proc",
            "/root",
            "/sys/fs/cgroup",
            "/tmp",
            "/usr/bin",
            "/var/log",
            "/run",
        ] {
            tree.put(
                folder,
                Node::Dir,
                if folder == "/tmp" { 0o1777 } else { 0o755 },
                started,
            );
        }
        let mut fresh = Vec::new();
        for volume in &service.volumes {
            let mount = format!("/{}", volume.mount.trim_matches('/'));
            let kept = volume.persistent
                && before.is_some_and(|before| tree.take_over(&before.tree(), &mount, started));
            if !kept {
                let device = if volume.persistent {
                    format!("/dev/rbd{}", fresh.len())
                } else {
                    "shm".to_owned()
                };
                tree.mount(&mount, Disk::new(&device, volume.size), started);
                fresh.push(mount);
            }
        }
        let machine = Self {
            hostname: name.to_owned(),
            env: environment(name, lease, service),
            image: service.image.clone(),
            cpu_millis: service.cpu_millis,
            memory: service.memory,
            gpus: service.gpus.clone(),
            started,
            missing: service.missing_commands.clone(),
            tree: Mutex::new(tree),
        };
        machine.fill(service, &fresh);
        machine
    }

    /// Its files.
    pub(crate) fn tree(&self) -> MutexGuard<'_, Tree> {
        lock(&self.tree)
    }

    /// Whether a command exists in its image.
    pub(crate) fn has_command(&self, name: &str) -> bool {
        !self.missing.iter().any(|missing| missing == name)
            && (name != "nvidia-smi" || !self.gpus.is_empty())
    }

    /// Puts the files of a service in place. Those on volumes that were taken over are left alone.
    fn fill(&self, service: &Service, fresh: &[String]) {
        self.system_files();
        let kept = |path: &str| {
            let tree = self.tree();
            let mount = tree.disk_of(path).map(|(mount, _)| mount.to_owned());
            mount.is_some_and(|mount| mount != "/" && !fresh.contains(&mount))
        };
        for (path, content) in &service.files {
            if !kept(path) {
                self.write_file(path, content);
            }
        }
        for (path, size) in &service.large_files {
            if !kept(path) {
                self.make_large_file(path, *size);
            }
        }
    }

    fn system_files(&self) {
        let text = |path: &str, content: &str| {
            self.write_file(path, content.as_bytes());
        };
        text("/etc/hostname", &format!("{}\n", self.hostname));
        text(
            "/etc/hosts",
            &format!("127.0.0.1\tlocalhost\n10.233.64.17\t{}\n", self.hostname),
        );
        text(
            "/etc/os-release",
            "PRETTY_NAME=\"Debian GNU/Linux 12 (bookworm)\"\nNAME=\"Debian GNU/Linux\"\nVERSION_ID=\"12\"\nID=debian\n",
        );
        text(
            "/etc/passwd",
            "root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin\n",
        );
        text(
            "/etc/resolv.conf",
            "search svc.cluster.local cluster.local\nnameserver 169.254.25.10\noptions ndots:5\n",
        );
        text("/proc/cpuinfo", &cpu_info());
        text(
            "/proc/version",
            "Linux version 6.8.0-87-generic (buildd@lcy02) (gcc 13.3.0) #88-Ubuntu SMP\n",
        );
        text("/sys/fs/cgroup/memory.max", &format!("{}\n", self.memory));
        text(
            "/sys/fs/cgroup/cpu.max",
            &format!("{} 100000\n", self.cpu_millis * 100),
        );
        text(
            "/sys/fs/cgroup/cgroup.controllers",
            "cpuset cpu io memory hugetlb pids rdma\n",
        );
        text(
            "/sys/fs/cgroup/memory.events",
            "low 0\nhigh 0\nmax 0\noom 0\noom_kill 0\n",
        );
        let mut tree = self.tree();
        for (path, live) in [
            ("/sys/fs/cgroup/memory.current", Live::MemoryCurrent),
            ("/sys/fs/cgroup/memory.stat", Live::MemoryStat),
            ("/sys/fs/cgroup/cpu.stat", Live::CpuStat),
            ("/proc/meminfo", Live::MemInfo),
            ("/proc/uptime", Live::Uptime),
            ("/proc/loadavg", Live::LoadAverage),
        ] {
            tree.put(path, Node::Live(live), 0o444, self.started);
        }
        for (path, device) in [
            ("/dev/null", Device::Null),
            ("/dev/zero", Device::Zero),
            ("/dev/urandom", Device::Random),
            ("/dev/random", Device::Random),
            ("/dev/full", Device::Full),
        ] {
            tree.put(path, Node::Device(device), 0o666, self.started);
        }
    }

    /// Replaces version 2 of the control groups by version 1, which older nodes have.
    pub(crate) fn use_old_control_groups(&self) {
        let mut tree = self.tree();
        let old: Vec<String> = tree
            .list("/sys/fs/cgroup")
            .into_iter()
            .map(|(name, _)| name)
            .collect();
        for name in old {
            tree.take_out(&join("/sys/fs/cgroup", &name));
        }
        tree.put(
            "/sys/fs/cgroup/memory/memory.usage_in_bytes",
            Node::Live(Live::MemoryCurrent),
            0o444,
            self.started,
        );
        tree.put(
            "/sys/fs/cgroup/memory/memory.stat",
            Node::Live(Live::MemoryStat),
            0o444,
            self.started,
        );
        tree.put(
            "/sys/fs/cgroup/cpuacct/cpuacct.usage",
            Node::Live(Live::CpuAcct),
            0o444,
            self.started,
        );
        tree.put(
            "/sys/fs/cgroup/cpu,cpuacct/cpuacct.usage",
            Node::Live(Live::CpuAcct),
            0o444,
            self.started,
        );
        drop(tree);
        let text = |path: &str, content: String| self.write_file(path, content.as_bytes());
        text(
            "/sys/fs/cgroup/memory/memory.limit_in_bytes",
            format!("{}\n", self.memory),
        );
        text(
            "/sys/fs/cgroup/cpu/cpu.cfs_quota_us",
            format!("{}\n", self.cpu_millis * 100),
        );
        text(
            "/sys/fs/cgroup/cpu/cpu.cfs_period_us",
            "100000\n".to_owned(),
        );
        text(
            "/sys/fs/cgroup/cpu,cpuacct/cpu.cfs_quota_us",
            format!("{}\n", self.cpu_millis * 100),
        );
        text(
            "/sys/fs/cgroup/cpu,cpuacct/cpu.cfs_period_us",
            "100000\n".to_owned(),
        );
    }

    /// Memory in use at a time, in bytes: between 18 and 42 percent of what it may use.
    pub(crate) fn memory_in_use(&self, now: Timestamp) -> u64 {
        let age = seconds_between(self.started, now).max(0).unsigned_abs();
        // A slow wave with a faster one on it, in thousandths.
        let wave = |period: u64| (age % period).abs_diff(period / 2) * 1_000 / (period / 2).max(1);
        self.memory / 1_000 * (180 + wave(900) * 20 / 100 + wave(70) * 4 / 100)
    }

    /// CPU time used until a time, in microseconds: about 12 percent of what it may use.
    pub(crate) fn cpu_micros(&self, now: Timestamp) -> u64 {
        let age = now
            .as_microsecond()
            .saturating_sub(self.started.as_microsecond())
            .max(0)
            .unsigned_abs();
        let seconds = age / 1_000_000;
        let extra = seconds / 60 * 2_000_000 + (seconds % 60).min(20) * 100_000;
        (age / 100 * 9 + extra).saturating_mul(self.cpu_millis) / 1_000
    }

    /// The content of a file that is made when it is read.
    pub(crate) fn live(&self, live: Live, now: Timestamp) -> String {
        let used = self.memory_in_use(now);
        let age = seconds_between(self.started, now).max(0);
        match live {
            Live::MemoryCurrent => format!("{used}\n"),
            Live::MemoryStat => {
                let (anon, file) = (used / 10 * 7, used / 10 * 3);
                format!(
                    "anon {anon}\nfile {file}\nactive_file {}\ninactive_file {}\ntotal_inactive_file {}\n",
                    file / 2,
                    file / 2,
                    file / 2
                )
            }
            Live::CpuStat => {
                let micros = self.cpu_micros(now);
                format!(
                    "usage_usec {micros}\nuser_usec {}\nsystem_usec {}\nnr_periods {}\nnr_throttled 3\nthrottled_usec 51234\n",
                    micros / 4 * 3,
                    micros / 4,
                    age * 10
                )
            }
            Live::CpuAcct => format!("{}\n", self.cpu_micros(now) * 1_000),
            Live::MemInfo => {
                let (total, free) = (NODE_MEMORY >> 10, (NODE_MEMORY / 3) >> 10);
                format!(
                    "MemTotal:       {total} kB\nMemFree:        {free} kB\nMemAvailable:   {} kB\n",
                    free * 2
                )
            }
            Live::Uptime => format!("{}.00 {}.00\n", age + 1_814_400, age + 90_720_000),
            Live::LoadAverage => "3.11 2.87 2.64 4/2310 61\n".to_owned(),
        }
    }

    /// The content of a file.
    pub(crate) fn read_file(&self, path: &str) -> Option<Vec<u8>> {
        let tree = self.tree();
        let path = tree.resolve("/", path, true).ok()?;
        match &tree.get(&path)?.node {
            Node::File(inode) => {
                let mut inode = lock(inode);
                let size = inode.size();
                (size <= MAX_READ)
                    .then(|| inode.read(0, usize::MAX).ok())
                    .flatten()
                    .map(|bytes| bytes.to_vec())
            }
            _ => None,
        }
    }

    fn place(
        &self,
        path: &str,
        node: impl FnOnce(&std::sync::Arc<Disk>) -> Option<Node>,
        mode: u32,
    ) -> bool {
        let mut tree = self.tree();
        let path = format!("/{}", path.trim_matches('/'));
        let Some(node) = tree.disk_of(&path).and_then(|(_, disk)| node(disk)) else {
            return false;
        };
        tree.put(&path, node, mode, self.started);
        true
    }

    /// Writes a file and makes its folder.
    pub(crate) fn write_file(&self, path: &str, content: &[u8]) -> bool {
        let file = |disk: &std::sync::Arc<Disk>| {
            let mut inode = Inode::empty(disk);
            inode.write(0, content).ok()?;
            Some(Node::File(std::sync::Arc::new(Mutex::new(inode))))
        };
        self.place(path, file, 0o644)
    }

    /// Makes a file of any size.
    pub(crate) fn make_large_file(&self, path: &str, size: u64) -> bool {
        let file = |disk: &std::sync::Arc<Disk>| {
            Some(Node::File(std::sync::Arc::new(Mutex::new(
                Inode::made_up(size, disk).ok()?,
            ))))
        };
        self.place(path, file, 0o644)
    }

    /// Makes a symbolic link.
    pub(crate) fn make_link(&self, path: &str, target: &str) -> bool {
        self.place(path, |_| Some(Node::Link(target.to_owned())), 0o777)
    }

    /// Makes files with hostile names in a folder, and things that are no files. Returns the names of the files.
    pub(crate) fn make_hostile_files(&self, folder: &str) -> Vec<Vec<u8>> {
        let mut names: Vec<Vec<u8>> = HOSTILE.iter().map(|name| name.to_vec()).collect();
        names.push(vec![b'n'; 255]);
        for name in &names {
            self.write_file(
                &join(folder, &crate::gateway::text::decode(name)),
                b"harmless\n",
            );
        }
        self.make_link(&join(folder, "link-out"), "/etc/passwd");
        self.make_link(&join(folder, "link-up"), "../../../..");
        self.make_link(&join(folder, "link-round"), "link-round");
        self.place(&join(folder, "pipe"), |_| Some(Node::Pipe), 0o644);
        self.place(
            &join(folder, "device"),
            |_| Some(Node::Device(Device::Zero)),
            0o666,
        );
        names
    }
}

/// Names that a file may have on Linux, and that break careless programs.
const HOSTILE: &[&[u8]] = &[
    b"-rf",
    b"--help",
    b" leading and trailing ",
    b"two\nlines",
    b"tab\there",
    b"quote\"double",
    b"quote'single",
    b"$(touch pwned)",
    b"`touch pwned`",
    b"; rm -rf ~",
    b"a\\b",
    b"..\\..\\up.txt",
    b"C:evil.txt",
    b"CON",
    b"nul.txt",
    b"trailing.",
    b"star*?",
    b"<img src=x onerror=alert(1)>",
    b"\x1b]52;c;ZXZpbA==\x07osc",
    b"\x1b[31mred",
    b"\xff\xfe not UTF-8",
    "\u{202e}gnp.exe".as_bytes(),
    "e\u{301}".as_bytes(),
    "\u{e9}".as_bytes(),
    b"...",
    b"%2e%2e%2fup",
    b".hidden",
];

fn environment(name: &str, lease: &LeaseId, service: &Service) -> Vec<(String, String)> {
    let mut env = vec![
        (
            "PATH".to_owned(),
            "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin".to_owned(),
        ),
        ("HOSTNAME".to_owned(), name.to_owned()),
        ("HOME".to_owned(), "/root".to_owned()),
        (
            "AKASH_DEPLOYMENT_SEQUENCE".to_owned(),
            lease.dseq.to_string(),
        ),
        ("AKASH_GROUP_SEQUENCE".to_owned(), lease.gseq.to_string()),
        ("AKASH_ORDER_SEQUENCE".to_owned(), lease.oseq.to_string()),
        ("AKASH_OWNER".to_owned(), lease.owner.clone()),
        (
            "KUBERNETES_SERVICE_HOST".to_owned(),
            "10.233.0.1".to_owned(),
        ),
    ];
    env.extend(service.env.iter().cloned());
    env
}

fn cpu_info() -> String {
    (0..32).map(|cpu| format!("processor\t: {cpu}\nmodel name\t: AMD EPYC 7543 32-Core Processor\ncpu MHz\t\t: 2794.748\n\n")).collect()
}
