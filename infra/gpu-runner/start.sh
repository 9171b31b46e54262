#!/usr/bin/env bash
# Registers this container as a runner for one job, does the job, and ends: start-runner
#   RUNNER_URL         the repository's or the organisation's address
#   RUNNER_TOKEN_FILE  a file with a registration token, good for an hour
#   RUNNER_NAME        by default the container's name
# Exit code: that of the runner; 2 where something is not set.
set -euo pipefail

fail() {
  echo "error: $1" >&2
  exit 2
}

[ -n "${RUNNER_URL:-}" ] || fail "RUNNER_URL is not set; expected the repository's address"
[ -r "${RUNNER_TOKEN_FILE:-}" ] || fail "RUNNER_TOKEN_FILE: no file that can be read; put a registration token there"

cd /home/runner
# The token goes in by the environment: arguments can be read by every process of the machine.
ACTIONS_RUNNER_INPUT_TOKEN=$(<"$RUNNER_TOKEN_FILE") \
  ./config.sh --unattended --ephemeral --replace --url "$RUNNER_URL" --labels gpu --name "${RUNNER_NAME:-$(hostname)}"
exec ./run.sh
