//! What runs for a lease, as a test or the simulator describes it.

use jiff::Timestamp;
use serde_json::Value;

/// A lease. Its provider is the gateway that is asked.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct LeaseId {
    /// The account that pays for it.
    pub owner: String,
    /// The number of its deployment.
    pub dseq: u64,
    /// The number of its group; the first is 1.
    pub gseq: u32,
    /// The number of its order; the first is 1.
    pub oseq: u32,
}

impl LeaseId {
    /// The first order of the first group of a deployment.
    pub fn new(owner: &str, dseq: u64) -> Self {
        Self {
            owner: owner.to_owned(),
            dseq,
            gseq: 1,
            oseq: 1,
        }
    }
}

/// What runs for a lease.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct World {
    /// Its services.
    pub services: Vec<Service>,
    /// The answer to a lease status; `None` derives one from the services.
    pub status: Option<Value>,
}

/// A service of a lease.
#[derive(Clone, Debug, PartialEq)]
pub struct Service {
    /// Its name.
    pub name: String,
    /// Its image. The name decides what it logs: nginx, postgres, redis, node, ollama and vllm have logs of their own.
    pub image: String,
    /// How many replicas it has.
    pub replicas: u32,
    /// Its environment.
    pub env: Vec<(String, String)>,
    /// CPU in thousandths of a core.
    pub cpu_millis: u64,
    /// Memory in bytes.
    pub memory: u64,
    /// Ephemeral storage in bytes.
    pub storage: u64,
    /// The model of each GPU.
    pub gpus: Vec<String>,
    /// Its mounted volumes.
    pub volumes: Vec<Volume>,
    /// Files that its containers begin with: the path and the content.
    pub files: Vec<(String, Vec<u8>)>,
    /// Files of any size that its containers begin with: the path and the size in bytes. The content is made up.
    pub large_files: Vec<(String, u64)>,
    /// Commands that the image lacks, such as `sh` or `sha256sum`.
    pub missing_commands: Vec<String>,
    /// Whether its containers log by themselves. Without it a log has only what a test says.
    pub chatty: bool,
    /// When its containers were created, in chain time. `None` is the start of the gateway.
    pub created: Option<Timestamp>,
    /// Chain seconds from the creation until the containers run; until then they cannot give logs.
    pub startup_seconds: u32,
    /// The number of its version. When a source gives a higher one, its containers are replaced.
    pub generation: u64,
}

/// A volume of a service.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Volume {
    /// Its name in the SDL.
    pub name: String,
    /// Where it is mounted.
    pub mount: String,
    /// Its size in bytes.
    pub size: u64,
    /// Whether it outlives its container. A mounted volume that does not (`class: ram`, shared memory) breaks the shell of
    /// its service, as at real providers (akash-network/support#295).
    pub persistent: bool,
}

impl Service {
    /// A service of one replica that runs at once, with one core, 512 MiB of memory and 1 GiB of storage.
    pub fn new(name: &str, image: &str) -> Self {
        Self {
            name: name.to_owned(),
            image: image.to_owned(),
            replicas: 1,
            env: Vec::new(),
            cpu_millis: 1_000,
            memory: 512 << 20,
            storage: 1 << 30,
            gpus: Vec::new(),
            volumes: Vec::new(),
            files: Vec::new(),
            large_files: Vec::new(),
            missing_commands: Vec::new(),
            chatty: true,
            created: None,
            startup_seconds: 0,
            generation: 1,
        }
    }

    /// The same without a log of its own.
    #[must_use]
    pub fn quiet(mut self) -> Self {
        self.chatty = false;
        self
    }

    /// The same with a persistent volume of a size in bytes.
    #[must_use]
    pub fn with_volume(mut self, name: &str, mount: &str, size: u64) -> Self {
        let (name, mount) = (name.to_owned(), mount.to_owned());
        self.volumes.push(Volume {
            name,
            mount,
            size,
            persistent: true,
        });
        self
    }

    /// The same with a file.
    #[must_use]
    pub fn with_file(mut self, path: &str, content: &[u8]) -> Self {
        self.files.push((path.to_owned(), content.to_vec()));
        self
    }

    /// The same with a number of replicas.
    #[must_use]
    pub fn with_replicas(mut self, replicas: u32) -> Self {
        self.replicas = replicas;
        self
    }

    /// Whether it runs as a StatefulSet, whose pods have numbers for names.
    pub(crate) fn is_stateful(&self) -> bool {
        self.volumes.iter().any(|volume| volume.persistent)
    }

    /// Whether the provider looks for it in the wrong place, so that its shell never works.
    pub(crate) fn has_lost_shell(&self) -> bool {
        !self.is_stateful() && self.volumes.iter().any(|volume| !volume.mount.is_empty())
    }
}

impl World {
    /// A web server with two replicas and a database with a volume.
    pub fn sample() -> Self {
        let web = Service::new("web", "nginx:1.29").with_replicas(2);
        let db = Service::new("db", "postgres:17")
            .with_volume("data", "/var/lib/postgresql/data", 10 << 30)
            .with_file("/var/lib/postgresql/data/PG_VERSION", b"17\n");
        Self {
            services: vec![web, db],
            status: None,
        }
    }

    /// A world of one service.
    pub fn of(service: Service) -> Self {
        Self {
            services: vec![service],
            status: None,
        }
    }
}
