//! Runs the commands of the toy `sh`.

use std::{
    collections::BTreeMap,
    future::Future,
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use tokio::sync::mpsc;

use super::{
    commands,
    io::{Sink, Source, Stop},
    machine::Machine,
    syntax::{Chain, Command, How, Kind, Pipeline, Redirect, Script, SyntaxError, Word, parse},
    terminal::Control,
    words::matches,
};
use crate::{
    gateway::{
        inode::Errno,
        options::TimeSource,
        tree::{Device, Node},
    },
    sync::lock,
};

/// How many commands a shell runs at most: a loop that never ends must not run for ever.
const MAX_STEPS: u64 = 200_000;
/// How deep functions and `eval` may call each other.
const MAX_CALLS: u32 = 24;
/// How many pieces a pipe holds.
const PIPE: usize = 8;
/// How many values of variables are kept.
const MAX_VARIABLES: usize = 1_000;

/// Why commands after this one do not run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Leave {
    /// The shell ends.
    Exit(i32),
    /// So many loops end.
    Break(u32),
    /// So many loops but one end, and that one goes on.
    Continue(u32),
    /// The function ends.
    Return(i32),
}

/// An exit code, or why what follows does not run.
pub(crate) type Ran = Result<i32, Leave>;

/// What a command reads from and writes to.
#[derive(Clone, Debug)]
pub(crate) struct Io {
    /// Standard input.
    pub(crate) stdin: Source,
    /// Standard output.
    pub(crate) stdout: Sink,
    /// Standard error.
    pub(crate) stderr: Sink,
}

/// A shell: a container and what the shell remembers.
#[derive(Clone)]
pub(crate) struct Shell {
    /// The container.
    pub(crate) machine: Arc<Machine>,
    /// Chain time.
    pub(crate) clock: TimeSource,
    /// The terminal, if there is one.
    pub(crate) control: Option<Control>,
    /// Variables by name; `true` for those that commands see.
    pub(crate) variables: BTreeMap<String, (String, bool)>,
    /// Functions by name.
    pub(crate) functions: BTreeMap<String, Arc<Command>>,
    /// The folder it is in.
    pub(crate) cwd: String,
    /// `$0` and the arguments.
    pub(crate) arguments: Vec<String>,
    /// The last exit code.
    pub(crate) last: i32,
    /// Whether a failure ends it (`set -e`).
    pub(crate) fails: bool,
    calls: u32,
    steps: Arc<AtomicU64>,
    substituted: i32,
}

/// A process in a container.
pub(crate) struct Process(Shell);

impl Process {
    /// Whether there is such a command at all.
    pub(crate) fn knows(name: &str) -> bool {
        commands::is_program(name)
    }

    pub(crate) fn new(machine: Arc<Machine>, clock: TimeSource, control: Option<Control>) -> Self {
        let variables = machine
            .env
            .iter()
            .map(|(name, value)| (name.clone(), (value.clone(), true)))
            .collect();
        let cwd = if machine.image.contains("nginx") {
            "/"
        } else {
            "/root"
        };
        Self(Shell {
            machine,
            clock,
            control,
            variables,
            functions: BTreeMap::new(),
            cwd: cwd.to_owned(),
            arguments: vec!["sh".to_owned()],
            last: 0,
            fails: false,
            calls: 0,
            steps: Arc::default(),
            substituted: 0,
        })
    }

    /// Runs a command with its arguments and gives its exit code.
    pub(crate) async fn exec(
        &mut self,
        command: &[String],
        stdin: Source,
        stdout: Sink,
        stderr: Sink,
    ) -> i32 {
        let io = Io {
            stdin,
            stdout,
            stderr,
        };
        let interrupted = self.0.control.clone();
        let run = commands::run(&mut self.0, command.to_vec(), io);
        let interactive = command
            .iter()
            .all(|part| !part.starts_with('-') || part == "-i" || part == "-l")
            && commands::is_shell(command.first().map_or("", String::as_str));
        let ran = match interrupted {
            // An interactive shell takes interrupts itself.
            Some(mut control)
                if !interactive && !command.iter().any(|part| part.contains("exec")) =>
            {
                tokio::select! {
                    ran = run => ran,
                    () = control.interrupted() => Err(Leave::Exit(130)),
                }
            }
            _ => run.await,
        };
        match ran {
            Ok(code) | Err(Leave::Exit(code) | Leave::Return(code)) => code,
            Err(Leave::Break(_) | Leave::Continue(_)) => 0,
        }
    }
}

