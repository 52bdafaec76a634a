//! Aloft by keyboard alone: real keys through the X server.

use crate::app::{App, matches};
use crate::desktop::{SOON, wait_for};

impl App<'_> {
    /// Gives the window the keyboard.
    pub(crate) fn take_keyboard(&self) {
        self.desktop.activate(&self.window());
    }

    /// Presses Tab until what has this role and name has the focus, which must be visible there.
    #[track_caller]
    pub(crate) fn tab_to(&self, role: &str, name: &str) {
        let mut seen = Vec::new();
        for _ in 0..120 {
            let before = self.session.active();
            if let Some(active) = &before
                && let Some((is, named)) = self.session.role_and_name(active)
            {
                if is.eq_ignore_ascii_case(role) && matches(name, &named) {
                    let ring = self.session.script(
                        "return arguments[0].matches(':focus-visible')",
                        &[active.argument()],
                    );
                    assert_eq!(
                        ring, true,
                        "the focus on the {role} {named:?} cannot be seen"
                    );
                    return;
                }
                seen.push(format!("{is} {named:?}"));
            }
            self.desktop.press("Tab");
            wait_for("Tab to move the focus", SOON, || {
                (self.session.active() != before).then_some(())
            });
        }
        panic!("Tab never reached the {role} {name:?}, only {seen:#?}");
    }
}
