//! `GET /lease/{dseq}/{gseq}/{oseq}/logs`: one frame for each line.

use std::{sync::Arc, time::Duration};

use serde_json::json;
use tokio::{sync::mpsc, time::timeout};
use tokio_tungstenite::tungstenite::Message;

use super::{
    fault::Fault, lease::Lease, options::GatewayVersion, shared::Shared, socket::Out,
    token::Refusal,
};

/// The longest line that the gateway reads; a longer one ends the stream of its pod (`bufio.Scanner`).
const LONGEST_LINE: usize = 64 << 10;
/// How many lines are read at once.
const LINES_AT_ONCE: usize = 500;
/// Real time between two looks at what containers say by themselves.
const LOOK_EVERY: Duration = Duration::from_millis(100);

/// What a client asks for.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct LogQuery {
    follow: bool,
    tail: i64,
    services: Vec<String>,
}

impl LogQuery {
    /// Reads the query. Parameters that the gateway does not know are ignored.
    ///
    /// # Errors
    /// What the gateway answers.
    pub(crate) fn read(query: &[(String, String)]) -> Result<Self, Refusal> {
        let find = |key: &str| {
            query
                .iter()
                .find(|(name, _)| name == key)
                .map(|(_, value)| value.as_str())
        };
        let bad = |why: &str| Refusal::text(400, why);
        let follow = parse_bool(find("follow")).ok_or_else(|| bad("invalid value for follow"))?;
        let tail = match find("tail").filter(|tail| !tail.is_empty()) {
            None => -1,
            Some(tail) => match tail.parse::<i32>() {
                Ok(tail) if tail >= -1 => i64::from(tail),
                _ => return Err(bad("invalid value for tail")),
            },
        };
        let services = find("service").unwrap_or_default();
        if services.ends_with(',') {
            return Err(bad("parameter \"service\" must not contain trailing comma"));
        }
        let services = services
            .split(',')
            .filter(|name| !name.is_empty())
            .map(str::to_owned)
            .collect();
        Ok(Self {
            follow,
            tail,
            services,
        })
    }
}

/// Go's `ParseBool`; nothing is false.
pub(crate) fn parse_bool(text: Option<&str>) -> Option<bool> {
    match text.unwrap_or_default() {
        "1" | "t" | "T" | "true" | "TRUE" | "True" => Some(true),
        "" | "0" | "f" | "F" | "false" | "FALSE" | "False" => Some(false),
        _ => None,
    }
}

/// The frame that closes a stream when its lease is not there.
pub(crate) fn lease_not_found(version: GatewayVersion) -> Out {
    let code = if version == GatewayVersion::Old {
        4000
    } else {
        4001
    };
    Out::Close {
        code,
        reason: "lease not found".to_owned(),
    }
}

/// Sends logs until they end or the client is gone.
pub(crate) async fn send(
    shared: Arc<Shared>,
    lease: Option<Arc<Lease>>,
    query: LogQuery,
    out: mpsc::Sender<Out>,
) {
    let end = lines(&shared, lease, &query, &out).await;
    // The client may be gone already.
    let _ = out.send(end.unwrap_or(Out::Cut)).await;
}

