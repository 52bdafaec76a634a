//! The commands that belong to the shell itself.

use super::{
    call::{Call, Done},
    run::code_of,
    table::{BUILT_IN, is_program},
    text,
};
use crate::gateway::{
    inode::Errno,
    text::encode,
    tree::{Node, file_name},
};

/// The longest line that is read.
const MAX_LINE: usize = 64 << 10;

pub(crate) async fn change_folder(call: &mut Call<'_>) -> Done {
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

pub(crate) async fn echo(call: &Call<'_>) -> Done {
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

pub(crate) fn export(call: &mut Call<'_>) -> Done {
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

pub(crate) async fn set(call: &mut Call<'_>) -> Done {
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

pub(crate) async fn read(call: &mut Call<'_>) -> Done {
    let Some(options) = call.options("r", "pntd").await? else {
        return Ok(2);
    };
    if let Some(prompt) = options.value('p') {
        call.io.stderr.write(encode(prompt)).await?;
    }
    let line = call.io.stdin.line(MAX_LINE).await?;
    let ended = line.is_none();
    let line = crate::gateway::text::decode(&line.unwrap_or_default());
    // `IFS=` keeps the line as it is.
    let whole = call
        .shell
        .variable("IFS")
        .is_some_and(|blanks| blanks.is_empty());
    let mut rest = if whole {
        line.as_str()
    } else {
        line.trim_matches([' ', '\t'])
    };
    let names = if options.operands.is_empty() {
        vec!["REPLY".to_owned()]
    } else {
        options.operands
    };
    for (index, name) in names.iter().enumerate() {
        let value = if whole || index + 1 == names.len() {
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

pub(crate) async fn command(call: &mut Call<'_>) -> Done {
    let name = call.name().to_owned();
    let asks = name != "command"
        || call
            .rest()
            .first()
            .is_some_and(|one| one.eq_ignore_ascii_case("-v"));
    if !asks {
        let mut arguments = call.arguments.split_off(1);
        arguments.retain(|one| one != "-p" && one != "--");
        return Ok(code_of(
            call.shell.execute(arguments, call.io.clone()).await,
        ));
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

pub(crate) async fn test(call: &mut Call<'_>) -> Done {
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
