//! Compiles the window's pages and permissions into the program.

use sha2::{Digest, Sha256};

fn main() {
    // Tauri notices changes inside files of `ui`, not new ones.
    println!("cargo:rerun-if-changed=ui");
    println!("cargo:rerun-if-changed=src-tauri/app/permissions");
    println!("cargo:rerun-if-changed=package-lock.json");
    let vendor = "run `npm ci --ignore-scripts && node src-tauri/vendor.mjs`";
    match std::fs::read_to_string("ui/vendor/.stamp") {
        Err(_) => {
            println!("cargo::error=the window's JavaScript libraries are missing; {vendor}");
            return;
        }
        Ok(stamp) if stamp != lock() => {
            println!(
                "cargo::warning=the window's JavaScript libraries are not of package-lock.json; {vendor}"
            );
        }
        Ok(_) => {}
    }
    let commands = tauri_build::AppManifest::new()
        .permissions_path_pattern("src-tauri/app/permissions/*.toml");
    // What Windows reads before the program runs: sharp on every screen, long paths.
    let windows = tauri_build::WindowsAttributes::new()
        .app_manifest(include_str!("../../packaging/windows/aloft.manifest"));
    let attributes = tauri_build::Attributes::new()
        .app_manifest(commands)
        .windows_attributes(windows);
    if let Err(error) = tauri_build::try_build(attributes) {
        println!("cargo::error={}", format!("{error:#}").replace('\n', " "));
    }
}

/// What `vendor.mjs` stamps the libraries with.
fn lock() -> String {
    let lock = std::fs::read("package-lock.json").unwrap_or_default();
    Sha256::digest(lock)
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}
