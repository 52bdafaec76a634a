//! Which service and replica a pod is of. Its name is all that is said.

use std::{collections::HashMap, sync::Arc};

/// How many pods are told apart. A lease has fewer, unless its containers are replaced for days.
const MAX_PODS: usize = 1_000;

/// The service of a pod: the longest known name that the pod's begins with, followed by a dash. A pod is named
/// `web-7d4b9c8f5-x2x9q`, or `web-0` if its service has a persistent volume. Without a known name, what remains after these
/// endings.
pub fn service_of<'a>(pod: &'a str, services: &'a [String]) -> &'a str {
    let known = services.iter().filter(|name| {
        pod.strip_prefix(name.as_str())
            .is_some_and(|rest| rest.is_empty() || rest.starts_with('-'))
    });
    if let Some(name) = known.max_by_key(|name| name.len()) {
        return name;
    }
    match pod.rsplit_once('-') {
        Some((name, number)) if is_number(number) => name,
        Some((name, _)) => name.rsplit_once('-').map_or(name, |(name, _)| name),
        None => pod,
    }
}

fn is_number(text: &str) -> bool {
    !text.is_empty() && text.len() < 5 && text.bytes().all(|one| one.is_ascii_digit())
}

/// Who a pod is.
#[derive(Clone, Debug)]
pub(crate) struct Identity {
    pub(crate) pod: Arc<str>,
    pub(crate) service: Arc<str>,
    pub(crate) replica: u32,
}

/// The pods that were seen.
#[derive(Debug, Default)]
pub(crate) struct Directory {
    services: Vec<String>,
    seen: HashMap<Arc<str>, Identity>,
    next: HashMap<Arc<str>, u32>,
}

impl Directory {
    pub(crate) fn new(services: Vec<String>) -> Self {
        Self {
            services,
            ..Self::default()
        }
    }

    /// Who a pod is. A new one gets the number in its name, or the next of its service.
    pub(crate) fn find(&mut self, pod: &str) -> Identity {
        if let Some(found) = self.seen.get(pod) {
            return found.clone();
        }
        if self.seen.len() >= MAX_PODS {
            self.seen.clear();
        }
        let service: Arc<str> = service_of(pod, &self.services).into();
        let rest = pod
            .get(service.len()..)
            .and_then(|rest| rest.strip_prefix('-'));
        let replica = match rest
            .filter(|rest| is_number(rest))
            .and_then(|rest| rest.parse().ok())
        {
            Some(number) => number,
            None => {
                if self.next.len() >= MAX_PODS {
                    self.next.clear();
                }
                let next = self.next.entry(service.clone()).or_default();
                let number = *next;
                *next = next.saturating_add(1);
                number
            }
        };
        let identity = Identity {
            pod: pod.into(),
            service,
            replica,
        };
        self.seen.insert(identity.pod.clone(), identity.clone());
        identity
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_service_is_found_by_the_longest_name() {
        let services = ["web".to_owned(), "web-api".to_owned(), "db".to_owned()];
        for (pod, service) in [
            ("web-7d4b9c8f5-x2x9q", "web"),
            ("web-api-7d4b9c8f5-x2x9q", "web-api"),
            ("db-0", "db"),
            ("webhook-7d4b9c8f5-x2x9q", "webhook"),
            ("my-cache-12", "my-cache"),
            ("", ""),
        ] {
            assert_eq!(service_of(pod, &services), service, "{pod}");
        }
    }

    #[test]
    fn replicas_are_numbered() {
        let mut directory = Directory::new(vec!["web".to_owned(), "db".to_owned()]);
        assert_eq!(directory.find("db-3").replica, 3);
        assert_eq!(directory.find("web-7d4b9c8f5-aaaaa").replica, 0);
        assert_eq!(directory.find("web-7d4b9c8f5-bbbbb").replica, 1);
        assert_eq!(directory.find("web-7d4b9c8f5-aaaaa").replica, 0);
    }
}
