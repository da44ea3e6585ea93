//! Backup, restore and move as an operator types them, of a town with cases, mails and files.

use std::{
    path::{Path, PathBuf},
    process::{Command, Output, Stdio},
    sync::OnceLock,
};

use serde_json::Value;
use storage::{
    Attachment, AttachmentOwner, Attachments, Db, Erased, Reader, Target,
    sea_orm::{ConnectionTrait, Statement},
};

fn command(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_samspil"));
    command.args(arguments).stdin(Stdio::null());
    for name in ["SAMSPIL_DATA", "SAMSPIL_DATABASE", "SAMSPIL_FROM", "SAMSPIL_TO", "SAMSPIL_SMTP_PASSWORD"] {
        command.env_remove(name);
    }
    command
}

fn samspil(arguments: &[&str]) -> Output {
    command(arguments).output().unwrap()
}

fn said(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

fn done(arguments: &[&str]) -> Output {
    let output = samspil(arguments);
    assert_eq!(output.status.code(), Some(0), "{arguments:?}: {}", said(&output));
    output
}

fn report(arguments: &[&str]) -> Value {
    let output = done(&[arguments, &["--json"]].concat());
    serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("no JSON: {}", said(&output)))
}

fn refused(arguments: &[&str], words: &str) {
    let output = samspil(arguments);
    assert_eq!(output.status.code(), Some(1), "{arguments:?}: {}", said(&output));
    assert!(said(&output).contains(words), "{arguments:?}: {}", said(&output));
}

/// A small demo town with one file and a configuration, made once; each test copies it.
fn town(into: &Path) -> PathBuf {
    static TOWN: OnceLock<tempfile::TempDir> = OnceLock::new();
    let town = TOWN.get_or_init(|| {
        let folder = tempfile::tempdir().unwrap();
        let data = folder.path().join("town");
        let text = data.to_str().unwrap();
        done(&[
            "demo",
            "--data",
            text,
            "--only-make",
            "--enquiries",
            "12",
            "--today",
            "2026-11-23",
            "--port",
            "0",
        ]);
        std::fs::write(data.join("samspil.toml"), "base_url = \"https://erhverv.example.dk\"\n").unwrap();
        add_a_file(&data);
        folder
    });
    let data = into.join("town");
    let copied = Command::new("cp").arg("-r").arg(town.path().join("town")).arg(&data).status().unwrap();
    assert!(copied.success());
    data
}

fn add_a_file(data: &Path) {
    let files = Attachments::open(&data.join("attachments")).unwrap();
    with_bench(data, async |bench| {
        let file =
            files.keep(bench.id(), "tegning.pdf", "application/pdf", b"%PDF-1.7 a shed").await.unwrap();
        let tx = bench.tx().await;
        let owner = AttachmentOwner { kind: "enquiries.entry", id: bench.id() };
        Attachment::insert(&tx, owner, &file).await.unwrap();
        tx.commit().await.unwrap();
    });
}

fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}

#[test]
fn backup_is_restored_elsewhere_and_says_the_same_of_itself() {
    let folder = tempfile::tempdir().unwrap();
    let data = town(folder.path());
    let (file, new, again) =
        (folder.path().join("a.tar"), folder.path().join("new"), folder.path().join("b.tar"));
    let first = report(&["backup", text(&file), "--data", text(&data)]);
    assert!(first["rows"].as_u64().unwrap() > 300, "{first}");
    assert_eq!(first["files"], 1);
    done(&["restore", "--check", text(&file)]);
    let restored = report(&["restore", text(&file), "--data", text(&new)]);
    assert_eq!((&restored["tables"], &restored["journals"]), (&first["tables"], &first["journals"]));
    for name in ["samspil.key", "samspil.toml", "demo"] {
        assert_eq!(std::fs::read(new.join(name)).unwrap(), std::fs::read(data.join(name)).unwrap(), "{name}");
    }
    let second = report(&["backup", text(&again), "--data", text(&new)]);
    // But for the journal's own tables, which say now that it was restored.
    let tables = |report: &Value| -> Vec<Value> {
        let all = report["tables"].as_array().unwrap().iter();
        all.filter(|table| !table["name"].as_str().unwrap().starts_with("journal")).cloned().collect()
    };
    assert_eq!(tables(&second), tables(&first));
    let position = |report: &Value| report["journals"][0]["position"].as_i64().unwrap();
    assert_eq!(position(&second), position(&first) + 1);
    done(&["journal", "verify", "--replay", "--data", text(&new)]);
    // The chain goes on from where the backup left it: its root still stands in the restored journal.
    let root = first["journals"][0]["root"].as_str().unwrap();
    done(&["journal", "verify", "--root", root, "--data", text(&new)]);
    let line: String = with_bench(&new, async |bench| {
        one(bench, "SELECT payload FROM journal_line WHERE word = 'restored'").await
    });
    let line: Value = serde_json::from_str(&line).unwrap();
    let sum = Command::new("sha256sum").arg(&file).output().unwrap();
    assert_eq!(line["archive"].as_str(), said(&sum).split_whitespace().next(), "{line}");
    assert_eq!(line["position"].as_i64(), Some(position(&first)));
    assert_eq!((&line["discrepancies"], &line["erasures"]), (&Value::from(0), &Value::from(0)));
    assert_eq!(line["made_at"], first["made_at"]);
    // Neither is anything written over.
    refused(&["restore", text(&file), "--data", text(&new)], "the target is not empty");
    refused(&["backup", text(&file), "--data", text(&data)], "is there already");
}

