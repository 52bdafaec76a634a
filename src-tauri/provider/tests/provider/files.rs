//! Files: listed, downloaded and uploaded, over cuts, with hostile names.

use std::path::Path;

use akash_provider::{
    CommandError, EntryKind, Existing, FileError, Files, Progress, RemotePath, ShellRefusal,
    Target, Verified, safe_name,
};
use akash_simulator::gateway::{Fault, Service, World};
use tempfile::TempDir;

use crate::bench::{Bench, soon};

fn service() -> Service {
    Service::new("web", "alpine:3")
        .quiet()
        .with_volume("data", "/data", 2 << 30)
}

async fn bench() -> (Bench, Files, TempDir) {
    of(service()).await
}

async fn of(service: Service) -> (Bench, Files, TempDir) {
    let bench = Bench::new(World::of(service)).await;
    let files = bench.lease.files(Target {
        service: "web".to_owned(),
        container: 0,
    });
    (bench, files, tempfile::tempdir().unwrap())
}

fn path(text: &str) -> RemotePath {
    RemotePath::new(text).unwrap()
}

/// Bytes that look like nothing in particular.
fn noise(count: usize) -> Vec<u8> {
    let mut state = 7_u64;
    let next = || {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (state >> 56) as u8
    };
    std::iter::repeat_with(next).take(count).collect()
}

fn names(folder: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder).unwrap();
    let mut names: Vec<_> = entries
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

async fn download(files: &Files, from: &str, to: &Path) -> Result<Verified, FileError> {
    soon(files.download(&path(from), to, Existing::Keep, &mut |_| {})).await
}

async fn upload(files: &Files, from: &Path, to: &str) -> Result<Verified, FileError> {
    soon(files.upload(from, &path(to), Existing::Keep, &mut |_| {})).await
}

#[tokio::test]
async fn a_folder_is_listed_with_whatever_names() {
    let (bench, files, _here) = bench().await;
    let world = bench.world();
    world.write_file("web", 0, "/data/sub/file", b"x");
    world.write_file("web", 0, "/data/plain.txt", b"hello");
    let hostile = world.make_hostile_files("web", 0, "/data");
    let entries = soon(files.list(&path("/data"))).await.unwrap();
    for name in &hostile {
        let entry = entries.iter().find(|entry| entry.name == *name);
        let entry =
            entry.unwrap_or_else(|| panic!("{:?} is missing", String::from_utf8_lossy(name)));
        assert_eq!((entry.kind, entry.size), (EntryKind::File, Some(9)));
    }
    let kind = |name: &str| {
        entries
            .iter()
            .find(|entry| entry.name == name.as_bytes())
            .unwrap()
            .kind
    };
    assert_eq!(kind("sub"), EntryKind::Folder);
    assert_eq!(kind("link-out"), EntryKind::Link);
    assert_eq!(kind("device"), EntryKind::Other);
    assert_eq!(kind("pipe"), EntryKind::Other);
    assert_eq!(entries[0].kind, EntryKind::Folder);
    assert_eq!(
        soon(files.list(&path("/nothing"))).await,
        Err(FileError::NotFound)
    );
    assert_eq!(
        soon(files.list(&path("/data/plain.txt"))).await,
        Err(FileError::NotAFile)
    );
}

#[tokio::test]
async fn a_file_comes_back_as_it_went() {
    let (bench, files, here) = bench().await;
    for size in [0, 1, 70_000, 3_000_000] {
        let content = noise(size);
        let source = here.path().join(format!("source-{size}"));
        std::fs::write(&source, &content).unwrap();
        let there = format!("/data/file-{size}");
        assert_eq!(
            upload(&files, &source, &there).await,
            Ok(Verified::SizeAndHash)
        );
        assert_eq!(bench.world().read_file("web", 0, &there).unwrap(), content);
        let back = here.path().join(format!("back-{size}"));
        assert_eq!(
            download(&files, &there, &back).await,
            Ok(Verified::SizeAndHash)
        );
        assert_eq!(std::fs::read(&back).unwrap(), content);
    }
    assert!(
        !names(here.path())
            .iter()
            .any(|name| name.ends_with(".part"))
    );
    let entries = soon(files.list(&path("/data"))).await.unwrap();
    assert!(!entries.iter().any(|entry| entry.name.ends_with(b".part")));
}

