//! The Console's gallery of templates: ready-made SDL files.

use std::sync::Arc;

use akash_console::TemplateCategory;

use super::{files, shelf::Coming};
use crate::{
    record::{
        LARGEST_SDL, Problem, clean_name,
        problem::{Doing, Input},
    },
    state::core::Core,
    view::Template,
};

/// The most templates that are shown; more are a mistake or malice.
const MOST: usize = 2_000;
/// The longest text about a template, characters.
const ABOUT: usize = 400;
/// The most tags of one.
const TAGS: usize = 12;

fn rows(categories: Vec<TemplateCategory>) -> Vec<Template> {
    let short = |text: String| text.chars().take(ABOUT).collect::<String>();
    let all = categories.into_iter().flat_map(|category| {
        let title = clean_name(&category.title);
        let of = category.templates.into_iter();
        of.map(move |template| (title.clone(), template))
    });
    let mut seen = std::collections::HashSet::new();
    all.filter(|(_, template)| seen.insert(template.id.clone()))
        .take(MOST)
        .map(|(category, template)| Template {
            id: template.id,
            name: clean_name(&template.name),
            about: template.summary.map(short).unwrap_or_default(),
            category,
            tags: template
                .tags
                .iter()
                .take(TAGS)
                .map(|tag| clean_name(tag))
                .collect(),
        })
        .collect()
}

impl Core {
    /// The gallery, read once for each entering of an account.
    pub(crate) async fn templates(&self) -> Result<Arc<Vec<Template>>, Problem> {
        let session = self.session()?;
        if let Some(known) = &self.state().market.templates {
            return Ok(Arc::clone(known));
        }
        let read = session.client.templates().await;
        let read = read.map_err(|error| Problem::call(&error, Doing::Read))?;
        let templates = Arc::new(rows(read));
        self.with(|state| {
            let active = state.session.as_ref();
            if active.is_some_and(|active| active.session_epoch == session.session_epoch) {
                state.market.templates = Some(Arc::clone(&templates));
            }
        });
        Ok(templates)
    }

    /// Puts a template's SDL on the check screen.
    pub(crate) async fn open_template(self: &Arc<Self>, id: &str) -> Result<(), Problem> {
        let session = self.session()?;
        let known = self.templates().await?;
        // Only what was listed is asked for.
        let listed = known.iter().find(|template| template.id == id);
        let name = listed.ok_or(Input::NotInList)?.name.clone();
        let read = session.client.template(id).await;
        let template = read.map_err(|error| Problem::call(&error, Doing::Read))?;
        if template.deploy.len() > LARGEST_SDL {
            return Err(Input::TextTooLarge.into());
        }
        files::pasted(&template.deploy)?;
        self.take(Coming::elsewhere(name, "Template".into(), template.deploy))
            .await
    }
}
