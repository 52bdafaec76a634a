//! Ready-made SDL files.

use serde::Serialize;
use serde_json::Value;

use crate::json::{Fields, Mismatch, Read};

/// Templates that belong together.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct TemplateCategory {
    /// `Blogging`
    pub title: String,
    /// What is in it.
    pub templates: Vec<TemplateSummary>,
}

impl Read for TemplateCategory {
    fn read(value: &Value) -> Result<Self, Mismatch> {
        Ok(Self {
            title: value.must("title")?,
            templates: value.lossy("templates"),
        })
    }
}

/// A template in the list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct TemplateSummary {
    /// To ask for it with.
    pub id: String,
    /// What it is called.
    pub name: String,
    /// A sentence or two.
    pub summary: Option<String>,
    /// A picture's address.
    pub logo_url: Option<String>,
    /// Words to find it by.
    pub tags: Vec<String>,
}

impl Read for TemplateSummary {
    fn read(value: &Value) -> Result<Self, Mismatch> {
        Ok(Self {
            id: value.must("id")?,
            name: value.opt("name").unwrap_or_default(),
            summary: value.text("summary"),
            logo_url: value.text("logoUrl"),
            tags: value.lossy("tags"),
        })
    }
}

/// A template.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Template {
    /// As in the list.
    pub id: String,
    /// What it is called.
    pub name: String,
    /// A sentence or two.
    pub summary: Option<String>,
    /// The SDL.
    pub deploy: String,
    /// Its description, Markdown.
    pub readme: Option<String>,
    /// How to use it, Markdown.
    pub guide: Option<String>,
    /// Where it comes from.
    pub github_url: Option<String>,
    /// A picture's address.
    pub logo_url: Option<String>,
}

impl Read for Template {
    fn read(value: &Value) -> Result<Self, Mismatch> {
        Ok(Self {
            id: value.must("id")?,
            name: value.opt("name").unwrap_or_default(),
            summary: value.text("summary"),
            deploy: value.must("deploy")?,
            readme: value.text("readme"),
            guide: value.text("guide"),
            github_url: value.text("githubUrl"),
            logo_url: value.text("logoUrl"),
        })
    }
}
