//! A pretend Akash Console and provider in one process.
