//! What a container uses: CPU and memory against their limits, its disks, its GPUs. One command reads it all.

use std::time::Duration;

use crate::{CommandError, Lease, Target, error::tidy, shell::script};

/// How many bytes an answer may have.
const MAX_ANSWER: usize = 256 << 10;
const PATIENCE: Duration = Duration::from_secs(20);
/// How many disks and GPUs are told.
const MAX_PARTS: usize = 64;
/// A limit of version 1 that is larger is none.
const NO_LIMIT: u64 = 1 << 62;

/// Says what the files of the control groups have, after their names, then the disks of `$0` and the other arguments, then the
/// GPUs.
const SCRIPT: &str = r#"c=/sys/fs/cgroup
say() { [ -r "$2" ] && { echo "== $1"; cat "$2"; }; }
say uptime /proc/uptime
if [ -f $c/cgroup.controllers ]; then
  for f in cpu.stat cpu.max memory.current memory.max memory.stat memory.events; do say $f $c/$f; done
else
  for d in $c/cpuacct $c/cpu,cpuacct $c/cpu; do [ -r $d/cpuacct.usage ] && { say cpuacct.usage $d/cpuacct.usage; break; }; done
  for d in $c/cpu $c/cpu,cpuacct; do
    [ -r $d/cpu.cfs_quota_us ] && { say quota $d/cpu.cfs_quota_us; say period $d/cpu.cfs_period_us; break; }
  done
  say memory.current $c/memory/memory.usage_in_bytes
  say memory.max $c/memory/memory.limit_in_bytes
  say memory.stat $c/memory/memory.stat
fi
echo "== df"
df -kP "$0" "$@" 2>/dev/null
if command -v nvidia-smi >/dev/null 2>&1; then
  echo "== gpu"
  nvidia-smi --query-gpu=index,name,utilization.gpu,memory.used,memory.total,temperature.gpu --format=csv,noheader,nounits
fi
echo "== end"
exit 0"#;

/// What a container uses at one moment.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Usage {
    /// The clock of its node, in seconds since that started: for [`Usage::cpu_since`].
    pub clock: Option<f64>,
    /// CPU time that it used since it started, in microseconds.
    pub cpu_micros: Option<u64>,
    /// How much CPU it may use, in thousandths of a core; `None` if there is no limit or it is not known.
    pub cpu_limit_millis: Option<u64>,
    /// Memory that it uses, in bytes, without files that are only kept as long as nobody needs the room.
    pub memory: Option<u64>,
    /// Memory that it may use, in bytes.
    pub memory_limit: Option<u64>,
    /// How often a process of it was ended for using too much memory.
    pub memory_kills: Option<u64>,
    /// Its disks: that of `/`, and those of its volumes.
    pub disks: Vec<DiskUsage>,
    /// Its GPUs.
    pub gpus: Vec<GpuUsage>,
}

/// What is used of a disk.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DiskUsage {
    /// Where it is mounted.
    pub mount: String,
    /// Its size in bytes.
    pub size: u64,
    /// What is used, in bytes.
    pub used: u64,
    /// What is free, in bytes.
    pub available: u64,
}

/// What is used of a GPU.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GpuUsage {
    /// Its number.
    pub index: u32,
    /// Its model, as its driver names it.
    pub name: String,
    /// How busy it is, in percent.
    pub busy_percent: Option<u8>,
    /// Memory in use, in bytes.
    pub memory: Option<u64>,
    /// Its memory, in bytes.
    pub memory_size: Option<u64>,
    /// Its temperature in degrees Celsius.
    pub celsius: Option<i32>,
}

impl Usage {
    /// CPU that was used between an earlier reading of the same container and this one, in thousandths of a core. `None` if it
    /// cannot be told: the container started anew, or both were at the same time.
    pub fn cpu_since(&self, earlier: &Self) -> Option<u64> {
        let seconds = self.clock? - earlier.clock?;
        let micros = self.cpu_micros?.checked_sub(earlier.cpu_micros?)?;
        if !(0.1..1e9).contains(&seconds) {
            return None;
        }
        // A float of less than 2^53 is exact, and this one is about time, not money.
        let millis = Duration::from_micros(micros).as_secs_f64() * 1_000.0 / seconds;
        (millis < 1e9).then_some(millis.round() as u64)
    }
}

