//! The identity of the token.

use opentrain_api::public::operations;

use super::Auth;
use crate::call::Call;
use crate::types::CurrentAccount;

impl Auth {
    /// Returns the user, the token and the account that requests are made as.
    ///
    /// The guides say that the response also tells whether the account is claimed, but no field for that is documented. Any
    /// valid token will do, with any scopes; works before the account is claimed.
    /// [Documentation](https://www.opentrain.ai/docs/developers/api-reference/auth/me/).
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
    /// 401 if the token is missing, invalid, expired or revoked; 404 if its user no longer exists.
    pub fn me(&self) -> Call<CurrentAccount> {
        let prepared = self.client.public().auth_me_request();
        self.client.call(&operations::AUTH_ME, prepared)
    }
}
