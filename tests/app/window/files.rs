//! What is no SDL file: each is explained, and what was there stays.

use crate::app::{App, PATIENCE, Start};
use crate::desktop::{Desktop, SOON, wait_for};
use crate::steps::HELLO;
use std::fs;
use std::path::Path;

pub(crate) fn dropped(desktop: &Desktop) {
    let app = App::start(desktop, &App::fresh_data(desktop, "dropped"), Start::demo());
    app.reads(PATIENCE, &["Nothing is deployed yet"]);
    let good = app.file("good.yaml", HELLO);
    app.drop_files(&[&good]);
    app.reads(SOON, &["good", "nginx:1.27.3"]);

    let folder = app.data.with_file_name("a folder");
    fs::create_dir_all(&folder).unwrap();
    let picture = app.file("picture.png", [0x89, b'P', b'N', b'G', 0, 1, 2]);
    let document = app.file("letter.docx", "Dear Sir");
    let large = app.file("large.yaml", "a".repeat(512 * 1024 + 1));
    let binary = app.file("binary.yaml", b"version: \0\"2.0\"");
    let wrong: [(&[&Path], &str); 5] = [
        (&[&folder], "There is no SDL file in the folder “a folder”."),
        (&[&picture], "“picture.png” is not a text file."),
        (
            &[&document],
            "“letter.docx” does not look like an SDL file.",
        ),
        (&[&large], "“large.yaml” is larger than 512 KiB."),
        (&[&binary], "“binary.yaml” is not a text file."),
    ];
    for (files, said) in wrong {
        app.drop_files(files);
        app.reads(SOON, &[said, "good", "nginx:1.27.3"]);
        // In the screen, in sight, and only the last of them.
        let shown = app.session.script(
            "const box = document.getElementById('refusal').getBoundingClientRect();
             return [document.getElementById('refusal').innerText, box.top >= 0 && box.bottom <= innerHeight, document.querySelectorAll('.notice').length]",
            &[],
        );
        assert!(shown[0].as_str().unwrap().contains(said), "{shown}");
        assert_eq!(shown[1], true, "of what is in sight: {shown}");
        assert_eq!(shown[2], 0, "of notices that say it again");
    }
    app.find("button", "Ask for prices*", SOON);

    // Of several files the first SDL is shown, and those after it wait.
    let (second, third) = (
        app.file("second.yaml", HELLO),
        app.file("third.yaml", HELLO),
    );
    app.drop_files(&[&picture, &second, &third]);
    app.reads(SOON, &["second", "1 more file is waiting:", "third.yaml"]);
    app.click("button", "third.yaml");
    app.reads(SOON, &["third", "nginx:1.27.3"]);
    // A folder with an SDL in it gives that.
    fs::write(folder.join("inside.yaml"), HELLO).unwrap();
    app.drop_files(&[&folder]);
    app.reads(SOON, &["inside", "nginx:1.27.3"]);

    // Taken back before it is let go: the window is as before.
    let (x, y, width, height) = desktop.geometry(&app.window());
    desktop.drag_and_cancel(&[&picture], (x + width / 2, y + height / 2), || {
        app.text().contains("Drop to check and deploy")
    });
    wait_for("the drop target to go", SOON, || {
        (!app.text().contains("Drop to check and deploy")).then_some(())
    });
}

pub(crate) fn as_argument(desktop: &Desktop) {
    let data = App::fresh_data(desktop, "argument");
    let place = data.parent().unwrap();
    let binary = place.join("binary.yaml");
    fs::write(&binary, b"\0\0").unwrap();
    let app = App::start(desktop, &data, Start::demo().arg(binary.to_str().unwrap()));
    app.reads(PATIENCE, &["“binary.yaml” is not a text file."]);

    // A second start hands its file to the window that runs, from wherever it was started.
    app.file("second.yaml", HELLO);
    app.start_again(place, &["second.yaml"]);
    app.reads(SOON, &["second", "nginx:1.27.3"]);
    app.start_again(place, &["no-such.yaml"]);
    app.reads(SOON, &["“no-such.yaml” can’t be read.", "second"]);
    app.start_again(place, &["second.yaml", "binary.yaml"]);
    app.reads(SOON, &["second", "nginx:1.27.3"]);
    app.start_again(place, &[]);
    app.find("button", "Ask for prices*", SOON);
}

/// Before an account is connected a file is checked too, and waits.
pub(crate) fn before_connecting(desktop: &Desktop) {
    let data = App::fresh_data(desktop, "before");
    let file = data.with_file_name("early.yaml");
    fs::write(&file, HELLO).unwrap();
    let app = App::start(desktop, &data, Start::default().arg(file.to_str().unwrap()));
    app.reads(PATIENCE, &["early", "nginx:1.27.3"]);
    app.click("button", "Try this in the demo");
    app.find("button", "Ask for prices*", PATIENCE);
    app.reads(SOON, &["early"]);
}
