//! Writes an SDL, with a comment at each guess, and finds the line of each decision.

use std::fmt::Write as _;

use super::notes::{Note, Noted, is_printable, short};
use super::plan::{Gpu, Proto};
use super::types::{Certainty, Decision};
use crate::edit::escaped;
use crate::quantity::{cores, size_text};
use crate::yaml;

/// What is to be written, with all sizes and ports settled.
#[derive(Debug, Default)]
pub(super) struct Output {
    pub(super) services: Vec<Ready>,
}

/// A service that is ready to be written.
#[derive(Debug, Default)]
pub(super) struct Ready {
    pub(super) name: Noted<String>,
    pub(super) image: Noted<String>,
    pub(super) command: Noted<Vec<String>>,
    pub(super) args: Noted<Vec<String>>,
    pub(super) env: Vec<Noted<String>>,
    pub(super) exposes: Vec<Noted<Expose>>,
    pub(super) volumes: Vec<Noted<Storage>>,
    /// Thousandths of a core.
    pub(super) cpu: Noted<u64>,
    /// Bytes.
    pub(super) memory: Noted<u64>,
    /// Bytes of the disk that does not last.
    pub(super) disk: Noted<u64>,
    pub(super) gpu: Option<Noted<Gpu>>,
    /// Millionths of a US dollar per block.
    pub(super) amount: Noted<u64>,
    pub(super) count: Noted<u64>,
}

/// A port that somebody may reach.
#[derive(Debug, Default)]
pub(super) struct Expose {
    pub(super) port: u16,
    /// The port outside, where it is another.
    pub(super) outside: Option<u16>,
    pub(super) proto: Proto,
    pub(super) accept: Vec<String>,
    /// Whether everyone may reach it; `None` where only services are named.
    pub(super) global: Option<bool>,
    pub(super) services: Vec<String>,
}

/// A volume beside the disk that every service has.
#[derive(Debug)]
pub(super) struct Storage {
    pub(super) name: String,
    pub(super) mount: String,
    pub(super) read_only: bool,
    /// Bytes.
    pub(super) size: u64,
    pub(super) ram: bool,
}

struct Writer {
    text: String,
    line: u32,
    decisions: Vec<Decision>,
    service: Option<String>,
}

/// The text and the decisions in its order.
pub(super) fn write(output: &Output) -> (String, Vec<Decision>) {
    let mut writer = Writer {
        text: String::new(),
        line: 1,
        decisions: Vec::new(),
        service: None,
    };
    writer.line(0, "version: \"2.0\"");
    writer.line(0, "services:");
    for ready in &output.services {
        writer.service(ready);
    }
    writer.line(0, "profiles:");
    writer.line(1, "compute:");
    for ready in &output.services {
        writer.compute(ready);
    }
    writer.line(1, "placement:");
    writer.line(2, "anywhere:");
    writer.line(3, "pricing:");
    for (index, ready) in output.services.iter().enumerate() {
        if index == 0 {
            writer.comment(4, "The most you would pay, in millionths of a US dollar per block of about six seconds.");
            writer.comment(4, "These are generous limits and no prices: providers bid below them, and you choose.");
        }
        writer.service = Some(ready.name.value.clone());
        writer.line(4, &format!("{}:", scalar(&ready.name.value)));
        writer.line(5, "denom: uact");
        let path = format!(
            "/profiles/placement/anywhere/pricing/{}/amount",
            escaped(&ready.name.value)
        );
        writer.noted(
            5,
            &ready.amount.notes,
            &path,
            &format!("amount: {}", ready.amount.value),
        );
    }
    writer.line(0, "deployment:");
    for ready in &output.services {
        let name = scalar(&ready.name.value);
        writer.service = Some(ready.name.value.clone());
        writer.line(1, &format!("{name}:"));
        writer.line(2, "anywhere:");
        writer.line(3, &format!("profile: {name}"));
        let path = format!("/deployment/{}/anywhere/count", escaped(&ready.name.value));
        writer.noted(
            3,
            &ready.count.notes,
            &path,
            &format!("count: {}", ready.count.value),
        );
    }
    (writer.text, writer.decisions)
}

impl Writer {
    fn line(&mut self, indent: usize, text: &str) {
        let _ = writeln!(self.text, "{:width$}{text}", "", width = indent * 2);
        self.line = self.line.saturating_add(1);
    }

