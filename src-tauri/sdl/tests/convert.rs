//! What a caller of the conversion notices.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use akash_sdl::convert::{
    Asked, Certainty, Conversion, ConvertError, Decision, Kind, Options, Source, compose, convert,
    docker_run, image, kubernetes, recognise,
};
use akash_sdl::{check, edit};

fn source(name: &str, text: &str) -> Source {
    Source {
        name: name.to_owned(),
        text: text.to_owned(),
    }
}

fn one(text: &str) -> Conversion {
    with_env(text, None)
}

fn with_env(text: &str, env: Option<&str>) -> Conversion {
    compose(&[source("compose.yaml", text)], env, &Options::default())
        .unwrap_or_else(|error| panic!("{error}"))
}

/// The lines of an SDL without its comments and indentation.
fn lines(made: &Conversion) -> Vec<&str> {
    made.sdl
        .lines()
        .map(str::trim)
        .filter(|line| !line.starts_with('#'))
        .collect()
}

fn has(made: &Conversion, wanted: &[&str]) {
    for line in wanted {
        assert!(
            lines(made).contains(line),
            "`{line}` is missing\n{}",
            made.sdl
        );
    }
}

fn has_not(made: &Conversion, line: &str) {
    assert!(
        !lines(made).contains(&line),
        "`{line}` is there\n{}",
        made.sdl
    );
}

fn question(made: &Conversion, asked: Asked) -> &Decision {
    made.decisions
        .iter()
        .find(|decision| {
            decision
                .question
                .as_ref()
                .is_some_and(|question| question.asked == asked)
        })
        .unwrap_or_else(|| panic!("no question {asked:?}\n{}", made.sdl))
}

fn is_lost(made: &Conversion, what: &str) {
    assert!(
        made.lost.iter().any(|lost| lost.what.contains(what)),
        "`{what}` is not named: {:#?}",
        made.lost
    );
}

mod recognising {
    use super::*;

    #[test]
    fn tells_kinds_apart() {
        let cases = [
            ("", Kind::Unknown),
            ("hello world, how are you?", Kind::Unknown),
            ("nginx", Kind::Image),
            ("docker pull ghcr.io/acme/web:1.2", Kind::Image),
            (
                "https://quay.io/repository/minio/minio?tab=tags",
                Kind::Image,
            ),
            ("docker run nginx", Kind::DockerRun),
            (
                "# start it\nsudo podman container run -d \\\n  nginx",
                Kind::DockerRun,
            ),
            ("```sh\n$ docker run nginx\n```", Kind::DockerRun),
            ("FOO=1 docker --context far run nginx", Kind::DockerRun),
            ("docker ps", Kind::Unknown),
            ("services: {web: {image: nginx}}", Kind::Compose),
            ("web:\n  image: nginx\n", Kind::Compose),
            (
                "services:\n  web:\n    image: 'nginx\n    ports: [80]\n",
                Kind::Compose,
            ),
            ("include: [a.yaml]\n", Kind::Compose),
            ("apiVersion: v1\nkind: Pod\n", Kind::Kubernetes),
            (
                "# c\n---\napiVersion: v1\nkind: Pod\n---\na: b\n",
                Kind::Kubernetes,
            ),
            (
                "{\"apiVersion\": \"v1\", \"kind\": \"Pod\"}",
                Kind::Kubernetes,
            ),
            (
                "version: \"2.0\"\nservices: {}\nprofiles: {}\ndeployment: {}\n",
                Kind::Sdl,
            ),
            (
                "version: \"2.0\"\nservices: {web: {image: a, expose: [{port: 80}]}}\n",
                Kind::Sdl,
            ),
            (
                "services:\n  web:\n    image: a\n    command: |\n      docker run nginx\n",
                Kind::Compose,
            ),
        ];
        for (text, kind) in cases {
            assert_eq!(recognise(text), kind, "{text}");
        }
    }

    #[test]
    fn an_sdl_is_not_converted() {
        let sdl = one("services: {web: {image: nginx, ports: [\"80:80\"]}}").sdl;
        assert_eq!(recognise(&sdl), Kind::Sdl);
        let again = convert(&[source("deploy.yaml", &sdl)], None, &Options::default());
        assert_eq!(again, Err(ConvertError::AlreadySdl));
    }
}

