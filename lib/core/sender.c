/* SPDX-License-Identifier: MIT */
/*
 * The sender: which number, which media time and which INFO come next, and how
 * a datagram is built where the caller wants it.
 *
 * It decides no rate: a payload is made into a datagram when it is put.  It
 * refuses to know where datagrams go and whether they arrive.
 */
#include <assert.h>
#include <string.h>

#include <silbo/sender.h>

/*
 * Ages of the first DATA at which INFO is repeated before it settles to once a
 * second: a receiver that lost some of them still learns within half a second
 * what it hears and how much of the head it missed.
 */
static const silbo_time early_ns[] = {
    20 * SILBO_NS_PER_MS,
    40 * SILBO_NS_PER_MS,
    100 * SILBO_NS_PER_MS,
    200 * SILBO_NS_PER_MS,
    400 * SILBO_NS_PER_MS,
};

#define EARLY_COUNT (sizeof(early_ns) / sizeof(early_ns[0]))
#define INFO_PERIOD_NS SILBO_NS_PER_S

/* Nothing confirms an END: five over 250 ms outlive most bursts of loss. */
#define END_COUNT 5
#define END_PERIOD_NS (250 * SILBO_NS_PER_MS / (END_COUNT - 1))

void
silbo_sender_config_init(struct silbo_sender_config *config)
{
	memset(config, 0, sizeof(*config));
	config->mtu = SILBO_WIRE_MTU_DEFAULT;
	config->format = SILBO_FORMAT_OPAQUE;
}

/* What INFO says of the source that never changes. */
static void
describe(struct silbo_info *info, const struct silbo_sender_config *config)
{
	size_t len = 0;

	info->origin = config->origin;
	info->first = config->first;
	info->next = config->first;
	info->bitrate = config->bitrate;
	info->duration = config->duration;
	info->preskip = config->preskip;
	info->format = config->format;
	info->channels = config->channels;
	memcpy(info->tag, config->tag, sizeof(info->tag));
	if (config->name == NULL)
		return;
	while (len < SILBO_WIRE_NAME_BYTES && config->name[len] != '\0')
		len++;
	memcpy(info->name, config->name, len);
}

void
silbo_sender_init(struct silbo_sender *tx,
    const struct silbo_sender_config *config, silbo_time now)
{
	assert(config->mtu >= SILBO_WIRE_MTU_MIN);
	assert(config->mtu <= SILBO_WIRE_MTU_MAX);
	assert(config->first <= SILBO_WIRE_NUMBER_MAX);
	/* No receiver would find the key of a source id made without it. */
	assert(config->key == NULL ||
	    silbo_key_matches(config->key, &config->source));
	memset(tx, 0, sizeof(*tx));
	tx->header.source = config->source;
	tx->header.mode = SILBO_MODE_PLAIN;
	if (config->key != NULL) {
		tx->header.mode = SILBO_MODE_PSK;
		silbo_seal_init(&tx->seal, config->key, &config->source);
	}
	describe(&tx->info, config);
	tx->mtu = config->mtu;
	tx->start = now;
	tx->info_due = now;
}

/* Bytes of the datagram around a body. */
static size_t
datagram_bytes(const struct silbo_sender *tx, size_t body_bytes)
{
	size_t tag_bytes =
	    tx->header.mode == SILBO_MODE_PSK ? SILBO_WIRE_TAG_BYTES : 0;

	return SILBO_WIRE_HEADER_BYTES + body_bytes + tag_bytes;
}

/* The monotonic clock, on the axis of media times. */
static uint64_t
sender_time(const struct silbo_sender *tx, silbo_time now)
{
	return tx->info.origin + (now - tx->start);
}

/*
 * Position of the media clock.  It is advanced by the sample count alone, so
 * that it knows nothing of when payloads were put; payloads without duration
 * have no samples to count, their clock is the sender's.
 */
static uint64_t
media_time(const struct silbo_sender *tx, uint16_t duration, silbo_time now)
{
	if (duration == 0)
		return sender_time(tx, now);
	return tx->info.origin + silbo_samples_to_ns(tx->samples);
}

/*
 * Put the header before a body that stands in out, and seal both in place.
 * The caller has found cap to be enough.  Returns the bytes of the datagram.
 */
static int
finish(struct silbo_sender *tx, uint8_t *out, size_t cap, enum silbo_type type,
    uint64_t number, int body_bytes)
{
	int bytes = SILBO_WIRE_HEADER_BYTES + body_bytes;

	assert(body_bytes >= 0);
	tx->header.type = (uint8_t)type;
	tx->header.number = number;
	silbo_wire_pack_header(out, &tx->header);
	if (tx->header.mode == SILBO_MODE_PSK)
		bytes = silbo_seal(&tx->seal, out, (size_t)bytes, cap);
	assert(bytes > 0);
	tx->bytes += (uint64_t)bytes;
	return bytes;
}