/// Sends lines, and says how the stream ends; `None` if the client is gone.
async fn lines(
    shared: &Shared,
    lease: Option<Arc<Lease>>,
    query: &LogQuery,
    out: &mpsc::Sender<Out>,
) -> Option<Out> {
    let Some(lease) = lease else {
        return Some(lease_not_found(shared.options.version));
    };
    if let Some(close) = forced_close(shared) {
        return Some(close);
    }
    let mut changed = lease.watch();
    let mut pods = match lease.logs(&query.services, query.tail) {
        Ok(pods) => pods,
        Err(true) => {
            return Some(Out::Close {
                code: 4000,
                reason: String::new(),
            });
        }
        Err(false) => {
            return Some(Out::Close {
                code: 4000,
                reason: "no running pods".to_owned(),
            });
        }
    };
    let repeated = shared.faults.take(|fault| match fault {
        Fault::RepeatLines { lines } => Some(*lines),
        _ => None,
    });
    if let Some(repeated) = repeated {
        repeat(&lease, &mut pods, repeated, out).await?;
    }
    loop {
        changed.borrow_and_update();
        lease.advance(shared.now());
        let mut more = false;
        let mut index = 0;
        while let Some((uid, name, next)) = pods.get_mut(index) {
            let batch = lease.lines(*uid, *next, LINES_AT_ONCE);
            *next = batch.next;
            more |= !batch.lines.is_empty();
            let mut over = batch.over || !query.follow && batch.lines.is_empty();
            for line in batch.lines {
                if line.len() > LONGEST_LINE {
                    over = true;
                    break;
                }
                out.send(frame(name, &line)).await.ok()?;
            }
            if over {
                pods.remove(index);
            } else {
                index += 1;
            }
        }
        if pods.is_empty() {
            return Some(Out::End);
        }
        if more {
            continue;
        }
        tokio::select! {
            // The lease lives in the map or in this function, so its watch does not end.
            _ = changed.changed() => {}
            () = tokio::time::sleep(LOOK_EVERY), if lease.is_chatty() => {}
            () = out.closed() => return None,
        }
    }
}

/// Sends what the logs have now, and the last of it once more.
async fn repeat(
    lease: &Lease,
    pods: &mut [(u64, String, u64)],
    repeated: u64,
    out: &mpsc::Sender<Out>,
) -> Option<()> {
    for (uid, name, next) in pods {
        loop {
            let batch = lease.lines(*uid, *next, LINES_AT_ONCE);
            let last = batch.lines.len() < LINES_AT_ONCE;
            for line in &batch.lines {
                out.send(frame(name, line)).await.ok()?;
            }
            *next = batch.next;
            if last {
                break;
            }
        }
        let again = lease.lines(
            *uid,
            next.saturating_sub(repeated),
            usize::try_from(repeated).unwrap_or(usize::MAX),
        );
        for line in &again.lines {
            out.send(frame(name, line)).await.ok()?;
        }
    }
    Some(())
}

fn frame(pod: &str, line: &str) -> Out {
    Out::Data(Message::text(format!(
        "{}\n",
        json!({ "name": pod, "message": line })
    )))
}

/// The close that a test asked for. The gateway pauses for nothing before it.
pub(crate) fn forced_close(shared: &Shared) -> Option<Out> {
    shared
        .faults
        .take(|fault| match fault {
            Fault::Close { code, reason } => Some((*code, reason.clone())),
            _ => None,
        })
        .map(|(code, reason)| Out::Close { code, reason })
}

/// Waits for a task to end, but not for ever.
pub(crate) async fn settle(task: tokio::task::JoinHandle<()>, wait: Duration) {
    let abort = task.abort_handle();
    if timeout(wait, task).await.is_err() {
        abort.abort();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::gateway::text::query_pairs;

    fn read(query: &str) -> Result<LogQuery, u16> {
        LogQuery::read(&query_pairs(query)).map_err(|refusal| refusal.status)
    }

    #[test]
    fn queries_are_read_as_go_reads_them() {
        let all = LogQuery {
            follow: false,
            tail: -1,
            services: Vec::new(),
        };
        assert_eq!(read(""), Ok(all));
        let some = LogQuery {
            follow: true,
            tail: 10,
            services: vec!["a".to_owned(), "b".to_owned()],
        };
        assert_eq!(read("follow=True&tail=10&service=a,b&unknown=1"), Ok(some));
        for bad in [
            "follow=yes",
            "tail=-2",
            "tail=x",
            "tail=3000000000",
            "service=a,",
        ] {
            assert_eq!(read(bad), Err(400), "{bad}");
        }
    }
}