#[tokio::test]
async fn a_download_survives_cuts_and_false_successes() {
    let (bench, files, here) = bench().await;
    let content = noise(3_000_000);
    bench.world().write_file("web", 0, "/data/big", &content);
    for fault in [
        Fault::CutOutput { bytes: 400_000 },
        Fault::TruncateOutput { bytes: 500_000 },
    ] {
        bench.gateway.set_times(fault.clone(), 5);
        let to = here.path().join(format!("{fault:?}").len().to_string());
        let mut last = Progress {
            done: 0,
            total: None,
        };
        let mut progress = |now: Progress| {
            assert!(now.done >= last.done, "nothing is fetched twice");
            last = now;
        };
        let got =
            soon(files.download(&path("/data/big"), &to, Existing::Keep, &mut progress)).await;
        assert_eq!(got, Ok(Verified::SizeAndHash));
        assert_eq!(std::fs::read(&to).unwrap(), content);
        assert_eq!(
            last,
            Progress {
                done: 3_000_000,
                total: Some(3_000_000)
            }
        );
        bench.gateway.clear_faults();
    }
}

#[tokio::test]
async fn a_download_that_was_broken_off_goes_on() {
    let (bench, files, here) = bench().await;
    let content = noise(2_000_000);
    bench.world().write_file("web", 0, "/data/big", &content);
    let to = here.path().join("big");
    // The first half is there.
    std::fs::write(here.path().join("big.part"), &content[..1_000_000]).unwrap();
    let mut first = None;
    let mut progress = |now: Progress| {
        first.get_or_insert(now.done);
    };
    let got = soon(files.download(&path("/data/big"), &to, Existing::Keep, &mut progress)).await;
    assert_eq!(got, Ok(Verified::SizeAndHash));
    assert!(first.unwrap() > 1_000_000);
    assert_eq!(std::fs::read(&to).unwrap(), content);
    // What is of another file is not used.
    std::fs::remove_file(&to).unwrap();
    std::fs::write(here.path().join("big.part"), noise(5)).unwrap();
    std::fs::write(here.path().join("big.part"), vec![1; 900_000]).unwrap();
    assert_eq!(
        download(&files, "/data/big", &to).await,
        Ok(Verified::SizeAndHash)
    );
    assert_eq!(std::fs::read(&to).unwrap(), content);
}

#[tokio::test]
async fn half_a_file_never_has_the_name_of_the_whole() {
    let (bench, files, here) = bench().await;
    bench
        .world()
        .write_file("web", 0, "/data/big", &noise(2_000_000));
    bench.gateway.set(Fault::CutOutput { bytes: 0 });
    let to = here.path().join("big");
    let error = download(&files, "/data/big", &to).await.unwrap_err();
    assert!(
        matches!(error, FileError::Command(CommandError::Lost(_))),
        "{error:?}"
    );
    assert!(!to.exists());
}

#[tokio::test]
async fn an_upload_survives_cuts() {
    let (bench, files, here) = bench().await;
    let content = noise(4_000_000);
    let source = here.path().join("source");
    std::fs::write(&source, &content).unwrap();
    // The connection breaks with the first frame that the provider sends.
    bench.gateway.set_times(Fault::CutAfter { frames: 0 }, 3);
    assert_eq!(
        upload(&files, &source, "/data/up").await,
        Ok(Verified::SizeAndHash)
    );
    assert_eq!(
        bench.world().read_file("web", 0, "/data/up").unwrap(),
        content
    );
    // What was sent earlier is used, and what is of another file is not.
    bench
        .world()
        .write_file("web", 0, "/data/again.part", &content[..3_900_000]);
    let before = bench.gateway.counts().stdin_bytes;
    assert_eq!(
        upload(&files, &source, "/data/again").await,
        Ok(Verified::SizeAndHash)
    );
    assert!(bench.gateway.counts().stdin_bytes - before < 200_000);
    bench
        .world()
        .write_file("web", 0, "/data/third.part", &[9; 1_000]);
    assert_eq!(
        upload(&files, &source, "/data/third").await,
        Ok(Verified::SizeAndHash)
    );
    assert_eq!(
        bench.world().read_file("web", 0, "/data/third").unwrap(),
        content
    );
}

#[tokio::test]
async fn what_exists_is_replaced_only_when_asked() {
    let (bench, files, here) = bench().await;
    bench.world().write_file("web", 0, "/data/file", b"there");
    let local = here.path().join("file");
    std::fs::write(&local, "here").unwrap();
    assert_eq!(
        download(&files, "/data/file", &local).await,
        Err(FileError::Exists)
    );
    assert_eq!(
        upload(&files, &local, "/data/file").await,
        Err(FileError::Exists)
    );
    let done =
        soon(files.upload(&local, &path("/data/file"), Existing::Replace, &mut |_| {})).await;
    assert_eq!(done, Ok(Verified::SizeAndHash));
    assert_eq!(
        bench.world().read_file("web", 0, "/data/file").unwrap(),
        b"here"
    );
}

