//! A typed client for the Akash Console API.
