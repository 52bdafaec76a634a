//! The commands of the toy system: which there are, and those that belong to the shell itself.

use std::{future::Future, pin::Pin};

use bytes::Bytes;

use super::{
    archive, files,
    io::Stop,
    listing,
    run::{Io, Leave, Ran, Shell, code_of},
    syntax::{SyntaxError, parse},
    system, text,
};
use crate::gateway::{
    inode::Errno,
    text::encode,
    tree::{Node, file_name},
};

/// The longest line that is typed or read.
const MAX_LINE: usize = 64 << 10;
/// The longest that `sleep` waits.
const MAX_SLEEP: std::time::Duration = std::time::Duration::from_secs(3_600);

/// A running command.
pub(crate) struct Call<'a> {
    /// The shell that runs it.
    pub(crate) shell: &'a mut Shell,
    /// Its name and its arguments.
    pub(crate) arguments: Vec<String>,
    /// What it reads and writes.
    pub(crate) io: Io,
}

/// An exit code, or why it could not go on.
pub(crate) type Done = Result<i32, Stop>;

impl Call<'_> {
    /// Its name.
    pub(crate) fn name(&self) -> &str {
        self.arguments.first().map_or("sh", String::as_str)
    }

    /// Its arguments without the name.
    pub(crate) fn rest(&self) -> &[String] {
        self.arguments.get(1..).unwrap_or_default()
    }

    /// Writes text to standard output.
    pub(crate) async fn print(&self, text: &str) -> Result<(), Stop> {
        self.io.stdout.write(encode(text)).await
    }

    /// Says what went wrong.
    pub(crate) async fn complain(&self, what: &str) -> Result<(), Stop> {
        let text = format!("{}: {what}\n", file_name(self.name()));
        self.io.stderr.write(encode(&text)).await
    }

    /// Says what went wrong with a file, and gives the exit code 1.
    pub(crate) async fn failed(&self, path: &str, error: Errno) -> Done {
        self.complain(&format!("{path}: {error}")).await?;
        Ok(1)
    }

    /// Divides the arguments into options of one letter and the rest. Letters in `with_value` take a value. `None` if there
    /// is an option that is not in `known`; that was said then.
    pub(crate) async fn options(
        &self,
        known: &str,
        with_value: &str,
    ) -> Result<Option<Options>, Stop> {
        let mut options = Options::default();
        let mut arguments = self.rest().iter();
        while let Some(argument) = arguments.next() {
            if argument == "--" {
                options.operands.extend(arguments.cloned());
                break;
            }
            let letters = argument
                .strip_prefix('-')
                .filter(|letters| !letters.is_empty());
            let Some(letters) = letters else {
                options.operands.push(argument.clone());
                continue;
            };
            if let Some(long) = letters.strip_prefix('-') {
                options.long.push(long.to_owned());
                continue;
            }
            let mut letters = letters.chars();
            while let Some(letter) = letters.next() {
                if with_value.contains(letter) {
                    let attached: String = letters.by_ref().collect();
                    let value = if attached.is_empty() {
                        arguments.next().cloned().unwrap_or_default()
                    } else {
                        attached
                    };
                    options.values.push((letter, value));
                } else if known.contains(letter) {
                    options.letters.push(letter);
                } else {
                    self.complain(&format!("unrecognized option: {letter}"))
                        .await?;
                    return Ok(None);
                }
            }
        }
        Ok(Some(options))
    }
}

/// The options of a command.
#[derive(Debug, Default)]
pub(crate) struct Options {
    /// Options of one letter.
    pub(crate) letters: String,
    /// Options with a value.
    pub(crate) values: Vec<(char, String)>,
    /// Options of several letters, without the dashes.
    pub(crate) long: Vec<String>,
    /// The other arguments.
    pub(crate) operands: Vec<String>,
}

impl Options {
    /// Whether an option was given.
    pub(crate) fn has(&self, letter: char) -> bool {
        self.letters.contains(letter)
    }

