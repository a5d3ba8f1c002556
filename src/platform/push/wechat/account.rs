//! An account at WeChat with its own access token.

use std::sync::Arc;

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::WeChatSettings;
use super::api::{Api, Asked, Fault};
use super::token::Tokens;
use crate::base::Result;
use crate::base::clock::Clock;

/// A mini-program or an official account: each has a secret and a token of its own.
pub(super) struct Account {
    pub api: Arc<Api>,
    tokens: Tokens,
}

impl Account {
    pub fn new(settings: WeChatSettings, clock: Clock) -> Result<Self> {
        let api = Arc::new(Api::new(settings)?);
        Ok(Self { tokens: Tokens::new(Arc::clone(&api), clock), api })
    }

    pub fn appid(&self) -> &str {
        &self.api.appid
    }

    /// Posts `body` under the access token.
    pub async fn authorised<T: DeserializeOwned>(
        &self,
        path: &str,
        body: &impl Serialize,
    ) -> std::result::Result<T, Fault> {
        self.ask(path, &Asked::Post(body)).await
    }

    /// Reads what `query` asks for under the access token.
    pub async fn read<T: DeserializeOwned>(
        &self,
        path: &str,
        query: &[(&str, &str)],
    ) -> std::result::Result<T, Fault> {
        self.ask(path, &Asked::<()>::Get(query)).await
    }

    /// Asks under the access token; a token that WeChat no longer accepts is replaced once.
    async fn ask<T: DeserializeOwned>(
        &self,
        path: &str,
        asked: &Asked<'_, impl Serialize>,
    ) -> std::result::Result<T, Fault> {
        let token = self.tokens.current().await?;
        match self.api.ask(path, &token, asked).await {
            Err(fault) if fault.is_about_token() => {}
            answer => return answer,
        }
        let token = self.tokens.instead_of(&token).await?;
        let answer = self.api.ask(path, &token, asked).await;
        if let Err(fault) = &answer
            && fault.is_about_token()
        {
            // Two deployments that share an app id would otherwise take each other's token for ever.
            self.tokens.give_up().await;
        }
        answer
    }
}
