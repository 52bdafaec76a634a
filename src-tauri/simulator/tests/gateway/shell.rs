//! Shells, files and what scripts of clients need.

use akash_simulator::gateway::{Fault, Service, World};
use serde_json::json;
use sha2::{Digest, Sha256};

use crate::client::{Bench, close_of, escape, is_cut, next, refusal};

async fn bench() -> Bench {
    let mut service = Service::new("web", "alpine:3")
        .quiet()
        .with_volume("data", "/data", 2 << 30)
        .with_file("/data/hello.txt", b"hello\n");
    service
        .env
        .push(("GREETING".to_owned(), "hi there".to_owned()));
    Bench::new(World::of(service)).await
}

#[tokio::test]
async fn scripts_run_with_output_errors_and_exit_codes() {
    let bench = bench().await;
    for (script, stdout, stderr, code) in [
        ("echo $GREETING", "hi there\n", "", 0),
        ("cat /data/hello.txt && exit 3", "hello\n", "", 3),
        (
            "cat /nothing",
            "",
            "cat: /nothing: No such file or directory\n",
            1,
        ),
        ("nonsense", "", "sh: nonsense: not found\n", 127),
        ("cd /data && pwd && ls", "/data\nhello.txt\n", "", 0),
        ("echo a b c | wc -w", "3\n", "", 0),
        ("printf 'b\\na\\n' | sort | head -n 1", "a\n", "", 0),
        ("for x in 1 2 3; do echo -n $x; done", "123", "", 0),
        (
            "x=5; while [ $x -gt 2 ]; do x=$((x-1)); done; echo $x",
            "2\n",
            "",
            0,
        ),
        (
            "if test -d /data; then echo yes; else echo no; fi",
            "yes\n",
            "",
            0,
        ),
        (
            "cd /data; for f in *.txt; do echo \"${f%.txt}\"; done",
            "hello\n",
            "",
            0,
        ),
        (
            "f() { echo \"<$1>\"; return 4; }; f 'a b'; echo $?",
            "<a b>\n4\n",
            "",
            0,
        ),
        ("case abc in a*) echo A;; *) echo B;; esac", "A\n", "", 0),
        (
            "echo x > /data/y; cat < /data/y; rm /data/y; [ -e /data/y ] || echo gone",
            "x\ngone\n",
            "",
            0,
        ),
        (
            "command -v sh >/dev/null 2>&1 && echo there",
            "there\n",
            "",
            0,
        ),
        ("echo $(echo nested $(echo deep))", "nested deep\n", "", 0),
        ("(cd /data; pwd); echo err >&2", "/data\n", "err\n", 0),
        ("uname -m", "x86_64\n", "", 0),
        ("stat -c '%s %F' /data/hello.txt", "6 regular file\n", "", 0),
        (
            "find /data -type f -printf '%s %P\\n'",
            "6 hello.txt\n",
            "",
            0,
        ),
        ("yes | head -n 2", "y\ny\n", "", 0),
        (
            "head -c 3 /data/hello.txt; tail -c +4 /data/hello.txt",
            "hello\n",
            "",
            0,
        ),
        (
            "dd if=/data/hello.txt bs=1 skip=1 count=2 status=none",
            "el",
            "",
            0,
        ),
        ("set -e; false; echo no", "", "", 1),
        ("cat /sys/fs/cgroup/memory.max", "536870912\n", "", 0),
        ("nvidia-smi", "", "sh: nvidia-smi: not found\n", 127),
    ] {
        let result = bench.run(script).await;
        assert_eq!(
            result,
            (
                stdout.to_owned(),
                stderr.to_owned(),
                json!({ "exit_code": code })
            ),
            "{script}"
        );
    }
}

#[tokio::test]
async fn a_loop_that_never_ends_is_ended() {
    let bench = bench().await;
    assert_eq!(
        bench.run("while true; do :; done").await.2,
        json!({ "exit_code": 137 })
    );
    assert_ne!(
        bench.run("f() { f; }; f").await.2,
        json!({ "exit_code": 0 })
    );
}

#[tokio::test]
async fn a_terminal_echoes_and_takes_lines_sizes_and_interrupts() {
    let bench = bench().await;
    let command = [
        "sh",
        "-c",
        "command -v bash >/dev/null 2>&1 && exec bash || exec sh",
    ];
    let mut shell = bench.shell(&command, "tty=1&stdin=1").await;
    shell.send(105, &[0, 100, 0, 30]).await;
    shell.until("# ").await;
    shell.type_text("stty size\r").await;
    shell.until("30 100\r\n").await;
    shell.type_text("echo h\u{e9}llo\r").await;
    shell.until("\r\nh\u{e9}llo\r\n").await;
    shell.type_text("sleep 100\r").await;
    shell.until("sleep 100\r\n").await;
    shell.send(104, &[3]).await;
    shell.until("^C").await;
    shell.type_text("exit 7\r").await;
    assert_eq!(shell.result().await, json!({ "exit_code": 7 }));
    assert!(shell.stderr.is_empty(), "a terminal has no standard error");
    let counts = bench.gateway.counts();
    assert_eq!(
        (counts.resizes, counts.abandoned_shells),
        (vec![(100, 30)], 0)
    );
}