impl Lease {
    /// What a container uses now, with the disks of its volumes, which are mounted at these absolute paths.
    ///
    /// # Errors
    /// See [`CommandError`]; a container without `sh` refuses with [`crate::ShellRefusal::NoSuchProgram`].
    pub async fn usage(&self, target: &Target, mounts: &[String]) -> Result<Usage, CommandError> {
        let mut arguments: Vec<&[u8]> = vec![b"/"];
        let mounts = mounts
            .iter()
            .filter(|mount| mount.starts_with('/') && mount.len() > 1 && !mount.contains('\0'));
        arguments.extend(mounts.take(MAX_PARTS).map(|mount| mount.as_bytes()));
        let output = self
            .run(target, &script(SCRIPT, &arguments), MAX_ANSWER, PATIENCE)
            .await?;
        Ok(read(&String::from_utf8_lossy(&output.stdout)))
    }
}

/// Reads an answer. What is missing or makes no sense is left out.
fn read(answer: &str) -> Usage {
    let mut usage = Usage::default();
    let (mut quota, mut period) = (None, None);
    let mut inactive = None;
    let mut section = "";
    let mut disks: Vec<DiskUsage> = Vec::new();
    for line in answer.lines() {
        if let Some(name) = line.strip_prefix("== ") {
            section = name.trim();
            continue;
        }
        let mut words = line.split_whitespace();
        let (first, second) = (words.next().unwrap_or_default(), words.next());
        let number = |text: Option<&str>| text.and_then(|text| text.parse::<u64>().ok());
        match (section, first) {
            ("uptime", _) => {
                usage.clock = first.parse().ok().filter(|clock: &f64| clock.is_finite())
            }
            ("cpu.stat", "usage_usec") => usage.cpu_micros = number(second),
            ("cpuacct.usage", _) => {
                usage.cpu_micros = number(Some(first)).map(|nanos| nanos / 1_000)
            }
            ("cpu.max", _) => (quota, period) = (number(Some(first)), number(second)),
            ("quota", _) => quota = number(Some(first)),
            ("period", _) => period = number(Some(first)),
            ("memory.current", _) => usage.memory = number(Some(first)),
            ("memory.max", _) => {
                usage.memory_limit = number(Some(first)).filter(|limit| *limit < NO_LIMIT)
            }
            ("memory.stat", "inactive_file") if inactive.is_none() => inactive = number(second),
            ("memory.stat", "total_inactive_file") => inactive = number(second),
            ("memory.events", "oom_kill") => usage.memory_kills = number(second),
            ("df", _) if disks.len() < MAX_PARTS => {
                if let Some(disk) = disk(line)
                    && !disks.iter().any(|other| other.mount == disk.mount)
                {
                    disks.push(disk);
                }
            }
            ("gpu", _) if usage.gpus.len() < MAX_PARTS => usage.gpus.extend(gpu(line)),
            _ => {}
        }
    }
    usage.disks = disks;
    usage.memory = usage
        .memory
        .map(|memory| memory.saturating_sub(inactive.unwrap_or(0)));
    usage.cpu_limit_millis = match (quota, period) {
        (Some(quota), Some(period)) if period > 0 => {
            quota.checked_mul(1_000).map(|quota| quota / period)
        }
        _ => None,
    };
    usage
}

