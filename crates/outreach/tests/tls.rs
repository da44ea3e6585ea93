//! The way to a mail server that demands TLS, with certificates of an authority of the test's own: what is safe goes, what
//! is not stays, and the operator is told which of the two and why.

use std::{
    path::PathBuf,
    sync::{Arc, Mutex},
};

use outreach::{DeliveryState, Mailer, SmtpSettings, SmtpTls};
use rcgen::{BasicConstraints, Certificate, CertificateParams, DnType, IsCa, KeyPair};
use testkit::each_engine;
use tokio::{
    io::{AsyncWriteExt, BufReader},
    net::{TcpListener, TcpStream},
    task::JoinHandle,
};
use tokio_rustls::{
    TlsAcceptor,
    rustls::{ServerConfig, pki_types::PrivateKeyDer},
};

use crate::{
    scene::{Scene, migrations, settings},
    smtp_server::{Mood, SmtpServer, converse, next_line},
};

/// An authority, and a folder in which its certificate lies as a municipality would have it.
pub struct Authority {
    certificate: Certificate,
    key: KeyPair,
    folder: tempfile::TempDir,
}

impl Authority {
    pub fn new(name: &str) -> Self {
        let mut params = CertificateParams::default();
        params.distinguished_name.push(DnType::CommonName, name);
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let key = KeyPair::generate().unwrap();
        let certificate = params.self_signed(&key).unwrap();
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("ca.pem"), certificate.pem()).unwrap();
        Self { certificate, key, folder }
    }

    pub fn file(&self) -> PathBuf {
        self.folder.path().join("ca.pem")
    }

    /// A certificate for this name, in force for these years.
    pub fn certify(&self, name: &str, years: std::ops::Range<i32>) -> TlsAcceptor {
        let mut params = CertificateParams::new([name.to_owned()]).unwrap();
        params.not_before = rcgen::date_time_ymd(years.start, 1, 1);
        params.not_after = rcgen::date_time_ymd(years.end, 1, 1);
        let key = KeyPair::generate().unwrap();
        let certificate = params.signed_by(&key, &self.certificate, &self.key).unwrap();
        let secret = PrivateKeyDer::try_from(key.serialize_der()).unwrap();
        let config = ServerConfig::builder().with_no_client_auth();
        let config = config.with_single_cert(vec![certificate.der().clone()], secret).unwrap();
        TlsAcceptor::from(Arc::new(config))
    }
}

/// A mail server that takes mail within TLS only.
struct TlsServer {
    port: u16,
    mails: Arc<Mutex<Vec<String>>>,
    running: JoinHandle<()>,
}

impl Drop for TlsServer {
    fn drop(&mut self) {
        self.running.abort();
    }
}

impl TlsServer {
    async fn start(acceptor: TlsAcceptor, way: SmtpTls) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let mails = Arc::new(Mutex::new(Vec::new()));
        let kept = mails.clone();
        let running = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (acceptor, mails) = (acceptor.clone(), kept.clone());
                tokio::spawn(async move { serve(stream, &acceptor, way, &mails).await });
            }
        });
        Self { port, mails, running }
    }

    fn mails(&self) -> Vec<String> {
        self.mails.lock().unwrap().clone()
    }
}

async fn serve(
    stream: TcpStream,
    acceptor: &TlsAcceptor,
    way: SmtpTls,
    mails: &Mutex<Vec<String>>,
) -> Option<()> {
    let mood = Mutex::new(Mood::Takes);
    let mut open = BufReader::new(stream);
    if way == SmtpTls::Starttls {
        open.write_all(b"220 localhost ESMTP\r\n").await.ok()?;
        next_line(&mut open).await.filter(|line| line.starts_with("EHLO"))?;
        open.write_all(b"250-localhost\r\n250 STARTTLS\r\n").await.ok()?;
        next_line(&mut open).await.filter(|line| line == "STARTTLS")?;
        open.write_all(b"220 go on\r\n").await.ok()?;
    }
    let mut safe = BufReader::new(acceptor.accept(open.into_inner()).await.ok()?);
    if way == SmtpTls::Implicit {
        safe.write_all(b"220 localhost ESMTP\r\n").await.ok()?;
        safe.flush().await.ok()?;
    }
    converse(&mut safe, &mood, mails).await
}

