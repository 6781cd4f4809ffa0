//! Public profiles of AI trainers.

use opentrain_api::public::operations;

use super::Freelancers;
use crate::call::Call;
use crate::types::{FreelancerIdOrSlug, FreelancerProfile};

impl Freelancers {
    /// Returns the public profile of an AI trainer, by user id or by profile slug.
    ///
    /// The name is masked: first name and last initial, before and after a hire. Scope `proposals:read`; works before the
    /// account is claimed. The documentation does not state the errors of this operation; those given here are inferred.
    /// [Documentation](https://www.opentrain.ai/docs/developers/api-reference/freelancers/get/).
    ///
    /// ```no_run
    /// # async fn example(client: opentrain::Client) -> opentrain::Result<()> {
    /// use opentrain::types::FreelancerIdOrSlug;
    ///
    /// let profile = client.freelancers().get(&FreelancerIdOrSlug::from("ines-k")).await?;
    /// println!("{:?} asks {:?} an hour", profile.display_name, profile.hourly_rate_usd);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// 404 if no AI trainer has this id or slug; 401; 403 without the scope.
    pub fn get(&self, id_or_slug: &FreelancerIdOrSlug) -> Call<FreelancerProfile> {
        let prepared = self.client.public().freelancers_get_request(id_or_slug);
        self.client
            .call(&operations::FREELANCERS_GET, prepared)
            .map(|response| response.freelancer)
    }
}