#[test]
fn refused_restore_leaves_the_directory_as_it_was() {
    let folder = tempfile::tempdir().unwrap();
    let data = town(folder.path());
    let (file, new) = (folder.path().join("a.tar"), folder.path().join("new"));
    done(&["backup", text(&file), "--data", text(&data)]);
    let mut bytes = std::fs::read(&file).unwrap();
    let place = bytes.windows(6).position(|some| some == b"a shed").unwrap();
    bytes[place] ^= 1;
    let spoilt = folder.path().join("spoilt.tar");
    std::fs::write(&spoilt, bytes).unwrap();
    refused(&["restore", text(&spoilt), "--data", text(&new)], "the backup is damaged: files/");
    assert!(!new.exists());
    // A journal that does not hold is said before anything is there.
    with_bench(&data, async |bench| {
        let tx = bench.tx().await;
        let sql = "UPDATE journal_line SET visibility = 'public' WHERE position = 7";
        tx.conn().execute_unprepared(sql).await.unwrap();
        tx.commit().await.unwrap();
    });
    let tampered = folder.path().join("tampered.tar");
    done(&["backup", text(&tampered), "--data", text(&data)]);
    refused(&["restore", text(&tampered), "--data", text(&new)], "0165: changed line at position 7");
    assert_eq!(std::fs::read_dir(&new).unwrap().count(), 0, "something was left behind");
    done(&["restore", text(&tampered), "--data", text(&new), "--accept-discrepancies"]);
}

#[test]
fn configuration_that_an_operator_has_written_first_stays() {
    let folder = tempfile::tempdir().unwrap();
    let data = town(folder.path());
    let (file, new) = (folder.path().join("a.tar"), folder.path().join("new"));
    done(&["backup", text(&file), "--data", text(&data)]);
    std::fs::create_dir(&new).unwrap();
    std::fs::write(new.join("samspil.toml"), "base_url = \"https://ny.example.dk\"\n").unwrap();
    let output = done(&["restore", text(&file), "--data", text(&new)]);
    assert!(said(&output).contains("samspil.toml was there already"), "{}", said(&output));
    assert!(std::fs::read_to_string(new.join("samspil.toml")).unwrap().contains("ny.example.dk"));
}

#[test]
fn installation_moves_to_postgresql_and_back_and_is_the_same() {
    let Ok(server) = std::env::var("TEST_POSTGRES_URL") else { return };
    let folder = tempfile::tempdir().unwrap();
    let data = town(folder.path());
    let name = format!("samspil_move_{}", std::process::id());
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let on_server = |sql: String| {
        let target = Target::Postgres(server.clone());
        runtime.block_on(async {
            let db = Db::open(&target).await.unwrap();
            db.raw().execute_unprepared(&sql).await.unwrap();
            db.close().await.unwrap();
        });
    };
    on_server(format!("CREATE DATABASE {name}"));
    let (address, options) = server.split_once('?').unwrap_or((&server, ""));
    let (host, _) = address.rsplit_once('/').unwrap();
    let url = format!("{host}/{name}?{options}");
    let sqlite = format!("sqlite:{}", text(&data.join("samspil.db")));
    // Addresses hold passwords: they need not stand on the command line.
    let mut moving = command(&["move", "--json"]);
    let moved = moving.env("SAMSPIL_FROM", &sqlite).env("SAMSPIL_TO", &url).output().unwrap();
    assert_eq!(moved.status.code(), Some(0), "{}", said(&moved));
    let there: Value = serde_json::from_slice(&moved.stdout).unwrap();
    // Files and secret stayed where they were, and the program finds them there.
    done(&["journal", "verify", "--replay", "--data", text(&data), "--database", &url]);
    refused(&["move", "--from", &sqlite, "--to", &url], "the target is not empty");
    let home = folder.path().join("home");
    let back_to = format!("sqlite:{}", text(&home.join("samspil.db")));
    let back = report(&["move", "--data", text(&data), "--from", &url, "--to", &back_to]);
    on_server(format!("DROP DATABASE {name} WITH (FORCE)"));
    assert_eq!(there, back);
    assert_eq!((&back["files"], &back["discrepancies"]), (&Value::from(1), &Value::Array(Vec::new())));
    assert!(home.join("samspil.key").exists());
    let (one, two) = (folder.path().join("one.tar"), folder.path().join("two.tar"));
    let before = report(&["backup", text(&one), "--data", text(&data)]);
    let after = report(&["backup", text(&two), "--data", text(&home)]);
    assert_eq!((&before["tables"], &before["journals"]), (&after["tables"], &after["journals"]));
}

