#!/usr/bin/env bash
# Put a copy of backup.sh back on an empty machine: restore.sh <copy> [newer list of who was erased]. Run it as the service's own account,
# from the platform's folder, with the environment of the service, while nothing runs. Needs the secret key the copy was made under.
# It refuses a database or a data folder that holds something. Afterwards who was erased since the copy is erased again.
set -euo pipefail
umask 077
copy="${1:?which copy}" newer="${2:-}"
: "${DATABASE_URL:?}" "${SAMENKOMPAS_DATA_DIR:?}" "${SAMENKOMPAS_SECRET_KEY:?the one that was in use when the copy was made}"
manage="${MANAGE-.venv/bin/python manage.py}" # empty in a container without Python: it then says what to do there
data="$SAMENKOMPAS_DATA_DIR" list="${SAMENKOMPAS_ERASED_LIST:-$SAMENKOMPAS_DATA_DIR/erased.txt}"
refuse() { echo "restore: $*" >&2; exit 1; }

copies=$(dirname "$copy")
account=$(id -un 2>/dev/null) || account=$(id -u) # in a container it has a number and no name
there=$copies
[ -n "$manage" ] || there="deploy/backups, outside of the container" # that is where compose.yaml has it from
whose="Give it to that account: chown -R $account: $there"
[ -e "$copy" ] || [ ! -x "$copies" ] || refuse "there is no $copy"
[ -x "$copy" ] && [ -r "$copy" ] || refuse "$account can't read $copy. $whose"
for part in database.dump data.tar.gz; do
  [ -s "$copy/$part" ] || refuse "$copy holds no $part: it is no whole copy"
  [ -r "$copy/$part" ] || refuse "$account can't read $copy/$part. $whose"
done
case "$copy" in *.partial) refuse "$copy was never finished" ;; esac
gzip --test "$copy/data.tar.gz" 2>/dev/null || refuse "$copy/data.tar.gz is cut off: it is no whole copy"
[ -z "$newer" ] || [ -r "$newer" ] || refuse "$account can't read $newer. $whose"
[ -z "$newer" ] || [ -s "$newer" ] || refuse "$newer holds nobody"
tables=$(psql --no-psqlrc -Atc "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'" "$DATABASE_URL")
[ "$tables" = 0 ] || refuse "this database holds $tables tables; give it an empty one"
mkdir -p "$data"
held=$(find "$data" -mindepth 1 -maxdepth 1 ! -name run ! -name erased.txt | head -1)
[ -z "$held" ] || refuse "$data holds something: $held"

# It holds everybody's data; what somebody brought over is often open to every account of the machine.
if [ -n "$(find "$copies" ! -type l -perm /077 2>/dev/null | head -1)" ]; then
  chmod -R go= "$copies" 2>/dev/null || echo "restore: other accounts may read $copies. Close it: chmod -R go= $copies" >&2
fi

pg_restore --no-owner --exit-on-error --single-transaction --dbname="$DATABASE_URL" "$copy/database.dump"
tar --extract --gzip --file="$copy/data.tar.gz" --directory="$data"
# Everybody who ever asked to be erased: in the list of this machine, in the one beside the copies, and in what came from elsewhere.
mkdir -p "$(dirname "$list")"
lists=()
for one in "$list" "$copies/erased.txt" ${newer:+"$newer"}; do [ ! -s "$one" ] || lists+=("$one"); done
if [ ${#lists[@]} -gt 0 ]; then
  sort -u -o "$list.new" "${lists[@]}"
  sync "$list.new"
  mv "$list.new" "$list"
fi

steps=(migrate\ --noinput index_search)
[ ! -s "$list" ] || steps+=(erase_again)
steps+=("check --database default") # says so when second factors can't be read with this key
failed=()
for step in "${steps[@]}"; do
  if [ -z "$manage" ]; then echo "Now run: python manage.py $step"; continue; fi
  # shellcheck disable=SC2086
  $manage $step || failed+=("$step")
done
[ ${#failed[@]} = 0 ] || refuse "put back, but not done: ${failed[*]}. Read what stands above, and don't start the service before it is."
echo "Put back: $(basename "$copy"). Start the service."
