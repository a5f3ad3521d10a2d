#!/bin/sh
# Writes both requirement files from pyproject.toml: every version pinned with its hashes, no address.
set -eu
cd "$(dirname "$0")/../.."
lock() {
    uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
        --no-emit-index-url --no-header "$@"
}
lock pyproject.toml -o requirements.txt
lock pyproject.toml --extra test -c requirements.txt -o requirements-test.txt