/// Runs something in the database of a directory.
fn with_bench<T>(data: &Path, work: impl AsyncFnOnce(&testkit::Bench) -> T) -> T {
    tokio::runtime::Runtime::new().unwrap().block_on(async {
        let mut bench = testkit::Bench::open(&Target::Sqlite(data.join("samspil.db"))).await;
        bench.ids = std::sync::Arc::new(kernel::Ids::random());
        let outcome = work(&bench).await;
        bench.db.close().await.unwrap();
        outcome
    })
}

async fn one<T: storage::sea_orm::TryGetable>(bench: &testkit::Bench, sql: &str) -> T {
    let conn = bench.db.raw();
    let statement = Statement::from_string(conn.get_database_backend(), sql);
    conn.query_one_raw(statement).await.unwrap().unwrap().try_get_by_index(0).unwrap()
}

#[test]
fn text_that_was_erased_after_the_backup_is_written_down_by_the_server_and_stays_erased() {
    let folder = tempfile::tempdir().unwrap();
    let data = town(folder.path());
    let (file, new) = (folder.path().join("a.tar"), folder.path().join("new"));
    done(&["backup", text(&file), "--data", text(&data)]);
    let entry: uuid::Uuid = with_bench(&data, async |bench| {
        let id = one(bench, "SELECT id FROM enquiries_entry WHERE text <> '' ORDER BY id").await;
        let why = "personal-data".parse().unwrap();
        let tx = bench.tx().await;
        let erased = [Erased::Column("text"), Erased::Column("salt"), Erased::ColumnTo("redacted", &why)];
        storage::record_erasure(&tx, "enquiries_entry", id, &erased).await.unwrap();
        tx.commit().await.unwrap();
        id
    });
    let list = data.join("erasures.jsonl");
    let mut serving = command(&["serve", "--demo", "--listen", "127.0.0.1:0", "--data", text(&data)]);
    let mut serving = serving.stdout(Stdio::null()).spawn().unwrap();
    tokio::runtime::Runtime::new().unwrap().block_on(async {
        let written = || std::fs::read_to_string(&list).is_ok_and(|text| text.contains(&entry.to_string()));
        for _ in (0..200).take_while(|_| !written()) {
            tokio::time::sleep(std::time::Duration::from_millis(100)).await;
        }
    });
    Command::new("kill").arg(serving.id().to_string()).status().unwrap();
    assert!(serving.wait().unwrap().success());
    let restored = report(&["restore", text(&file), "--data", text(&new), "--erasures", text(&list)]);
    assert_eq!(restored["erasures"], serde_json::json!({ "given": 3, "done": 3 }));
    let count = |data: &Path| {
        let id = entry.simple();
        let sql = format!(
            "SELECT COUNT(*) FROM enquiries_entry WHERE id = x'{id}' AND text = '' AND salt IS NULL AND redacted = 'personal-data'"
        );
        with_bench(data, async move |bench| one::<i64>(bench, &sql).await)
    };
    assert_eq!(count(&new), 1);
    assert_eq!(std::fs::read_to_string(new.join("erasures.jsonl")).unwrap().lines().count(), 3);
    done(&["journal", "verify", "--replay", "--data", text(&new)]);
}

#[test]
fn link_of_the_time_of_the_backup_does_not_open_what_was_restored() {
    let folder = tempfile::tempdir().unwrap();
    let data = town(folder.path());
    let (file, new) = (folder.path().join("a.tar"), folder.path().join("new"));
    done(&["user", "add", "--name", "Mette Holm", "--email", "holm@example.dk", "--data", text(&data)]);
    done(&["backup", text(&file), "--data", text(&data)]);
    let restored = report(&["restore", text(&file), "--data", text(&new)]);
    assert!(restored["jobs_waiting"].as_i64().unwrap() >= 1, "the invitation waits to be mailed: {restored}");
    let open = "SELECT COUNT(*) FROM identity_link WHERE used_at IS NULL";
    assert_eq!(with_bench(&data, async |bench| one::<i64>(bench, open).await), 1);
    assert_eq!(with_bench(&new, async |bench| one::<i64>(bench, open).await), 0);
}

