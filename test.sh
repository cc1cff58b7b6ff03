#!/usr/bin/env bash
# Installs what the tests need and runs all of them. It needs Node.js, Python 3, Maven, a JDK 17 or newer and Go 1.25 or newer; everything
# else it brings itself, and what it downloads beside node_modules is kept in a cache outside the repository. What it starts, it stops; with
# the option --keep it starts reference engines at its end and leaves them running for work (npm run engines -- --stop). The last line
# counts every check: each of jest's tests, and each other step as one.
set -uo pipefail
cd "$(dirname "$0")" || exit 1

cache="${XDG_CACHE_HOME:-$HOME/.cache}/cdk-event-audit-archive"
cfn_lint_version=$(sed -n "s/^const CFN_LINT_VERSION = '\(.*\)';/\1/p" test/simulator/reference/installation.ts)
node_versions=(20 22 24)
reports=$(mktemp -d)
beside=
trap '[ -z "$beside" ] || kill "$beside" 2> /dev/null; rm -rf "$reports"' EXIT
passed=0
failed=0

# step NAME COMMAND…: one check. Its output is shown when it fails.
step() {
  local name=$1 start=$SECONDS
  shift
  if "$@" > "$reports/step.log" 2>&1; then
    passed=$((passed + 1))
    echo "ok      $name ($((SECONDS - start)) s)"
  else
    failed=$((failed + 1))
    cat "$reports/step.log"
    echo "FAILED  $name ($((SECONDS - start)) s)"
  fi
}

needed() {
  local command missing=()
  for command in node npm python3 mvn java javac go git; do command -v "$command" > /dev/null || missing+=("$command"); done
  [ ${#missing[@]} -eq 0 ] || { echo "not on the PATH: ${missing[*]}"; return 1; }
  printf 'go1.25\n%s\n' "$(go env GOVERSION)" | sort --check --version-sort || { echo "Go is older than 1.25: $(go env GOVERSION)"; return 1; }
}

install() {
  cmp -s package-lock.json node_modules/.installed-lock || { npm ci && cp package-lock.json node_modules/.installed-lock; }
}

engines() { node --import tsx test/simulator/reference/command.ts "$@"; }

install_node() {
  local prefix="$cache/node-$1"
  [ -x "$prefix/node_modules/node/bin/node" ] || { mkdir -p "$prefix" && npm install --silent --prefix "$prefix" "node@$1"; }
}

# unchanged COMMAND…: what the command generates is what is committed, or at least no different from what lies here now.
unchanged() {
  local before after
  before=$(git diff; git ls-files --others --exclude-standard)
  "$@" || return 1
  after=$(git diff; git ls-files --others --exclude-standard)
  [ "$before" = "$after" ] || { echo "'$*' changed:"; git diff --stat; return 1; }
}

generate() { npx projen --no-post; }
packages() { npm run packages; }
api_changes() { npm run api-changes; }
api_docs() { npx jsii-docgen -o API.md; }
lint() { ESLINT_USE_FLAT_CONFIG=false npx eslint --max-warnings 0 --ext .ts src test examples .projenrc.ts; }
types() { npx tsc --noEmit -p tsconfig.dev.json; }

# synth_example FOLDER: as a user would, with the pinned CLI.
synth_example() { (cd "$1" && npx cdk synth --quiet --output "$reports/$(basename "$1")"); }
# CDK's own functions wait for their role twice (W3005).
lint_templates() { "$cache/cfn-lint-$cfn_lint_version/bin/cfn-lint" --ignore-checks W3005 -- "$1"/*.template.json; }

# The mutants' many small files are quicker where they need no disk, if there is such a place with room.
template_mutants() {
  local folder=${TMPDIR:-/tmp}
  [ -w /dev/shm ] && [ "$(df -Pk /dev/shm | awk 'NR == 2 { print $4 }')" -gt 1000000 ] && folder=/dev/shm
  TMPDIR=$folder npx tsx test/mutants/report.ts
}

# demo_on VERSION: with that version, and no other by mistake.
demo_on() {
  local PATH="$cache/node-$1/node_modules/node/bin:$PATH"
  [[ "$(node --version)" == v"$1".* ]] && npm run demo
}

# jest COMMAND…: a run of jest, whose tests are counted one by one.
jest() {
  "$@" --ci --json --outputFile "$reports/jest.json"
  count $? "$reports/jest.json"
}

# count STATUS REPORT: the tests of a run of jest that has ended.
count() {
  local counts status=$1
  counts=$(node -p "const r = require('$2'); \`\${r.numPassedTests} \${r.numFailedTests + r.numRuntimeErrorTestSuites + r.numPendingTests}\`") || counts='0 1'
  passed=$((passed + ${counts% *}))
  # A test that is skipped has not passed, and neither has a run that failed for another reason than a test.
  [ "$status" -ne 0 ] && [ "${counts#* }" -eq 0 ] && counts="${counts% *} 1"
  failed=$((failed + ${counts#* }))
  rm -f "$2"
}

# The tests on the reference engines, in two runs beside one another, each with engines of its own: Trino has one catalog for all.
reference_tests() {
  # No function, so that it is this process that a signal ends.
  node --import tsx test/simulator/reference/command.ts --own npx jest --config jest.reference.json /test/end-to-end/ \
    --ci --json --outputFile "$reports/beside.json" > "$reports/beside.log" 2>&1 &
  beside=$!
  jest engines --own npx jest --config jest.reference.json --testPathIgnorePatterns /test/end-to-end/
  wait "$beside"
  local status=$?
  beside=
  cat "$reports/beside.log"
  count "$status" "$reports/beside.json"
}

step 'what cannot be installed from here is there' needed
[ "$failed" -eq 0 ] || { echo "$passed passed, $failed failed"; exit 1; }
step 'install' install
step 'install the reference engines' engines --install
for version in "${node_versions[@]}"; do step "install Node.js $version" install_node "$version"; done
step 'the generated files are those of .projenrc.ts' unchanged generate
step 'the packages of every language, without a warning, with every snippet compiled' packages
step 'nothing public of the last release is missing or changed' api_changes
step 'API.md is that of the sources' unchanged api_docs
step 'eslint' lint
step 'types of tests and examples' types
for example in examples/*/cdk.json; do
  folder=$(dirname "$example")
  step "cdk synth in $folder" synth_example "$folder"
  step "cfn-lint on $folder" lint_templates "$reports/$(basename "$folder")"
done
for version in "${node_versions[@]}"; do step "the demo on Node.js $version" demo_on "$version"; done
# From end to end they run on both sets of engines below, and on the embedded ones with the newest CDK.
jest npx jest --maxWorkers 2 --testPathIgnorePatterns /node_modules/ /test/reference/ /test/languages/ /test/end-to-end/
jest npm run newest -- --maxWorkers 2
jest npx jest --config jest.languages.json
reference_tests
step 'no mutant of a template survives' template_mutants
[ "${1:-}" = --keep ] && step 'start the reference engines, and keep them' engines --keep

echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
