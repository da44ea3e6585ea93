//! `samspil start` as an operator types it.

use std::{
    path::Path,
    process::{Command, Output, Stdio},
};

const ANSWERS: &str = r#"
address = "https://erhverv.kommune.example"
phone = "43 68 68 68"
email = "erhverv@kommune.example"
officer = "Mette Holm, mette@kommune.example"
administrator = "Rikke Lund, rikke@kommune.example"
topics = ["signage", "waste"]
goal = 4
"#;

fn samspil(arguments: &[&str], data: &Path) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_samspil"));
    command.args(arguments).arg("--data").arg(data).stdin(Stdio::null());
    for name in ["SAMSPIL_DATA", "SAMSPIL_DATABASE", "SAMSPIL_SMTP_PASSWORD"] {
        command.env_remove(name);
    }
    command.output().unwrap()
}

fn said(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

/// A folder with the answers, and where the installation is to be.
fn folder(answers: &str) -> (tempfile::TempDir, String, std::path::PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("answers.toml");
    std::fs::write(&file, answers).unwrap();
    let data = folder.path().join("data");
    (folder, file.display().to_string(), data)
}

#[test]
fn a_municipality_is_set_up_from_a_file_of_answers_and_again_without_harm() {
    let (_folder, answers, data) = folder(ANSWERS);
    let start = ["start", "--answers", answers.as_str(), "--json"];
    let made = samspil(&start, &data);
    assert_eq!(made.status.code(), Some(0), "{}", said(&made));
    let told: serde_json::Value = serde_json::from_slice(&made.stdout).unwrap();
    let people = told["people"].as_array().unwrap();
    assert_eq!(people.len(), 2, "{told}");
    assert!(people[0]["link"].as_str().unwrap().starts_with("https://erhverv.kommune.example/adgang/"));
    let before = told["topics_set"].as_u64().unwrap();
    assert!(before > 20, "the chosen topics have the team, all others the telephone: {before}");

    let text = std::fs::read_to_string(data.join("samspil.toml")).unwrap();
    for line in ["code = \"0165\"", "hours_da = \"Mandag til torsdag kl. 9.00-15.00, fredag kl. 9.00-13.00\""]
    {
        assert!(text.contains(line), "{text}");
    }
    let settings = text.lines().filter(|line| line.contains(" = ") && !line.contains("opens"));
    for line in settings.filter(|line| !line.starts_with('#')) {
        let at = text.find(line).unwrap();
        let above = text[..at].trim_end_matches('\n').lines().last().unwrap();
        assert!(above.starts_with("# ") || above.starts_with('['), "{line} has no comment: {above}");
    }

    let again = samspil(&start, &data);
    let told: serde_json::Value = serde_json::from_slice(&again.stdout).unwrap();
    assert_eq!(told["topics_set"], 0, "what stands is left alone");
    assert_eq!(told["people"].as_array().unwrap().len(), 2, "with new links");
    let verified = samspil(&["journal", "verify", "--replay"], &data);
    assert_eq!(verified.status.code(), Some(0), "{}", said(&verified));
}

#[test]
fn a_trial_writes_nothing_and_says_what_it_would_do() {
    let (_folder, answers, data) = folder(ANSWERS);
    let tried = samspil(&["start", "--answers", &answers, "--dry-run", "--language", "en"], &data);
    assert_eq!(tried.status.code(), Some(0), "{}", said(&tried));
    for words in ["Mette Holm", "signage, waste", "within 4 working days", "base_url"] {
        assert!(said(&tried).contains(words), "{}", said(&tried));
    }
    assert!(!data.exists());
}

#[test]
fn where_nobody_can_answer_a_file_is_demanded() {
    let (_folder, _, data) = folder("");
    let refused = samspil(&["start"], &data);
    assert_eq!(refused.status.code(), Some(2), "{}", said(&refused));
    assert!(said(&refused).contains("--answers"), "{}", said(&refused));
    assert!(!data.exists());
}

#[test]
fn wrong_answers_are_told_all_at_once_and_nothing_is_made() {
    let (_folder, answers, data) = folder("phone = \"12\"\ntopics = [\"tenders\"]\ngaol = 3\n");
    let refused = samspil(&["start", "--answers", &answers], &data);
    assert_eq!(refused.status.code(), Some(2), "{}", said(&refused));
    for words in ["gaol", "8 cifre", "address: ", "topics: "] {
        assert!(said(&refused).contains(words), "{}", said(&refused));
    }
    assert!(!data.exists());
}

#[test]
fn a_configuration_of_ones_own_is_shown_beside_the_new_one_and_stays_until_one_says_so() {
    let (_folder, answers, data) = folder(ANSWERS);
    std::fs::create_dir(&data).unwrap();
    let own = "[municipality]\nphone = \"43 00 11 22\"\n";
    std::fs::write(data.join("samspil.toml"), own).unwrap();
    let kept = samspil(&["start", "--answers", &answers], &data);
    assert_eq!(kept.status.code(), Some(1), "{}", said(&kept));
    assert!(said(&kept).contains("-phone = \"43 00 11 22\""), "{}", said(&kept));
    assert_eq!(std::fs::read_to_string(data.join("samspil.toml")).unwrap(), own);
    assert!(!data.join("samspil.db").exists(), "nor is anything else made");

    let replaced = samspil(&["start", "--answers", &answers, "--replace"], &data);
    assert_eq!(replaced.status.code(), Some(0), "{}", said(&replaced));
    assert!(std::fs::read_to_string(data.join("samspil.toml")).unwrap().contains("43 68 68 68"));
}
