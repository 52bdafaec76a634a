//! The flags of `docker run` and `podman run`, and the key of a compose file that means the same.
//!
//! Source: the reference of `docker run` (<https://docs.docker.com/reference/cli/docker/container/run/>) and of `podman run`.

/// What becomes of a flag's value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum To {
    /// One value of this key.
    One(&'static str),
    /// An item of the list of this key.
    Many(&'static str),
    /// It is read where the line is.
    Own,
    /// It says nothing that matters.
    Nothing,
    /// It is none of compose's keys: named as lost.
    Lost,
}

use To::{Lost, Many, Nothing, One, Own};

/// Flags with a value.
pub(super) const VALUES: &[(&str, To)] = &[
    ("add-host", Many("extra_hosts")),
    ("annotation", Many("annotations")),
    ("arch", Lost),
    ("attach", Nothing),
    ("authfile", Lost),
    ("blkio-weight", One("blkio_config")),
    ("blkio-weight-device", One("blkio_config")),
    ("cap-add", Many("cap_add")),
    ("cap-drop", Many("cap_drop")),
    ("cgroup-conf", Lost),
    ("cgroup-parent", One("cgroup_parent")),
    ("cgroupns", One("cgroup")),
    ("cgroups", Lost),
    ("cidfile", Nothing),
    ("conmon-pidfile", Nothing),
    ("cpu-count", One("cpu_count")),
    ("cpu-percent", One("cpu_percent")),
    ("cpu-period", One("cpu_period")),
    ("cpu-quota", One("cpu_quota")),
    ("cpu-rt-period", One("cpu_rt_period")),
    ("cpu-rt-runtime", One("cpu_rt_runtime")),
    ("cpu-shares", One("cpu_shares")),
    ("cpus", One("cpus")),
    ("cpuset-cpus", One("cpuset")),
    ("cpuset-mems", One("cpuset")),
    ("creds", Lost),
    ("decryption-key", Lost),
    ("detach-keys", Nothing),
    ("device", Many("devices")),
    ("device-cgroup-rule", Many("device_cgroup_rules")),
    ("device-read-bps", One("blkio_config")),
    ("device-read-iops", One("blkio_config")),
    ("device-write-bps", One("blkio_config")),
    ("device-write-iops", One("blkio_config")),
    ("dns", Many("dns")),
    ("dns-opt", Many("dns_opt")),
    ("dns-option", Many("dns_opt")),
    ("dns-search", Many("dns_search")),
    ("domainname", One("domainname")),
    ("entrypoint", Own),
    ("env", Many("environment")),
    ("env-file", Many("env_file")),
    ("expose", Many("expose")),
    ("gidmap", Lost),
    ("gpus", Own),
    ("group-add", Many("group_add")),
    ("group-entry", Lost),
    ("health-cmd", One("healthcheck")),
    ("health-interval", One("healthcheck")),
    ("health-log-destination", One("healthcheck")),
    ("health-on-failure", One("healthcheck")),
    ("health-retries", One("healthcheck")),
    ("health-start-interval", One("healthcheck")),
    ("health-start-period", One("healthcheck")),
    ("health-timeout", One("healthcheck")),
    ("hooks-dir", Lost),
    ("hostname", One("hostname")),
    ("hostuser", Lost),
    ("image-volume", Lost),
    ("init-path", Lost),
    ("ip", One("mac_address")),
    ("ip6", One("mac_address")),
    ("ipc", One("ipc")),
    ("isolation", One("isolation")),
    ("kernel-memory", Lost),
    ("label", Many("labels")),
    ("label-file", Many("label_file")),
    ("link", Many("links")),
    ("link-local-ip", One("mac_address")),
    ("log-driver", One("logging")),
    ("log-level", Nothing),
    ("log-opt", One("logging")),
    ("mac-address", One("mac_address")),
    ("memory", One("mem_limit")),
    ("memory-reservation", One("mem_reservation")),
    ("memory-swap", One("memswap_limit")),
    ("memory-swappiness", One("mem_swappiness")),
    ("mount", Own),
    ("name", Own),
    ("net", Own),
    ("net-alias", Own),
    ("network", Own),
    ("network-alias", Own),
    ("oom-score-adj", One("oom_score_adj")),
    ("os", Lost),
    ("passwd-entry", Lost),
    ("personality", Lost),
    ("pid", One("pid")),
    ("pidfile", Nothing),
    ("pids-limit", One("pids_limit")),
    ("platform", One("platform")),
    ("pod", Lost),
    ("preserve-fds", Lost),
    ("publish", Many("ports")),
    ("pull", One("pull_policy")),
    ("requires", Lost),
    ("restart", One("restart")),
    ("retry", Nothing),
    ("retry-delay", Nothing),
    ("runtime", One("runtime")),
    ("sdnotify", Lost),
    ("seccomp-policy", Lost),
    ("secret", Lost),
    ("security-opt", Many("security_opt")),
    ("shm-size", One("shm_size")),
    ("stop-signal", One("stop_signal")),
    ("stop-timeout", One("stop_grace_period")),
    ("storage-opt", Many("storage_opt")),
    ("subgidname", Lost),
    ("subuidname", Lost),
    ("sysctl", Many("sysctls")),
    ("systemd", Lost),
    ("timeout", Lost),
    ("tmpfs", Many("tmpfs")),
    ("tz", Own),
    ("uidmap", Lost),
    ("ulimit", Many("ulimits")),
    ("umask", Lost),
    ("unsetenv", Lost),
    ("user", One("user")),
    ("userns", One("userns_mode")),
    ("uts", One("uts")),
    ("variant", Lost),
    ("volume", Many("volumes")),
    ("volume-driver", One("volume_driver")),
    ("volumes-from", Many("volumes_from")),
    ("workdir", One("working_dir")),
];

/// Flags without a value, with the key that is true where they stand.
pub(super) const SWITCHES: &[(&str, To)] = &[
    ("detach", Nothing),
    ("disable-content-trust", Nothing),
    ("env-host", Lost),
    ("help", Nothing),
    ("http-proxy", Nothing),
    ("init", One("init")),
    ("interactive", One("stdin_open")),
    ("no-healthcheck", Nothing),
    ("no-hostname", Nothing),
    ("no-hosts", Nothing),
    ("oom-kill-disable", One("oom_kill_disable")),
    ("privileged", One("privileged")),
    ("publish-all", Own),
    ("quiet", Nothing),
    ("read-only", One("read_only")),
    ("read-only-tmpfs", Nothing),
    ("replace", Nothing),
    ("rm", Nothing),
    ("rmi", Nothing),
    ("rootfs", Lost),
    ("sig-proxy", Nothing),
    ("tls-verify", Nothing),
    ("tty", One("tty")),
    ("use-api-socket", One("use_api_socket")),
];

/// The long name of a short flag, and whether it has a value.
pub(super) fn short(flag: char) -> Option<(&'static str, bool)> {
    Some(match flag {
        'a' => ("attach", true),
        'c' => ("cpu-shares", true),
        'd' => ("detach", false),
        'e' => ("env", true),
        'h' => ("hostname", true),
        'i' => ("interactive", false),
        'l' => ("label", true),
        'm' => ("memory", true),
        'p' => ("publish", true),
        'P' => ("publish-all", false),
        'q' => ("quiet", false),
        't' => ("tty", false),
        'u' => ("user", true),
        'v' => ("volume", true),
        'w' => ("workdir", true),
        _ => return None,
    })
}

/// What becomes of a long flag, and whether it has a value.
pub(super) fn long(name: &str) -> Option<(To, bool)> {
    let find = |table: &[(&str, To)]| {
        table
            .iter()
            .find(|(flag, _)| *flag == name)
            .map(|(_, to)| *to)
    };
    find(VALUES)
        .map(|to| (to, true))
        .or_else(|| find(SWITCHES).map(|to| (to, false)))
}
