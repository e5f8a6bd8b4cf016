#!/usr/bin/env bash
# Does the step that COMMAND names. PLAN: the saved plan of apply.
set -euo pipefail
: "${COMMAND:?}" "${EFSYNC_PIPELINE_OUT:?}"

case "$COMMAND" in
  validate) exec efsync validate --format github ;;
  plan | ready | drift) exec efsync-pipeline "$COMMAND" ;;
  apply) exec efsync-pipeline apply "${PLAN:-$EFSYNC_PIPELINE_OUT/plan.json}" ;;
  *)
    echo "::error title=efsync::command is validate, plan, ready, apply or drift"
    exit 1
    ;;
esac
