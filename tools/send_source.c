/* SPDX-License-Identifier: MIT */
/*
 * The sources of silbo send: ids, one after the other, under which its
 * datagrams leave.  One ends when its numbers are used up, and when the machine
 * has been suspended: an image of its memory may be resumed twice, and no
 * number is to be used twice under an id.  The sound goes on under another, in
 * a media time of its own; receivers know by the tag that it is the same
 * stream.
 *
 * Does not know what is in a frame, nor where datagrams go.
 */
#include <string.h>
#include <unistd.h>

#include <sodium.h>

#include "cli.h"
#include "keyfile.h"
#include "send.h"

void
send_open_source(struct send *s, uint64_t origin, silbo_time now)
{
	struct silbo_sender_config config;
	uint8_t random[SILBO_KEY_RANDOM_BYTES];
	char host[256] = "";
	const char *slash = strrchr(s->input, '/');
	crypto_generichash_state hash;

	silbo_sender_config_init(&config);
	randombytes_buf(random, sizeof random);
	config.key = s->keys_count > 0 ? s->keys : NULL;
	silbo_key_source(&s->id, random, config.key);
	config.source = s->id;
	config.mtu = (size_t)s->mtu;
	config.origin = origin;
	config.name = slash != NULL ? slash + 1 : s->input;
	config.format = SILBO_FORMAT_OPUS;
	config.channels = (uint8_t)s->info.channels;
	config.duration = s->frame;
	config.preskip = silbo_encoder_preskip(s->encoder);
	config.bitrate = (uint32_t)s->bitrate;
	/* The same stream of the same host has the same tag after a restart. */
	(void)gethostname(host, sizeof host - 1);
	crypto_generichash_init(&hash, NULL, 0, 16);
	crypto_generichash_update(&hash, (uint8_t *)host, strlen(host) + 1);
	crypto_generichash_update(
	    &hash, (const uint8_t *)s->input, strlen(s->input));
	crypto_generichash_final(&hash, random, 16);
	memcpy(config.tag, random, sizeof config.tag);
	if (s->keys_count > 0)
		keyfile_lock(&s->tx, sizeof s->tx); /* its subkey */
	silbo_sender_init(&s->tx, &config, now);
	if (s->sources++ == 0)
		s->first = s->id;
	s->base = s->made;
	s->slept = silbo_clock_slept();
}

bool
send_has_slept(const struct send *s)
{
	return silbo_clock_slept() - s->slept > RUN_SLEPT_MIN;
}

void
send_total(const struct send *s, struct silbo_sender_report *total)
{
	silbo_sender_report(&s->tx, total);
	total->data += s->past.data;
	total->info += s->past.info;
	total->payload_bytes += s->past.payload_bytes;
	total->bytes += s->past.bytes;
	total->samples += s->past.samples;
	total->skipped += s->past.skipped;
}

static void
change_source(struct send *s, silbo_time now)
{
	struct silbo_sender_report total;
	struct silbo_clocks clocks;

	send_total(s, &total);
	s->past = total;
	silbo_sender_reset(&s->tx);
	silbo_clock_read(&clocks);
	send_open_source(s, clocks.wall - (clocks.now - now), now);
}

/* Once the machine has slept the old id is not used any more, not even for its
 * end. */
static void
change_after_sleep(struct send *s)
{
	double slept = (double)(silbo_clock_slept() - s->slept) / 1e9;

	change_source(s, silbo_clock_now());
	cli_note("the machine slept for %.1f s: going on under a new source id",
	    slept);
}

void
send_end_source(struct send *s)
{
	uint64_t preskip = silbo_encoder_preskip(s->encoder);
	uint64_t made = s->made - s->base;
	/* Cut short: less the samples that are still inside the codec. */
	uint64_t out = made > preskip ? made - preskip : 0;
	uint64_t sound = s->sound > s->base ? s->sound - s->base : 0;

	silbo_sender_on_end(
	    &s->tx, sound < out ? sound : out, silbo_clock_now());
}

bool
send_info(struct send *s)
{
	uint8_t datagram[SILBO_WIRE_MTU_MIN];
	int len;

	if (send_has_slept(s)) {
		if (s->ended)
			return false;
		change_after_sleep(s);
	}
	len = silbo_sender_get_info(
	    &s->tx, datagram, sizeof datagram, silbo_clock_now());
	if (len == SILBO_ERR_LIMIT && !s->ended) {
		change_source(s, silbo_clock_now());
		return true; /* its own is due at once */
	}
	if (len < 0) {
		s->failure = silbo_err_name(len);
		return false;
	}
	if (len > 0)
		send_depart(s, datagram, len, false);
	return true;
}

/* All numbers are used: say so once, which is one more chance to be heard. */
static void
change_at_limit(struct send *s)
{
	uint8_t datagram[SILBO_WIRE_MTU_MIN];
	int len;

	send_end_source(s);
	len = silbo_sender_get_info(
	    &s->tx, datagram, sizeof datagram, silbo_clock_now());
	if (len > 0)
		send_depart(s, datagram, len, false);
	change_source(s, silbo_clock_now());
	cli_note("the numbers are used up: going on under a new source id");
}

int
send_make(struct send *s, uint8_t *out, const uint8_t *packet, int len)
{
	int bytes;

	if (send_has_slept(s))
		change_after_sleep(s);
	bytes = silbo_sender_put(&s->tx, out, SILBO_WIRE_MTU_MAX, packet,
	    (size_t)len, s->frame, 0, silbo_clock_now());
	if (bytes != SILBO_ERR_LIMIT)
		return bytes;
	change_at_limit(s);
	return silbo_sender_put(&s->tx, out, SILBO_WIRE_MTU_MAX, packet,
	    (size_t)len, s->frame, 0, silbo_clock_now());
}
