//! What passes the Console and fails or surprises later.

use super::Checker;
use crate::model::Model;

impl Checker<'_> {
    /// Says what to know about a file that can be read.
    pub(super) fn warnings(&mut self, model: &Model, valid: bool) {
        let _ = (model, valid);
    }
}
