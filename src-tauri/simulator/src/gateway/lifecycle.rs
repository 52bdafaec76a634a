//! What happens to pods as chain time passes: containers start, talk, end and start again.

use jiff::Timestamp;

use super::{
    chatter::Chatter,
    lease::{Inner, MAX_LINES_A_LOOK, PodState},
    log::Log,
    spec::Service,
    start::Start,
};
use crate::time::{later, seconds_between};

/// Chain seconds between the end of a container and its next start.
const BACK_OFF: i64 = 20;
/// How many starts and ends of one container are played at one look; earlier ones are skipped.
const MAX_TURNS: i64 = 4;

impl Inner {
    /// Plays what was due until a time. Returns whether anything changed.
    pub(super) fn advance(&mut self, now: Timestamp) -> bool {
        let mut changed = false;
        for index in 0..self.pods.len() {
            let Some(service) = self.service_of(index) else {
                continue;
            };
            let start = Start::of(&service);
            self.skip_old_turns(index, start, now);
            for _ in 0..=MAX_TURNS * 2 {
                let pod = &self.pods[index];
                let turned = match pod.state {
                    PodState::Waiting if pod.starts <= now => {
                        self.first_start(index, &service, start)
                    }
                    PodState::Ended if pod.starts <= now => {
                        self.start_again(index, &service, start)
                    }
                    PodState::Running if pod.ends.is_some_and(|ends| ends <= now) => {
                        self.end(index, &service, start)
                    }
                    _ => false,
                };
                changed |= turned;
                if !turned {
                    break;
                }
            }
            changed |= self.talk(index, now);
        }
        changed
    }

    fn service_of(&self, pod: usize) -> Option<Service> {
        let name = &self.pods.get(pod)?.service;
        self.world
            .services
            .iter()
            .find(|service| service.name == *name)
            .cloned()
    }

    /// After a long time only the newest ends and starts matter.
    fn skip_old_turns(&mut self, pod: usize, start: Start, now: Timestamp) {
        let Some(turn) = start.lives().map(|lives| lives + BACK_OFF) else {
            return;
        };
        let pod = &mut self.pods[pod];
        let due = pod.ends.unwrap_or(pod.starts);
        let skipped = seconds_between(due, now) / turn - MAX_TURNS;
        if skipped > 0 && pod.state != PodState::Waiting {
            let by = skipped.saturating_mul(turn);
            pod.ends = pod.ends.map(|ends| later(ends, by));
            pod.starts = later(pod.starts, by);
        }
    }

    fn first_start(&mut self, index: usize, service: &Service, start: Start) -> bool {
        let obstacles = start.obstacles(&service.image);
        if !obstacles.is_empty() {
            let told = &mut self.pods[index].told;
            if std::mem::replace(told, true) {
                return false;
            }
            for (kind, reason, note) in obstacles {
                self.pod_event(index, kind, reason, &note);
            }
            return true;
        }
        let image = &service.image;
        let pulled =
            format!("Successfully pulled image \"{image}\" in 4.218s (4.218s including waiting)");
        self.pod_event(index, "Normal", "Pulled", &pulled);
        self.started(index, service, start);
        if start == Start::NeverReady {
            let note = "Readiness probe failed: Get \"http://10.233.64.17:8080/\": dial tcp 10.233.64.17:8080: connect: \
                        connection refused";
            self.pod_event(index, "Warning", "Unhealthy", note);
        }
        true
    }

    fn started(&mut self, index: usize, service: &Service, start: Start) {
        let name = &service.name;
        self.pod_event(
            index,
            "Normal",
            "Created",
            &format!("Created container: {name}"),
        );
        self.pod_event(
            index,
            "Normal",
            "Started",
            &format!("Started container {name}"),
        );
        let pod = &mut self.pods[index];
        pod.state = PodState::Running;
        pod.ends = start.lives().map(|lives| later(pod.starts, lives));
    }

    fn start_again(&mut self, index: usize, service: &Service, start: Start) -> bool {
        let seed = self.rng.u64(..);
        let pod = &mut self.pods[index];
        // Streams of the container that ended do not go on with the new one.
        pod.uid = self.next_uid;
        self.next_uid += 1;
        pod.log = Log::default();
        if pod.chatter.is_some() {
            pod.chatter = Some(Chatter::new(service, pod.starts, seed));
        }
        let note = format!(
            "Container image \"{}\" already present on machine",
            service.image
        );
        self.pod_event(index, "Normal", "Pulled", &note);
        self.started(index, service, start);
        true
    }

    fn end(&mut self, index: usize, service: &Service, start: Start) -> bool {
        let pod = &mut self.pods[index];
        let ends = pod.ends.take().unwrap_or(pod.starts);
        // A program for another processor says nothing of its own.
        if start != Start::WrongArchitecture
            && let Some(chatter) = &mut pod.chatter
        {
            for line in chatter.until(ends, MAX_LINES_A_LOOK) {
                pod.log.push(&line);
            }
        }
        for line in start.last_words(service) {
            pod.log.push(&line);
        }
        pod.state = PodState::Ended;
        pod.starts = later(ends, BACK_OFF);
        let (pod, service) = (&pod.name, &service.name);
        let note = format!("Back-off restarting failed container {service} in pod {pod}");
        self.pod_event(index, "Warning", "BackOff", &note);
        true
    }

    /// Writes what a container says by itself until a time.
    fn talk(&mut self, index: usize, now: Timestamp) -> bool {
        let pod = &mut self.pods[index];
        let Some(chatter) = pod
            .chatter
            .as_mut()
            .filter(|_| pod.state == PodState::Running)
        else {
            return false;
        };
        if pod
            .ends
            .is_some_and(|ends| seconds_between(pod.starts, ends) <= 1)
        {
            return false;
        }
        let lines = chatter.until(now, MAX_LINES_A_LOOK);
        for line in &lines {
            pod.log.push(line);
        }
        !lines.is_empty()
    }
}
