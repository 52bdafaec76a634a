//! `/v1/templates-list` and `/v1/templates/{id}`.

use std::sync::Arc;

use axum::{
    extract::{Path, State},
    http::{StatusCode, header},
    response::IntoResponse,
};
use serde_json::{Value, json};

use super::answer::{Answer, data};
use crate::{
    app::{App, LatencyClass},
    error::Error,
    templates::{TEMPLATES, Template},
};

/// `GET /v1/templates-list`: all templates, by category.
pub(crate) async fn list(State(app): State<Arc<App>>) -> Answer {
    app.delay(LatencyClass::Read).await;
    let mut categories: Vec<(&str, Vec<Value>)> = Vec::new();
    for template in &TEMPLATES {
        let row = json!({
            "id": template.id, "name": template.name, "logoUrl": null, "summary": template.summary, "tags": template.tags,
        });
        match categories
            .iter_mut()
            .find(|(title, _)| *title == template.category)
        {
            Some((_, rows)) => rows.push(row),
            None => categories.push((template.category, vec![row])),
        }
    }
    data(
        categories
            .into_iter()
            .map(|(title, rows)| json!({ "title": title, "templates": rows }))
            .collect(),
    )
}

/// `GET /v1/templates/{id}`.
pub(crate) async fn one(State(app): State<Arc<App>>, Path(id): Path<String>) -> Answer {
    if let Some(id) = id.strip_suffix(".json") {
        let there = format!("/v1/templates/{id}");
        return Ok((StatusCode::FOUND, [(header::LOCATION, there)]).into_response());
    }
    app.delay(LatencyClass::Read).await;
    let template = TEMPLATES.iter().find(|template| template.id == id);
    data(view(
        template.ok_or_else(|| Error::not_found("Template not found"))?,
    ))
}

pub(crate) fn view(template: &Template) -> Value {
    let short = template.id.rsplit("akash-").next().unwrap_or(template.id);
    json!({
        "id": template.id, "name": template.name, "path": short, "logoUrl": null, "summary": template.summary,
        "readme": format!("# {}\n\n{}\n", template.name, template.summary), "deploy": template.sdl(),
        "persistentStorageEnabled": template.data.is_some(),
        "githubUrl": format!("https://github.com/akash-network/awesome-akash/tree/master/{short}"),
        "config": { "ssh": false },
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_template_is_a_file_without_errors() {
        for template in &TEMPLATES {
            let findings = akash_sdl::check(&template.sdl()).findings;
            let errors: Vec<_> = findings
                .iter()
                .filter(|finding| finding.severity == akash_sdl::Severity::Error)
                .collect();
            assert!(errors.is_empty(), "{}: {errors:?}", template.name);
        }
    }
}
