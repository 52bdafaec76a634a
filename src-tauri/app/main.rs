//! Aloft.
fn main() {
    aloft::run();
}
