//! Dispatch of a request: route, gates, operation.

use super::World;
use crate::api_failure::ApiFailure;
use crate::gate::{self, CallerRights};
use crate::operation::{Access, Operation};
use crate::request::{AuthorisedRequest, Caller, Outcome, Pairs, RawRequest, Success};
use crate::response_body::ResponseBody;
use crate::route::Route;

/// Response of the world.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct ApiResponse {
    pub(crate) status: u16,
    /// `None` only for a response without content.
    pub(crate) body: Option<ResponseBody>,
    /// True if browsers may read the response from any page.
    pub(crate) open: bool,
    /// Methods of the path, if the request has another one.
    pub(crate) allow: Option<String>,
    /// Also sent as a header, for a caller to quote to support.
    pub(crate) request_id: String,
}

type OperationHandler = fn(&mut World, &AuthorisedRequest) -> Outcome;

/// Returns the function of an operation.
fn handler(operation: &str) -> Option<OperationHandler> {
    Some(match operation {
        "auth_me" => World::auth_me,
        "jobs_search" => World::jobs_search,
        "jobs_get" => World::jobs_get,
        "jobs_facets" => World::jobs_facets,
        "jobs_changes" => World::jobs_changes,
        "jobs_mine" => World::jobs_mine,
        "jobs_publish" => World::jobs_publish,
        "jobs_close" => World::jobs_close,
        "jobs_update" => World::jobs_update,
        "jobs_invite" => World::jobs_invite,
        "jobs_proposals" => World::jobs_proposals,
        "job_drafts_create" => World::job_drafts_create,
        "job_drafts_update" => World::job_drafts_update,
        "job_drafts_capabilities" => World::job_drafts_capabilities,
        "proposals_get" => World::proposals_get,
        "proposals_interview" => World::proposals_interview,
        "proposals_start_conversation" => World::proposals_start_conversation,
        "proposals_hire" => World::proposals_hire,
        "freelancers_get" => World::freelancers_get,
        "messages_list" => World::messages_list,
        "messages_send" => World::messages_send,
        "contracts_list" => World::contracts_list,
        "contracts_get" => World::contracts_get,
        "contracts_create_milestone" => World::contracts_create_milestone,
        "contracts_end" => World::contracts_end,
        "milestones_fund" => World::milestones_fund,
        "milestones_approve" => World::milestones_approve,
        "approvals_get" => World::approvals_get,
        "updates_poll" => World::updates_poll,
        "credits_balance" => World::credits_balance,
        "credits_ledger" => World::credits_ledger,
        "credits_create_top_up" => World::credits_create_top_up,
        "credits_get_top_up" => World::credits_get_top_up,
        "payments_pending" => World::payments_pending,
        "webhooks_list" => World::webhooks_list,
        "webhooks_create" => World::webhooks_create,
        "webhooks_get" => World::webhooks_get,
        "webhooks_delete" => World::webhooks_delete,
        "team_get" => World::team_get,
        "team_invite" => World::team_invite,
        "tokens_list" => World::tokens_list,
        "tokens_create" => World::tokens_create,
        "tokens_revoke" => World::tokens_revoke,
        "agent_register" => World::agent_register,
        "agent_start_claim" => World::agent_start_claim,
        "agent_exchange_token" => World::agent_exchange_token,
        "agent_revoke_token" => World::agent_revoke_token,
        _ => return None,
    })
}

impl World {
    /// Handles a request.
    pub(crate) fn handle(&mut self, raw: &RawRequest) -> ApiResponse {
        match &raw.route {
            Route::Found { operation, id } => {
                let outcome = self.run(operation, id, raw);
                self.outgoing(outcome, operation.access == Access::Open, None)
            }
            Route::WrongMethod { siblings } => self.wrong_method(raw, siblings),
            Route::Nowhere => {
                let error = format!("The mock has no operation {} {}", raw.method, raw.path);
                self.outgoing(Err(ApiFailure::not_found(error)), false, None)
            }
        }
    }

    fn run(&mut self, operation: &Operation, id: &str, raw: &RawRequest) -> Outcome {
        let caller = self.admit(operation, raw.header("authorization"))?;
        let Some(handler) = handler(operation.name) else {
            return Err(ApiFailure::not_implemented(operation.name));
        };
        let request = AuthorisedRequest {
            caller,
            id,
            query: Pairs::parse(&raw.query),
            body: &raw.body,
            now: self.now(),
        };
        handler(self, &request)
    }

    /// Checks the gates of an operation. Returns the caller; `None` if the operation needs no token.
    fn admit(
        &mut self,
        operation: &Operation,
        authorization: Option<&str>,
    ) -> Result<Option<Caller>, ApiFailure> {
        if matches!(operation.access, Access::Open | Access::OwnCredential) {
            return Ok(None);
        }
        let token = self.bearer(authorization)?;
        let caller = Caller {
            account: token.account.clone(),
            token_id: token.id.clone(),
        };
        let standing = CallerRights {
            scopes: &self.token_of(&caller)?.scopes,
            claimed: self.account(&caller)?.claimed,
            features: &self.saved.features,
        };
        gate::check(operation, standing)?;
        Ok(Some(caller))
    }

    /// Handles a method that the path does not have: `OPTIONS` of a browser with 204, others with 405.
    fn wrong_method(&mut self, raw: &RawRequest, siblings: &[&'static Operation]) -> ApiResponse {
        let open = siblings
            .iter()
            .any(|operation| operation.access == Access::Open);
        if open && raw.method == "OPTIONS" {
            return ApiResponse {
                status: 204,
                body: None,
                open,
                allow: None,
                request_id: self.next_request_id(),
            };
        }
        let methods: Vec<&str> = siblings.iter().map(|operation| operation.method).collect();
        let failure = ApiFailure::method_not_allowed(&raw.method, &raw.path);
        self.outgoing(Err(failure), open, Some(methods.join(", ")))
    }

    fn outgoing(&mut self, outcome: Outcome, open: bool, allow: Option<String>) -> ApiResponse {
        let request_id = self.next_request_id();
        let (status, body) = match outcome {
            Ok(Success { status, body }) => (status, body),
            Err(failure) => (failure.status, failure.body(&request_id).into()),
        };
        ApiResponse {
            status,
            body: Some(body),
            open,
            allow,
            request_id,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::handler;
    use crate::operation::OPERATIONS;

    #[test]
    fn every_operation_has_a_handler() {
        for operation in OPERATIONS {
            assert!(handler(operation.name).is_some(), "{}", operation.name);
        }
    }
}
