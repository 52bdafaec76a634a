//! Every key of the compose schema, with what becomes of it.

/// What becomes of a key.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Key {
    /// It is read, and what it says ends up in the SDL or is named where it is read.
    Read,
    /// It can't be carried over, and the program does not notice: why, and what to do.
    Minor(&'static str, &'static str),
    /// It can't be carried over, and the program may behave differently: why, and what to do.
    Matters(&'static str, &'static str),
}

use Key::{Matters, Minor, Read};

const NOTHING: &str = "Nothing is to be done.";
const HOST: &str =
    "It changes the machine that runs the container, and that machine is the provider's.";
const ISOLATED: &str =
    "Providers run every container isolated from the machine and give it no rights beyond that.";
const REWRITE: &str = "Use a program, or settings of it, that does without.";
const SCHEDULE: &str = "The provider decides how the machine shares its time among containers.";
const SCHEDULED: &str = "Ask for as many cores and as much memory as the service needs.";
const LABELS: &str = "Labels are for tools around Docker, and Akash has none.";

/// The keys at the top of a file.
pub(crate) const TOP: &[(&str, Key)] = &[
    ("version", Read),
    (
        "name",
        Minor(
            "The name of a project is for Docker only.",
            "Give the deployment a name in Aloft.",
        ),
    ),
    ("include", Read),
    ("services", Read),
    (
        "models",
        Matters(
            "Docker runs these models itself, and Akash has nothing like it.",
            "Add a service that serves the model, e.g. with the image `ollama/ollama`, and give its address to the program.",
        ),
    ),
    (
        "networks",
        Minor(
            "All services of a deployment are in one network, and `expose` says who reaches whom.",
            NOTHING,
        ),
    ),
    ("volumes", Read),
    ("secrets", Read),
    ("configs", Read),
];

