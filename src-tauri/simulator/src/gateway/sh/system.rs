//! Commands that tell about the container and its node.

use super::{
    commands::{Call, Done},
    run::Shell,
};
use crate::time::seconds_between;

pub(crate) async fn run(call: &mut Call<'_>, name: &str) -> Done {
    let machine = call.shell.machine.clone();
    let now = (call.shell.clock)();
    let text = match name {
        "env" | "printenv" => match call.rest().first() {
            Some(name) => match call
                .shell
                .variables
                .get(name)
                .filter(|(_, exported)| *exported)
            {
                Some((value, _)) => format!("{value}\n"),
                None => return Ok(1),
            },
            None => environment(call.shell),
        },
        "hostname" => format!("{}\n", machine.hostname),
        "whoami" => "root\n".to_owned(),
        "id" if call.rest().first().is_some_and(|one| one == "-u") => "0\n".to_owned(),
        "id" => "uid=0(root) gid=0(root) groups=0(root)\n".to_owned(),
        "nproc" => format!("{}\n", machine.cpu_millis.div_ceil(1_000)),
        "uname" => uname(call.rest(), &machine.hostname),
        "date" => date(call, now),
        "uptime" => {
            " 10:04:11 up 21 days,  3:14,  0 user,  load average: 3.11, 2.87, 2.64\n".to_owned()
        }
        "free" => free(call.rest(), machine.memory, machine.memory_in_use(now)),
        "ps" | "top" => processes(call, seconds_between(machine.started, now).max(0)),
        "nvidia-smi" => nvidia(
            call.rest(),
            &machine.gpus,
            seconds_between(machine.started, now).max(0).unsigned_abs(),
        ),
        "clear" => "\u{1b}[H\u{1b}[2J\u{1b}[3J".to_owned(),
        "stty" if call.rest().first().is_some_and(|one| one == "size") => match &call.shell.control
        {
            Some(control) => {
                let (columns, rows) = *control.size.borrow();
                format!("{rows} {columns}\n")
            }
            None => {
                call.complain("standard input: Not a tty").await?;
                return Ok(1);
            }
        },
        "tty" if call.shell.control.is_some() => "/dev/pts/0\n".to_owned(),
        "tty" => {
            call.print("not a tty\n").await?;
            return Ok(1);
        }
        _ => String::new(),
    };
    call.print(&text).await?;
    Ok(0)
}

/// What `env` shows.
pub(crate) fn environment(shell: &Shell) -> String {
    let exported = shell
        .variables
        .iter()
        .filter(|(_, (_, exported))| *exported);
    exported
        .map(|(name, (value, _))| format!("{name}={value}\n"))
        .collect()
}

fn uname(arguments: &[String], hostname: &str) -> String {
    let all = arguments.iter().any(|one| one == "-a");
    let asked = |letter: char| {
        arguments
            .iter()
            .any(|one| one.starts_with('-') && one.contains(letter))
    };
    let parts = [
        (all || arguments.is_empty() || asked('s'), "Linux"),
        (all || asked('n'), hostname),
        (all || asked('r'), "6.8.0-87-generic"),
        (all || asked('v'), "#88-Ubuntu SMP PREEMPT_DYNAMIC"),
        (all || asked('m'), "x86_64"),
        (all || asked('o'), "GNU/Linux"),
    ];
    let shown: Vec<&str> = parts
        .iter()
        .filter(|(shown, _)| *shown)
        .map(|(_, text)| *text)
        .collect();
    format!("{}\n", shown.join(" "))
}

fn date(call: &Call<'_>, now: jiff::Timestamp) -> String {
    let format = call
        .rest()
        .iter()
        .find_map(|one| one.strip_prefix('+'))
        .unwrap_or("%a %b %e %H:%M:%S UTC %Y");
    // A format that jiff does not know is shown as it is.
    let text = jiff::fmt::strtime::format(format, now);
    format!("{}\n", text.unwrap_or_else(|_| format.to_owned()))
}