mod variables {
    use super::*;

    #[test]
    fn take_their_forms_from_the_env_file() {
        let env = "SET=yes\nEMPTY=\nexport QUOTED=\"a b\" # comment\nSINGLE='$SET'\nNESTED=${SET}!\n# NO=1\nMULTI=\"one\ntwo\"\nAFTER=1\n";
        let made = with_env(
            "services:\n  web:\n    image: acme/web:1\n    environment:\n      A: $SET\n      B: ${EMPTY:-default}\n      C: ${EMPTY-default}\n      D: ${NONE:-${SET}}\n      E: ${SET:+there}\n      F: ${NONE+there}\n      G: $$SET\n      H: ${QUOTED}\n      I: ${SINGLE}\n      J: ${NESTED}\n      K: ${MULTI}\n      L: ${AFTER}\n      M:\n",
            Some(&format!("{env}M=from-file\n")),
        );
        let wanted = [
            "- A=yes",
            "- B=default",
            "- C=",
            "- D=yes",
            "- E=there",
            "- F=",
            "- G=$SET",
            "- H=a b",
            "- I=$SET",
            "- J=yes!",
            "- \"K=one\\ntwo\"",
            "- L=1",
            "- M=from-file",
        ];
        has(&made, &wanted);
    }

    #[test]
    fn without_a_value_are_asked_for() {
        let made = one(
            "services: {web: {image: 'acme/web:1', ports: ['80:80'], environment: {DB_PASSWORD: '${DB_PASSWORD}', LEVEL: '${LEVEL:?set it}'}}}",
        );
        let secret = question(&made, Asked::Secret);
        assert_eq!(secret.question.as_ref().unwrap().name, "DB_PASSWORD");
        assert_eq!(
            question(&made, Asked::EnvValue)
                .question
                .as_ref()
                .unwrap()
                .name,
            "LEVEL"
        );
        assert_eq!(
            secret.question.as_ref().unwrap().variable.as_deref(),
            Some("DB_PASSWORD")
        );
        // The answer goes where the question says.
        let answered = edit::set(&made.sdl, &secret.path, "DB_PASSWORD=x").unwrap();
        assert!(check(&answered).sdl.is_some() && answered.contains("DB_PASSWORD=x"));
    }

    #[test]
    fn of_env_files_come_before_those_of_the_service() {
        let options = Options {
            beside: vec![source("env/web.env", "A=file\nB=file\n")],
            ..Options::default()
        };
        let file = source(
            "compose.yaml",
            "services: {web: {image: 'acme/web:1', env_file: ./env/web.env, environment: {B: own}}}",
        );
        let made = compose(&[file], None, &options).unwrap();
        has(&made, &["- A=file", "- B=own"]);
    }

    #[test]
    fn with_a_name_that_providers_refuse_are_named() {
        let made = one("services: {web: {image: 'acme/web:1', environment: {'A B': c, OK: d}}}");
        is_lost(&made, "A B");
        has(&made, &["- OK=d"]);
    }

    #[test]
    fn that_are_secrets_take_the_value_of_a_file() {
        let options = Options {
            beside: vec![source("pw.txt", "hunter2\n")],
            ..Options::default()
        };
        let text = "services: {db: {image: 'postgres:16', environment: {POSTGRES_PASSWORD_FILE: /run/secrets/pw}, secrets: [pw]}}\nsecrets: {pw: {file: ./pw.txt}}\n";
        let made = compose(&[source("compose.yaml", text)], None, &options).unwrap();
        has(&made, &["- POSTGRES_PASSWORD=hunter2"]);
    }
}

mod merging {
    use super::*;

    #[test]
    fn later_files_override_earlier_ones() {
        let base = "services:\n  web:\n    image: acme/web:1\n    command: [a]\n    ports: ['8080:8080']\n    environment: [A=1, B=1]\n    volumes: ['data:/data', 'logs:/logs']\n  old: {image: 'acme/old:1'}\nvolumes: {data: , logs: , more: }\n";
        let over = "services:\n  web:\n    image: acme/web:2\n    command: [b, c]\n    ports: ['9090:9090']\n    environment: {B: '2', C: '3'}\n    volumes: ['more:/data']\n  new: {image: 'acme/new:1'}\n";
        let made = compose(
            &[source("a", base), source("b", over)],
            None,
            &Options::default(),
        )
        .unwrap();
        has(
            &made,
            &[
                "image: acme/web:2",
                "- b",
                "- A=1",
                "- B=2",
                "- C=3",
                "- port: 8080",
                "- port: 9090",
                "more:",
                "logs:",
                "new:",
                "old:",
            ],
        );
        has_not(&made, "- a");
        has_not(&made, "data:");
    }