type Running<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

impl Shell {
    /// The value of a variable or of a special parameter.
    pub(crate) fn variable(&self, name: &str) -> Option<String> {
        match name {
            "?" => Some(self.last.to_string()),
            "#" => Some(self.arguments.len().saturating_sub(1).to_string()),
            "$" => Some("41".to_owned()),
            "!" => Some(String::new()),
            "-" => Some("i".to_owned()),
            "@" | "*" => Some(self.arguments.get(1..).unwrap_or_default().join(" ")),
            "PWD" => Some(self.cwd.clone()),
            _ if name.starts_with(|one: char| one.is_ascii_digit()) => {
                self.arguments.get(name.parse::<usize>().ok()?).cloned()
            }
            _ => self.variables.get(name).map(|(value, _)| value.clone()),
        }
    }

    /// Sets a variable.
    pub(crate) fn set(&mut self, name: &str, value: String) {
        if self.variables.len() < MAX_VARIABLES || self.variables.contains_key(name) {
            self.variables.entry(name.to_owned()).or_default().0 = value;
        }
    }

    /// Counts a command. A shell that runs too many ends.
    fn step(&self) -> Result<(), Leave> {
        if self.steps.fetch_add(1, Ordering::Relaxed) >= MAX_STEPS {
            Err(Leave::Exit(137))
        } else {
            Ok(())
        }
    }

    /// Reads and runs a script.
    pub(crate) async fn text(&mut self, text: &str, io: Io) -> Ran {
        match parse(text) {
            Ok(script) => self.script(&script, io).await,
            Err(error) => {
                self.complain(&io, &error.to_string()).await;
                self.last = 2;
                if matches!(error, SyntaxError::TooComplex) {
                    Err(Leave::Exit(2))
                } else {
                    Ok(2)
                }
            }
        }
    }

    /// Says what went wrong, as `sh` does.
    pub(crate) async fn complain(&self, io: &Io, what: &str) {
        // Nobody may read it any more.
        let _ = io.stderr.write(format!("sh: {what}\n")).await;
    }

    /// Runs commands one after the other.
    pub(crate) fn script<'a>(&'a mut self, script: &'a Script, io: Io) -> Running<'a, Ran> {
        Box::pin(async move {
            let mut code = 0;
            for chain in script {
                code = self.chain(chain, &io).await?;
            }
            Ok(code)
        })
    }

    async fn chain(&mut self, chain: &Chain, io: &Io) -> Ran {
        let mut code = self.pipeline(&chain.first, io).await?;
        let mut checked = chain.first.negated;
        for (and, pipeline) in &chain.rest {
            checked = true;
            if (code == 0) == *and {
                code = self.pipeline(pipeline, io).await?;
                checked = pipeline.negated;
            }
        }
        if self.fails && code != 0 && !checked {
            return Err(Leave::Exit(code));
        }
        Ok(code)
    }

    async fn pipeline(&mut self, pipeline: &Pipeline, io: &Io) -> Ran {
        let ran = match pipeline.commands.as_slice() {
            [only] => self.command(only, io.clone()).await,
            many => Ok(self.piped(many, io).await),
        };
        let code = ran?;
        let code = if pipeline.negated {
            i32::from(code == 0)
        } else {
            code
        };
        self.last = code;
        Ok(code)
    }

    /// Runs commands at the same time, each with a copy of this shell.
    async fn piped(&mut self, commands: &[Command], io: &Io) -> i32 {
        let mut running = Vec::new();
        let mut stdin = io.stdin.clone();
        for (index, command) in commands.iter().enumerate() {
            let mut own = Io {
                stdin,
                ..io.clone()
            };
            stdin = Source::Empty;
            if index + 1 < commands.len() {
                let (sender, receiver) = mpsc::channel(PIPE);
                own.stdout = Sink::Pipe(sender);
                stdin = Source::stream(receiver);
            }
            let mut shell = self.clone();
            running.push(async move {
                let ran = shell.command(command, own).await;
                code_of(ran)
            });
        }
        let codes = futures_util::future::join_all(running).await;
        codes.last().copied().unwrap_or_default()
    }

