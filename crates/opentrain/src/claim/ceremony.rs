//! The steps of the ceremony. Each goes from what is saved to what is saved next, so that a restart begins with the same step.

use std::time::Duration;

use super::received::{Delivery, Started};
use super::salvage;
use super::verdict::{Passing, SLOW_DOWN, Verdict, interval};
use super::{Claim, ClaimPrompt, Claimed};
use crate::clock::fraction;
use crate::error::{Error, ErrorKind, TokenFault};
use crate::server_clock::{ServerClock, later};
use crate::token_store::{Attempt, Kept, Registered, State};
use crate::types::{AgentRegistration, ApiToken, ClaimAttempt, OAuthErrorCode, Scope, UserCode};

/// Operation that errors of the ceremony itself name.
const OPERATION: &str = "claim";
/// Claim window if the registration omits its end.
const WINDOW: Duration = Duration::from_secs(24 * 3600);
/// Lifetime of an attempt if the service omits it, and the shortest and the longest that is believed.
const ATTEMPT: Duration = Duration::from_secs(30 * 60);
const SHORTEST_ATTEMPT: Duration = Duration::from_secs(60);

/// A claim under way.
pub(super) struct Ceremony {
    claim: Claim,
    server: ServerClock,
    kept: Kept,
    /// Code that the human was shown last.
    shown: Option<UserCode>,
    /// Failures in a row.
    failures: u32,
}

/// Result of a request for the token.
enum Exchange {
    Delivered(Delivery),
    Refused(Error),
    /// Another process has written to the store, so no request was sent.
    Overtaken,
}

impl Ceremony {
    pub(super) fn new(claim: Claim) -> Self {
        Self {
            server: ServerClock::new(&claim.client),
            kept: Kept::new(&claim.client, &claim.store, OPERATION),
            claim,
            shown: None,
            failures: 0,
        }
    }

    pub(super) async fn run(mut self) -> crate::Result<Claimed> {
        let _change = self.claim.client.announce_token_change();
        self.kept.load().await?;
        loop {
            match self.kept.state() {
                State::Blank => self.register().await?,
                State::Registered(registered) => match &registered.attempt {
                    Some(attempt) if attempt.email == self.claim.email => {
                        self.poll(&registered, attempt).await?;
                    }
                    _ => self.start(&registered).await?,
                },
                State::Active {
                    access_token,
                    scopes,
                } => return self.finish(access_token, scopes).await,
            }
        }
    }

    /// Registers an account. Each registration creates another one, so it is not repeated if it may have succeeded.
    async fn register(&mut self) -> crate::Result<()> {
        if !self.kept.probe().await? {
            return Ok(());
        }
        let mut call = self.claim.client.agent_auth().register();
        if let Some(name) = &self.claim.agent_name {
            call = call.agent_name(name);
        }
        if let Some(name) = &self.claim.organization_name {
            call = call.organization_name(name);
        }
        let mut registered = match call.call().with_response().await {
            Ok(response) => {
                self.server.observe(Some(response.headers()));
                registered(response.into_value())
            }
            Err(error) => {
                self.server.observe(error.headers());
                salvage::registration(&error).ok_or(error)?
            }
        };
        let window = later(self.server.now(), WINDOW);
        registered.claimable_until.get_or_insert(window);
        let state = State::Registered(Box::new(registered));
        self.kept.save(state).await.map(drop)
    }

    /// Starts an attempt. Starting again is documented to start over, so a failure that may pass is waited out.
    async fn start(&mut self, registered: &Registered) -> crate::Result<()> {
        let auth = self.claim.client.agent_auth();
        let call = auth.start_claim(&registered.claim_token, &self.claim.email);
        let started = match call.with_response().await {
            Ok(response) => {
                self.server.observe(Some(response.headers()));
                Started::from(response.into_value())
            }
            Err(error) => {
                self.server.observe(error.headers());
                match salvage::started(&error) {
                    Some(started) => started,
                    None => return self.not_started(registered, error).await,
                }
            }
        };
        self.failures = 0;
        let attempt = self.attempt(started);
        self.save_attempt(registered, Some(attempt)).await
    }

