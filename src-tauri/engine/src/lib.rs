//! The lives of deployments: journal, workflow, watching, recovery.