    #[test]
    fn tags_replace_and_reset() {
        let base = "services:\n  web:\n    image: acme/web:1\n    ports: ['8080:8080']\n    environment: {A: '1'}\n";
        let over = "services:\n  web:\n    ports: !override\n      - '9090:9090'\n    environment: !reset null\n";
        let made = compose(
            &[source("a", base), source("b", over)],
            None,
            &Options::default(),
        )
        .unwrap();
        has(&made, &["- port: 9090"]);
        has_not(&made, "- port: 8080");
        has_not(&made, "- A=1");
    }

    #[test]
    fn services_extend_those_of_other_files() {
        let options = Options {
            beside: vec![source(
                "common.yaml",
                "services: {base: {image: 'acme/base:1', environment: {A: '1'}, mem_limit: 100m}}",
            )],
            ..Options::default()
        };
        let file = "services: {web: {extends: {file: ./common.yaml, service: base}, environment: {B: '2'}, ports: ['80:80']}}";
        let made = compose(&[source("compose.yaml", file)], None, &options).unwrap();
        has(
            &made,
            &["image: acme/base:1", "- A=1", "- B=2", "size: 100Mi"],
        );
        let alone = compose(&[source("compose.yaml", file)], None, &Options::default());
        let Err(ConvertError::NothingToRun { lost, .. }) = alone else {
            panic!("{alone:?}")
        };
        assert!(
            lost.iter().any(|lost| lost.what.contains("common.yaml")),
            "{lost:?}"
        );
    }

    #[test]
    fn a_service_that_extends_itself_is_refused() {
        let made = compose(
            &[source("a", "services: {a: {extends: b}, b: {extends: a}}")],
            None,
            &Options::default(),
        );
        assert!(matches!(made, Err(ConvertError::Invalid(_))), "{made:?}");
    }

    #[test]
    fn included_files_are_read_where_they_are_given() {
        let options = Options {
            beside: vec![source(
                "db.yaml",
                "services: {db: {image: 'postgres:16', environment: {POSTGRES_PASSWORD: x}}}",
            )],
            ..Options::default()
        };
        let file = "include: [db.yaml, gone.yaml]\nservices: {web: {image: 'acme/web:1', ports: ['80:80'], environment: {DB_HOST: db}}}";
        let made = compose(&[source("compose.yaml", file)], None, &options).unwrap();
        has(
            &made,
            &["image: postgres:16", "- port: 5432", "- service: web"],
        );
        is_lost(&made, "gone.yaml");
    }

    #[test]
    fn profiles_choose_services() {
        let file = || {
            source(
                "compose.yaml",
                "services: {web: {image: 'acme/web:1', ports: ['80:80']}, tool: {image: 'acme/tool:1', profiles: [tools]}}",
            )
        };
        let without = compose(&[file()], None, &Options::default()).unwrap();
        has_not(&without, "image: acme/tool:1");
        is_lost(&without, "tools");
        let options = Options {
            profiles: vec!["tools".to_owned()],
            ..Options::default()
        };
        has(
            &compose(&[file()], None, &options).unwrap(),
            &["image: acme/tool:1"],
        );
    }
}

mod reaching {
    use super::*;

    #[test]
    fn databases_are_open_to_those_that_need_them_only() {
        let made = one(
            "services: {web: {image: 'acme/web:1', ports: ['80:80'], depends_on: [db]}, db: {image: 'mysql:8', environment: {MYSQL_ROOT_PASSWORD: x}}}",
        );
        has(&made, &["- port: 3306", "- service: web"]);
        assert_eq!(made.sdl.matches("global: true").count(), 1);
    }

