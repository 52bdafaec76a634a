//! The state that all requests share: the world, its clock, the faults and the request log.

use std::sync::{
    Mutex,
    atomic::{AtomicU64, Ordering},
};

use tokio::sync::{Notify, watch};

use crate::{
    api_version::ApiVersion,
    config::{Config, Latency},
    faults::Faults,
    sync::lock,
    time::Clock,
    world::World,
};

/// The shared state of a simulator.
pub(crate) struct App {
    core: Mutex<Core>,
    /// Notified after each change that must be saved.
    pub(crate) dirty: Notify,
    /// The faults that wait for requests, and the log of requests.
    pub(crate) faults: Mutex<Faults>,
    /// Where the simulator listens: `127.0.0.1:PORT`.
    pub(crate) authority: String,
    /// Which version of the Console it plays.
    pub(crate) api_version: ApiVersion,
    /// How many chain seconds pass in one real second at present.
    pub(crate) speed: watch::Sender<u32>,
    configured_speed: u32,
    real_time_while_choosing: bool,
    latency: Latency,
    jitter: AtomicU64,
}

struct Core {
    clock: Clock,
    world: World,
}

/// What kind of work an answer waits for. [`Latency`] has the time for each.
#[derive(Clone, Copy)]
pub(crate) enum LatencyClass {
    /// The Console reads its own data.
    Read,
    /// The Console asks providers.
    Detail,
    /// The Console signs a transaction.
    Sign,
    /// The Console waits for a provider that does not answer.
    DarkProvider,
}

impl App {
    pub(crate) fn new(config: &Config, world: World, authority: String) -> Self {
        let clock = Clock::starting_at(world.now, config.speed);
        Self {
            faults: Mutex::new(Faults::new(config.seed)),
            core: Mutex::new(Core { clock, world }),
            dirty: Notify::new(),
            authority,
            api_version: config.api_version,
            speed: watch::Sender::new(config.speed),
            configured_speed: config.speed,
            real_time_while_choosing: config.real_time_while_choosing,
            latency: config.latency,
            jitter: AtomicU64::new(config.seed),
        }
    }

    /// Brings the world up to now, then reads it.
    pub(crate) fn read<T>(&self, look: impl FnOnce(&World) -> T) -> T {
        self.update_unsaved(|world| look(world))
    }

    /// Brings the world up to now, then changes it without saving: for caches that are valid for seconds.
    pub(crate) fn update_unsaved<T>(&self, look: impl FnOnce(&mut World) -> T) -> T {
        let core = &mut *lock(&self.core);
        if core.world.advance(core.clock.now()) {
            self.dirty.notify_one();
        }
        self.adjust_speed(core);
        look(&mut core.world)
    }

    /// Brings the world up to now, changes it, and has it saved.
    pub(crate) fn update<T>(&self, act: impl FnOnce(&mut World) -> T) -> T {
        let core = &mut *lock(&self.core);
        core.world.advance(core.clock.now());
        let done = act(&mut core.world);
        self.adjust_speed(core);
        self.dirty.notify_one();
        done
    }

    /// Sets the clock to real time while there are bids to choose from, and to the configured speed otherwise.
    fn adjust_speed(&self, core: &mut Core) {
        let wanted = if self.real_time_while_choosing && core.world.has_bids_to_choose() {
            1
        } else {
            self.configured_speed
        };
        if core.clock.speed() != wanted {
            core.clock.set_speed(wanted);
            self.speed.send_replace(wanted);
        }
    }

    /// Moves chain time ahead by some seconds. Every event that is due in between takes place.
    pub(crate) fn jump(&self, seconds: u32) {
        lock(&self.core).clock.jump(seconds);
        self.update(|_| ());
    }

    /// Waits as long as the configured latency says. A handler that signs waits twice, before and after the change, each
    /// time for half of the latency.
    pub(crate) async fn delay(&self, class: LatencyClass) {
        let whole = match class {
            LatencyClass::Read => self.latency.read,
            LatencyClass::Detail => self.latency.detail,
            LatencyClass::Sign => self.latency.sign / 2,
            LatencyClass::DarkProvider => self.latency.dark_provider,
        };
        if whole.is_zero() {
            return;
        }
        // A random time between half of the value and the whole.
        let draw = self
            .jitter
            .fetch_add(0x9e37_79b9_7f4a_7c15, Ordering::Relaxed)
            >> 54;
        let half = whole / 2;
        tokio::time::sleep(half + half.mul_f64(f64::from(draw as u32) / 1024.0)).await;
    }
}
