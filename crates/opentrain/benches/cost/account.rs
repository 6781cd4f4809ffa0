//! Body of `GET /auth/me`.

pub(crate) const ACCOUNT: &str = r#"{"actor":{"userId":"usr_8Qd2","email":"pat@example.org","firstName":"Pat","lastName":"Moss","fullName":"Pat Moss","userType":"EMPLOYER"},"token":{"id":"tok_7Ab1","label":"nightly-sync","scopes":["jobs:read","proposals:read"],"ownerOrganizationId":null},"account":{"kind":"employer_organization","organizationId":"org_31Zc","ownerUserId":"usr_8Qd2","memberRole":"OWNER"}}"#;
