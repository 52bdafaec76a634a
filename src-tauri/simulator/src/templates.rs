//! The templates that the Console offers.

/// A template: a ready-made SDL file with a description.
pub(crate) struct Template {
    pub(crate) id: &'static str,
    pub(crate) category: &'static str,
    pub(crate) name: &'static str,
    pub(crate) summary: &'static str,
    pub(crate) tags: &'static [&'static str],
    pub(crate) image: &'static str,
    pub(crate) port: u16,
    pub(crate) cpu: &'static str,
    pub(crate) memory: &'static str,
    pub(crate) storage: &'static str,
    /// Where its persistent volume is mounted, if it has one.
    pub(crate) data: Option<&'static str>,
}

/// All templates, ordered by category.
#[rustfmt::skip]
pub(crate) const TEMPLATES: [Template; 9] = [
    Template { id: "akash-network-awesome-akash-hello-world", category: "Official", name: "Hello World", summary: "A page that says hello, to see how a deployment goes.", tags: &["web"], image: "ghcr.io/akash-network/hello-akash-world:2.1.0", port: 3000, cpu: "0.5", memory: "512Mi", storage: "512Mi", data: None },
    Template { id: "akash-network-awesome-akash-nginx", category: "Hosting", name: "NGINX", summary: "A web server for files of your own.", tags: &["web"], image: "nginx:1.27", port: 80, cpu: "0.5", memory: "256Mi", storage: "1Gi", data: None },
    Template { id: "akash-network-awesome-akash-ghost", category: "Blogging", name: "Ghost", summary: "A blog with an editor.", tags: &["blog"], image: "ghost:5-alpine", port: 2368, cpu: "1", memory: "1Gi", storage: "2Gi", data: Some("/var/lib/ghost/content") },
    Template { id: "akash-network-awesome-akash-uptime-kuma", category: "Tools", name: "Uptime Kuma", summary: "Watches your sites and tells you when one is down.", tags: &["monitoring"], image: "louislam/uptime-kuma:1", port: 3001, cpu: "0.5", memory: "512Mi", storage: "1Gi", data: Some("/app/data") },
    Template { id: "akash-network-awesome-akash-vaultwarden", category: "Tools", name: "Vaultwarden", summary: "A password vault for the usual apps.", tags: &["passwords"], image: "vaultwarden/server:1.34.1", port: 80, cpu: "0.5", memory: "512Mi", storage: "1Gi", data: Some("/data") },
    Template { id: "akash-network-awesome-akash-gitea", category: "Tools", name: "Gitea", summary: "Git repositories with a web page.", tags: &["git"], image: "gitea/gitea:1.24", port: 3000, cpu: "1", memory: "1Gi", storage: "1Gi", data: Some("/data") },
    Template { id: "akash-network-awesome-akash-minecraft", category: "Games", name: "Minecraft", summary: "A server for a few friends.", tags: &["game"], image: "itzg/minecraft-server:java21", port: 25565, cpu: "2", memory: "4Gi", storage: "1Gi", data: Some("/data") },
    Template { id: "akash-network-awesome-akash-postgres", category: "Databases", name: "PostgreSQL", summary: "A database that keeps its data while the lease lasts.", tags: &["sql"], image: "postgres:17", port: 5432, cpu: "1", memory: "1Gi", storage: "1Gi", data: Some("/var/lib/postgresql/data") },
    Template { id: "akash-network-awesome-akash-jupyter", category: "Data Science", name: "Jupyter", summary: "Notebooks in the browser.", tags: &["python"], image: "jupyter/minimal-notebook:latest", port: 8888, cpu: "2", memory: "4Gi", storage: "5Gi", data: None },
];

impl Template {
    /// The template's SDL.
    pub(crate) fn sdl(&self) -> String {
        let Self {
            image,
            port,
            cpu,
            memory,
            storage,
            ..
        } = self;
        let public = if [25_565, 5_432].contains(port) {
            *port
        } else {
            80
        };
        let params = self.data.map_or_else(String::new, |mount| {
            format!("    params:\n      storage:\n        data:\n          mount: {mount}\n          readOnly: false\n")
        });
        let volume = self.data.map_or("", |_| {
            "          - name: data\n            size: 10Gi\n            attributes:\n              persistent: true\n              class: beta3\n"
        });
        format!(
            "---\nversion: \"2.0\"\nservices:\n  app:\n    image: {image}\n    expose:\n      - port: {port}\n        as: {public}\n        to:\n          - global: true\n{params}profiles:\n  compute:\n    app:\n      resources:\n        cpu:\n          units: {cpu}\n        memory:\n          size: {memory}\n        storage:\n          - size: {storage}\n{volume}  placement:\n    dcloud:\n      pricing:\n        app:\n          denom: uact\n          amount: 1000\ndeployment:\n  app:\n    dcloud:\n      profile: app\n      count: 1\n"
        )
    }
}
