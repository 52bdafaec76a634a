//! What a container uses.

use akash_provider::Target;
use akash_simulator::gateway::{Service, World};

use crate::bench::{Bench, soon};

#[tokio::test]
async fn cpu_memory_disks_and_gpus_are_read() {
    let mut service = Service::new("web", "vllm:1")
        .quiet()
        .with_volume("data", "/data", 10 << 30);
    service.gpus = vec!["a100".to_owned()];
    let bench = Bench::new(World::of(service)).await;
    let target = Target {
        service: "web".to_owned(),
        container: 0,
    };
    let mounts = ["/data".to_owned(), "relative".to_owned()];
    for old in [false, true] {
        if old {
            bench.world().use_old_control_groups("web", 0);
        }
        let usage = soon(bench.lease.usage(&target, &mounts)).await.unwrap();
        assert_eq!(usage.memory_limit, Some(512 << 20), "old: {old}");
        assert_eq!(usage.cpu_limit_millis, Some(1_000));
        assert!(usage.memory.unwrap() > 0 && usage.memory.unwrap() <= 512 << 20);
        assert!(usage.cpu_micros.is_some() && usage.clock.is_some());
        let mounts: Vec<_> = usage
            .disks
            .iter()
            .map(|disk| (disk.mount.as_str(), disk.size))
            .collect();
        assert_eq!(mounts, [("/", 1 << 30), ("/data", 10 << 30)]);
        assert_eq!(usage.gpus.len(), 1);
        assert!(
            usage.gpus[0].name.contains("A100")
                && usage.gpus[0].memory_size.unwrap() > 80_000 << 20
        );
    }
}

#[tokio::test]
async fn the_use_of_the_cpu_comes_from_two_readings() {
    let bench = Bench::quiet().await;
    let target = Target {
        service: "web".to_owned(),
        container: 0,
    };
    let first = soon(bench.lease.usage(&target, &[])).await.unwrap();
    let mut millis = None;
    while millis.is_none() {
        let next = soon(bench.lease.usage(&target, &[])).await.unwrap();
        millis = next.cpu_since(&first);
    }
    assert!(millis.unwrap() <= 1_100);
}
