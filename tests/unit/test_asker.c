/* SPDX-License-Identifier: MIT */
/*
 * PROBEs as they are written and ECHOs as they are read, plain and sealed: a
 * reflector of a few lines answers from behind a gate of its own.  What is no
 * answer to us is none, whoever made it.
 */
#include "testing.h"

#include <sodium.h>

#include <silbo/asker.h>
#include <silbo/gate.h>

#define NOW (100 * SILBO_NS_PER_S)
#define BYTES 200

/* Both ends, and what they share. */
struct ends {
	struct silbo_key key;
	bool keyed;
	struct silbo_source own, reflector;
	struct silbo_asker asker;
	struct silbo_gate *here, *there;
	struct silbo_seal seal; /* the reflector's */
	uint64_t order;
};

static const struct silbo_key *
key_of(const struct ends *e)
{
	return e->keyed ? &e->key : NULL;
}

static struct silbo_gate *
open_gate(const struct ends *e, const struct silbo_source *own)
{
	struct silbo_gate_config config = {.keys = key_of(e),
	    .keys_count = e->keyed,
	    .datagram_max = SILBO_WIRE_MTU_MAX,
	    .sources = 4,
	    .own = own,
	    .max_age_ns = SILBO_TIME_NEVER};
	void *memory;

	silbo_stream_config_init(&config.stream, NOW);
	memory = calloc(1, silbo_gate_size(&config));
	assert_non_null(memory);
	return silbo_gate_init(memory, &config);
}

static void
open_ends(struct ends *e, bool keyed)
{
	static const uint8_t master[SILBO_KEY_MASTER_BYTES] = {1};
	static const uint8_t ours[SILBO_KEY_RANDOM_BYTES] = {2};
	static const uint8_t theirs[SILBO_KEY_RANDOM_BYTES] = {3};

	*e = (struct ends){.keyed = keyed};
	silbo_key_init(&e->key, master);
	silbo_key_source(&e->own, ours, key_of(e));
	silbo_key_source(&e->reflector, theirs, key_of(e));
	silbo_asker_init(&e->asker, key_of(e), &e->own, BYTES);
	silbo_seal_init(&e->seal, &e->key, &e->reflector);
	e->here = open_gate(e, &e->own);
	e->there = open_gate(e, &e->reflector);
}

static void
close_ends(struct ends *e)
{
	silbo_asker_reset(&e->asker);
	free(e->here);
	free(e->there);
}

static struct silbo_arrival
arrival_of(uint8_t *datagram, int len)
{
	return (struct silbo_arrival){.data = datagram,
	    .len = (size_t)len,
	    .from = {.len = 1, .bytes = {9}},
	    .at = NOW,
	    .tos = 8,
	    .ttl = 60};
}

/* Write an ECHO as it came from the reflector.  Returns its bytes. */
static int
write_echo(struct ends *e, uint8_t *out, const struct silbo_echo *echo,
    size_t body_bytes)
{
	const struct silbo_header header = {.type = SILBO_TYPE_ECHO,
	    .mode = e->keyed ? SILBO_MODE_PSK : SILBO_MODE_PLAIN,
	    .number = e->order++,
	    .source = e->reflector};
	int bytes;

	silbo_wire_pack_header(out, &header);
	bytes = silbo_wire_pack_echo(out + SILBO_WIRE_HEADER_BYTES,
	    BYTES - SILBO_WIRE_HEADER_BYTES, echo, body_bytes);
	assert_int_equal(bytes, body_bytes);
	bytes += SILBO_WIRE_HEADER_BYTES;
	return e->keyed ? silbo_seal(&e->seal, out, (size_t)bytes, BYTES)
			: bytes;
}

static size_t
body_bytes(const struct ends *e)
{
	return BYTES - SILBO_WIRE_HEADER_BYTES -
	    (e->keyed ? SILBO_WIRE_TAG_BYTES : 0);
}

/* Hand a datagram in.  Whether it is an answer. */
static bool
take(struct ends *e, struct silbo_answer *answer, uint8_t *datagram, int len)
{
	struct silbo_arrival arrival = arrival_of(datagram, len);
	uint32_t source;
	enum silbo_verdict verdict =
	    silbo_gate_on_datagram(e->here, &source, &arrival, NOW);

	return silbo_asker_parse(&e->asker, answer, &arrival, verdict);
}

static void
a_probe_is_written_as_the_gate_reads_it(void **state)
{
	(void)state;
	for (int keyed = 0; keyed < 2; keyed++) {
		struct silbo_departure d = {
		    .number = 77, .sent_at = 12345, .closing = keyed};
		uint8_t out[BYTES + 1] = {0};
		struct silbo_arrival arrival;
		struct silbo_header header;
		struct silbo_probe probe;
		struct ends e;
		uint32_t source;

		open_ends(&e, keyed);
		out[BYTES] = 0xaa;
		assert_int_equal(
		    silbo_asker_pack(&e.asker, out, BYTES, &d), BYTES);
		assert_int_equal(out[BYTES], 0xaa);
		arrival = arrival_of(out, BYTES);
		assert_int_equal(
		    silbo_gate_on_datagram(e.there, &source, &arrival, NOW),
		    SILBO_ACCEPTED);
		assert_int_equal(silbo_wire_parse_header(&header, out, BYTES),
		    SILBO_ACCEPTED);
		assert_int_equal(header.type, SILBO_TYPE_PROBE);
		assert_int_equal(header.number, 77);
		assert_memory_equal(&header.source, &e.own, sizeof e.own);
		assert_int_equal(
		    silbo_wire_parse_probe(
			&probe, out + SILBO_WIRE_HEADER_BYTES, body_bytes(&e)),
		    SILBO_ACCEPTED);
		assert_int_equal(probe.sent_at, 12345);
		assert_int_equal(probe.flags & SILBO_PROBE_CLOSING, keyed);
		assert_int_equal(silbo_asker_pack(&e.asker, out, BYTES - 1, &d),
		    SILBO_ERR_SPACE);
		close_ends(&e);
	}
}

