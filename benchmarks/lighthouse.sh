#!/usr/bin/env bash
# How fast and how accessible are a resident's first pages on a phone? The demo as a production server sends it.
# Needs node and a Chromium; installs Lighthouse outside this folder. Usage: benchmarks/lighthouse.sh [folder for tools and reports]
set -euo pipefail
here="$(cd "$(dirname "$0")/.." && pwd)"
work="${1:-${TMPDIR:-/tmp}/samenkompas-lighthouse}"
python="$here/.venv/bin/python"
port="${PORT:-8199}"
mkdir -p "$work"
[ -x "$work/node_modules/.bin/lighthouse" ] || (cd "$work" && npm install --silent --no-fund --no-audit lighthouse)

export SAMENKOMPAS_DATA_DIR="$work/data" SAMENKOMPAS_PUBLIC_URL="https://localhost"
cd "$here"
echo "==> Filling a demo"
SAMENKOMPAS_DEBUG=1 SAMENKOMPAS_DEMO=1 "$python" manage.py demo --reset --no-serve >"$work/demo.log"
export SAMENKOMPAS_DEBUG=0 SAMENKOMPAS_BEHIND_PROXY=1 SAMENKOMPAS_HOSTS=localhost SAMENKOMPAS_SECRET_KEY="measured-once-and-thrown-away-afterwards-no-secret"
"$python" manage.py collectstatic --noinput --verbosity 0
"$(dirname "$python")/daphne" -b 127.0.0.1 -p "$port" cms.asgi:application >"$work/server.log" 2>&1 &
server=$!
trap 'kill "$server" 2>/dev/null || true' EXIT
for _ in $(seq 60); do curl -sf -o /dev/null "http://localhost:$port/readyz" && break; sleep 1; done

# The server believes a proxy in front of it that HTTPS was used; this header says so.
export CHROME_PATH="${CHROME_PATH:-/usr/bin/chromium}"
for page in / /kastanjelaan/ /meedoen; do
  name="$(tr -dc 'a-z' <<<"$page")"
  report="$work/${name:-home}.json"
  curl -s -o /dev/null -H 'X-Forwarded-Proto: https' "http://localhost:$port$page" # warm: templates, pictures
  "$work/node_modules/.bin/lighthouse" "http://localhost:$port$page" --quiet --output json --output-path "$report" \
    --only-categories performance,accessibility,best-practices --extra-headers '{"X-Forwarded-Proto":"https"}' \
    --chrome-flags='--headless=new --no-sandbox --disable-gpu --disable-background-networking --disable-component-update'
  "$python" - "$page" "$report" <<'PY'
import json
import sys

page, report = sys.argv[1], json.load(open(sys.argv[2]))
scores = {key: round(100 * found["score"]) for key, found in report["categories"].items()}
items = report["audits"]["network-requests"]["details"]["items"]
sent = sum(item.get("transferSize", 0) for item in items if item.get("resourceType") != "Image")
pictures = sum(item.get("transferSize", 0) for item in items if item.get("resourceType") == "Image")
shown = {name: report["audits"][name]["displayValue"] for name in ("first-contentful-paint", "largest-contentful-paint", "cumulative-layout-shift")}
print(f"{page}: {scores}; {sent / 1024:.1f} KB without pictures, {pictures / 1024:.1f} KB of pictures; {shown}")
failed = [a["id"] for a in report["audits"].values() if a.get("score") == 0 and a["scoreDisplayMode"] == "binary"]
print("   not passed:", ", ".join(failed) or "nothing")
PY
done