    /// Runs one command.
    pub(crate) fn command<'a>(&'a mut self, command: &'a Command, io: Io) -> Running<'a, Ran> {
        Box::pin(async move {
            self.step()?;
            tokio::task::yield_now().await;
            if let Kind::Simple { assignments, words } = &command.kind {
                return self
                    .simple(assignments, words, &command.redirects, io)
                    .await;
            }
            let io = match self.redirected(&command.redirects, io).await? {
                Ok(io) => io,
                Err(code) => return Ok(code),
            };
            match &command.kind {
                Kind::Simple { .. } => Ok(0),
                Kind::Group(script) => self.script(script, io).await,
                Kind::Subshell(script) => {
                    let mut shell = self.clone();
                    Ok(code_of(shell.script(script, io).await))
                }
                Kind::If { arms, otherwise } => {
                    for (condition, then) in arms {
                        if self.condition(condition, &io).await? {
                            return self.script(then, io).await;
                        }
                    }
                    self.script(otherwise, io).await
                }
                Kind::Loop {
                    until,
                    condition,
                    body,
                } => {
                    let mut code = 0;
                    while self.condition(condition, &io).await? != *until {
                        self.step()?;
                        match self.turn(body, &io).await? {
                            Some(ran) => code = ran,
                            None => break,
                        }
                    }
                    Ok(code)
                }
                Kind::For { name, words, body } => {
                    let values = match words {
                        Some(words) => self.fields(words, &io).await?,
                        None => self.arguments.get(1..).unwrap_or_default().to_vec(),
                    };
                    let mut code = 0;
                    for value in values {
                        self.step()?;
                        self.set(name, value);
                        match self.turn(body, &io).await? {
                            Some(ran) => code = ran,
                            None => break,
                        }
                    }
                    Ok(code)
                }
                Kind::Case { word, arms } => {
                    let value: Vec<char> = self.joined(word, &io).await?.chars().collect();
                    for (patterns, script) in arms {
                        for pattern in patterns {
                            let pattern = self.pattern(pattern, &io).await?;
                            if matches(&pattern, &value) {
                                return self.script(script, io).await;
                            }
                        }
                    }
                    Ok(0)
                }
                Kind::Function(name, body) => {
                    if self.functions.len() < MAX_VARIABLES {
                        self.functions.insert(name.clone(), body.clone());
                    }
                    Ok(0)
                }
            }
        })
    }

    /// Runs a condition: a failure in it does not end the shell.
    async fn condition(&mut self, script: &Script, io: &Io) -> Result<bool, Leave> {
        let fails = std::mem::take(&mut self.fails);
        let ran = self.script(script, io.clone()).await;
        self.fails = fails;
        Ok(ran? == 0)
    }

    /// Runs the body of a loop once; `None` means that the loop ends.
    async fn turn(&mut self, body: &Script, io: &Io) -> Result<Option<i32>, Leave> {
        match self.script(body, io.clone()).await {
            Ok(code) => Ok(Some(code)),
            Err(Leave::Break(0 | 1)) => Ok(None),
            Err(Leave::Continue(0 | 1)) => Ok(Some(0)),
            Err(Leave::Break(levels)) => Err(Leave::Break(levels - 1)),
            Err(Leave::Continue(levels)) => Err(Leave::Continue(levels - 1)),
            Err(leave) => Err(leave),
        }
    }

    async fn simple(
        &mut self,
        assignments: &[(String, Word)],
        words: &[Word],
        redirects: &[Redirect],
        io: Io,
    ) -> Ran {
        self.substituted = 0;
        let words = self.fields(words, &io).await?;
        let mut values = Vec::new();
        for (name, word) in assignments {
            values.push((name, self.joined(word, &io).await?));
        }
        let io = match self.redirected(redirects, io).await? {
            Ok(io) => io,
            Err(code) => return Ok(code),
        };
        let Some(name) = words.first() else {
            for (name, value) in values {
                self.set(name, value);
            }
            return Ok(self.substituted);
        };
        let before: Vec<_> = values
            .iter()
            .map(|(name, _)| ((*name).clone(), self.variables.get(*name).cloned()))
            .collect();
        for (name, value) in values {
            self.set(name, value);
            self.variables
                .entry(name.clone())
                .and_modify(|(_, exported)| *exported = true);
        }
        let ran = match self.functions.get(name).cloned() {
            Some(function) => self.call(&function, words, io).await,
            None => commands::run(self, words, io).await,
        };
        for (name, value) in before {
            match value {
                Some(value) => self.variables.insert(name, value),
                None => self.variables.remove(&name),
            };
        }
        ran
    }

    async fn call(&mut self, function: &Command, words: Vec<String>, io: Io) -> Ran {
        self.enter(&io).await?;
        let before = std::mem::replace(&mut self.arguments, words);
        let ran = self.command(function, io).await;
        self.arguments = before;
        self.calls -= 1;
        match ran {
            Err(Leave::Return(code)) => Ok(code),
            ran => ran,
        }
    }

