//! Shells within the shell: scripts, what is typed, and commands with another environment.

use bytes::Bytes;

use super::{
    call::{Call, Done},
    files,
    parse::{SyntaxError, parse},
    run::{Io, Leave, Shell, code_of},
    system,
    terminal::{Control, interruptible},
};
use crate::gateway::text::{decode, encode};

/// The longest line that is typed.
const MAX_LINE: usize = 64 << 10;
/// The longest that `sleep` waits.
const MAX_SLEEP: std::time::Duration = std::time::Duration::from_secs(3_600);

/// `sh`: with `-c` a script, with a file its text, without either what is typed.
pub(crate) async fn shell(call: &mut Call<'_>) -> Done {
    let mut shell = call.shell.clone();
    shell.variables.retain(|_, (_, exported)| *exported);
    shell.functions.clear();
    shell.fails = false;
    if shell.enter(&call.io).await.is_err() {
        return Ok(2);
    }
    let mut arguments = call.rest().iter();
    let mut script = None;
    let mut operands = Vec::new();
    while let Some(argument) = arguments.next() {
        if argument == "-c"
            || argument.starts_with('-') && argument.len() > 2 && argument.ends_with('c')
        {
            shell.fails |= argument.contains('e');
            script = Some(arguments.next().cloned().unwrap_or_default());
            operands.extend(arguments.cloned());
            break;
        }
        if argument.starts_with('-') {
            shell.fails |= argument.contains('e');
            continue;
        }
        operands.push(argument.clone());
        operands.extend(arguments.cloned());
        break;
    }
    if let Some(script) = script {
        shell.arguments = if operands.is_empty() {
            vec![call.name().to_owned()]
        } else {
            operands
        };
        return Ok(code_of(shell.text(&script, call.io.clone()).await));
    }
    if let Some(path) = operands.first() {
        let text = match files::whole(&shell, path).await {
            Ok(text) => text,
            Err(error) => {
                return call
                    .failed(&format!("can't open '{path}'"), error)
                    .await
                    .map(|_| 2);
            }
        };
        shell.arguments = operands;
        return Ok(code_of(shell.text(&text, call.io.clone()).await));
    }
    shell.arguments = vec![call.name().to_owned()];
    interactive(&mut shell, &call.io).await
}

/// Runs what is typed, line by line, until the end of input or `exit`.
async fn interactive(shell: &mut Shell, io: &Io) -> Done {
    let taker = shell.control.as_ref().map(Control::take_interrupts);
    let level = taker.as_ref().map_or(0, |taker| taker.level);
    let mut open = String::new();
    loop {
        if shell.control.is_some() {
            io.stderr.write(prompt(shell, !open.is_empty())).await?;
        }
        let line = io.stdin.line(MAX_LINE);
        let Some(line) = interruptible(shell.control.clone(), level, line).await else {
            open.clear();
            shell.last = 130;
            continue;
        };
        let Some(line) = line? else {
            if shell.control.is_some() {
                io.stderr.write(Bytes::from_static(b"exit\n")).await?;
            }
            return Ok(shell.last);
        };
        open.push_str(&decode(&line));
        open.push('\n');
        if open.len() < MAX_LINE && parse(&open) == Err(SyntaxError::Incomplete) {
            continue;
        }
        let text = std::mem::take(&mut open);
        let control = shell.control.clone();
        let run = shell.text(&text, io.clone());
        match interruptible(control, level, run).await.unwrap_or(Ok(130)) {
            Ok(code) => shell.last = code,
            Err(Leave::Exit(code)) => return Ok(code),
            Err(_) => {}
        }
    }
}

/// What a shell says when it waits for a line, or for more of one.
fn prompt(shell: &Shell, more: bool) -> Vec<u8> {
    if more {
        return b"> ".to_vec();
    }
    let home = shell.variable("HOME").unwrap_or_default();
    let place = if shell.cwd == home { "~" } else { &shell.cwd };
    encode(&format!("root@{}:{place}# ", shell.machine.hostname))
}

/// `env NAME=value command` and `busybox command`.
pub(crate) async fn with_environment(call: &mut Call<'_>) -> Done {
    let mut shell = call.shell.clone();
    let mut arguments = call.rest().to_vec();
    while let Some(first) = arguments.first().cloned() {
        if first == "-i" {
            shell.variables.clear();
        } else if let Some((name, value)) = first.split_once('=') {
            shell
                .variables
                .insert(name.to_owned(), (value.to_owned(), true));
        } else if !first.starts_with('-') {
            break;
        }
        arguments.remove(0);
    }
    if arguments.is_empty() {
        call.print(&system::environment(&shell)).await?;
        return Ok(0);
    }
    Ok(code_of(shell.execute(arguments, call.io.clone()).await))
}

pub(crate) async fn sleep(call: &Call<'_>) -> Done {
    let seconds: f64 = call
        .rest()
        .iter()
        .filter_map(|one| one.trim_end_matches('s').parse::<f64>().ok())
        .sum();
    let wait = std::time::Duration::try_from_secs_f64(seconds)
        .unwrap_or(MAX_SLEEP)
        .min(MAX_SLEEP);
    // Real time: chain time may run faster, but a person waits for this.
    tokio::time::sleep(wait).await;
    Ok(0)
}
