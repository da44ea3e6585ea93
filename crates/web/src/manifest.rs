//! A capability's manifest: plain data without defaults, so that a new duty breaks the build of every capability until
//! it is answered.

use std::sync::Arc;

use kernel::{Permission, Role};
use ports::PersonalDataHolder;
use storage::{JobHandler, Migration, Timer};

use crate::{App, MessageSource, Routes};

/// Makes the one who holds something about people.
pub type HolderOf = fn(&App) -> Arc<dyn PersonalDataHolder>;

/// Everything the program needs to know of a capability.
pub struct Manifest {
    /// Its name: the prefix of its messages, tables and permissions.
    pub name: &'static str,
    /// Its pages.
    pub routes: fn() -> Routes,
    /// Its tables.
    pub migrations: fn() -> Vec<Migration>,
    /// Which role may what.
    pub permissions: &'static [(Permission, &'static [Role])],
    /// Which of them nobody has with a password alone, where the municipality demands a second step at sign-in: those that
    /// open what companies wrote, and those that give rights.
    pub guarded: &'static [Permission],
    /// Its places in the menus.
    pub navigation: &'static [NavItem],
    /// What it does after commit.
    pub jobs: fn() -> Vec<JobHandler<App>>,
    /// What it does by the clock.
    pub timers: fn() -> Vec<Timer>,
    /// The words of its journal lines; each has the messages `NAME-journal-WORD` in both languages.
    pub journal_words: &'static [&'static str],
    /// What an indicator may count, `NAME.metric`.
    pub metrics: &'static [&'static str],
    /// What it holds about people.
    pub personal_data: &'static [PersonalData],
    /// Who hands that out and erases it; `None` where nothing is held.
    pub holder: Option<HolderOf>,
    /// Its words.
    pub messages: MessageSource,
}

/// A place in a menu.
#[derive(Debug, Clone, Copy)]
pub struct NavItem {
    /// Which menu.
    pub menu: Menu,
    /// The message key of its name.
    pub key: &'static str,
    /// Where it leads.
    pub path: &'static str,
    /// Who sees it; `None`: anyone.
    pub permission: Option<Permission>,
    /// Its place: lower comes first.
    pub order: u8,
}

/// The menus.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Menu {
    /// On public pages.
    Public,
    /// For staff.
    Staff,
    /// At the foot of every page.
    Footer,
}

/// The menus of all capabilities.
#[derive(Debug, Clone, Default)]
pub struct Navigation(pub Vec<NavItem>);

impl Navigation {
    /// Collects the places of all manifests, in order.
    pub fn of(manifests: &[Manifest]) -> Self {
        let own = [("web-menu-privacy", "/privatliv", 90), ("web-menu-was", "/was", 91)];
        let own =
            own.map(|(key, path, order)| NavItem { menu: Menu::Footer, key, path, permission: None, order });
        let mut items: Vec<NavItem> =
            manifests.iter().flat_map(|manifest| manifest.navigation).copied().collect();
        items.extend(own);
        items.sort_by_key(|item| item.order);
        Self(items)
    }
}

/// One kind of data about people (article 30): what `/privatliv` and the record of processing are made of.
#[derive(Debug, Clone, Copy)]
pub struct PersonalData {
    /// The message key of what it is.
    pub what: &'static str,
    /// The basis, such as `6(1)(e)`.
    pub basis: &'static str,
    /// The message key of how long it is kept.
    pub retention: &'static str,
    /// The key of the rule that says how long, where one does: its number is the message's `count`.
    pub rule: Option<&'static str>,
}