    fn attempt(&self, started: Started) -> Attempt {
        let stated = started
            .expires_in
            .and_then(|seconds| u64::try_from(seconds).ok());
        let lifetime = stated.map_or(ATTEMPT, Duration::from_secs);
        let lifetime = lifetime.clamp(SHORTEST_ATTEMPT, WINDOW);
        Attempt {
            email: self.claim.email.clone(),
            verification_uri: started.verification_uri,
            user_code: started.user_code,
            email_sent: started.email_sent,
            expires_at: later(self.server.now(), lifetime),
            interval: interval(started.interval).min(lifetime).as_secs(),
        }
    }

    /// Decides on an attempt that could not be started.
    async fn not_started(&mut self, registered: &Registered, error: Error) -> crate::Result<()> {
        let refusal = match error.kind() {
            ErrorKind::OAuth(refusal) if *refusal.code() == OAuthErrorCode::InvalidRequest => {
                refusal
            }
            _ => return self.wait_out(registered, error).await,
        };
        let is_taken = refusal
            .description()
            .is_some_and(|description| description.contains("email_already_registered"));
        // The account may be claimed already, by an attempt that was not saved: its token waits to be fetched then.
        let refused = match self.exchange(registered).await? {
            Exchange::Delivered(delivery) => return self.keep(delivery).await,
            Exchange::Overtaken => return Ok(()),
            Exchange::Refused(refused) => refused,
        };
        match Verdict::of(&refused) {
            Verdict::Delivered => self.look_for_token().await,
            Verdict::Expired => Err(TokenFault::WindowOver.of(OPERATION)),
            Verdict::Passing(_) => self.wait_out(registered, refused).await,
            _ if self.is_window_over(registered) => Err(TokenFault::WindowOver.of(OPERATION)),
            _ if is_taken => Err(TokenFault::AddressTaken.of(OPERATION)),
            _ => Err(error),
        }
    }

    /// Shows the attempt to the human, waits, and asks for the token.
    async fn poll(&mut self, registered: &Registered, attempt: &Attempt) -> crate::Result<()> {
        if self.shown.as_ref() != Some(&attempt.user_code) {
            (self.claim.show)(&ClaimPrompt::from(attempt));
            self.shown = Some(attempt.user_code.clone());
        }
        let pause = Duration::from_secs(attempt.interval);
        self.sleep(pause).await;
        let error = match self.exchange(registered).await? {
            Exchange::Delivered(delivery) => return self.keep(delivery).await,
            Exchange::Overtaken => return Ok(()),
            Exchange::Refused(error) => error,
        };
        let is_over = self.server.until(attempt.expires_at).is_zero();
        let verdict = Verdict::of(&error);
        if !matches!(verdict, Verdict::Passing(_)) {
            self.failures = 0;
        }
        match verdict {
            Verdict::Pending | Verdict::TooFast if is_over => {
                self.save_attempt(registered, None).await
            }
            Verdict::Pending => Ok(()),
            Verdict::TooFast => {
                let mut slower = attempt.clone();
                slower.interval = (pause + SLOW_DOWN).as_secs();
                self.save_attempt(registered, Some(slower)).await
            }
            // Which error an attempt that lapsed gives is not documented. If the window is over, the next attempt cannot start.
            Verdict::Expired if is_over && !self.is_window_over(registered) => {
                self.save_attempt(registered, None).await
            }
            Verdict::Expired => Err(TokenFault::WindowOver.of(OPERATION)),
            Verdict::Delivered => self.look_for_token().await,
            Verdict::Passing(_) => self.wait_out(registered, error).await,
            Verdict::Refused => Err(error),
        }
    }

