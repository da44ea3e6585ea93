//! What every page has in common: who asks, the layout, forms, errors, languages, security, static files.
//!
//! Knows no capability: they hand over their [`Manifest`]s. A page of a capability renders its `main` only.
#![warn(missing_docs)]

mod accent;
mod app;
mod assets;
mod auth;
mod components;
mod error;
mod flash;
mod form;
mod i18n;
mod information;
mod kept;
mod limits;
mod logged_out;
mod mail;
mod manifest;
mod open_pages;
mod page;
mod proxies;
mod routes;
mod security;
mod site;
mod upload;

pub use accent::{Accent, InvalidAccent};
pub use app::{App, AppParts, Ports};
pub use assets::Assets;
pub use auth::{Access, Auth, LANGUAGE_COOKIE, SESSION_COOKIE};
pub use components::{
    AreaMapShown, Bar, Border, Change, Chart, ChartTable, ChartView, Degrees, Direction, Evidence,
    EvidenceView, MapArea, MapDot, MapView, RowChart, RowChartView,
};
pub use components::{ErrorSummary, FieldError, Icon, PromiseInline, PromiseView, WhoToTalkTo};
pub use error::PageError;
pub use flash::{redirect_with, take as take_flash};
pub use form::{Envelope, FieldRefusal, Fields, Form, FormErrors, HiddenFields, Question};
pub use i18n::{Argument, MessageError, MessageSource, Messages};
pub use information::{
    KEPT_IN_BROWSER, KeptInBrowser, PROVIDER_COOKIE, kept_for, routes as information_routes,
    told_on_collection,
};
pub use limits::{Address, Limit, Limits};
pub use mail::{Briefing, BriefingEntry, BriefingSection, Letter};
pub use manifest::{HolderOf, Manifest, Menu, NavItem, Navigation, PersonalData};
pub use page::{Page, answer_page, page, refused_page};
pub use proxies::{ForwardHeader, InvalidProxy, Origin, Passage, Proxies, parse_proxy};
pub use routes::{RouteInfo, Routes};
pub use security::{cookie, is_own_path, is_this_machine, server, with_headers};
pub use site::Site;
pub use upload::{Accepted, FILE_BYTES_MAX, FILES_MAX, FileRefusal, Upload, UploadForm};

/// The messages of this crate.
pub const MESSAGES: MessageSource = MessageSource {
    prefix: "web",
    da: include_str!("../messages/da.ftl"),
    en: include_str!("../messages/en.ftl"),
};

/// Writes text so that it can stand in a query.
pub fn url_encode(text: &str) -> String {
    const KEPT: &percent_encoding::AsciiSet =
        &percent_encoding::NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~').remove(b'/');
    percent_encoding::utf8_percent_encode(text, KEPT).to_string()
}
