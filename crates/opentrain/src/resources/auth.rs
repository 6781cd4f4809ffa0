//! Who the token is.

use opentrain_api::public::operations;

use super::family;
use crate::call::Call;
use crate::types::CurrentAccount;

family! {
    /// Who the token is.
    Auth, auth
}

impl Auth {
    /// The user, the token and the account that requests are made as.
    ///
    /// Any valid token will do. [Documentation](https://www.opentrain.ai/docs/developers/api-reference/auth/me/).
    ///
    /// ```no_run
    /// # async fn example(client: opentrain::Client) -> opentrain::Result<()> {
    /// let me = client.auth().me().await?;
    /// println!("{:?} may {:?}", me.actor.full_name, me.token.scopes);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// 401 if the token is missing, invalid, expired or revoked; 404 if its user is gone.
    pub fn me(&self) -> Call<CurrentAccount> {
        let prepared = self.client.public().auth_me_request();
        self.client.call(&operations::AUTH_ME, prepared)
    }
}
