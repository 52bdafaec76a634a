//! What of a pod or a container an SDL can't say.

use super::Object;
use crate::convert::notes::Losses;
use crate::convert::value::{Map, Value};

pub(super) fn of_pod(object: &Object, pod: &Map, losses: &mut Losses) {
    let key = Some(object.name.as_str());
    for container in pod.list("initContainers").iter().filter_map(Value::map) {
        losses.matters(key, format!("initContainers: {}", container.text("name").unwrap_or_default()), "Akash runs nothing before a program starts.", "Do it in the command before the program starts, e.g. `sh -c \"prepare && exec program\"`.");
    }
    for name in ["hostNetwork", "hostPID", "hostIPC"] {
        if pod.get(name).is_some_and(Value::is_true) {
            losses.matters(
                key,
                format!("{name}: true"),
                "Providers run every container isolated from the machine.",
                "Use a program, or settings of it, that does without.",
            );
        }
    }
    for name in ["imagePullSecrets"] {
        if pod.get(name).is_some() {
            losses.matters(key, name, "The registry asks for a name and a password.", "Add `credentials` to the service, with the registry's `host`, a `username` and a `password`.");
        }
    }
    for name in [
        "nodeSelector",
        "affinity",
        "tolerations",
        "topologySpreadConstraints",
        "securityContext",
        "serviceAccountName",
        "terminationGracePeriodSeconds",
        "restartPolicy",
        "dnsPolicy",
        "dnsConfig",
        "priorityClassName",
    ] {
        if pod.get(name).is_some() {
            losses.minor(
                key,
                name,
                "It is about the cluster, and the cluster is the provider's.",
                "Nothing is to be done unless the program depends on it.",
            );
        }
    }
    if pod.get("hostAliases").is_some() {
        losses.matters(
            key,
            "hostAliases",
            "Akash has no way to add names to a container.",
            "Write the address where the program is given the name.",
        );
    }
}

pub(super) fn of_container(key: &str, container: &Map, losses: &mut Losses) {
    for name in ["livenessProbe", "readinessProbe", "startupProbe"] {
        if container.get(name).is_some() {
            losses.minor(
                Some(key),
                name,
                "Akash has no health checks. A container that ends is started again.",
                "Let the program end when it no longer works.",
            );
        }
    }
    if container.get("workingDir").is_some() {
        losses.matters(
            Some(key),
            "workingDir",
            "Akash starts a program in the folder that its image says.",
            "Set it in the image, or begin the command with `sh -c \"cd FOLDER && exec program\"`.",
        );
    }
    if container.get("lifecycle").is_some() {
        losses.matters(
            Some(key),
            "lifecycle",
            "Akash runs nothing beside the program of the container.",
            "Do it in the command before the program starts.",
        );
    }
    if let Some(context) = container.map("securityContext") {
        let privileged = context.get("privileged").is_some_and(Value::is_true)
            || context
                .map("capabilities")
                .is_some_and(|capabilities| capabilities.get("add").is_some());
        if privileged {
            losses.matters(
                Some(key),
                "securityContext",
                "Providers give a container no rights beyond its own.",
                "Use a program, or settings of it, that does without.",
            );
        } else {
            losses.minor(
                Some(key),
                "securityContext",
                "Providers start the container with the user of its image.",
                "Set the user in the image.",
            );
        }
    }
    for name in [
        "imagePullPolicy",
        "terminationMessagePath",
        "terminationMessagePolicy",
        "stdin",
        "tty",
    ] {
        if container.get(name).is_some() {
            losses.minor(
                Some(key),
                name,
                "The provider decides this by itself.",
                "Nothing is to be done.",
            );
        }
    }
}
