//! Terminals and commands.

use std::time::Duration;

use akash_provider::{
    CommandError, End, ShellEvent, ShellInput, ShellOptions, ShellOutput, ShellRefusal, Size,
    Target,
};
use akash_simulator::gateway::{Fault, Service, World};

use crate::bench::{Bench, soon};

const SIZE: Size = Size {
    columns: 100,
    rows: 30,
};

fn options() -> ShellOptions {
    ShellOptions {
        service: "web".to_owned(),
        container: 0,
        command: Vec::new(),
        size: SIZE,
    }
}

async fn open(bench: &Bench) -> (ShellInput, ShellOutput) {
    soon(bench.lease.shell(&options()))
        .await
        .expect("a shell opens")
}

/// Reads until the text was shown.
async fn until(output: &mut ShellOutput, text: &str) -> String {
    let mut shown = String::new();
    while !shown.contains(text) {
        match soon(output.next()).await {
            Some(ShellEvent::Output(bytes)) => {
                shown.push_str(std::str::from_utf8(&bytes).expect("whole characters"))
            }
            other => panic!("{other:?} after {shown:?}"),
        }
    }
    shown
}

/// Reads to the end.
async fn end(output: &mut ShellOutput) -> ShellEvent {
    loop {
        match soon(output.next()).await {
            Some(ShellEvent::Output(_)) => {}
            Some(event) => return event,
            None => panic!("no end"),
        }
    }
}

fn command(script: &str) -> Vec<Vec<u8>> {
    ["sh", "-c", script]
        .map(|part| part.as_bytes().to_vec())
        .to_vec()
}

fn web() -> Target {
    Target {
        service: "web".to_owned(),
        container: 0,
    }
}

async fn run(bench: &Bench, script: &str) -> Result<akash_provider::CommandOutput, CommandError> {
    soon(
        bench
            .lease
            .run(&web(), &command(script), 1 << 20, Duration::from_secs(60)),
    )
    .await
}

#[tokio::test]
async fn a_terminal_has_a_size_and_an_exit_code() {
    let bench = Bench::quiet().await;
    let (mut input, mut output) = open(&bench).await;
    input.write(b"stty size\n").await.unwrap();
    until(&mut output, "30 100").await;
    input
        .resize(Size {
            columns: 80,
            rows: 24,
        })
        .await
        .unwrap();
    input.write(b"stty size\n").await.unwrap();
    until(&mut output, "24 80").await;
    input.write(b"exit 7\n").await.unwrap();
    assert_eq!(end(&mut output).await, ShellEvent::Exited(7));
    assert_eq!(soon(output.next()).await, None);
}

#[tokio::test]
async fn a_shell_is_ended_before_it_is_left() {
    let bench = Bench::quiet().await;
    let (mut input, mut output) = open(&bench).await;
    input.write(b"echo ready\n").await.unwrap();
    until(&mut output, "ready\r\n").await;
    input.finish().await.unwrap();
    assert!(matches!(end(&mut output).await, ShellEvent::Exited(_)));
    assert_eq!(bench.gateway.counts().abandoned_shells, 0);
}

#[tokio::test]
async fn characters_stay_whole_over_frames() {
    let bench = Bench::quiet().await;
    bench.gateway.set(Fault::SmallFrames { bytes: 1 });
    let (mut input, mut output) = open(&bench).await;
    input.write("echo 'grüße €𝄞!'\n".as_bytes()).await.unwrap();
    until(&mut output, "grüße €𝄞!\r\n").await;
}

#[tokio::test]
async fn the_next_container_is_tried_when_one_is_dead() {
    let bench = Bench::quiet().await;
    bench.world().evict_pod("web", 0);
    let (mut input, mut output) = open(&bench).await;
    assert_eq!(output.container(), 1);
    input.write(b"echo alive\n").await.unwrap();
    until(&mut output, "alive\r\n").await;
    assert_eq!(run(&bench, "echo hi").await.unwrap().container, 1);
}