/// A line of `df -kP`: device, size, used, free, percent, mount.
fn disk(line: &str) -> Option<DiskUsage> {
    // A device may have blanks in its name, and a mount too: the percent sign tells where the numbers end.
    let words: Vec<&str> = line.split_whitespace().collect();
    let percent = words
        .iter()
        .skip(4)
        .position(|word| word.ends_with('%') && word.len() > 1)?
        + 4;
    let kib = |back: usize| {
        words
            .get(percent - back)?
            .parse::<u64>()
            .ok()?
            .checked_mul(1_024)
    };
    let mount = words.get(percent + 1..)?.join(" ");
    if !mount.starts_with('/') {
        return None;
    }
    Some(DiskUsage {
        mount: tidy(&mount, 512),
        size: kib(3)?,
        used: kib(2)?,
        available: kib(1)?,
    })
}

/// A line of `nvidia-smi`: index, name, busy, used, size, temperature.
fn gpu(line: &str) -> Option<GpuUsage> {
    let parts: Vec<&str> = line.split(',').map(str::trim).collect();
    let [index, name, busy, used, size, celsius] = parts.as_slice() else {
        return None;
    };
    let mib = |text: &str| text.parse::<u64>().ok()?.checked_mul(1 << 20);
    Some(GpuUsage {
        index: index.parse().ok()?,
        name: tidy(name, 100),
        busy_percent: busy.parse().ok().filter(|busy| *busy <= 100),
        memory: mib(used),
        memory_size: mib(size),
        celsius: celsius.parse().ok(),
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn both_versions_of_control_groups_are_read() {
        let new = read(
            "== uptime\n100.50 3.0\n== cpu.stat\nusage_usec 5000000\nuser_usec 1\n== cpu.max\n150000 100000\n== memory.current\n\
             300\n== memory.max\n1000\n== memory.stat\nanon 1\ninactive_file 100\n== memory.events\noom_kill 2\n== df\n\
             Filesystem 1024-blocks Used Available Capacity Mounted on\noverlay 100 40 60 40% /\n\
             /dev/rbd0 200 50 150 25% /data\n== gpu\n0, NVIDIA A100, 35, 1000, 81559, 51\n== end\n",
        );
        assert_eq!(
            (new.cpu_micros, new.cpu_limit_millis),
            (Some(5_000_000), Some(1_500))
        );
        assert_eq!(
            (new.memory, new.memory_limit, new.memory_kills),
            (Some(200), Some(1_000), Some(2))
        );
        assert_eq!(new.disks.len(), 2);
        assert_eq!(
            (new.disks[1].mount.as_str(), new.disks[1].used),
            ("/data", 50 << 10)
        );
        assert_eq!(new.gpus[0].busy_percent, Some(35));
        let old = read(
            "== uptime\n1 1\n== cpuacct.usage\n5000000000\n== quota\n-1\n== period\n100000\n== memory.current\n300\n\
             == memory.max\n9223372036854771712\n== memory.stat\ntotal_inactive_file 50\n== end\n",
        );
        assert_eq!(
            (old.cpu_micros, old.cpu_limit_millis),
            (Some(5_000_000), None)
        );
        assert_eq!((old.memory, old.memory_limit), (Some(250), None));
    }

    #[test]
    fn the_cpu_between_two_readings() {
        let at = |clock, micros| Usage {
            clock: Some(clock),
            cpu_micros: Some(micros),
            ..Usage::default()
        };
        assert_eq!(
            at(20.0, 15_000_000).cpu_since(&at(10.0, 10_000_000)),
            Some(500)
        );
        assert_eq!(at(20.0, 5).cpu_since(&at(10.0, 10)), None);
        assert_eq!(at(10.0, 20).cpu_since(&at(10.0, 10)), None);
    }

    proptest! {
        #[test]
        fn any_answer_can_be_read(answer in "(== (df|gpu|cpu.max|memory.max|uptime)\n|[0-9a-z/%, .-]{0,30}\n){0,20}") {
            let usage = read(&answer);
            prop_assert!(usage.disks.len() <= MAX_PARTS && usage.gpus.len() <= MAX_PARTS);
            let _ = usage.cpu_since(&Usage { clock: Some(0.0), cpu_micros: Some(0), ..Usage::default() });
        }
    }
}