int
silbo_sender_put(struct silbo_sender *tx, uint8_t *out, size_t cap,
    const void *payload, size_t payload_bytes, uint16_t duration, uint8_t flags,
    silbo_time now)
{
	struct silbo_data data = {
	    .media_time = media_time(tx, duration, now),
	    .duration = duration,
	    .flags = tx->jumped ? flags | SILBO_DATA_DISCONTINUITY : flags,
	    .format = tx->info.format,
	    .payload = payload,
	    .payload_bytes = payload_bytes,
	};
	enum silbo_mode mode = (enum silbo_mode)tx->header.mode;
	int body_bytes;

	assert(!tx->ended);
	assert(!(flags & SILBO_DATA_PADDED));
	if (payload_bytes > silbo_wire_payload_max(tx->mtu, mode))
		return SILBO_ERR_TOO_LARGE;
	if (cap <
	    datagram_bytes(tx, SILBO_WIRE_DATA_PREFIX_BYTES + payload_bytes))
		return SILBO_ERR_SPACE;
	if (tx->info.next > SILBO_WIRE_NUMBER_MAX)
		return SILBO_ERR_LIMIT;
	if (!tx->started) {
		tx->started = true;
		tx->first_data_at = now;
		if (tx->info_due > now + early_ns[0])
			tx->info_due = now + early_ns[0];
	}
	body_bytes = silbo_wire_pack_data(out + SILBO_WIRE_HEADER_BYTES,
	    cap - SILBO_WIRE_HEADER_BYTES, &data);
	tx->samples += duration;
	tx->jumped = false;
	tx->info.payload_bytes += payload_bytes;
	return finish(
	    tx, out, cap, SILBO_TYPE_DATA, tx->info.next++, body_bytes);
}

void
silbo_sender_skip(struct silbo_sender *tx, uint64_t samples)
{
	assert(!tx->ended);
	tx->samples += samples;
	tx->skipped += samples;
	tx->jumped = tx->jumped || samples > 0;
}

/*
 * The next time of the schedule that lies ahead: what a sleeping caller missed
 * is not made up for, as INFO describes the present.  The END is: each of the
 * five is one more chance.
 */
static silbo_time
next_info(const struct silbo_sender *tx, silbo_time now)
{
	silbo_time age = now - tx->first_data_at;

	if (tx->ended)
		return tx->ends < END_COUNT ? now + END_PERIOD_NS
					    : SILBO_TIME_NEVER;
	if (!tx->started)
		return now + INFO_PERIOD_NS;
	for (size_t i = 0; i < EARLY_COUNT; i++)
		if (early_ns[i] > age)
			return tx->first_data_at + early_ns[i];
	return tx->first_data_at + (age / INFO_PERIOD_NS + 1) * INFO_PERIOD_NS;
}

int
silbo_sender_get_info(
    struct silbo_sender *tx, uint8_t *out, size_t cap, silbo_time now)
{
	int body_bytes;

	if (now < tx->info_due)
		return 0;
	if (cap < datagram_bytes(tx, SILBO_WIRE_INFO_BYTES))
		return SILBO_ERR_SPACE;
	if (tx->info_next > SILBO_WIRE_NUMBER_MAX)
		return SILBO_ERR_LIMIT;
	tx->info.media_time = media_time(tx, tx->info.duration, now);
	tx->info.sender_time = sender_time(tx, now);
	tx->info.age_ns = tx->started ? now - tx->first_data_at : 0;
	body_bytes = silbo_wire_pack_info(out + SILBO_WIRE_HEADER_BYTES,
	    cap - SILBO_WIRE_HEADER_BYTES, &tx->info);
	if (tx->ended)
		tx->ends++;
	tx->info_due = next_info(tx, now);
	return finish(
	    tx, out, cap, SILBO_TYPE_INFO, tx->info_next++, body_bytes);
}

void
silbo_sender_on_end(struct silbo_sender *tx, uint64_t samples, silbo_time now)
{
	assert(!tx->ended);
	tx->ended = true;
	tx->info.flags |= SILBO_INFO_END;
	tx->info.samples = samples;
	tx->info_due = now;
}

silbo_time
silbo_sender_deadline(const struct silbo_sender *tx)
{
	return tx->info_due;
}

void
silbo_sender_report(
    const struct silbo_sender *tx, struct silbo_sender_report *report)
{
	*report = (struct silbo_sender_report){
	    .data = tx->info.next - tx->info.first,
	    .info = tx->info_next,
	    .payload_bytes = tx->info.payload_bytes,
	    .bytes = tx->bytes,
	    .first = tx->info.first,
	    .next = tx->info.next,
	    .samples = tx->samples,
	    .skipped = tx->skipped,
	    .ended = tx->ended,
	};
}

void
silbo_sender_reset(struct silbo_sender *tx)
{
	silbo_seal_reset(&tx->seal);
}
