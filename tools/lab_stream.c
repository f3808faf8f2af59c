/* SPDX-License-Identifier: MIT */
/*
 * The keys of [stream]: what is sent and how it is received.  Knows values and
 * their limits; does not know which of them vary in a plan.
 */
#include <string.h>

#include "cli.h"
#include "lab.h"
#include "units.h"

#define MS ((int64_t)SILBO_NS_PER_MS)
#define SECOND ((int64_t)SILBO_NS_PER_S)

static bool
set_frame(struct lab_stream *s, const char *value)
{
	static const int64_t frames_us[] = {
	    2500, 5000, 10000, 20000, 40000, 60000};

	if (!units_parse_duration(value, &s->frame_ns))
		return false;
	for (size_t i = 0; i < sizeof(frames_us) / sizeof(frames_us[0]); i++)
		if (s->frame_ns == frames_us[i] * 1000)
			return true;
	return false;
}

static bool
set_duration(struct lab_stream *s, const char *value)
{
	return units_parse_duration(value, &s->duration_ns) &&
	    s->duration_ns >= 100 * MS && s->duration_ns <= 30 * 86400 * SECOND;
}

static bool
set_bitrate(struct lab_stream *s, const char *value)
{
	return units_parse_rate(value, &s->bitrate) && s->bitrate >= 6000 &&
	    s->bitrate <= 256000;
}

static bool
set_playout(struct lab_stream *s, const char *value)
{
	return units_parse_duration(value, &s->playout_ns) &&
	    s->playout_ns >= 0 &&
	    s->playout_ns <= (int64_t)SILBO_PLAYOUT_DELAY_MAX;
}

static bool
set_wait(struct lab_stream *s, const char *value)
{
	return units_parse_duration(value, &s->wait_ns) &&
	    s->wait_ns >= (int64_t)SILBO_TRACK_WAIT_MIN &&
	    s->wait_ns <= (int64_t)SILBO_TRACK_WAIT_MAX;
}

static bool
set_clock(struct lab_stream *s, const char *value)
{
	char number[32];
	size_t len = strlen(value);

	if (len < 4 || len >= sizeof number ||
	    strcmp(value + len - 3, "ppm") != 0)
		return false;
	snprintf(number, sizeof number, "%.*s", (int)len - 3, value);
	return units_parse_count(number, &s->clock_ppm) &&
	    s->clock_ppm >= -1000 && s->clock_ppm <= 1000;
}

static bool
set_encrypted(struct lab_stream *s, const char *value)
{
	s->encrypted = strcmp(value, "yes") == 0;
	return s->encrypted || strcmp(value, "no") == 0;
}

static bool
set_repair(struct lab_stream *s, const char *value)
{
	(void)s;
	return strcmp(value, "none") == 0;
}

static bool
set_audio(struct lab_stream *s, const char *value)
{
	return (size_t)snprintf(s->audio, sizeof(s->audio), "%s", value) <
	    sizeof(s->audio);
}

static const struct {
	const char *key;
	bool (*set)(struct lab_stream *, const char *);
	bool axis; /* may vary */
	const char *form;
} keys[LAB_STREAM_KEYS] = {
    {"duration", set_duration, false, "a time: 30s, 5m, 24h; from 100ms"},
    {"frame", set_frame, true, "2.5ms 5ms 10ms 20ms 40ms or 60ms"},
    {"bitrate", set_bitrate, true, "bit/s: 32k; 6k to 256k"},
    {"playout", set_playout, true, "a time: 60ms; up to 5s"},
    {"wait", set_wait, true, "a time: 1s"},
    {"clock", set_clock, true, "as in 50ppm or -50ppm; up to 1000ppm"},
    {"encrypted", set_encrypted, true, "yes or no"},
    {"repair", set_repair, true, "none: there is no other yet"},
    {"audio", set_audio, false, "the name of a sound file"},
};

void
lab_stream_init(struct lab_stream *s)
{
	*s = (struct lab_stream){.frame_ns = 20 * MS,
	    .bitrate = 32000,
	    .playout_ns = (int64_t)SILBO_PLAYOUT_DELAY_DEFAULT,
	    .wait_ns = (int64_t)SILBO_TRACK_WAIT_DEFAULT};
}

int
lab_stream_find(const char *key)
{
	for (int i = 0; i < LAB_STREAM_KEYS; i++)
		if (strcmp(keys[i].key, key) == 0)
			return i;
	return -1;
}

const char *
lab_stream_key(int at)
{
	return keys[at].key;
}

bool
lab_stream_varies(int at)
{
	return keys[at].axis;
}

bool
lab_stream_set(
    struct lab_stream *s, struct model_why *why, int at, const char *value)
{
	char quoted[64];

	if (keys[at].set(s, value))
		return true;
	snprintf(why->what, sizeof(why->what), "%s: '%s' is not accepted",
	    keys[at].key, cli_quote(quoted, sizeof quoted, value));
	snprintf(why->hint, sizeof(why->hint), "%s", keys[at].form);
	return false;
}
