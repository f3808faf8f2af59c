/* SPDX-License-Identifier: MIT */
/*
 * wavcat FILE: its sound as the sender reads it, 48 kHz, 16 bit, on stdout.
 */
#include <err.h>
#include <math.h>
#include <stdio.h>

#include <silbo/media.h>

int
main(int argc, char **argv)
{
	struct silbo_audio_source *source;
	struct silbo_audio_info info;
	const char *why = "";
	float pcm[960 * SILBO_MEDIA_CHANNELS_MAX];
	int n;

	if (argc != 2)
		errx(2, "usage: wavcat FILE");
	if (silbo_audio_source_open_file(&source, argv[1], &why) < 0)
		errx(1, "%s: %s", argv[1], why);
	silbo_audio_source_info(source, &info);
	while ((n = silbo_audio_source_read(source, pcm, 960)) > 0)
		for (int i = 0; i < n * info.channels; i++) {
			int16_t s = (int16_t)lrintf(pcm[i] * 32767);

			if (fwrite(&s, sizeof s, 1, stdout) != 1)
				err(1, "standard output");
		}
	silbo_audio_source_close(source);
	return n < 0;
}
