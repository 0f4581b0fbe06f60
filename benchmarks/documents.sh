#!/usr/bin/env bash
# Are the demo's documents good files, in the eyes of others? All kinds, in Dutch and English, of the street renewal
# (filled in) and its sewer (left open). By hand, not in CI: the programs that look are installed outside this folder.
# Needs LibreOffice and its letters (apt: libreoffice-writer, fonts-liberation), poppler-utils and qpdf; gets the checkers
# pdfua and outloud from PyPI in an environment of its own. Usage: benchmarks/documents.sh [folder for files and tools]
set -euo pipefail
here="$(cd "$(dirname "$0")/.." && pwd)"
work="${1:-${TMPDIR:-/tmp}/samenkompas-documents}"
python="$here/.venv/bin/python"
mkdir -p "$work"
for program in soffice pdfinfo pdffonts pdftoppm qpdf; do
  command -v "$program" >/dev/null || { echo "$program is missing; see the top of this file"; exit 1; }
done
if [ ! -x "$work/check/bin/outloud" ]; then
  python3 -m venv "$work/check" && "$work/check/bin/pip" install --quiet pdfua==0.1.3 outloud==0.2.1
fi

export SAMENKOMPAS_DATA_DIR="$work/data" SAMENKOMPAS_DEBUG=1 SAMENKOMPAS_DEMO=1
cd "$here"
echo "==> Filling a demo"
"$python" manage.py demo --reset --no-serve >"$work/demo.log"
echo "==> Writing the documents"
"$python" -m benchmarks.documents "$work/files"
echo "==> Opening the DOCX files in LibreOffice"
soffice --headless --convert-to pdf --outdir "$work/files/from-docx" "$work"/files/*.docx >"$work/soffice.log" 2>&1
for file in "$work"/files/*.pdf "$work"/files/from-docx/*.pdf; do pdftoppm -r 80 -png "$file" "${file%.pdf}" 2>/dev/null; done

echo "==> Looking at the PDF files"
printf '%-32s %5s %6s %9s %9s %-8s %-6s %s\n' file pages "(DOCX)" "not emb." "qpdf" pdfua outloud "of 31 checkpoints"
wrong=0
for file in "$work"/files/*.pdf; do
  name="$(basename "$file" .pdf)"
  pages() { pdfinfo "$1" 2>/dev/null | sed -n 's/^Pages: *//p'; }
  loose="$(pdffonts "$file" 2>/dev/null | tail -n +3 | grep -vcE 'yes +(yes|no) +(yes|no) +[0-9]+ +[0-9]+ *$' || true)"
  sound="$(qpdf --check "$file" >/dev/null 2>&1 && echo sound || echo WRONG)"
  pdfua="$("$work/check/bin/pdfua" check "$file" | sed -n 's/.*result: \([A-Z]*\).*/\1/p')"
  "$work/check/bin/outloud" --fail-on never "$file" >"$work/files/$name.outloud.txt"
  outloud="$(sed -n '1s/ .*//p' "$work/files/$name.outloud.txt")"
  points="$(sed -n 's/.*PDF\/UA-1 checkpoints: *//p' "$work/files/$name.outloud.txt")"
  printf '%-32s %5s %6s %9s %9s %-8s %-6s %s\n' "$name" "$(pages "$file")" "$(pages "$work/files/from-docx/$name.pdf")" \
    "$loose" "$sound" "$pdfua" "$outloud" "$points"
  [ "$loose $sound $pdfua $outloud" = "0 sound PASS PASS" ] || wrong=$((wrong + 1))
done
echo "$wrong with a finding. Pages to look at: $work/files/*.png and $work/files/from-docx/*.png"
[ "$wrong" = 0 ]
