//! What has to be set on Linux before anything else runs.

/// Works around faults of WebKitGTK, each only where it strikes. A variable that the person has set is never touched.
#[allow(
    unsafe_code,
    reason = "the only way to set a variable for libraries written in C"
)]
pub(crate) fn prepare() {
    // NVIDIA's driver and WebKitGTK disagree about explicit sync on Wayland: the window stays blank or the program ends with "Error 71".
    // Turning explicit sync off keeps the graphics card in use. https://github.com/tauri-apps/tauri/issues/9304
    let wayland = std::env::var_os("WAYLAND_DISPLAY").is_some();
    let nvidia = std::path::Path::new("/sys/module/nvidia").exists();
    let name = "__NV_DISABLE_EXPLICIT_SYNC";
    if wayland && nvidia && std::env::var_os(name).is_none() {
        // SAFETY: called first thing in the program, no other thread runs yet.
        unsafe { std::env::set_var(name, "1") };
    }
}

/// Whether there is a screen to open a window on. Without one GTK ends the program in its own words.
pub(crate) fn has_display() -> bool {
    let set = |name| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    set("DISPLAY") || set("WAYLAND_DISPLAY")
}