    /// Counts a call of a function or of another shell.
    pub(crate) async fn enter(&mut self, io: &Io) -> Result<(), Leave> {
        if self.calls >= MAX_CALLS {
            self.complain(io, "maximum recursion depth exceeded").await;
            return Err(Leave::Exit(2));
        }
        self.calls += 1;
        Ok(())
    }

    /// Ends what [`Shell::enter`] began.
    pub(crate) fn leave(&mut self) {
        self.calls = self.calls.saturating_sub(1);
    }

    /// Notes the exit code of `$(…)`, which is the one of an assignment.
    pub(crate) fn note_substitution(&mut self, code: i32) {
        self.substituted = code;
        self.last = code;
    }

    /// Applies redirections. The inner error is the exit code of a command whose redirection failed.
    pub(crate) async fn redirected(
        &mut self,
        redirects: &[Redirect],
        mut io: Io,
    ) -> Result<Result<Io, i32>, Leave> {
        for redirect in redirects {
            let target = self.joined(&redirect.target, &io).await?;
            let opened = match redirect.how {
                How::Same => {
                    match (redirect.fd, target.as_str()) {
                        (1, "2") => io.stdout = io.stderr.clone(),
                        (2, "1") => io.stderr = io.stdout.clone(),
                        (0, "-") => io.stdin = Source::Empty,
                        (1, "-") => io.stdout = Sink::Null,
                        (2, "-") => io.stderr = Sink::Null,
                        _ => {}
                    }
                    Ok(())
                }
                How::Read => self.open(&target).map(|source| io.stdin = source),
                How::Write | How::Append => {
                    self.create(&target, redirect.how == How::Append)
                        .map(|sink| match redirect.fd {
                            2 => io.stderr = sink,
                            1 => io.stdout = sink,
                            _ => {}
                        })
                }
            };
            if let Err(error) = opened {
                let verb = if redirect.how == How::Read {
                    "open"
                } else {
                    "create"
                };
                self.complain(&io, &format!("can't {verb} {target}: {error}"))
                    .await;
                self.last = 1;
                return Ok(Err(1));
            }
        }
        Ok(Ok(io))
    }

    /// A file to read.
    ///
    /// # Errors
    /// There is none, or it is no file.
    pub(crate) fn open(&self, path: &str) -> Result<Source, Errno> {
        let now = (self.clock)();
        let tree = self.machine.tree();
        let path = tree.resolve(&self.cwd, path, true)?;
        match &tree.get(&path).ok_or(Errno::NotFound)?.node {
            Node::Dir => Err(Errno::IsDir),
            Node::File(inode) => Ok(Source::File(inode.clone(), Arc::default())),
            Node::Live(live) => Ok(Source::memory(self.machine.live(*live, now))),
            Node::Device(Device::Zero | Device::Full) => Ok(Source::Zero),
            Node::Device(Device::Random) => Ok(Source::Random),
            Node::Device(Device::Null) | Node::Pipe => Ok(Source::Empty),
            Node::Link(_) => Err(Errno::Loop),
        }
    }

    /// A file to write.
    ///
    /// # Errors
    /// There is no folder for it, or something else is there.
    pub(crate) fn create(&self, path: &str, append: bool) -> Result<Sink, Errno> {
        let now = (self.clock)();
        let mut tree = self.machine.tree();
        let path = tree.resolve(&self.cwd, path, true)?;
        if let Some(Node::Device(device)) = tree.get(&path).map(|entry| &entry.node) {
            return Ok(if *device == Device::Full {
                Sink::Full
            } else {
                Sink::Null
            });
        }
        let inode = tree.create(&path, now)?;
        drop(tree);
        let mut content = lock(&inode);
        if !append {
            content.resize(0)?;
        }
        let end = content.size();
        drop(content);
        Ok(Sink::File(inode, Arc::new(AtomicU64::new(end))))
    }
}

/// The exit code of a shell that ended.
pub(crate) fn code_of(ran: Ran) -> i32 {
    match ran {
        Ok(code) | Err(Leave::Exit(code) | Leave::Return(code)) => code,
        Err(Leave::Break(_) | Leave::Continue(_)) => 0,
    }
}

impl From<Errno> for Stop {
    fn from(error: Errno) -> Self {
        Self::Failed(error)
    }
}
