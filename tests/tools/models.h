/* SPDX-License-Identifier: MIT */
/*
 * Models for tests: by words, by chance, and whether two links are the same.
 */
#ifndef SILBO_TESTS_TOOLS_MODELS_H
#define SILBO_TESTS_TOOLS_MODELS_H

#include "testing.h"

#include <inttypes.h>

#include "model.h"

static inline bool
model_has(const char *name)
{
	for (size_t i = 0; model_key(i) != NULL; i++)
		if (strcmp(model_key(i)->name, name) == 0)
			return true;
	return false;
}

/* The link of "key", "value" ..., NULL. */
static inline void
model_of(struct silbo_link_config *link, struct traces *traces, ...)
{
	const char *key, *value;
	struct model_why why;
	struct model m;
	va_list words;

	model_init(&m, traces);
	va_start(words, traces);
	while ((key = va_arg(words, const char *)) != NULL) {
		value = va_arg(words, const char *);
		if (!model_set(&m, &why, key, value))
			fail_msg("%s = %s: %s", key, value, why.what);
	}
	va_end(words);
	if (!model_link(&m, link, &why))
		fail_msg("no link: %s", why.what);
}

static inline void
models_text(char *out, size_t cap, const struct model *m)
{
	FILE *file = fmemopen(out, cap, "w");

	out[0] = '\0'; /* where nothing is written, it stays as it was */
	assert_non_null(file);
	model_write(file, m, "");
	fclose(file);
}

/* Lines of "key = value", as model_write writes them. */
static inline void
models_read(struct model *m, struct traces *traces, const char *text)
{
	char line[512], *value;
	struct model_why why;

	model_init(m, traces);
	for (; *text != '\0'; text += strcspn(text, "\n") + 1) {
		snprintf(
		    line, sizeof line, "%.*s", (int)strcspn(text, "\n"), text);
		value = strstr(line, " = ");
		assert_non_null(value);
		*value = '\0';
		if (!model_set(m, &why, line, value + 3))
			fail_msg("written: %s = %s, but: %s", line, value + 3,
			    why.what);
	}
}

/* ---- by chance ---- */

/* A ratio as people write it, with up to 16 digits behind the point. */
static inline const char *
random_ratio(char *out, size_t cap, uint64_t *random)
{
	uint64_t n = test_random(random);

	switch (test_below(random, 4)) {
	case 0:
		snprintf(out, cap, "%" PRIu64 "%%", n % 101);
		break;
	case 1:
		snprintf(out, cap, "%" PRIu64 ".%02" PRIu64 "%%", n % 100,
		    n / 100 % 100);
		break;
	case 2:
		snprintf(out, cap, "0.%016" PRIu64, n % 10000000000000000);
		break;
	default:
		snprintf(out, cap, "0.%06" PRIu64 "%%", n % 1000000);
		break;
	}
	return out;
}

static inline const char *
random_time(char *out, size_t cap, uint64_t *random)
{
	static const char *const units[] = {"ns", "us", "ms", "s"};

	snprintf(out, cap, "%" PRIu64 "%s", 1 + test_below(random, 1000),
	    units[test_below(random, 4)]);
	return out;
}

static inline const char *
random_number(char *out, size_t cap, uint64_t *random)
{
	snprintf(out, cap, "%" PRIu64 ".%" PRIu64, 1 + test_below(random, 100),
	    test_below(random, 1000000000000));
	return out;
}

