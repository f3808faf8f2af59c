/* SPDX-License-Identifier: MIT */
/*
 * sounds DIRECTORY: a third of a second in every format, rate and number of
 * channels that fit together.  Prints of each its name, the samples it is at
 * 48000 Hz, and its channels.
 */
#include <err.h>
#include <math.h>
#include <stdio.h>

#include <sndfile.h>

static const struct {
	const char *suffix;
	int format, rate_max, channels_max;
} formats[] = {
    {"wav", SF_FORMAT_WAV | SF_FORMAT_PCM_16, 192000, 6},
    {"flac", SF_FORMAT_FLAC | SF_FORMAT_PCM_16, 192000, 6},
    {"ogg", SF_FORMAT_OGG | SF_FORMAT_VORBIS, 192000, 6},
    {"mp3", SF_FORMAT_MPEG | SF_FORMAT_MPEG_LAYER_III, 48000, 2},
};
static const int rates[] = {8000, 44100, 192000};
static const int channels[] = {1, 2, 6};

static void
write_file(const char *path, int format, int rate, int count, int frames)
{
	SF_INFO about = {
	    .samplerate = rate, .channels = count, .format = format};
	SNDFILE *file = sf_open(path, SFM_WRITE, &about);
	float frame[6];

	if (file == NULL)
		errx(1, "%s: %s", path, sf_strerror(NULL));
	for (int i = 0; i < frames; i++) {
		for (int c = 0; c < count; c++)
			frame[c] = 0.25f *
			    sinf(6.2831853f * 440 * (float)i / (float)rate);
		if (sf_writef_float(file, frame, 1) != 1)
			errx(1, "%s: %s", path, sf_strerror(file));
	}
	sf_close(file);
}

int
main(int argc, char **argv)
{
	char path[4096];

	if (argc != 2)
		errx(2, "usage: sounds DIRECTORY");
	for (size_t f = 0; f < sizeof formats / sizeof *formats; f++)
		for (size_t r = 0; r < 3; r++)
			for (size_t c = 0; c < 3; c++) {
				/* no whole number of anything */
				int frames = rates[r] / 3 + 7;

				if (rates[r] > formats[f].rate_max ||
				    channels[c] > formats[f].channels_max)
					continue;
				snprintf(path, sizeof path, "%s/%d.%d.%s",
				    argv[1], rates[r], channels[c],
				    formats[f].suffix);
				write_file(path, formats[f].format, rates[r],
				    channels[c], frames);
				printf("%d.%d.%s %.0f %d\n", rates[r],
				    channels[c], formats[f].suffix,
				    floor((double)frames * 48000 / rates[r] +
					0.5),
				    channels[c] > 1 ? 2 : 1);
			}
	return 0;
}
