//! Routes that cannot be written down without saying who may use them.

use axum::{
    Router,
    handler::Handler,
    http::Method,
    middleware,
    routing::{MethodRouter, get, post},
};

use crate::{App, auth::Access, auth::check};

/// A route as the coverage test and the permission matrix read it.
#[derive(Debug, Clone)]
pub struct RouteInfo {
    /// `GET` or `POST`.
    pub method: Method,
    /// The path with its parameters.
    pub path: &'static str,
    /// Who may use it.
    pub access: Access,
}

/// A capability's routes.
#[derive(Default)]
pub struct Routes {
    router: Router<App>,
    routes: Vec<RouteInfo>,
}

impl Routes {
    /// None yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// A page. Never changes anything.
    #[must_use]
    pub fn get<H, T>(self, path: &'static str, access: Access, handler: H) -> Self
    where
        H: Handler<T, App>,
        T: 'static,
    {
        self.route(Method::GET, path, access, get(handler))
    }

    /// A form's target.
    #[must_use]
    pub fn post<H, T>(self, path: &'static str, access: Access, handler: H) -> Self
    where
        H: Handler<T, App>,
        T: 'static,
    {
        self.route(Method::POST, path, access, post(handler))
    }

    fn route(
        mut self,
        method: Method,
        path: &'static str,
        access: Access,
        handler: MethodRouter<App>,
    ) -> Self {
        let guard = middleware::from_fn(move |request, next| check(access, request, next));
        self.router = self.router.route(path, handler.layer(guard));
        self.routes.push(RouteInfo { method, path, access });
        self
    }

    /// What has been declared.
    pub fn list(&self) -> &[RouteInfo] {
        &self.routes
    }

    pub(crate) fn into_router(self) -> Router<App> {
        self.router
    }
}