    /// The last value of an option.
    pub(crate) fn value(&self, letter: char) -> Option<&str> {
        self.values
            .iter()
            .rev()
            .find(|(own, _)| *own == letter)
            .map(|(_, value)| value.as_str())
    }
}

/// The commands that are part of the shell, whatever the image has.
const BUILT_IN: &[&str] = &[
    ":", ".", "[", "break", "cd", "command", "continue", "echo", "eval", "exec", "exit", "export",
    "false", "help", "printf", "pwd", "read", "return", "set", "shift", "test", "true", "type",
    "ulimit", "umask", "unset", "wait", "trap", "alias", "kill", "history",
];

/// The commands that are programs.
const PROGRAMS: &[&str] = &[
    "ash",
    "base64",
    "basename",
    "bash",
    "busybox",
    "cat",
    "chmod",
    "chown",
    "clear",
    "cmp",
    "cp",
    "cut",
    "date",
    "dd",
    "df",
    "dirname",
    "du",
    "env",
    "false",
    "find",
    "free",
    "grep",
    "head",
    "hostname",
    "id",
    "ln",
    "ls",
    "mkdir",
    "mkfifo",
    "mktemp",
    "mv",
    "nproc",
    "nvidia-smi",
    "printenv",
    "ps",
    "pwd",
    "readlink",
    "realpath",
    "rm",
    "rmdir",
    "seq",
    "sh",
    "sha256sum",
    "sleep",
    "sort",
    "stat",
    "stty",
    "sync",
    "tail",
    "tar",
    "tee",
    "test",
    "top",
    "touch",
    "tr",
    "true",
    "truncate",
    "tty",
    "uname",
    "uniq",
    "uptime",
    "wc",
    "which",
    "whoami",
    "xargs",
    "yes",
    "echo",
    "printf",
];

/// Whether a name is that of a program that can be executed.
pub(crate) fn is_program(name: &str) -> bool {
    PROGRAMS.contains(&name)
}

/// Whether a name is that of a shell.
pub(crate) fn is_shell(name: &str) -> bool {
    ["sh", "bash", "ash"].contains(&file_name(name))
}

/// Runs a command. `arguments` begin with its name.
pub(crate) fn run<'a>(
    shell: &'a mut Shell,
    arguments: Vec<String>,
    io: Io,
) -> Pin<Box<dyn Future<Output = Ran> + Send + 'a>> {
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
            let ran = run(call.shell, arguments, call.io.clone()).await;
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
        "cd" => change_folder(call).await,
        "pwd" => {
            call.print(&format!("{}\n", call.shell.cwd)).await?;
            Ok(0)
        }
        "echo" => echo(call).await,
        "printf" => text::printf(call).await,
        "export" => export(call),
        "unset" => {
            for name in call.arguments.split_off(1) {
                call.shell.variables.remove(&name);
                call.shell.functions.remove(&name);
            }
            Ok(0)
        }
        "set" => set(call).await,
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
        "read" => read(call).await,
        "command" | "type" | "which" => command(call).await,
        "test" | "[" => test(call).await,
        "kill" => Ok(0),
        "help" => {
            call.print("This is a simulated container. Try: ls -la, cat FILE, df -h, ps, env, free -m, uname -a\n").await?;
            Ok(0)
        }
        "sh" | "bash" | "ash" => shell(call).await,
        "busybox" | "env" if call.rest().iter().any(|one| !one.starts_with('-')) => {
            with_environment(call).await
        }
        "xargs" => text::xargs(call).await,
        "sleep" => sleep(call).await,
        "ls" | "stat" | "find" | "df" | "du" => listing::run(call, program).await,
        "tar" => archive::tar(call).await,
        "base64" | "cmp" | "cut" | "grep" | "head" | "seq" | "sort" | "tail" | "tr" | "uniq"
        | "wc" | "yes" => text::run(call, program).await,
        "cat" | "chmod" | "chown" | "cp" | "dd" | "ln" | "mkdir" | "mkfifo" | "mktemp" | "mv"
        | "readlink" | "realpath" | "rm" | "rmdir" | "sha256sum" | "tee" | "touch" | "truncate"
        | "basename" | "dirname" => files::run(call, program).await,
        _ => system::run(call, program).await,
    }
}

