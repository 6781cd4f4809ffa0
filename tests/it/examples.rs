//! Examples of the documents: each decodes into its type, encodes back to equal JSON, and fits the type's schema.

use opentrain_api::{agent, public};
use schemars::{JsonSchema, SchemaGenerator};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use crate::support::repository_file;

/// Schema of a body by name, with the conversions of its Rust type.
struct Body {
    document: &'static str,
    schema: &'static str,
    round_trip: fn(&Value) -> serde_json::Result<Value>,
    json_schema: fn() -> Value,
}

macro_rules! bodies {
    ($($document:literal $module:ident: $($schema:ident)*;)*) => {
        [$($(Body {
            document: $document,
            schema: stringify!($schema),
            round_trip: round_trip::<$module::types::$schema>,
            json_schema: json_schema::<$module::types::$schema>,
        },)*)*]
    };
}

#[expect(clippy::too_many_lines, reason = "a table")]
fn bodies() -> impl IntoIterator<Item = Body> {
    bodies! {
        "spec/documented.json" public:
            ApprovalRequested
            ApprovalResponse
            ClosedJob
            ContractEnded
            ContractList
            ContractResponse
            ConversationStarted
            CreateCreditTopUpRequest
            CreateJobDraftRequest
            CreateMilestoneRequest
            CreateTokenRequest
            CreateWebhookRequest
            CreditLedgerPage
            CreditTopUpCreated
            CreditTopUpResponse
            CreditsResponse
            CurrentAccount
            DraftPatch
            ErrorEnvelope
            FreelancerInvited
            FreelancerResponse
            HireRequest
            InterviewResponse
            InviteFreelancerRequest
            InviteTeamMemberRequest
            JobChanges
            JobClosed
            JobDraftCapabilities
            JobDraftCreated
            JobDraftUpdated
            JobFacets
            JobProposalsPage
            JobPublished
            JobSearchPage
            JobUpdated
            MessageSent
            MessagesPage
            MilestoneResponse
            MyJobsPage
            PendingPaymentList
            ProposalResponse
            PublicJob
            SendMessageRequest
            TeamInvited
            TeamResponse
            TokenCreated
            TokenList
            TokenRevoked
            UpdatesPage
            WebhookCreated
            WebhookDeleted
            WebhookList
            WebhookResponse;
        "spec/agent-auth.json" agent:
            AgentRegistration
            AgentRegistrationRequest
            ClaimAttempt
            ClaimRequest
            ExchangeTokenRequest
            ExchangedToken
            OAuthError
            RevokeTokenRequest
            RevokedToken;
    }
}

fn round_trip<T: DeserializeOwned + Serialize>(example: &Value) -> serde_json::Result<Value> {
    serde_json::to_value(serde_json::from_value::<T>(example.clone())?)
}

/// Returns the JSON Schema of a type.
pub(crate) fn json_schema<T: JsonSchema>() -> Value {
    SchemaGenerator::default()
        .into_root_schema_for::<T>()
        .to_value()
}

/// Example with its owner, the schemas that it may have, and its value.
struct Example {
    of: String,
    document: &'static str,
    schemas: Vec<String>,
    /// True if absent and null are different.
    exact: bool,
    value: Value,
}

fn examples(document: &'static str) -> Vec<Example> {
    let json: Value = serde_json::from_str(&repository_file(document)).unwrap();
    let items = json["paths"].as_object().unwrap().values();
    let operations = items.flat_map(|item| item.as_object().unwrap().values());
    operations
        .flat_map(|operation| examples_of(document, operation))
        .collect()
}

fn examples_of(document: &'static str, operation: &Value) -> Vec<Example> {
    let name = operation["operationId"].as_str().unwrap();
    let request = operation
        .get("requestBody")
        .map(|body| (format!("{name} request"), true, body));
    let responses = operation["responses"].as_object().unwrap().iter();
    let responses = responses.map(|(status, body)| (format!("{name} {status}"), false, body));
    let mut examples = Vec::new();
    for (of, exact, body) in request.into_iter().chain(responses) {
        for media in body["content"].as_object().unwrap().values() {
            let schemas = schemas(&media["schema"]);
            for value in values(media) {
                let (of, schemas) = (of.clone(), schemas.clone());
                examples.push(Example {
                    of,
                    document,
                    schemas,
                    exact,
                    value,
                });
            }
        }
    }
    examples
}

fn schemas(schema: &Value) -> Vec<String> {
    let alternatives = schema["oneOf"]
        .as_array()
        .cloned()
        .unwrap_or_else(|| vec![schema.clone()]);
    let name = |schema: &Value| {
        schema["$ref"]
            .as_str()
            .unwrap()
            .rsplit('/')
            .next()
            .map(String::from)
    };
    alternatives.iter().filter_map(name).collect()
}

