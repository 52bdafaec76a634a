//! Any bytes must be answered; what is valid must be derived, compared with itself and edited.
#![no_main]

use akash_sdl::{Derivation, check, edit};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let text = String::from_utf8_lossy(bytes);
    let checked = check(&text);
    for fix in checked.findings.iter().filter_map(|finding| finding.fix.as_ref()) {
        check(&edit::apply(&text, fix));
    }
    if let Ok(edited) = edit::set(&text, "/services/web/image", "nginx:1.27") {
        check(&edited);
    }
    let Some(sdl) = checked.sdl else { return };
    sdl.summary();
    sdl.requirements();
    for derivation in Derivation::ALL {
        assert!(sdl.compare(&sdl.derive(derivation).manifest).is_same());
    }
});
