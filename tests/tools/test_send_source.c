/* SPDX-License-Identifier: MIT */
/* When silbo send changes its source id, and what is kept over the change. */
#include "testing.h"

#include "send.h"

#define FRAME 960
#define S ((int64_t)SILBO_NS_PER_S)

struct fixture {
	struct send s;
	uint8_t out[SILBO_WIRE_MTU_MAX];
};

static struct fixture *
begin(bool sealed)
{
	static struct fixture f;
	const struct silbo_encoder_config config = {
	    .channels = 1, .bitrate = 32000, .frame = FRAME, .constant = true};

	silbo_encoder_close(f.s.encoder);
	memset(&f, 0, sizeof f);
	f.s.input = "tone";
	f.s.mtu = SILBO_WIRE_MTU_DEFAULT;
	f.s.frame = FRAME;
	f.s.keys_count = sealed;
	f.s.sound = UINT64_MAX;
	memset(f.s.keys[0].data, 7, sizeof f.s.keys[0].data);
	assert_int_equal(silbo_encoder_open(&f.s.encoder, &config), 0);
	send_open_source(&f.s, silbo_clock_wall(), silbo_clock_now());
	return &f;
}

/* The header of the next frame. */
static struct silbo_header
make(struct fixture *f)
{
	static const uint8_t packet[80];
	struct silbo_header header;
	int bytes = send_make(&f->s, f->out, packet, sizeof packet);

	assert_true(bytes > 0);
	assert_int_equal(
	    silbo_wire_parse_header(&header, f->out, (size_t)bytes),
	    SILBO_ACCEPTED);
	f->s.made += FRAME;
	return header;
}

static bool
is_same(struct silbo_source a, struct silbo_source b)
{
	return memcmp(&a, &b, sizeof a) == 0;
}

static void
check_change(struct fixture *f, const struct silbo_header *before,
    const struct silbo_header *after, uint64_t frames)
{
	struct silbo_sender_report total;

	assert_false(is_same(after->source, before->source));
	assert_int_equal(after->number, 0);
	assert_int_equal(f->s.sources, 2);
	assert_true(is_same(f->s.first, before->source));
	assert_true(is_same(f->s.id, after->source));
	assert_true(is_same(make(f).source, after->source));
	send_total(&f->s, &total);
	assert_int_equal(total.samples, (frames + 1) * FRAME);
	assert_int_equal(total.payload_bytes, (frames + 1) * 80);
}

static void
the_sound_goes_on_under_a_new_id_when_numbers_are_used_up(void **state)
{
	(void)state;
	for (int sealed = 0; sealed < 2; sealed++) {
		struct fixture *f = begin(sealed);
		struct silbo_header before, after;

		f->s.tx.info.next = SILBO_WIRE_NUMBER_MAX;
		before = make(f);
		assert_true(before.number == SILBO_WIRE_NUMBER_MAX);
		after = make(f);
		check_change(f, &before, &after, 2);
		/* The END of the first, which no target took. */
		assert_int_equal(f->s.unsent_info, 1);
	}
}

static void
after_a_suspend_nothing_more_is_said_under_the_old_id(void **state)
{
	(void)state;
	for (int sealed = 0; sealed < 2; sealed++) {
		struct fixture *f = begin(sealed);
		struct silbo_header before, after;

		before = make(f);
		f->s.slept -= S - S / 1000;
		assert_true(is_same(make(f).source, before.source));
		f->s.slept -= S / 500;
		assert_true(send_has_slept(&f->s));
		after = make(f);
		check_change(f, &before, &after, 3);
		assert_int_equal(f->s.unsent_info, 0);
		assert_false(send_has_slept(&f->s));
	}
}

static void
the_length_of_a_source_begins_with_it(void **state)
{
	struct fixture *f = begin(false);

	(void)state;
	for (int i = 0; i < 10; i++)
		make(f);
	f->s.slept -= 2 * S;
	for (int i = 0; i < 5; i++)
		make(f);
	/* Cut short: less what is inside the codec. */
	send_end_source(&f->s);
	assert_int_equal(f->s.tx.info.samples,
	    5 * FRAME - silbo_encoder_preskip(f->s.encoder));
	f->s.tx.ended = false;
	f->s.sound = 12 * FRAME;
	send_end_source(&f->s);
	assert_int_equal(f->s.tx.info.samples, 2 * FRAME);
	f->s.tx.ended = false;
	f->s.sound = 9 * FRAME;
	send_end_source(&f->s);
	assert_int_equal(f->s.tx.info.samples, 0);
	silbo_encoder_close(f->s.encoder);
	f->s.encoder = NULL;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(
		the_sound_goes_on_under_a_new_id_when_numbers_are_used_up),
	    cmocka_unit_test(
		after_a_suspend_nothing_more_is_said_under_the_old_id),
	    cmocka_unit_test(the_length_of_a_source_begins_with_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
