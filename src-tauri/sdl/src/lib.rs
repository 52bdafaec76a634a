//! Read Akash SDL files: check, explain, derive groups and manifest.