async fn not_found(call: &Call<'_>, name: &str) -> Done {
    let text = if name.contains('/') {
        let there = call
            .shell
            .machine
            .tree()
            .resolve(&call.shell.cwd, name, true)
            .is_ok_and(|path| call.shell.machine.tree().get(&path).is_some());
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

async fn change_folder(call: &mut Call<'_>) -> Done {
    let wanted = call.rest().iter().find(|one| *one != "--").cloned();
    let wanted = match wanted.as_deref() {
        None => call
            .shell
            .variable("HOME")
            .unwrap_or_else(|| "/".to_owned()),
        Some("-") => call
            .shell
            .variable("OLDPWD")
            .unwrap_or_else(|| "/".to_owned()),
        Some(path) => path.to_owned(),
    };
    let found = {
        let tree = call.shell.machine.tree();
        tree.resolve(&call.shell.cwd, &wanted, true)
            .and_then(|path| match tree.get(&path).map(|entry| &entry.node) {
                Some(Node::Dir) => Ok(path),
                Some(_) => Err(Errno::NotDir),
                None => Err(Errno::NotFound),
            })
    };
    match found {
        Ok(path) => {
            let before = std::mem::replace(&mut call.shell.cwd, path);
            call.shell.set("OLDPWD", before);
            Ok(0)
        }
        Err(error) => {
            call.io
                .stderr
                .write(encode(&format!("sh: cd: can't cd to {wanted}: {error}\n")))
                .await?;
            Ok(2)
        }
    }
}

async fn echo(call: &Call<'_>) -> Done {
    let mut arguments = call.rest();
    let (mut line_break, mut escapes) = (true, false);
    while let Some(option) = arguments
        .first()
        .filter(|one| ["-n", "-e", "-en", "-ne"].contains(&one.as_str()))
    {
        line_break &= !option.contains('n');
        escapes |= option.contains('e');
        arguments = arguments.get(1..).unwrap_or_default();
    }
    let mut said = arguments.join(" ");
    if escapes {
        said = text::escapes(&said);
    }
    if line_break {
        said.push('\n');
    }
    call.print(&said).await?;
    Ok(0)
}

fn export(call: &mut Call<'_>) -> Done {
    for argument in call.arguments.split_off(1) {
        let (name, value) = argument
            .split_once('=')
            .map_or((argument.as_str(), None), |(name, value)| {
                (name, Some(value))
            });
        if let Some(value) = value {
            call.shell.set(name, value.to_owned());
        }
        if let Some((_, exported)) = call.shell.variables.get_mut(name) {
            *exported = true;
        }
    }
    Ok(0)
}

async fn set(call: &mut Call<'_>) -> Done {
    let arguments = call.arguments.split_off(1);
    if arguments.is_empty() {
        let all: String = call
            .shell
            .variables
            .iter()
            .map(|(name, (value, _))| format!("{name}='{value}'\n"))
            .collect();
        call.print(&all).await?;
    }
    let mut arguments = arguments.into_iter();
    while let Some(argument) = arguments.next() {
        match argument.as_str() {
            "--" => {
                call.shell.arguments.truncate(1);
                call.shell.arguments.extend(arguments);
                break;
            }
            option if option.starts_with('-') => call.shell.fails |= option.contains('e'),
            option if option.starts_with('+') => call.shell.fails &= !option.contains('e'),
            _ => {}
        }
    }
    Ok(0)
}

async fn read(call: &mut Call<'_>) -> Done {
    let Some(options) = call.options("r", "pntd").await? else {
        return Ok(2);
    };
    if let Some(prompt) = options.value('p') {
        call.io.stderr.write(encode(prompt)).await?;
    }
    let line = call.io.stdin.line(MAX_LINE).await?;
    let ended = line.is_none();
    let line = crate::gateway::text::decode(&line.unwrap_or_default());
    let mut rest = line.trim_matches([' ', '\t']);
    let names = if options.operands.is_empty() {
        vec!["REPLY".to_owned()]
    } else {
        options.operands
    };
    for (index, name) in names.iter().enumerate() {
        let value = if index + 1 == names.len() {
            std::mem::take(&mut rest)
        } else {
            let (first, after) = rest.split_once([' ', '\t']).unwrap_or((rest, ""));
            rest = after.trim_start_matches([' ', '\t']);
            first
        };
        call.shell.set(name, value.to_owned());
    }
    Ok(i32::from(ended))
}

async fn command(call: &mut Call<'_>) -> Done {
    let name = call.name().to_owned();
    let asks = name != "command"
        || call
            .rest()
            .first()
            .is_some_and(|one| one.eq_ignore_ascii_case("-v"));
    if !asks {
        let mut arguments = call.arguments.split_off(1);
        arguments.retain(|one| one != "-p" && one != "--");
        return Ok(code_of(run(call.shell, arguments, call.io.clone()).await));
    }
    let mut code = 0;
    let wanted: Vec<&String> = call
        .rest()
        .iter()
        .filter(|one| !one.starts_with('-'))
        .collect();
    for wanted in wanted {
        let machine = &call.shell.machine;
        let program = file_name(wanted);
        let found = if BUILT_IN.contains(&wanted.as_str()) && name != "which" {
            wanted.clone()
        } else if is_program(program)
            && machine.has_command(program)
            && (program != "bash" || machine.has_command("bash"))
        {
            if wanted.contains('/') {
                wanted.clone()
            } else {
                format!("/bin/{wanted}")
            }
        } else {
            if name == "type" {
                call.io
                    .stderr
                    .write(encode(&format!("sh: type: {wanted}: not found\n")))
                    .await?;
            }
            code = 1;
            continue;
        };
        let said = if name == "type" {
            format!("{wanted} is {found}\n")
        } else {
            format!("{found}\n")
        };
        call.print(&said).await?;
    }
    Ok(code)
}

async fn test(call: &mut Call<'_>) -> Done {
    let mut arguments = call.rest().to_vec();
    if call.name() == "[" && arguments.pop().as_deref() != Some("]") {
        call.io.stderr.write("sh: [: missing ]\n").await?;
        return Ok(2);
    }
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match holds(call, &arguments) {
        Some(holds) => Ok(i32::from(!holds)),
        None => {
            call.io.stderr.write("sh: test: unknown operand\n").await?;
            Ok(2)
        }
    }
}

fn holds(call: &Call<'_>, arguments: &[&str]) -> Option<bool> {
    if let Some(at) = arguments
        .iter()
        .position(|one| *one == "-o")
        .filter(|at| *at > 0 && arguments.len() > 3)
    {
        return Some(holds(call, arguments.get(..at)?)? || holds(call, arguments.get(at + 1..)?)?);
    }
    if let Some(at) = arguments
        .iter()
        .position(|one| *one == "-a")
        .filter(|at| *at > 0 && arguments.len() > 3)
    {
        return Some(holds(call, arguments.get(..at)?)? && holds(call, arguments.get(at + 1..)?)?);
    }
    match arguments {
        [] => Some(false),
        [one] => Some(!one.is_empty()),
        ["!", rest @ ..] => holds(call, rest).map(|holds| !holds),
        ["-n", text] => Some(!text.is_empty()),
        ["-z", text] => Some(text.is_empty()),
        ["-t", _] => Some(call.io.stdout.is_terminal()),
        [test, path] => {
            let tree = call.shell.machine.tree();
            let follow = !["-L", "-h"].contains(test);
            let entry = tree
                .resolve(&call.shell.cwd, path, follow)
                .ok()
                .and_then(|path| tree.get(&path).cloned());
            let node = entry.as_ref().map(|entry| &entry.node);
            Some(match *test {
                "-e" | "-r" => node.is_some(),
                "-w" => node.is_some_and(|node| !matches!(node, Node::Live(_))),
                "-f" => matches!(node, Some(Node::File(_) | Node::Live(_))),
                "-d" => matches!(node, Some(Node::Dir)),
                "-L" | "-h" => matches!(node, Some(Node::Link(_))),
                "-p" => matches!(node, Some(Node::Pipe)),
                "-c" => matches!(node, Some(Node::Device(_))),
                "-b" | "-S" => false,
                "-x" => entry.as_ref().is_some_and(|entry| entry.mode & 0o111 != 0),
                "-s" => match node {
                    Some(Node::File(inode)) => crate::sync::lock(inode).size() > 0,
                    node => node.is_some(),
                },
                _ => return None,
            })
        }
        [left, "=" | "==", right] => Some(left == right),
        [left, "!=", right] => Some(left != right),
        [left, comparison, right] => {
            let (left, right) = (
                left.trim().parse::<i64>().ok()?,
                right.trim().parse::<i64>().ok()?,
            );
            Some(match *comparison {
                "-eq" => left == right,
                "-ne" => left != right,
                "-lt" => left < right,
                "-le" => left <= right,
                "-gt" => left > right,
                "-ge" => left >= right,
                _ => return None,
            })
        }
        _ => None,
    }
}

/// `sh`: with `-c` a script, with a file its text, without either what is typed.
async fn shell(call: &mut Call<'_>) -> Done {
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
    let mut open = String::new();
    loop {
        if shell.control.is_some() {
            let prompt = if open.is_empty() {
                let home = shell.variable("HOME").unwrap_or_default();
                let place = if shell.cwd == home {
                    "~".to_owned()
                } else {
                    shell.cwd.clone()
                };
                format!("root@{}:{place}# ", shell.machine.hostname)
            } else {
                "> ".to_owned()
            };
            io.stderr.write(prompt).await?;
        }
        let mut control = shell.control.clone();
        let interrupted = async {
            match &mut control {
                Some(control) => control.interrupted().await,
                None => std::future::pending().await,
            }
        };
        let line = tokio::select! {
            line = io.stdin.line(MAX_LINE) => line?,
            () = interrupted => {
                open.clear();
                shell.last = 130;
                continue;
            }
        };
        let Some(line) = line else {
            if shell.control.is_some() {
                io.stderr.write(Bytes::from_static(b"exit\n")).await?;
            }
            return Ok(shell.last);
        };
        open.push_str(&crate::gateway::text::decode(&line));
        open.push('\n');
        if open.len() < MAX_LINE && parse(&open) == Err(SyntaxError::Incomplete) {
            continue;
        }
        let text = std::mem::take(&mut open);
        let mut control = shell.control.clone();
        let interrupted = async {
            match &mut control {
                Some(control) => control.interrupted().await,
                None => std::future::pending().await,
            }
        };
        let ran = tokio::select! {
            ran = shell.text(&text, io.clone()) => ran,
            () = interrupted => Ok(130),
        };
        match ran {
            Ok(code) => shell.last = code,
            Err(Leave::Exit(code)) => return Ok(code),
            Err(_) => {}
        }
    }
}

/// `env NAME=value command` and `busybox command`.
async fn with_environment(call: &mut Call<'_>) -> Done {
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
    Ok(code_of(run(&mut shell, arguments, call.io.clone()).await))
}

async fn sleep(call: &Call<'_>) -> Done {
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
