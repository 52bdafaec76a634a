//! What a file that YAML can read says otherwise than its author meant: odd characters in values, marks of templates,
//! quotes and `#` in the items of `env`.

use std::collections::HashMap;

use super::{Cost, Trial, applied, items, odd, template};
use crate::check::{self, shown};
use crate::draft::{Draft, MOST, Span};
use crate::yaml::{Child, Kind, Node, Via};

/// Odd characters: one finding for all of them in place of what else is said because of them.
pub(super) fn odd_characters(text: &str, drafts: &mut Vec<Draft>, trial: &mut Trial) {
    let found = super::odd_of(text, trial);
    if found.is_empty() {
        return;
    }
    let near = |drafts: &[Draft]| {
        let touched = found.iter().take(2000).filter(|odd| {
            odd.sure
                || drafts
                    .iter()
                    .any(|draft| draft.span.start < odd.span.end && odd.span.start < draft.span.end)
        });
        touched.map(|odd| odd.span.start).next()
    };
    let Some(near) = near(drafts) else { return };
    let Some(mend) = odd::mend(text, found, near) else {
        return;
    };
    let next = applied(text, &mend.edits);
    let now = drafts.iter().filter(|draft| draft.is_error()).count() as u64;
    if trial.cost(&next) > now {
        return;
    }
    let Ok((_, after)) = check::plain(&next) else {
        return;
    };
    let (caused, kept): (Vec<Draft>, Vec<Draft>) =
        std::mem::take(drafts).into_iter().partition(|draft| {
            !after.iter().any(|other| {
                other.code() == draft.code()
                    && other.path() == draft.path()
                    && (!draft.path().is_empty() || other.message() == draft.message())
            })
        });
    // What one finding stands for must be one error at most.
    let errors = |drafts: &[Draft]| drafts.iter().filter(|draft| draft.is_error()).count();
    if errors(&after) > errors(&kept) + usize::from(errors(&caused) > 0) {
        drafts.extend(kept);
        drafts.extend(caused);
        return;
    }
    *drafts = kept;
    let mut draft = mend.draft();
    match caused.iter().find(|draft| draft.is_error()) {
        Some(error) => draft = draft.official_of(error).at(error.path()),
        None => draft = draft.into_warning(),
    }
    drafts.push(draft);
}

/// What a value is for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Use {
    Env,
    Words,
    Name,
}

/// Marks of templates and variables that are in no one's hands.
pub(super) fn marks(text: &str, root: &Node, drafts: &mut Vec<Draft>) {
    let mut found = Vec::new();
    let mut walk = Walk {
        text,
        found: &mut found,
        left: 20_000,
    };
    walk.node(root, "", Use::Name, 0);
    replace(drafts, found);
}

/// Puts findings about marks in place of what else is said of the same places because of them.
fn replace(drafts: &mut Vec<Draft>, mut found: Vec<(Span, String, Draft)>) {
    found.sort_by_key(|(span, ..)| (span.start, span.end));
    let mut paths: HashMap<&str, usize> = HashMap::new();
    for (index, (_, path, _)) in found.iter().enumerate() {
        paths.entry(path).or_insert(index);
    }
    // The mark because of which something is said: one in the same place, or one that stands for what is above it.
    let cause = |draft: &Draft| {
        if matches!(
            draft.code(),
            "duplicate-env" | "template" | "variable-left" | "odd-character"
        ) {
            return None;
        }
        let next = found.partition_point(|(span, ..)| span.end <= draft.span.start);
        let inside = found
            .get(next)
            .is_some_and(|(span, ..)| span.start < draft.span.end)
            .then_some(next);
        let path = draft.path();
        let parents = path.match_indices('/').map(|(at, _)| path.get(..at));
        let mut places = parents.chain([Some(path)]).flatten();
        inside.or_else(|| {
            places.find_map(|place| paths.get(place).filter(|_| !place.is_empty()).copied())
        })
    };
    let mut errors: HashMap<usize, Draft> = HashMap::new();
    let mut kept = Vec::with_capacity(drafts.len());
    for draft in std::mem::take(drafts) {
        match cause(&draft) {
            Some(index) if draft.is_error() => drop(errors.entry(index).or_insert(draft)),
            Some(_) => {}
            None => kept.push(draft),
        }
    }
    drop(paths);
    *drafts = kept;
    for (index, (_, _, draft)) in found.into_iter().enumerate() {
        drafts.push(match errors.get(&index) {
            Some(error) => draft.into_error().official_of(error),
            None => draft,
        });
    }
}

