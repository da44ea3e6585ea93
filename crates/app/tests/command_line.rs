//! The command line as an operator types it: exit codes, sentences, and an end in order.

use std::{
    io::{BufRead, BufReader},
    path::Path,
    process::{Child, Command, Output, Stdio},
};

fn samspil(arguments: &[&str], data: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_samspil"));
    command.args(arguments).arg("--data").arg(data).stdin(Stdio::null());
    for name in ["SAMSPIL_DATA", "SAMSPIL_DATABASE", "SAMSPIL_SMTP_PASSWORD"] {
        command.env_remove(name);
    }
    command
}

fn run(arguments: &[&str], data: &Path) -> Output {
    samspil(arguments, data).output().unwrap()
}

fn said(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

/// Starts it and waits until it says where it is.
fn serve(arguments: &[&str], data: &Path) -> (Child, String) {
    let mut child = samspil(arguments, data).stdout(Stdio::piped()).spawn().unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines().map(Result::unwrap);
    let line = lines.find(|line| line.starts_with("Samspil runs on ")).unwrap();
    // The rest must be read, or the program would wait for us.
    std::thread::spawn(move || lines.count());
    (child, line)
}

fn stop(mut child: Child, signal: &str) -> Option<i32> {
    Command::new("kill").args([signal, &child.id().to_string()]).status().unwrap();
    child.wait().unwrap().code()
}

#[test]
fn empty_directory_is_made_usable_and_the_end_is_in_order() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("new");
    for signal in ["-TERM", "-INT"] {
        let (child, line) = serve(&["serve", "--listen", "127.0.0.1:0"], &data);
        assert!(line.contains("http://127.0.0.1:"), "{line}");
        assert_eq!(stop(child, signal), Some(0), "{signal}");
    }
    for file in ["samspil.db", "samspil.key", "attachments"] {
        assert!(data.join(file).exists(), "{file} is missing");
    }
    let verified = run(&["journal", "verify", "--replay"], &data);
    assert_eq!(verified.status.code(), Some(0), "{}", said(&verified));
    let wrong = run(&["journal", "verify", "--root", &"0".repeat(64)], &data);
    assert_eq!(wrong.status.code(), Some(1), "{}", said(&wrong));
}

#[test]
fn wrong_use_ends_with_two_and_says_what_to_write() {
    let folder = tempfile::tempdir().unwrap();
    for (arguments, words) in [
        (&["serve", "--listen", "here"][..], "--listen"),
        (&["sevre"], "unrecognized subcommand"),
        (&["user", "add", "--name", "A", "--email", "a"], "no e-mail address"),
        (&["user", "add", "--name", "A", "--email", "a@example.dk", "--role", "king"], "the roles are"),
        (&["journal", "verify", "--root", "x"], "64 hexadecimal digits"),
        (&["serve", "--demo"], "is no demo"),
        (&["migrate", "--database", "mysql://x"], "postgres://"),
    ] {
        let output = run(arguments, folder.path());
        assert_eq!(output.status.code(), Some(2), "{arguments:?}: {}", said(&output));
        assert!(said(&output).contains(words), "{arguments:?}: {}", said(&output));
    }
}

#[test]
fn every_command_has_help_with_an_example() {
    let folder = tempfile::tempdir().unwrap();
    for command in [
        &["serve"][..],
        &["demo"],
        &["migrate"],
        &["doctor"],
        &["journal", "verify"],
        &["user", "add"],
        &["guide", "suggest"],
        &["registry", "import"],
        &["registry", "points"],
        &["areas", "import"],
        &["policy", "check"],
        &["policy", "import"],
        &["backup"],
        &["restore"],
        &["move"],
    ] {
        let output = run(&[command, &["--help"]].concat(), folder.path());
        assert_eq!(output.status.code(), Some(0), "{command:?}");
        assert!(said(&output).contains("Example"), "{command:?}: {}", said(&output));
    }
}

#[test]
fn wrong_setting_is_refused_with_its_line_and_doctor_says_what_to_do() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("samspil.toml"), "[municipality]\nphon = \"43000000\"\n").unwrap();
    let refused = run(&["serve", "--listen", "127.0.0.1:0"], folder.path());
    assert_eq!(refused.status.code(), Some(1));
    assert!(said(&refused).contains("samspil.toml, line 2: unknown field `phon`"), "{}", said(&refused));
    let doctor = run(&["doctor", "--json"], folder.path());
    assert_eq!(doctor.status.code(), Some(1), "{}", said(&doctor));
    let report: serde_json::Value = serde_json::from_slice(&doctor.stdout).unwrap();
    assert_eq!(report["wrong"], 1);
}

#[test]
fn person_is_added_once_with_a_link_to_choose_a_password() {
    let folder = tempfile::tempdir().unwrap();
    let add =
        ["user", "add", "--name", "Mette Holm", "--email", "mette@example.dk", "--role", "admin", "--json"];
    let added = run(&add, folder.path());
    assert_eq!(added.status.code(), Some(0), "{}", said(&added));
    let answer: serde_json::Value = serde_json::from_slice(&added.stdout).unwrap();
    assert!(answer["link"].as_str().unwrap().contains("/adgang/"), "{answer}");
    let again = run(&add, folder.path());
    assert_eq!(again.status.code(), Some(1), "{}", said(&again));
}