    #[test]
    fn a_published_database_is_open_with_a_warning() {
        let made = one(
            "services: {db: {image: 'mysql:8', ports: ['3306:3306'], environment: {MYSQL_ROOT_PASSWORD: x}}}",
        );
        has(&made, &["- port: 3306", "- global: true"]);
        let asked = question(&made, Asked::OpenPort);
        assert_eq!(asked.certainty, Certainty::Guess);
        assert!(
            asked.why.contains("Everyone on the internet"),
            "{}",
            asked.why
        );
        let closed = edit::set(&made.sdl, &asked.path, false).unwrap();
        assert!(closed.contains("global: false") && check(&closed).sdl.is_some());
    }

    #[test]
    fn a_user_or_a_database_of_the_same_name_is_no_host() {
        let made = one(
            "services: {web: {image: 'acme/web:1', ports: ['80:80'], environment: {DB_USER: app, DB_NAME: app, URL: 'postgres://app:app@db/app'}}, app: {image: 'acme/app:1', ports: ['9999:9999']}, db: {image: 'postgres:16', environment: {POSTGRES_PASSWORD: x}}}",
        );
        let to_web: Vec<_> = made
            .decisions
            .iter()
            .filter(|decision| decision.to.ends_with("for web"))
            .map(|decision| decision.to.as_str())
            .collect();
        assert_eq!(to_web, ["5432/tcp for web"]);
    }

    #[test]
    fn host_names_of_renamed_services_follow() {
        let made = one(
            "services: {web: {image: 'acme/web:1', ports: ['80:80'], environment: {API: 'http://my_api:5000/my_api', LIST: 'my_api:5000,other:1'}, command: [--api, 'http://my_api:5000']}, my_api: {image: 'acme/api:1'}}",
        );
        has(
            &made,
            &[
                "my-api:",
                "- API=http://my-api:5000/my_api",
                "- LIST=my-api:5000,other:1",
                "- http://my-api:5000",
                "- port: 5000",
                "- service: web",
            ],
        );
    }

    #[test]
    fn routes_of_a_proxy_become_a_web_page() {
        let made = one(
            "services: {app: {image: 'acme/app:1', labels: ['traefik.http.routers.app.rule=Host(`app.example.com`)', 'traefik.http.services.app.loadbalancer.server.port=3000']}}",
        );
        has(
            &made,
            &[
                "- port: 3000",
                "as: 80",
                "- app.example.com",
                "- global: true",
            ],
        );
    }

    #[test]
    fn host_names_stand_once() {
        let made = one(
            "services: {app: {image: 'acme/app:1', ports: ['80'], environment: {VIRTUAL_HOST: 'a.example.com', VIRTUAL_PORT: '80'}}, other: {image: 'acme/other:1', environment: {APP: 'http://app:80', VIRTUAL_HOST: 'a.example.com', VIRTUAL_PORT: '81'}}}",
        );
        assert_eq!(
            made.sdl.matches("- a.example.com").count(),
            1,
            "{}",
            made.sdl
        );
        assert!(
            check(&made.sdl).findings.is_empty(),
            "{:#?}",
            check(&made.sdl).findings
        );
    }

    #[test]
    fn localhost_of_another_service_is_said() {
        let made = one(
            "services: {page: {image: 'acme/page:1', ports: ['3000:3000'], environment: {API: 'http://localhost:8000'}}, api: {image: 'acme/api:1', ports: ['8000:8000']}}",
        );
        assert!(
            made.decisions
                .iter()
                .any(|decision| decision.certainty == Certainty::Lost
                    && decision.from.contains("localhost")),
            "{:#?}",
            made.decisions
        );
    }
}

mod sizes {
    use super::*;

    #[test]
    fn that_are_given_are_kept() {
        let made = one(
            "services: {web: {image: 'nginx:1', ports: ['80:80'], deploy: {replicas: 2, resources: {limits: {cpus: '0.25', memory: 96M}}}}}",
        );
        has(&made, &["units: 0.25", "size: 96Mi", "count: 2"]);
        assert!(
            !made
                .decisions
                .iter()
                .any(|decision| decision.path.ends_with("/cpu/units")
                    && decision.certainty != Certainty::Sure)
        );
    }