fn demanding(port: u16, tls: SmtpTls, ca_file: Option<PathBuf>) -> Mailer {
    let named = SmtpSettings { host: "localhost".into(), tls, ca_file, ..settings(port) };
    Mailer::smtp(named).unwrap()
}

const WAYS: [SmtpTls; 2] = [SmtpTls::Starttls, SmtpTls::Implicit];
/// In force for as long as this program is.
pub const IN_FORCE: std::ops::Range<i32> = 2020..2120;

async fn reason(scene: &Scene) -> String {
    match scene.message().await.delivery {
        DeliveryState::Waiting { reason, .. } => reason.unwrap().to_string(),
        other => panic!("it waits: {other:?}"),
    }
}

#[tokio::test]
async fn a_mail_goes_within_tls_to_a_server_whose_authority_we_know() {
    each_engine(migrations, |bench| async move {
        let authority = Authority::new("Kommune CA");
        for way in WAYS {
            let server = TlsServer::start(authority.certify("localhost", IN_FORCE), way).await;
            let mailer = demanding(server.port, way, Some(authority.file()));
            assert!(mailer.check().await.is_ok(), "{way:?}");
            let scene = Scene::new(bench.clone(), mailer);
            scene.send(scene.receipt()).await;
            scene.work().await;
            assert_eq!(server.mails().len(), 1, "{way:?}: {:?}", scene.message().await.delivery);
        }
    })
    .await;
}

#[tokio::test]
async fn a_server_without_tls_gets_nothing_where_tls_is_demanded() {
    each_engine(migrations, |bench| async move {
        let authority = Authority::new("Kommune CA");
        let server = SmtpServer::start(Mood::Takes).await;
        let mailer = demanding(server.port, SmtpTls::Starttls, Some(authority.file()));
        let told = mailer.check().await.unwrap_err().to_string();
        assert!(told.contains("does not offer STARTTLS, and nothing is sent in the open"), "{told}");
        let scene = Scene::new(bench, mailer);
        scene.send(scene.receipt()).await;
        scene.work().await;
        assert_eq!(reason(&scene).await, "tls-not-offered");
        // One that speaks in the open where TLS is expected from the first byte.
        let told = demanding(server.port, SmtpTls::Implicit, Some(authority.file())).check().await;
        let told = told.unwrap_err().to_string();
        assert!(told.contains("does not speak TLS as we do"), "{told}");
        assert!(server.mails().is_empty());
    })
    .await;
}

#[tokio::test]
async fn a_server_with_a_wrong_certificate_gets_nothing_and_the_operator_is_told_why() {
    each_engine(migrations, |bench| async move {
        let authority = Authority::new("Kommune CA");
        let (stranger, forger) = (Authority::new("Other CA"), Authority::new("Kommune CA"));
        for (acceptor, known, expected, sentence) in [
            (
                stranger.certify("localhost", IN_FORCE),
                true,
                "tls-unknown-issuer",
                "name your own with ca_file",
            ),
            (
                authority.certify("localhost", IN_FORCE),
                false,
                "tls-unknown-issuer",
                "name your own with ca_file",
            ),
            (forger.certify("localhost", IN_FORCE), true, "tls-certificate", "does not hold"),
            (authority.certify("smtp.example", IN_FORCE), true, "tls-other-name", "is not for localhost"),
            (authority.certify("localhost", 2020..2021), true, "tls-expired", "no longer valid"),
        ] {
            for way in WAYS {
                let server = TlsServer::start(acceptor.clone(), way).await;
                let mailer = demanding(server.port, way, known.then(|| authority.file()));
                let told = mailer.check().await.unwrap_err().to_string();
                assert!(told.contains(sentence), "{way:?}: {told}");
                let scene = Scene::new(bench.clone(), mailer);
                scene.send(scene.receipt()).await;
                scene.work().await;
                assert_eq!(reason(&scene).await, expected, "{way:?}");
                assert!(server.mails().is_empty());
            }
        }
    })
    .await;
}
