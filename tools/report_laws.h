/* SPDX-License-Identifier: MIT */
/*
 * What the figures of a report must agree on, as they stand in the JSON: who
 * breaks it was edited or damaged.  Private to the report files.
 */
#ifndef SILBO_TOOLS_REPORT_LAWS_H
#define SILBO_TOOLS_REPORT_LAWS_H

#include "report_fields.h"

enum report_law_kind { REPORT_LAW_SAME, REPORT_LAW_AT_MOST };

/*
 * Either side is a path ("packets.lost"), all that stands below one
 * ("loss_runs.histogram.*"), a number, or a sum of such ("a + b").  What is not
 * known may be anything from 0 on.
 */
struct report_law {
	const char *left; /* NULL: the table ends */
	enum report_law_kind kind;
	const char *right;
};

/* Of a stream; of a target of silbo probe, and of each way to it; of a prober
 * that was answered; of what stands around them. */
extern const struct report_law report_stream_laws[];
extern const struct report_law report_probe_laws[];
extern const struct report_law report_way_laws[];
extern const struct report_law report_prober_laws[];
extern const struct report_law report_root_laws[];

bool report_law_holds(const struct report_law *law, const json_t *object);

/* Refuse what breaks one, with both of its sides. */
void report_check_laws(struct report_reading *reading,
    const struct report_law *laws, const json_t *object);

#endif
