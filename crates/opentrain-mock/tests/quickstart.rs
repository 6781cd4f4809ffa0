//! The README's quickstart, taken from the README and run by `sh` against the program: with the `curl` of this machine if it
//! has one, and with this file as a stand-in under the name `curl`.

use std::process::ExitCode;

#[cfg(not(unix))]
fn main() -> ExitCode {
    println!("quickstart: not run, since it is for a POSIX shell");
    ExitCode::SUCCESS
}

#[cfg(unix)]
fn main() -> ExitCode {
    unix::main()
}

#[cfg(unix)]
mod unix {
    use std::error::Error;
    use std::ffi::OsString;
    use std::io::{Read, Write};
    use std::net::TcpStream;
    use std::path::{Path, PathBuf};
    use std::process::{Command, ExitCode, Output};

    type Outcome<T> = Result<T, Box<dyn Error>>;

    const HEADING: &str = "## Quickstart with curl";

    pub(super) fn main() -> ExitCode {
        let mut arguments = std::env::args();
        let name = arguments.next().unwrap_or_default();
        let outcome = if name.ends_with("/curl") || name == "curl" {
            stand_in(arguments.collect())
        } else if arguments.any(|argument| argument == "--list") {
            println!("quickstart: test");
            Ok(())
        } else {
            test()
        };
        match outcome {
            Ok(()) => ExitCode::SUCCESS,
            Err(error) => {
                eprintln!("{error}");
                ExitCode::FAILURE
            }
        }
    }

    fn test() -> Outcome<()> {
        let readme = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/README.md"))?;
        let script = block(&readme).ok_or("the README has no quickstart")?;
        let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("quickstart");
        if folder.exists() {
            std::fs::remove_dir_all(&folder)?;
        }
        let stand_in = folder.join("bin");
        std::fs::create_dir_all(&stand_in)?;
        std::os::unix::fs::symlink(std::env::current_exe()?, stand_in.join("curl"))?;
        check(&run(script, &folder, Some(&stand_in))?)?;
        println!("quickstart: ok with the stand-in for curl");
        if Command::new("curl").arg("--version").output().is_ok() {
            check(&run(script, &folder, None)?)?;
            println!("quickstart: ok with curl");
        } else {
            println!("quickstart: not run with curl itself, since this machine has none");
        }
        Ok(())
    }

    /// Returns the first block of shell under the heading.
    fn block(readme: &str) -> Option<&str> {
        let (_, section) = readme.split_once(HEADING)?;
        let (_, rest) = section.split_once("```sh\n")?;
        Some(rest.split_once("\n```")?.0)
    }

    fn run(script: &str, folder: &Path, first: Option<&Path>) -> Outcome<Output> {
        let program = Path::new(env!("CARGO_BIN_EXE_opentrain-mock"));
        let program = program.parent().ok_or("the program is in a folder")?;
        let inherited = std::env::var_os("PATH").unwrap_or_default();
        let folders = first.into_iter().chain([program]).map(Path::to_path_buf);
        let path: OsString =
            std::env::join_paths(folders.chain(std::env::split_paths(&inherited)))?;
        let mut command = Command::new("sh");
        command.args(["-c", script]).env("PATH", path);
        // A proxy would not find this machine.
        command.env("TMPDIR", folder).env("no_proxy", "*");
        Ok(command.output()?)
    }

    /// True if the hire took place.
    fn check(output: &Output) -> Outcome<()> {
        let reported = String::from_utf8_lossy(&output.stdout);
        let complained = String::from_utf8_lossy(&output.stderr);
        let is_hired =
            reported.contains(r#""raw":"HIRED""#) && reported.ends_with(r#"{"found":1}"#);
        if output.status.success() && is_hired {
            return Ok(());
        }
        Err(format!("{}\n{reported}\n{complained}", output.status).into())
    }

    /// Does as much of curl as the quickstart uses: `-X`, `-H`, `-d`, a URL; `-s`, `-S` and `-f` are taken for granted.
    fn stand_in(arguments: Vec<String>) -> Outcome<()> {
        let (mut method, mut headers, mut body, mut url) =
            (String::from("GET"), String::new(), None, String::new());
        let mut arguments = arguments.into_iter();
        while let Some(argument) = arguments.next() {
            let mut value = || arguments.next().ok_or("an option without its value");
            match argument.as_str() {
                "-sSf" => {}
                "-X" => method = value()?,
                "-H" => headers.push_str(&format!("{}\r\n", value()?)),
                "-d" => body = Some(value()?),
                option if option.starts_with('-') => {
                    return Err(format!("the stand-in for curl has no option {option}").into());
                }
                _ => url = argument,
            }
        }
        let rest = url
            .strip_prefix("http://")
            .ok_or("the URL is no http URL")?;
        let (host, path) = rest.split_once('/').ok_or("the URL has no path")?;
        let body = body.unwrap_or_default();
        if !body.is_empty() && !headers.contains("Content-Type") {
            headers.push_str("Content-Type: application/x-www-form-urlencoded\r\n");
        }
        let request = format!(
            "{method} /{path} HTTP/1.1\r\nHost: {host}\r\n{headers}Content-Length: {}\r\nConnection: close\r\n\r\n{body}",
            body.len()
        );
        print(&exchange(host, &request)?)
    }

    fn exchange(host: &str, request: &str) -> Outcome<String> {
        let mut connection = TcpStream::connect(host)?;
        connection.write_all(request.as_bytes())?;
        let mut response = String::new();
        connection.read_to_string(&mut response)?;
        Ok(response)
    }

    /// Prints the body on standard output, and returns an error for a status other than success.
    fn print(response: &str) -> Outcome<()> {
        let (head, body) = response.split_once("\r\n\r\n").ok_or("no whole response")?;
        if !head.starts_with("HTTP/1.1 2") {
            return Err(response.into());
        }
        std::io::stdout().write_all(body.as_bytes())?;
        Ok(())
    }
}
