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

/// All templates.
#[rustfmt::skip]
pub(crate) const TEMPLATES: [Template; 30] = [
    Template { id: "akash-network-awesome-akash-hello-world", category: "Official", name: "Hello World", summary: "A page that says hello, to see how a deployment goes.", tags: &["web"], image: "ghcr.io/akash-network/hello-akash-world:2.1.0", port: 3000, cpu: "0.5", memory: "512Mi", storage: "512Mi", data: None },
    Template { id: "akash-network-awesome-akash-nginx", category: "Hosting", name: "NGINX", summary: "A web server for files of your own.", tags: &["web"], image: "nginx:1.27", port: 80, cpu: "0.5", memory: "256Mi", storage: "1Gi", data: None },
    Template { id: "akash-network-awesome-akash-ghost", category: "Blogging", name: "Ghost", summary: "A blog with an editor.", tags: &["blog"], image: "ghost:5-alpine", port: 2368, cpu: "1", memory: "1Gi", storage: "2Gi", data: Some("/var/lib/ghost/content") },
    Template { id: "akash-network-awesome-akash-uptime-kuma", category: "Tools", name: "Uptime Kuma", summary: "Watches your sites and tells you when one is down.", tags: &["monitoring"], image: "louislam/uptime-kuma:1", port: 3001, cpu: "0.5", memory: "512Mi", storage: "1Gi", data: Some("/app/data") },
    Template { id: "akash-network-awesome-akash-vaultwarden", category: "Tools", name: "Vaultwarden", summary: "A password vault for the usual apps.", tags: &["passwords"], image: "vaultwarden/server:1.34.1", port: 80, cpu: "0.5", memory: "512Mi", storage: "1Gi", data: Some("/data") },
    Template { id: "akash-network-awesome-akash-gitea", category: "Tools", name: "Gitea", summary: "Git repositories with a web page.", tags: &["git"], image: "gitea/gitea:1.24", port: 3000, cpu: "1", memory: "1Gi", storage: "1Gi", data: Some("/data") },
    Template { id: "akash-network-awesome-akash-minecraft", category: "Games", name: "Minecraft", summary: "A server for a few friends.", tags: &["game"], image: "itzg/minecraft-server:java21", port: 25565, cpu: "2", memory: "4Gi", storage: "1Gi", data: Some("/data") },
    Template { id: "akash-network-awesome-akash-postgres", category: "Databases", name: "PostgreSQL", summary: "A database that keeps its data while the lease lasts.", tags: &["sql"], image: "postgres:17", port: 5432, cpu: "1", memory: "1Gi", storage: "1Gi", data: Some("/var/lib/postgresql/data") },
    Template { id: "akash-network-awesome-akash-jupyter", category: "Data Science", name: "Jupyter", summary: "Notebooks in the browser.", tags: &["python"], image: "jupyter/minimal-notebook:latest", port: 8888, cpu: "2", memory: "4Gi", storage: "5Gi", data: None },
    Template { id: "akash-network-awesome-akash-wordpress", category: "Blogging", name: "WordPress", summary: "A web site or blog with themes and plug-ins.", tags: &["blog"], image: "wordpress:6.8", port: 80, cpu: "1", memory: "1Gi", storage: "1Gi", data: Some("/var/www/html") },
    Template { id: "akash-network-awesome-akash-writefreely", category: "Blogging", name: "WriteFreely", summary: "A plain blog for several writers.", tags: &["blog"], image: "writeas/writefreely:0.15", port: 8080, cpu: "0.5", memory: "512Mi", storage: "1Gi", data: Some("/data") },
    Template { id: "akash-network-awesome-akash-wiki-js", category: "Blogging", name: "Wiki.js", summary: "A wiki with an editor and search.", tags: &["wiki"], image: "requarks/wiki:2.5", port: 3000, cpu: "1", memory: "1Gi", storage: "1Gi", data: None },
    Template { id: "akash-network-awesome-akash-caddy", category: "Hosting", name: "Caddy", summary: "A web server with a short configuration.", tags: &["web"], image: "caddy:2.10", port: 80, cpu: "0.5", memory: "256Mi", storage: "1Gi", data: None },
    Template { id: "akash-network-awesome-akash-static-web-server", category: "Hosting", name: "Static Web Server", summary: "Serves files, small and quick.", tags: &["web"], image: "joseluisq/static-web-server:2.38", port: 80, cpu: "0.25", memory: "128Mi", storage: "512Mi", data: None },
    Template { id: "akash-network-awesome-akash-n8n", category: "Tools", name: "n8n", summary: "Connects services with each other, by drag and drop.", tags: &["automation"], image: "n8nio/n8n:1.103.2", port: 5678, cpu: "1", memory: "1Gi", storage: "1Gi", data: Some("/home/node/.n8n") },
    Template { id: "akash-network-awesome-akash-nextcloud", category: "Tools", name: "Nextcloud", summary: "Files, calendars and contacts of your own.", tags: &["files"], image: "nextcloud:31-apache", port: 80, cpu: "1", memory: "1Gi", storage: "2Gi", data: Some("/var/www/html") },
    Template { id: "akash-network-awesome-akash-excalidraw", category: "Tools", name: "Excalidraw", summary: "A whiteboard for sketches.", tags: &["drawing"], image: "excalidraw/excalidraw:v0.18.0", port: 80, cpu: "0.5", memory: "256Mi", storage: "512Mi", data: None },
    Template { id: "akash-network-awesome-akash-it-tools", category: "Tools", name: "IT Tools", summary: "Small helpers for developers, in one page.", tags: &["developer"], image: "corentinth/it-tools:2024.10.22", port: 80, cpu: "0.25", memory: "128Mi", storage: "512Mi", data: None },
    Template { id: "akash-network-awesome-akash-linkding", category: "Tools", name: "linkding", summary: "Bookmarks with tags and search.", tags: &["bookmarks"], image: "sissbruecker/linkding:1.41.0", port: 9090, cpu: "0.5", memory: "512Mi", storage: "1Gi", data: Some("/etc/linkding/data") },
    Template { id: "akash-network-awesome-akash-grafana", category: "Monitoring", name: "Grafana", summary: "Charts of your data.", tags: &["charts"], image: "grafana/grafana:12.0.2", port: 3000, cpu: "0.5", memory: "512Mi", storage: "1Gi", data: Some("/var/lib/grafana") },
    Template { id: "akash-network-awesome-akash-prometheus", category: "Monitoring", name: "Prometheus", summary: "Collects figures from your services.", tags: &["metrics"], image: "prom/prometheus:v3.5.0", port: 9090, cpu: "1", memory: "1Gi", storage: "1Gi", data: Some("/prometheus") },
    Template { id: "akash-network-awesome-akash-redis", category: "Databases", name: "Redis", summary: "A fast store for keys and values.", tags: &["cache"], image: "redis:8.0", port: 6379, cpu: "0.5", memory: "512Mi", storage: "512Mi", data: None },
    Template { id: "akash-network-awesome-akash-mariadb", category: "Databases", name: "MariaDB", summary: "A database for web applications.", tags: &["sql"], image: "mariadb:11.8", port: 3306, cpu: "1", memory: "1Gi", storage: "1Gi", data: Some("/var/lib/mysql") },
    Template { id: "akash-network-awesome-akash-meilisearch", category: "Databases", name: "Meilisearch", summary: "Search that answers while you type.", tags: &["search"], image: "getmeili/meilisearch:v1.15.2", port: 7700, cpu: "1", memory: "1Gi", storage: "1Gi", data: Some("/meili_data") },
    Template { id: "akash-network-awesome-akash-code-server", category: "Development", name: "code-server", summary: "An editor for code, in the browser.", tags: &["editor"], image: "codercom/code-server:4.101.2", port: 8080, cpu: "1", memory: "2Gi", storage: "5Gi", data: Some("/home/coder") },
    Template { id: "akash-network-awesome-akash-jenkins", category: "Development", name: "Jenkins", summary: "Builds and tests what you push.", tags: &["ci"], image: "jenkins/jenkins:2.516.1-lts", port: 8080, cpu: "2", memory: "2Gi", storage: "2Gi", data: Some("/var/jenkins_home") },
    Template { id: "akash-network-awesome-akash-open-webui", category: "AI", name: "Open WebUI", summary: "A chat page for language models elsewhere.", tags: &["chat"], image: "ghcr.io/open-webui/open-webui:v0.6.15", port: 8080, cpu: "1", memory: "2Gi", storage: "5Gi", data: Some("/app/backend/data") },
    Template { id: "akash-network-awesome-akash-flowise", category: "AI", name: "Flowise", summary: "Builds chains of language models by drag and drop.", tags: &["chat"], image: "flowiseai/flowise:3.0.3", port: 3000, cpu: "1", memory: "1Gi", storage: "2Gi", data: Some("/root/.flowise") },
    Template { id: "akash-network-awesome-akash-terraria", category: "Games", name: "Terraria", summary: "A server for a few friends.", tags: &["game"], image: "ryshe/terraria:vanilla-1.4.4.9", port: 7777, cpu: "1", memory: "2Gi", storage: "1Gi", data: Some("/root/.local/share/Terraria/Worlds") },
    Template { id: "akash-network-awesome-akash-matrix-synapse", category: "Social", name: "Matrix Synapse", summary: "A chat server of your own.", tags: &["chat"], image: "matrixdotorg/synapse:v1.133.0", port: 8008, cpu: "1", memory: "1Gi", storage: "2Gi", data: Some("/data") },
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
        let public = if [25_565, 5_432, 6_379, 3_306, 7_777].contains(port) {
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
