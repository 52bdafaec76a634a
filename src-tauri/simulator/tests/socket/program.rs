//! The program on the command line.

use std::{
    io::{BufRead, BufReader},
    process::{Command, Stdio},
};

use crate::client::http;

fn program() -> Command {
    Command::new(env!("CARGO_BIN_EXE_akash-simulator"))
}

#[tokio::test]
async fn it_says_where_it_is_and_serves() {
    let mut child = program()
        .args(["--speed", "60", "--seed", "7", "--latency", "none"])
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut line = String::new();
    BufReader::new(child.stdout.take().unwrap())
        .read_line(&mut line)
        .unwrap();
    let said: serde_json::Value = serde_json::from_str(&line).unwrap();
    let url = format!("{}/v1/user/me", said["url"].as_str().unwrap());
    let answer = http()
        .get(url)
        .header("x-api-key", said["api_key"].as_str().unwrap())
        .send()
        .await;
    child.kill().unwrap();
    child.wait().unwrap();
    assert_eq!(answer.unwrap().status(), 200);
}

#[test]
fn it_refuses_what_it_does_not_understand() {
    for arguments in [
        ["--listen", "0.0.0.0:80"],
        ["--speed", "0"],
        ["--speed", "fast"],
        ["--latency", "odd"],
    ] {
        let output = program().args(arguments).output().unwrap();
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        assert!(String::from_utf8_lossy(&output.stderr).starts_with("error: "));
    }
    assert!(program().arg("--help").output().unwrap().status.success());
}