struct Walk<'t, 'f> {
    text: &'t str,
    found: &'f mut Vec<(Span, String, Draft)>,
    left: usize,
}

impl Walk<'_, '_> {
    fn node(&mut self, node: &Node, path: &str, what: Use, depth: usize) {
        let Some(left) = self
            .left
            .checked_sub(1)
            .filter(|_| depth < 12 && self.found.len() < 200)
        else {
            return;
        };
        self.left = left;
        match &node.kind {
            Kind::Map(map) => {
                for entry in map.iter() {
                    let path = format!("{path}/{}", crate::edit::escaped(&entry.key));
                    let key = entry.key_span.slice(self.text);
                    if key.starts_with("{{") || key.starts_with("${") {
                        self.report(entry.key_span, &path, what);
                        continue;
                    }
                    self.child(&entry.value, &path, use_of(&path, what), depth);
                }
            }
            Kind::Seq(items) => {
                for (index, item) in items.iter().enumerate() {
                    self.child(item, &format!("{path}/{index}"), what, depth);
                }
            }
            _ => {}
        }
    }

    fn child(&mut self, child: &Child, path: &str, what: Use, depth: usize) {
        // More would not be shown.
        if child.via != Via::Written || self.found.len() >= MOST {
            return;
        }
        match &child.node.kind {
            Kind::Str(_) => self.report(child.span, path, what),
            Kind::Map(map) => {
                let raw = child.span.slice(self.text);
                // `{{ x }}` without quotes is a mapping in a mapping, `{x}` one with nothing in it.
                let lone = map.len() == 1 && map.iter().all(|entry| entry.value.node.is_null());
                // In a block the first name stands where the mapping starts.
                let flow = map
                    .iter()
                    .all(|entry| entry.key_span.start > child.span.start);
                if flow && raw.starts_with("{{")
                    || (raw.starts_with('{')
                        && lone
                        && what == Use::Name
                        && path.ends_with("/image"))
                {
                    self.template(child.span, path);
                } else {
                    self.node(&child.node, path, what, depth + 1);
                }
            }
            Kind::Seq(_) if path.contains("/accept/") => self.template(child.span, path),
            _ => self.node(&child.node, path, what, depth + 1),
        }
    }

    fn template(&mut self, span: Span, path: &str) {
        let span = span.first_line(self.text);
        let shown = shown(span.slice(self.text));
        let draft = Draft::warning(
            "template",
            span,
            format!("`{shown}` is {}", template::Family::Template.words()),
        )
        .at(path)
        .hint("write the value itself in its place");
        self.found.push((span, path.to_owned(), draft));
    }

    fn report(&mut self, span: Span, path: &str, what: Use) {
        let raw = span.slice(self.text);
        let marks = template::find(raw);
        let mark = marks.iter().find(|mark| self.counts(raw, mark, what));
        let angle = if mark.is_none() && what == Use::Name {
            angle(raw)
        } else {
            None
        };
        let (range, family) = match (mark, &angle) {
            (Some(mark), _) => (mark.range.clone(), mark.family),
            (None, Some(range)) => (range.clone(), template::Family::Template),
            _ => return,
        };
        let at = Span::new(span.start + range.start, span.start + range.end);
        let written = at.slice(self.text);
        let name = shown(written);
        if angle.is_some() {
            let draft = Draft::warning(
                "placeholder",
                at,
                format!("`{name}` looks like a placeholder that was left in"),
            )
            .at(path)
            .hint("write your own value");
            self.found.push((at, path.to_owned(), draft));
            return;
        }
        let env = what == Use::Env;
        let code = if family == template::Family::Template {
            "template"
        } else {
            "variable"
        };
        let message = match (env, family) {
            (true, template::Family::Template) => format!(
                "`{name}` is {}: the container gets it as it stands",
                family.words()
            ),
            (true, _) => {
                format!("`{name}` is passed on as it stands: an SDL replaces no variables")
            }
            (false, _) => format!("`{name}` is {}", family.words()),
        };
        let hint = if env {
            "write the value itself, unless the program in the image replaces it"
        } else {
            "write the value itself in its place"
        };
        let mut draft = Draft::warning(code, at, message).at(path).hint(hint);
        if let Some(value) =
            template::default_of(written).filter(|value| value.chars().all(is_simple))
        {
            draft = draft.fix(
                format!("Write its default, `{}`", shown(value)),
                vec![(at, value.to_owned())],
            );
        }
        self.found.push((at, path.to_owned(), draft));
    }