    fn comment(&mut self, indent: usize, text: &str) {
        self.line(indent, &format!("# {}", one_line(text)));
    }

    /// Writes a line with the comments of its notes above it, and keeps the decisions.
    fn noted(&mut self, indent: usize, notes: &[Note], path: &str, text: &str) {
        for note in notes {
            match note.certainty {
                Certainty::Sure => {}
                Certainty::Guess => self.comment(indent, &format!("Guess: {}", note.why)),
                Certainty::Lost => self.comment(indent, &format!("Lost: {}", note.why)),
            }
        }
        for note in notes {
            self.decisions.push(Decision {
                from: short(&note.from),
                to: short(&note.to),
                why: one_line(&note.why),
                certainty: note.certainty,
                service: self.service.clone(),
                line: self.line,
                path: path.to_owned(),
                question: note.question.clone(),
            });
        }
        self.line(indent, text);
    }

    fn list(&mut self, path: &str, name: &str, list: &Noted<Vec<String>>) {
        if list.value.is_empty() {
            return;
        }
        self.noted(
            2,
            &list.notes,
            &format!("{path}/{name}"),
            &format!("{name}:"),
        );
        for item in &list.value {
            self.line(3, &format!("- {}", scalar(item)));
        }
    }

    fn service(&mut self, ready: &Ready) {
        let name = &ready.name.value;
        let path = format!("/services/{}", escaped(name));
        self.service = Some(name.clone());
        self.noted(1, &ready.name.notes, &path, &format!("{}:", scalar(name)));
        let image = format!("image: {}", scalar(&ready.image.value));
        self.noted(2, &ready.image.notes, &format!("{path}/image"), &image);
        self.list(&path, "command", &ready.command);
        self.list(&path, "args", &ready.args);
        if !ready.env.is_empty() {
            self.line(2, "env:");
        }
        for (index, env) in ready.env.iter().enumerate() {
            let text = format!("- {}", scalar(&env.value));
            self.noted(3, &env.notes, &format!("{path}/env/{index}"), &text);
        }
        if !ready.exposes.is_empty() {
            self.line(2, "expose:");
        }
        for (index, expose) in ready.exposes.iter().enumerate() {
            self.expose(expose, &format!("{path}/expose/{index}"));
        }
        if !ready.volumes.is_empty() {
            self.line(2, "params:");
            self.line(3, "storage:");
        }
        for volume in &ready.volumes {
            self.line(4, &format!("{}:", scalar(&volume.value.name)));
            self.line(5, &format!("mount: {}", scalar(&volume.value.mount)));
            if volume.value.read_only {
                self.line(5, "readOnly: true");
            }
        }
    }

    fn expose(&mut self, expose: &Noted<Expose>, path: &str) {
        let Expose {
            port,
            outside,
            proto,
            accept,
            global,
            services,
        } = &expose.value;
        // The answer to a question about a port is either its number, or whether everyone may reach it.
        let asks_open = expose.notes.iter().any(|note| {
            let question = note.question.as_ref();
            question.is_some_and(|question| question.asked == super::types::Asked::OpenPort)
        });
        let place = if asks_open {
            format!("{path}/to/0/global")
        } else {
            format!("{path}/port")
        };
        self.noted(3, &expose.notes, &place, &format!("- port: {port}"));
        if let Some(outside) = outside {
            self.line(4, &format!("as: {outside}"));
        }
        if *proto == Proto::Udp {
            self.line(4, "proto: udp");
        }
        if !accept.is_empty() {
            self.line(4, "accept:");
        }
        for host in accept {
            self.line(5, &format!("- {}", scalar(host)));
        }
        self.line(4, "to:");
        if let Some(global) = global {
            self.line(5, &format!("- global: {global}"));
        }
        for service in services {
            self.line(5, &format!("- service: {}", scalar(service)));
        }
    }