    #[test]
    fn of_a_model_follow_its_parameters() {
        let gpu = |model: &str| {
            let made = docker_run(
                &format!("docker run -p 8000:8000 vllm/vllm-openai --model acme/{model}"),
                None,
                &Options::default(),
            )
            .unwrap();
            let units = made
                .sdl
                .split("gpu:")
                .nth(1)
                .unwrap()
                .split("units: ")
                .nth(1)
                .unwrap()
                .lines()
                .next()
                .unwrap()
                .to_owned();
            (units, made.sdl.contains("- model: rtx4090"))
        };
        assert_eq!(gpu("Small-7B"), ("1".to_owned(), true));
        assert_eq!(gpu("Big-70B"), ("4".to_owned(), false));
        assert_eq!(gpu("Big-70B-AWQ"), ("1".to_owned(), false));
        assert_eq!(gpu("Mix-8x7B"), ("2".to_owned(), false));
        assert_eq!(gpu("Unnamed"), ("1".to_owned(), false));
    }

    #[test]
    fn of_volumes_are_asked_for() {
        let made = one(
            "services: {web: {image: 'acme/web:1', ports: ['80:80'], volumes: ['files:/files']}}\nvolumes: {files: }",
        );
        let asked = question(&made, Asked::VolumeSize);
        assert_eq!(asked.question.as_ref().unwrap().name, "files");
        let answered = edit::set(&made.sdl, &asked.path, "50Gi").unwrap();
        assert!(answered.contains("size: 50Gi") && check(&answered).sdl.is_some());
    }
}

mod docker_lines {
    use super::*;

    fn run(text: &str) -> Conversion {
        docker_run(text, None, &Options::default()).unwrap_or_else(|error| panic!("{error}"))
    }

    #[test]
    fn are_read_as_a_shell_reads_them() {
        let made = run(
            "docker run \\\n  -e 'A=it'\\''s' -e \"B=x \\\"y\\\"\" -e C=\\$HOME -e D=\"$NONE\" \\\n  -p 80:80 acme/web:1 sh -c 'echo $HOME && exec x' # comment",
        );
        has(
            &made,
            &[
                "- A=it's",
                "- C=$HOME",
                "- D=",
                "image: acme/web:1",
                "- sh",
                "- echo $HOME && exec x",
            ],
        );
        assert!(made.sdl.contains("B=x"));
    }

    #[test]
    fn know_which_flags_have_a_value() {
        let made = run(
            "docker run --rm --init -dp 81:80 --label-file l --ip 10.0.0.1 --sig-proxy=false --pull always --cidfile c acme/web:1 --flag-of-program x",
        );
        has(
            &made,
            &[
                "image: acme/web:1",
                "- --flag-of-program",
                "- x",
                "- port: 80",
            ],
        );
    }

    /// The flags of the references of `docker run` and `podman run`.
    #[test]
    fn never_take_the_image_for_a_value() {
        let values = "add-host annotation attach blkio-weight cap-add cap-drop cgroup-parent cgroupns cidfile cpu-period cpu-quota cpu-rt-period cpu-rt-runtime cpu-shares cpus cpuset-cpus cpuset-mems detach-keys device device-cgroup-rule device-read-bps device-read-iops device-write-bps device-write-iops dns dns-option dns-search domainname entrypoint env env-file expose gpus group-add health-cmd health-interval health-retries health-start-interval health-start-period health-timeout hostname ip ip6 ipc isolation label label-file link link-local-ip log-driver log-opt mac-address memory memory-reservation memory-swap memory-swappiness mount name network network-alias oom-score-adj pid pids-limit platform publish pull restart runtime security-opt shm-size stop-signal stop-timeout storage-opt sysctl tmpfs ulimit user userns uts volume volume-driver volumes-from workdir arch authfile creds hooks-dir pod secret timeout tz uidmap umask";
        let switches = "detach init interactive no-healthcheck oom-kill-disable privileged publish-all quiet read-only rm sig-proxy tty replace rmi";
        for flag in values.split(' ') {
            for line in [format!("--{flag} 1"), format!("--{flag}=1")] {
                has(
                    &run(&format!("docker run {line} acme/web:1 serve")),
                    &["image: acme/web:1"],
                );
            }
        }
        for flag in switches.split(' ') {
            for line in [
                format!("--{flag}"),
                format!("--{flag}=true"),
                format!("--{flag}=false"),
            ] {
                has(
                    &run(&format!("docker run {line} acme/web:1 serve")),
                    &["image: acme/web:1"],
                );
            }
        }
        for line in [
            "-a stdin",
            "-c 1",
            "-e A=b",
            "-h x",
            "-l a=b",
            "-m 1g",
            "-p 80",
            "-u 1",
            "-v a:/b",
            "-w /x",
            "-dit",
            "-itp 80:80",
            "-Pq",
            "--nobody-knows",
            "--nobody-knows=1",
        ] {
            has(
                &run(&format!("docker run {line} acme/web:1 serve")),
                &["image: acme/web:1"],
            );
        }
    }