    /// Whether a mark means something was left in, in a value of this use.
    fn counts(&self, raw: &str, mark: &template::Mark, what: Use) -> bool {
        let written = raw.get(mark.range.clone()).unwrap_or_default();
        let inner = raw.trim_matches(['"', '\'']);
        let value = if what == Use::Env {
            inner.split_once('=').map_or(inner, |(_, value)| value)
        } else {
            inner
        };
        let whole = value.trim_matches(['"', '\'']) == written;
        let braces =
            written.starts_with("{{") || written.starts_with("${{") || written.starts_with("<%");
        match (what, mark.family) {
            (Use::Name, _) => true,
            // `__NEXT_DATA__` and `[[a]]` are values that programs know.
            (Use::Env, template::Family::Template) => {
                braces || (whole && !written.starts_with("__") && !written.starts_with("[["))
            }
            (Use::Env, template::Family::Windows) => true,
            (Use::Env, template::Family::Shell) => {
                written.starts_with("${")
                    || whole
                    || value.contains("://")
                    || value.starts_with(written)
            }
            (Use::Words, template::Family::Template) => {
                let name = written.trim_start_matches(['$', '{', '%', '<', '=', '-', ' ']);
                let helm = [".Values.", ".Release.", ".Chart."]
                    .iter()
                    .any(|start| name.starts_with(start));
                braces
                    && (helm
                        || (written.starts_with("{{ ")
                            && name.starts_with(|c: char| c.is_ascii_alphabetic())))
            }
            (Use::Words, _) => false,
        }
    }
}

fn is_simple(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_' | '/' | ':')
}

fn use_of(path: &str, what: Use) -> Use {
    let mut parts = path.split('/').skip(1);
    let place = (parts.next(), parts.next(), parts.next());
    match place {
        (Some("services"), Some(_), Some("env")) => Use::Env,
        (Some("services"), Some(_), Some("command" | "args")) => Use::Words,
        (Some("services"), Some(_), Some("credentials")) if path.ends_with("/password") => {
            Use::Words
        }
        // Images have rules of their own for placeholders, not for marks.
        _ => what,
    }
}

/// `<your-domain>` in a value that is a name.
fn angle(raw: &str) -> Option<std::ops::Range<usize>> {
    let open = raw.find('<')?;
    let inner = raw.get(open + 1..)?;
    let close = inner.find('>')?;
    let name = inner.get(..close)?;
    let wordy = name.chars().any(|c| c.is_ascii_alphabetic())
        && name
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || matches!(c, ' ' | '-' | '_' | '.' | ':' | '/'));
    wordy.then_some(open..open + close + 2)
}

/// Whether a text mended in one of these ways is better than it is.
pub(super) fn glued(text: &str, drafts: &mut Vec<Draft>, trial: &mut Trial) {
    let errors = drafts.iter().filter(|draft| draft.is_error()).count() as u64;
    let near = drafts
        .iter()
        .filter(|draft| draft.is_error())
        .map(|draft| draft.span.start)
        .min();
    let Some(mend) = near.and_then(|near| items::spaces(text, super::line_before(text, near)))
    else {
        return;
    };
    let next = applied(text, &mend.edits);
    if trial.cost(&next) >= errors.min(Cost::UNREADABLE) {
        return;
    }
    let Ok((_, after)) = check::plain(&next) else {
        return;
    };
    let first = drafts.iter().find(|draft| draft.is_error()).cloned();
    let stays = |draft: &Draft| {
        after
            .iter()
            .any(|other| other.code() == draft.code() && other.path() == draft.path())
    };
    let errors = |drafts: &[Draft]| drafts.iter().filter(|draft| draft.is_error()).count();
    let kept = drafts
        .iter()
        .filter(|draft| draft.is_error() && stays(draft));
    if errors(&after) > kept.count() + 1 {
        return;
    }
    drafts.retain(stays);
    let draft = mend.draft();
    drafts.push(match first {
        Some(first) => draft.official_of(&first),
        None => draft,
    });
}