#[tokio::test]
async fn ctrl_d_ends_a_shell_and_a_lost_client_leaves_it() {
    let bench = bench().await;
    let mut shell = bench.shell(&["sh"], "tty=1&stdin=1").await;
    shell.until("# ").await;
    shell.send(104, &[4]).await;
    assert_eq!(shell.result().await, json!({ "exit_code": 0 }));
    let mut shell = bench.shell(&["sh"], "tty=1&stdin=1").await;
    shell.until("# ").await;
    drop(shell);
    while bench.gateway.counts().abandoned_shells == 0 {
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn a_file_is_downloaded_with_its_size_first() {
    let bench = bench().await;
    let lease = bench.gateway.lease(&bench.lease).unwrap();
    lease.make_large_file("web", 0, "/data/large", 3_000_001);
    let script = "wc -c < \"$0\" >&2 && cat -- \"$0\" && read -r _";
    let mut shell = bench
        .shell(&["sh", "-c", script, "/data/large"], "tty=0&stdin=1")
        .await;
    shell.until_error("\n").await;
    assert_eq!(shell.stderr, b"3000001\n");
    while shell.stdout.len() < 3_000_001 {
        shell.step().await;
    }
    shell.type_text("\n").await;
    assert_eq!(shell.result().await, json!({ "exit_code": 0 }));
    let sum: String = Sha256::digest(&shell.stdout)
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    assert_eq!(
        bench.run("sha256sum /data/large").await.0,
        format!("{sum}  /data/large\n")
    );
}

#[tokio::test]
async fn a_file_is_uploaded_by_its_length() {
    let bench = bench().await;
    let content: Vec<u8> = (0..2_500_000_u32)
        .map(|number| (number % 251) as u8)
        .collect();
    let length = content.len().to_string();
    let script = "head -c \"$1\" > \"$0\"";
    let mut shell = bench
        .shell(
            &["sh", "-c", script, "/data/up load", &length],
            "tty=0&stdin=1",
        )
        .await;
    for piece in content.chunks(100_000) {
        shell.send(104, piece).await;
    }
    assert_eq!(shell.result().await, json!({ "exit_code": 0 }));
    let lease = bench.gateway.lease(&bench.lease).unwrap();
    assert_eq!(lease.read_file("web", 0, "/data/up load").unwrap(), content);
}

#[tokio::test]
async fn folders_go_through_tar_both_ways() {
    let bench = bench().await;
    let lease = bench.gateway.lease(&bench.lease).unwrap();
    let names = lease.make_hostile_files("web", 0, "/data/odd");
    let long = format!("/data/odd/{}/{}", "d".repeat(120), "f".repeat(120));
    lease.write_file("web", 0, &long, b"deep");
    let mut shell = bench
        .shell(&["tar", "cf", "-", "-C", "/data", "odd"], "tty=0&stdin=0")
        .await;
    assert_eq!(
        shell.result().await,
        json!({ "exit_code": 0 }),
        "{}",
        String::from_utf8_lossy(&shell.stderr)
    );
    let mut archive = tar::Archive::new(shell.stdout.as_slice());
    let mut found = Vec::new();
    for entry in archive.entries().unwrap() {
        let entry = entry.unwrap();
        found.push(entry.path_bytes().into_owned());
    }
    for name in &names {
        let path = [b"odd/".as_slice(), name].concat();
        assert!(found.contains(&path), "{}", String::from_utf8_lossy(name));
    }
    assert!(found.iter().any(|path| path.len() > 240));
    let archive = std::mem::take(&mut shell.stdout);
    let mut shell = bench
        .shell(
            &["sh", "-c", "mkdir -p /data/back && tar xf - -C /data/back"],
            "tty=0&stdin=1",
        )
        .await;
    for piece in archive.chunks(50_000) {
        shell.send(104, piece).await;
    }
    // The device and the pipe cannot be made, and the others are.
    shell.result().await;
    assert_eq!(
        lease
            .read_file("web", 0, &long.replace("/data/", "/data/back/"))
            .unwrap(),
        b"deep"
    );
    assert_eq!(
        lease.read_file("web", 0, "/data/back/odd/-rf").unwrap(),
        b"harmless\n"
    );
}

#[tokio::test]
async fn shells_are_refused_as_the_provider_does() {
    let mut lost = Service::new("web", "x").quiet();
    lost.volumes.push(akash_simulator::gateway::Volume {
        name: "shm".to_owned(),
        mount: "/dev/shm".to_owned(),
        size: 1 << 20,
        persistent: false,
    });
    let shm = Bench::new(World::of(lost)).await;
    assert_eq!(shm.run("ls").await.2, json!({ "exit_code": 0 }));

    let mut bare = Service::new("web", "scratch").quiet();
    bare.missing_commands.push("sh".to_owned());
    let bench = Bench::new(World::of(bare)).await;
    let message = |text: &str| json!({ "exit_code": 0, "message": format!("remote command execute error: {text}") });
    assert_eq!(
        bench.run("ls").await.2,
        message("command could not be executed because it does not exist")
    );
    let mut cat = bench
        .shell(&["cat", "/etc/hostname"], "tty=0&stdin=0")
        .await;
    assert_eq!(cat.result().await, json!({ "exit_code": 0 }));
    assert!(cat.stdout.starts_with(b"web-"));

    let open = async |query: &str| {
        let mut shell = crate::client::Shell {
            socket: bench.open(query).await,
            stdout: Vec::new(),
            stderr: Vec::new(),
        };
        shell.result().await
    };
    let none = "shell?service=none&podIndex=0&tty=0&stdin=0&cmd0=cat";
    assert_eq!(
        open(none).await,
        message("no such service exists with that name")
    );
    let beyond = "shell?service=web&podIndex=3&tty=0&stdin=0&cmd0=cat";
    assert_eq!(
        open(beyond).await,
        message("pod index out of range: valid range is [0, 0]")
    );
    let lease = bench.gateway.lease(&bench.lease).unwrap();
    assert!(lease.evict_pod("web", 0));
    let first = "shell?service=web&podIndex=0&tty=0&stdin=0&cmd0=cat&cmd1=/etc/hostname";
    assert_eq!(
        open(first).await,
        message("service with that name is not running: the service has failed")
    );
    assert_eq!(
        open(&first.replace("podIndex=0", "podIndex=1")).await,
        json!({ "exit_code": 0 })
    );

    for missing in ["service", "podIndex", "tty", "stdin", "cmd0"] {
        let query = first.replace(&format!("{missing}="), "other=");
        assert_eq!(
            refusal(bench.open_with(&query, Some(&bench.token())).await),
            (400, String::new()),
            "{missing}"
        );
    }
    assert_eq!(escape("a b"), "a%20b");
}

#[tokio::test]
async fn shells_fail_on_demand() {
    let bench = bench().await;
    bench.gateway.set_times(
        Fault::ShellResult {
            exit_code: 0,
            message: "refused".to_owned(),
        },
        1,
    );
    assert_eq!(
        bench.run("ls").await.2,
        json!({ "exit_code": 0, "message": "refused" })
    );
    bench.gateway.set_times(Fault::ShellFailure, 1);
    let mut shell = bench.shell(&["ls"], "tty=0&stdin=0").await;
    assert_eq!(shell.step().await, (103, Vec::new()));
    bench
        .gateway
        .set_times(Fault::TruncateOutput { bytes: 3 }, 1);
    assert_eq!(
        bench.run("cat /data/hello.txt").await,
        ("hel".to_owned(), String::new(), json!({ "exit_code": 0 }))
    );
    bench.gateway.set_times(Fault::SmallFrames { bytes: 1 }, 1);
    let mut shell = bench.shell(&["echo", "\u{e9}"], "tty=0&stdin=0").await;
    assert_eq!(shell.step().await, (100, vec![0xc3]));
    assert_eq!(shell.step().await, (100, vec![0xa9]));
    bench.gateway.set_times(Fault::CutOutput { bytes: 3 }, 1);
    let mut shell = bench
        .shell(&["cat", "/data/hello.txt"], "tty=0&stdin=0")
        .await;
    assert_eq!(shell.step().await, (100, b"hel".to_vec()));
    let end = next(&mut shell.socket).await;
    assert!(is_cut(end.as_ref()), "{end:?}");
}

#[tokio::test]
async fn a_volume_outlives_its_pod_and_has_a_limit() {
    let bench = bench().await;
    let lease = bench.gateway.lease(&bench.lease).unwrap();
    bench
        .run("echo kept > /data/kept; echo lost > /tmp/lost")
        .await;
    lease.replace_pod("web", 0);
    let (stdout, _, _) = bench
        .run("cat /data/kept; cat /tmp/lost || echo lost")
        .await;
    assert_eq!(stdout, "kept\nlost\n");
    assert!(!lease.make_large_file("web", 0, "/data/too-large", 3 << 30));
    let (_, stderr, result) = bench.run("head -c 3000000000 /dev/zero > /data/x").await;
    assert_eq!(result, json!({ "exit_code": 1 }));
    assert!(stderr.contains("No space left on device"), "{stderr}");
    let (stdout, _, _) = bench.run("rm /data/x; df -P /data").await;
    assert!(
        stdout.lines().nth(1).unwrap().ends_with(" /data"),
        "{stdout}"
    );
}

#[tokio::test]
async fn a_lease_that_ends_ends_its_streams() {
    let bench = bench().await;
    let mut events = bench.open("kubeevents?follow=true").await;
    next(&mut events).await;
    bench.gateway.lease(&bench.lease).unwrap().close();
    loop {
        if !matches!(
            next(&mut events).await,
            Some(Ok(tokio_tungstenite::tungstenite::Message::Text(_)))
        ) {
            break;
        }
    }
    assert_eq!(close_of(next(&mut bench.open("logs").await).await).0, 4001);
}
