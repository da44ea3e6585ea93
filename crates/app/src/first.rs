//! What a new municipality begins with: the teams that the guide's topics name, so that the first enquiry finds someone.

use anyhow::{Context, Result, anyhow};
use enquiries::guide::Content;
use identity::{commands as people, model::NewTeam};
use web::App;

/// Makes the guide's teams for every municipality that has none yet; names, telephones and people are changed in the
/// browser. Returns how many were made.
pub async fn teams(app: &App) -> Result<usize> {
    let content = Content::standard().context("the guide's topics")?;
    let mut made = 0;
    for site in &app.sites {
        let ctx = people::operator("first teams", site.tenant, app.clock.now(), app.ids.clone());
        if !app.ports.people.teams(&app.db.read(&ctx)).await?.is_empty() {
            continue;
        }
        for team in &content.teams {
            let new = NewTeam {
                key: team.key.clone(),
                name_da: team.da.clone(),
                name_en: team.en.clone(),
                phone: site.phone.clone(),
                hours_da: site.hours_da.clone(),
                hours_en: site.hours_en.clone(),
            };
            people::add_team(&app.db, &ctx, new).await.map_err(|failure| anyhow!(failure.to_string()))?;
            made += 1;
        }
    }
    Ok(made)
}
