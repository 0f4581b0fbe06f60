#!/usr/bin/env bash
# Put nginx's files in place on a machine without containers: nginx.sh [folder, default /etc/nginx/conf.d]. As root; then nginx -t.
# It listens on IPv6 too where Linux speaks that; where it doesn't, nginx would not start.
set -euo pipefail
folder="${1:-/etc/nginx/conf.d}"
cd "$(dirname "$0")"
also=""
[ ! -e /proc/net/if_inet6 ] || also='s/^  listen \(.*\);/&\n  listen [::]:\1;/'
for name in nginx-site nginx-upstream; do
  sed "$also" "$name.conf" >"$folder/$name.new"
  sync "$folder/$name.new"
  mv "$folder/$name.new" "$folder/$name.conf"
done
