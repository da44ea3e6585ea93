//! What stands between the program and those who ask: the proxy, who may count, what it takes to sign in, and mails that
//! have nowhere to go.

use std::{collections::BTreeMap, sync::Arc};

use identity::{Provider, ProviderSettings};
use kernel::TenantId;
use storage::{Db, StoreError};

use super::{Findings, State};
use crate::{
    commands,
    configuration::{COMPANY_OIDC_SECRET, Configuration, FILE, METRICS_TOKEN, OIDC_SECRET, SecondStep},
    place::Place,
    serving::Serving,
};

pub(super) fn look(place: &Place, configuration: &Configuration, findings: &mut Findings) {
    proxy(place, configuration, findings);
    match configuration.metrics.token(std::env::var(METRICS_TOKEN).ok()) {
        Ok(Some(_)) => findings.good("metrics", "/metrics answers this machine, and who shows the token"),
        Ok(None) => findings.good("metrics", "/metrics answers this machine only"),
        Err(error) => findings.add(
            State::Wrong,
            "metrics",
            error.to_string(),
            "mend [metrics]; the program does not start before",
        ),
    }
    if configuration.identity.second_step == SecondStep::Offered {
        findings.add(
            State::Note,
            "second step",
            "a password alone opens what companies wrote",
            format!("take second_step out of {FILE}, unless another door stands before this one"),
        );
    }
}

/// Whether the provider answers by which those sign in who work here, and what is to be registered there.
pub(super) async fn staff_sign_in(configuration: &Configuration, findings: &mut Findings) {
    let what = "staff sign-in";
    let providers = match configuration.staff_sign_in(std::env::var(OIDC_SECRET).ok().as_deref()) {
        Ok(providers) => providers,
        Err(error) => {
            let to_do = format!("mend it in {FILE}; the program does not start before");
            findings.add(State::Wrong, what, error.to_string(), to_do);
            return;
        }
    };
    if providers.is_empty() {
        findings.add(
            State::Note,
            what,
            "by passwords of our own: who leaves the municipality must be taken out here by hand",
            format!("write [staff_sign_in] into {FILE}; docs/operator.md says what to register"),
        );
    }
    let asked =
        Asked { what, section: "staff_sign_in", back: identity::COMES_BACK_TO, ends: identity::ENDS_AT };
    asked.all(configuration, providers, findings).await;
}

/// Whether the broker answers by which companies come in, and what is to be registered there.
pub(super) async fn company_sign_in(configuration: &Configuration, findings: &mut Findings) {
    let what = "company sign-in";
    let secret = std::env::var(COMPANY_OIDC_SECRET).ok();
    let providers = match configuration.company_sign_in(secret.as_deref()) {
        Ok(providers) => providers,
        Err(error) => {
            let to_do = format!("mend it in {FILE}; the program does not start before");
            findings.add(State::Wrong, what, error.to_string(), to_do);
            return;
        }
    };
    if providers.is_empty() {
        findings.good(what, "by links in mails: what a company says of itself is not confirmed");
    }
    let asked = Asked {
        what,
        section: "company_sign_in",
        back: identity::COMPANIES_COME_BACK_TO,
        ends: identity::COMPANIES_END_AT,
    };
    asked.all(configuration, providers, findings).await;
}

/// What is looked at of a provider, and where it leads back to.
struct Asked {
    what: &'static str,
    section: &'static str,
    back: &'static str,
    ends: &'static str,
}

impl Asked {
    /// Asks each municipality's.
    async fn all<R: Send + Sync + 'static>(
        &self,
        configuration: &Configuration,
        providers: BTreeMap<TenantId, ProviderSettings<R>>,
        findings: &mut Findings,
    ) {
        let (clock, _) = commands::real();
        for (tenant, settings) in providers {
            let sites = configuration.sites("BASE_URL", false);
            let site = sites.iter().find(|site| site.tenant == tenant);
            let link = |path| site.map(|site| site.link(path)).unwrap_or_default();
            let (back, ends) = (link(self.back), link(self.ends));
            let (issuer, section) = (settings.issuer.clone(), self.section);
            match Arc::new(Provider::new(settings)).check(clock.now()).await {
                Ok(()) => findings.good(
                    self.what,
                    format!("{issuer} answers and shows its keys; registered there must be the redirect address {back} and, where it can tell that somebody is out, {ends}"),
                ),
                Err(error) => findings.add(
                    State::Wrong,
                    self.what,
                    format!("{issuer}: {error}"),
                    format!("mend [{section}] in {FILE}, or ask whoever runs the provider; until then nobody signs in by it"),
                ),
            }
        }
    }
}

fn proxy(place: &Place, configuration: &Configuration, findings: &mut Findings) {
    let served = Serving::read(&place.serving());
    if let Some(seen) = served.as_ref().and_then(|served| served.proxy) {
        let (says, to_do) = seen.trouble.sentences();
        let says = format!("{} {says} (seen by the server that runs or ran last)", seen.peer);
        findings.add(State::Wrong, "proxy", says, format!("{to_do}; then start the program again"));
        return;
    }
    let is_trusted =
        !configuration.proxies(&[]).is_empty() || served.is_some_and(|served| served.trusts_proxies);
    match (configuration.is_behind_tls(), is_trusted) {
        (_, true) => findings.good("proxy", "trusted to say for whom it asks"),
        (true, false) => findings.add(
            State::Wrong,
            "proxy",
            "base_url is https, so there is a proxy, and none is trusted: all visitors share one limit on enquiries and sign-ins",
            format!("write its address into {FILE}, as [proxy] trusted = [\"127.0.0.1\"], and have it set X-Forwarded-For"),
        ),
        (false, false) => findings.good("proxy", "none: each connection is a visitor of its own"),
    }
}

/// Mails that wait because no mail server is set up.
pub(super) async fn mails_without_a_server(
    db: &Db,
    configuration: &Configuration,
    findings: &mut Findings,
) -> Result<(), StoreError> {
    if configuration.smtp.is_some() {
        return Ok(());
    }
    let mut waiting = 0;
    let (clock, ids) = commands::real();
    for site in configuration.sites("", false) {
        let ctx = kernel::Ctx::system("doctor", site.tenant, clock.now(), ids.clone());
        waiting +=
            outreach::delivery_counts(&db.read(&ctx)).await?.get("waiting").copied().unwrap_or_default();
    }
    let says = match waiting {
        0 => "none is set up: receipts, answers and sign-in links do not leave".to_owned(),
        some => format!("none is set up: {some} mails wait, each for 5 days at most"),
    };
    findings.add(
        State::Note,
        "mail server",
        says,
        format!("write [smtp] into {FILE}; what waits is sent then"),
    );
    Ok(())
}
