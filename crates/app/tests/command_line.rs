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
    started(samspil(arguments, data))
}

fn started(mut command: Command) -> (Child, String) {
    let mut child = command.stdout(Stdio::piped()).spawn().unwrap();
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
        &["journal"],
        &["user"],
        &["user", "add"],
        &["user", "invite"],
        &["personal-data"],
        &["personal-data", "show"],
        &["personal-data", "erase"],
        &["guide"],
        &["registry"],
        &["areas"],
        &["policy"],
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
fn link_of_a_new_person_begins_where_the_program_listens() {
    let folder = tempfile::tempdir().unwrap();
    let link = |name: &str| {
        let email = format!("{name}@example.dk");
        let added = run(&["user", "add", "--name", name, "--email", &email, "--json"], folder.path());
        assert_eq!(added.status.code(), Some(0), "{}", said(&added));
        let answer: serde_json::Value = serde_json::from_slice(&added.stdout).unwrap();
        answer["link"].as_str().unwrap().split("/adgang/").next().unwrap().to_owned()
    };
    assert_eq!(link("first"), "http://127.0.0.1:8165");
    std::fs::write(folder.path().join("samspil.toml"), "listen = \"127.0.0.1:9123\"\n").unwrap();
    assert_eq!(link("second"), "http://127.0.0.1:9123");
    let (child, line) = serve(&["serve", "--listen", "127.0.0.1:0"], folder.path());
    let address = line.split_whitespace().find(|word| word.starts_with("http://")).unwrap().to_owned();
    let while_it_runs = link("third");
    assert_eq!(stop(child, "-TERM"), Some(0));
    assert_eq!(while_it_runs, address);
    std::fs::write(folder.path().join("samspil.toml"), "base_url = \"https://erhverv.example.dk\"\n")
        .unwrap();
    assert_eq!(link("fourth"), "https://erhverv.example.dk");
}

#[test]
fn server_without_a_mail_server_says_so_and_so_does_doctor() {
    let folder = tempfile::tempdir().unwrap();
    let added = run(&["user", "add", "--name", "Mette", "--email", "mette@example.dk"], folder.path());
    assert_eq!(added.status.code(), Some(0), "{}", said(&added));
    let log = folder.path().join("log");
    let mut serving = samspil(&["serve", "--listen", "127.0.0.1:0"], folder.path());
    serving.stderr(std::fs::File::create(&log).unwrap());
    let (child, _) = started(serving);
    assert_eq!(stop(child, "-TERM"), Some(0));
    let log = std::fs::read_to_string(&log).unwrap();
    let told = log.lines().find(|line| line.contains("no mail server is set up")).unwrap();
    assert!(told.contains("WARN"), "{told}");
    let doctor = run(&["doctor", "--json"], folder.path());
    let report: serde_json::Value = serde_json::from_slice(&doctor.stdout).unwrap();
    let finding = |what: &str| {
        let all = report["findings"].as_array().unwrap();
        all.iter()
            .find(|one| one["what"] == what)
            .cloned()
            .unwrap_or_else(|| panic!("nothing on {what}: {report}"))
    };
    let mail = finding("mail server");
    assert_eq!(mail["state"], "note");
    assert!(mail["says"].as_str().unwrap().contains("1 mails wait"), "{mail}");
    assert!(finding("room for files")["says"].as_str().unwrap().contains("free"));
    assert_eq!(finding("proxy")["state"], "good");
}

#[test]
fn doctor_says_that_a_proxy_is_not_trusted_and_that_a_password_alone_is_enough() {
    let folder = tempfile::tempdir().unwrap();
    let findings = |toml: &str| {
        std::fs::write(folder.path().join("samspil.toml"), toml).unwrap();
        let doctor = run(&["doctor", "--json"], folder.path());
        let report: serde_json::Value = serde_json::from_slice(&doctor.stdout).unwrap();
        let all = report["findings"].as_array().unwrap().clone();
        move |what: &str| {
            let found = all.iter().find(|one| one["what"] == what);
            found.map(|one| {
                (one["state"].as_str().unwrap().to_owned(), one["says"].as_str().unwrap().to_owned())
            })
        }
    };
    let https = "base_url = \"https://erhverv.example.dk\"\n";
    let (state, says) = findings(https)("proxy").unwrap();
    assert!(state == "wrong" && says.contains("none is trusted"), "{says}");
    let trusted = format!("{https}[proxy]\ntrusted = [\"127.0.0.1\"]\n");
    assert_eq!(findings(&trusted)("proxy").unwrap().0, "good");
    assert_eq!(findings(&trusted)("second step"), None);
    let offered = format!("{trusted}[identity]\nsecond_step = \"offered\"\n");
    assert_eq!(findings(&offered)("second step").unwrap().0, "note");

    // What the server sees while it runs.
    std::fs::write(folder.path().join("samspil.toml"), "").unwrap();
    let (child, line) = serve(&["serve", "--listen", "127.0.0.1:0"], folder.path());
    let address = line.split_whitespace().find_map(|word| word.strip_prefix("http://")).unwrap().to_owned();
    let mut stream = std::net::TcpStream::connect(&address).unwrap();
    let request = format!(
        "GET /healthz HTTP/1.1\r\nhost: {address}\r\nx-forwarded-for: 203.0.113.7\r\nconnection: close\r\n\r\n"
    );
    std::io::Write::write_all(&mut stream, request.as_bytes()).unwrap();
    let mut answer = String::new();
    std::io::Read::read_to_string(&mut stream, &mut answer).unwrap();
    assert_eq!(stop(child, "-TERM"), Some(0));
    let (state, says) = findings("")("proxy").unwrap();
    assert!(state == "wrong" && says.starts_with("127.0.0.1 passes requests on"), "{says}");
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
fn demo_trusts_no_proxy_until_it_is_told_which() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("demo");
    let made = run(&["demo", "--port", "0", "--only-make", "--enquiries", "2"], &data);
    assert_eq!(made.status.code(), Some(0), "{}", said(&made));
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port().to_string();
    let listen = format!("127.0.0.1:{port}");
    for served in [vec!["serve", "--demo", "--listen", &listen], vec!["demo", "--port", &port]] {
        for trusted in [vec![], vec!["--trusted-proxy", "127.0.0.1"]] {
            let (child, _) = serve(&[served.clone(), trusted.clone()].concat(), &data);
            assert_eq!(stop(child, "-TERM"), Some(0));
            let said = std::fs::read(data.join("serving.json")).unwrap();
            let said: serde_json::Value = serde_json::from_slice(&said).unwrap();
            assert_eq!(said["trusts_proxies"], !trusted.is_empty(), "{served:?} {trusted:?}");
        }
    }
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
    let real = run(&["registry", "import", file.to_str().unwrap()], &data);
    assert_eq!(
        real.status.code(),
        Some(1),
        "invented companies do not come among real ones: {}",
        said(&real)
    );
    assert!(said(&real).contains("41 rejected"), "{}", said(&real));
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

#[test]
fn import_of_a_file_that_is_none_ends_refused_and_the_last_good_import_stays_the_one_that_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let town = registry::town::town(7, "2026-11-23".parse().unwrap());
    let (good, bad) = (folder.path().join("cvr.jsonl"), folder.path().join("passwd"));
    std::fs::write(&good, town.documents[..4].join("\n")).unwrap();
    std::fs::write(&bad, "root:x:0:0:root:/root:/bin/sh\n").unwrap();
    let imported = run(&["registry", "import", "--invented", good.to_str().unwrap()], &data);
    assert_eq!(imported.status.code(), Some(0), "{}", said(&imported));
    let refused = run(&["registry", "import", "--json", bad.to_str().unwrap()], &data);
    assert_eq!(refused.status.code(), Some(1), "{}", said(&refused));
    assert!(said(&refused).contains("nothing in it could be used"), "{}", said(&refused));
    let counts: serde_json::Value = serde_json::from_slice(&refused.stdout).unwrap();
    assert_eq!((counts["read"].as_u64(), counts["rejected"].as_u64()), (Some(1), Some(1)), "{counts}");
    let doctor = said(&run(&["doctor"], &data));
    assert!(doctor.contains("good   business register: imported "), "{doctor}");
    assert!(
        doctor.contains("was refused: nothing in it could be used; the register is as before"),
        "{doctor}"
    );
}

#[test]
fn administrator_who_lost_the_link_is_told_what_to_type_and_gets_a_new_one() {
    let folder = tempfile::tempdir().unwrap();
    let add = ["user", "add", "--name", "Rikke", "--email", "rikke@example.dk", "--role", "admin", "--json"];
    let link = |output: &Output| -> String {
        assert_eq!(output.status.code(), Some(0), "{}", said(output));
        let answer: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
        answer["link"].as_str().unwrap().to_owned()
    };
    let first = link(&run(&add, folder.path()));
    let again = run(&add, folder.path());
    assert_eq!(again.status.code(), Some(1));
    let typed = "samspil user invite --email rikke@example.dk";
    assert!(said(&again).contains(typed), "{}", said(&again));
    let words: Vec<&str> = typed.split(' ').skip(1).chain(["--json"]).collect();
    let second = link(&run(&words, folder.path()));
    assert!(second.contains("/adgang/") && second != first, "{second}");
    let nobody = run(&["user", "invite", "--email", "ingen@example.dk"], folder.path());
    assert_eq!(nobody.status.code(), Some(1));
    assert!(said(&nobody).contains("nobody signs in by ingen@example.dk"), "{}", said(&nobody));
}

#[test]
fn person_with_a_team_that_does_not_exist_is_not_added_at_all() {
    let folder = tempfile::tempdir().unwrap();
    let add = ["user", "add", "--name", "Jonas", "--email", "jonas@example.dk", "--role", "case_officer"];
    let refused = run(&[&add[..], &["--team", "kings"]].concat(), folder.path());
    assert_eq!(refused.status.code(), Some(1), "{}", said(&refused));
    assert!(said(&refused).contains("the teams are: "), "{}", said(&refused));
    let added = run(&[&add[..], &["--team", "building"]].concat(), folder.path());
    assert_eq!(added.status.code(), Some(0), "{}", said(&added));
}

#[test]
fn doctor_does_not_call_a_folder_that_is_not_there_good() {
    let folder = tempfile::tempdir().unwrap();
    let nowhere = folder.path().join("nowhere");
    let doctor = run(&["doctor"], &nowhere);
    assert_eq!(doctor.status.code(), Some(1), "{}", said(&doctor));
    assert!(said(&doctor).contains("nowhere is not there"), "{}", said(&doctor));
    assert!(!nowhere.exists(), "it changes nothing");
}

#[test]
fn doctor_whose_reader_stops_reading_ends_as_it_would_have() {
    let folder = tempfile::tempdir().unwrap();
    let (reader, writer) = std::io::pipe().unwrap();
    drop(reader);
    let mut doctor = samspil(&["doctor"], folder.path());
    let output = doctor.stdout(writer).stderr(Stdio::piped()).output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    assert!(!String::from_utf8_lossy(&output.stderr).contains("panicked"));
}

#[test]
fn journal_is_verified_in_words_for_people_and_in_json_for_programs() {
    let folder = tempfile::tempdir().unwrap();
    let added = run(&["user", "add", "--name", "Rikke", "--email", "rikke@example.dk"], folder.path());
    assert_eq!(added.status.code(), Some(0), "{}", said(&added));
    let words = run(&["journal", "verify"], folder.path());
    let text = String::from_utf8_lossy(&words.stdout).into_owned();
    assert!(!text.contains('{') && text.contains("nothing is wrong"), "{text}");
    let json = run(&["journal", "verify", "--json"], folder.path());
    assert!(serde_json::from_slice::<serde_json::Value>(&json.stdout).unwrap()["journals"].is_array());
}

#[test]
fn backup_into_a_folder_that_is_not_there_names_the_folder_that_was_given() {
    let folder = tempfile::tempdir().unwrap();
    let added = run(&["user", "add", "--name", "Rikke", "--email", "rikke@example.dk"], folder.path());
    assert_eq!(added.status.code(), Some(0), "{}", said(&added));
    let target = folder.path().join("gone/x");
    let refused = run(&["backup", target.to_str().unwrap()], folder.path());
    assert_eq!(refused.status.code(), Some(1), "{}", said(&refused));
    let words = format!("there is no folder {}: make it first", folder.path().join("gone").display());
    assert!(said(&refused).contains(&words) && !said(&refused).contains("unfinished"), "{}", said(&refused));
}
