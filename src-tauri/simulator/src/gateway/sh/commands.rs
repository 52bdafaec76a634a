//! Finds the function that a command is, and runs it.

use super::{
    archive, builtins,
    call::{Call, Done},
    files, filters,
    io::Stop,
    listing, lookup,
    run::{Io, Leave, Ran, Running, Shell, code_of},
    shells, system,
    table::{BUILT_IN, is_program},
    text,
};
use crate::gateway::{text::encode, tree::file_name};

/// Runs a command. `arguments` begin with its name.
pub(crate) fn run(shell: &mut Shell, arguments: Vec<String>, io: Io) -> Running<'_, Ran> {
    Box::pin(async move {
        let mut call = Call {
            shell,
            arguments,
            io,
        };
        let name = call.name().to_owned();
        if let Some(left) = control(&mut call, &name).await {
            if let Ok(code) = left {
                call.shell.last = code;
            }
            return left;
        }
        let done = dispatch(&mut call, &name).await;
        let code = match done {
            Ok(code) => code,
            Err(Stop::Closed) => 141,
            Err(Stop::Failed(error)) => {
                // Nobody may read it any more.
                let _ = call.complain(&format!("write error: {error}")).await;
                1
            }
        };
        call.shell.last = code;
        Ok(code)
    })
}

/// Runs a command that changes what runs next; `None` if it is no such command.
async fn control(call: &mut Call<'_>, name: &str) -> Option<Ran> {
    let number = |index: usize| {
        call.arguments
            .get(index)
            .and_then(|text| text.parse::<i32>().ok())
    };
    let levels = || {
        number(1)
            .and_then(|levels| u32::try_from(levels).ok())
            .unwrap_or(1)
    };
    let ran = match name {
        "exit" => Err(Leave::Exit(number(1).unwrap_or(call.shell.last) & 255)),
        "return" => Err(Leave::Return(number(1).unwrap_or(call.shell.last) & 255)),
        "break" => Err(Leave::Break(levels())),
        "continue" => Err(Leave::Continue(levels())),
        "eval" => {
            let text = call.rest().join(" ");
            if let Err(leave) = call.shell.enter(&call.io).await {
                return Some(Err(leave));
            }
            let ran = call.shell.text(&text, call.io.clone()).await;
            call.shell.leave();
            ran
        }
        "exec" if call.rest().is_empty() => Ok(0),
        "exec" => {
            let arguments = call.rest().to_vec();
            let ran = call.shell.execute(arguments, call.io.clone()).await;
            Err(Leave::Exit(code_of(ran)))
        }
        "." => {
            let path = call.rest().first().cloned().unwrap_or_default();
            let text = files::whole(call.shell, &path).await;
            match text {
                Ok(text) => {
                    if let Err(leave) = call.shell.enter(&call.io).await {
                        return Some(Err(leave));
                    }
                    let ran = call.shell.text(&text, call.io.clone()).await;
                    call.shell.leave();
                    ran
                }
                Err(error) => {
                    call.shell
                        .complain(&call.io, &format!("{path}: {error}"))
                        .await;
                    Ok(1)
                }
            }
        }
        _ => return None,
    };
    Some(ran)
}

async fn dispatch(call: &mut Call<'_>, name: &str) -> Done {
    let program = if name.contains('/') {
        file_name(name)
    } else {
        name
    };
    let installed = is_program(program) && call.shell.machine.has_command(program);
    if !BUILT_IN.contains(&name) && !installed {
        return not_found(call, name).await;
    }
    match program {
        ":" | "true" | "wait" | "trap" | "alias" | "umask" | "ulimit" | "sync" | "history" => Ok(0),
        "false" => Ok(1),
        "cd" => builtins::change_folder(call).await,
        "pwd" => {
            call.print(&format!("{}\n", call.shell.cwd)).await?;
            Ok(0)
        }
        "echo" => builtins::echo(call).await,
        "printf" => text::printf(call).await,
        "export" | "local" => builtins::export(call),
        "unset" => {
            for name in call.arguments.split_off(1) {
                call.shell.variables.remove(&name);
                call.shell.functions.remove(&name);
            }
            Ok(0)
        }
        "set" => builtins::set(call).await,
        "shift" => {
            let count = call
                .rest()
                .first()
                .and_then(|count| count.parse().ok())
                .unwrap_or(1_usize);
            let most = call.shell.arguments.len();
            if count >= most {
                return Ok(1);
            }
            call.shell.arguments.drain(1..=count);
            Ok(0)
        }
        "read" => builtins::read(call).await,
        "command" | "type" | "which" => builtins::command(call).await,
        "test" | "[" => builtins::test(call).await,
        "kill" => Ok(0),
        "help" => {
            call.print("This is a simulated container. Try: ls -la, cat FILE, df -h, ps, env, free -m, uname -a\n").await?;
            Ok(0)
        }
        "sh" | "bash" | "ash" => shells::shell(call).await,
        "busybox" | "env" if call.rest().iter().any(|one| !one.starts_with('-')) => {
            shells::with_environment(call).await
        }
        "xargs" => text::xargs(call).await,
        "sleep" => shells::sleep(call).await,
        "ls" | "df" | "du" => listing::run(call, program).await,
        "stat" => lookup::stat(call).await,
        "find" => lookup::find(call).await,
        "cmp" => filters::cmp(call).await,
        "sort" | "uniq" => filters::lines(call, program).await,
        "tr" => filters::tr(call).await,
        "cut" => filters::cut(call).await,
        "tar" => archive::tar(call).await,
        "base64" | "grep" | "head" | "seq" | "tail" | "wc" | "yes" => {
            text::run(call, program).await
        }
        "cat" | "chmod" | "chown" | "cp" | "dd" | "ln" | "mkdir" | "mkfifo" | "mktemp" | "mv"
        | "readlink" | "realpath" | "rm" | "rmdir" | "sha256sum" | "tee" | "touch" | "truncate"
        | "basename" | "dirname" => files::run(call, program).await,
        _ => system::run(call, program).await,
    }
}

async fn not_found(call: &Call<'_>, name: &str) -> Done {
    let text = if name.contains('/') {
        let there = {
            let tree = call.shell.machine.tree();
            let place = tree.resolve(&call.shell.cwd, name, true);
            place.is_ok_and(|place| tree.get(&place).is_some())
        };
        if there {
            call.io
                .stderr
                .write(encode(&format!("sh: {name}: Permission denied\n")))
                .await?;
            return Ok(126);
        }
        format!("sh: {name}: No such file or directory\n")
    } else {
        format!("sh: {name}: not found\n")
    };
    call.io.stderr.write(encode(&text)).await?;
    Ok(127)
}