#[test]
fn demo_is_the_same_for_the_same_seed_and_is_never_served_by_mistake() {
    let folder = tempfile::tempdir().unwrap();
    // Mails name the address, so both are made for the same.
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port().to_string();
    let mut roots = Vec::new();
    for name in ["one", "two"] {
        let data = folder.path().join(name);
        let small = [
            "demo",
            "--port",
            &port,
            "--only-make",
            "--enquiries",
            "25",
            "--seed",
            "7",
            "--today",
            "2026-11-23",
        ];
        let made = run(&small, &data);
        assert_eq!(made.status.code(), Some(0), "{}", said(&made));
        let verified = run(&["journal", "verify", "--replay", "--json"], &data);
        assert_eq!(verified.status.code(), Some(0), "{}", said(&verified));
        let report: serde_json::Value = serde_json::from_slice(&verified.stdout).unwrap();
        roots.push(report["journals"][0]["root"].clone());
    }
    assert_eq!(roots[0], roots[1]);
    let data = folder.path().join("one");
    let refused = run(&["serve", "--listen", "127.0.0.1:0"], &data);
    assert_eq!(refused.status.code(), Some(1));
    assert!(said(&refused).contains("--demo"), "{}", said(&refused));
    let abroad = run(&["serve", "--demo", "--listen", "0.0.0.0:0"], &data);
    assert_eq!(abroad.status.code(), Some(1), "{}", said(&abroad));
    let (child, _) = serve(&["serve", "--demo", "--listen", "127.0.0.1:0"], &data);
    assert_eq!(stop(child, "-TERM"), Some(0));
}

#[test]
fn guide_answers_a_text_and_counts_a_file() {
    let folder = tempfile::tempdir().unwrap();
    let output = run(&["guide", "suggest", "--json", "må vi sætte et skilt op på facaden"], folder.path());
    let answer: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(answer["topics"][0]["key"], "signage", "{answer}");
    let file = folder.path().join("q.tsv");
    std::fs::write(&file, "må vi sætte et skilt op på facaden\tsignage\n").unwrap();
    let output = run(&["guide", "suggest", "--file", file.to_str().unwrap()], folder.path());
    assert_eq!(String::from_utf8_lossy(&output.stdout), "top-1 100.0 %\ntop-3 100.0 %\n");
}

#[test]
fn register_is_imported_once_and_the_last_line_counts() {
    let folder = tempfile::tempdir().unwrap();
    let town = registry::town::town(7, "2026-11-23".parse().unwrap());
    let mut documents = town.documents[..40].join("\n");
    documents.push_str("\n{\"broken\": \n");
    let file = folder.path().join("cvr.jsonl");
    std::fs::write(&file, documents).unwrap();
    let data = folder.path().join("data");
    let import = ["registry", "import", "--json", "--invented", file.to_str().unwrap()];
    let counts = |output: &Output| -> serde_json::Value {
        assert_eq!(output.status.code(), Some(0), "{}", said(output));
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        serde_json::from_str(text.lines().last().unwrap()).unwrap()
    };
    let first = run(&import, &data);
    assert!(String::from_utf8_lossy(&first.stderr).contains("line 41"), "{}", said(&first));
    let (first, second) = (counts(&first), counts(&run(&import, &data)));
    assert_eq!((first["added"].as_u64(), first["rejected"].as_u64()), (Some(40), Some(1)), "{first}");
    assert_eq!((second["added"].as_u64(), second["unchanged"].as_u64()), (Some(0), Some(40)), "{second}");
    let real = run(&["registry", "import", "--json", file.to_str().unwrap()], &data);
    assert_eq!(
        counts(&real)["rejected"].as_u64(),
        Some(41),
        "invented companies do not come among real ones"
    );
    let areas = folder.path().join("areas.geojson");
    std::fs::write(&areas, town.areas).unwrap();
    let drawn = run(&["areas", "import", "--json", areas.to_str().unwrap()], &data);
    assert_eq!(counts(&drawn)["areas"].as_u64(), Some(4));
}

#[test]
fn policy_is_checked_line_by_line_and_read_in_once() {
    let folder = tempfile::tempdir().unwrap();
    let ours = concat!(env!("CARGO_MANIFEST_DIR"), "/../../policies/albertslund-2023-2026.toml");
    let checked = run(&["policy", "check", ours], folder.path());
    assert_eq!(checked.status.code(), Some(0), "{}", said(&checked));
    let wrong = folder.path().join("wrong.toml");
    std::fs::write(&wrong, "id = \"x\"\nnonsense = 1\n").unwrap();
    let refused = run(&["policy", "check", wrong.to_str().unwrap()], folder.path());
    assert_eq!(refused.status.code(), Some(1), "{}", said(&refused));
    assert!(said(&refused).contains("line 2"), "{}", said(&refused));
    let data = folder.path().join("data");
    for words in ["is read in as version 1", "was there already"] {
        let imported = run(&["policy", "import", ours], &data);
        assert_eq!(imported.status.code(), Some(0), "{}", said(&imported));
        assert!(said(&imported).contains(words), "{}", said(&imported));
    }
}
