/* SPDX-License-Identifier: MIT */
/*
 * Decides what the JSON report says of the IP headers of arrivals: DSCP (RFC
 * 2474), ECN (RFC 3168), hops left.
 */
#include "report_build.h"

json_t *
build_marks(struct builder *b, const struct report_marks *m)
{
	json_t *marks = json_object();
	bool known = m->tos >= 0;

	build_put(b, marks, "dscp",
	    build_count(known ? m->tos >> 2 : REPORT_UNKNOWN));
	build_put(
	    b, marks, "ecn", build_count(known ? m->tos & 3 : REPORT_UNKNOWN));
	build_put(b, marks, "ttl", build_count(m->ttl));
	build_put(b, marks, "changed", build_boolean(m->changed));
	build_put(b, marks, "changes", build_count(m->changes));
	build_put(b, marks, "congested", build_count(m->congested));
	build_put(b, marks, "classes", build_count(m->classes));
	build_put(b, marks, "ttl_min", build_count(m->ttl_min));
	build_put(b, marks, "ttl_max", build_count(m->ttl_max));
	return marks;
}
