/* SPDX-License-Identifier: MIT */
/*
 * Decides what the figures of a report must agree on: sums, what is a part of
 * what, and the order of quantiles.  Whoever breaks one was edited or damaged,
 * and nothing that is computed from it would be true.  What is unknown, or not
 * in the file, is taken for as much as it takes.
 *
 * Knows the JSON; does not know how any of it is read or told.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "report_laws.h"

#define SAME REPORT_LAW_SAME
#define AT_MOST REPORT_LAW_AT_MOST
#define END                  \
	{                    \
		.left = NULL \
	}

#define LAWS_OF_MARKS                                                     \
	{"marks.ttl", AT_MOST, "255"}, {"marks.ttl_max", AT_MOST, "255"}, \
	    {"marks.ttl_min", AT_MOST, "marks.ttl_max"},                  \
	{                                                                 \
		"marks.classes", AT_MOST, "64"                            \
	}

const struct report_law report_stream_laws[] = {
    {"packets.expected", SAME,
	"packets.unique + packets.lost + packets.pending"},
    {"packets.arrived", SAME,
	"packets.unique + packets.duplicate + packets.late_final + "
	"packets.too_old"},
    {"packets.late_final", AT_MOST, "packets.lost"},
    {"packets.reordered", AT_MOST, "packets.unique + packets.late_final"},
    {"packets.lost_network", AT_MOST, "packets.lost"},
    {"packets.lost_network_max", AT_MOST, "packets.lost"},
    {"packets.lost_network_min", AT_MOST, "packets.lost_network_max"},
    {"packets.loss_ratio", AT_MOST, "1"},
    {"loss_runs.histogram.*", SAME, "loss_runs.count"},
    {"loss_runs.count", AT_MOST, "packets.lost"},
    {"loss_runs.max", AT_MOST, "packets.lost"},
    {"reordering.histogram.*", SAME, "packets.reordered"},
    {"reordering.n_reordered.histogram.*", AT_MOST, "packets.reordered"},
    {"reordering.mean_extent", AT_MOST, "reordering.max_extent"},
    {"reordering.late_by_ms.mean", AT_MOST, "reordering.late_by_ms.max"},
    {"loss_pattern.distance_histogram.*", AT_MOST, "packets.lost"},
    {"loss_pattern.noticeable_ratio", AT_MOST, "1"},
    {"loss_pattern.bursts.lost + loss_pattern.gaps.lost", SAME, "packets.lost"},
    {"loss_pattern.bursts.lost", AT_MOST, "loss_pattern.bursts.packets"},
    {"loss_pattern.gaps.lost", AT_MOST, "loss_pattern.gaps.packets"},
    {"loss_pattern.bursts.count", AT_MOST, "loss_pattern.bursts.lost"},
    {"jitter_ms_mean", AT_MOST, "jitter_ms_max"},
    {"jitter_ms", AT_MOST, "jitter_ms_max"},
    {"delay_ms.p50", AT_MOST, "delay_ms.p95"},
    {"delay_ms.p95", AT_MOST, "delay_ms.p99"},
    {"delay_ms.p99", AT_MOST, "delay_ms.p999"},
    {"delay_ms.p999", AT_MOST, "delay_ms.max"},
    {"delay_ms.p99", AT_MOST, "delay_ms.max"},
    {"delay_ms.mean", AT_MOST, "delay_ms.max"},
    {"ipdv_ms.p50", AT_MOST, "ipdv_ms.p95"},
    {"ipdv_ms.p95", AT_MOST, "ipdv_ms.p99"},
    {"ipdv_ms.p99", AT_MOST, "ipdv_ms.max"},
    {"ipdv_ms.mean", AT_MOST, "ipdv_ms.max"},
    {"buffer_loss_ratio.20", AT_MOST, "1"},
    {"buffer_loss_ratio.40", AT_MOST, "buffer_loss_ratio.20"},
    {"buffer_loss_ratio.60", AT_MOST, "buffer_loss_ratio.40"},
    {"buffer_loss_ratio.80", AT_MOST, "buffer_loss_ratio.60"},
    {"buffer_loss_ratio.100", AT_MOST, "buffer_loss_ratio.80"},
    {"buffer_loss_ratio.150", AT_MOST, "buffer_loss_ratio.100"},
    {"playout.delay_ms_min", AT_MOST, "playout.delay_ms_mean"},
    {"playout.delay_ms_mean", AT_MOST, "playout.delay_ms_max"},
    {"quality.loss_ratio", AT_MOST, "1"},
    {"quality.mos", AT_MOST, "5"},
    {"sent.lateness_ms.p50", AT_MOST, "sent.lateness_ms.p99"},
    {"sent.lateness_ms.p99", AT_MOST, "sent.lateness_ms.max"},
    {"sent.wakeup_ms.p50", AT_MOST, "sent.wakeup_ms.p99"},
    {"sent.wakeup_ms.p99", AT_MOST, "sent.wakeup_ms.max"},
    LAWS_OF_MARKS,
    END,
};

/* A search loses on purpose, and leaves unknown what it did not count. */
const struct report_law report_probe_laws[] = {
    {"sent", SAME, "answered + lost + pending"},
    {"sent + unsent", AT_MOST, "slots"},
    {"late_final", AT_MOST, "lost"},
    {"there.lost + back.lost", AT_MOST, "lost + pending"},
    {"loss_ratio", AT_MOST, "1"},
    {"dscp", AT_MOST, "63"},
    {"loss_runs.histogram.*", SAME, "loss_runs.count"},
    {"loss_runs.count", AT_MOST, "lost"},
    {"loss_runs.max", AT_MOST, "lost"},
    {"rtt_ms.min", AT_MOST, "rtt_ms.p50"},
    {"rtt_ms.p50", AT_MOST, "rtt_ms.p95"},
    {"rtt_ms.p95", AT_MOST, "rtt_ms.p99"},
    {"rtt_ms.p99", AT_MOST, "rtt_ms.p999"},
    {"rtt_ms.p999", AT_MOST, "rtt_ms.max"},
    {"rtt_ms.min", AT_MOST, "rtt_ms.mean"},
    {"rtt_ms.mean", AT_MOST, "rtt_ms.max"},
    {"lateness_ms.p50", AT_MOST, "lateness_ms.p99"},
    {"lateness_ms.p99", AT_MOST, "lateness_ms.max"},
    {"late_over_1ms", AT_MOST, "slots"},
    {"stamp.there_lost_min", AT_MOST, "stamp.there_lost_max"},
    {"path_mtu.payload_bytes", AT_MOST, "path_mtu.there_bytes"},
    {"path_mtu.payload_bytes", AT_MOST, "path_mtu.too_large_bytes"},
    END,
};

