#!/usr/bin/env bash
# Keep a copy of database and files: backup.sh <folder> [days to keep, default 30]. Run it each night, as who may read both.
# Needs DATABASE_URL and SAMENKOMPAS_DATA_DIR as the service has them. Putting it back: docs/guides/install.md.
set -euo pipefail
umask 077
folder="${1:?where to}" days="${2:-30}"
: "${DATABASE_URL:?}" "${SAMENKOMPAS_DATA_DIR:?}"

copy="$folder/$(date -u +%Y-%m-%dT%H%M%SZ)"
mkdir -p "$copy.partial"
pg_dump --format=custom --no-owner --file="$copy.partial/database.dump" "$DATABASE_URL"
# Never the keys that hide who votes what; and the list of who was erased lives longer than any copy.
tar --create --gzip --dereference --file="$copy.partial/data.tar.gz" --directory="$SAMENKOMPAS_DATA_DIR" \
  --exclude=./run --exclude=./erased.txt --exclude=./new-erased.txt --exclude='./*.sqlite3*' .
list="${SAMENKOMPAS_ERASED_LIST:-$SAMENKOMPAS_DATA_DIR/erased.txt}"
lists=()
for one in "$list" "$folder/erased.txt"; do [ ! -e "$one" ] || lists+=("$one"); done
if [ ${#lists[@]} -gt 0 ]; then # never fewer than before, and never half: aside, then in place
  sort -u -o "$folder/erased.new" "${lists[@]}"
  sync "$folder/erased.new"
  mv "$folder/erased.new" "$folder/erased.txt"
fi
mv "$copy.partial" "$copy" # only whole copies have this name

find "$folder" -mindepth 1 -maxdepth 1 -type d -name '20*' -mtime "+$days" -exec rm -rf {} +
du -sh "$copy"
