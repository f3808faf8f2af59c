/* SPDX-License-Identifier: MIT */
/*
 * Any bytes as a trace of every kind.  Whatever they are: values that keep the
 * promises of the header, no more than were announced; or a reason, with a line
 * that exists.  What was read plays: loss and delay take it.
 */
#include <silbo/delay.h>

#include "fuzz.h"

#define VALUES_MAX 4096

static void
check_values(const struct silbo_trace *trace)
{
	int64_t lowest = 0;

	if (trace->kind == SILBO_TRACE_LOSS || trace->kind == SILBO_TRACE_DELAY)
		lowest = SILBO_TRACE_LOST;
	for (uint32_t i = 0; i < trace->count; i++) {
		int64_t value = trace->values[i];

		must(value >= lowest);
		must(trace->kind != SILBO_TRACE_LOSS || value <= 0);
		must(trace->kind == SILBO_TRACE_RATE ||
		    value <= (int64_t)SILBO_DELAY_MAX);
		must(i == 0 || trace->kind < SILBO_TRACE_TABLE ||
		    value >= trace->values[i - 1]);
	}
	must(trace->kind != SILBO_TRACE_RATE ||
	    trace->values[trace->count - 1] > 0);
}

static void
play_losses(const struct silbo_trace *trace)
{
	struct silbo_loss_config config;
	struct silbo_loss_form form;
	struct silbo_loss loss;
	const char *why;
	uint32_t lost = 0;

	silbo_loss_config_init(&config);
	config.kind = SILBO_LOSS_TRACE;
	config.trace = trace;
	if (silbo_loss_check(&config, &why) != 0) {
		must(trace->kind >= SILBO_TRACE_TABLE);
		return;
	}
	silbo_loss_init(&loss, &config, 1);
	for (uint32_t i = 0; i < trace->count; i++)
		lost += silbo_loss_get(&loss, i * MS);
	form = silbo_loss_closed_form(&config, MS);
	must(form.loss * trace->count < lost + 0.5);
	must(form.loss * trace->count > lost - 0.5);
}

static void
play_delays(const struct silbo_trace *trace)
{
	struct silbo_delay_config config;
	struct silbo_delay delay;
	const char *why;

	silbo_delay_config_init(&config);
	config.shape = trace->kind == SILBO_TRACE_TABLE ? SILBO_SHAPE_TABLE
							: SILBO_SHAPE_TRACE;
	config.trace = trace;
	config.keep_order = false;
	if (silbo_delay_check(&config, &why) != 0) {
		must(trace->kind != SILBO_TRACE_TABLE &&
		    trace->kind != SILBO_TRACE_DELAY);
		return;
	}
	silbo_delay_init(&delay, &config, 1);
	for (silbo_time t = 0; t < 100 * MS; t += MS / 3) {
		silbo_time arrival = silbo_delay_get(&delay, t);

		must(arrival >= t && arrival <= t + SILBO_DELAY_MAX);
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *in, size_t len)
{
	static int64_t values[VALUES_MAX];
	const char *text = (const char *)in;
	uint64_t lines = 1;

	for (size_t i = 0; i < len; i++)
		lines += in[i] == '\n';
	for (unsigned kind = 0; kind <= SILBO_TRACE_RATE; kind++) {
		struct silbo_trace_error error;
		struct silbo_trace trace;
		uint64_t room =
		    silbo_trace_values((enum silbo_trace_kind)kind, text, len);
		int err;

		if (room > VALUES_MAX)
			continue;
		err = silbo_trace_parse(&trace, values, room,
		    (enum silbo_trace_kind)kind, text, len, &error);
		must(err != SILBO_ERR_SPACE);
		if (err != 0) {
			must(error.why != NULL && error.line <= lines);
			continue;
		}
		must(trace.count >= 1 && trace.count <= room);
		check_values(&trace);
		play_losses(&trace);
		play_delays(&trace);
	}
	return 0;
}
