#!/bin/sh
# SPDX-License-Identifier: MIT
#
# Make samples/speech.flac: about half a minute of synthesised speech, 48 kHz,
# mono, 16 bit.  The text below is the project's own, so the clip is free of
# other people's rights.  The same tools give the same samples every time; the
# MD5 of the samples stands in the file itself (metaflac --show-md5sum).
#
# usage: make-speech.sh [OUTPUT]

set -eu

missing=
for tool in espeak-ng sox flac; do
	command -v "$tool" >/dev/null || missing="$missing $tool"
done
if [ -n "$missing" ]; then
	echo "make-speech.sh: not installed:$missing" >&2
	echo "  try: apt-get install$missing" >&2
	exit 1
fi

out=${1:-$(dirname "$0")/speech.flac}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 1' HUP INT TERM

cat >"$work/text" <<'TEXT'
On the island of La Gomera, people whistle.

Their valleys are deep, and the far side of a ravine is an hour's walk away,
but a whistled sentence crosses it in five seconds. They call it Silbo.

The whistler cannot know whether every word arrived. Wind takes some of them,
and an echo brings others twice.

A datagram is no different. We number the words, we listen for the gaps, and
then we say exactly what was lost.
TEXT

# No dither (-D) and no random numbers (-R): the same samples every time.  The
# FLAC has no tags, so nothing in it names a day or a host.
espeak-ng -v en-gb -s 165 -p 42 -g 2 -f "$work/text" -w "$work/raw.wav"
sox -R -D "$work/raw.wav" -b 16 -c 1 "$work/speech.wav" \
	rate -v 48000 norm -3
flac --silent --best --no-padding --no-seektable --force \
	-o "$work/speech.flac" "$work/speech.wav"
mv "$work/speech.flac" "$out"
echo "$out: $(sox --info -d "$out")"
