#!/usr/bin/env bash
# Are the demo's documents good files? By hand, not in CI: needs LibreOffice (apt: libreoffice-writer), pdftoppm
# (apt: poppler-utils) and, in an environment of its own, the checker `pdfua` (pip install pdfua).
#   benchmarks/documents.sh http://localhost:8000 COOKIE POINT OUT
# COOKIE is the value of the session cookie of somebody who signed in, POINT the number of a decision point.
# PDFUA=path/to/pdfua names the checker; without it only what the PDF says of itself is looked up.
set -euo pipefail
site=$1 cookie=$2 point=$3 out=$4
mkdir -p "$out"
for kind in startnotitie participatieparagraaf publiekstekst kennisgeving motivering eindverslag; do
  for form in pdf docx; do
    curl -fsS -b "sessionid=$cookie" -o "$out/$kind.$form" "$site/admin/participatie/beslispunten/$point/documenten/$kind.$form?taal=nl"
  done
  grep -qa 'pdfuaid:part' "$out/$kind.pdf" || { echo "$kind.pdf does not claim PDF/UA"; exit 1; }
  [ -z "${PDFUA:-}" ] || "$PDFUA" check "$out/$kind.pdf"
  pdftoppm -r 80 -png "$out/$kind.pdf" "$out/$kind"
done
soffice --headless --convert-to pdf --outdir "$out/from-docx" "$out"/*.docx >"$out/soffice.log" 2>&1
for kind in "$out"/from-docx/*.pdf; do pdftoppm -r 80 -png "$kind" "${kind%.pdf}"; done
echo "Look at the pages in $out and $out/from-docx."