    /// Asks for the token, after the store has shown that it can be written.
    async fn exchange(&mut self, registered: &Registered) -> crate::Result<Exchange> {
        if !self.kept.probe().await? {
            return Ok(Exchange::Overtaken);
        }
        let auth = self.claim.client.agent_auth();
        let call = auth.exchange_token(&registered.claim_token);
        let error = match call.with_response().await {
            Ok(response) => {
                self.server.observe(Some(response.headers()));
                let exchanged = response.into_value();
                return Ok(Exchange::Delivered(Delivery {
                    token: exchanged.access_token,
                    scopes: Some(exchanged.scopes),
                }));
            }
            Err(error) => error,
        };
        self.server.observe(error.headers());
        let salvaged = salvage::delivery(&error).map(Exchange::Delivered);
        Ok(salvaged.unwrap_or(Exchange::Refused(error)))
    }

    async fn keep(&mut self, delivery: Delivery) -> crate::Result<()> {
        let Delivery { token, scopes } = delivery;
        self.kept.save_delivered(token, scopes).await
    }

    /// Looks for a token that was delivered to another process, which may be about to save it.
    async fn look_for_token(&mut self) -> crate::Result<()> {
        for pause in [Duration::ZERO, interval(None)] {
            self.sleep(pause).await;
            self.kept.load().await?;
            if matches!(self.kept.state(), State::Active { .. }) {
                return Ok(());
            }
        }
        Err(TokenFault::Lost.of(OPERATION))
    }

    /// Waits after a failure that may pass, as long as the account can be claimed.
    async fn wait_out(&mut self, registered: &Registered, error: Error) -> crate::Result<()> {
        let Some(passing) = Passing::of(&error).filter(|_| !self.is_window_over(registered)) else {
            return Err(error);
        };
        self.failures = self.failures.saturating_add(1);
        let spread = fraction(self.claim.client.shared().jitter.bits());
        self.sleep(passing.pause(interval(None), self.failures, spread))
            .await;
        Ok(())
    }

    async fn save_attempt(
        &mut self,
        registered: &Registered,
        attempt: Option<Attempt>,
    ) -> crate::Result<()> {
        let registered = Registered {
            attempt,
            ..registered.clone()
        };
        let state = State::Registered(Box::new(registered));
        self.kept.save(state).await.map(drop)
    }

    async fn finish(
        &mut self,
        access_token: ApiToken,
        scopes: Option<Vec<Scope>>,
    ) -> crate::Result<Claimed> {
        let client = &self.claim.client;
        let set = client.token().set(&access_token);
        set.map_err(|error| Error::invalid_request(OPERATION, error.to_string()))?;
        let scopes = match scopes {
            Some(scopes) => Some(scopes),
            // The token is saved: that its scopes cannot be read is no failure.
            None => client.auth().me().await.ok().and_then(|me| me.token.scopes),
        };
        Ok(Claimed {
            access_token,
            scopes,
        })
    }

    fn is_window_over(&self, registered: &Registered) -> bool {
        let until = registered.claimable_until;
        until.is_some_and(|until| self.server.until(until).is_zero())
    }

    async fn sleep(&mut self, pause: Duration) {
        if !pause.is_zero() {
            self.claim.client.shared().clock.sleep(pause).await;
        }
    }
}

impl From<ClaimAttempt> for Started {
    fn from(attempt: ClaimAttempt) -> Self {
        Self {
            verification_uri: attempt.verification_uri,
            user_code: attempt.user_code,
            email_sent: attempt.email_sent,
            expires_in: Some(attempt.expires_in),
            interval: Some(attempt.interval),
        }
    }
}

fn registered(registration: AgentRegistration) -> Registered {
    Registered {
        registration_id: Some(registration.registration_id),
        access_token: registration.access_token,
        claim_token: registration.claim_token,
        claimable_until: Some(registration.claim_token_expires_at),
        attempt: None,
    }
}