#[tokio::test]
async fn links_devices_and_folders_are_refused() {
    let (bench, files, here) = bench().await;
    bench.world().make_hostile_files("web", 0, "/data");
    let to = here.path().join("x");
    for (from, error) in [
        ("/data/link-out", FileError::IsLink),
        ("/data/link-round", FileError::IsLink),
        ("/data/device", FileError::NotAFile),
        ("/data/pipe", FileError::NotAFile),
        ("/data", FileError::IsFolder),
        ("/nothing", FileError::NotFound),
    ] {
        assert_eq!(download(&files, from, &to).await, Err(error), "{from}");
    }
    let local = here.path().join("file");
    std::fs::write(&local, "x").unwrap();
    for (to, error) in [
        ("/data/link-out", FileError::IsLink),
        ("/data", FileError::IsFolder),
        ("/no/where", FileError::NotFound),
    ] {
        assert_eq!(upload(&files, &local, to).await, Err(error), "{to}");
    }
    assert_eq!(
        upload(&files, here.path(), "/data/y").await,
        Err(FileError::IsFolder)
    );
}

#[tokio::test]
async fn hostile_names_are_fetched_one_by_one() {
    let (bench, files, here) = bench().await;
    let folder = path("/data");
    for name in bench.world().make_hostile_files("web", 0, "/data") {
        let to = here.path().join(safe_name(&name));
        let from = folder.join(&name).unwrap();
        let got = soon(files.download(&from, &to, Existing::Keep, &mut |_| {})).await;
        assert_eq!(got, Ok(Verified::SizeAndHash), "{from:?}");
        assert_eq!(std::fs::read(&to).unwrap(), b"harmless\n");
        assert_eq!(to.parent(), Some(here.path()));
    }
    assert!(bench.world().read_file("web", 0, "/pwned").is_none());
}

#[tokio::test]
async fn without_programs_less_is_verified() {
    let missing = |command: &str| {
        let mut service = service().with_file("/data/file", b"content");
        service.missing_commands.push(command.to_owned());
        service
    };
    let (_bench, files, here) = of(missing("sha256sum")).await;
    assert_eq!(
        download(&files, "/data/file", &here.path().join("a")).await,
        Ok(Verified::Size)
    );
    let (_bench, files, here) = of(missing("sh")).await;
    let to = here.path().join("a");
    assert_eq!(download(&files, "/data/file", &to).await, Ok(Verified::No));
    assert_eq!(std::fs::read(&to).unwrap(), b"content");
    assert_eq!(
        download(&files, "/data/no", &here.path().join("b")).await,
        Err(FileError::NotFound)
    );
    assert_eq!(
        upload(&files, &to, "/data/up").await,
        Err(FileError::NoShell)
    );
    assert_eq!(
        soon(files.list(&path("/data"))).await,
        Err(FileError::NoShell)
    );
    let folder =
        soon(files.download_folder(&path("/data"), &here.path().join("c"), &mut |_| {})).await;
    assert_eq!(folder, Err(FileError::NoShell));
    let (_bench, files, here) = of(missing("tar")).await;
    let folder =
        soon(files.download_folder(&path("/data"), &here.path().join("c"), &mut |_| {})).await;
    assert_eq!(folder, Err(FileError::NoTar));
}

#[tokio::test]
async fn a_folder_is_copied_over_cuts() {
    let (bench, files, here) = bench().await;
    let world = bench.world();
    let big = noise(1_500_000);
    world.write_file("web", 0, "/data/a/big", &big);
    world.write_file("web", 0, "/data/a/deep/er/small", b"small");
    let hostile = world.make_hostile_files("web", 0, "/data/a/hostile");
    bench
        .gateway
        .set_times(Fault::CutOutput { bytes: 300_000 }, 4);
    let to = here.path().join("copy");
    let report = soon(files.download_folder(&path("/data/a"), &to, &mut |_| {}))
        .await
        .unwrap();
    assert_eq!(report.verified, Verified::SizeAndHash);
    assert_eq!(report.files, 2 + hostile.len() as u64);
    assert_eq!(report.left_out_count, 5);
    assert_eq!(std::fs::read(to.join("big")).unwrap(), big);
    assert_eq!(std::fs::read(to.join("deep/er/small")).unwrap(), b"small");
    for name in &hostile {
        assert_eq!(
            std::fs::read(to.join("hostile").join(safe_name(name))).unwrap(),
            b"harmless\n"
        );
    }
    assert_eq!(names(here.path()), ["copy"]);
    let again = soon(files.download_folder(&path("/data/a"), &to, &mut |_| {})).await;
    assert_eq!(again, Err(FileError::Exists));

    let report = soon(files.upload_folder(
        &to.join("deep"),
        &path("/data/b/c"),
        here.path(),
        &mut |_| {},
    ))
    .await
    .unwrap();
    assert_eq!((report.files, report.verified), (1, Verified::SizeAndHash));
    assert_eq!(
        world.read_file("web", 0, "/data/b/c/er/small").unwrap(),
        b"small"
    );
    let there = soon(files.list(&path("/data/b/c"))).await.unwrap();
    assert_eq!(there.len(), 1);
}