const struct report_law report_way_laws[] = {
    {"delay_ms.p50", AT_MOST, "delay_ms.p95"},
    {"delay_ms.p95", AT_MOST, "delay_ms.p99"},
    {"delay_ms.p99", AT_MOST, "delay_ms.p999"},
    {"delay_ms.p999", AT_MOST, "delay_ms.max"},
    {"quality.loss_ratio", AT_MOST, "1"},
    {"quality.mos", AT_MOST, "5"},
    LAWS_OF_MARKS,
    END,
};

const struct report_law report_prober_laws[] = {
    {"unique", SAME, "answered + withheld + unsent + too_short"},
    {"reordered", AT_MOST, "unique"},
    {"bytes_out", AT_MOST, "bytes_in"},
    LAWS_OF_MARKS,
    END,
};

const struct report_law report_root_laws[] = {
    {"datagrams.received", SAME, "datagrams.accepted + datagrams.drops.*"},
    {"streams_forgotten.unique + streams_forgotten.lost", AT_MOST,
	"streams_forgotten.expected"},
    {"reflected_forgotten.answered", AT_MOST, "reflected_forgotten.unique"},
    END,
};

/* Of all that stands in an object of counts.  False: it is not known. */
static bool
sum_of(double *sum, const json_t *object)
{
	json_t *value;
	const char *key;

	*sum = 0;
	json_object_foreach((json_t *)(uintptr_t)object, key, value)
	{
		if (!json_is_number(value))
			return false;
		*sum += json_number_value(value);
	}
	return json_is_object(object);
}

/* A path, a path with ".*" for all below it, or a number. */
static bool
value_of(double *value, const char *term, size_t len, const json_t *object)
{
	const json_t *at;
	char path[64];

	if (len >= sizeof(path))
		return false;
	memcpy(path, term, len);
	path[len] = '\0';
	if (*path >= '0' && *path <= '9') {
		*value = strtod(path, NULL);
		return true;
	}
	if (len > 2 && strcmp(path + len - 2, ".*") == 0) {
		path[len - 2] = '\0';
		return sum_of(value, report_field_at(object, path));
	}
	at = report_field_at(object, path);
	*value = json_number_value(at);
	return json_is_number(at);
}

/* "a + b", of what is known.  False: not all of it is. */
static bool
evaluate(double *sum, const char *terms, const json_t *object)
{
	bool whole = true;

	*sum = 0;
	for (;;) {
		size_t len = strcspn(terms, " ");
		double value;

		if (value_of(&value, terms, len, object))
			*sum += value;
		else
			whole = false;
		if (terms[len] == '\0')
			return whole;
		terms += len + strlen(" + ");
	}
}

/* What is not known is nothing at least. */
bool
report_law_holds(const struct report_law *law, const json_t *object)
{
	double left, right;
	bool left_whole = evaluate(&left, law->left, object);
	bool right_whole = evaluate(&right, law->right, object);

	if (right_whole && left > right)
		return false;
	return law->kind == REPORT_LAW_AT_MOST || !left_whole || left >= right;
}

void
report_check_laws(struct report_reading *reading, const struct report_law *laws,
    const json_t *object)
{
	char should[160];

	for (; laws->left != NULL && !reading->failed; laws++) {
		if (report_law_holds(laws, object))
			continue;
		snprintf(should, sizeof(should), "%s%s",
		    laws->kind == REPORT_LAW_AT_MOST ? "at most " : "",
		    laws->right);
		report_refuse_field(reading, laws->left, should);
	}
}
