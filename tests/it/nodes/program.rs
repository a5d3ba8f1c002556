//! The program as a process, started with settings of its own and ended by its own id.

use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};
use std::sync::mpsc::channel;
use std::time::{Duration, Instant};

/// How long a start and an orderly end may take on a machine that does much else.
const PATIENCE: Duration = Duration::from_secs(60);

/// The program with the settings of one node.
pub struct Program {
    settings: Vec<(String, String)>,
}

impl Program {
    /// With its data in `data`, and these settings besides.
    pub fn new(data: &Path, settings: &[(&str, &str)]) -> Self {
        let mut all = vec![
            ("WANGGE_DATA_DIR".to_owned(), data.display().to_string()),
            ("WANGGE_SERVER__ADDRESS".to_owned(), "127.0.0.1:0".to_owned()),
            ("WANGGE_WORK__ADDRESS".to_owned(), "127.0.0.1:0".to_owned()),
            ("WANGGE_LOG__LEVEL".to_owned(), "error".to_owned()),
        ];
        for whose in ["ACCOUNT", "ADDRESS", "AUTH"] {
            for what in ["PER_MINUTE", "BURST"] {
                all.push((format!("WANGGE_LIMITS__{whose}_{what}"), "1000000".to_owned()));
            }
        }
        all.extend(settings.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
        Self { settings: all }
    }

    /// `program` with our settings and nothing else of whoever runs the tests.
    pub fn command(&self, program: &str) -> Command {
        let mut command = Command::new(program);
        let built = Path::new(env!("CARGO_BIN_EXE_wangge")).parent().unwrap().display().to_string();
        let path = format!("{built}:{}", std::env::var("PATH").unwrap_or_default());
        command.env_clear().env("PATH", path).envs(self.settings.iter().cloned());
        command
    }

    /// Runs a command of ours to its end.
    pub fn try_run(&self, arguments: &[&str], input: &str) -> Output {
        let mut command = self.command(env!("CARGO_BIN_EXE_wangge"));
        command.args(arguments).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        // A command that refuses at once does not read, and that is its answer.
        drop(child.stdin.take().unwrap().write_all(input.as_bytes()));
        child.wait_with_output().unwrap()
    }

    /// As [`Self::try_run`], for what must succeed; answers what it printed.
    pub fn run(&self, arguments: &[&str], input: &str) -> String {
        let done = self.try_run(arguments, input);
        assert!(done.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&done.stderr));
        String::from_utf8_lossy(&done.stdout).into_owned()
    }

    /// Starts `serve` or `work` and returns when it listens.
    pub fn start(&self, what: &str) -> Running {
        let mut command = self.command(env!("CARGO_BIN_EXE_wangge"));
        let mut child = command.arg(what).stdin(Stdio::null()).stdout(Stdio::piped()).spawn().unwrap();
        let out = BufReader::new(child.stdout.take().unwrap());
        let (tell, told) = channel();
        std::thread::spawn(move || {
            for line in out.lines().map_while(Result::ok) {
                let address = line.split_once("http://").and_then(|(_, rest)| rest.split_once('/'));
                if let Some((address, _)) = address {
                    drop(tell.send(format!("http://{address}")));
                }
            }
        });
        let mut running = Running { child, base: String::new() };
        running.base = told.recv_timeout(PATIENCE).expect("it does not listen");
        running
    }
}

/// A process that runs until this is dropped, and then is no more.
pub struct Running {
    child: Child,
    /// Where it listens: `http://127.0.0.1:40001`.
    pub base: String,
}

impl Running {
    /// Ends it as a power failure would.
    pub fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// Tells it to stop and waits until it has; whether it ended well.
    pub fn stop(mut self) -> bool {
        let told = Command::new("sh").args(["-c", &format!("kill -TERM {}", self.child.id())]).status();
        assert!(told.unwrap().success());
        let began = Instant::now();
        while began.elapsed() < PATIENCE {
            if let Some(ended) = self.child.try_wait().unwrap() {
                return ended.success();
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        panic!("it does not stop");
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // It may have ended already.
        drop(self.child.kill());
        drop(self.child.wait());
    }
}