    #[test]
    fn take_variables_that_the_lines_set() {
        let made = run("export TAG=1.5\nPW=secret\ndocker run -e PW=$PW -p 80:80 acme/web:$TAG");
        has(&made, &["image: acme/web:1.5", "- PW=secret"]);
    }

    #[test]
    fn without_an_image_are_refused_in_words() {
        let error = docker_run("docker run -p 80:80", None, &Options::default()).unwrap_err();
        assert!(error.to_string().contains("names no image"), "{error}");
    }

    #[test]
    fn take_an_empty_entry_point_for_none() {
        let made = run("docker run --entrypoint '' -p 80:80 acme/web:1 serve now");
        has(&made, &["command:", "- serve", "- now"]);
        has_not(&made, "args:");
    }
}

mod images {
    use super::*;

    #[test]
    fn are_found_on_pages() {
        let cases = [
            ("https://hub.docker.com/_/redis", "image: redis"),
            ("hub.docker.com/r/acme/web/tags", "image: acme/web"),
            (
                "https://github.com/Acme/web/pkgs/container/web",
                "image: ghcr.io/acme/web",
            ),
            (
                "https://quay.io/repository/acme/web",
                "image: quay.io/acme/web",
            ),
            (
                "`docker pull mcr.microsoft.com/dotnet/aspnet:9.0`",
                "image: mcr.microsoft.com/dotnet/aspnet:9.0",
            ),
        ];
        for (text, line) in cases {
            has(&image(text).unwrap(), &[line]);
        }
        for text in [
            "",
            "two words",
            "https://example.com/x",
            "UPPER",
            "a//b",
            "-x",
            "a:b:c",
        ] {
            assert!(
                matches!(image(text), Err(ConvertError::Invalid(_))),
                "{text}"
            );
        }
    }

    #[test]
    fn get_what_they_are_known_for() {
        let made = image("postgres:16").unwrap();
        has(
            &made,
            &[
                "mount: /var/lib/postgresql/data",
                "- PGDATA=/var/lib/postgresql/data/pgdata",
                "- global: false",
            ],
        );
        assert_eq!(
            question(&made, Asked::Secret)
                .question
                .as_ref()
                .unwrap()
                .name,
            "POSTGRES_PASSWORD"
        );
        // Since version 18 the data lie elsewhere.
        has(
            &image("postgres:18-alpine").unwrap(),
            &["mount: /var/lib/postgresql"],
        );
    }

    #[test]
    fn that_nobody_knows_ask_for_their_port() {
        let made = image("acme/web:1").unwrap();
        let asked = question(&made, Asked::Port);
        let answered = edit::set(&made.sdl, &asked.path, 3000).unwrap();
        assert!(answered.contains("port: 3000") && check(&answered).sdl.is_some());
    }
}

mod objects {
    use super::*;

    #[test]
    fn of_a_list_are_read() {
        let made = kubernetes("apiVersion: v1\nkind: List\nitems:\n  - {apiVersion: v1, kind: Pod, metadata: {name: a}, spec: {containers: [{name: a, image: 'acme/a:1', ports: [{containerPort: 8080}]}]}}\n").unwrap();
        has(&made, &["image: acme/a:1", "- port: 8080"]);
    }

    #[test]
    fn that_run_nothing_say_what_they_are() {
        let made = kubernetes(
            "apiVersion: batch/v1\nkind: CronJob\nmetadata: {name: nightly}\n---\napiVersion: acme/v1\nkind: Widget\nmetadata: {name: w}\n",
        );
        let Err(ConvertError::NothingToRun { lost, .. }) = made else {
            panic!("{made:?}")
        };
        let named: Vec<&str> = lost.iter().map(|lost| lost.what.as_str()).collect();
        assert_eq!(named, ["CronJob nightly", "Widget w"]);
    }
}