fn free(arguments: &[String], limit: u64, used: u64) -> String {
    let shift = if arguments.iter().any(|one| one == "-m") {
        20
    } else if arguments.iter().any(|one| one == "-b") {
        0
    } else {
        10
    };
    let row = [limit, used, limit - used, 0, used / 4, limit - used]
        .map(|bytes| format!("{:>12}", bytes >> shift))
        .concat();
    format!(
        "{:>19}{:>12}{:>12}{:>12}{:>12}{:>12}\nMem:   {row}\n",
        "total", "used", "free", "shared", "buff/cache", "available"
    )
}

fn processes(call: &Call<'_>, age: i64) -> String {
    let main = match call.shell.machine.image.to_lowercase() {
        image if image.contains("nginx") => "nginx: master process nginx -g daemon off;",
        image if image.contains("postgres") => "postgres",
        image if image.contains("redis") => "redis-server *:6379",
        image if image.contains("node") => "node server.js",
        image if image.contains("ollama") => "/bin/ollama serve",
        _ => "/app/server",
    };
    let time = format!("{}:{:02}", age / 60 / 40, age / 40 % 60);
    format!(
        "PID   USER     TIME  COMMAND\n    1 root     {time:>5} {main}\n   29 root      0:00 {}\n   41 root      0:00 ps\n",
        call.shell.arguments.first().map_or("sh", String::as_str)
    )
}

fn nvidia(arguments: &[String], gpus: &[String], age: u64) -> String {
    let total = |model: &str| {
        if model.contains("h100") || model.contains("a100") {
            81_559
        } else {
            24_564
        }
    };
    let percent = |index: usize| (age / 3 + index as u64 * 17) % 61 + 20;
    let query = arguments
        .iter()
        .find_map(|one| one.strip_prefix("--query-gpu="));
    let mut out = String::new();
    if arguments.iter().any(|one| one == "-L") {
        for (index, model) in gpus.iter().enumerate() {
            out.push_str(&format!(
                "GPU {index}: NVIDIA {} (UUID: GPU-0000-{index})\n",
                model.to_uppercase()
            ));
        }
        return out;
    }
    if let Some(query) = query {
        let format = arguments
            .iter()
            .find_map(|one| one.strip_prefix("--format="))
            .unwrap_or("csv");
        let plain = format.contains("nounits");
        let with = |value: u64, unit: &str| {
            if plain {
                value.to_string()
            } else {
                format!("{value} {unit}")
            }
        };
        if !format.contains("noheader") {
            out.push_str(&format!("{}\n", query.replace(',', ", ")));
        }
        for (index, model) in gpus.iter().enumerate() {
            let memory = total(model);
            let values = query.split(',').map(|field| match field.trim() {
                "index" => index.to_string(),
                "name" | "gpu_name" => format!("NVIDIA {}", model.to_uppercase()),
                "utilization.gpu" => with(percent(index), "%"),
                "utilization.memory" => with(percent(index) / 2, "%"),
                "memory.used" => with(memory * percent(index) / 100, "MiB"),
                "memory.free" => with(memory - memory * percent(index) / 100, "MiB"),
                "memory.total" => with(memory, "MiB"),
                "temperature.gpu" => (40 + percent(index) / 3).to_string(),
                "power.draw" => with(60 + percent(index) * 5, "W"),
                "driver_version" => "570.195.03".to_owned(),
                "uuid" | "gpu_uuid" => format!("GPU-0000-{index}"),
                _ => "[N/A]".to_owned(),
            });
            out.push_str(&values.collect::<Vec<_>>().join(", "));
            out.push('\n');
        }
        return out;
    }
    out.push_str("+-----------------------------------------------------------------------------------------+\n");
    out.push_str("| NVIDIA-SMI 570.195.03             Driver Version: 570.195.03     CUDA Version: 12.8     |\n");
    out.push_str("|-----------------------------------------+------------------------+----------------------+\n");
    for (index, model) in gpus.iter().enumerate() {
        let (memory, percent) = (total(model), percent(index));
        let name = format!("NVIDIA {}", model.to_uppercase());
        let used = memory * percent / 100;
        out.push_str(&format!("| {index:>3}  {name:<34} | {used:>8}MiB / {memory:>6}MiB | {percent:>4}%       Default |\n"));
    }
    out.push_str("+-----------------------------------------------------------------------------------------+\n");
    out
}
