#!/usr/bin/env bash
# Installs efsync from the checkout of the action, with the versions that it was tested with.
# EXTRAS: what else is needed, such as "postgres,age".
set -euo pipefail
: "${GITHUB_ACTION_PATH:?}" "${GITHUB_PATH:?}" "${RUNNER_TEMP:?}"

home="$RUNNER_TEMP/efsync-installed"
[[ ! -x "$home/bin/efsync" ]] || exit 0

if [[ ! "${EXTRAS:-}" =~ ^[a-z,\ ]*$ ]]; then
  echo "::error title=efsync::extras are names with commas, such as postgres,age"
  exit 1
fi

# -I, and pip by its own path: nothing that lies in the working directory is taken for a module of Python's
python -I -m venv "$home/venv"
sed -nE 's/^([A-Za-z0-9._-]+==[^ ;\\]+).*/\1/p' "$GITHUB_ACTION_PATH/requirements.lock" >"$home/constraints.txt"
"$home/venv/bin/pip" install --quiet --disable-pip-version-check --constraint "$home/constraints.txt" \
  "$GITHUB_ACTION_PATH${EXTRAS:+[${EXTRAS// /}]}"

# these two alone, so that no other step gets another python
mkdir "$home/bin"
ln -s "$home/venv/bin/efsync" "$home/venv/bin/efsync-pipeline" "$home/bin/"
echo "$home/bin" >>"$GITHUB_PATH"