#[test]
fn carrying_used_wrongly_says_what_to_write() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("none");
    refused(&["backup", "a.tar", "--data", text(&data)], "there is no database at");
    refused(&["restore", "nothing.tar", "--data", text(&data)], "nothing.tar");
    for (arguments, words) in [
        (&["move", "--from", "sqlite:a.db", "--to", "sqlite:a.db"][..], "the same database"),
        (&["move", "--from", "mysql://a", "--to", "sqlite:a.db"], "`sqlite:` or `postgres://`"),
        (&["move", "--from", "postgres://localhost/a", "--to", "postgres://localhost/b"], "--data DIR"),
        (&["backup"], "<FILE>"),
    ] {
        let output = samspil(arguments);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}: {}", said(&output));
        assert!(said(&output).contains(words), "{arguments:?}: {}", said(&output));
    }
    for command in ["backup", "restore", "move"] {
        assert!(said(&done(&[command, "--help"])).contains("Example"), "{command}");
    }
}

#[test]
fn whoever_was_erased_does_not_come_back_from_an_older_backup() {
    let folder = tempfile::tempdir().unwrap();
    let data = town(folder.path());
    let (file, new) = (folder.path().join("a.tar"), folder.path().join("new"));
    let sql = "SELECT contact_email FROM enquiries_case WHERE state = 'closed' AND contact_email NOT IN \
               (SELECT contact_email FROM enquiries_case WHERE state <> 'closed') ORDER BY number LIMIT 1";
    let email: String = with_bench(&data, async |bench| one(bench, sql).await);
    done(&["backup", text(&file), "--data", text(&data)]);
    let held = |data: &Path| {
        let output = done(&["personal-data", "show", &email, "--data", text(data)]);
        serde_json::from_slice::<Value>(&output.stdout).unwrap()["enquiries"].as_array().unwrap().len()
    };
    assert!(held(&data) > 0);
    let erased = report(&["personal-data", "erase", &email, "--data", text(&data)]);
    assert!(erased["cases"].as_u64().unwrap() > 0, "{erased}");
    assert_eq!(held(&data), 0);
    assert!(!holds(&data.join("samspil.db"), &email), "the words lie in a page that nobody uses any more");
    let notes = data.join("erasures.jsonl");
    assert!(!std::fs::read_to_string(&notes).unwrap().contains(&email), "the notes name nobody");
    done(&["restore", text(&file), "--erasures", text(&notes), "--data", text(&new)]);
    assert_eq!(held(&new), 0, "the backup brought a person back");
    assert!(!holds(&new.join("samspil.db"), &email), "the restored file still holds it");
    done(&["journal", "verify", "--replay", "--data", text(&new)]);
}

fn holds(file: &Path, words: &str) -> bool {
    std::fs::read(file).unwrap().windows(words.len()).any(|some| some == words.as_bytes())
}

#[test]
fn doctor_tells_how_old_the_last_backup_is_and_warns_when_it_is_too_old() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("town");
    done(&["user", "add", "--name", "Mette Holm", "--email", "holm@example.dk", "--data", text(&data)]);
    // Other things of a new installation may be wrong.
    let doctor = || {
        let output = samspil(&["doctor", "--json", "--data", text(&data)]);
        let told: Value = serde_json::from_slice(&output.stdout).unwrap();
        let mut findings = told["findings"].as_array().unwrap().iter();
        let finding = findings.find(|one| one["what"] == "last backup").unwrap().clone();
        (finding, told["backups"][0].clone())
    };
    let (finding, told) = doctor();
    assert_eq!(
        (finding["state"].as_str(), told["is_late"].as_bool()),
        (Some("note"), Some(true)),
        "{finding}"
    );
    let made = report(&["backup", text(&folder.path().join("a.tar")), "--data", text(&data)]);
    let (finding, told) = doctor();
    assert_eq!(finding["state"], "good", "{finding}");
    assert_eq!((&told["last"]["bytes"], &told["last"]["rows"]), (&made["bytes"], &made["rows"]));
    assert_eq!(
        (told["is_late"].as_bool(), told["warn_after_seconds"].as_u64()),
        (Some(false), Some(26 * 3_600))
    );
    with_bench(&data, async |bench| {
        let tx = bench.tx().await;
        let sql = "UPDATE journal_line SET payload = json_set(payload, '$.made_at', '2026-01-01T02:00:00Z') \
                   WHERE word = 'backup_made'";
        tx.conn().execute_unprepared(sql).await.unwrap();
        tx.commit().await.unwrap();
    });
    let (finding, told) = doctor();
    assert_eq!(
        (finding["state"].as_str(), told["is_late"].as_bool()),
        (Some("note"), Some(true)),
        "{finding}"
    );
    assert!(finding["says"].as_str().unwrap().contains("days old"), "{finding}");
}