/* Some value for a key, by the form that its row in the table names. */
static inline void
random_value(
    char *out, size_t cap, const struct model_key *key, uint64_t *random)
{
	char form[64], word[64];
	size_t at = 0;

	snprintf(form, sizeof form, "%s", key->value);
	if (strcmp(key->name, "preset") == 0)
		snprintf(out, cap, "busy-wifi");
	else if (strcmp(form, "FILE") == 0)
		snprintf(out, cap, SILBO_FIXTURES "/%s.txt",
		    strcmp(key->name, "delay_table") == 0      ? "table"
			: strcmp(key->name, "loss_trace") == 0 ? "loss"
			: strcmp(key->name, "rate_trace") == 0 ? "rate"
							       : "delay");
	else if (strcmp(form, "N/s TIME") == 0)
		snprintf(out, cap, "0.%05" PRIu64 "/s %s",
		    1 + test_below(random, 99999),
		    random_time(word, sizeof word, random));
	else if (strcmp(form, "TIME[+-TIME]") == 0 || strcmp(form, "TIME") == 0)
		random_time(out, cap, random);
	else if (strcmp(form, "N|TIME") == 0)
		(test_below(random, 2) ? random_time : random_number)(
		    out, cap, random);
	else if (strcmp(form, "N") == 0)
		snprintf(out, cap, "%" PRIu64, 1 + test_below(random, 64));
	else if (strcmp(form, "BYTES") == 0)
		snprintf(out, cap, "%" PRIu64, 100 + test_below(random, 900));
	else if (strcmp(form, "RATE") == 0)
		snprintf(out, cap, "%" PRIu64 "k", test_below(random, 9000));
	else if (strchr(form, '|') != NULL)
		snprintf(out, cap, "%s",
		    test_below(random, 2) ? strrchr(form, '|') + 1
					  : strtok_r(form, "|", &(char *){0}));
	else
		for (char *rest = form, *w;
		     (w = strtok_r(rest, " ", &rest)) != NULL && at < cap;)
			at += (size_t)snprintf(out + at, cap - at, "%s%s",
			    at > 0 ? " " : "",
			    (strcmp(w, "LENGTH") == 0 ||
					strcmp(w, "RECEIVED") == 0
				    ? random_number
				    : random_ratio)(word, sizeof word, random));
}

/* Some keys, in any order, at any values that are taken. */
static inline void
model_random(struct model *m, struct traces *traces, uint64_t *random)
{
	uint64_t keys = 0, sets = test_below(random, 24);
	struct model_why why;
	char value[256];

	while (model_key(keys) != NULL)
		keys++;
	model_init(m, traces);
	for (uint64_t i = 0; i < sets; i++) {
		const struct model_key *key =
		    model_key(test_below(random, keys));

		random_value(value, sizeof value, key, random);
		if (!model_set(m, &why, key->name, value))
			assert_true(why.what[0] != '\0');
	}
}

/* ---- the same link? ---- */

/* Files that were read twice are two traces. */
static inline void
forget_traces(struct silbo_link_config *link)
{
	link->loss.trace = link->delay.trace = link->queue.trace = NULL;
}

static inline bool
models_equal(
    const struct silbo_link_config *a, const struct silbo_link_config *b)
{
#define SAME(field)                                       \
	if (a->field != b->field) {                       \
		fprintf(stderr, "differs: " #field "\n"); \
		return false;                             \
	}
	SAME(queue.rate_bps)
	SAME(queue.trace)
	SAME(loss.trace)
	SAME(delay.trace)

	SAME(queue.bucket_bytes)
	SAME(queue.limit_bytes)
	SAME(queue.overhead_bytes)
	SAME(queue.discipline)
	SAME(queue.target_ns)
	SAME(queue.interval_ns)
	SAME(loss.kind)
	SAME(loss.pace)
	SAME(loss.step_ns)
	SAME(loss.random)
	SAME(loss.p)
	SAME(loss.r)
	SAME(loss.bad)
	SAME(loss.good)
	SAME(loss.p13)
	SAME(loss.p31)
	SAME(loss.p32)
	SAME(loss.p23)
	SAME(loss.p14)

	SAME(delay.base_ns)
	SAME(delay.shape)
	SAME(delay.spread_ns)
	SAME(delay.correlation)
	SAME(delay.pace)
	SAME(delay.step_ns)

	SAME(delay.stalls_per_s)
	SAME(delay.stall_ns)
	SAME(delay.keep_order)
	SAME(outage_every_ns)
	SAME(outage_ns)
	SAME(reorder)
	SAME(reorder_ns)
	SAME(duplicate)
	SAME(duplicate_ns)
	SAME(corrupt)
	SAME(corrupt_bits)
	return true;
#undef SAME
}

#endif