static void
an_echo_of_ours_is_an_answer_and_its_copy_too(void **state)
{
	(void)state;
	for (int keyed = 0; keyed < 2; keyed++) {
		struct silbo_echo echo = {.number = 5,
		    .flags = SILBO_ECHO_KERNEL | SILBO_ECHO_MARKS,
		    .tos = 46 << 2,
		    .ttl = 61,
		    .extent_max = 3,
		    .received_at = 1000,
		    .echoed_at = 1001,
		    .unique = 6,
		    .duplicate = 2,
		    .reordered = 1,
		    .withheld = 4};
		uint8_t datagram[BYTES], copy[BYTES];
		struct silbo_answer a;
		struct ends e;
		int len;

		open_ends(&e, keyed);
		echo.prober = e.own;
		len = write_echo(&e, datagram, &echo, body_bytes(&e));
		memcpy(copy, datagram, sizeof copy);
		assert_true(take(&e, &a, datagram, len));
		assert_int_equal(a.number, 5);
		assert_memory_equal(
		    &a.reflector, &e.reflector, sizeof a.reflector);
		assert_int_equal(a.order, 0);
		assert_int_equal(a.at, NOW);
		assert_true(a.has_times && a.kernel && a.has_counts);
		assert_int_equal(a.received_at, 1000);
		assert_int_equal(a.echoed_at, 1001);
		assert_int_equal(a.tos, 46 << 2);
		assert_int_equal(a.ttl, 61);
		assert_int_equal(a.back_tos, 8);
		assert_int_equal(a.back_ttl, 60);
		assert_int_equal(a.unique, 6);
		assert_int_equal(a.duplicate, 2);
		assert_int_equal(a.reordered, 1);
		assert_int_equal(a.extent_max, 3);
		assert_int_equal(a.withheld, 4);
		/* The gate refuses its copy, which the prober counts. */
		assert_true(take(&e, &a, copy, len));
		assert_int_equal(a.number, 5);
		echo.flags = 0;
		len = write_echo(&e, datagram, &echo, body_bytes(&e));
		assert_true(take(&e, &a, datagram, len));
		assert_int_equal(a.tos, -1);
		assert_int_equal(a.ttl, -1);
		assert_false(a.kernel);
		close_ends(&e);
	}
}

static void
what_is_for_others_or_forged_is_no_answer(void **state)
{
	(void)state;
	for (int keyed = 0; keyed < 2; keyed++) {
		struct silbo_echo echo = {.number = 5, .unique = 6};
		uint8_t datagram[BYTES];
		struct silbo_answer a;
		struct ends e;
		int len;

		open_ends(&e, keyed);
		/* to another prober */
		echo.prober = e.reflector;
		len = write_echo(&e, datagram, &echo, body_bytes(&e));
		assert_false(take(&e, &a, datagram, len));
		/* our own, come back */
		len = silbo_asker_pack(&e.asker, datagram, BYTES,
		    &(struct silbo_departure){.number = 1});
		assert_false(take(&e, &a, datagram, len));
		/* cut short */
		echo.prober = e.own;
		len = write_echo(&e, datagram, &echo, body_bytes(&e));
		assert_false(take(&e, &a, datagram,
		    SILBO_WIRE_HEADER_BYTES + SILBO_WIRE_ECHO_BYTES - 1));
		/* of the other mode */
		len = write_echo(&e, datagram, &echo, body_bytes(&e));
		datagram[1] ^= 1;
		assert_false(take(&e, &a, datagram, len));
		/* changed on the way */
		len = write_echo(&e, datagram, &echo, body_bytes(&e));
		datagram[60] ^= 1;
		assert_int_equal(take(&e, &a, datagram, len), !keyed);
		for (int n = 0; n < BYTES; n++)
			assert_false(take(&e, &a, datagram, n) && n < 112);
		close_ends(&e);
	}
}

/* In its numbers are those of others that it answers in between. */
static void
a_reflector_may_answer_many_others(void **state)
{
	(void)state;
	for (int keyed = 0; keyed < 2; keyed++) {
		struct silbo_answer a;
		struct ends e;

		open_ends(&e, keyed);
		for (uint64_t n = 0; n < 10; n++) {
			struct silbo_echo echo = {
			    .prober = e.own, .number = n, .unique = n + 1};
			uint8_t datagram[BYTES];
			int len =
			    write_echo(&e, datagram, &echo, body_bytes(&e));

			assert_true(take(&e, &a, datagram, len));
			e.order += 10 * SILBO_GATE_JUMP;
		}
		close_ends(&e);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_probe_is_written_as_the_gate_reads_it),
	    cmocka_unit_test(an_echo_of_ours_is_an_answer_and_its_copy_too),
	    cmocka_unit_test(what_is_for_others_or_forged_is_no_answer),
	    cmocka_unit_test(a_reflector_may_answer_many_others),
	};

	if (sodium_init() < 0)
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
