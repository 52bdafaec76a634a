//! stub
use super::{plan::Plan, types::ConvertError};
pub(super) fn is_run(_text: &str) -> bool {
    false
}
pub(super) fn plan(_text: &str) -> Result<Plan, ConvertError> {
    Err(ConvertError::Unknown)
}