/// The keys of a service.
#[rustfmt::skip]
pub(crate) const SERVICE: &[(&str, Key)] = &[
    ("annotations", Minor(LABELS, NOTHING)),
    ("attach", Minor("Akash keeps the logs of every service.", NOTHING)),
    ("blkio_config", Minor(SCHEDULE, SCHEDULED)),
    ("build", Read),
    ("cap_add", Matters(ISOLATED, REWRITE)),
    ("cap_drop", Minor("A container on Akash has few rights already.", NOTHING)),
    ("cgroup", Minor(HOST, NOTHING)),
    ("cgroup_parent", Minor(HOST, NOTHING)),
    ("command", Read),
    ("configs", Read),
    ("container_name", Read),
    ("cpu_count", Read),
    ("cpu_percent", Minor(SCHEDULE, SCHEDULED)),
    ("cpu_period", Read),
    ("cpu_quota", Read),
    ("cpu_rt_period", Minor(SCHEDULE, SCHEDULED)),
    ("cpu_rt_runtime", Minor(SCHEDULE, SCHEDULED)),
    ("cpu_shares", Minor(SCHEDULE, SCHEDULED)),
    ("cpus", Read),
    ("cpuset", Minor(SCHEDULE, SCHEDULED)),
    ("credential_spec", Matters("It is for Windows containers, and providers run Linux.", "Use an image for Linux.")),
    ("depends_on", Read),
    ("deploy", Read),
    ("develop", Minor("It is for work on your own machine.", "Publish a new image and update the deployment when the program changes.")),
    ("device_cgroup_rules", Matters(ISOLATED, REWRITE)),
    ("devices", Read),
    ("dns", Matters("The provider decides which name servers a container asks.", "Let the program ask other name servers itself, if it needs them.")),
    ("dns_opt", Minor("The provider decides which name servers a container asks.", NOTHING)),
    ("dns_search", Minor("The provider decides which name servers a container asks.", "Write host names in full.")),
    ("domainname", Minor("The host name of a container is the provider's choice.", NOTHING)),
    ("entrypoint", Read),
    ("env_file", Read),
    ("environment", Read),
    ("expose", Read),
    ("extends", Read),
    ("external_links", Matters("It reaches a container of another project on your machine, which is not part of this deployment.", "Add that program to the deployment, or reach it over the internet.")),
    ("extra_hosts", Matters("Akash has no way to add names to a container.", "Write the address where the program is given the name, e.g. in a variable.")),
    ("gpus", Read),
    ("group_add", Minor("Providers start the container with the user and the groups of its image.", "Set the user in the image.")),
    ("healthcheck", Minor("Akash has no health checks. A container that ends is started again.", "Let the program end when it no longer works.")),
    ("hostname", Read),
    ("image", Read),
    ("init", Minor("Akash starts the program of the image itself.", "Put a small init such as `tini` into the image if the program leaves processes behind.")),
    ("ipc", Minor(ISOLATED, "Ask for memory at `/dev/shm` with `shm_size` if the program needs it.")),
    ("isolation", Minor("It is for Windows containers, and providers run Linux.", NOTHING)),
    ("label_file", Minor(LABELS, NOTHING)),
    ("labels", Minor(LABELS, "If a proxy such as Traefik read its routes from labels: on Akash, each web service has an address of its own.")),
    ("links", Read),
    ("logging", Minor("Akash shows the logs of every service itself.", "Let the program send its logs to a collector if you want to keep them.")),
    ("mac_address", Minor("The network is the provider's.", NOTHING)),
    ("mem_limit", Read),
    ("mem_reservation", Read),
    ("mem_swappiness", Minor("Containers on Akash have no swap.", SCHEDULED)),
    ("memswap_limit", Minor("Containers on Akash have no swap.", SCHEDULED)),
    ("models", Matters("Docker runs these models itself, and Akash has nothing like it.", "Add a service that serves the model, and give its address to the program.")),
    ("network_mode", Read),
    ("networks", Read),
    ("oom_kill_disable", Minor(HOST, SCHEDULED)),
    ("oom_score_adj", Minor(HOST, SCHEDULED)),
    ("pid", Matters(ISOLATED, REWRITE)),
    ("pids_limit", Minor(HOST, NOTHING)),
    ("platform", Read),
    ("ports", Read),
    ("post_start", Matters("Akash runs nothing beside the program of the container.", "Do it in the command before the program starts, e.g. `sh -c \"prepare && exec program\"`.")),
    ("pre_stop", Matters("Akash runs nothing beside the program of the container.", "Let the program do it when it is told to end (SIGTERM).")),
    ("privileged", Matters("Providers refuse privileged containers: they could take over the machine.", REWRITE)),
    ("profiles", Read),
    ("provider", Matters("Something outside of Docker would provide this service.", "Add a service with an image that does the same.")),
    ("pull_policy", Minor("Providers fetch the image themselves.", "Use a tag that never changes, so that every start has the same program.")),
    ("pull_refresh_after", Minor("Providers fetch the image themselves.", NOTHING)),
    ("read_only", Minor("The disk of a container on Akash can always be written to.", NOTHING)),
    ("restart", Read),
    ("runtime", Read),
    ("scale", Read),
    ("secrets", Read),
    ("security_opt", Minor(ISOLATED, NOTHING)),
    ("shm_size", Read),
    ("stdin_open", Minor("Nobody types into a container that starts. Aloft can open a shell in it while it runs.", NOTHING)),
    ("stop_grace_period", Minor("The provider decides how long a program may take to end.", "Let the program end within half a minute when it is told to (SIGTERM).")),
    ("stop_signal", Minor("Providers end a program with SIGTERM.", "Set `STOPSIGNAL` in the image.")),
    ("storage_opt", Minor(HOST, "Ask for a larger disk of the service.")),
    ("sysctls", Matters(HOST, REWRITE)),
    ("tmpfs", Read),
    ("tty", Minor("Nobody types into a container that starts. Aloft can open a shell in it while it runs.", NOTHING)),
    ("ulimits", Minor("The limits are those of the provider's machine.", "Ask the provider if the program needs more open files.")),
    ("use_api_socket", Matters("There is no Docker on the provider's machine that a container could use.", REWRITE)),
    ("user", Matters("Providers start the container with the user of its image.", "Set the user in the image with `USER`.")),
    ("userns_mode", Minor(ISOLATED, NOTHING)),
    ("uts", Minor(ISOLATED, NOTHING)),
    ("volumes", Read),
    ("volumes_from", Matters("A volume on Akash belongs to one service.", "Run both programs in one service, or let them exchange files over the network.")),
    ("working_dir", Matters("Akash starts a program in the folder that its image says.", "Set it in the image with `WORKDIR`, or begin the command with `sh -c \"cd FOLDER && exec program\"`.")),
    // Versions 1 and 2.
    ("cgroup_rules", Minor(HOST, NOTHING)),
    ("dockerfile", Read),
    ("log_driver", Minor("Akash shows the logs of every service itself.", NOTHING)),
    ("log_opt", Minor("Akash shows the logs of every service itself.", NOTHING)),
    ("net", Read),
    ("volume_driver", Minor("Providers have storage of their own.", NOTHING)),
];

/// The keys below `deploy`.
#[rustfmt::skip]
pub(crate) const DEPLOY: &[(&str, Key)] = &[
    ("endpoint_mode", Minor("All replicas of a service share one host name.", NOTHING)),
    ("labels", Minor(LABELS, NOTHING)),
    ("mode", Read),
    ("placement", Minor("Providers are chosen by their bids.", "Choose attributes of the placement, such as a region, in the SDL.")),
    ("replicas", Read),
    ("resources", Read),
    ("restart_policy", Read),
    ("rollback_config", Minor("Aloft keeps earlier versions of the file; Akash has no rollback of its own.", NOTHING)),
    ("update_config", Minor("The provider replaces all replicas of a service as it sees fit.", NOTHING)),
];

/// What becomes of a key of `table`.
fn find(table: &[(&str, Key)], key: &str) -> Option<Key> {
    table
        .iter()
        .find(|(name, _)| *name == key)
        .map(|(_, key)| *key)
}

pub(crate) fn top(key: &str) -> Option<Key> {
    find(TOP, key)
}

pub(crate) fn service(key: &str) -> Option<Key> {
    find(SERVICE, key)
}

pub(crate) fn deploy(key: &str) -> Option<Key> {
    find(DEPLOY, key)
}
