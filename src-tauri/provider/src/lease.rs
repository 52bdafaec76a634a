//! Which lease is meant.

/// A lease of the account that the token is for. The provider is the one that is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct LeaseId {
    /// The number of its deployment.
    pub dseq: u64,
    /// The number of its group; the first is 1.
    pub gseq: u32,
    /// The number of its order; the first is 1.
    pub oseq: u32,
}

impl LeaseId {
    /// The path of something of this lease at its provider's gateway.
    pub(crate) fn path(self, rest: &str) -> String {
        format!("/lease/{}/{}/{}/{rest}", self.dseq, self.gseq, self.oseq)
    }
}