#[tokio::test]
async fn refusals_are_told_from_exit_codes() {
    for (exit_code, message, expected) in [
        (
            0,
            "no active replicase for service",
            ShellEvent::Refused(ShellRefusal::NoneRuns),
        ),
        (0, "", ShellEvent::Refused(ShellRefusal::WithoutAWord)),
        (3, "", ShellEvent::Exited(3)),
        (
            0,
            "remote command execute error: service with that name is not running: the service has failed",
            ShellEvent::Refused(ShellRefusal::ContainerEnded),
        ),
    ] {
        let bench = Bench::quiet().await;
        bench.gateway.set(Fault::ShellResult {
            exit_code,
            message: message.to_owned(),
        });
        let (_input, mut output) = open(&bench).await;
        assert_eq!(end(&mut output).await, expected);
    }
    let bench = Bench::quiet().await;
    bench.gateway.set(Fault::ShellFailure);
    let (_input, mut output) = open(&bench).await;
    assert_eq!(
        end(&mut output).await,
        ShellEvent::Refused(ShellRefusal::ProviderFailed)
    );
}

#[tokio::test]
async fn a_service_with_shared_memory_is_refused_without_a_word() {
    let mut service =
        Service::new("web", "nginx:1")
            .quiet()
            .with_volume("shm", "/dev/shm", 1 << 20);
    service.volumes[0].persistent = false;
    let bench = Bench::new(World::of(service)).await;
    let (_input, mut output) = open(&bench).await;
    assert_eq!(
        end(&mut output).await,
        ShellEvent::Refused(ShellRefusal::WithoutAWord)
    );
    assert_eq!(
        run(&bench, "echo hi").await,
        Err(CommandError::Refused(ShellRefusal::WithoutAWord))
    );
}

#[tokio::test]
async fn a_lost_connection_is_said_and_nothing_is_opened_again() {
    let bench = Bench::quiet().await;
    bench.gateway.set_times(Fault::CutOutput { bytes: 3 }, 1);
    let (mut input, mut output) = open(&bench).await;
    // The connection may be gone before this is typed.
    let _ = input.write(b"echo hello\n").await;
    assert!(matches!(
        end(&mut output).await,
        ShellEvent::Lost(End::Lost(_) | End::Finished)
    ));
    assert_eq!(soon(output.next()).await, None);
    assert_eq!(bench.gateway.counts().streams, 1);
}

#[tokio::test]
async fn a_command_gives_output_errors_and_its_exit_code() {
    let bench = Bench::quiet().await;
    let output = run(&bench, "echo out; echo err >&2; exit 4").await.unwrap();
    assert_eq!(
        (
            output.stdout.as_slice(),
            output.stderr.as_slice(),
            output.exit_code
        ),
        (&b"out\n"[..], &b"err\n"[..], 4)
    );
    // Output that looks like a result is output.
    let output = run(&bench, "echo '{\"exit_code\":0}'; exit 5")
        .await
        .unwrap();
    assert_eq!(
        (output.stdout.as_slice(), output.exit_code),
        (&b"{\"exit_code\":0}\n"[..], 5)
    );
}

#[tokio::test]
async fn a_command_is_bounded_in_output_and_time() {
    let bench = Bench::quiet().await;
    let (lease, web, hour) = (&bench.lease, web(), Duration::from_secs(3_600));
    let many = soon(lease.run(&web, &command("seq 1 100000"), 1_000, hour)).await;
    assert_eq!(many, Err(CommandError::TooMuch));
    let long = soon(lease.run(
        &web,
        &command("sleep 1000"),
        1_000,
        Duration::from_millis(200),
    ))
    .await;
    assert_eq!(long, Err(CommandError::TimedOut));
    let missing = soon(lease.run(&web, &[b"nonsense".to_vec()], 1_000, hour)).await;
    assert_eq!(
        missing,
        Err(CommandError::Refused(ShellRefusal::NoSuchProgram))
    );
}