mod refusing {
    use super::*;

    #[test]
    fn nothing_to_run_has_a_sentence() {
        for text in [
            "services: {}",
            "services: {web: {}}",
            "services: {web: {image: a, deploy: {replicas: 0}}}",
            "services: {web: {image: a, profiles: [x]}}",
        ] {
            let error = compose(&[source("a", text)], None, &Options::default()).unwrap_err();
            assert!(
                matches!(error, ConvertError::NothingToRun { .. }),
                "{text}: {error:?}"
            );
        }
    }

    #[test]
    fn broken_yaml_names_the_file_and_the_line() {
        let error = compose(
            &[source(
                "web/compose.yaml",
                "services:\n  web:\n    image: [a\n",
            )],
            None,
            &Options::default(),
        )
        .unwrap_err();
        let ConvertError::Unreadable {
            name,
            line,
            message,
        } = error
        else {
            panic!("{error:?}")
        };
        assert_eq!(name, "web/compose.yaml");
        assert!(line >= 3 && !message.is_empty(), "{line} {message}");
    }

    #[test]
    fn hostile_files_are_bounded() {
        let laughs: String = (1..12)
            .map(|n| {
                format!(
                    "a{n}: &a{n} [{}]\n",
                    vec![format!("*a{}", n - 1); 10].join(", ")
                )
            })
            .collect();
        let texts = [
            format!("a0: &a0 x\n{laughs}services: {{web: {{image: a, environment: *a11}}}}"),
            format!(
                "services: {{web: {{image: a, command: \"{}\"}}}}",
                "${A:-".repeat(5_000)
            ),
            format!(
                "services: {{web: {{image: a, environment: [{}]}}}}",
                "\"${A}\",".repeat(10_000)
            ),
            format!(
                "services: {{{}}}",
                (0..5_000)
                    .map(|n| format!("s{n}: {{extends: s{}}}", n + 1))
                    .collect::<Vec<_>>()
                    .join(", ")
            ),
            format!(
                "services: {{{}}}",
                (0..900)
                    .map(|n| format!("s{n}: {{image: a, depends_on: [s1]}}"))
                    .collect::<Vec<_>>()
                    .join(", ")
            ),
            format!(
                "services: {{web: {{image: a, ports: [{}]}}}}",
                "\"1-65535\",".repeat(1_000)
            ),
            "x".repeat(600 * 1024),
            "[".repeat(100_000),
        ];
        for text in texts {
            // Whatever the answer, it comes.
            let _ = recognise(&text);
            let _ = compose(
                &[source("a", &text)],
                Some(&"A=\"".repeat(1_000)),
                &Options::default(),
            );
            let _ = docker_run(&format!("docker run {text}"), None, &Options::default());
            let _ = kubernetes(&text);
        }
    }

    #[test]
    fn variables_that_double_each_other_are_bounded() {
        let doubling: String = (1..2_000)
            .map(|n| format!("A{n}=$A{}$A{}\n", n - 1, n - 1))
            .collect();
        let env = format!("A0=x\n{doubling}");
        let text = "services: {web: {image: a, ports: ['80:80'], environment: {B: '$A1'}}}";
        has(&with_env(text, Some(&env)), &["- B=xx"]);
        let lines = format!(
            "A0=x\n{doubling}docker run -p 80:80 {} acme/web:1",
            "-e X=$A16 ".repeat(5_000)
        );
        let made = docker_run(&lines, None, &Options::default());
        assert_eq!(made, Err(ConvertError::TooLarge));
    }

    #[test]
    fn a_long_variable_can_not_fill_the_memory() {
        let env = format!("A={}\n", "x".repeat(100_000));
        let text = format!(
            "services: {{web: {{image: a, environment: [{}]}}}}",
            (0..5_000)
                .map(|n| format!("\"N{n}=${{A}}\""))
                .collect::<Vec<_>>()
                .join(",")
        );
        let made = compose(&[source("a", &text)], Some(&env), &Options::default());
        assert_eq!(made, Err(ConvertError::TooLarge));
    }
}