    fn compute(&mut self, ready: &Ready) {
        let name = &ready.name.value;
        self.service = Some(name.clone());
        let path = format!("/profiles/compute/{}/resources", escaped(name));
        self.line(2, &format!("{}:", scalar(name)));
        self.line(3, "resources:");
        self.line(4, "cpu:");
        let cpu = format!("units: {}", cores(ready.cpu.value));
        self.noted(5, &ready.cpu.notes, &format!("{path}/cpu/units"), &cpu);
        self.line(4, "memory:");
        let memory = format!("size: {}", size_text(ready.memory.value));
        self.noted(
            5,
            &ready.memory.notes,
            &format!("{path}/memory/size"),
            &memory,
        );
        if let Some(gpu) = &ready.gpu {
            self.gpu(gpu, &path);
        }
        self.line(4, "storage:");
        let disk = format!("- size: {}", size_text(ready.disk.value));
        self.noted(
            5,
            &ready.disk.notes,
            &format!("{path}/storage/0/size"),
            &disk,
        );
        for (index, volume) in ready.volumes.iter().enumerate() {
            self.line(5, &format!("- name: {}", scalar(&volume.value.name)));
            let size = format!("size: {}", size_text(volume.value.size));
            let place = format!("{path}/storage/{}/size", index + 1);
            self.noted(6, &volume.notes, &place, &size);
            self.line(6, "attributes:");
            self.line(7, &format!("persistent: {}", !volume.value.ram));
            self.line(
                7,
                if volume.value.ram {
                    "class: ram"
                } else {
                    "class: beta3"
                },
            );
        }
    }

    fn gpu(&mut self, gpu: &Noted<Gpu>, path: &str) {
        self.line(4, "gpu:");
        let units = format!("units: {}", gpu.value.units);
        self.noted(5, &gpu.notes, &format!("{path}/gpu/units"), &units);
        self.line(5, "attributes:");
        self.line(6, "vendor:");
        // `nvidia:` with nothing below it stands for every model.
        self.line(7, "nvidia:");
        for (model, ram) in &gpu.value.models {
            self.line(8, &format!("- model: {}", scalar(model)));
            if let Some(ram) = ram {
                self.line(9, &format!("ram: {}", scalar(ram)));
            }
        }
    }
}

fn one_line(text: &str) -> String {
    text.chars()
        .map(|c| if is_printable(c) { c } else { ' ' })
        .collect()
}

/// A text as YAML reads it back: plain where that is safe for every YAML reader, in quotes elsewhere.
pub(super) fn scalar(text: &str) -> String {
    if is_plain(text) {
        text.to_owned()
    } else {
        quoted(text)
    }
}

/// Words that older YAML readers take for something other than text.
const WORDS: [&str; 8] = ["y", "n", "yes", "no", "on", "off", "<<", "="];

fn is_plain(text: &str) -> bool {
    let safe =
        |c: char| c.is_ascii_alphanumeric() || " _-./=+@%,;()<>~^$?!&*|:#'\"\\[]{}".contains(c);
    if text.is_empty()
        || text.len() > 200
        || !text.chars().all(safe)
        || text.starts_with(|c: char| !(c.is_ascii_alphanumeric() || "/._$-".contains(c)))
        || text.ends_with([' ', ':'])
        || text.contains(": ")
        || text.contains(" #")
        || WORDS.contains(&text.to_ascii_lowercase().as_str())
        || looks_like_a_number(text)
    {
        return false;
    }
    // The reader has the last word.
    let read = yaml::load(&format!("- {text}\n"));
    read.is_ok_and(|root| {
        let items = root.seq().unwrap_or_default();
        matches!(items, [item] if item.node.str() == Some(text))
    })
}

/// Digits with the marks that some readers take for a number, a date or a time: `1_0`, `0644`, `12:30:45`.
fn looks_like_a_number(text: &str) -> bool {
    let digits = text.chars().any(|c| c.is_ascii_digit());
    digits
        && text
            .chars()
            .all(|c| c.is_ascii_hexdigit() || "_.:+-xoXTZ ".contains(c))
        && text.starts_with(|c: char| c.is_ascii_digit() || ".+-".contains(c))
}

fn quoted(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            c if is_printable(c) => out.push(c),
            c if u32::from(c) <= 0xff => {
                let _ = write!(out, "\\x{:02x}", u32::from(c));
            }
            c if u32::from(c) <= 0xffff => {
                let _ = write!(out, "\\u{:04x}", u32::from(c));
            }
            c => {
                let _ = write!(out, "\\U{:08x}", u32::from(c));
            }
        }
    }
    out.push('"');
    out
}
