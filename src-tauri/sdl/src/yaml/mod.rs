//! YAML as the Console reads it: a tree with the place of every key and value.
//!
//! The Console uses js-yaml 4.1.1; where its reading differs from the YAML specification, this module follows js-yaml.
//! The scanning is done by a YAML parser behind [`load`]; nothing outside this module knows which.

mod build;
mod explain;
mod node;
mod scalar;

pub(crate) use build::{Limits, load};
pub(crate) use node::{Child, Entry, Kind, Map, Node, Via};