fn values(media: &Value) -> Vec<Value> {
    let named = media["examples"]
        .as_object()
        .into_iter()
        .flat_map(Map::values);
    media
        .get("example")
        .cloned()
        .into_iter()
        .chain(named.map(|example| example["value"].clone()))
        .collect()
}

fn every_example() -> Vec<Example> {
    let examples: Vec<Example> = ["spec/documented.json", "spec/agent-auth.json"]
        .into_iter()
        .flat_map(examples)
        .collect();
    assert!(examples.len() > 200, "{}", examples.len());
    examples
}

fn body_types(example: &Example) -> Vec<Body> {
    let fits = |body: &Body| {
        body.document == example.document && example.schemas.iter().any(|name| name == body.schema)
    };
    let found: Vec<Body> = bodies().into_iter().filter(fits).collect();
    assert_eq!(
        found.len(),
        example.schemas.len(),
        "{}: a schema of {:?} is not in the table",
        example.of,
        example.schemas
    );
    found
}

/// Returns the same JSON, with absent for null in responses: there both have the same meaning.
fn normal(value: &Value, exact: bool) -> Value {
    match value {
        Value::Array(values) => values.iter().map(|value| normal(value, exact)).collect(),
        Value::Object(members) => {
            let kept = members
                .iter()
                .filter(|(_, value)| exact || !value.is_null());
            kept.map(|(name, value)| (name.clone(), normal(value, exact)))
                .collect()
        }
        plain => plain.clone(),
    }
}

#[test]
fn every_example_decodes_and_encodes_back_to_equal_json() {
    for example in every_example() {
        let results: Vec<_> = body_types(&example)
            .iter()
            .map(|body| (body.round_trip)(&example.value))
            .collect();
        let equal = |result: &serde_json::Result<Value>| {
            result.as_ref().is_ok_and(|value| {
                normal(value, example.exact) == normal(&example.value, example.exact)
            })
        };
        assert!(
            results.iter().any(equal),
            "{}: {}\nbecame {results:?}",
            example.of,
            example.value
        );
    }
}

#[test]
fn every_example_fits_the_json_schema_of_its_type() {
    for example in every_example() {
        let bodies = body_types(&example);
        let fits = |body: &Body| {
            jsonschema::validator_for(&(body.json_schema)())
                .unwrap()
                .is_valid(&example.value)
        };
        assert!(bodies.iter().any(fits), "{}: {}", example.of, example.value);
    }
}

#[test]
fn the_json_schemas_of_the_bodies() {
    let mut text = String::new();
    for body in bodies() {
        let schema = (body.json_schema)();
        let properties = schema["properties"]
            .as_object()
            .map(|properties| properties.keys().cloned().collect::<Vec<_>>());
        let mut properties = properties.unwrap_or_default();
        properties.sort_unstable();
        text.push_str(&format!(
            "{}: {} [required {}]\n",
            body.schema,
            properties.join(" "),
            schema["required"]
        ));
    }
    insta::assert_snapshot!(text);
}

/// Returns the JSON Schema of every body, by name.
pub(crate) fn body_schemas() -> impl Iterator<Item = (&'static str, Value)> {
    bodies()
        .into_iter()
        .map(|body| (body.schema, (body.json_schema)()))
}

/// Returns the JSON Schemas of the types that the client adds to those of the documents.
pub(crate) fn client_schemas() -> [Value; 13] {
    use opentrain::access_check::{AccessCheck, AccessReport};
    use opentrain::resources::{ApprovalOutcome, PendingApproval};
    use opentrain::retry::RetryAdvice;
    use opentrain::types::PublicJob;
    use opentrain::{
        About, Event, EventData, JobPatch, Page, Reason, TransportKind, UnreadableEvent,
    };

    [
        json_schema::<JobPatch>(),
        json_schema::<PendingApproval>(),
        json_schema::<ApprovalOutcome>(),
        json_schema::<Page<PublicJob>>(),
        json_schema::<Reason>(),
        json_schema::<RetryAdvice>(),
        json_schema::<TransportKind>(),
        json_schema::<AccessReport>(),
        json_schema::<AccessCheck>(),
        json_schema::<About>(),
        json_schema::<Event>(),
        json_schema::<EventData>(),
        json_schema::<UnreadableEvent>(),
    ]
}

#[test]
fn the_json_schemas_of_what_the_client_adds() {
    let outline = |schema: &Value| {
        let properties = schema["properties"]
            .as_object()
            .map(Map::len)
            .unwrap_or_default();
        let alternatives = schema["oneOf"].as_array().map(Vec::len).unwrap_or_default();
        let definitions = schema["$defs"]
            .as_object()
            .map(Map::len)
            .unwrap_or_default();
        format!(
            "{}: {properties} properties, {alternatives} alternatives, {definitions} definitions\n",
            schema["title"]
        )
    };
    insta::assert_snapshot!(client_schemas().iter().map(outline).collect::<String>());
}