#[tokio::test]
async fn a_volume_moves_as_an_archive_with_its_links() {
    let (bench, files, here) = bench().await;
    let world = bench.world();
    world.write_file("web", 0, "/data/file", b"text");
    world.make_link("web", 0, "/data/link", "file");
    let archive = here.path().join("data.tar");
    let got =
        soon(files.download_archive(&path("/data"), &archive, Existing::Keep, &mut |_| {})).await;
    assert_eq!(got, Ok(Verified::SizeAndHash));
    let (other, files, _) = self::bench().await;
    let sent = soon(files.upload_archive(&archive, &path("/data"), &mut |_| {})).await;
    assert_eq!(sent, Ok(Verified::SizeAndHash));
    assert_eq!(
        other.world().read_file("web", 0, "/data/file").unwrap(),
        b"text"
    );
    let entries = soon(files.list(&path("/data"))).await.unwrap();
    assert_eq!(entries.len(), 2);
    assert!(entries.iter().any(|entry| entry.kind == EntryKind::Link));
}

#[tokio::test]
async fn a_full_disk_is_said() {
    let (bench, files, here) =
        of(Service::new("web", "alpine:3")
            .quiet()
            .with_volume("data", "/data", 1 << 20))
        .await;
    let source = here.path().join("source");
    std::fs::write(&source, noise(3 << 20)).unwrap();
    assert_eq!(
        upload(&files, &source, "/data/up").await,
        Err(FileError::NoSpace)
    );
    assert!(bench.world().read_file("web", 0, "/data/up").is_none());
}

#[tokio::test]
async fn the_next_container_is_used_when_one_is_dead() {
    let (bench, files, here) = of(Service::new("web", "alpine:3")
        .quiet()
        .with_file("/file", b"x"))
    .await;
    bench.world().evict_pod("web", 0);
    assert_eq!(
        download(&files, "/file", &here.path().join("file")).await,
        Ok(Verified::SizeAndHash)
    );
    assert_eq!(
        upload(&files, &here.path().join("file"), "/up").await,
        Ok(Verified::SizeAndHash)
    );
}

#[tokio::test]
async fn a_refusal_is_no_cut() {
    let (bench, files, here) = bench().await;
    let message = "remote command execute error: no such service exists with that name".to_owned();
    bench.gateway.set(Fault::ShellResult {
        exit_code: 0,
        message,
    });
    let refused = Err(FileError::Command(CommandError::Refused(
        ShellRefusal::NoSuchService,
    )));
    assert_eq!(
        download(&files, "/data/x", &here.path().join("x")).await,
        refused
    );
}

#[tokio::test]
async fn a_transfer_that_is_dropped_leaves_nothing_open() {
    let (bench, files, here) = bench().await;
    let content = noise(3_000_000);
    bench.world().write_file("web", 0, "/data/big", &content);
    let to = here.path().join("big");
    let (said, mut heard) = tokio::sync::mpsc::unbounded_channel();
    let mut progress = move |now: Progress| {
        // Nobody listens after the first word.
        let _ = said.send(now.done);
    };
    let from = path("/data/big");
    tokio::select! {
        _ = files.download(&from, &to, Existing::Keep, &mut progress) => panic!("it was not broken off"),
        _ = heard.recv() => {}
    }
    while bench.gateway.counts().open_connections > 0 {
        tokio::task::yield_now().await;
    }
    assert!(!to.exists());
    assert_eq!(
        download(&files, "/data/big", &to).await,
        Ok(Verified::SizeAndHash)
    );
    assert_eq!(std::fs::read(&to).unwrap(), content);
}
