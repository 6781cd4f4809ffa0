#!/bin/sh
# Runs schemathesis, a tester that is not ours, against the program and both documents. Needs schemathesis (pip), curl and a POSIX shell.
#
#   crates/opentrain-mock/tests/schemathesis.sh [OPTION OF SCHEMATHESIS …]
set -eu
root=$(cd "$(dirname "$0")/../../.." && pwd)
cargo build --quiet --manifest-path "$root/Cargo.toml" --package opentrain-mock
work=$(mktemp -d)
cd "$work"

# A fresh program, with something in every list: schemathesis.toml names what is made here.
start() {
  mkfifo started
  "${CARGO_TARGET_DIR:-$root/target}/debug/opentrain-mock" "$@" > started 2> requests.log &
  program=$!
  read -r line < started
  rm started
  mock=$(echo "$line" | sed 's/.*"baseUrl":"\([^"]*\)".*/\1/')
  token=$(echo "$line" | sed 's/.*"token":"\([^"]*\)".*/\1/')
}
trap 'kill $program; rm -r "$work"' EXIT

send() {
  curl -sSf -o answer.json -X "$1" "$mock$2" -H "Authorization: Bearer $token" -H 'Content-Type: application/json' -d "$3"
}

furnish() {
  api=/api/public/v1
  for number in 1 2; do
    send POST $api/job-drafts '{"format": "opentrain_canonical", "job": {"title": "Dialect tagging",
      "description": "Tag the dialect of short clips.", "languages": ["German"], "headcount": 3,
      "experienceLevel": "INTERMEDIATE", "paymentType": "PAY_PER_HOUR", "rateAmount": 18}}'
    send POST $api/jobs/job_00006$number/publish '{}'
  done
  for number in 1 2; do
    send POST $api/proposals/prp_00000$number/hire '{"milestone": {"name": "Pilot", "amount": 120}}'
    send POST /_mock/approvals/apr_00000$number/confirm '{}'
  done
  send POST $api/proposals/prp_000003/hire '{"milestone": {"name": "Pilot", "amount": 120}}'
  send POST $api/proposals/prp_000001/conversation '{}'
  send POST $api/messages '{"conversationId": "cnv_000001", "content": "Hello"}'
  send POST $api/contracts/ctr_000001/milestones '{"description": "Second", "volume": 4, "amountUsd": 72}'
  send POST $api/credits/top-ups '{"amountUsd": 50}'
  send POST /_mock/top-ups/top_000001/pay '{}'
  send POST $api/webhooks '{"url": "https://hooks.example.com/opentrain", "eventTypes": ["proposal.received"]}'
  send POST $api/tokens '{"name": "Spare", "scopes": ["jobs:read"]}'
  send POST $api/job-drafts '{"rawJobDescription": "Tag clips."}'
}

# Which checks cannot hold, and why, is in CONTRIBUTING.md.
tester() {
  config=$1 document=$2 base=$3 excluded=$4
  shift 4
  schemathesis --config-file "$root/crates/opentrain-mock/tests/$config" run "$root/spec/$document" --url "$mock$base" \
    --header "Authorization: Bearer $token" --exclude-checks "$excluded" --seed 1 --generation-database none --continue-on-failure "$@"
}

run() {
  document=$1 base=$2 excluded=$3
  shift 3
  tester schemathesis.toml "$document" "$base" "$excluded" --max-examples 50 "$@"
}

# Takes ids for requests from responses, along the links that schemathesis infers. A walk stays within a part of the API, each on a fresh
# program, since a walk through the whole seldom comes far, and one that revokes its token no further.
walk() {
  start
  furnish
  tester schemathesis-links.toml documented.json /api/public/v1 positive_data_acceptance,negative_data_rejection \
    --phases stateful --mode positive --max-examples 150 --include-path-regex "$1" > walk.txt || { cat walk.txt; exit 1; }
  cat walk.txt
  grep 'API Links:' walk.txt >> links.txt
  kill $program
}

start
furnish
run documented.json /api/public/v1 positive_data_acceptance,negative_data_rejection --phases examples,coverage,fuzzing "$@"
run agent-auth.json '' positive_data_acceptance,negative_data_rejection "$@"
kill $program

for part in '^/job(s|-drafts)' '^/(proposals|messages|jobs/.id./proposals)' '^/(contracts|milestones)' '^/(webhooks|credits/top-ups)' '^/tokens'; do
  walk "$part"
done

start --strict
furnish
run documented.json /api/public/v1 positive_data_acceptance --phases examples,coverage,fuzzing "$@"
run agent-auth.json '' positive_data_acceptance "$@"
echo
awk '{ covered += $3; selected += $6 } END { print covered " of " selected " links covered" }' links.txt
