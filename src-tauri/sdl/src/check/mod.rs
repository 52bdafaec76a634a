//! What is wrong with a file, in plain words.
//!
//! [`schema`] walks the tree and reads it into the [`Model`]; [`refs`] checks how the parts fit together; [`warn`] says
//! what passes the Console and fails or surprises later. Every fault is reported once, by the first that sees it.

mod command;
mod compute;
mod credentials;
mod endpoints;
mod env;
mod expose;
mod fields;
mod gpu;
mod gpu_names;
pub(crate) mod limits;
mod misplaced;
mod mount_fix;
mod mounts;
mod node_ref;
mod placement;
mod refs;
mod rename;
mod rewrite;
mod schema;
mod service;
mod timeouts;
mod warn;
mod words;

use std::rc::Rc;

use crate::context::Context;
use crate::draft::{Draft, MOST, Span, place};
use crate::finding::Finding;
use crate::mend;
use crate::model::Model;
use crate::yaml::{self, Limits, Node};

pub(crate) use node_ref::shown;

pub(crate) fn check(text: &str, context: &Context) -> (Vec<Finding>, Option<Model>) {
    let (drafts, model) = drafts(text, context);
    let valid = !drafts.iter().any(Draft::is_error);
    (place(text, drafts), model.filter(|_| valid))
}

fn drafts(text: &str, context: &Context) -> (Vec<Draft>, Option<Model>) {
    if text.len() > Limits::TEXT {
        return (vec![too_large(text)], None);
    }
    let root = match yaml::load(text) {
        Ok(root) => root,
        Err(draft) => return (vec![mend::unreadable(text, *draft)], None),
    };
    let (mut drafts, model) = tree(text, &root, context);
    mend::readable(text, &root, &mut drafts);
    (drafts, model)
}

/// What the check says without looking for what a text was meant to be.
///
/// # Errors
/// The fault that keeps YAML from reading the text.
pub(crate) fn plain(text: &str) -> Result<(Rc<Node>, Vec<Draft>), Box<Draft>> {
    let root = yaml::load(text)?;
    let (drafts, _) = tree(text, &root, &Context::default());
    Ok((root, drafts))
}

fn tree(text: &str, root: &Rc<Node>, context: &Context) -> (Vec<Draft>, Option<Model>) {
    let mut checker = Checker {
        text,
        context,
        drafts: Vec::new(),
        guesses: 10_000,
        rewriting: REWRITING,
    };
    let model = checker.file(root);
    if let Some(model) = &model {
        checker.refs(model);
        let valid = !checker.drafts.iter().any(Draft::is_error);
        checker.warnings(model, valid);
    }
    (checker.drafts, model)
}

fn too_large(text: &str) -> Draft {
    let first = Span::new(0, text.len()).first_line(text);
    let first = Span::new(
        0,
        text.char_indices()
            .nth(80)
            .map_or(first.end, |(at, _)| at.min(first.end)),
    );
    Draft::error("too-large", first, format!("the file is too large: {} KiB, and the Console accepts 512 KiB", text.len() / 1024))
        .hint("large data does not belong into an SDL: put it into the image, or let the service download it when it starts")
}

/// A check in progress.
struct Checker<'t> {
    text: &'t str,
    context: &'t Context,
    drafts: Vec<Draft>,
    /// Comparisons that may still be spent on guessing what a wrong name was meant to be.
    guesses: usize,
    /// Bytes of text that may still be read again to write fixes.
    rewriting: usize,
}

/// Bytes of text that one check reads again to write fixes that change a file in several places. A small file gets as many
/// fixes as it has faults, and a large one the first few.
const REWRITING: usize = 1 << 18;

impl Checker<'_> {
    fn report(&mut self, draft: Draft) {
        if !self.is_full() {
            self.drafts.push(draft);
        }
    }

    /// Whether more findings would not be shown.
    fn is_full(&self) -> bool {
        self.drafts.len() >= MOST
    }

    fn nearest<'a>(
        &mut self,
        wrong: &str,
        names: impl IntoIterator<Item = &'a str>,
    ) -> Option<&'a str> {
        words::nearest(wrong, names, &mut self.guesses)
    }
}
