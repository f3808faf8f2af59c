/* SPDX-License-Identifier: MIT */
/*
 * What silbo probe --stamp tells beside what every probe tells: as text and as
 * JSON.
 */
#include <inttypes.h>
#include <math.h>

#include "report_build.h"
#include "report_line.h"

void
report_stamp_init(struct report_stamp *stamp)
{
	*stamp = (struct report_stamp){
	    .stateful = REPORT_UNKNOWN,
	    .synchronised = REPORT_UNKNOWN,
	    .ptp = REPORT_UNKNOWN,
	    .error_ms = NAN,
	    .there_ms = NAN,
	    .back_ms = NAN,
	    .within_ms = NAN,
	    .no_estimate = REPORT_UNKNOWN,
	    .there_lost_min = REPORT_UNKNOWN,
	    .there_lost_max = REPORT_UNKNOWN,
	};
}

void
report_stamp_bounds(FILE *out, const struct report_probe *p)
{
	struct report_line line = report_line(out, "");
	const struct report_stamp *s = &p->stamp;

	if (s->no_estimate < 0 || p->there.lost >= 0 || p->lost <= 0)
		return;
	if (s->stateful == 1 && s->there_lost_min >= 0 &&
	    s->there_lost_max >= 0)
		report_part(&line,
		    "there %" PRId64 " to %" PRId64
		    ": the reflector's numbers do not tell more",
		    s->there_lost_min, s->there_lost_max);
	else if (s->stateful < 0 && p->answered > 0)
		report_part(&line,
		    "the reflector's numbers are always ours: it is "
		    "stateless, or nothing was lost there");
	report_line_end(&line);
}

void
report_stamp(FILE *out, const struct report_probe *probe)
{
	const struct report_stamp *s = &probe->stamp;
	struct report_line line;

	if (s->no_estimate < 0)
		return;
	line = report_line(out, "one way");
	if (!isnan(s->there_ms) && !isnan(s->back_ms) && !isnan(s->within_ms))
		report_part(&line,
		    "there %.3f, back %.3f ms at the least, by both clocks, "
		    "which say they are within %.3f ms",
		    s->there_ms, s->back_ms, s->within_ms);
	report_line_end(&line);
	line = report_line(out, "stamp");
	if (s->synchronised == 1 && !isnan(s->error_ms))
		report_part(&line,
		    "their clock says it is synchronised, within %.3f ms",
		    s->error_ms);
	else if (s->synchronised == 1)
		report_part(&line, "their clock says it is synchronised");
	else if (s->synchronised == 0)
		report_part(&line, "their clock says it is not synchronised");
	if (s->ptp == 1)
		report_part(&line, "PTP time: may be TAI, 37 s ahead of UTC");
	report_some(&line, s->no_estimate, "answered without an estimate");
	report_line_end(&line);
}

json_t *
build_stamp(struct builder *b, const struct report_probe *probe)
{
	const struct report_stamp *s = &probe->stamp;
	json_t *object;

	if (s->no_estimate < 0)
		return json_null();
	object = json_object();
	build_put(b, object, "stateful", build_boolean(s->stateful));
	build_put(b, object, "synchronised", build_boolean(s->synchronised));
	build_put(b, object, "error_ms", build_real(s->error_ms, 6));
	build_put(b, object, "there_ms", build_real(s->there_ms, 6));
	build_put(b, object, "back_ms", build_real(s->back_ms, 6));
	build_put(b, object, "within_ms", build_real(s->within_ms, 6));
	build_put(b, object, "ptp", build_boolean(s->ptp));
	build_put(b, object, "no_estimate", build_count(s->no_estimate));
	build_put(b, object, "there_lost_min", build_count(s->there_lost_min));
	build_put(b, object, "there_lost_max", build_count(s->there_lost_max));
	return object;
}
