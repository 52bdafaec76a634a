//! What all requests share: the world under its clock, and who waits for what.

use std::{
    sync::{
        Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use tokio::sync::{Notify, watch};

use crate::{Config, Edition, Latency, faults::Faults, time::Clock, world::World};

/// The shared state of a simulator.
pub(crate) struct App {
    core: Mutex<Core>,
    /// Signalled whenever there is something new to write down.
    pub(crate) dirty: Notify,
    /// Faults and the log of requests.
    pub(crate) faults: Mutex<Faults>,
    /// `127.0.0.1:PORT`.
    pub(crate) authority: String,
    /// Which state of the Console it is.
    pub(crate) edition: Edition,
    /// Chain seconds per second, as they are now.
    pub(crate) pace: watch::Sender<u32>,
    speed: u32,
    unhurried: bool,
    latency: Latency,
    jitter: AtomicU64,
}

struct Core {
    clock: Clock,
    world: World,
}

/// How long an answer takes.
#[derive(Clone, Copy)]
pub(crate) enum Pace {
    /// The Console's own data.
    Read,
    /// Asking providers.
    Detail,
    /// Signing a transaction.
    Sign,
    /// A provider that does not answer.
    Dark,
}

impl App {
    pub(crate) fn new(config: &Config, world: World, authority: String) -> Self {
        let clock = Clock::starting_at(world.now, config.speed);
        Self {
            faults: Mutex::new(Faults::new(config.seed)),
            core: Mutex::new(Core { clock, world }),
            dirty: Notify::new(),
            authority,
            edition: config.edition,
            pace: watch::Sender::new(config.speed),
            speed: config.speed,
            unhurried: config.unhurried,
            latency: config.latency,
            jitter: AtomicU64::new(config.seed),
        }
    }

    /// Reads the world as it is now.
    pub(crate) fn read<T>(&self, look: impl FnOnce(&World) -> T) -> T {
        self.touch(|world| look(world))
    }

    /// Reads the world with changes to it that are not worth writing down: what is remembered for seconds.
    pub(crate) fn touch<T>(&self, look: impl FnOnce(&mut World) -> T) -> T {
        let core = &mut *lock(&self.core);
        if core.world.advance(core.clock.now()) {
            self.dirty.notify_one();
        }
        self.keep_pace(core);
        look(&mut core.world)
    }

    /// Changes the world.
    pub(crate) fn change<T>(&self, act: impl FnOnce(&mut World) -> T) -> T {
        let core = &mut *lock(&self.core);
        core.world.advance(core.clock.now());
        let done = act(&mut core.world);
        self.keep_pace(core);
        self.dirty.notify_one();
        done
    }

    /// Slows the clock down while bids are being compared, and lets it run again afterwards.
    fn keep_pace(&self, core: &mut Core) {
        let wanted = if self.unhurried && core.world.is_choosing() {
            1
        } else {
            self.speed
        };
        if core.clock.speed() != wanted {
            core.clock.turn(wanted);
            self.pace.send_replace(wanted);
        }
    }

    /// Lets chain time jump ahead; everything due on the way happens.
    pub(crate) fn jump(&self, seconds: u32) {
        lock(&self.core).clock.jump(seconds);
        self.change(|_| ());
    }

    /// Waits about as long as the real thing would, or as long as was configured: twice half of it around an act.
    pub(crate) async fn pause(&self, pace: Pace) {
        let whole = match pace {
            Pace::Read => self.latency.read,
            Pace::Detail => self.latency.detail,
            Pace::Sign => self.latency.sign / 2,
            Pace::Dark => self.latency.dark_provider,
        };
        if whole.is_zero() {
            return;
        }
        // Between a half and the whole of it.
        let draw = self
            .jitter
            .fetch_add(0x9e37_79b9_7f4a_7c15, Ordering::Relaxed)
            >> 54;
        let half = whole / 2;
        tokio::time::sleep(half + half.mul_f64(f64::from(draw as u32) / 1024.0)).await;
    }

    /// The longest that a request may keep somebody waiting for nothing.
    pub(crate) const HANG: Duration = Duration::from_secs(600);
}

/// A lock whose holder panicked is still good: every change to what it guards is complete or harmless.
pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
